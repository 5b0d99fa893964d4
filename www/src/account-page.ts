import { html, nothing, type TemplateResult } from "lit";
import type { AccountForm, AccountView, ContactView, Detail, ReferenceView } from "cin7-quote-desk";
import { accountCard, type AccountActions } from "./account-card.js";
import { announce } from "./announcement.js";
import { blankContact, contactsForm } from "./contacts-form.js";
import { theDesk } from "./desk.js";
import { draftOf, dropDraft, keepDraft } from "./draft.js";
import { QdElement } from "./element.js";
import { faultOf, inWords } from "./fault.js";
import { idOf, labelOf, problemOf, textField } from "./form-field.js";
import { icon } from "./icon.js";
import { newQuoteNumber, quoteLink } from "./quote-number.js";
import { addressOf, go } from "./route.js";
import { toast } from "./toast.js";
import { tierName } from "./tier-name.js";

type Lines = Required<AccountForm["address"]>;
type Choice = "currency" | "paymentTerm" | "taxRule" | "priceTier" | "salesRepresentative" | "warehouse";

/** What is typed into the form. */
interface Typed {
  name: string;
  phone: string;
  contacts: ContactView[];
  address: Lines;
  chosen: Record<Choice, string>;
}

const LINES: { name: keyof Lines; label: string; complete: string; wide: boolean; required: boolean }[] = [
  { name: "line1", label: "Address line 1", complete: "address-line1", wide: true, required: true },
  { name: "line2", label: "Address line 2", complete: "address-line2", wide: false, required: false },
  { name: "line3", label: "Address line 3", complete: "address-line3", wide: false, required: false },
  { name: "line4", label: "Address line 4 (town)", complete: "address-level2", wide: false, required: false },
  { name: "line5", label: "Address line 5 (county)", complete: "address-level1", wide: false, required: false },
  { name: "postcode", label: "Postcode", complete: "postal-code", wide: false, required: false },
  { name: "country", label: "Country", complete: "country-name", wide: false, required: true },
];

/**
 * Creates a customer, here and in Cin7. The address may bring what the CRM knows: `name`, `phone`, `contact`, `rep`,
 * `country`, and `quote`, the link of the quote that waits for its customer.
 */
class AccountPage extends QdElement {
  readonly #given = new URLSearchParams(location.search);
  /** A form that the address fills in is one of its own. */
  readonly #form = `create-customer${location.search}`;
  #books: ReferenceView | null = null;
  /** Accounts that Cin7 asks for and the settings do not name. */
  #lacking: string[] = [];
  #notReady = "";
  #accounts: AccountView[] = [];
  /** Keys of the accounts that this page shows to their end. */
  readonly #followed = new Set<string>();
  #name = this.#given.get("name") ?? "";
  #phone = this.#given.get("phone") ?? "";
  #contacts: ContactView[] = [{ ...blankContact([]), name: this.#given.get("contact") ?? "" }];
  #address: Lines = {
    line1: "",
    line2: "",
    line3: "",
    line4: "",
    line5: "",
    postcode: "",
    country: this.#given.get("country") ?? "",
  };
  readonly #chosen: Record<Choice, string> = {
    currency: "",
    paymentTerm: "",
    taxRule: "",
    priceTier: "",
    salesRepresentative: this.#given.get("rep") ?? "",
    warehouse: "",
  };
  #details: readonly Detail[] = [];
  #failure = "";
  #sending = false;

  override connectedCallback(): void {
    super.connectedCallback();
    document.title = "Create customer";
    this.#restore();
    this.hear("account", (account) => this.#moved(account));
    this.hear("records", ({ lists }) => {
      if (lists.includes("references")) void this.#readBooks();
    });
    void this.#readBooks();
    void this.#readAccounts();
  }

  async #readBooks(): Promise<void> {
    try {
      const [books, { receivableAccount, revenueAccount }] = await Promise.all([
        theDesk().references(),
        theDesk().settings.current(),
      ]);
      this.#books = books;
      this.#lacking = Object.entries({ "receivable account": receivableAccount, "revenue account": revenueAccount }).flatMap(
        ([name, account]) => ((account ?? "").trim() === "" ? [name] : []),
      );
      this.#notReady = "";
      const [term, rule] = [books.defaultPaymentTerm, books.defaultTaxRule];
      if (this.#chosen.currency === "") this.#chosen.currency = books.baseCurrency;
      if (this.#chosen.paymentTerm === "") this.#chosen.paymentTerm = term ?? "";
      if (this.#chosen.taxRule === "") this.#chosen.taxRule = rule ?? "";
    } catch (caught) {
      this.#notReady = inWords(caught);
    }
    this.requestUpdate();
  }

  /** What was begun earlier and waits for Cin7 or for a person is shown too. */
  async #readAccounts(): Promise<void> {
    try {
      this.#accounts = (await theDesk().companies.accounts()).filter(
        (account) => account.state !== "made" || this.#followed.has(account.key),
      );
      for (const account of this.#accounts) this.#followed.add(account.key);
    } catch (caught) {
      this.#failure = inWords(caught);
    }
    this.requestUpdate();
  }

  #moved(account: AccountView): void {
    if (!this.#followed.has(account.key)) return;
    // It is to be typed over and sent once more.
    if (account.state === "refused" && this.#isTyped(account)) this.#keep();
    const known = this.#accounts.find((one) => one.key === account.key);
    // Said where it moves, so that the last word said is about the state it is in.
    if (known?.sentence !== account.sentence) announce(account.sentence);
    this.#accounts =
      known !== undefined ? this.#accounts.map((one) => (one.key === account.key ? account : one)) : [account, ...this.#accounts];
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const actions: AccountActions = {
      retry: (account) => void this.#act(theDesk().companies.retryAccount(account.key)),
      use: (account, id) => void this.#act(theDesk().companies.useFound(account.key, id)),
      forget: (account) => void this.#forget(account),
    };
    const busy = this.#accounts.some((account) => this.#isTyped(account) && account.state !== "refused");
    return html`<main class="page account-page"><header class="page-title"><h1>Create customer</h1></header>
      ${this.#accounts.map((account) => accountCard(account, actions, this.#next(account)))}
      ${
        this.#books === null
          ? html`<p class="loading">${this.#notReady === "" ? "Opening …" : this.#notReady}</p>`
          : busy
            ? nothing
            : this.#ask(this.#books)
      }
    </main>`;
  }

  /** Whether the account is the one that stands in the form. */
  #isTyped(account: AccountView): boolean {
    return account.key === this.#name.trim().toLowerCase();
  }

  #next(account: AccountView): TemplateResult {
    const quote = this.#given.get("quote");
    return html`${
      quote === null
        ? nothing
        : html`<button class="button primary" @click=${() => void this.#quote(account, quote)}>Use for the quote</button>`
    }
      <a class="button ${quote === null ? "primary" : ""}" href=${`/company/${account.companyId}`}>Open ${account.name}</a>
      ${
        quote === null
          ? html`<button class="button" @click=${() =>
              void this.#quote(account, quoteLink(newQuoteNumber()))}>${icon("plus")} New quote</button>`
          : nothing
      }
      <button class="button plain" @click=${this.#another}>Create another</button>`;
  }

  #ask(books: ReferenceView): TemplateResult {
    const people = books.salesPeople;
    const given = this.#chosen.salesRepresentative;
    const isKnown = given === "" || people.includes(given);
    const settings = this.#details.filter((detail) => detail.field.startsWith("settings."));
    return html`${
      this.#lacking.length === 0
        ? nothing
        : html`<p class="banner warn">${icon("warn")}<span><b>No customer can be created yet.</b> The settings name no
          ${this.#lacking.join(" and no ")} for new customers. What you type here stays while you choose.</span><a
            class="button small" href="/settings">Choose in the settings</a></p>`
    }
    <form class="account-form" @submit=${this.#submitted} @input=${this.#keep} novalidate>
      <section class="card part" aria-labelledby="who"><h2 id="who">Customer</h2>
        <div class="form-fields">
          ${textField(
            {
              name: "name",
              label: "Name",
              value: this.#name,
              required: true,
              wide: true,
              complete: "organization",
              take: (value) => (this.#name = value),
            },
            this.#details,
          )}
          ${textField(
            {
              name: "phone",
              label: "Phone",
              value: this.#phone,
              type: "tel",
              complete: "tel",
              note: "Cin7 keeps it with the default contact.",
              take: (value) => (this.#phone = value),
            },
            this.#details,
          )}
        </div>
        <h3>Contacts</h3>
        ${contactsForm(this.#contacts, this.#details, (contacts) => {
          this.#contacts = contacts;
          this.#keep();
          this.requestUpdate();
        })}</section>
      <section class="card part" aria-labelledby="where"><h2 id="where">Main address</h2>
        <div class="form-fields two">${LINES.map(({ name, ...line }) =>
          textField(
            {
              ...line,
              name: `address.${name}`,
              value: this.#address[name],
              take: (value) => (this.#address = { ...this.#address, [name]: value }),
            },
            this.#details,
          ),
        )}</div></section>
      <section class="card part" aria-labelledby="terms"><h2 id="terms">Account in Cin7</h2>
        <div class="form-fields">
          ${textField(
            {
              name: "currency",
              label: "Currency",
              value: this.#chosen.currency,
              required: true,
              take: (value) => (this.#chosen.currency = value),
            },
            this.#details,
          )}
          ${this.#choice(
            "paymentTerm",
            "Payment terms",
            books.paymentTerms.map((name) => [name, name]),
            true,
          )}
          ${this.#choice(
            "taxRule",
            "Tax rule",
            books.taxRules.map(({ name }) => [name, name]),
            true,
          )}
          ${this.#choice(
            "priceTier",
            "Price tier",
            books.priceTiers
              .filter(({ name }) => name !== "")
              .map((tier) => [String(tier.ordinal), tierName(tier, books.priceTiers)]),
            false,
            "No tier: the standard price",
          )}
          ${this.#choice(
            "warehouse",
            "Warehouse",
            books.warehouses.map((name) => [name, name]),
            false,
            "None",
          )}
          ${this.#choice(
            "salesRepresentative",
            "Sales representative",
            [
              ...people.map((name): [string, string] => [name, name]),
              ...(isKnown ? [] : [[given, `${given} (unknown to Cin7)`] as [string, string]]),
            ],
            false,
            "None",
            isKnown ? nothing : this.#unknownRep(given, people),
          )}
        </div></section>
      ${
        settings.length === 0
          ? nothing
          : html`<p class="banner stop" role="alert">${icon("stop")}<span>${settings
              .map((detail) => detail.problem)
              .join(" ")}</span><a class="button small" href="/settings">Open the settings</a></p>`
      }
      ${
        this.#failure === ""
          ? nothing
          : html`<p class="field-error" role="alert">${this.#failure}${
              this.#details.length > 0
                ? ` ${this.#details.length === 1 ? "One thing is" : `${this.#details.length} things are`} to be put right.`
                : ""
            }</p>`
      }
      <p class="row end"><span class="soft small spring">One customer is made in Cin7, however often you press.</span><a
        class="button plain" href="/companies" @click=${() => dropDraft(this.#form)}>Cancel</a><button class="button primary"
          ?disabled=${this.#sending}>Create customer</button></p>
    </form>`;
  }

  #choice(
    name: Choice,
    label: string,
    options: [value: string, text: string][],
    required: boolean,
    none = "Choose …",
    note: TemplateResult | typeof nothing = nothing,
  ): TemplateResult {
    const problem = problemOf(this.#details, name);
    const id = idOf(name);
    return html`<div class="field"><label for=${id}>${labelOf(label, required)}</label>
      <select class="input" id=${id} aria-label=${label} aria-required=${required} aria-invalid=${problem !== ""}
        aria-describedby=${problem === "" ? nothing : `${id}-problem`} @change=${(event: Event) =>
          this.#choose(name, (event.target as HTMLSelectElement).value)}>
        <option value="" .selected=${this.#chosen[name] === ""}>${none}</option>
        ${options.map(([value, text]) => html`<option value=${value} .selected=${this.#chosen[name] === value}>${text}</option>`)}
      </select>
      ${problem === "" ? nothing : html`<p class="field-error" id=${`${id}-problem`}>${problem}</p>`}${note}</div>`;
  }

  /** Cin7 would leave the representative out without a word; the near match is offered, never taken by itself. */
  #unknownRep(given: string, people: readonly string[]): TemplateResult {
    const bare = (name: string) => name.toLowerCase().replaceAll(/\s+/g, "");
    const closest = people.find((name) => bare(name) === bare(given));
    return html`<p class="field-note warn">Cin7 has no sales contact named “${given}”, so none is sent. ${
      closest === undefined
        ? nothing
        : html`<button class="link small" type="button" @click=${() =>
            this.#choose("salesRepresentative", closest)}>Use ${closest}</button>`
    }</p>`;
  }

  #choose(name: Choice, value: string): void {
    this.#chosen[name] = value;
    this.#keep();
    this.requestUpdate();
  }

  #restore(): void {
    const draft = draftOf<Typed>(this.#form) ?? {};
    this.#name = draft.name ?? this.#name;
    this.#phone = draft.phone ?? this.#phone;
    this.#contacts = draft.contacts ?? this.#contacts;
    this.#address = { ...this.#address, ...draft.address };
    Object.assign(this.#chosen, draft.chosen);
  }

  readonly #keep = (): void => {
    keepDraft(this.#form, {
      name: this.#name,
      phone: this.#phone,
      contacts: this.#contacts,
      address: this.#address,
      chosen: this.#chosen,
    } satisfies Typed);
  };

  #submitted(event: Event): void {
    event.preventDefault();
    void this.#create();
  }

  async #create(): Promise<void> {
    this.#sending = true;
    this.#failure = "";
    this.requestUpdate();
    const { currency, paymentTerm, taxRule, priceTier, salesRepresentative, warehouse } = this.#chosen;
    // A contact that was offered and left alone is none.
    const contacts = this.#contacts.filter(
      ({ name, email, phone, jobTitle }) =>
        this.#contacts.length > 1 || this.#phone.trim() !== "" || `${name}${email}${phone}${jobTitle}`.trim() !== "",
    );
    const form: AccountForm = {
      name: this.#name,
      currency,
      paymentTerm,
      taxRule,
      phone: this.#phone,
      contacts,
      address: this.#address,
      priceTier: priceTier === "" ? null : Number(priceTier),
      salesRepresentative: salesRepresentative === "" ? null : salesRepresentative,
      warehouse: warehouse === "" ? null : warehouse,
    };
    try {
      const known = () => this.#accounts.find((one) => this.#isTyped(one));
      const before = known();
      this.#followed.add(this.#name.trim().toLowerCase());
      const account = await theDesk().companies.create(form);
      dropDraft(this.#form);
      this.#details = [];
      // What has been told of meanwhile is newer than this answer.
      if (known() === before) this.#moved(account);
      // The form is gone: who works without a mouse goes on at the account.
      void this.updateComplete.then(() => this.querySelector<HTMLElement>(".account-card")?.focus());
    } catch (caught) {
      const { sentence, details } = faultOf(caught);
      [this.#failure, this.#details] = [sentence, details];
      void this.updateComplete.then(() => this.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
    }
    this.#sending = false;
    this.requestUpdate();
  }

  async #act(call: Promise<AccountView>): Promise<void> {
    try {
      this.#moved(await call);
    } catch (caught) {
      toast({ text: inWords(caught) });
    }
  }

  async #forget(account: AccountView): Promise<void> {
    try {
      await theDesk().companies.forgetAccount(account.key);
      this.#followed.delete(account.key);
      if (this.#isTyped(account)) this.#keep();
      this.#accounts = this.#accounts.filter((one) => one.key !== account.key);
      this.requestUpdate();
      await this.updateComplete;
      document.getElementById(idOf("name"))?.focus();
    } catch (caught) {
      toast({ text: inWords(caught) });
    }
  }

  async #quote(account: AccountView, link: string): Promise<void> {
    if (account.companyId === null) return;
    try {
      const quote = await theDesk().quotes.create({ link, customerId: account.companyId });
      await quote.close();
      go(addressOf(link));
    } catch (caught) {
      toast({ text: inWords(caught) });
    }
  }

  readonly #another = (): void => {
    this.#followed.clear();
    this.#accounts = this.#accounts.filter((account) => account.state !== "made");
    for (const account of this.#accounts) this.#followed.add(account.key);
    [this.#name, this.#phone, this.#contacts] = ["", "", [blankContact([])]];
    this.#address = { ...this.#address, line1: "", line2: "", line3: "", line4: "", line5: "", postcode: "" };
    this.#chosen.salesRepresentative = "";
    this.requestUpdate();
  };
}
customElements.define("qd-account-page", AccountPage);
