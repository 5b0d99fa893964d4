import { html, nothing, type TemplateResult } from "lit";
import type { AccountView } from "cin7-quote-desk";
import { icon, type IconName } from "./icon.js";
import { at } from "./time.js";

/** What can be decided about an account. */
export interface AccountActions {
  /** Tries again; Cin7 is looked through first. */
  retry: (account: AccountView) => void;
  /** The found customer is the one that was meant. */
  use: (account: AccountView, id: string) => void;
  /** Gives the account up. */
  forget: (account: AccountView) => void;
}

const LOOK: Record<AccountView["state"], { word: string; tone: string; icon: IconName | null }> = {
  queued: { word: "waiting", tone: "", icon: "clock" },
  sending: { word: "being made", tone: "", icon: null },
  unknown: { word: "being looked up", tone: "warn", icon: "clock" },
  refused: { word: "refused", tone: "stop", icon: "stop" },
  lost: { word: "no answer", tone: "warn", icon: "warn" },
  asks: { word: "is it this one?", tone: "warn", icon: "warn" },
  made: { word: "created", tone: "good", icon: "check" },
};

/** Draws an account on its way to Cin7, with what there is to decide; `more` is what else can be done once it is made. */
export function accountCard(
  account: AccountView,
  actions: AccountActions,
  more: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  const look = LOOK[account.state];
  return html`<section class="card part account-card" tabindex="-1" aria-label=${`Account ${account.name}`}>
    <header class="part-head"><h2>${account.name}</h2><span class="tag ${look.tone}">${
      look.icon === null ? html`<span class="spinner"></span>` : icon(look.icon)
    } ${look.word}</span></header>
    <p role="status">${account.sentence}${
      account.state !== "made" && account.nextTryAt !== null
        ? html` <span class="soft">Next look ${at(account.nextTryAt)}.</span>`
        : nothing
    }</p>
    ${representativeNote(account)}
    ${
      account.found.length === 0
        ? nothing
        : html`<ul class="found">${account.found.map(
            (found) => html`<li>
      <span><b>${found.name}</b>${
        found.deprecated ? html` <span class="tag">retired in Cin7</span>` : nothing
      }<br /><span class="soft small">${
        [found.contact, found.address].filter((part) => part !== "").join(" · ") || "no contact, no address"
      }</span></span>
      <button class="button" @click=${() => actions.use(account, found.id)}>Use this customer</button></li>`,
          )}</ul>`
    }
    <p class="row">${
      account.state === "lost" || (account.state === "queued" && account.nextTryAt !== null)
        ? html`<button class="button" @click=${() => actions.retry(account)}>${icon("refresh")} Try again now</button>`
        : nothing
    }
      ${
        account.state === "asks"
          ? html`<button class="button plain" @click=${() => actions.forget(account)}>It is another one: choose another
            name</button>`
          : nothing
      }
      ${
        account.state === "lost" || account.state === "refused"
          ? html`<button class="button plain" @click=${() => actions.forget(account)}>Give up</button>`
          : nothing
      }
      ${account.state === "made" ? more : nothing}</p>
  </section>`;
}

/** Says that a representative was not set, and who was probably meant. */
export function representativeNote(account: AccountView): TemplateResult | typeof nothing {
  if (account.representative === null) return nothing;
  const { given, closest } = account.representative;
  const done = account.state === "made";
  return html`<p class="banner warn">${icon("warn")}<span><b>The sales representative ${done ? "was not set" : "is not sent"}.</b>
    Cin7 has no sales contact named “${given}”.
    ${
      closest === null
        ? done
          ? "Choose one in Cin7."
          : ""
        : html`Did you mean <b>${closest}</b>? ${done ? "Choose it on the customer in Cin7." : ""}`
    }</span></p>`;
}
