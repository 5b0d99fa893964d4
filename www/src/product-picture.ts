import { html, type TemplateResult } from "lit";
import { theDesk } from "./desk.js";
import { icon } from "./icon.js";

/** A product's picture, or a drawing of what it is where there is none or it cannot be had. */
export function productPicture(productId: string, image: string | null, kind: "stock" | "service" | "other"): TemplateResult {
  return html`<span class="line-picture">${icon(kind === "service" ? "service" : "box")}${
    image === null
      ? ""
      : html`<img src=${image} alt="" loading="lazy" decoding="async" width="36" height="36" @error=${(event: Event) =>
          void renew(event, productId)} @load=${showPicture} />`
  }</span>`;
}

/** Hides what did not load, and asks for another link: those of Cin7 expire. */
async function renew(event: Event, productId: string): Promise<void> {
  const picture = event.target as HTMLImageElement;
  const lost = picture.src;
  picture.hidden = true;
  const link = await theDesk()
    .products.renewPicture(productId, lost)
    .catch(() => null);
  if (link !== null && picture.src === lost) picture.src = link;
}

function showPicture(event: Event): void {
  (event.target as HTMLElement).hidden = false;
}
