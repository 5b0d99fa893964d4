import { html, nothing, type TemplateResult } from "lit";
import type { OrderView, SyncView } from "cin7-quote-desk";
import "./desk-notices.js";
import "./keyboard-help.js";
import "./lost-work.js";
import "./storage-notice.js";
import "./sync-status.js";
import "./toast.js";
import { announce } from "./announcement.js";
import { openDesk } from "./desk.js";
import { QdElement } from "./element.js";
import { faultOf, type Fault } from "./fault.js";
import { icon } from "./icon.js";
import { holdScreen, keepScreen } from "./offline.js";
import { isSettled } from "./order-timeline.js";
import { followLink, routeOf, type Route } from "./route.js";

/** The code of each page, read when it is first needed: starting stays short. */
const PAGES: Record<Exclude<Route["page"], "lost">, () => Promise<unknown>> = {
  quotes: () => import("./quotes-page.js"),
  quote: () => import("./quote-page.js"),
  companies: () => import("./companies-page.js"),
  company: () => import("./company-page.js"),
  account: () => import("./account-page.js"),
  products: () => import("./products-page.js"),
  product: () => import("./product-page.js"),
  orders: () => import("./orders-page.js"),
  sale: () => import("./sale-page.js"),
  settings: () => import("./settings-page.js"),
  sync: () => import("./sync-page.js"),
};

/** The places of the top bar, each with the pages that belong to it. */
const NAVIGATION: { href: string; name: string; pages: Route["page"][] }[] = [
  { href: "/", name: "Quotes", pages: ["quotes", "quote"] },
  { href: "/companies", name: "Companies", pages: ["companies", "company", "account"] },
  { href: "/products", name: "Products", pages: ["products", "product"] },
  { href: "/orders", name: "Orders", pages: ["orders", "sale"] },
  { href: "/settings", name: "Settings", pages: ["settings"] },
];

/** The whole screen: top bar, notices, and the page that the address asks for. */
class QuoteDeskApp extends QdElement {
  #route: Route = routeOf(new URL(location.href));
  #state: "opening" | "open" | "left" | "other-account" | "failed" = "opening";
  #fault: Fault | null = null;
  #sync: SyncView | null = null;
  readonly #orders = new Map<string, OrderView["state"]>();
  readonly #loaded = new Set<string>();

  override connectedCallback(): void {
    super.connectedCallback();
    holdScreen();
    this.listen(window, "popstate", () => this.#routed());
    this.listen(window, "qd-route", () => this.#routed());
    this.listen(window, "qd-left", () => {
      this.#state = "left";
      document.title = "Device left";
      this.requestUpdate();
    });
    this.listen(window, "qd-other-account", () => {
      this.#state = "other-account";
      document.title = "Another Cin7 account";
      this.requestUpdate();
    });
    this.listen(this, "click", (event) => followLink(event as MouseEvent));
    void this.#load();
    // After the frame is on screen: drawing and loading the desk are two tasks, not one long one.
    setTimeout(() => void this.#open());
  }

  /** Reads the code of the page that the address asks for. */
  async #load(): Promise<void> {
    const { page } = this.#route;
    if (page === "lost" || this.#loaded.has(page)) return;
    try {
      await PAGES[page]();
      this.#loaded.add(page);
    } catch {
      this.#fault = {
        code: "offline",
        sentence: "This page could not be loaded. Check the network, then reload.",
        details: [],
        retryable: true,
      };
    }
    this.requestUpdate();
  }

  /** Reads the other pages too, so that they are there without a network. */
  async #loadAll(): Promise<void> {
    for (const page of Object.keys(PAGES) as (keyof typeof PAGES)[])
      await PAGES[page]().then(
        () => this.#loaded.add(page),
        () => undefined,
      );
  }

  async #open(): Promise<void> {
    try {
      const desk = await openDesk();
      this.hear("sync", (sync) => {
        this.#sync = sync;
        this.requestUpdate();
      });
      this.hear("order", (order) => {
        this.#orders.set(order.key, order.state);
        this.requestUpdate();
      });
      this.#state = "open";
      this.requestUpdate();
      // What is kept here is on screen before Cin7 is asked for anything new.
      const [sync, orders] = await Promise.all([desk.sync.state(), desk.orders.list()]);
      this.#sync ??= sync;
      for (const order of orders) if (!this.#orders.has(order.key)) this.#orders.set(order.key, order.state);
      this.requestUpdate();
      await desk.sync.start();
      await this.#loadAll();
      keepScreen();
    } catch (caught) {
      this.#fault = faultOf(caught);
      if (this.#state === "opening") this.#state = "failed";
    }
    this.requestUpdate();
  }

  #routed(): void {
    this.#route = routeOf(new URL(location.href));
    void this.#load();
    scrollTo(0, 0);
    this.requestUpdate();
    setTimeout(() => announce(document.title), 300);
  }

  protected override render(): TemplateResult {
    const states = [...this.#orders.values()].filter((state) => !isSettled({ state }));
    const [waiting, stuck] = [states.length, states.filter((state) => state === "needs-attention").length];
    const at = this.#route.page;
    return html`<header class="top">
        <nav aria-label="Pages">${NAVIGATION.map(
          ({ href, name, pages }) => html`<a href=${href} aria-current=${pages.includes(at) ? "page" : nothing}>${name}</a>`,
        )}</nav>
        <div class="top-state">
          ${
            waiting === 0 || this.#state === "other-account"
              ? nothing
              : html`<a class="waiting-badge ${stuck === 0 ? "" : "stop"}"
                href="/orders?show=waiting">${icon(stuck === 0 ? "truck" : "stop")} <span>${waiting}<span class="badge-words">
                  ${waiting === 1 ? "order" : "orders"} waiting</span>${
                    stuck === 0 ? nothing : html`<span class="unseen">${stuck} of them for you</span>`
                  }</span></a>`
          }
          ${this.#state === "open" ? html`<qd-sync-status .sync=${this.#sync}></qd-sync-status>` : nothing}
          <qd-keyboard-help></qd-keyboard-help>
        </div>
      </header>
      ${
        this.#state === "open"
          ? html`<qd-desk-notices
            .sync=${this.#sync}></qd-desk-notices><qd-storage-notice></qd-storage-notice><qd-lost-work></qd-lost-work>
        ${
          this.#fault === null
            ? nothing
            : html`<p class="banner stop" role="alert">${icon("stop")}<span>${this.#fault.sentence} ${this.#fault.details
                .map((detail) => detail.problem)
                .join(" ")}</span></p>`
        }${this.#page()}`
          : this.#closed()
      }
      <qd-toasts></qd-toasts>`;
  }

  #page(): TemplateResult {
    const route = this.#route;
    if (route.page !== "lost" && !this.#loaded.has(route.page))
      return html`<main class="page"><p class="loading">Opening …</p></main>`;
    switch (route.page) {
      case "quotes":
        return html`<qd-quotes-page></qd-quotes-page>`;
      case "companies":
        return html`<qd-companies-page></qd-companies-page>`;
      case "company":
        return html`<qd-company-page .record=${route.id}></qd-company-page>`;
      case "account":
        return html`<qd-account-page></qd-account-page>`;
      case "products":
        return html`<qd-products-page></qd-products-page>`;
      case "product":
        return html`<qd-product-page .record=${route.id}></qd-product-page>`;
      case "orders":
        return html`<qd-orders-page></qd-orders-page>`;
      case "sale":
        return html`<qd-sale-page .record=${route.id}></qd-sale-page>`;
      case "settings":
        return html`<qd-settings-page></qd-settings-page>`;
      case "sync":
        return html`<qd-sync-page .sync=${this.#sync}></qd-sync-page>`;
      case "quote":
        return html`<qd-quote-page .link=${route.link} .ready=${this.#sync?.ready === true}></qd-quote-page>`;
      case "lost":
        return html`<main class="page narrow"><section class="card teach"><h1>There is no such page.</h1><p class="soft">The
          address may be mistyped.</p><p><a class="button" href="/">Go to the quotes</a></p></section></main>`;
    }
  }

  #closed(): TemplateResult {
    if (this.#state === "opening") return html`<main class="page"><p class="loading">Opening the quote desk …</p></main>`;
    if (this.#state === "left") {
      return html`<main class="page narrow"><section class="card teach" role="status"><h1>You have left this device.</h1><p
        class="soft">What was read from Cin7 and what has arrived there is wiped. The quote desk is closed in every tab.</p>
        <p class="row"><button class="button" @click=${() => location.assign("/")}>Open it again</button></p></section></main>`;
    }
    if (this.#state === "other-account") {
      return html`<main class="page narrow"><section class="card teach" role="alert"><h1>The server works for another Cin7 account
        now.</h1><p class="soft">What was on this screen stays on this device for its own account, and nothing of it is sent to
          the other one. Orders that wait go on when the server works for their account again.</p>
        <p class="row"><button class="button primary" @click=${() => location.assign("/")}>Open the other
          account</button></p></section></main>`;
    }
    return html`<main class="page narrow"><section class="card teach" role="alert"><h1>The quote desk did not
      open.</h1><p>${this.#fault?.sentence}</p>
      ${this.#fault?.details.map(
        (detail) => html`<p class="soft">${detail.field === "" ? nothing : html`<b>${detail.field}</b>: `}${detail.problem}</p>`,
      )}
      <p class="row"><button class="button primary" @click=${() => location.reload()}>Try again</button>
        ${
          this.#fault?.code === "invalid-options"
            ? html`<button class="button" @click=${() => location.assign("/?reset=all")}>Open with the usual settings</button>`
            : nothing
        }</p></section></main>`;
  }
}
customElements.define("qd-app", QuoteDeskApp);
