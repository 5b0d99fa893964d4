//! `/saleList`, `/purchaseList` and `/advanced-purchase`.

use chrono::TimeDelta;

use crate::answer::{Answer, Listing, Refusal};
use crate::clock::parse_instant;
use crate::collection::{Kind, Record};
use crate::fields::Fields;
use crate::query::Query;
use crate::state::State;

/// Filters that compare one field of the row, letter case aside: query name and field.
const SALE_FIELDS: &[(&str, &str)] = &[
    ("Status", "Status"),
    ("QuoteStatus", "QuoteStatus"),
    ("OrderStatus", "OrderStatus"),
    ("CombinedPickStatus", "CombinedPickingStatus"),
    ("CombinedPackStatus", "CombinedPackingStatus"),
    ("CombinedShippingStatus", "CombinedShippingStatus"),
    ("CombinedInvoiceStatus", "CombinedInvoiceStatus"),
    ("CreditNoteStatus", "CreditNoteStatus"),
    ("OrderLocationID", "OrderLocationID"),
];
const SALE_SEARCH: &[&str] = &["OrderNumber", "Status", "Customer", "InvoiceNumber", "CustomerReference", "CreditNoteNumber"];
const PURCHASE_FIELDS: &[(&str, &str)] = &[
    ("Status", "Status"),
    ("OrderStatus", "OrderStatus"),
    ("StockReceivedStatus", "StockReceivedStatus"),
    ("InvoiceStatus", "InvoiceStatus"),
    ("CreditNoteStatus", "CreditNoteStatus"),
    ("UnstockStatus", "UnstockStatus"),
    ("DropShipTaskID", "DropShipTaskID"),
];
const PURCHASE_SEARCH: &[&str] = &["OrderNumber", "Status", "Supplier", "InvoiceNumber", "CreditNoteNumber"];

/// Filters on the row itself; the row is parsed only if one of them was sent.
struct RowFilter {
    equal: Vec<(&'static str, String)>,
    search: Option<String>,
    searched: &'static [&'static str],
}

impl RowFilter {
    fn of(query: &Query, fields: &[(&str, &'static str)], searched: &'static [&'static str]) -> Self {
        let equal = fields.iter().filter_map(|(name, field)| Some((*field, query.lower(name)?))).collect();
        RowFilter { equal, search: query.lower("Search"), searched }
    }

    fn keeps(&self, record: &Record) -> bool {
        if self.equal.is_empty() && self.search.is_none() {
            return true;
        }
        let Ok(row) = Fields::parse(&record.row) else { return false };
        let lower = |field: &str| row.text_or_empty(field).to_lowercase();
        self.equal.iter().all(|(field, wanted)| lower(field) == *wanted)
            && self.search.as_ref().is_none_or(|wanted| self.searched.iter().any(|field| lower(field).contains(wanted)))
    }
}

fn is_between(record: &Record, query: &Query) -> bool {
    query.instant("UpdatedSince").is_none_or(|since| record.keys.modified.is_some_and(|at| at >= since))
        && query.instant("UpdatedUntil").is_none_or(|until| record.keys.modified.is_some_and(|at| at <= until))
}

/// Whether the row's date under `field` is on or before the one asked for.
fn is_due_by(record: &Record, query: &Query, name: &str, field: &str) -> bool {
    query.instant(name).is_none_or(|wanted| {
        Fields::parse(&record.row).ok().and_then(|row| parse_instant(&row.text(field)?)).is_some_and(|at| at <= wanted)
    })
}

pub(super) fn sales(state: &State, query: &Query) -> Answer {
    let mut listing = Listing::new(Kind::Sales, query.page());
    let filter = RowFilter::of(query, SALE_FIELDS, SALE_SEARCH);
    let external = query.text("ExternalID").filter(|id| !id.is_empty());
    for sale in state.world.of(Kind::Sales).iter() {
        let keep = is_between(sale, query)
            && external.is_none_or(|wanted| is_found_by(state, sale, wanted))
            && query.instant("CreatedSince").is_none_or(|since| created(state, sale) >= Some(since))
            && is_due_by(sale, query, "ShipBy", "ShipBy")
            && filter.keeps(sale);
        if keep {
            listing.add(|text| text.push_str(&sale.row));
        }
    }
    listing.finish()
}

fn created(state: &State, sale: &Record) -> Option<chrono::DateTime<chrono::Utc>> {
    state.created.get(&*sale.keys.id).copied().or_else(|| parse_instant(&sale.fields().text("SaleOrderDate")?))
}

/// Whether the `ExternalID` filter finds this sale: equal, and old enough if the index lags.
fn is_found_by(state: &State, sale: &Record, wanted: &str) -> bool {
    let own = &*sale.keys.place;
    let is_equal =
        if state.switches.external_id_ignore_case { own.to_lowercase() == wanted.to_lowercase() } else { own == wanted };
    let lag = TimeDelta::seconds(state.switches.external_id_lag_seconds);
    is_equal && state.created.get(&*sale.keys.id).is_none_or(|at| *at + lag <= state.clock.now())
}

pub(super) fn purchases(state: &State, query: &Query) -> Answer {
    let mut listing = Listing::new(Kind::Purchases, query.page());
    let filter = RowFilter::of(query, PURCHASE_FIELDS, PURCHASE_SEARCH);
    for purchase in state.world.of(Kind::Purchases).iter() {
        if is_between(purchase, query) && is_due_by(purchase, query, "RequiredBy", "RequiredBy") && filter.keeps(purchase) {
            listing.add(|text| text.push_str(&purchase.row));
        }
    }
    listing.finish()
}

pub(super) fn purchase(state: &State, query: &Query) -> Result<Answer, Refusal> {
    let id = query.lower("ID").ok_or_else(|| Refusal::invalid("ID is required"))?;
    let purchase =
        state.world.of(Kind::Purchases).find(&id).ok_or_else(|| Refusal::invalid("Purchase with specified ID not found"))?;
    Ok(Answer::new(200, "application/json; charset=utf-8", purchase.text.as_bytes()))
}
