import { html, nothing, type TemplateResult } from "lit";
import type { ParcelView, SaleDocumentView, SaleLineView, SaleView, ShipmentView } from "cin7-quote-desk";
import { theDesk } from "./desk.js";
import { QdElement } from "./element.js";
import { faultOf, inWords, type Fault } from "./fault.js";
import { amount, plural, quantity } from "./figure.js";
import { icon } from "./icon.js";
import { addressOf } from "./route.js";
import { paidTag, quoteNumberOf, saleTags, statusWord } from "./sale-words.js";
import { ago, at, day } from "./time.js";
import { toast } from "./toast.js";

/** One sales order as it stands in Cin7: its lines, how far it has gone, and what is owed. */
class SalePage extends QdElement {
  static override properties = { record: { attribute: false } };
  /** Cin7's id of the sale. */
  declare record: string;
  #sale: SaleView | null = null;
  #fault: Fault | null = null;
  #reading = false;

  override connectedCallback(): void {
    super.connectedCallback();
    document.title = "Order";
    this.hear("records", ({ lists }) => {
      if (lists.includes("sales") || lists.includes("customers")) void this.#read();
    });
    this.every(30_000, () => this.requestUpdate());
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has("record")) return;
    [this.#sale, this.#fault] = [null, null];
    void this.#read();
  }

  async #read(): Promise<void> {
    const { record } = this;
    try {
      const sale = await theDesk().sales.get(record);
      if (record !== this.record) return;
      this.#show(sale);
      // What is kept is on screen; what has changed in Cin7 since follows.
      if (!sale.current && sale.problem === null) await this.#refresh();
    } catch (caught) {
      if (record === this.record) this.#fault = faultOf(caught);
    }
    this.requestUpdate();
  }

  async #refresh(): Promise<void> {
    if (this.#reading) return;
    const { record } = this;
    this.#reading = true;
    this.requestUpdate();
    try {
      const sale = await theDesk().sales.refresh(record);
      if (record === this.record) this.#show(sale);
    } catch (caught) {
      toast({ text: inWords(caught) });
    }
    this.#reading = false;
    this.requestUpdate();
  }

  #show(sale: SaleView): void {
    this.#sale = sale;
    this.#fault = null;
    document.title = `Order ${sale.summary.number}`;
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    if (this.#sale !== null) return this.#page(this.#sale);
    if (this.#fault === null) return html`<main class="page"><p class="loading">Reading the order …</p></main>`;
    const unknown = this.#fault.code === "unknown-order" || this.#fault.code === "cin7-refused";
    return html`<main class="page narrow"><section class="card teach"><h1>${
      unknown ? "This order is not here." : "This order cannot be shown."
    }</h1>
      <p class="soft">${
        unknown
          ? "Neither this device nor Cin7 has an order with this id."
          : `${this.#fault.sentence} It is not kept on this device yet.`
      }</p><p><a class="button" href="/orders">All orders</a></p></section></main>`;
  }

  #page(sale: SaleView): TemplateResult {
    const { summary } = sale;
    const quote = quoteNumberOf(summary.quoteLink);
    return html`<main class="page sale">
      <header class="page-title"><h1>${summary.number === "" ? "Order without a number" : summary.number}</h1>
        ${
          summary.crmStatus === null
            ? html`<span class="tag">typed into Cin7</span>`
            : html`<span class="tag good">${icon("check")} ${summary.crmStatus}</span>`
        }
        ${saleTags(summary)}${
          summary.voided ? nothing : html`<span class="tag">${statusWord(summary.status)}</span>`
        }<span class="spring"></span>
        <span class="soft small">${
          this.#reading
            ? html`<i class="spinner"></i> Reading from Cin7 …`
            : sale.detailsAsOf === null
              ? "Details not read yet"
              : html`<span title=${at(sale.detailsAsOf)}>Read ${ago(sale.detailsAsOf)}</span>`
        }</span></header>
      ${
        summary.voided
          ? html`<p class="banner stop">${icon("stop")}<span><b>This order was voided in Cin7.</b> ${
              summary.origin === "crm"
                ? "It stays here because the CRM made it. Nothing of it counts any more: it has no transactions, and no stock " +
                  "is held."
                : "Nothing of it counts any more."
            }</span></p>`
          : nothing
      }
      ${
        summary.draft && !summary.voided
          ? html`<p class="banner warn">${icon("warn")}<span><b>This order is only a draft in Cin7.</b> It holds no stock and will
            not be picked until it is authorised there.</span></p>`
          : nothing
      }
      ${
        sale.problem === null
          ? nothing
          : html`<p class="banner warn" role="alert">${icon("warn")}<span>${
              sale.detailsAsOf === null ? "The details of this order could not be read." : "What is shown may be out of date."
            } ${sale.problem}</span><button class="button small" @click=${() => void this.#refresh()}>${icon("refresh")} Try
              again</button></p>`
      }
      <div class="sale-columns">
        <div class="sale-column">${this.#lines(sale)}${
          sale.shipments.length === 0 ? nothing : this.#shipments(sale)
        }${this.#money(sale)}</div>
        <div class="sale-column">
          <section class="card part" aria-labelledby="way-title"><h2 id="way-title">So far</h2>${way(sale)}</section>
          <section class="card part" aria-labelledby="facts-title"><h2 id="facts-title">Order</h2>
            <dl class="properties">
              <div><dt>Customer</dt><dd>${
                summary.customerKnown && summary.customerId !== null
                  ? html`<a href=${`/company/${summary.customerId}`}>${summary.customerName}</a>`
                  : summary.customerName
              }</dd></div>
              <div><dt>Quote</dt><dd>${
                quote === null
                  ? html`<span class="soft">none: typed into Cin7</span>`
                  : html`<a href=${addressOf(summary.quoteLink ?? "")}>Quote ${quote}</a>`
              }</dd></div>
              <div><dt>Type</dt><dd>${
                summary.saleType === "" ? html`<span class="soft">not read yet</span>` : summary.saleType
              }</dd></div>
              ${fact("Reference", summary.reference)}${fact("Warehouse", sale.location)}${fact(
                "Ship by",
                sale.shipBy === null ? "" : day(sale.shipBy),
              )}${fact("Terms", sale.terms)}${fact("Price tier", sale.priceTier)}
              ${fact("Sales person", sale.representative)}${fact(
                "Contact",
                [sale.contact, sale.phone, sale.email].filter((part) => part !== "").join(" · "),
              )}
              ${
                sale.delivery === null
                  ? nothing
                  : fact(
                      "Deliver to",
                      [
                        sale.delivery.company,
                        sale.delivery.contact,
                        sale.delivery.line1,
                        sale.delivery.line2,
                        sale.delivery.city,
                        sale.delivery.state,
                        sale.delivery.postcode,
                        sale.delivery.country,
                      ]
                        .filter((part) => part !== "")
                        .join(", "),
                    )
              }
              ${fact("Delivery notes", sale.note)}${fact("Memo", sale.memo)}
            </dl></section>
        </div>
      </div>
    </main>`;
  }

  #lines(sale: SaleView): TemplateResult {
    const { summary } = sale;
    return html`<section class="card part" aria-labelledby="lines-title"><h2 id="lines-title">Lines</h2>
      ${
        sale.lines.length === 0
          ? html`<p class="soft">${
              sale.detailsAsOf === null ? "The lines of this order have not been read from Cin7 yet." : "This order has no lines."
            }</p>`
          : html`
      <table class="plain-table sale-lines"><thead><tr><th scope="col">Product</th><th scope="col" class="number">Ordered</th><th
        scope="col" class="number">Delivered</th><th scope="col" class="number">Price</th><th scope="col"
          class="number">Discount</th><th scope="col" class="number">Total</th></tr></thead>
        <tbody>${sale.lines.map((line) => saleLine(line))}</tbody>
        <tfoot>${
          sale.net === null
            ? nothing
            : html`<tr><th scope="row" colspan="5" class="number">Net</th><td class="number">${amount(sale.net)}</td></tr>`
        }
          ${
            sale.tax === null
              ? nothing
              : html`<tr><th scope="row" colspan="5" class="number">Tax</th><td class="number">${amount(sale.tax)}</td></tr>`
          }
          ${
            summary.total === null
              ? nothing
              : html`<tr class="sum"><th scope="row" colspan="5" class="number">Total</th><td class="number"><span
                class="soft small">${summary.currency}</span> ${amount(summary.total)}</td></tr>`
          }</tfoot></table>`
      }
    </section>`;
  }

  #shipments(sale: SaleView): TemplateResult {
    return html`<section class="card part" aria-labelledby="shipments-title"><header class="part-head"><h2
      id="shipments-title">Shipments</h2><span class="shipping">${sale.summary.shipping}${
        sale.summary.shippedOn === null
          ? nothing
          : html`, <time datetime=${sale.summary.shippedOn}>${day(sale.summary.shippedOn)}</time>`
      }</span></header>
      ${
        sale.trackingReferences === ""
          ? nothing
          : html`<p class="tracking"><span class="soft small">Tracking</span> <output
            aria-label="Tracking references">${sale.trackingReferences}</output>${
              sale.trackingBeyond === 0 ? nothing : html` <span class="tag">and ${sale.trackingBeyond} more</span>`
            }</p>`
      }
      <ul class="shipments">${sale.shipments.map((shipment) => shipmentItem(shipment))}</ul></section>`;
  }

  #money(sale: SaleView): TemplateResult {
    const none = sale.invoices.length === 0 && sale.creditNotes.length === 0;
    const { summary } = sale;
    return html`<section class="card part" aria-labelledby="money-title"><header class="part-head"><h2 id="money-title">Invoices
      and payments</h2>${sale.summary.voided ? nothing : html`<span>Paid ${paidTag(sale.summary.paid)}</span>`}</header>
      ${
        none
          ? html`<p class="soft">${
              sale.detailsAsOf === null
                ? "Not read yet."
                : invoicedElsewhere(summary.invoicing)
                  ? `Cin7 says “${statusWord(summary.invoicing)}” and gives no invoice or credit note that counts. Look in Cin7.`
                  : "Nothing has been invoiced."
            }</p>`
          : html`<table class="plain-table documents"><thead><tr><th scope="col">Document</th><th scope="col">Date</th><th
            scope="col">Due</th><th scope="col" class="number">Total</th><th scope="col" class="number">Open</th><th
              scope="col">Paid</th></tr></thead>
        <tbody>${sale.invoices.map((invoice) =>
          documentRow("Invoice", invoice),
        )}${sale.creditNotes.map((note) => documentRow("Credit note", note))}</tbody></table>`
      }
      ${
        sale.draftInvoices === 0
          ? nothing
          : html`<p class="soft small">${plural(sale.draftInvoices, "draft invoice")} in Cin7, not counted.</p>`
      }
      ${
        sale.payments.length === 0
          ? nothing
          : html`<h3>Payments</h3><ul class="payments">${sale.payments.map(
              (payment) =>
                html`<li><span>${payment.on === null ? nothing : html`<time datetime=${payment.on}>${day(payment.on)}</time> `}${
                  payment.kind === "refund" ? "paid back" : payment.kind === "prepayment" ? "paid in advance" : "paid"
                }${
                  payment.reference === ""
                    ? nothing
                    : html` <span
                  class="soft">${payment.reference}</span>`
                }${
                  payment.document === ""
                    ? nothing
                    : html` <span
                    class="soft small">${payment.document}</span>`
                }</span><span
                      class="number">${amount(payment.amount)}</span></li>`,
            )}</ul>`
      }
    </section>`;
  }
}
customElements.define("qd-sale-page", SalePage);

/** Whether Cin7's word for the whole tells of invoices, whatever documents it gave. */
function invoicedElsewhere(invoicing: string): boolean {
  return !["", "NOT INVOICED", "NOT AVAILABLE", "DRAFT", "VOIDED"].includes(invoicing.trim().toUpperCase());
}

function fact(name: string, text: string): TemplateResult | typeof nothing {
  return text === "" ? nothing : html`<div><dt>${name}</dt><dd class="kept-breaks">${text}</dd></div>`;
}

function saleLine(line: SaleLineView): TemplateResult {
  return html`<tr><td>${
    line.sku === ""
      ? html`<span class="tag">charge</span>`
      : line.productId === null
        ? html`<b>${line.sku}</b>`
        : html`<a href=${`/product/${line.productId}`}>${line.sku}</a>`
  } ${line.name}${line.comment === "" ? nothing : html`<span class="soft small line-says">${line.comment}</span>`}${
    quantity(line.backorder) === "0"
      ? nothing
      : html` <span class="tag warn">${icon("warn")} ${quantity(line.backorder)} on backorder</span>`
  }</td>
    <td class="number">${quantity(line.quantity)}</td><td class="number">${
      line.sku === "" && line.productId === null ? nothing : quantity(line.delivered)
    }</td><td class="number">${amount(line.price)}</td>
    <td class="number">${
      quantity(line.discount) === "0" ? nothing : `${quantity(line.discount)} %`
    }</td><td class="number">${amount(line.total)}</td></tr>`;
}

function shipmentItem(shipment: ShipmentView): TemplateResult {
  const state = {
    shipped: ["good", "check", "shipped"],
    partly: ["warn", "truck", "partly shipped"],
    waiting: ["", "clock", "not shipped yet"],
  } as const;
  const [look, mark, word] = state[shipment.state];
  return html`<li><header><b>Shipment ${shipment.number}</b> <span class="tag ${look}">${icon(mark)} ${word}</span>${
    shipment.shippedOn === null
      ? nothing
      : html` <time class="soft small" datetime=${shipment.shippedOn}>${day(shipment.shippedOn)}</time>`
  }</header>
    ${
      shipment.contents.length === 0
        ? nothing
        : html`<p class="soft">${shipment.contents
            .map((content) => `${quantity(content.quantity)} × ${content.sku}`)
            .join(", ")}</p>`
    }
    ${
      shipment.parcels.length === 0
        ? nothing
        : html`<ul class="parcels">${shipment.parcels.map((parcel) => parcelItem(parcel))}</ul>`
    }</li>`;
}

function parcelItem(parcel: ParcelView): TemplateResult {
  const tracking =
    parcel.tracking === ""
      ? html`<span class="soft">no tracking number</span>`
      : parcel.url === null
        ? html`<b>${parcel.tracking}</b>`
        : html`<a href=${parcel.url} target="_blank" rel="noopener noreferrer">${parcel.tracking}<span class="unseen">, opens the
          carrier's page in a new tab</span></a>`;
  return html`<li>${icon(parcel.shipped ? "truck" : "box")}<span>${[parcel.name, parcel.carrier]
    .filter((part) => part !== "")
    .join(", ")}</span>${tracking}<span class="soft small">${
    parcel.shipped ? "gone" : parcel.on === null ? "still in the warehouse" : "still in the warehouse, due"
  }${parcel.on === null ? nothing : html` <time datetime=${parcel.on}>${day(parcel.on)}</time>`}</span></li>`;
}

function documentRow(kind: string, document: SaleDocumentView): TemplateResult {
  return html`<tr><td><b>${document.number === "" ? kind : document.number}</b>${
    kind === "Invoice" ? nothing : html` <span class="tag">credit</span>`
  }</td><td>${
    document.date === null ? nothing : html`<time datetime=${document.date}>${day(document.date)}</time>`
  }</td><td>${document.due === null ? nothing : html`<time datetime=${document.due}>${day(document.due)}</time>`}</td>
    <td class="number">${amount(document.total)}</td><td
      class="number">${amount(document.open)}</td><td>${paidTag(document.paid)}${
        document.paidOn === null
          ? nothing
          : html` <time class="soft small" datetime=${document.paidOn}>${day(document.paidOn)}</time>`
      }</td></tr>`;
}

/** What has happened to an order and what comes next, in order. */
function way(sale: SaleView): TemplateResult {
  const { summary } = sale;
  const listed = invoicedElsewhere(summary.invoicing);
  const invoiced = sale.invoices.length > 0 || listed;
  const steps: [state: "done" | "waiting" | "running", name: string, said: string, date: string | null][] = [
    ["done", "Ordered", summary.origin === "crm" ? "from a quote" : "typed into Cin7", summary.orderedOn],
    [
      summary.shippingState === "all" ? "done" : summary.shippingState === "partly" ? "running" : "waiting",
      "Shipped",
      summary.shipping,
      summary.shippedOn,
    ],
    [
      invoiced ? "done" : "waiting",
      "Invoiced",
      sale.invoices.length > 0
        ? sale.invoices.map(({ number }) => number).join(", ")
        : listed
          ? statusWord(summary.invoicing)
          : "not yet",
      sale.invoices.at(-1)?.date ?? null,
    ],
    [
      summary.paid ? "done" : sale.payments.length > 0 ? "running" : "waiting",
      "Paid",
      summary.paid ? "in full" : sale.payments.length > 0 ? "in part, which is not paid" : "not yet",
      sale.payments.at(-1)?.on ?? null,
    ],
  ];
  if (summary.voided) steps.push(["done", "Voided", "in Cin7", null]);
  // Of a voided order nothing is still to come.
  const shown = steps.filter(([state]) => !summary.voided || state !== "waiting");
  return html`<ol class="timeline">${shown.map(
    ([state, name, said, date]) => html`<li class=${state}><span class="step-mark">${
      state === "done" ? icon(name === "Voided" ? "close" : "check") : html`<i class="waiting-dot"></i>`
    }</span>
    <div><p><b>${name}</b>${
      date === null ? nothing : html` <time class="soft small" datetime=${date}>${day(date)}</time>`
    }</p><p class="step-text">${said}</p></div></li>`,
  )}</ol>`;
}
