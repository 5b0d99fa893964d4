// A proxy that wants the CRM's token: the host page hands it over, renews it, and what the user may not see does not come.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { launch } from "./browser.mjs";
import { Desk } from "./desk.mjs";
import { Servers } from "./servers.mjs";

const KEY = "a shared key of more than 32 characters";

let servers;
let browser;

before(async () => {
  servers = await Servers.start({ env: { AUTH_JWT_SHARED_KEY: KEY, AUTH_ISSUER: "crm", AUTH_AUDIENCE: "quote-desk" } });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await servers?.stop();
});

/** A token as the CRM signs it. */
function token({ roles = [], expiresIn = 600 } = {}) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { iss: "crm", aud: "quote-desk", sub: "rep-7", exp: Math.floor(Date.now() / 1000) + expiresIn, roles };
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", KEY).update(signed).digest("base64url")}`;
}

/** A page on which the host opens a desk of its own with `window.token`. */
async function hostPage(first) {
  const desk = await Desk.fresh(browser, servers);
  const page = desk.page;
  await page.goto(servers.url);
  await page.waitForFunction(() => window.quoteDesk !== undefined);
  await page.evaluate(async (first) => {
    window.token = first;
    window.asked = 0;
    window.host = await window.quoteDesk.constructor.open({
      proxyUrl: "/cin7/",
      databaseName: "host",
      settings: { showCost: true },
      token: () => {
        window.asked += 1;
        return typeof window.token === "string"
          ? Promise.resolve(window.token)
          : Promise.reject(new Error("The session is over."));
      },
    });
    await window.host.sync.start();
  }, first);
  return page;
}

const ready = (page) => page.waitForFunction(async () => (await window.host.sync.state()).ready, undefined, { timeout: 30_000 });

test("a desk reads nothing without a token, and everything once there is one", async () => {
  await servers.sandbox.clearJournal();
  const page = await hostPage(undefined);
  await page.waitForFunction(async () => JSON.stringify(await window.host.sync.state()).includes("sign in again"), undefined, {
    timeout: 20_000,
  });
  const journal = await servers.sandbox.journal();
  assert.deepEqual(journal, [], "nothing reached Cin7");
  const refused = await page.evaluate(() =>
    window.host.sales.refresh("5d0c1f2e-0000-4000-8000-0000000000d1").catch(({ code, retryable }) => ({ code, retryable })),
  );
  assert.deepEqual(refused, { code: "signed-out", retryable: true });
  await page.evaluate(
    (token) => {
      window.token = token;
      void window.host.sync.now();
    },
    token({ roles: ["confirm"] }),
  );
  await ready(page);
  assert.ok((await page.evaluate(() => window.asked)) > 1, "the token is asked for again and again, so it may be renewed");
});

test("an expired token is as good as none", async () => {
  const page = await hostPage(token({ expiresIn: -3600 }));
  await page.waitForFunction(async () => JSON.stringify(await window.host.sync.state()).includes("sign in again"), undefined, {
    timeout: 20_000,
  });
});

test("what things cost reaches only those who may see it", async () => {
  const world = await servers.sandbox.state("products");
  assert.ok(
    world.some(({ AverageCost }) => Number(AverageCost) > 0),
    "the world has costs",
  );
  for (const [roles, shown] of [
    [["confirm"], false],
    [["confirm", "cost"], true],
  ]) {
    const page = await hostPage(token({ roles }));
    await ready(page);
    const sent = await page.evaluate(async () => {
      const read = async (path) =>
        (await fetch(`/cin7/${path}?Page=1&Limit=1000`, { headers: { authorization: `Bearer ${window.token}` } })).text();
      return (await Promise.all([read("product"), read("ref/productavailability")])).join("");
    });
    assert.match(sent, /"PriceTiers"/, "products were read");
    assert.match(sent, /"OnHand"/, "stock was read");
    assert.equal(/"AverageCost"/.test(sent), shown, `${roles}`);
    assert.equal(/"StockOnHand"/.test(sent), shown, `${roles}`);
  }
});

test("a token that is not a function is refused with the other options", async () => {
  const page = await hostPage(token());
  const problems = await page.evaluate(() =>
    window.quoteDesk.constructor
      .open({ proxyUrl: "/cin7/", databaseName: "other", token: "abc" })
      .catch(({ code, details }) => ({ code, fields: details.map(({ field }) => field) })),
  );
  assert.deepEqual(problems, { code: "invalid-options", fields: ["token"] });
});
