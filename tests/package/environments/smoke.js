// What a developer does first, in every environment: open, sync, quote, confirm. What it comes to is left in the page's
// `#result`.

import { QuoteDesk } from "cin7-quote-desk";

export async function smoke(options = {}) {
  const result = await quoted(options).catch((error) => ({ failed: String(error), code: error.code, details: error.details }));
  document.querySelector("#result").textContent = JSON.stringify(result);
}

async function quoted(options) {
  const desk = await QuoteDesk.open({ proxyUrl: "/cin7/", ...options });
  await desk.sync.start();
  await desk.ready();
  const [customer] = await desk.customers.search("bayside");
  const quote = await desk.quotes.create({ link: "https://crm.example.com/view/Quote/10452", customerId: customer.id });
  const line = await quote.addLine({ sku: "CHAIR-01", quantity: "4" });
  quote.setDiscount(line.id, "10");
  const { net, tax, gross } = quote.totals();
  const { key } = await desk.orders.confirm(quote);
  return { net, tax, gross, key };
}
