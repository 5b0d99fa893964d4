import { svg, html, type TemplateResult } from "lit";

const SHAPES = {
  stop: svg`<path d="M5.5 1.8h5L14.2 5.5v5l-3.7 3.7h-5L1.8 10.5v-5z"/><path d="M8 5v3.6M8 11v.01"/>`,
  warn: svg`<path d="M8 2 14.5 13.5h-13z"/><path d="M8 6.5v3.2M8 11.7v.01"/>`,
  note: svg`<circle cx="8" cy="8" r="6.3"/><path d="M8 7.3v3.7M8 5v.01"/>`,
  check: svg`<path d="m3 8.5 3.3 3.3L13 4.8"/>`,
  done: svg`<circle cx="8" cy="8" r="6.3"/><path d="m5.2 8.2 2 2 3.6-4"/>`,
  plus: svg`<path d="M8 3v10M3 8h10"/>`,
  close: svg`<path d="m4 4 8 8M12 4l-8 8"/>`,
  bin: svg`<path d="M2.5 4.5h11M6.5 4.5v-2h3v2M4 4.5l.6 9h6.8l.6-9M6.7 7v4M9.3 7v4"/>`,
  down: svg`<path d="m4 6 4 4 4-4"/>`,
  right: svg`<path d="m6 4 4 4-4 4"/>`,
  up: svg`<path d="m4 10 4-4 4 4"/>`,
  search: svg`<circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3.5 3.5"/>`,
  refresh: svg`<path d="M13.2 6.5A5.5 5.5 0 0 0 3.3 5M2.8 9.5a5.5 5.5 0 0 0 9.9 1.5M3 2v3.2h3.2M13 14v-3.2H9.8"/>`,
  clock: svg`<circle cx="8" cy="8" r="6.3"/><path d="M8 4.5V8l2.3 1.5"/>`,
  box: svg`<path d="m8 1.8 5.7 3v6.4L8 14.2l-5.7-3V4.8zM2.5 5 8 8l5.5-3M8 8v6"/>`,
  service: svg`<path d="M10.3 2.3a3.6 3.6 0 0 0-4 5L2 11.6 4.4 14l4.3-4.3a3.6 3.6 0 0 0 5-4l-2.4 2.3-2-.6-.5-2z"/>`,
  offline: svg`<path d="M2 2l12 12M4.5 8.7a5 5 0 0 1 2.3-1.5M9.7 7.3a5 5 0 0 1 1.8 1.4M2.3 6.3A8.5 8.5 0 0 1 4.6 4.8
    M7 4.2a8.5 8.5 0 0 1 6.7 2.1M8 12v.01"/>`,
  keyboard: svg`<rect x="1.5" y="4" width="13" height="8.5" rx="1.5"/>
    <path d="M4 6.7h.01M6.7 6.7h.01M9.3 6.7h.01M12 6.7h.01M5 9.8h6"/>`,
  pencil: svg`<path d="m2.5 13.5.7-3L10.7 3l2.3 2.3-7.5 7.5zM9.2 4.5l2.3 2.3"/>`,
  lock: svg`<rect x="3" y="7" width="10" height="7" rx="1.5"/><path d="M5.3 7V5a2.7 2.7 0 0 1 5.4 0v2"/>`,
  undo: svg`<path d="M5.5 3 2.5 6l3 3M2.7 6h6.5a4 4 0 0 1 0 8H6"/>`,
  redo: svg`<path d="M10.5 3l3 3-3 3M13.3 6H6.8a4 4 0 0 0 0 8H10"/>`,
  truck: svg`<path d="M1.5 3.5h8v8h-8zM9.5 6.5h3l2 2.5v2.5h-5"/>
    <circle cx="4.5" cy="12" r="1.3"/><circle cx="11.7" cy="12" r="1.3"/>`,
};

/** The name of an icon. */
export type IconName = keyof typeof SHAPES;

/** A line icon in the colour of its text; always beside words, so hidden from screen readers. */
export function icon(name: IconName, extra = ""): TemplateResult {
  return html`<svg class="icon ${extra}" viewBox="0 0 16 16" aria-hidden="true">${SHAPES[name]}</svg>`;
}
