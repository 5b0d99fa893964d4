//! What a sale's details come to: how much has gone, how much is owed, how much is still to be invoiced.

use serde::{Deserialize, Serialize};

use super::details::SaleDetails;
use super::state::{is_word, lacks_money};
use super::{SaleHead, SaleLine};
use crate::money::{Amount, Quantity};
use crate::records::{Day, Guid, Timestamp};

/// Longest text of tracking references that the CRM keeps, in characters.
const LONGEST_TRACKING: usize = 255;

/// What a sale's details came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    /// The state of the sale that they are of: when Cin7 had changed it last.
    pub of: Option<Timestamp>,
    /// What the order comes to, with tax.
    pub total: Option<Amount>,
    /// Invoices less payments, less credit notes that were not paid back. Below zero when the customer has money to come;
    /// `None` before anything was invoiced.
    pub open: Option<Amount>,
    /// Authorised, not invoiced, and not paid in advance.
    pub uninvoiced: Amount,
    /// Whether everything has been invoiced and paid. Partly paid is not paid.
    pub paid: bool,
    /// How many of all products together were ordered.
    pub ordered: Quantity,
    /// How many have gone.
    pub shipped: Quantity,
    /// The last day on which something went.
    pub shipped_on: Option<Day>,
}

/// What a customer owes, as far as Cin7's sales tell: Cin7 has no balance that could be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Exposure {
    /// Open invoices less what was paid on them, plus what is authorised and not invoiced.
    pub amount: Amount,
    /// When the sales were last known to be whole, by this machine's clock; `None` before they were read.
    pub as_of: Option<Timestamp>,
    /// Whether every sale has been taken into account with its details.
    pub complete: bool,
}

impl Exposure {
    /// Adds a sale: what its details came to, or what the list alone tells while they are still to be read.
    pub fn add(&mut self, head: &SaleHead, figures: Option<&Figures>, current: bool) {
        self.complete &= current;
        self.amount = self.amount
            + figures.map_or_else(
                || head.invoiced.unwrap_or_default() - head.paid.unwrap_or_default(),
                |figures| figures.open.unwrap_or_default() + figures.uninvoiced,
            );
    }
}

impl SaleDetails {
    /// What the details come to.
    pub fn figures(&self) -> Figures {
        let order = self.gross.or_else(|| {
            let rows = || self.lines.iter().chain(&self.charges);
            rows().next().map(|_| rows().map(|row| row.total + row.tax).sum())
        });
        let order = order.map(Amount::owed);
        let counted = || self.invoices.iter().filter(|invoice| invoice.counts());
        let invoiced: Amount = counted().map(|invoice| invoice.total).sum();
        let credits = || self.credit_notes.iter().filter(|note| note.counts());
        let open = self.owed().iter().map(|(_, open)| *open).sum::<Amount>() - credits().map(super::CreditNote::open).sum();
        let total = order.filter(|_| self.has_rows()).or_else(|| counted().next().map(|_| invoiced));
        // A payment in advance stands on its own until there is an invoice, which then shows it among its payments.
        let advance = match &self.received {
            _ if counted().next().is_some() => Amount::ZERO,
            Some(received) => received.net,
            None => self.prepayments.iter().map(|paid| paid.amount).sum(),
        };
        let state = self.head.state();
        let owed_still = state.is_authorised() && !state.is_finished();
        let left = total.unwrap_or_default() - invoiced - advance;
        let uninvoiced = if owed_still { left.max(Amount::ZERO) } else { Amount::ZERO };
        let delivered = self.delivered();
        let products = || self.rows().zip(&delivered).filter(|(row, _)| is_counted(row));
        Figures {
            of: self.of,
            total,
            open: counted().next().map(|_| open).or_else(|| credits().next().map(|_| open)),
            uninvoiced,
            paid: !lacks_money(&self.head.payment_status)
                && total.is_some()
                && (counted().next().is_some() || !advance.is_zero())
                && open <= Amount::ZERO
                && left <= Amount::ZERO,
            ordered: products().fold(Quantity::ZERO, |sum, (row, _)| sum + row.quantity),
            shipped: products().fold(Quantity::ZERO, |sum, (_, gone)| sum + *gone),
            shipped_on: self.fulfilments.iter().filter_map(super::Fulfilment::shipped_on).max(),
        }
    }

    fn has_rows(&self) -> bool {
        !self.lines.is_empty() || !self.charges.is_empty()
    }

    /// How many of each of [`SaleDetails::rows`] have gone, in their order.
    pub fn delivered(&self) -> Vec<Quantity> {
        let mut gone: Vec<(Option<Guid>, &str, Quantity)> = Vec::new();
        let mut unsaid = false;
        for fulfilment in &self.fulfilments {
            unsaid |= fulfilment.contents.is_empty() && fulfilment.is_shipped();
            gone.extend(fulfilment.gone().map(|packed| (packed.product, packed.sku.as_str(), packed.quantity)));
        }
        // Cin7 says that all has gone, and not what was in it.
        let all = unsaid && gone.is_empty() && is_word(&self.head.shipping_status, "SHIPPED");
        let mut deliver = |row: &SaleLine| {
            if all || row.quantity <= Quantity::ZERO {
                return if all && is_counted(row) { row.quantity } else { Quantity::ZERO };
            }
            let mut taken = Quantity::ZERO;
            for (product, sku, left) in &mut gone {
                let same = if product.is_some() { *product == row.product } else { is_counted(row) && *sku == row.sku };
                if same {
                    let part = (*left).min(row.quantity - taken);
                    (*left, taken) = (*left - part, taken + part);
                }
            }
            taken
        };
        self.rows().map(&mut deliver).collect()
    }
}

/// Whether a row is a product that ships; an additional charge is not.
pub(super) fn is_counted(row: &SaleLine) -> bool {
    row.product.is_some() || !row.sku.is_empty()
}

/// Whole tracking references joined by commas, as many as the CRM's field holds, and how many more there are.
pub fn joined_tracking(numbers: &[&str]) -> (String, usize) {
    let mut joined = String::new();
    for (at, number) in numbers.iter().enumerate() {
        let separator = if at == 0 { "" } else { ", " };
        if joined.chars().count() + separator.len() + number.chars().count() > LONGEST_TRACKING {
            return (joined, numbers.len() - at);
        }
        joined.push_str(separator);
        joined.push_str(number);
    }
    (joined, 0)
}

/// Tracking references as Cin7 joins them, taken apart. How it does is not documented.
pub fn split_tracking(text: &str) -> Vec<&str> {
    let mut numbers: Vec<&str> = Vec::new();
    for number in text.split([',', ';', '|', '\n']).map(str::trim) {
        if !number.is_empty() && !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}

/// Whether a sale is paid. Its details may be older than its row of the list, and may not hold all that was paid back: what the
/// list calls partly paid is not paid.
pub fn paid(head: &SaleHead, figures: Option<&Figures>) -> bool {
    !lacks_money(&head.payment_status) && figures.map_or_else(|| is_word(&head.payment_status, "PAID"), |figures| figures.paid)
}

/// How far a sale has been shipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Shipped {
    /// Nothing of it ships.
    Nothing,
    /// Nothing has gone yet.
    Waiting,
    /// A part has gone, or is on its way out.
    Partly,
    /// All has gone.
    All,
}

/// How far a sale has been shipped, and that in words.
pub fn shipping(head: &SaleHead, figures: Option<&Figures>) -> (Shipped, String) {
    if let Some(figures) = figures {
        let (ordered, shipped) = (figures.ordered, figures.shipped);
        if ordered.is_zero() {
            return (Shipped::Nothing, "Nothing to ship".to_owned());
        }
        if !shipped.is_zero() {
            let (how, word) = if shipped < ordered { (Shipped::Partly, "Partly shipped") } else { (Shipped::All, "Shipped") };
            return (how, format!("{word}, {shipped} of {ordered}"));
        }
    }
    // Without shipments to count, Cin7's word for the whole is all there is, also where goods went out without one.
    let status = head.shipping_status.trim();
    let counted = figures.is_some();
    for (word, how, said) in [
        ("", Shipped::Waiting, "Not shipped"),
        ("NOT AVAILABLE", Shipped::Waiting, "Not shipped"),
        ("NOT SHIPPED", Shipped::Waiting, "Not shipped"),
        ("PARTIALLY SHIPPED", Shipped::Partly, "Partly shipped"),
        ("SHIPPED", Shipped::All, "Shipped"),
        // Begun is not gone, where the shipments are known.
        ("SHIPPING", Shipped::Waiting, if counted { "Not shipped" } else { "Being shipped" }),
    ] {
        if is_word(status, word) {
            return (how, said.to_owned());
        }
    }
    // A word that this version does not know.
    (Shipped::Waiting, status.to_lowercase())
}
