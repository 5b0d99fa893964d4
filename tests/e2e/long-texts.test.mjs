// Texts that are longer than Cin7 takes: nothing of them is cut in silence, and the field says how much is too long.

import assert from "node:assert/strict";
import { scenes } from "./scenario.mjs";

const scene = scenes();
const LINK = "https://crm.example.com/view/Quote/20005";

/** Pastes a text into the field that has the focus, as the clipboard would. */
const paste = (desk, text) => desk.page.keyboard.insertText(text);

scene(
  "a reference of 300 characters stays whole, says 44 too many and stops the order",
  { link: LINK },
  async ({ desk, sandbox }) => {
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01", { quantity: "1" });
    const reference = `PO ${"7".repeat(296)}X`;
    await desk.control("Reference").focus();
    await paste(desk, reference);
    await desk.page
      .locator(".field-note", { hasText: "The customer’s reference has 300 characters, and Cin7 takes 256: 44 too many." })
      .waitFor();
    await desk.isStopped(sandbox, "Cin7 takes 256: 44 too many.");
    assert.equal(await desk.control("Reference").inputValue(), reference);
    await desk.until(async () => (await desk.view(LINK)).header.customerReference === reference, "the whole text is kept");
    await desk.fill("Reference", reference.slice(0, 256));
    await desk.ordered(LINK);
    assert.equal((await sandbox.posted("/sale"))[0].CustomerReference, reference.slice(0, 256));
  },
);

scene("delivery notes of 900 and 200 characters stay whole and say 77 too many", { link: LINK }, async ({ desk, sandbox }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity: "1" });
  await desk.more();
  await desk.control("Delivery notes").focus();
  await paste(desk, "a".repeat(900));
  await desk.control("Delivery notes, second line").focus();
  await paste(desk, "b".repeat(200));
  await desk.page
    .locator(".field-note", { hasText: "The delivery notes together have 1101 characters, and Cin7 takes 1024: 77 too many." })
    .waitFor();
  await desk.isStopped(sandbox, "77 too many.");
  assert.deepEqual(
    [
      (await desk.control("Delivery notes").inputValue()).length,
      (await desk.control("Delivery notes, second line").inputValue()).length,
    ],
    [900, 200],
  );
});

scene(
  "a memo of 40,000 characters is not taken, stays in its field and says how much",
  { link: LINK },
  async ({ desk, sandbox }) => {
    await desk.pickCustomer("Bayside Club");
    await desk.add("CHAIR-01", { quantity: "1" });
    await desk.more();
    await desk.control("Memo").fill("m".repeat(40_000));
    await desk.isStopped(
      sandbox,
      "Memo: The text has 40000 characters, and 32767 is the most: 7233 too many. It is still what it was.",
    );
    assert.equal((await desk.control("Memo").inputValue()).length, 40_000);
    const words = await desk.page.evaluate(async (link) => {
      const quote = await window.quoteDesk.quotes.open(link);
      try {
        quote.editHeader({ phone: "1".repeat(32_768) });
        return "taken";
      } catch ({ details }) {
        return details[0].problem;
      } finally {
        await quote.close();
      }
    }, LINK);
    assert.equal(words, "The text has 32768 characters, and 32767 is the most: 1 too many.");
  },
);

scene("no field of the screen cuts what is pasted", { link: LINK }, async ({ desk }) => {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity: "1" });
  await desk.more();
  await desk.details(1);
  const cutting = () =>
    desk.page.evaluate(() => [...document.querySelectorAll("[maxlength]")].map((field) => field.ariaLabel ?? field.id));
  assert.deepEqual(await cutting(), []);
  for (const page of ["/companies/new", "/settings", "/products"]) {
    await desk.goTo(page);
    await desk.page.locator("input").first().waitFor();
    assert.deepEqual(await cutting(), [], page);
  }
});
