// A test on the real screen: servers and a browser for the tests of one file, a fresh sandbox and a fresh profile for each.

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { holdsCredential, launch } from "./browser.mjs";
import { ScenarioClock } from "./clock.mjs";
import { Desk } from "./desk.mjs";
import { Servers } from "./servers.mjs";

/**
 * Starts servers and a browser for the tests of one file, and returns how to state one.
 *
 * @param {Parameters<typeof Servers.start>[0]} [options] of the servers
 */
export function scenes(options) {
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
   * States a scene. The sandbox is as its world was loaded; `world` is called with it and the tab before the desk opens, with
   * `settings` in its address. The desk is opened and synced unless `opened` or `synced` is false. With `clock`, an instant,
   * time stands still until the scene sets it; `timezone` is where the device is. `prepare` runs in the page before anything
   * else. Whatever a scene is about, no credential may have reached the browser at its end.
   */
  return function scene(
    name,
    { world, settings = {}, opened = true, synced = opened, link, viewport, timezone, prepare, clock: start } = {},
    play,
  ) {
    test(name, async (context) => {
      await servers.sandbox.reset();
      await servers.sandbox.switches({ calls_per_minute: 100_000 });
      const desk = await Desk.fresh(browser, servers, { viewport, timezone, prepare });
      try {
        await world?.(servers.sandbox, desk);
        const { sandbox } = servers;
        const clock = start === undefined ? undefined : await ScenarioClock.install(desk.page.context(), sandbox, start);
        if (opened) await desk.open(link, settings);
        if (synced) await desk.synced();
        await play({ desk, sandbox, servers, browser, clock, context });
        assert.ok(!holdsCredential(await desk.wire.text()), "a credential reached the browser");
        assert.deepEqual(desk.wire.complaints, [], "the page complained");
      } catch (failure) {
        await keep(name, desk, servers).catch((why) => context.diagnostic(`Nothing of it was kept: ${why.message}`));
        throw failure;
      } finally {
        await desk.close();
      }
    });
  };
}

/** What a scene that failed looked like, for whoever asks why: the page, what crossed the wire, what the servers and Cin7 saw. */
async function keep(name, desk, servers) {
  const folder = join("test-results", "failures", name.replaceAll(/[^\w]+/g, "-").slice(0, 100));
  await mkdir(folder, { recursive: true });
  const { requests, answers, complaints } = desk.wire;
  const wire = {
    page: desk.page.url(),
    complaints,
    requests: requests.map(({ headers: _, ...request }) => request),
    answers: answers.map(({ headers: _, ...answer }) => answer),
  };
  await writeFile(join(folder, "wire.json"), JSON.stringify(wire, null, 2));
  await writeFile(join(folder, "journal.json"), JSON.stringify(await servers.sandbox.journal(), null, 2));
  await writeFile(join(folder, "servers.log"), servers.log);
  await desk.page.screenshot({ path: join(folder, "page.png"), fullPage: true, timeout: 5_000 });
}

/** Holds the desk's requests whose address `asked` says yes to until they are let go; `there` is the first one's arrival. */
export async function hold(desk, asked) {
  let letGo;
  let arrived;
  const held = new Promise((resolve) => (letGo = resolve));
  const there = new Promise((resolve) => (arrived = resolve));
  await desk.page.context().route(
    (url) => asked(url),
    async (route) => {
      arrived();
      await held;
      await route.continue();
    },
  );
  return { there, letGo };
}
