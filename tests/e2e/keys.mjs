// Keys as they really come: faster than the page answers, and at the time that they bear.

/** What the browser is told of a key. */
function described(key) {
  const named = { Enter: ["\r", 13], Tab: ["", 9], ArrowDown: ["", 40], "/": ["/", 191] }[key];
  const [text, code] = named ?? [key, key.toUpperCase().charCodeAt(0)];
  return {
    key,
    text,
    unmodifiedText: text,
    code: /^[A-Za-z]$/.test(key) ? `Key${key.toUpperCase()}` : /^\d$/.test(key) ? `Digit${key}` : key,
    windowsVirtualKeyCode: code,
  };
}

/**
 * Presses keys one after the other without waiting for the page, `gap` milliseconds apart by their own time stamps: what a
 * scanner does, however busy this machine is. `keys` are letters, and names such as `Enter`.
 */
export async function pressInARow(page, keys, gap = 4) {
  const session = await page.context().newCDPSession(page);
  const from = Date.now() / 1000;
  const sent = [];
  for (const [number, key] of keys.entries()) {
    const timestamp = from + (number * gap) / 1000;
    sent.push(session.send("Input.dispatchKeyEvent", { type: "keyDown", timestamp, ...described(key) }));
    sent.push(
      session.send("Input.dispatchKeyEvent", { type: "keyUp", timestamp, ...described(key), text: "", unmodifiedText: "" }),
    );
    await new Promise((resolve) => setTimeout(resolve, gap));
  }
  await Promise.all(sent);
  await session.detach();
}

/** The keys of a text, `⏎` for Enter and `⇥` for Tab. */
export function keysOf(text) {
  return [...text].map((letter) => ({ "⏎": "Enter", "⇥": "Tab" })[letter] ?? letter);
}
