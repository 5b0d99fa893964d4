// What the types must refuse. Each expectation fails the build if the mistake below it compiles.

import { QuoteDesk, type LineView, type Quote } from "cin7-quote-desk";

export async function mistakes(desk: QuoteDesk, quote: Quote, line: LineView): Promise<void> {
  // @ts-expect-error the proxy's address is required
  await QuoteDesk.open({});
  // @ts-expect-error an option that does not exist
  await QuoteDesk.open({ proxyUrl: "/cin7/", proxyURL: "/cin7/" });
  // @ts-expect-error a setting with a wrong word
  await QuoteDesk.open({ proxyUrl: "/cin7/", settings: { salesType: "advanced" } });
  // @ts-expect-error there is no public constructor
  new QuoteDesk({ proxyUrl: "/cin7/" });
  // @ts-expect-error decimals are strings
  await quote.addLine({ sku: "CHAIR-01", quantity: 4 });
  // @ts-expect-error decimals are strings
  quote.setPrice(line.id, 12.5);
  // @ts-expect-error either the SKU or the id names the product
  await quote.addLine({ quantity: "4" });
  // @ts-expect-error an unknown event
  desk.on("orders", () => undefined);
  // @ts-expect-error a price may be missing
  void line.price.length;
  // @ts-expect-error what a line shows is not edited by assigning to a state that does not exist
  line.priceState = "guessed";
}
