import { html, type TemplateResult } from "lit";

/** Text with its matched parts marked. The parts are `[start, end)` in UTF-16 units, in any order. */
export function marked(text: string, marks: [number, number][]): TemplateResult {
  const parts: (string | TemplateResult)[] = [];
  let from = 0;
  for (const [start, end] of [...marks].sort((one, other) => one[0] - other[0])) {
    if (start < from || end > text.length || end <= start) continue;
    parts.push(text.slice(from, start), html`<mark>${text.slice(start, end)}</mark>`);
    from = end;
  }
  parts.push(text.slice(from));
  return html`${parts}`;
}
