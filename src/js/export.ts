import { invalidInput } from "./input.js";
import type { Decimal } from "./values.js";
import type { ExportedFile, ExportFormat, OrderExport, QuoteExport, WorkExport } from "./work.js";

/** The columns of a table, one row for each line; the totals stand in every row of their order. */
const COLUMNS = [
  "Quote",
  "Link",
  "Customer",
  "Customer id",
  "Reference",
  "Warehouse",
  "State",
  "Order number",
  "Confirmed at",
  "Currency",
  "Line",
  "SKU",
  "Name",
  "Quantity",
  "Price",
  "Discount %",
  "Tax",
  "Tax rule",
  "Line total",
  "Comment",
  "Net",
  "Order tax",
  "Gross",
  "What happened last",
];

const FORMATS: Record<ExportFormat, { type: string; ending: string; write: (work: WorkExport) => string }> = {
  json: { type: "application/json", ending: "json", write: (work) => `${JSON.stringify(work, null, 2)}\n` },
  csv: { type: "text/csv;charset=utf-8", ending: "csv", write: table },
  text: { type: "text/plain;charset=utf-8", ending: "txt", write: reading },
};

/** Makes a file of what is handed over. @throws `invalid-input` for a format that is none. */
export function exportedFile(work: WorkExport, what: "orders" | "quotes", format: ExportFormat): ExportedFile {
  if (!Object.hasOwn(FORMATS, format)) throw invalidInput("as", `“${String(format)}” is none of json, csv and text.`);
  const { type, ending, write } = FORMATS[format];
  const time = work.exportedAt.slice(0, 16).replace("T", "-").replace(":", "");
  return {
    name: `${what}-${time}.${ending}`,
    type,
    text: write(work),
    count: work.orders.length + work.quotes.length + work.unreadable.length,
  };
}

/** A cell of a table. A text that a spreadsheet would take for a formula is marked as text; numbers are left alone. */
function cell(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) && !/^-?\d+(\.\d+)?$/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function table({ orders, quotes, unreadable }: WorkExport): string {
  const rows = [
    COLUMNS,
    ...orders.flatMap(orderRows),
    ...quotes.flatMap(quoteRows),
    ...unreadable.map(({ kind, key, problem }) =>
      COLUMNS.map((_, at) => (at === 1 ? key : at === 6 ? `this ${kind} cannot be read` : at === 23 ? problem : "")),
    ),
  ];
  // With the mark by which spreadsheets know UTF-8.
  return `\ufeff${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

function orderRows({ order, customerId, reference, warehouse, lines, log }: OrderExport): string[][] {
  const { expected } = order;
  const before = [
    order.quoteNumber,
    order.key,
    order.customerName,
    customerId,
    reference,
    warehouse,
    order.state,
    order.orderNumber ?? "",
    order.confirmedAt,
    expected.currency,
  ];
  const after = [expected.net, expected.tax, expected.gross, log.at(-1)?.text ?? ""];
  return lines.map((line, at) => [
    ...before,
    String(at + 1),
    line.sku,
    line.name,
    line.quantity,
    line.price,
    line.discount,
    line.tax,
    line.taxRule,
    line.total,
    line.comment,
    ...after,
  ]);
}

/** Tax and totals of a line are worked out when the quote is opened: its table has what was decided. */
function quoteRows({ document: quote, gross, changedAt, prices }: QuoteExport): string[][] {
  const before = [
    quote.number,
    quote.link,
    quote.customerName,
    quote.customer,
    quote.customerReference,
    quote.warehouse ?? "",
    "not ordered",
    "",
    "",
    quote.currency,
  ];
  const after = ["", "", gross, `changed ${changedAt}`];
  if (quote.lines.length === 0) return [[...before, ...Array.from({ length: 10 }, () => ""), ...after]];
  return quote.lines.map((line, at) => [
    ...before,
    String(at + 1),
    line.sku,
    line.name,
    line.quantity,
    prices[at] ?? "",
    line.discount,
    "",
    line.taxRule,
    "",
    line.description === line.name ? "" : line.description,
    ...after,
  ]);
}

function reading({ exportedAt, orders, quotes, unreadable }: WorkExport): string {
  const parts = [
    `Exported ${moment(exportedAt)}`,
    ...orders.map(orderText),
    ...quotes.map(quoteText),
    ...unreadable.map(
      ({ kind, key, problem, text }) => `THIS ${kind.toUpperCase()} CANNOT BE READ\n${key}\n${problem}\n\n${text}`,
    ),
  ];
  return `${parts.join(`\n\n${"-".repeat(72)}\n\n`)}\n`;
}

function orderText({ order, customerId, reference, warehouse, lines, receipt, log }: OrderExport): string {
  const {
    expected: { currency, net, tax, gross },
  } = order;
  const facts: [string, string][] = [
    ["Customer", `${order.customerName} (${customerId})`],
    ["Reference", reference],
    ["Warehouse", warehouse],
    ["Confirmed", moment(order.confirmedAt)],
    ["Order in Cin7", order.orderNumber ?? "not known"],
    ["Link", order.key],
  ];
  return [
    `ORDER OF QUOTE ${order.quoteNumber}`,
    order.sentence,
    "",
    ...facts.filter(([, text]) => text !== "").map(([name, text]) => `${`${name}:`.padEnd(15)}${text}`),
    "",
    ...lines.flatMap((line, at) => [
      `${String(at + 1).padStart(3)}  ${line.sku === "" ? "charge" : line.sku}  ${line.name}`,
      `     ${line.quantity} x ${line.price}${less(line)}, tax ${line.tax} (${line.taxRule}), total ${line.total}`,
      ...(line.comment === "" ? [] : [`     ${line.comment}`]),
    ]),
    "",
    `Net ${currency} ${net}   Tax ${tax}   Gross ${gross}`,
    ...(receipt === null ? [] : [`Paid: ${receipt.amount}, reference ${receipt.reference}`]),
    "",
    "What has happened",
    `  ${moment(order.confirmedAt)}  Saved here.`,
    ...log.map((entry) => `  ${moment(entry.at)}  ${entry.ok ? "" : "! "}${entry.text}`),
  ].join("\n");
}

function quoteText({ document: quote, gross, changedAt, prices }: QuoteExport): string {
  return [
    `QUOTE ${quote.number}, NOT ORDERED`,
    `Customer:      ${quote.customerName} (${quote.customer})`,
    `Changed:       ${moment(changedAt)}`,
    `Link:          ${quote.link}`,
    "",
    ...quote.lines.flatMap((line, at) => [
      `${String(at + 1).padStart(3)}  ${line.sku}  ${line.name}`,
      `     ${line.quantity} x ${prices[at] ?? "no price"}${less(line)}`,
    ]),
    "",
    `Gross ${quote.currency} ${gross}`,
  ].join("\n");
}

function less({ discount }: { discount: Decimal }): string {
  return Number(discount) === 0 ? "" : ` less ${discount} %`;
}

function moment(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`;
}
