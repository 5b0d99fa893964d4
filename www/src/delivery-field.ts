import { html, nothing, type TemplateResult } from "lit";
import type { AddressView, HeaderEdit } from "cin7-quote-desk";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import type { QuoteSession } from "./quote-session.js";
import { toast } from "./toast.js";

const PARTS = [
  { name: "company", label: "Deliver to", complete: "organization", wide: true },
  { name: "line1", label: "Address", complete: "address-line1", wide: true },
  { name: "line2", label: "Address, second line", complete: "address-line2", wide: true },
  { name: "city", label: "City", complete: "address-level2", wide: false },
  { name: "state", label: "State or county", complete: "address-level1", wide: false },
  { name: "postcode", label: "Postcode", complete: "postal-code", wide: false },
  { name: "country", label: "Country", complete: "country-name", wide: false },
] as const;

/** Where the order goes: the customer's main address, a saved one, or one typed for this order only. */
class DeliveryField extends QdElement {
  static override properties = { session: { attribute: false } };
  declare session: QuoteSession;
  #formError = "";

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen(this.session, "change", () => this.requestUpdate());
  }

  protected override render(): TemplateResult {
    const { header, customer } = this.session;
    const { kind, address } = header.delivery;
    const saved = customer.deliveryAddresses.filter((one) => one.id !== null);
    const gone = kind === "saved" && !saved.some((one) => one.id === address?.id);
    return html`<div class="field"><label for="delivery">Delivery</label>
      <select class="input" id="delivery" ?disabled=${header.confirmed || header.begun !== null}
        title=${address === null ? "" : inOneLine(address)} @change=${this.#chosen}>
        ${kind === "none" ? html`<option value="" .selected=${true}>Choose an address</option>` : nothing}
        ${
          customer.mainAddress === null
            ? nothing
            : html`<option value="main" .selected=${kind === "main"}>${inOneLine(customer.mainAddress)} (main)</option>`
        }
        ${saved.map(
          (one) =>
            html`<option value=${`saved:${one.id}`}
              .selected=${kind === "saved" && one.id === address?.id}>${inOneLine(one)}</option>`,
        )}
        ${
          gone && address !== null
            ? html`<option value="gone" .selected=${true}>${inOneLine(address)} (no longer saved in Cin7)</option>`
            : nothing
        }
        ${
          kind === "typed" && address !== null
            ? html`<option value="kept" .selected=${true}>${inOneLine(address)} (this order only)</option>`
            : nothing
        }
        <option value="typed">${kind === "typed" ? "Change this address …" : "Another address …"}</option>
      </select>
    </div>
    <dialog class="address-form" aria-labelledby="address-title">
      <form @submit=${this.#typed} novalidate>
        <h2 id="address-title">Deliver this order elsewhere</h2>
        <p class="soft small">For this order only: it is not added to the customer's saved addresses.</p>
        <div class="address-parts">${PARTS.map(
          (part) => html`<div class="field ${part.wide ? "wide" : ""}"><label for="address-${part.name}">${part.label}</label>
          <input class="input" id="address-${part.name}" name=${part.name} autocomplete=${part.complete} /></div>`,
        )}</div>
        ${this.#formError === "" ? nothing : html`<p class="field-error" role="alert">${this.#formError}</p>`}
        <p class="row end"><button class="button plain" type="button" @click=${this.#close}>Cancel</button><button
          class="button primary">Use this address</button></p>
      </form>
    </dialog>`;
  }

  #chosen(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    if (value === "typed") this.#ask();
    else if (value === "main") this.#edit({ main: true });
    else if (value.startsWith("saved:")) this.#edit({ savedId: value.slice("saved:".length) });
  }

  #edit(delivery: NonNullable<HeaderEdit["delivery"]>): void {
    try {
      this.session.editHeader({ delivery });
    } catch (caught) {
      toast({ text: inWords(caught) });
    }
    this.requestUpdate();
  }

  #ask(): void {
    const { delivery, customerName } = this.session.header;
    const form = this.querySelector("form");
    if (form === null) return;
    const start: Record<string, string> =
      delivery.kind === "typed" && delivery.address !== null
        ? { ...textOf(delivery.address), company: delivery.company }
        : { company: customerName, country: delivery.address?.country ?? this.session.customer.mainAddress?.country ?? "" };
    for (const { name } of PARTS) {
      const input = form.querySelector<HTMLInputElement>(`[name="${name}"]`);
      if (input !== null) input.value = start[name] ?? "";
    }
    this.#formError = "";
    this.requestUpdate();
    this.querySelector("dialog")?.showModal();
  }

  #typed(event: Event): void {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(data.get(name) ?? "").trim();
    const missing = PARTS.filter((part) => ["line1", "country"].includes(part.name) && text(part.name) === "").map(
      (part) => part.label,
    );
    if (missing.length > 0) {
      this.#formError = `Cin7 needs ${missing.join(" and ")}.`;
      this.requestUpdate();
      return;
    }
    try {
      this.session.editHeader({
        delivery: {
          typed: {
            company: text("company"),
            line1: text("line1"),
            line2: text("line2"),
            city: text("city"),
            state: text("state"),
            postcode: text("postcode"),
            country: text("country"),
          },
        },
      });
      this.#formError = "";
      this.#close();
    } catch (caught) {
      this.#formError = inWords(caught);
      this.requestUpdate();
    }
  }

  #close(): void {
    this.querySelector("dialog")?.close();
    // The choice "another address" is not one that holds.
    this.requestUpdate();
    const select = this.querySelector("select");
    void this.updateComplete.then(() => {
      for (const option of select?.options ?? []) option.selected = option.value === this.#value();
      select?.focus();
    });
  }

  #value(): string {
    const { kind, address } = this.session.header.delivery;
    return kind === "main" ? "main" : kind === "typed" ? "kept" : kind === "saved" ? `saved:${address?.id ?? ""}` : "";
  }
}

function textOf(address: AddressView): Record<string, string> {
  const { id: _id, ...text } = address;
  return text;
}

function inOneLine(address: AddressView): string {
  return [address.line1, address.line2, address.city, address.postcode].filter((part) => part !== "").join(", ");
}
customElements.define("qd-delivery-field", DeliveryField);
