// The screen keeps to its own Content Security Policy, and the policy keeps out what is not the screen's.

import assert from "node:assert/strict";
import { LINK_AS_OPENED, writeQuote10452 } from "./fixture.mjs";
import { scenes } from "./scenario.mjs";

const scene = scenes();

/** Notes every violation of the policy. */
function prepare() {
  window.violations = [];
  addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile }) =>
    window.violations.push(`${effectiveDirective} ${blockedURI} ${sourceFile}`),
  );
}

const violations = (desk) => desk.page.evaluate(() => window.violations);

scene("no page of the screen needs inline scripts or styles", { prepare, link: LINK_AS_OPENED }, async ({ desk, servers }) => {
  await writeQuote10452(desk);
  await desk.details(1);
  await desk.page.waitForSelector(".stock-bar");
  const bars = await desk.page.evaluate(() => {
    const found = [];
    const look = (root) => {
      for (const element of root.querySelectorAll("*")) {
        if (element.matches(".stock-bar i")) found.push(element.style.width);
        if (element.shadowRoot) look(element.shadowRoot);
      }
    };
    look(document);
    return found;
  });
  assert.deepEqual(await violations(desk), [], "the quote");
  assert.ok(
    bars.some((width) => width.endsWith("%")),
    `bars have their lengths: ${bars}`,
  );
  for (const page of ["/", "/companies", "/products", "/orders", "/settings", "/sync", "/product/CHAIR-01"]) {
    await desk.page.goto(new URL(page, servers.url).href);
    await desk.page.waitForFunction(() => document.querySelector("qd-app main, main, h1") !== null);
    await desk.page.waitForTimeout(150);
    assert.deepEqual(await violations(desk), [], page);
  }
});

scene(
  "an injected script or style does nothing, and nobody may frame the screen",
  { prepare, opened: false },
  async ({ desk, servers }) => {
    const response = await desk.page.goto(servers.url);
    const policy = response.headers()["content-security-policy"];
    assert.match(policy, /script-src 'self' 'wasm-unsafe-eval';/);
    assert.match(policy, /frame-ancestors 'self'/);
    await desk.page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.injected = true";
      document.body.append(script);
      const image = document.createElement("div");
      image.innerHTML = "<img src='x' onerror='window.injected = true'>";
      document.body.append(image);
      const style = document.createElement("style");
      style.textContent = "body { opacity: 0.5 }";
      document.head.append(style);
    });
    await desk.page.waitForTimeout(300);
    const after = await desk.page.evaluate(() => ({
      injected: window.injected ?? false,
      opacity: getComputedStyle(document.body).opacity,
    }));
    assert.deepEqual(after, { injected: false, opacity: "1" });
    assert.ok((await violations(desk)).length >= 2);
    // Chromium complains of each in its console, as it should.
    assert.ok(desk.wire.complaints.splice(0).every((words) => words.includes("Content Security Policy")));
  },
);
