// One row of the mission, acted out: a fresh sandbox, a fresh browser profile, the real package.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "../browser.mjs";
import { Desk } from "../desk.mjs";
import { Servers } from "../servers.mjs";

/** What a row's scenario is named by: its id, then a sentence. */
const NAME = /^[GCPSX]\d\d_[a-z0-9_]+$/;

/**
 * Starts servers and a browser for the rows of one file, and returns how to state one.
 *
 * @param {Parameters<typeof Servers.start>[0]} [options] of the servers
 */
export function rows(options) {
  let servers;
  let browser;
  before(async () => {
    servers = await Servers.start(options);
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await servers?.stop();
  });

  /**
   * States a row. The sandbox is as its world was loaded; `world` changes it before the desk opens. The desk is open and synced
   * unless `synced` is false, with `settings` in its address.
   */
  return function row(name, { world, settings = {}, synced = true, link, viewport } = {}, play) {
    assert.match(name, NAME);
    test(name, async () => {
      await servers.sandbox.reset();
      await servers.sandbox.switches({ calls_per_minute: 100_000 });
      await world?.(servers.sandbox);
      const desk = await Desk.fresh(browser, servers, { viewport });
      try {
        await desk.open(link, settings);
        if (synced) await desk.synced();
        await play({ desk, sandbox: servers.sandbox, servers, browser });
        assert.deepEqual(desk.wire.complaints, [], "the page complained");
      } finally {
        await desk.close();
      }
    });
  };
}
