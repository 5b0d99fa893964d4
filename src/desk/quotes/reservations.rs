//! What is promised here and not yet in Cin7's figures: orders on their way, and quotes that reserve stock.
//!
//! An index of the vault, read when a quote is opened (which finds what other tabs did) and kept current by what this tab
//! writes. It decides nothing: it is what the CRM's standard stock calculation takes off what Cin7 calls available.

use std::collections::BTreeMap;

use crate::money::{Amount, Quantity};
use crate::outbox::{Attention, Order, State};
use crate::quote::Quote;
use crate::records::link::is_alike;
use crate::records::{Day, Guid, Timestamp};
use crate::settings::OrderStatus;
use crate::stock::Claim;

/// A line's part of it.
#[derive(Debug, Clone)]
struct Wanted {
    product: Guid,
    warehouse: String,
    quantity: Quantity,
}

/// An order or a quote that claims something.
#[derive(Debug, Clone)]
struct Source {
    /// The link of its quote.
    link: String,
    wanted: Vec<Wanted>,
    /// What an order comes to, and whose it is; `None` for a quote.
    order: Option<Owed>,
    /// The last day of a quote.
    until: Option<Day>,
    /// From when on Cin7's own figures hold it; `None` while it is not there.
    there_since: Option<Timestamp>,
}

/// What an order on its way makes a customer owe.
#[derive(Debug, Clone)]
struct Owed {
    customer: Guid,
    gross: Amount,
    reference: String,
    name: String,
}

/// Everything that is claimed, by the key of its order or the link of its quote.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    quotes: BTreeMap<String, Source>,
    orders: BTreeMap<String, Source>,
    /// The reference of each quote's receipt, with what it is on, by the quote's link.
    receipts: BTreeMap<String, (String, String)>,
}

impl Claims {
    /// A quote was written down.
    pub(crate) fn quote(&mut self, quote: &Quote) {
        let name = format!("quote {} of {}", quote.number, quote.customer_name);
        self.receipt(&quote.link, quote.receipt.as_ref().map(|receipt| (receipt.reference.clone(), name)));
        if quote.reserved_on.is_none() || quote.confirmed {
            self.quotes.remove(&quote.link);
            return;
        }
        let wanted = quote.lines.iter().filter_map(|line| {
            let warehouse = quote.warehouse_of(line)?.to_owned();
            Some(Wanted { product: line.product, warehouse, quantity: line.quantity })
        });
        let wanted = wanted.collect();
        let source = Source { link: quote.link.clone(), wanted, order: None, until: quote.end_date, there_since: None };
        self.quotes.insert(quote.link.clone(), source);
    }

    /// A quote is gone.
    pub(crate) fn forget_quote(&mut self, link: &str) {
        self.quotes.remove(link);
        self.receipt(link, None);
    }

    fn receipt(&mut self, link: &str, receipt: Option<(String, String)>) {
        match receipt {
            Some(receipt) => drop(self.receipts.insert(link.to_owned(), receipt)),
            None => drop(self.receipts.remove(link)),
        }
    }

    /// The references of the receipts of all but this quote, each with what it is on.
    pub(crate) fn receipts(&self, except: &str) -> Vec<(String, String)> {
        self.receipts.iter().filter(|(link, _)| *link != except).map(|(_, receipt)| receipt.clone()).collect()
    }

    /// An order moved, now.
    pub(crate) fn order(&mut self, order: &Order, now: Timestamp) {
        let plan = &order.plan;
        let gone = match &order.state {
            // Of one whose quote is open again the quote counts.
            State::NeedsAttention { why, .. } => *why != Attention::Refused || order.mending.is_some(),
            // A draft takes nothing in Cin7, and is not waiting any more either.
            State::Confirmed => plan.status == OrderStatus::Draft,
            State::ByHand | State::Queued { .. } | State::Sending { .. } | State::Unknown { .. } => false,
        };
        if gone {
            self.orders.remove(&plan.key);
            return;
        }
        let warehouse = plan.warehouse.clone().unwrap_or_default();
        let lines = plan.lines.iter().filter(|line| !line.charge);
        let wanted = lines.map(|line| Wanted { product: line.product, warehouse: warehouse.clone(), quantity: line.quantity });
        let wanted = wanted.collect();
        let owed = Owed {
            customer: plan.customer,
            gross: plan.expected.gross,
            reference: plan.reference.clone().unwrap_or_default(),
            name: order.number.clone().unwrap_or_else(|| format!("quote {}", plan.quote_number)),
        };
        let there = (order.is_settled() || order.read_back.is_some()).then_some(now);
        let known = self.orders.get(&plan.key).and_then(|source| source.there_since);
        let link = plan.quote_id.clone();
        let source = Source { link, wanted, order: Some(owed), until: None, there_since: known.or(there) };
        self.orders.insert(plan.key.clone(), source);
    }

    /// What others than this quote claim of a product, whose stock was read then.
    pub(crate) fn of(&self, product: Guid, except: &str, today: Day, read: Option<Timestamp>) -> Vec<Claim> {
        let mut claims: Vec<Claim> = Vec::new();
        let standing = |source: &&Source| {
            // Expired reservations count as free at once.
            source.link != except
                && source.until.is_none_or(|until| until >= today)
                && source.there_since.is_none_or(|since| read.is_none_or(|read| read < since))
        };
        for source in self.quotes.iter().chain(self.orders.iter()).map(|(_, source)| source).filter(standing) {
            for wanted in source.wanted.iter().filter(|wanted| wanted.product == product) {
                let at = claims.iter().position(|claim| claim.warehouse == wanted.warehouse).unwrap_or_else(|| {
                    claims.push(Claim { warehouse: wanted.warehouse.clone(), ..Claim::default() });
                    claims.len() - 1
                });
                let claim = &mut claims[at];
                let sum = if source.order.is_some() { &mut claim.waiting } else { &mut claim.reserved };
                *sum = *sum + wanted.quantity;
            }
        }
        claims
    }

    /// What a customer's orders come to that are not yet in the sales as they were read then.
    pub(crate) fn owed_by(&self, customer: Guid, except: &str, read: Option<Timestamp>) -> Amount {
        let waiting = self.orders.values().filter(|source| {
            source.link != except && source.there_since.is_none_or(|since| read.is_none_or(|read| read < since))
        });
        waiting.filter_map(|source| source.order.as_ref()).filter(|owed| owed.customer == customer).map(|owed| owed.gross).sum()
    }

    /// What a customer's orders on this device are called that were made under this link.
    pub(crate) fn ordered_under(&self, customer: Guid, link: &str) -> Vec<String> {
        let orders = self.orders.values().filter(|source| source.link == link);
        let owed = orders.filter_map(|source| source.order.as_ref()).filter(|owed| owed.customer == customer);
        owed.map(|owed| owed.name.clone()).collect()
    }

    /// The same of a link that is this one but for its letter case, with that link.
    pub(crate) fn ordered_alike(&self, customer: Guid, link: &str) -> Vec<(String, String)> {
        let orders = self.orders.values().filter(|source| is_alike(&source.link, link));
        let owed = orders.filter_map(|source| source.order.as_ref().map(|owed| (owed, &source.link)));
        owed.filter(|(owed, _)| owed.customer == customer).map(|(owed, link)| (owed.name.clone(), link.clone())).collect()
    }

    /// The references of a customer's orders on this device, with what each is called.
    pub(crate) fn references(&self, customer: Guid, except: &str) -> Vec<(String, String)> {
        let others = self.orders.values().filter(|source| source.link != except).filter_map(|source| source.order.as_ref());
        others
            .filter(|owed| owed.customer == customer && !owed.reference.trim().is_empty())
            .map(|owed| (owed.reference.clone(), owed.name.clone()))
            .collect()
    }
}
