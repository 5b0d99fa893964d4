// One row of the mission, acted out: a fresh sandbox, a fresh browser profile, the real package.

import assert from "node:assert/strict";
import { scenes } from "../scenario.mjs";

export { hold } from "../scenario.mjs";

/** What a row's scenario is named by: its id, then a sentence. */
const NAME = /^[GCPSX]\d\d_[a-z0-9_]+$/;

/** Starts servers and a browser for the rows of one file, and returns how to state one: see {@link scenes}. */
export function rows(options) {
  const scene = scenes(options);
  return function row(name, ...stated) {
    assert.match(name, NAME);
    scene(name, ...stated);
  };
}
