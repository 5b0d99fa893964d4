import { svg, html, type TemplateResult } from "lit";

const SHAPES = {
  stop: svg`<path d="M5.5 1.8h5L14.2 5.5v5l-3.7 3.7h-5L1.8 10.500v-5z"/><path d="M8 5v3.600M8 11v.01"/>`,
  warn: svg`<path d="M8 2 14.500 13.500h-13z"/><path d="M8 6.500v3.200M8 11.700v.01"/>`,
  note: svg`<circle cx="8" cy="8" r="6.300"/><path d="M8 7.300v3.700M8 5v.01"/>`,
  check: svg`<path d="m3 8.500 3.300 3.300L13 4.800"/>`,
  done: svg`<circle cx="8" cy="8" r="6.300"/><path d="m5.200 8.200 2 2 3.600-4"/>`,
  plus: svg`<path d="M8 3v10M3 8h10"/>`,
  close: svg`<path d="m4 4 8 8M12 4l-8 8"/>`,
  bin: svg`<path d="M2.500 4.500h11M6.500 4.500v-2h3v2M4 4.500l.6 9h6.800l.6-9M6.700 7v4M9.300 7v4"/>`,
  down: svg`<path d="m4 6 4 4 4-4"/>`,
  right: svg`<path d="m6 4 4 4-4 4"/>`,
  up: svg`<path d="m4 10 4-4 4 4"/>`,
  search: svg`<circle cx="7" cy="7" r="4.500"/><path d="m10.500 10.500 3.500 3.500"/>`,
  refresh: svg`<path d="M13.200 6.500A5.500 5.500 0 0 0 3.300 5M2.800 9.500a5.500 5.500 0 0 0 9.900 1.500M3 2v3.200h3.200M13 14v-3.200H9.800"/>`,
  clock: svg`<circle cx="8" cy="8" r="6.300"/><path d="M8 4.500V8l2.300 1.500"/>`,
  box: svg`<path d="m8 1.800 5.700 3v6.400L8 14.200l-5.700-3V4.800zM2.500 5 8 8l5.500-3M8 8v6"/>`,
  service: svg`<path d="M10.300 2.300a3.600 3.600 0 0 0-4 5L2 11.600 4.400 14l4.300-4.300a3.600 3.600 0 0 0 5-4l-2.400 2.300-2-.600-.500-2z"/>`,
  offline: svg`<path d="M2 2l12 12M4.500 8.700a5 5 0 0 1 2.300-1.500M9.700 7.300a5 5 0 0 1 1.800 1.400M2.300 6.300A8.500 8.500 0 0 1 4.600 4.800M7 4.200a8.500 8.500 0 0 1 6.700 2.100M8 12v.01"/>`,
  keyboard: svg`<rect x="1.500" y="4" width="13" height="8.500" rx="1.500"/><path d="M4 6.700h.01M6.700 6.700h.01M9.300 6.700h.01M12 6.700h.01M5 9.800h6"/>`,
  pencil: svg`<path d="m2.500 13.500.700-3L10.700 3l2.300 2.300-7.500 7.500zM9.200 4.500l2.300 2.300"/>`,
  lock: svg`<rect x="3" y="7" width="10" height="7" rx="1.500"/><path d="M5.300 7V5a2.700 2.700 0 0 1 5.400 0v2"/>`,
  undo: svg`<path d="M5.500 3 2.500 6l3 3M2.700 6h6.500a4 4 0 0 1 0 8H6"/>`,
  redo: svg`<path d="M10.500 3l3 3-3 3M13.300 6H6.800a4 4 0 0 0 0 8H10"/>`,
  truck: svg`<path d="M1.500 3.500h8v8h-8zM9.500 6.500h3l2 2.500v2.500h-5"/><circle cx="4.500" cy="12" r="1.300"/><circle cx="11.700" cy="12" r="1.300"/>`,
};

/** The name of an icon. */
export type IconName = keyof typeof SHAPES;

/** A line icon in the colour of its text; always beside words, so hidden from screen readers. */
export function icon(name: IconName, extra = ""): TemplateResult {
  return html`<svg class="icon ${extra}" viewBox="0 0 16 16" aria-hidden="true">${SHAPES[name]}</svg>`;
}
