import { html, nothing, type TemplateResult } from "lit";
import type { Detail } from "cin7-quote-desk";

/** A text field of a form. */
export interface TextField {
  /** Its name in what is sent, by which a problem finds it. */
  name: string;
  label: string;
  value: string;
  take: (value: string) => void;
  required?: boolean;
  complete?: string;
  type?: "text" | "email" | "tel";
  wide?: boolean;
  note?: string;
}

/** The id of a field's control: letters, digits and hyphens only. */
export function idOf(name: string): string {
  return `field-${name.replaceAll(/[^A-Za-z0-9]+/g, "-")}`;
}

/** What is wrong with a field, in words; empty when nothing is. */
export function problemOf(details: readonly Detail[], name: string): string {
  return details
    .filter((detail) => detail.field === name)
    .map((detail) => detail.problem)
    .join(" ");
}

/** The label of a field that has to be filled in says so in words, not by an asterisk alone. */
export function labelOf(label: string, required: boolean): TemplateResult {
  return html`<span>${label}</span>${required ? html`<span>required</span>` : nothing}`;
}

/** Draws a text field with its problem beside it. */
export function textField(field: TextField, details: readonly Detail[]): TemplateResult {
  const id = idOf(field.name);
  const problem = problemOf(details, field.name);
  const said = problem !== "" ? `${id}-problem` : field.note !== undefined ? `${id}-note` : nothing;
  return html`<div class="field ${field.wide === true ? "wide" : ""}">
    <label for=${id}>${labelOf(field.label, field.required === true)}</label>
    <input class="input" id=${id} type=${field.type ?? "text"} autocomplete=${field.complete ?? "off"} .value=${field.value}
      aria-label=${field.label} aria-required=${field.required === true} aria-invalid=${problem !== ""} aria-describedby=${said}
      @input=${(event: Event) => field.take((event.target as HTMLInputElement).value)} />
    ${
      problem !== ""
        ? html`<p class="field-error" id=${`${id}-problem`}>${problem}</p>`
        : field.note !== undefined
          ? html`<p class="field-note" id=${`${id}-note`}>${field.note}</p>`
          : nothing
    }
  </div>`;
}
