import { html, nothing, type TemplateResult } from "lit";
import { QdElement } from "./element.js";
import { icon } from "./icon.js";
import { plural } from "./figure.js";

/** A product's pictures: one large, the others to choose from. A picture that cannot be had says so. */
class ProductGallery extends QdElement {
  static override properties = { images: { attribute: false }, name: { attribute: false } };
  /** Addresses, the one that stands for the product first. */
  declare images: string[];
  declare name: string;
  #shown = 0;
  readonly #broken = new Set<string>();

  protected override willUpdate(changed: Map<string, unknown>): void {
    const before = changed.get("images") as string[] | undefined;
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(this.images)) this.#shown = 0;
  }

  protected override render(): TemplateResult {
    const image = this.images[this.#shown] ?? "";
    return html`<figure class="gallery">
      <div class="gallery-large">${
        this.#broken.has(image)
          ? html`<p class="soft">${icon("box")} The picture cannot be shown.</p>`
          : html`<img src=${image} alt=${this.name} decoding="async" @error=${() => this.#lost(image)} />`
      }</div>
      ${
        this.images.length < 2
          ? nothing
          : html`<ul class="gallery-choice" aria-label=${plural(this.images.length, "picture")}>${this.images.map(
              (other, index) => html`<li>
        <button aria-label=${`Picture ${index + 1}`} aria-pressed=${index === this.#shown} @click=${() => this.#show(index)}>
          ${
            this.#broken.has(other)
              ? icon("box")
              : html`<img src=${other} alt="" loading="lazy" @error=${() => this.#lost(other)} />`
          }</button></li>`,
            )}</ul>`
      }
    </figure>`;
  }

  #show(index: number): void {
    this.#shown = index;
    this.requestUpdate();
  }

  #lost(image: string): void {
    this.#broken.add(image);
    this.requestUpdate();
  }
}
customElements.define("qd-product-gallery", ProductGallery);
