import { html, type TemplateResult } from "lit";
import { icon } from "./icon.js";

/** A product's picture, or a drawing of what it is where there is none or it cannot be had. */
export function productPicture(image: string | null, kind: "stock" | "service" | "other"): TemplateResult {
  return html`<span class="line-picture">${icon(kind === "service" ? "service" : "box")}${image === null ? ""
    : html`<img src=${image} alt="" loading="lazy" decoding="async" width="36" height="36" @error=${hidePicture} @load=${showPicture} />`}</span>`;
}

function hidePicture(event: Event): void {
  (event.target as HTMLElement).hidden = true;
}

function showPicture(event: Event): void {
  (event.target as HTMLElement).hidden = false;
}
