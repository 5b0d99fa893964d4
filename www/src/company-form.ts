import { html, nothing, type TemplateResult } from "lit";
import type { AddressView, CompanyEdit, CompanyView, ContactView, Detail } from "cin7-quote-desk";
import { contactsForm } from "./contacts-form.js";
import { theDesk } from "./desk.js";
import { draftOf, dropDraft, keepDraft } from "./draft.js";
import { QdElement } from "./element.js";
import { faultOf } from "./fault.js";
import { idOf, textField } from "./form-field.js";

type Address = Omit<AddressView, "id">;
const NOWHERE: Address = { line1: "", line2: "", city: "", state: "", postcode: "", country: "" };
const PARTS: { name: keyof Address; label: string; complete: string; wide: boolean }[] = [
  { name: "line1", label: "Address", complete: "address-line1", wide: true },
  { name: "line2", label: "Address, second line", complete: "address-line2", wide: true },
  { name: "city", label: "City", complete: "address-level2", wide: false },
  { name: "state", label: "State or county", complete: "address-level1", wide: false },
  { name: "postcode", label: "Postcode", complete: "postal-code", wide: false },
  { name: "country", label: "Country", complete: "country-name", wide: false },
];

/** What of a company's form was typed and not saved; `null` when nothing was. */
export function companyDraft(id: string): CompanyEdit | null {
  return draftOf<CompanyEdit>(nameOf(id));
}

function nameOf(id: string): string {
  return `company/${id}`;
}

/** Edits what is the CRM's own of a company. Fires `qd-done` when it is saved or given up. */
class CompanyForm extends QdElement {
  static override properties = { company: { attribute: false } };
  declare company: CompanyView;
  #name = "";
  #phone = "";
  #contacts: ContactView[] = [];
  #address: Address = NOWHERE;
  #details: readonly Detail[] = [];
  #failure = "";
  #saving = false;

  override connectedCallback(): void {
    super.connectedCallback();
    const { name, phone, contacts, mainAddress } = { ...this.company, ...companyDraft(this.company.id) };
    [this.#name, this.#phone, this.#contacts] = [name, phone, contacts];
    if (mainAddress !== null) {
      const { id: _, ...parts } = { id: null, ...mainAddress };
      this.#address = parts;
    }
  }

  protected override firstUpdated(): void {
    document.getElementById(idOf("name"))?.focus();
  }

  protected override render(): TemplateResult {
    return html`<form class="part-form" @submit=${this.#save} @input=${this.#keep} novalidate>
      <div class="form-fields">
        ${textField(
          { name: "name", label: "Name", value: this.#name, required: true, wide: true, take: (value) => (this.#name = value) },
          this.#details,
        )}
        ${textField(
          {
            name: "phone",
            label: "Phone",
            value: this.#phone,
            type: "tel",
            complete: "tel",
            take: (value) => (this.#phone = value),
          },
          this.#details,
        )}
      </div>
      <h3>Main address</h3>
      <div class="form-fields">${PARTS.map(({ name, ...part }) =>
        textField(
          {
            ...part,
            name: `mainAddress.${name}`,
            value: this.#address[name],
            take: (value) => (this.#address = { ...this.#address, [name]: value }),
          },
          this.#details,
        ),
      )}</div>
      <h3>Contacts</h3>
      ${contactsForm(this.#contacts, this.#details, (contacts) => {
        this.#contacts = contacts;
        this.#keep();
        this.requestUpdate();
      })}
      ${this.#failure === "" ? nothing : html`<p class="field-error" role="alert">${this.#failure}</p>`}
      <p class="row end"><button class="button plain" type="button" @click=${this.#done}>Cancel</button><button
        class="button primary" ?disabled=${this.#saving}>Save</button></p>
    </form>`;
  }

  #save(event: Event): void {
    event.preventDefault();
    void this.#send();
  }

  async #send(): Promise<void> {
    this.#saving = true;
    this.requestUpdate();
    try {
      await theDesk().companies.edit(this.company.id, this.#changes());
      this.#done();
    } catch (caught) {
      const { sentence, details } = faultOf(caught);
      [this.#failure, this.#details] = [sentence, details];
    }
    this.#saving = false;
    this.requestUpdate();
  }

  /** What was not touched is left out: as it came from Cin7, it may be what no edit could make of it, and it may change there. */
  #changes(): CompanyEdit {
    const blank = Object.values(this.#address).every((part) => part.trim() === "");
    const { name, phone, contacts, mainAddress } = this.company;
    const { id: _, ...before } = mainAddress ?? { id: null, ...NOWHERE };
    const changed = <Value>(now: Value, then: Value) => JSON.stringify(now) !== JSON.stringify(then);
    return {
      ...(changed(this.#name, name) && { name: this.#name }),
      ...(changed(this.#phone, phone) && { phone: this.#phone }),
      ...(changed(this.#contacts, contacts) && { contacts: this.#contacts }),
      ...(changed(this.#address, before) && { mainAddress: blank ? null : this.#address }),
    };
  }

  readonly #keep = (): void => {
    keepDraft(nameOf(this.company.id), this.#changes());
  };

  readonly #done = (): void => {
    dropDraft(nameOf(this.company.id));
    this.dispatchEvent(new Event("qd-done"));
  };
}
customElements.define("qd-company-form", CompanyForm);
