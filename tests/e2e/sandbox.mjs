// The sandbox's control endpoints: what QA can do to Cin7 behind the screen's back.

import assert from "node:assert/strict";

/** The credentials that the sandbox accepts: the page must never see them. */
export const CREDENTIALS = ["5a4db0c5-0000-4000-8000-00000000a001", "5a4db0c5-0000-4000-8000-00000000b002"];

export class Sandbox {
  /** @param {string} control Its control address, with the last slash. */
  constructor(control) {
    this.control = control;
  }

  async #ask(method, path, body) {
    const answer = await fetch(new URL(path, this.control), {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path} of the sandbox: ${answer.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  }

  reset() {
    return this.#ask("POST", "reset");
  }

  /** Makes a coming request fail in one way; `kind` and its fields are those of the sandbox. */
  fault(fault) {
    return this.#ask("POST", "fault", fault);
  }

  clearFaults() {
    return this.#ask("DELETE", "fault");
  }

  mutate(change) {
    return this.#ask("POST", "mutate", change);
  }

  /** What somebody does in Cin7 itself: `act("sales", "SO-00451", "ship", { … })`; its README lists what. The record after it. */
  act(collection, id, action, details = {}) {
    return this.mutate({ collection, id, do: action, with: details });
  }

  /** Plays one of the sandbox's ready-made scenes. */
  scene(name) {
    return this.#ask("POST", "scene", { name });
  }

  switches(set) {
    return this.#ask("POST", "switches", set);
  }

  /** Sets, advances or freezes Cin7's clock. */
  clock(change) {
    return this.#ask("POST", "clock", change);
  }

  journal() {
    return this.#ask("GET", "journal");
  }

  clearJournal() {
    return this.#ask("DELETE", "journal");
  }

  /** The records of a collection as they stand in Cin7: `customers`, `suppliers`, `products` … */
  state(collection) {
    return this.#ask("GET", `state/${collection}`);
  }

  /** Every sale that stands in Cin7. */
  sales() {
    return this.state("sales");
  }

  /** The sales whose `ExternalID` is this link. */
  async salesOf(link) {
    return (await this.sales()).filter((sale) => sale.ExternalID === link);
  }

  /** What was asked to change something, in order: `POST /sale`. */
  async writes() {
    return (await this.journal()).filter(({ method }) => method !== "GET");
  }

  /** The bodies of what was posted to this path, in order. */
  async posted(path) {
    return (await this.writes()).filter((call) => call.path.toLowerCase() === path).map(({ body }) => body);
  }
}
