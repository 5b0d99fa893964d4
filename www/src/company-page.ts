import { html, nothing, type TemplateResult } from "lit";
import type { AccountView, AddressView, CompanyView, ExposureView, MatrixCell, QuoteSummary } from "cin7-quote-desk";
import { companyDraft } from "./company-form.js";
import "./sale-transactions.js";
import { representativeNote } from "./account-card.js";
import { announce } from "./announcement.js";
import { companyTags, kindWord } from "./companies-page.js";
import { theDesk } from "./desk.js";
import { driftName, driftSays } from "./drift.js";
import { QdElement } from "./element.js";
import { faultOf, inWords, type Fault } from "./fault.js";
import { amount, quantity } from "./figure.js";
import { icon } from "./icon.js";
import { newQuoteNumber, quoteLink } from "./quote-number.js";
import { QuoteSession } from "./quote-session.js";
import { addressOf, go } from "./route.js";
import { ago, at } from "./time.js";
import { toast } from "./toast.js";

/** One customer or supplier: what is the CRM's own, what follows Cin7, and what stands between the two. */
class CompanyPage extends QdElement {
  static override properties = { record: { attribute: false } };
  /** The company's id. */
  declare record: string;
  #company: CompanyView | null = null;
  #fault: Fault | null = null;
  #quotes: QuoteSummary[] = [];
  /** What it is to each category. */
  #matrix: MatrixCell[] = [];
  /** The form that made it, if that was filled in here. */
  #account: AccountView | null = null;
  /** What it owes, as far as the sales tell. */
  #exposure: ExposureView | null = null;
  #editing = false;

  override connectedCallback(): void {
    super.connectedCallback();
    document.title = "Company";
    this.hear("records", ({ lists }) => {
      if (lists.some((list) => ["customers", "suppliers", "references", "products", "sales"].includes(list))) void this.#read();
    });
    this.hear("company", ({ key }) => {
      if (key === this.#company?.id) void this.#read();
    });
    this.every(30_000, () => this.requestUpdate());
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has("record")) return;
    this.#company = null;
    this.#editing = companyDraft(this.record) !== null;
    void this.#read();
  }

  async #read(): Promise<void> {
    const { record } = this;
    try {
      const company = await theDesk().companies.get(record);
      if (record !== this.record) return;
      this.#company = company;
      this.#fault = null;
      document.title = company.name;
      this.requestUpdate();
      await QuoteSession.left;
      this.#exposure = company.kind === "customer" ? await theDesk().sales.exposure(company.id) : null;
      this.#account = (await theDesk().companies.accounts()).find((account) => account.companyId === company.id) ?? null;
      this.#matrix = await theDesk().companies.matrix(company.id);
      this.#quotes = (await theDesk().quotes.list()).filter((quote) => quote.customerId === company.id);
    } catch (caught) {
      this.#fault = faultOf(caught);
    }
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    if (this.#company !== null) return this.#page(this.#company);
    if (this.#fault === null) return html`<main class="page"><p class="loading">Reading the company …</p></main>`;
    return html`<main class="page narrow"><section class="card teach"><h1>${
      this.#fault.code === "unknown-customer" ? "This company is not here." : "This company cannot be shown."
    }</h1>
      <p class="soft">${
        this.#fault.code === "unknown-customer"
          ? "No customer or supplier with this account code has been read from Cin7."
          : this.#fault.sentence
      }</p><p><a class="button" href="/companies">All companies</a></p></section></main>`;
  }

  #page(company: CompanyView): TemplateResult {
    return html`<main class="page company">
      <header class="page-title"><h1>${company.name}</h1><span
        class="tag">${kindWord(company.kind)}</span>${companyTags(company)}<span class="spring"></span>
        ${
          company.kind === "customer" && !company.deprecated
            ? html`<button class="button primary" @click=${() => void this.#quote(company)}>${icon("plus")} New quote</button>`
            : nothing
        }</header>
      ${
        company.onHold
          ? html`<p class="banner warn">${icon("warn")}<span><b>${company.name} is on credit hold in Cin7.</b> Ask accounts before
            you promise anything.</span></p>`
          : nothing
      }
      ${
        company.deprecated
          ? html`<p class="banner">${icon("note")}<span>Cin7 has retired this ${company.kind}. It is not offered on new
            quotes.</span></p>`
          : nothing
      }
      ${this.#account !== null && company.salesRepresentative === null ? representativeNote(this.#account) : nothing}
      ${company.drift.map(
        (drift) => html`<p class="banner drift">${icon("note")}<span>${driftSays(drift.field)}
          <b>${drift.cin7 === "" ? "nothing" : drift.cin7}</b>. Here it stays as it is until you take it over.</span>
        <button class="button small" @click=${() => void this.#accept(company, drift.field)}>Take over
          ${driftName(drift.field)}</button></p>`,
      )}
      <div class="company-columns">
        <div class="company-column">
          <section class="card part" aria-labelledby="own-title">
            <header class="part-head"><h2 id="own-title">Company</h2>${
              this.#editing ? nothing : html`<button class="button small" @click=${() => this.#edit(true)}>Edit</button>`
            }</header>
            <p class="soft small">Copied from Cin7 when the company first arrived, and this CRM's own since. Changes here are not
              sent to Cin7.</p>
            ${
              this.#editing
                ? html`<qd-company-form .company=${company} @qd-done=${() => this.#edit(false)}></qd-company-form>`
                : this.#own(company)
            }
          </section>
          ${
            company.kind === "supplier"
              ? nothing
              : html`<section class="card part" aria-labelledby="delivery-title"><h2 id="delivery-title">Delivery addresses</h2>
            <p class="soft small">These follow Cin7 with every sync.</p>
            ${
              company.deliveryAddresses.length === 0
                ? html`<p class="soft">Cin7 has none.</p>`
                : html`<ul class="addresses">${company.deliveryAddresses.map(
                    (address) => html`<li>${addressLine(address)}</li>`,
                  )}</ul>`
            }</section>`
          }
          ${company.kind === "supplier" ? nothing : html`${this.#quoteList()}${this.#categories()}`}
        </div>
        <div class="company-column">
          <section class="card part" aria-labelledby="account-title"><h2 id="account-title">Account in Cin7</h2>
            <p class="soft small">${
              company.readAt === null
                ? "Being read for the first time."
                : html`Read <span title=${at(company.readAt)}>${ago(company.readAt)}</span>.`
            }${company.modifiedAt === null ? nothing : html` Changed in Cin7 ${at(company.modifiedAt)}.`}</p>
            ${this.#inCin7(company)}</section>
          ${company.prices.length === 0 ? nothing : this.#prices(company)}
        </div>
      </div>
      ${
        company.kind === "supplier"
          ? nothing
          : html`<section class="company-sales" aria-labelledby="sales-title"><h2 id="sales-title">Sales
            transactions</h2><qd-sale-transactions .customer=${company.id}></qd-sale-transactions></section>`
      }
    </main>`;
  }

  #own(company: CompanyView): TemplateResult {
    return html`<dl class="properties">
        <div><dt>Name</dt><dd>${company.name}</dd></div>
        <div><dt>Phone</dt><dd>${
          company.phone === ""
            ? html`<span class="soft">none</span>`
            : html`<a href=${`tel:${company.phone.replaceAll(/[^+\d]/g, "")}`}>${company.phone}</a>`
        }</dd></div>
        <div><dt>Main address</dt><dd>${
          company.mainAddress === null ? html`<span class="soft">none</span>` : addressLine(company.mainAddress)
        }</dd></div>
      </dl>
      <h3>Contacts</h3>
      ${
        company.contacts.length === 0
          ? html`<p class="soft">None.</p>`
          : html`<ul class="contacts">${company.contacts.map(
              (contact) => html`<li>
        <span><b>${contact.name}</b>${
          contact.default ? html` <span class="tag">default</span>` : nothing
        }${contact.jobTitle === "" ? nothing : html` <span class="soft small">${contact.jobTitle}</span>`}</span>
        <span class="small">${
          contact.email === "" ? nothing : html`<a href=${`mailto:${contact.email}`}>${contact.email}</a>`
        }${contact.email !== "" && contact.phone !== "" ? " · " : nothing}${contact.phone}</span></li>`,
            )}</ul>`
      }`;
  }

  #inCin7(company: CompanyView): TemplateResult {
    const none = html`<span class="soft">none</span>`;
    const customer = company.kind === "customer";
    return html`<dl class="properties">
      <div><dt>Account code</dt><dd class="code"><code>${company.id}</code><button class="button small"
        @click=${() => void this.#copy(company.id)}>Copy</button></dd></div>
      <div><dt>Name in Cin7</dt><dd class="code"><span>${company.cin7Name}</span><button class="button small"
        title="Cin7 shows no account codes; its own search finds the name." @click=${() => void this.#copy(company.cin7Name)}>Copy
          for Cin7's search</button></dd></div>
      <div><dt>Type</dt><dd>${kindWord(company.kind)}</dd></div>
      <div><dt>Currency</dt><dd>${company.currency}</dd></div>
      ${
        customer
          ? html`<div><dt>Price tier</dt><dd>${
              company.priceTier ?? html`<span class="soft">none: the standard price applies</span>`
            }${
              company.priceTier !== null && company.priceTierOrdinal === null
                ? html` <span class="tag warn">${icon("warn")} not one of the account's tiers</span>`
                : nothing
            }</dd></div>`
          : nothing
      }
      <div><dt>Payment terms</dt><dd>${company.paymentTerm ?? none}</dd></div>
      <div><dt>Tax rule</dt><dd>${company.taxRule ?? none}</dd></div>
      ${
        customer
          ? html`<div><dt>Warehouse</dt><dd>${company.warehouse ?? none}</dd></div>
      <div><dt>Sales representative</dt><dd>${company.salesRepresentative ?? none}</dd></div>`
          : nothing
      }
      <div><dt>Discount</dt><dd>${quantity(company.discount) === "0" ? none : `${quantity(company.discount)} %`}</dd></div>
      ${
        customer
          ? html`<div><dt>Credit limit</dt><dd>${
              company.creditLimit === null ? "no limit" : `${company.currency} ${amount(company.creditLimit)}`
            }</dd></div>
      <div><dt>Balance</dt><dd class="soft">not available from Cin7</dd></div>
      <div><dt>Owed by sales</dt><dd>${this.#owed(company)}</dd></div>
      <div><dt>Credit hold</dt><dd>${company.onHold ? html`<span class="warn">on hold</span>` : "no"}</dd></div>`
          : nothing
      }
      <div><dt>Tags</dt><dd>${
        company.tags.length === 0 ? none : company.tags.map((tag) => html`<span class="tag">${tag}</span> `)
      }</dd></div>
    </dl>`;
  }

  /** Open invoices less what was paid, plus what is authorised and not invoiced: an estimate, since Cin7 gives no balance. */
  #owed(company: CompanyView): TemplateResult {
    if (this.#exposure === null || this.#exposure.asOf === null)
      return html`<span class="soft">not known before the sales have been read</span>`;
    const { amount: owed, asOf, complete } = this.#exposure;
    return html`${company.currency} ${amount(owed)} <span class="soft small">estimate at ${at(asOf)}${
      complete ? "" : ", some sales are still being read"
    }</span>`;
  }

  #prices(company: CompanyView): TemplateResult {
    return html`<section class="card part" aria-labelledby="prices-title"><h2 id="prices-title">Special prices</h2>
      <table class="plain-table"><thead><tr><th scope="col">Product</th><th scope="col"
        class="number">${company.currency}</th></tr></thead>
      <tbody>${company.prices.map(
        (price) =>
          html`<tr><td>${
            price.sku === ""
              ? html`<span class="soft">a product that is not read yet</span>`
              : html`<a href=${`/product/${price.productId}`}>${price.sku}</a> ${price.name}`
          }</td><td class="number">${amount(price.price)}</td></tr>`,
      )}</tbody></table></section>`;
  }

  #quoteList(): TemplateResult {
    return html`<section class="card part" aria-labelledby="quotes-title"><h2 id="quotes-title">Quotes on this device</h2>
      ${
        this.#quotes.length === 0
          ? html`<p class="soft">None yet.</p>`
          : html`<ul class="quote-rows">${this.#quotes.map(
              (quote) => html`<li><a href=${addressOf(quote.link)}>${quote.number}</a>
        <span class="soft small">${ago(quote.changedAt)}</span><span class="number">${quote.currency}
          ${amount(quote.gross)}</span>${
            quote.confirmed ? html`<span class="tag good">${icon("lock")} ordered</span>` : html`<span class="tag">open</span>`
          }</li>`,
            )}</ul>`
      }</section>`;
  }

  #categories(): TemplateResult {
    return html`<section class="card part" aria-labelledby="categories-title"><h2 id="categories-title">Categories</h2>
      <p class="soft small">What was quoted or ordered here, by the category that Cin7 had it under then.</p>
      ${
        this.#matrix.length === 0
          ? html`<p class="soft">None yet.</p>`
          : html`<ul class="quote-rows category-rows">${this.#matrix.map(
              ({ category, state, since }) => html`<li><span>${category}</span>
        <span class="soft small" title=${at(since)}>${ago(since)}</span><span
          class=${state === "Bought" ? "tag good" : "tag"}>${state === "Bought" ? "bought" : "opportunity"}</span></li>`,
            )}</ul>`
      }</section>`;
  }

  #edit(editing: boolean): void {
    this.#editing = editing;
    this.requestUpdate();
    if (!editing) void this.#read();
  }

  async #accept(company: CompanyView, field: string): Promise<void> {
    try {
      this.#company = await theDesk().companies.accept(company.id, field);
      announce("Taken over from Cin7.");
    } catch (caught) {
      toast({ text: inWords(caught) });
    }
    this.requestUpdate();
  }

  async #copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      toast({ text: "Copied." });
    } catch {
      toast({ text: "The browser did not allow copying. Mark the text and copy it by hand." });
    }
  }

  async #quote(company: CompanyView): Promise<void> {
    const link = quoteLink(newQuoteNumber());
    try {
      const quote = await theDesk().quotes.create({ link, customerId: company.id });
      await quote.close();
      go(addressOf(link));
    } catch (caught) {
      toast({ text: inWords(caught) });
    }
  }
}
customElements.define("qd-company-page", CompanyPage);

/** An address in one line, empty parts left out. */
function addressLine(address: AddressView): string {
  const { line1, line2, city, state, postcode, country } = address;
  return [line1, line2, city, state, postcode, country].filter((part) => part.trim() !== "").join(", ");
}
