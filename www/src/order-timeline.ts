import { html, nothing, type TemplateResult } from "lit";
import type { OrderStep, OrderView } from "cin7-quote-desk";
import { amount } from "./figure.js";
import { icon } from "./icon.js";
import { due, exactly } from "./time.js";

const STEP: Record<OrderStep["step"], string> = {
  saved: "Saved here",
  kept: "Kept by the server",
  mended: "Changed after the refusal",
  "looked-up": "Looked up in Cin7",
  header: "Header",
  lines: "Lines",
  "read-back": "Read back",
  receipt: "Receipt",
  "second-look": "Looked up once more",
  "by-hand": "Entered by hand",
};

/** The way of an order: its steps with times and Cin7's own words, and what its state means. */
export function orderTimeline(order: OrderView): TemplateResult {
  return html`<ol class="timeline">
    ${order.steps.map(
      (step) => html`<li class=${step.state} aria-current=${step.state === "running" ? "step" : nothing}>
      <span class="step-mark">${mark(step)}</span>
      <div><p><b>${STEP[step.step]}</b><span class="unseen">, ${step.state}</span>${
        step.at === null ? nothing : html` <time class="soft small" datetime=${step.at}>${exactly(step.at)}</time>`
      }</p>
        ${step.text === "" ? nothing : html`<p class="step-text">${step.text}</p>`}</div>
    </li>`,
    )}
  </ol>`;
}

/** What the desk says; without a network, what the order waits for. */
function sentenceOf(order: OrderView): string {
  return order.state === "queued" && !navigator.onLine
    ? "Saved here; waiting for the network. Once it is back, the order is looked up in Cin7 and sent once."
    : order.sentence;
}

/** What the order's state means, in a sentence, with what differs from the quote. */
export function orderSentence(order: OrderView): TemplateResult {
  const notes = order.notes.filter((note) => !order.sentence.includes(note));
  const look = order.voidedInCin7
    ? "stop"
    : isSettled(order)
      ? "good"
      : order.state === "needs-attention"
        ? "stop"
        : order.state === "unknown"
          ? "warn"
          : "";
  return html`<p class="order-sentence ${look}">${
    look === "" ? icon("clock") : icon(look === "good" ? "done" : look === "stop" ? "stop" : "warn")
  }<span>${sentenceOf(order)}</span></p>
    ${order.nextTryAt === null ? nothing : html`<p class="soft small">Next try ${due(order.nextTryAt)}.</p>`}
    ${
      notes.length === 0
        ? nothing
        : html`<ul class="order-notes">${notes.map((note) => html`<li>${icon("note")}<span>${note}</span></li>`)}</ul>`
    }`;
}

/** What was said when the order was confirmed, and did not stop it. */
export function saidAtConfirming(order: OrderView): TemplateResult | typeof nothing {
  if (order.said.length === 0) return nothing;
  return html`<section class="order-said small"><h3>Said at confirming</h3><ul>${order.said.map(
    (text) => html`<li>${text}</li>`,
  )}</ul></section>`;
}

/** The words of a state, for a list. */
export function orderState(order: OrderView): TemplateResult {
  const words: Record<OrderView["state"], [string, string]> = {
    queued: ["", "waiting"],
    sending: ["", "sending"],
    unknown: ["warn", "to be looked up"],
    "needs-attention": ["stop", "needs attention"],
    confirmed: ["good", "confirmed"],
    "by-hand": ["good", "entered by hand"],
  };
  const [look, word] = order.voidedInCin7 ? ["stop", "voided in Cin7"] : words[order.state];
  return html`<span class="tag ${look}">${icon(
    look === "good" ? "done" : look === "stop" ? "stop" : look === "warn" ? "warn" : "clock",
  )} ${word}</span>`;
}

/** What an order is called where it stands by itself. */
export function orderTitle({ state, orderNumber }: OrderView): string {
  if (orderNumber !== null) return `Order ${orderNumber}`;
  return state === "needs-attention" ? "Order stopped" : "Order on its way";
}

/** Whether nothing of an order is left to do. */
export function isSettled({ state }: Pick<OrderView, "state">): boolean {
  return state === "confirmed" || state === "by-hand";
}

/** Whether trying again now makes sense. An unknown outcome has to settle first: the desk looks it up by itself. */
export function canRetry(order: OrderView): boolean {
  return order.state === "queued" || (order.state === "needs-attention" && order.mending !== "open");
}

/** What Cin7 says beside what the quote says, once read back. */
export function readBack(order: OrderView): TemplateResult | typeof nothing {
  const { actual, expected } = order;
  if (actual === null) return nothing;
  return html`<table class="read-back small"><thead><tr><th scope="col">${expected.currency}</th><th scope="col"
    class="number">Quote</th><th scope="col" class="number">Cin7</th></tr></thead>
    <tbody>${(["net", "tax", "gross"] as const).map(
      (part) =>
        html`<tr><th scope="row">${part}</th><td class="number">${amount(expected[part])}</td><td
          class="number">${amount(actual[part])}</td></tr>`,
    )}</tbody></table>`;
}

function mark(step: OrderStep): TemplateResult {
  if (step.state === "done") return icon("check");
  if (step.state === "failed") return icon("close");
  return step.state === "running" ? html`<i class="spinner"></i>` : html`<i class="waiting-dot"></i>`;
}
