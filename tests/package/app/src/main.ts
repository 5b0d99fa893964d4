// A frontend developer's first hour with the package: open, sync, price a line, handle an error by its code.

import { isQuoteDeskError, QuoteDesk, versions, type LineView, type Totals } from "cin7-quote-desk";

interface Result {
  line: LineView;
  totals: Totals;
  refusal: { code: string; name: string; isError: boolean; fields: string[] };
  versions: ReturnType<typeof versions>;
}

async function refusalOf(options: unknown): Promise<Result["refusal"]> {
  try {
    (await QuoteDesk.open(options as Parameters<typeof QuoteDesk.open>[0])).close();
  } catch (error) {
    if (isQuoteDeskError(error)) {
      return {
        code: error.code,
        name: error.name,
        isError: error instanceof Error,
        fields: error.details.map(({ field }) => field),
      };
    }
    throw error;
  }
  throw new Error("wrong options were taken");
}

async function ready(desk: QuoteDesk): Promise<void> {
  await new Promise<void>((resolve) => {
    desk.on("sync", (state) => state.ready && resolve());
    void desk.sync.start();
  });
}

async function priceQuote(): Promise<Result> {
  const desk = await QuoteDesk.open({ proxyUrl: "/cin7/", databaseName: "consumer" });
  await ready(desk);
  const [customer] = await desk.customers.search("bayside");
  if (customer === undefined) throw new Error("Bayside Club is not found");
  const quote = await desk.quotes.create({ link: "https://crm.example/view/Quote/1", customerId: customer.id });
  const { id } = await quote.addLine({ sku: "CHAIR-01", quantity: "4" });
  const line = quote.setDiscount(id, "10");
  const totals = quote.totals();
  await quote.close();
  desk.close();
  return { line, totals, refusal: await refusalOf({ proxyUrl: 7, databaseNam: "x" }), versions: versions() };
}

const output = document.querySelector("#result") as HTMLOutputElement;
priceQuote().then(
  (result) => (output.textContent = JSON.stringify(result)),
  (error: unknown) =>
    (output.textContent = JSON.stringify({ failed: String(error), details: isQuoteDeskError(error) ? error.details : [] })),
);
