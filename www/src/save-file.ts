import type { ExportedFile, ExportFormat } from "cin7-quote-desk";

/** Kinds of file that orders and quotes can be handed over as, with what each is for. */
export const FILE_KINDS: { as: ExportFormat; name: string; hint: string }[] = [
  { as: "csv", name: "Table", hint: "CSV, for a spreadsheet" },
  { as: "text", name: "Text", hint: "to read or to print" },
  { as: "json", name: "Data", hint: "JSON with the very bytes that would be sent, for another program" },
];

/** Saves a file where the browser saves its downloads. */
export function saveFile(file: ExportedFile): void {
  const address = URL.createObjectURL(new Blob([file.text], { type: file.type }));
  const anchor = document.createElement("a");
  [anchor.href, anchor.download] = [address, file.name];
  anchor.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
