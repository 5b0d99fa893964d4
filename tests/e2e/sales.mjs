// The pages of orders as a rep sees them, and the sales that the desk keeps.

import { LINK, writeQuote10452 } from "./fixture.mjs";

export const BAYSIDE = "7a8f439b-fa87-4795-a085-385ce8b133f9";

/** Goes to a page of the screen without loading it anew. */
export async function goTo(desk, address) {
  await desk.page.evaluate((to) => {
    history.pushState(null, "", to);
    dispatchEvent(new Event("qd-route"));
  }, address);
}

/** The sales that the desk keeps. */
export const kept = (desk, ask = {}) => desk.page.evaluate((asked) => window.quoteDesk.sales.list(asked), ask);
export const ledger = (desk) => desk.page.evaluate((id) => window.quoteDesk.sales.transactions({ customerId: id }), BAYSIDE);

/** Waits until the details of every sale that stands have been read. */
export async function allRead(desk) {
  await desk.until(
    async () => (await kept(desk)).sales.every((sale) => sale.voided || sale.total !== null) && (await ledger(desk)).unread === 0,
    "the details of every sale have been read",
  );
}

/** A run of the sync, and what follows it. `look` says whether the details have come. */
export async function syncUntil(desk, what, look) {
  await desk.sync();
  await desk.until(look, what);
}

/** The rows of the table of orders, each as its cells' texts. */
export async function tableRows(desk) {
  return desk.page
    .locator("qd-orders-page table.sales tbody tr")
    .evaluateAll((all) => all.map((tr) => [...tr.cells].map((cell) => cell.textContent.replaceAll(/\s+/g, " ").trim())));
}

export async function openOrders(desk) {
  await goTo(desk, "/orders");
  await desk.page.getByRole("heading", { name: "Orders", level: 1 }).waitFor();
}

export async function openSale(desk, number) {
  const {
    sales: [sale],
  } = await kept(desk, { text: number });
  await goTo(desk, `/order/${sale.id}`);
  await desk.page.getByRole("heading", { name: number, level: 1 }).waitFor();
  return sale.id;
}

/** A part of the page by its heading. */
export const part = (desk, heading) => desk.page.getByRole("region", { name: heading });
export const says = (locator) => locator.evaluate((element) => element.textContent.replaceAll(/\s+/g, " ").trim());

/** Waits until a part of the page says something. */
export const saysSo = (desk, locator, text) =>
  desk.until(async () => (await says(locator).catch(() => "")).includes(text), `the page says “${text}”`);

export async function confirm10452(desk) {
  await writeQuote10452(desk);
  await desk.confirm();
  return desk.orderIs(LINK, "confirmed");
}
