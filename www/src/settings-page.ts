import { html, nothing, type TemplateResult } from "lit";
import { isQuoteDeskError, type DescriptionField, type LedgerAccount, type ReferenceView, type Settings } from "cin7-quote-desk";
import "./styles/settings.css";
import "./device-card.js";
import { keepSettings, overridden, theDesk } from "./desk.js";
import { draftOf, dropDraft, keepDraft } from "./draft.js";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import { icon } from "./icon.js";
import { QuoteSession } from "./quote-session.js";
import { readTyped } from "./typed-number.js";
import { tierNamed } from "./tier-name.js";

type All = Required<Settings>;
const FORM = "settings";
type Choice = readonly [value: string, label: string];

const DESCRIPTIONS: Choice[] = [
  ["extendedDescription", "Extended description: quote lines begin with it"],
  ["internalNotes", "Internal notes: never leave the company"],
  ["specification", "Specification: may keep its markup"],
];

/** Every system option: what it is called, what it changes, and what it may be. */
const GROUPS: {
  title: string;
  options: {
    name: keyof All;
    label: string;
    effect: string;
    choices?: Choice[];
    kind?: "switch" | "tier" | "percent" | "account";
    suits?: "receivable" | "revenue" | "payments";
  }[];
}[] = [
  {
    title: "Orders",
    options: [
      {
        name: "salesType",
        label: "Sales type",
        effect: "What confirming a quote makes in Cin7. Receipts are only posted for simple sales.",
        choices: [
          ["Advanced", "Advanced: several shipments and invoices"],
          ["Simple", "Simple: one shipment, one invoice"],
        ],
      },
      {
        name: "orderStatus",
        label: "Order status",
        effect: "Whether a confirmed order reserves its stock at once.",
        choices: [
          ["AUTHORISED", "Authorised: stock is reserved"],
          ["DRAFT", "Draft: nothing is reserved"],
        ],
      },
      {
        name: "lineTotal",
        label: "Line totals",
        effect: "Whether the total of an order line is sent without its tax, as Cin7's examples do, or with it.",
        choices: [
          ["net", "Without tax"],
          ["gross", "With tax"],
        ],
      },
      {
        name: "sendSalesPerson",
        label: "Send the sales person",
        effect: "The quote's sales person becomes the sales representative of the order.",
        kind: "switch",
      },
      {
        name: "expiredQuotes",
        label: "Quotes past their end date",
        effect: "Whether they can still be confirmed.",
        choices: [
          ["stop", "Cannot be confirmed"],
          ["allow", "Can be, with a warning"],
        ],
      },
    ],
  },
  {
    title: "Prices and margins",
    options: [
      {
        name: "standardTier",
        label: "Standard price tier",
        effect: "Prices a line when neither the quote nor its customer has a tier.",
        kind: "tier",
      },
      {
        name: "quantityBreaks",
        label: "Quantity breaks count",
        effect:
          "Which quantity a product's discount rule goes by where a quote has the product on several lines. " +
          "Cin7 takes them as one line.",
        choices: [
          ["product", "All lines of the product together"],
          ["line", "Each line by itself"],
        ],
      },
      {
        name: "minimumMargin",
        label: "Least margin, per cent",
        effect: "Lines below it are pointed out. Leave it empty to ask for none.",
        kind: "percent",
      },
      {
        name: "lowMargins",
        label: "Lines below the least margin",
        effect: "Whether a quote with one can still be confirmed.",
        choices: [
          ["warn", "Can be confirmed, with a warning"],
          ["stop", "Cannot be confirmed"],
        ],
      },
      {
        name: "showCost",
        label: "Show cost and margin",
        effect: "Whether people who use this browser see what products cost.",
        kind: "switch",
      },
    ],
  },
  {
    title: "Products and stock",
    options: [
      {
        name: "pictures",
        label: "Product pictures",
        effect: "Whether Cin7's product pictures are read and shown.",
        kind: "switch",
      },
      {
        name: "standardStock",
        label: "Standard stock calculation",
        effect:
          "What waiting orders and reserving quotes want is taken off what is available, and purchases " +
          "give the next available date.",
        kind: "switch",
      },
      {
        name: "longDescription",
        label: "Cin7's long description goes to",
        effect: "The product's field that receives it.",
        choices: DESCRIPTIONS,
      },
      {
        name: "shortDescription",
        label: "Cin7's short description goes to",
        effect: "The product's field that receives it.",
        choices: DESCRIPTIONS,
      },
    ],
  },
  {
    title: "Accounts",
    options: [
      {
        name: "receivableAccount",
        label: "Receivable account",
        effect: "Given to new customer accounts: what they owe is kept on it. Without it none can be created.",
        kind: "account",
        suits: "receivable",
      },
      {
        name: "revenueAccount",
        label: "Revenue account",
        effect: "Given to new customer accounts: their sales are booked to it. Without it none can be created.",
        kind: "account",
        suits: "revenue",
      },
      {
        name: "receiptAccount",
        label: "Receipt account",
        effect: "Receipts of simple sales are booked to it. Without it none is posted.",
        kind: "account",
        suits: "payments",
      },
    ],
  },
];

/** What an option is called on this page. */
function labelOf(name: string): string {
  const label = GROUPS.flatMap(({ options }) => options).find((option) => option.name === name)?.label;
  return label === undefined ? name : `“${label}”`;
}

/** Every system option, with what it changes. */
class SettingsPage extends QdElement {
  #chosen: All | null = null;
  #saved = "";
  #books: ReferenceView | null = null;
  /** Cin7's account book; `null` until it was read, and where it cannot be. */
  #accounts: LedgerAccount[] | null = null;
  #accountsFault = "";
  #wrong = new Map<string, string[]>();
  #failure = "";
  #saving = false;

  override connectedCallback(): void {
    super.connectedCallback();
    document.title = "Settings";
    this.hear("records", () => void this.#readBooks());
    void this.#read();
  }

  async #read(): Promise<void> {
    try {
      const current = await theDesk().settings.current();
      this.#saved = JSON.stringify(current);
      this.#chosen = { ...current, ...draftOf<All>(FORM) };
    } catch (caught) {
      this.#failure = inWords(caught);
    }
    await Promise.all([this.#readBooks(), this.#readAccounts()]);
    this.requestUpdate();
  }

  /** Without the account book a code can be typed all the same. */
  async #readAccounts(): Promise<void> {
    this.#accountsFault = "";
    try {
      this.#accounts = await theDesk().settings.accounts();
    } catch (caught) {
      this.#accountsFault = inWords(caught);
    }
    this.requestUpdate();
  }

  /** Before the first sync there is nothing to choose from; values can be typed all the same. */
  async #readBooks(): Promise<void> {
    this.#books = await theDesk()
      .references()
      .catch(() => null);
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const chosen = this.#chosen;
    if (chosen === null)
      return html`<main class="page"><p class="loading">${
        this.#failure === "" ? "Reading the settings …" : this.#failure
      }</p></main>`;
    const changed = JSON.stringify(chosen) !== this.#saved;
    return html`<main class="page settings-page"><header class="page-title"><h1>Settings</h1><a class="button plain"
      href="/sync">${icon("refresh")} Sync with Cin7</a></header>
      <form novalidate @submit=${this.#save}>
        ${
          overridden().length === 0
            ? nothing
            : html`<p class="banner">${icon("note")}<span>In this tab the address decides ${overridden().map(labelOf).join(", ")}.
              What is saved here holds for other tabs, and for this one once it is opened <a href="/settings?reset" target="_self"
                @click=${(event: Event) => {
                  event.preventDefault();
                  location.assign("/settings?reset");
                }}>without them</a>.</span></p>`
        }
        ${GROUPS.map(
          ({ title, options }) => html`<section class="card" aria-label=${title}><h2>${title}</h2>
          ${
            title === "Accounts" && this.#accountsFault !== ""
              ? html`<p class="setting-warning">${icon("warn")}<span>Cin7's account book cannot be read now, so type the codes.
                ${this.#accountsFault} <button class="link small" type="button" @click=${() => void this.#readAccounts()}>Try
                  again</button></span></p>`
              : nothing
          }
          ${options.map(
            (option) => html`<div class="setting"><label
              for=${`setting-${option.name}`}>${option.label}</label>${this.#control(chosen, option)}
            <p class="soft small" id=${`effect-${option.name}`}>${option.effect}</p>
            ${this.#wrongWith(option.name)}${option.name === "shortDescription" ? this.#clash(chosen) : nothing}</div>`,
          )}</section>`,
        )}
        ${this.#people(chosen)}
        ${
          this.#wrong.has("") || this.#failure !== ""
            ? html`<p class="banner stop" role="alert">${icon("stop")}<span>${this.#failure}
              ${this.#wrong.get("")?.join(" ")}</span></p>`
            : nothing
        }
        <footer class="settings-foot"><p class="soft small">Kept in this browser. Saving opens the desk anew; quotes and waiting
          orders stay.</p>
          <button class="button" type="button" ?disabled=${!changed || this.#saving} @click=${this.#back}>Undo changes</button>
          <button class="button primary" ?disabled=${!changed || this.#saving}>${
            this.#saving ? html`<i class="spinner"></i> Saving` : "Save settings"
          }</button></footer>
      </form><qd-device-card></qd-device-card></main>`;
  }

  #control(chosen: All, { name, label, choices, kind, suits }: (typeof GROUPS)[number]["options"][number]): TemplateResult {
    const [id, described, invalid] = [`setting-${name}`, `effect-${name}`, this.#wrong.has(name)];
    const value = chosen[name];
    if (kind === "switch")
      return html`<input id=${id} type="checkbox" role="switch" aria-describedby=${described} .checked=${value === true}
        @change=${(event: Event) => this.#set(name, (event.target as HTMLInputElement).checked)} />`;
    if (kind === "account" && suits !== undefined && this.#accounts !== null)
      return this.#account(name, suits, value as string | null, this.#accounts);
    if (kind === "tier")
      choices = Array.from(
        { length: 10 },
        (_, at) => [String(at + 1), tierNamed(at + 1, this.#books?.priceTiers ?? [])] as const,
      );
    if (choices !== undefined) {
      return html`<select class="input" id=${id} aria-describedby=${described} aria-invalid=${invalid} @change=${(
        event: Event,
      ) => {
        const text = (event.target as HTMLSelectElement).value;
        this.#set(name, kind === "tier" ? Number(text) : text);
      }}>${choices.map(
        ([word, text]) => html`<option value=${word} ?selected=${String(value) === word}>${text}</option>`,
      )}</select>`;
    }
    return html`<input class="input short" id=${id} aria-describedby=${described} aria-invalid=${invalid}
      inputmode=${kind === "percent" ? "decimal" : "text"} autocomplete="off" aria-label=${label}
      .value=${(value as string | null) ?? ""} @input=${(event: Event) => {
        const text = (event.target as HTMLInputElement).value.trim();
        this.#set(name, text === "" ? null : text);
      }} />`;
  }

  /** An account by its name: those meant for this first, the others below, and one that Cin7 does not know still as it is. */
  #account(
    name: keyof All,
    suits: "receivable" | "revenue" | "payments",
    value: string | null,
    accounts: LedgerAccount[],
  ): TemplateResult {
    const known = accounts.find(({ code }) => code === value);
    const usable = accounts.filter((account) => account.active || account === known);
    const option = (account: LedgerAccount) =>
      html`<option value=${account.code}
        ?selected=${account.code === value}>${account.code} ${account.name}${
          account.active ? "" : " (no longer in use)"
        }</option>`;
    const [meant, others] = [
      usable.filter(({ uses }) => uses.includes(suits)),
      usable.filter(({ uses }) => !uses.includes(suits)),
    ];
    return html`<select class="input" id=${`setting-${name}`} aria-describedby=${`effect-${name}`}
      aria-invalid=${this.#wrong.has(name)} @change=${(event: Event) => {
        const code = (event.target as HTMLSelectElement).value;
        this.#set(name, code === "" ? null : code);
      }}>
        <option value="" ?selected=${value === null}>None</option>
        ${
          value !== null && known === undefined
            ? html`<option value=${value} selected>${value} (not in Cin7's account book)</option>`
            : nothing
        }
        ${meant.map(option)}
        ${others.length === 0 ? nothing : html`<optgroup label="Other accounts">${others.map(option)}</optgroup>`}
      </select>
      ${
        value !== null && (known === undefined || !known.uses.includes(suits) || !known.active)
          ? html`<p class="setting-warning" role="status">${icon("warn")}<span>${
              known === undefined
                ? `Cin7 has no account ${value}: it will refuse what names it.`
                : !known.active
                  ? `${value} is no longer in use in Cin7.`
                  : `${value} ${known.name} is not meant for this in Cin7, which may refuse it.`
            }</span></p>`
          : nothing
      }`;
  }

  #wrongWith(name: string): TemplateResult[] | typeof nothing {
    const wrong = this.#wrong.get(name);
    return wrong === undefined
      ? nothing
      : wrong.map((text) => html`<p class="field-error" role="alert">${text.charAt(0).toUpperCase()}${text.slice(1)}.</p>`);
  }

  #clash({ longDescription, shortDescription }: All): TemplateResult | typeof nothing {
    if ((longDescription as DescriptionField) !== shortDescription) return nothing;
    return html`<p class="setting-warning" role="status">${icon("warn")}<span>Both descriptions go to one field. The long one wins
      where a product has both; the short one is then not kept.</span></p>`;
  }

  #people(chosen: All): TemplateResult {
    const known = this.#books?.salesPeople ?? [];
    const change = (at: number, part: "code" | "name", text: string) =>
      this.#set(
        "salesPeople",
        chosen.salesPeople.map((person, other) => (other === at ? { ...person, [part]: text } : person)),
      );
    return html`<section class="card" aria-label="Sales people"><h2>Sales people</h2><p class="soft small">A quote names the CRM's
      code; Cin7 knows the name. Orders carry the name.</p>
      ${chosen.salesPeople.map(
        (person, at) => html`<div class="person">
        <input class="input" aria-label=${`Code of person ${at + 1}`} placeholder="Code" .value=${person.code} @input=${(
          event: Event,
        ) => change(at, "code", (event.target as HTMLInputElement).value)} />
        <input class="input" aria-label=${`Name of person ${at + 1}`} placeholder="Name in Cin7" list="cin7-people"
          .value=${person.name} @input=${(event: Event) => change(at, "name", (event.target as HTMLInputElement).value)} />
        <button class="icon-button" type="button" aria-label=${`Remove person ${at + 1}`} @click=${() =>
          this.#set(
            "salesPeople",
            chosen.salesPeople.filter((_, other) => other !== at),
          )}>${icon("bin")}</button>
        ${
          person.name !== "" && known.length > 0 && !known.includes(person.name)
            ? html`<p class="setting-warning">${icon("warn")}<span>Cin7 has no sales contact “${person.name}”: it would leave the
              representative empty.</span></p>`
            : nothing
        }</div>`,
      )}
      <datalist id="cin7-people">${known.map((name) => html`<option value=${name}></option>`)}</datalist>
      ${this.#wrongWith("salesPeople")}
      <p><button class="button small" type="button" @click=${() =>
        this.#set("salesPeople", [
          ...chosen.salesPeople,
          { code: "", name: "" },
        ])}>${icon("plus")} Add a person</button></p></section>`;
  }

  #set(name: keyof All, value: unknown): void {
    if (this.#chosen === null) return;
    this.#chosen = { ...this.#chosen, [name]: value };
    // Options that were left alone go on following what is saved.
    const saved = JSON.parse(this.#saved) as All;
    keepDraft(
      FORM,
      Object.fromEntries(
        Object.entries(this.#chosen).filter(
          ([option, now]) => JSON.stringify(now) !== JSON.stringify(saved[option as keyof All]),
        ),
      ),
    );
    this.#wrong.delete(name);
    this.requestUpdate();
  }

  #back(): void {
    this.#chosen = JSON.parse(this.#saved) as All;
    this.#wrong.clear();
    dropDraft(FORM);
    this.requestUpdate();
  }

  async #save(event: Event): Promise<void> {
    event.preventDefault();
    let chosen = this.#chosen;
    if (chosen === null) return;
    if (chosen.minimumMargin !== null) {
      const reading = readTyped(chosen.minimumMargin, "%");
      if (reading.value === null) {
        this.#wrong = new Map([["minimumMargin", [reading.problem.replace(/\.$/, "")]]]);
        return this.requestUpdate();
      }
      chosen = { ...chosen, minimumMargin: reading.value };
    }
    [this.#saving, this.#failure, this.#wrong] = [true, "", new Map()];
    this.requestUpdate();
    try {
      await theDesk().settings.check(chosen);
      // A quote that was just left must be written before the desk ends.
      await QuoteSession.left;
      keepSettings(chosen);
      dropDraft(FORM);
      location.reload();
      return;
    } catch (caught) {
      if (isQuoteDeskError(caught) && caught.code === "invalid-options") {
        for (const { field, problem } of caught.details) {
          const name = field.replace(/^settings\./, "");
          this.#wrong.set(name, [...(this.#wrong.get(name) ?? []), problem]);
        }
      } else this.#failure = inWords(caught);
    }
    this.#saving = false;
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }
}
customElements.define("qd-settings-page", SettingsPage);
