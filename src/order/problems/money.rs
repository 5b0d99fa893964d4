//! Checks of the money as a whole: the exchange rate, a receipt, the customer's credit, and what the order comes to.

use rust_decimal::Decimal;

use super::super::draft::Draft;
use super::{Findings, Severity, accept};
use crate::money::Amount;
use crate::quote::{ExchangeRate, LiveQuote};
use crate::settings::SalesType;

pub(super) fn currency(found: &mut Findings<'_>) {
    let (quote, context) = (found.live.quote(), found.live.context());
    let now = context.company.cin7.currency;
    if now != quote.currency {
        let text = format!(
            "{} is in {now} in Cin7 now, and this quote is in {}. Make a new quote.",
            quote.customer_name, quote.currency
        );
        found.quote("currency-changed", Severity::Stop, text, Vec::new());
    }
}

pub(super) fn rate(found: &mut Findings<'_>) {
    let (quote, context) = (found.live.quote(), found.live.context());
    let base = context.references.account.base_currency;
    if quote.currency == base {
        return;
    }
    match quote.exchange_rate {
        None => {
            let text = format!(
                "The quote is in {}. Enter how many {} one {base} buys; Cin7 needs the rate.",
                quote.currency, quote.currency
            );
            found.quote("no-exchange-rate", Severity::Stop, text, Vec::new());
        }
        Some(rate) => rate_precision(found, rate),
    }
}

/// Cin7 keeps five decimals of the inverse rate, which is little for a currency of small units.
fn rate_precision(found: &mut Findings<'_>, rate: ExchangeRate) {
    let (currency, base) = (found.live.quote().currency, found.live.context().references.account.base_currency);
    let sent = rate.cin7_rate();
    if sent.is_zero() {
        let text = format!("One {base} buys {rate} {currency}: Cin7’s five decimals cannot hold that rate.");
        found.quote("rate-too-small", Severity::Stop, text, Vec::new());
    } else if is_far(sent, rate) {
        let text = format!(
            "Cin7 keeps five decimals: it will book one {currency} at {sent} {base}, more than half a per cent off {rate}."
        );
        found.quote("rate-imprecise", Severity::Warn, text, vec![accept("rate-imprecise", "Send it so")]);
    } else if sent * rate.decimal() != Decimal::ONE {
        let text = format!("Cin7 keeps five decimals of the rate: it will book one {currency} at {sent} {base}.");
        found.quote("rate-rounded", Severity::Note, text, Vec::new());
    }
}

fn is_far(sent: Decimal, rate: ExchangeRate) -> bool {
    (sent * rate.decimal() - Decimal::ONE).abs() > Decimal::new(5, 3)
}

/// Above the limit by an estimate: a limit of none is no limit.
pub(super) fn credit(found: &mut Findings<'_>) {
    let live = found.live;
    let (Some(limit), Some(used)) = (live.context().company.cin7.credit_limit, live.context().credit.as_ref()) else { return };
    let total = used.sales + used.waiting + live.document_totals().gross;
    if used.as_of.is_some() && !limit.is_zero() && total > limit {
        let currency = live.quote().currency;
        let text = format!(
            "With this quote {} uses {} of its credit limit of {}: over by {}. An estimate from Cin7’s sales.",
            live.quote().customer_name,
            currency.money(total),
            currency.money(limit),
            currency.money(total - limit)
        );
        found.quote("over-limit", Severity::Warn, text, Vec::new());
    }
}

/// Why a receipt on the quote will not be posted; `None` when it will.
pub(in super::super) fn receipt_stays(live: &LiveQuote) -> Option<&'static str> {
    if receipt_rate(live).is_some_and(|(_, sent)| sent.is_zero()) {
        return Some("the four decimals of a payment’s rate cannot hold this one");
    }
    let settings = &live.context().settings;
    match (settings.sales_type, settings.receipt_account.as_deref().map_or("", str::trim)) {
        (SalesType::Advanced, _) => Some("advanced sale"),
        (SalesType::Simple, "") => Some("no account for receipts is set"),
        (SalesType::Simple, _) => None,
    }
}

/// The exchange rate of a quote in another currency, and what a payment keeps of it.
fn receipt_rate(live: &LiveQuote) -> Option<(ExchangeRate, Decimal)> {
    let foreign = live.quote().currency != live.context().references.account.base_currency;
    live.quote().exchange_rate.filter(|_| foreign).map(|rate| (rate, rate.receipt_rate()))
}

pub(super) fn receipt(found: &mut Findings<'_>) {
    let live = found.live;
    let Some(receipt) = &live.quote().receipt else { return };
    if let Some((rate, sent)) = receipt_rate(live).filter(|(rate, sent)| !sent.is_zero() && is_far(*sent, *rate)) {
        let (currency, base) = (live.quote().currency, live.context().references.account.base_currency);
        let text = format!(
            "Cin7 keeps four decimals of a payment’s rate: it will book one {currency} of the receipt at {sent} {base}, more than half a per cent off {rate}."
        );
        found.quote("receipt-rate-imprecise", Severity::Warn, text, Vec::new());
    }
    if let Some(why) = receipt_stays(live) {
        let amount = live.quote().currency.money(receipt.amount);
        let text = format!("The receipt of {amount} will not be posted: {why}. Enter it in Cin7.");
        found.quote("receipt-stays", Severity::Warn, text, Vec::new());
    }
    let own = receipt.reference.trim();
    let same = live.context().receipt_references.iter().find(|(reference, _)| !own.is_empty() && reference.trim() == own);
    if let Some((_, name)) = same {
        let text = format!("The receipt “{own}” is on {name} too. The same money posted twice makes a customer look paid up.");
        let fixes = vec![accept("receipt-twice", "It is another payment")];
        found.quote("receipt-twice", Severity::Warn, text, fixes);
    }
    let gross = live.document_totals().gross;
    if receipt.amount > gross {
        let money = |amount| live.quote().currency.money(amount);
        let text =
            format!("The receipt of {} is more than the quote comes to, which is {}.", money(receipt.amount), money(gross));
        found.quote("receipt-too-large", Severity::Warn, text, vec![accept("receipt-too-large", "Amount is correct")]);
    }
}

/// What the order comes to, beside what the quote shows.
pub(super) fn totals(found: &mut Findings<'_>, draft: &Draft) {
    if !found.live.complete() || !draft.clashes.is_empty() || draft.lines.is_empty() {
        return;
    }
    let shown = found.live.document_totals();
    let money = |amount| found.live.quote().currency.money(amount);
    // A trillion: far above any order, far below where decimals would be lost.
    let most = Decimal::from(1_000_000_000_000_i64);
    if shown.gross.decimal() > most {
        let text = format!("The quote comes to {}: more than Cin7 can hold.", money(shown.gross));
        found.quote("total-too-large", Severity::Stop, text, Vec::new());
    }
    let in_draft: usize = draft.lines.iter().map(|line| line.from.len()).sum();
    if draft.totals != shown && in_draft == found.live.quote().lines.len() {
        let difference = draft.totals.gross - shown.gross;
        let by = if difference == Amount::ZERO {
            let [net, tax, own_net, own_tax] = [draft.totals.net, draft.totals.tax, shown.net, shown.tax].map(money);
            format!("net {net} and tax {tax}, the quote {own_net} and {own_tax}")
        } else {
            format!("{}, the quote {}", money(draft.totals.gross), money(shown.gross))
        };
        let mut off = draft.lines.iter().filter(|line| !line.off.is_zero());
        let sku = off.next().map_or("this quote", |line| line.sku.as_str());
        let more = match off.count() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let text = format!(
            "Two decimals of a discount and four of a price cannot say both discounts of {sku}{more}: the order will say {by}."
        );
        found.quote("totals-differ", Severity::Warn, text, vec![accept("totals-differ", "Send it so")]);
    }
}
