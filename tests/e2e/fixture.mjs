// Quote 10452 of the fixture world.

export const LINK = "https://crm.prospect365.com/view/Quote/10452";
/** How the CRM may hand it over. */
export const LINK_AS_OPENED = `${LINK}?tab=lines#x`;

/** Writes quote 10452 on an opened and synced desk. */
export async function writeQuote10452(desk) {
  await desk.pickCustomer("Bayside Club");
  await desk.add("CHAIR-01", { quantity: "4", discount: "10" });
  await desk.add("LAMP-02", { quantity: "2" });
  await desk.totals({ net: "622.50", tax: "124.50", gross: "747.00" });
}

/** A sale of the sandbox with its order's money. */
export function moneyOf(sale) {
  const { TotalBeforeTax, Tax, Total } = sale.Order;
  return { TotalBeforeTax, Tax, Total };
}
