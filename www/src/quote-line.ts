import { html, nothing, type TemplateResult } from "lit";
import type { LineView } from "cin7-quote-desk";
import "./decimal-field.js";
import "./line-detail.js";
import { QdElement } from "./element.js";
import { amount, plain, priceText, quantity } from "./figure.js";
import { icon } from "./icon.js";
import { productPicture } from "./product-picture.js";
import type { QuoteSession } from "./quote-session.js";
import { stockSentence } from "./stock-bars.js";

/** The three numbers of a line that are typed. */
export type LineField = "quantity" | "price" | "discount";

/** One line of the quote. Draws again only when its own line changed. */
class QuoteLine extends QdElement {
  static override properties = {
    line: { attribute: false },
    session: { attribute: false },
    open: { attribute: false },
    readOnly: { attribute: false },
  };
  declare line: LineView;
  declare session: QuoteSession;
  /** Whether the detail is open. */
  declare open: boolean;
  declare readOnly: boolean;
  #priceWasTyped = false;
  #discountWasTyped = false;

  /** Puts the cursor into one of the line's numbers. */
  async enter(field: LineField): Promise<void> {
    await this.updateComplete;
    const input = this.querySelector<HTMLInputElement>(`qd-decimal.${field} input`);
    input?.focus();
    input?.scrollIntoView({ block: "nearest" });
  }

  protected override willUpdate(): void {
    // An open line is drawn even out of sight: its height is its own. Said with a class, since `:has()` is slow in long quotes.
    this.classList.toggle("open", this.open);
  }

  protected override render(): TemplateResult {
    const { line, readOnly } = this;
    const name = `Line ${line.number}, ${line.sku}`;
    const overall = this.session.header.overallDiscount;
    const refused = (field: LineField) => line.refusedInputs.find((input) => input.field === field);
    return html`<div class="line ${this.open ? "open" : ""}" role="group" aria-label=${name} @qd-next=${this.#next}
      @keydown=${this.#key}>
      <span class="line-number soft number">${line.number}</span>
      ${productPicture(line.productId, line.image, line.kind)}
      <span class="line-product">
        <span class="line-name"><b class="sku">${line.sku}</b>${this.#renamed()}<span class="one-line"
          title=${line.description}>${line.description}</span></span>
        <span class="small line-stock">${stockSentence(line.stock)}${
          line.weightTotal === null
            ? nothing
            : html`<span class="line-weight soft" title=${`${line.weight} each`}>${line.weightTotal}</span>`
        }${this.#comment()}</span>
      </span>
      <qd-decimal class="quantity" .session=${this.session} .lineId=${line.id} .field=${"quantity"}
        .refused=${refused("quantity")} .label=${"Quantity"} .value=${plain(line.quantity)} .readOnly=${readOnly} .look=${"plain"}
        .take=${(value: string, more: boolean) =>
          plain(this.session.editLine((quote) => quote.setQuantity(line.id, value), more).quantity)}></qd-decimal>
      <span class="line-price" @focusin=${this.#priceEntered} @focusout=${this.#hideTrail} @mouseleave=${this.#hideTrail}>
        <qd-decimal class="price" .session=${this.session} .lineId=${line.id} .field=${"price"} .refused=${refused("price")}
          .sign=${this.session.header.currency} .label=${"Price"} .value=${
            line.price === null ? "" : priceText(line.price)
          } .readOnly=${readOnly}
          .look=${
            line.priceState === "found" ? "plain" : line.priceState
          } .empty=${"type a price"} .live=${line.priceNow === null}
          .take=${(value: string, more: boolean) =>
            this.#priced(this.session.editLine((quote) => quote.setPrice(line.id, value), more))}
          .cleared=${() => this.#priced(this.session.editLine((quote) => quote.resetPrice(line.id)))}
          .back=${(value: string, more: boolean) => this.#priceBack(value, more)}></qd-decimal>
      </span>
      <qd-decimal class="discount" .session=${this.session} .lineId=${line.id} .field=${"discount"}
        .refused=${refused("discount")} .sign=${"%"} .label=${"Discount"} .value=${plain(line.discount)} .readOnly=${readOnly}
          .look=${
            plain(line.discount) === "0" ? "nothing" : "plain"
          } .cleared=${() => plain(this.session.editLine((quote) => quote.resetDiscount(line.id)).discount)}
        .back=${(value: string, more: boolean) =>
          this.#discountBack(value, more)} @focusin=${() => (this.#discountWasTyped = line.discountState === "typed")}
        .take=${(value: string, more: boolean) =>
          plain(this.session.editLine((quote) => quote.setDiscount(line.id, value), more).discount)}></qd-decimal>
      <span class="line-net number">${line.net === null ? html`<span class="soft">–</span>` : amount(line.net)}</span>
      <span class="line-rule small soft one-line" title=${line.discountReason}>${
        line.discountState === "rule" ? line.discountReason : nothing
      }${plain(overall) === "0" ? nothing : html` and ${quantity(overall)}% overall`}</span>
      ${
        line.margin === null
          ? nothing
          : html`<span class="line-margin small soft number" title="Margin of this line">${
              line.margin.percent === null
                ? "margin unknown"
                : html`<span class=${line.margin.percent.startsWith("-") ? "stop" : ""}>${amount(line.margin.percent)}%</span>`
            }</span>`
      }
      <span class="line-reason small" @mouseenter=${this.#hoverReason} @mouseleave=${this.#hideTrail}>${this.#reason()}</span>
      <span class="line-tools">
        <button class="icon-button" aria-expanded=${this.open} aria-label=${`Details of ${name}`} title="Details  Alt+Enter"
          @click=${this.#toggle}>${icon(this.open ? "up" : "down")}</button>
        ${
          readOnly
            ? nothing
            : html`<button class="icon-button" aria-label=${`Remove ${name}`} title="Remove  Ctrl+Delete"
              @click=${this.#remove}>${icon("bin")}</button>`
        }
      </span>
      ${this.open ? html`<qd-line-detail .line=${line} .session=${this.session}></qd-line-detail>` : nothing}
    </div>`;
  }

  #discountBack(value: string, more: boolean): void {
    if (this.#discountWasTyped) this.session.editLine((quote) => quote.setDiscount(this.line.id, value), more);
    else this.session.editLine((quote) => quote.resetDiscount(this.line.id), more);
  }

  /** Cin7 has given the product another SKU: the line can follow, and is ordered under the new one also where it does not. */
  #renamed(): TemplateResult | typeof nothing {
    const { id, renamedTo } = this.line;
    if (renamedTo === null || this.readOnly) return nothing;
    return html`<button class="link warn renamed"
      title=${`Cin7 calls it ${renamedTo} now. The order uses that SKU also where the line does not.`}
      @click=${() => void this.session.edit((quote) => quote.applyFix("use-product-texts", id))}>Switch to ${renamedTo}</button>`;
  }

  #comment(): TemplateResult | typeof nothing {
    const text = this.line.extendedDescription;
    return text === "" ? nothing : html`<span class="line-comment soft one-line" title=${text}>“${text}”</span>`;
  }

  #reason(): TemplateResult {
    const { line, readOnly } = this;
    if (line.priceState === "typed") {
      return html`<span class="typed-word">typed</span>${
        readOnly
          ? nothing
          : html`<button class="link small" title="Back to the price that is found" @click=${this.#reset}>Reset</button>`
      }`;
    }
    if (line.priceState === "missing") return html`<span class="stop one-line">${line.priceReason}</span>`;
    return html`<span class="soft one-line reason">${line.priceReason}</span>${
      line.priceNow === null || readOnly
        ? nothing
        : html`<button class="link small warn" title="Take over the price that is found now" @click=${this.#reset}>now
          ${amount(line.priceNow)}</button>`
    }`;
  }

  #priced(line: LineView): string {
    this.#ask("follow", line);
    return line.price === null ? "" : priceText(line.price);
  }

  #priceBack(value: string, more: boolean): void {
    // Where the price on the line is no longer the one that is found, nothing was taken while typing: there is nothing to undo.
    if (this.line.priceNow !== null && this.line.priceState !== "typed") return;
    if (this.#priceWasTyped) this.session.editLine((quote) => quote.setPrice(this.line.id, value), more);
    else this.session.editLine((quote) => quote.resetPrice(this.line.id), more);
  }

  #priceEntered(event: FocusEvent): void {
    this.#priceWasTyped = this.line.priceState === "typed";
    // Below the reason, so that the way back to the found price stays in sight.
    this.#ask("show", this.line, this.querySelector(".line-reason") ?? (event.target as Element), 350);
  }

  #hoverReason(event: MouseEvent): void {
    this.#ask("show", this.line, event.currentTarget as Element, 120);
  }

  #hideTrail(): void {
    this.#ask("hide");
  }

  /** The one trail popover of the quote. */
  #ask(what: "show" | "follow" | "hide", line?: LineView, beside?: Element, after = 0): void {
    const trail = document.querySelector("qd-price-trail");
    if (what === "hide") trail?.hide();
    else if (what === "follow" && line !== undefined) trail?.follow(line);
    else if (line !== undefined && beside !== undefined) trail?.show(line, beside, after);
  }

  #reset(): void {
    this.session.editLine((quote) => quote.resetPrice(this.line.id));
    void this.enter("price");
  }

  #toggle(): void {
    this.dispatchEvent(new CustomEvent("qd-toggle", { detail: this.line.id, bubbles: true }));
  }

  #remove(): void {
    this.dispatchEvent(new CustomEvent("qd-remove", { detail: this.line.id, bubbles: true }));
  }

  #next(event: Event): void {
    event.stopPropagation();
    this.dispatchEvent(new Event("qd-to-search", { bubbles: true }));
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Escape") this.#hideTrail();
    if (event.altKey && event.key === "Enter") {
      event.preventDefault();
      this.#toggle();
    } else if (event.ctrlKey && event.key === "Delete" && !this.readOnly) {
      event.preventDefault();
      this.#remove();
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const field = (["quantity", "price", "discount"] as const).find(
        (name) => (event.target as Element).closest(`qd-decimal.${name}`) !== null,
      );
      if (field === undefined) return;
      event.preventDefault();
      const step = event.key === "ArrowUp" ? -1 : 1;
      this.dispatchEvent(
        new CustomEvent("qd-step", { detail: { id: this.line.id, step, field, move: event.altKey }, bubbles: true }),
      );
    }
  }
}
customElements.define("qd-quote-line", QuoteLine);

declare global {
  interface HTMLElementTagNameMap {
    "qd-quote-line": QuoteLine;
  }
}
