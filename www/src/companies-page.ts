import { html, nothing, type TemplateResult } from "lit";
import type { AccountView, CompanyKind, CompanyList, CompanyRow } from "cin7-quote-desk";
import { theDesk } from "./desk.js";
import { QdElement } from "./element.js";
import { inWords } from "./fault.js";
import { count } from "./figure.js";
import { icon } from "./icon.js";
import { marked } from "./marked.js";
import { go } from "./route.js";

const SHOWN = 50;

/** Every customer and supplier, found by whatever is typed. */
class CompaniesPage extends QdElement {
  #found: CompanyList | null = null;
  #failure = "";
  #wanted = "";
  #kind: CompanyKind | null = null;
  #asked = 0;
  #begun: AccountView[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    document.title = "Companies";
    this.hear("records", ({ lists }) => {
      if (lists.includes("customers") || lists.includes("suppliers") || lists.includes("references")) void this.#read();
    });
    this.hear("account", () => void this.#readBegun());
    void this.#read();
    void this.#readBegun();
  }

  /** Customers whose form was filled in here and that are not in Cin7 yet. */
  async #readBegun(): Promise<void> {
    try {
      this.#begun = (await theDesk().companies.accounts()).filter((account) => account.state !== "made");
    } catch (caught) {
      this.#failure = inWords(caught);
    }
    this.requestUpdate();
  }

  async #read(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const found = await theDesk().companies.search(this.#wanted, { kind: this.#kind, limit: SHOWN });
      if (asked !== this.#asked) return;
      this.#found = found;
      this.#failure = "";
    } catch (caught) {
      if (asked !== this.#asked) return;
      this.#failure = inWords(caught);
    }
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    return html`<main class="page">
      <header class="page-title"><h1>Companies</h1>
        <input class="input filter" type="search" aria-label="Find a company" placeholder="Name, contact or town"
          @input=${this.#typed} />
        <select class="input filter-kind" aria-label="Type" @change=${this.#chosen}><option value="">All types</option><option
          value="customer">Customers</option><option value="supplier">Suppliers</option></select>
        <a class="button primary" href="/companies/new">${icon("plus")} Create customer</a></header>
      ${this.#begun.map(
        (account) =>
          html`<p class="banner ${["queued", "sending"].includes(account.state) ? "" : "warn"}">${icon(
            ["queued", "sending"].includes(account.state) ? "clock" : "warn",
          )}<span><b>${account.name}</b>: ${account.sentence}</span><a class="button small" href="/companies/new">Show</a></p>`,
      )}
      ${
        this.#failure !== ""
          ? html`<p class="banner stop" role="alert">${icon("stop")}<span>The companies could not be read.
            ${this.#failure}</span></p>`
          : this.#found === null
            ? html`<p class="loading">Reading the companies …</p>`
            : this.#table(this.#found)
      }
    </main>`;
  }

  #table({ total, rows }: CompanyList): TemplateResult {
    if (total === 0 && this.#kind === null) {
      return html`<section class="card teach big"><h2>No companies yet.</h2><p class="soft">Customers and suppliers are read from
        Cin7 and appear here as they arrive. A new customer can be created here, and is made in Cin7 too.</p></section>`;
    }
    return html`<table class="records card companies">
      <thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col" class="wide-only">Town</th><th
        scope="col">Price tier</th><th scope="col" class="wide-only">Terms</th><th scope="col" class="wide-only">Currency</th><th
          scope="col">State</th></tr></thead>
      <tbody>${rows.map((row) => this.#row(row))}
      ${rows.length === 0 ? html`<tr><td colspan="7" class="soft">No company matches.</td></tr>` : nothing}</tbody>
    </table>
    <p class="soft small table-note" role="status">${
      this.#wanted === ""
        ? rows.length < total
          ? `The first ${count(rows.length)} of ${count(total)}, by name. Type to find the others.`
          : `${count(total)} in all.`
        : rows.length < SHOWN
          ? `${count(rows.length)} of ${count(total)} match.`
          : `The best ${count(rows.length)} matches.`
    }</p>`;
  }

  #row(row: CompanyRow): TemplateResult {
    return html`<tr @click=${(event: MouseEvent) => this.#openRow(event, row)}>
      <td class="one-line"><a href=${`/company/${row.id}`}>${marked(row.name, row.marks)}</a></td>
      <td><span class="tag">${kindWord(row.kind)}</span></td>
      <td class="wide-only soft">${row.city}</td>
      <td>${row.kind === "supplier" ? nothing : (row.priceTier ?? html`<span class="soft">no tier</span>`)}</td>
      <td class="wide-only">${row.paymentTerm ?? nothing}</td>
      <td class="wide-only soft">${row.currency}</td>
      <td>${companyTags(row)}</td>
    </tr>`;
  }

  #typed(event: Event): void {
    this.#wanted = (event.target as HTMLInputElement).value.trim();
    void this.#read();
  }

  #chosen(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    this.#kind = value === "" ? null : (value as CompanyKind);
    void this.#read();
  }

  #openRow(event: MouseEvent, row: CompanyRow): void {
    if ((event.target as Element).closest("a, button") === null && getSelection()?.isCollapsed !== false)
      go(`/company/${row.id}`);
  }
}
customElements.define("qd-companies-page", CompaniesPage);

/** The word for a company's type. */
export function kindWord(kind: CompanyKind): string {
  return kind === "supplier" ? "Supplier" : "Customer";
}

/** What should catch the eye about a company. */
export function companyTags(company: { onHold: boolean; deprecated: boolean; drifted?: boolean }): TemplateResult {
  return html`${company.onHold ? html`<span class="tag warn">${icon("warn")} on hold</span> ` : nothing}${
    company.deprecated ? html`<span class="tag">retired in Cin7</span> ` : nothing
  }${company.drifted === true ? html`<span class="tag">${icon("note")} Cin7 differs</span>` : nothing}`;
}
