//! What Cin7 made of an order, beside what was sent.

use serde::{Deserialize, Serialize};

use super::plan::{OrderPlan, PlannedLine};
use crate::money::Amount;
use crate::records::sale::{SaleFacts, SaleLine};
use crate::settings::OrderStatus;
use crate::totals::DocumentTotals;

/// What is noted of the state that a sale was in when it was read back. Cin7 may have moved it since: whoever shows the notes
/// says what holds by then.
pub(crate) mod state {
    /// Its order is a draft.
    pub(crate) const DRAFT: &str = "draft in Cin7: no stock is reserved";
    /// It was to be more than that.
    pub(crate) const LEFT_AS_DRAFT: &str = "Cin7 left the order as a draft, although it was sent to be authorised";
    /// It was voided.
    pub(crate) const VOIDED: &str = "voided in Cin7";
    /// How the note of a product of which something is short ends.
    pub(crate) const ON_BACKORDER: &str = " on backorder";
}

/// The comparison of a sale with its plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadBack {
    /// What Cin7 says the order comes to; `None` when it does not say.
    pub actual: Option<DocumentTotals>,
    /// Every difference, and what a rep should know, one sentence each.
    pub notes: Vec<String>,
    /// Whether lines and totals are the plan's, to the penny.
    pub agrees: bool,
    /// Whether every line is there as it was sent, and no other.
    pub lines_match: bool,
}

/// Compares the sale that Cin7 holds with the plan it was made from.
pub fn read_back(plan: &OrderPlan, sale: &SaleFacts) -> ReadBack {
    let mut notes = Vec::new();
    let lines_match = compare_lines(plan, sale, &mut notes);
    let actual = totals_of(plan, sale);
    let totals_agree = match actual {
        None => {
            notes.push("Cin7 does not say what the order comes to.".to_owned());
            false
        }
        Some(actual) => compare_totals(plan.expected, actual, &mut notes),
    };
    for line in sale.lines.iter().filter(|line| line.backorder.decimal() > rust_decimal::Decimal::ZERO) {
        notes.push(format!("{} {}{}", line.backorder, line.sku, state::ON_BACKORDER));
    }
    if sale.state().is_voided() {
        notes.push(state::VOIDED.to_owned());
    } else if sale.has_lines() && !sale.state().is_authorised() {
        notes.push(state::DRAFT.to_owned());
        if plan.status == OrderStatus::Authorised {
            notes.push(state::LEFT_AS_DRAFT.to_owned());
        }
    }
    ReadBack { actual, notes, agrees: lines_match && totals_agree, lines_match }
}

fn compare_totals(expected: DocumentTotals, actual: DocumentTotals, notes: &mut Vec<String>) -> bool {
    if actual.gross != expected.gross {
        notes.push(format!("Cin7 says {}, quote says {}", actual.gross, expected.gross));
    } else if actual != expected {
        let (net, tax) = (actual.net, actual.tax);
        notes.push(format!("Cin7 says net {net} and tax {tax}, quote says {} and {}", expected.net, expected.tax));
    }
    actual == expected
}

/// Cin7's own totals. In one of its forms they leave additional charges out; then the charges are added.
fn totals_of(plan: &OrderPlan, sale: &SaleFacts) -> Option<DocumentTotals> {
    let (net, tax, gross) = match (sale.net, sale.tax, sale.gross) {
        (Some(net), Some(tax), gross) => (net, tax, gross.unwrap_or(net + tax)),
        (Some(net), None, Some(gross)) => (net, gross - net, gross),
        (None, Some(tax), Some(gross)) => (gross - tax, tax, gross),
        _ => return None,
    };
    let stated = DocumentTotals { net, tax, gross };
    let services: Vec<&PlannedLine> = plan.lines.iter().filter(|line| line.charge).collect();
    let charged: Amount = services.iter().map(|line| line.total).sum();
    let charge_tax: Amount = services.iter().map(|line| line.tax).sum();
    // Only when that is exactly what is missing, whichever way the total counts tax.
    let candidates = [(charged, charge_tax), (charged - charge_tax, charge_tax)];
    for (net, tax) in candidates {
        let with = DocumentTotals { net: stated.net + net, tax: stated.tax + tax, gross: stated.gross + net + tax };
        if !services.is_empty() && stated != plan.expected && with == plan.expected {
            return Some(with);
        }
    }
    Some(stated)
}

fn compare_lines(plan: &OrderPlan, sale: &SaleFacts, notes: &mut Vec<String>) -> bool {
    let mut there: Vec<Option<&SaleLine>> = sale.lines.iter().chain(&sale.charges).map(Some).collect();
    let mut all = true;
    for sent in &plan.lines {
        let mut alike = there.iter_mut().filter(|slot| slot.is_some_and(|line| is_same(sent, line))).collect::<Vec<_>>();
        // Of charges that differ in letter case alone, the one of the very name.
        let exact =
            alike.iter().position(|slot| slot.is_some_and(|line| line.name.trim() == sent.name.trim())).unwrap_or_default();
        let found = if alike.is_empty() { None } else { Some(alike.swap_remove(exact)) };
        let Some(line) = found.and_then(Option::take) else {
            notes.push(format!("{} is missing in Cin7", label(sent)));
            all = false;
            continue;
        };
        let differences = [
            (line.quantity != sent.quantity, "quantity", line.quantity.to_string(), sent.quantity.to_string()),
            (line.price != sent.price, "price", line.price.to_string(), sent.price.to_string()),
            (line.discount != sent.discount, "discount", format!("{} %", line.discount), format!("{} %", sent.discount)),
            (line.total != sent.total, "total", line.total.to_string(), sent.total.to_string()),
        ];
        for (_, what, actual, expected) in differences.into_iter().filter(|(differs, ..)| *differs) {
            notes.push(format!("{}: Cin7 says {what} {actual}, {expected} was sent", label(sent)));
            all = false;
        }
    }
    for extra in there.into_iter().flatten() {
        let name = if extra.sku.is_empty() { &extra.name } else { &extra.sku };
        notes.push(format!("{name} is in Cin7’s order and was not sent"));
        all = false;
    }
    all
}

fn label(sent: &PlannedLine) -> &str {
    if sent.charge { &sent.name } else { &sent.sku }
}

/// A product line is known by its product, a charge by its name: that is all Cin7 keeps of one.
fn is_same(sent: &PlannedLine, line: &SaleLine) -> bool {
    match line.product {
        Some(product) => product == sent.product,
        None if sent.charge => line.name.trim().eq_ignore_ascii_case(sent.name.trim()),
        None => !line.sku.is_empty() && line.sku == sent.sku,
    }
}
