//! What a sale's parts say about the whole: its statuses, tracking numbers, type, and what is paid.
//!
//! The portal names the values, not always the rule behind them; the README says which of these rules are our reading.

use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::fields::{Fields, Number};
use crate::rows::{is_due, paid};
use crate::switches::{InvoiceWords, Switches};

/// What the list shows of tracking numbers, in UTF-16 units.
const TRACKING_LENGTH: usize = 256;
const COMBINED: [&str; 6] = [
    "CombinedPickingStatus",
    "CombinedPackingStatus",
    "CombinedShippingStatus",
    "FulFilmentStatus",
    "CombinedInvoiceStatus",
    "CombinedPaymentStatus",
];

/// How far one step of the warehouse has come, over all fulfilments.
#[derive(Clone, Copy)]
struct Step {
    done: Decimal,
    ordered: Decimal,
    started: bool,
}

impl Step {
    /// The word for nothing, begun, a part, all.
    fn word(self, words: [&'static str; 4]) -> &'static str {
        match self {
            Step { done, ordered, .. } if done >= ordered && !done.is_zero() => words[3],
            Step { done, .. } if !done.is_zero() => words[2],
            Step { started: true, .. } => words[1],
            Step { .. } => words[0],
        }
    }

    fn is_whole(self) -> bool {
        !self.done.is_zero() && self.done >= self.ordered
    }
}

fn part(fulfilment: &Fields, name: &str) -> Fields {
    fulfilment.object(name).unwrap_or_default()
}

fn quantity(lines: &[Fields]) -> Decimal {
    lines.iter().map(|line| line.number_or_zero("Quantity")).sum()
}

fn is_live(fulfilment: &Fields) -> bool {
    !matches!(fulfilment.text_or_empty("FulFilmentStatus").as_str(), "VOIDED" | "NOT AVAILABLE")
}

/// The lines of a fulfilment that have left: all of it, or those in boxes that have.
fn gone(fulfilment: &Fields) -> Vec<Fields> {
    let (pack, ship) = (part(fulfilment, "Pack").list("Lines"), part(fulfilment, "Ship"));
    match ship.text_or_empty("Status").as_str() {
        "AUTHORISED" => pack,
        "PARTIALLY AUTHORISED" => {
            let boxes: Vec<String> = ship
                .list("Lines")
                .iter()
                .filter(|line| line.flag("IsShipped") == Some(true))
                .map(|line| line.text_or_empty("Boxes"))
                .collect();
            pack.into_iter().filter(|line| boxes.contains(&line.text_or_empty("Box"))).collect()
        }
        _ => Vec::new(),
    }
}

/// How many pieces of a sale have been shipped.
pub(crate) fn shipped(sale: &Fields) -> Decimal {
    sale.list("Fulfilments").iter().filter(|own| is_live(own)).map(|fulfilment| quantity(&gone(fulfilment))).sum()
}

/// Pieces shipped, by product id.
pub(crate) fn shipped_by_product(sale: &Fields) -> HashMap<String, Decimal> {
    let mut pieces = HashMap::new();
    for fulfilment in sale.list("Fulfilments").iter().filter(|own| is_live(own)) {
        for line in gone(fulfilment) {
            *pieces.entry(line.text_or_empty("ProductID").to_lowercase()).or_insert(Decimal::ZERO) +=
                line.number_or_zero("Quantity");
        }
    }
    pieces
}

/// Writes everything that follows from the sale's parts.
pub(crate) fn settle(sale: &mut Fields, switches: &Switches) {
    if sale.text_or_empty("Status") == "VOIDED" {
        for name in COMBINED {
            sale.set(name, "VOIDED");
        }
        return;
    }
    let order = sale.object("Order").unwrap_or_default();
    let order_status = order.text_or_empty("Status");
    let is_ordered = !matches!(order_status.as_str(), "" | "NOT AVAILABLE" | "DRAFT" | "VOIDED");
    if switches.prepayment_moves_to_invoice {
        move_prepayments(sale);
    }
    settle_invoices(sale);
    let all = fulfilments(sale);
    let live: Vec<&Fields> = all.iter().filter(|own| is_live(own)).collect();
    let ordered = quantity(&order.list("Lines"));
    let step = |name: &str| Step {
        done: live
            .iter()
            .filter(|own| part(own, name).text_or_empty("Status") == "AUTHORISED")
            .map(|own| quantity(&part(own, name).list("Lines")))
            .sum(),
        ordered,
        started: live.iter().any(|own| part(own, name).text_or_empty("Status") == "DRAFT"),
    };
    let (picked, boxed) = (step("Pick"), step("Pack"));
    let shipping = Step { done: shipped(sale), ..step("Ship") };
    let words: [(&str, Step, [&'static str; 4]); 4] = [
        ("CombinedPickingStatus", picked, ["NOT PICKED", "PICKING", "PARTIALLY PICKED", "PICKED"]),
        ("CombinedPackingStatus", boxed, ["NOT PACKED", "PACKING", "PARTIALLY PACKED", "PACKED"]),
        ("CombinedShippingStatus", shipping, ["NOT SHIPPED", "SHIPPING", "PARTIALLY SHIPPED", "SHIPPED"]),
        ("FulFilmentStatus", shipping, ["NOT FULFILLED", "NOT FULFILLED", "PARTIALLY FULFILLED", "FULFILLED"]),
    ];
    for (name, step, words) in words {
        sale.set(name, if is_ordered { step.word(words) } else { "NOT AVAILABLE" });
    }
    sale.set("CombinedTrackingNumbers", &tracking(&live, &switches.tracking_separator));
    if live.len() > 1 || sale.list("Invoices").iter().filter(|own| own.text_or_empty("Status") != "VOIDED").count() > 1 {
        sale.set("Type", "Advanced Sale");
    }
    let invoiced = invoiced_share(sale, &order);
    let words = invoice_word(sale, invoiced, switches.invoice_words);
    sale.set("CombinedInvoiceStatus", words.as_str());
    sale.set("CombinedPaymentStatus", payment_word(sale));
    let status = status(sale, &order_status, is_ordered, [picked, boxed, shipping], invoiced);
    sale.set("Status", status);
}

/// Prepayments become payments of the first authorised invoice.
fn move_prepayments(sale: &mut Fields) {
    let (mut quote, mut invoices) = (part(sale, "Quote"), sale.list("Invoices"));
    let Some(first) = invoices.iter_mut().find(|own| is_due(own)) else { return };
    let mut payments = first.list("Payments");
    payments.extend(quote.list("Prepayments"));
    first.set("Payments", &payments);
    quote.set("Prepayments", &[(); 0]);
    sale.set("Quote", &quote);
    sale.set("Invoices", &invoices);
}

/// Each invoice's paid amount and whether it is paid. Prepayments count for the first invoices.
fn settle_invoices(sale: &mut Fields) {
    let mut prepaid: Decimal =
        part(sale, "Quote").list("Prepayments").iter().map(|payment| payment.number_or_zero("Amount")).sum();
    let mut invoices = sale.list("Invoices");
    for invoice in invoices.iter_mut().filter(|own| is_due(own)) {
        if invoice.get("Payments").is_some() {
            let own: Decimal = invoice.list("Payments").iter().map(|payment| payment.number_or_zero("Amount")).sum();
            invoice.set("Paid", &Number(own));
        }
        let open = invoice.number_or_zero("Total") - invoice.number_or_zero("Paid");
        let used = prepaid.min(open.max(Decimal::ZERO));
        prepaid -= used;
        invoice.set("Status", if open <= used { "PAID" } else { "AUTHORISED" });
    }
    sale.set("Invoices", &invoices);
}

/// The fulfilments, each with its own status written.
fn fulfilments(sale: &mut Fields) -> Vec<Fields> {
    let mut all = sale.list("Fulfilments");
    for own in &mut all {
        let word = match part(own, "Ship").text_or_empty("Status").as_str() {
            _ if own.text_or_empty("FulFilmentStatus") == "VOIDED" => "VOIDED",
            "AUTHORISED" => "FULFILLED",
            "PARTIALLY AUTHORISED" => "PARTIALLY FULFILLED",
            _ => "NOT FULFILLED",
        };
        own.set("FulFilmentStatus", word);
    }
    sale.set("Fulfilments", &all);
    all
}

fn tracking(live: &[&Fields], separator: &str) -> String {
    let numbers: Vec<String> = live
        .iter()
        .flat_map(|own| part(own, "Ship").list("Lines"))
        .map(|line| line.text_or_empty("TrackingNumber"))
        .filter(|number| !number.is_empty())
        .collect();
    let units: Vec<u16> = numbers.join(separator).encode_utf16().take(TRACKING_LENGTH).collect();
    String::from_utf16_lossy(&units)
}

/// What is invoiced of what was ordered.
fn invoiced_share(sale: &Fields, order: &Fields) -> Step {
    let due = |own: &&Fields| is_due(own);
    let invoices = sale.list("Invoices");
    Step {
        done: invoices.iter().filter(due).map(|own| own.number_or_zero("Total")).sum(),
        ordered: order.number_or_zero("Total"),
        started: invoices.iter().any(|own| own.text_or_empty("Status") == "DRAFT"),
    }
}

fn invoice_word(sale: &Fields, share: Step, words: InvoiceWords) -> String {
    let invoices = sale.list("Invoices");
    let word = match words {
        InvoiceWords::Invoiced => {
            let word = share.word(["NOT INVOICED", "NOT INVOICED", "PARTIALLY INVOICED", "INVOICED"]);
            let credited = if sale.list("CreditNotes").iter().any(is_due) { " / CREDITED" } else { "" };
            return format!("{word}{credited}");
        }
        InvoiceWords::Statuses if invoices.iter().any(|own| own.text_or_empty("Status") == "AUTHORISED") => "AUTHORISED",
        InvoiceWords::Statuses if invoices.iter().any(is_due) => "PAID",
        InvoiceWords::Statuses if share.started => "DRAFT",
        InvoiceWords::Statuses => "NOT AVAILABLE",
    };
    word.to_owned()
}

fn payment_word(sale: &Fields) -> &'static str {
    let total =
        |name: &str| -> Decimal { sale.list(name).iter().filter(|own| is_due(own)).map(|own| own.number_or_zero("Total")).sum() };
    let (invoiced, credited, paid) = (total("Invoices"), total("CreditNotes"), paid(sale));
    if invoiced.is_zero() {
        return if paid > Decimal::ZERO { "PREPAID" } else { "UNPAID" };
    }
    match paid - (invoiced - credited) {
        over if over > Decimal::ZERO && credited > Decimal::ZERO => "NOT REFUNDED",
        rest if rest >= Decimal::ZERO => "PAID",
        _ if paid > Decimal::ZERO => "PARTIALLY PAID",
        _ => "UNPAID",
    }
}

/// The sale's own status. An advanced sale is ordered until it is complete; a simple one tells each step.
fn status(
    sale: &Fields,
    order_status: &str,
    is_ordered: bool,
    [picked, boxed, shipping]: [Step; 3],
    invoiced: Step,
) -> &'static str {
    if !is_ordered {
        let quote = part(sale, "Quote").text_or_empty("Status");
        return match (order_status, quote.as_str()) {
            ("DRAFT", _) => "ORDERING",
            (_, "DRAFT") => "ESTIMATING",
            (_, "AUTHORISED") => "ESTIMATED",
            _ if sale.flag("SkipQuote") == Some(true) => "ESTIMATED",
            _ => "DRAFT",
        };
    }
    if shipping.is_whole() && invoiced.is_whole() {
        return "COMPLETED";
    }
    let begun = |step: Step| step.started || !step.done.is_zero();
    if sale.text_or_empty("Type") == "Simple Sale" {
        let reached = [
            (sale.list("CreditNotes").iter().any(is_due), "CREDITED"),
            (invoiced.is_whole(), "INVOICED"),
            (begun(invoiced) || shipping.is_whole(), "INVOICING"),
            (begun(shipping), "SHIPPING"),
            (boxed.is_whole(), "PACKED"),
            (begun(boxed), "PACKING"),
            (picked.is_whole(), "PICKED"),
            (begun(picked), "PICKING"),
        ];
        if let Some((_, word)) = reached.into_iter().find(|(is_reached, _)| *is_reached) {
            return word;
        }
    }
    let lines = part(sale, "Order").list("Lines");
    if lines.iter().any(|line| line.number_or_zero("BackorderQuantity") > Decimal::ZERO) { "BACKORDERED" } else { "ORDERED" }
}
