//! Sales for the screen: the list, and one whole.

use serde::Serialize;

use crate::error::{Detail, Error, ErrorCode, Result};
use crate::money::{Amount, Percent, Price, Quantity};
use crate::records::sale::SaleAddress;
use crate::records::sale::figures::Shipped;
use crate::records::{Day, Guid, Timestamp};

/// How many sales are listed unless told otherwise.
const USUAL: usize = 50;

/// Which sales to list.
#[derive(Debug, Clone, Default)]
pub struct SaleAsk {
    /// Only those of this customer.
    pub customer: Option<Guid>,
    /// As typed: number, customer, reference, invoice, quote or tracking number.
    pub text: String,
    /// Only those with something left to ship, invoice or pay.
    pub open: bool,
    /// How many to pass over.
    pub offset: usize,
    /// Most to return.
    pub limit: usize,
}

impl SaleAsk {
    /// Reads an ask from JSON text: `SaleSearch` in `sales.ts`.
    ///
    /// # Errors
    /// `invalid-input` with everything that is wrong.
    pub fn from_json(text: &str) -> Result<Self> {
        let given = serde_json::from_str::<serde_json::Value>(text).unwrap_or_default();
        let Some(given) = given.as_object() else { return Err(Error::invalid("ask", "The search is not a plain object.")) };
        let mut ask = Self { limit: USUAL, ..Self::default() };
        let mut details = Vec::new();
        for (name, value) in given {
            let count = value.as_u64().and_then(|count| usize::try_from(count).ok());
            let right = match (name.as_str(), value.as_str(), count) {
                ("customerId", Some(id), _) => {
                    ask.customer = id.parse().ok();
                    ask.customer.is_some()
                }
                ("customerId", ..) => value.is_null(),
                ("text", Some(text), _) => {
                    text.clone_into(&mut ask.text);
                    true
                }
                ("open", ..) => value.as_bool().map(|open| ask.open = open).is_some(),
                ("offset", _, Some(count)) => {
                    ask.offset = count;
                    true
                }
                ("limit", _, Some(count)) => {
                    ask.limit = count;
                    count > 0
                }
                _ => false,
            };
            if !right {
                details.push(Detail::new(name.as_str(), format!("{value} is not something a search can be asked for")));
            }
        }
        if details.is_empty() {
            Ok(ask)
        } else {
            Err(Error::with_details(ErrorCode::InvalidInput, "The search cannot be made.", details))
        }
    }
}

/// A row of the list of sales; see `SaleSummary` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is shown by itself")]
pub struct SaleSummary {
    /// Cin7's id of the sale.
    pub id: Guid,
    /// Such as `SO-00451`.
    pub number: String,
    /// The customer.
    pub customer_id: Option<Guid>,
    /// The CRM's name for it; Cin7's while the customer is not known here.
    pub customer_name: String,
    /// Whether the customer is known here.
    pub customer_known: bool,
    /// Day of the order.
    pub ordered_on: Option<Day>,
    /// Currency of the amounts.
    pub currency: String,
    /// With tax; `None` until the details have been read.
    pub total: Option<Amount>,
    /// Open on invoices.
    pub open: Option<Amount>,
    /// The sale's status in Cin7's word.
    pub status: String,
    /// `Simple Sale`, `Advanced Sale`, ….
    pub sale_type: String,
    /// How far it has been shipped.
    pub shipping_state: Shipped,
    /// The same in words.
    pub shipping: String,
    /// The last day on which something went.
    pub shipped_on: Option<Day>,
    /// Whether it is paid; partly paid is not.
    pub paid: bool,
    /// How far it has been invoiced, in Cin7's word; empty while the list has not told.
    pub invoicing: String,
    /// The customer's reference.
    pub reference: String,
    /// `crm` or `cin7`.
    pub origin: &'static str,
    /// The quote that was confirmed into it.
    pub quote_link: Option<String>,
    /// `Confirmed Order` for one that the CRM made.
    pub crm_status: Option<&'static str>,
    /// Whether Cin7 has voided it.
    pub voided: bool,
    /// Whether the order is only a draft in Cin7.
    pub draft: bool,
}

/// Some of the sales that match; see `SaleList` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SaleList {
    /// Newest first.
    pub sales: Vec<SaleSummary>,
    /// How many match in all.
    pub total: usize,
}

/// A line of a sale; see `SaleLineView` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SaleLineView {
    pub(super) product_id: Option<Guid>,
    pub(super) sku: String,
    pub(super) name: String,
    pub(super) comment: String,
    pub(super) quantity: Quantity,
    pub(super) delivered: Quantity,
    pub(super) backorder: Quantity,
    pub(super) price: Price,
    pub(super) discount: Percent,
    pub(super) tax: Amount,
    pub(super) total: Amount,
}

/// Something in a shipment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContentView {
    pub(super) sku: String,
    pub(super) name: String,
    pub(super) quantity: Quantity,
}

/// A box of a shipment; see `ParcelView` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParcelView {
    pub(super) name: String,
    pub(super) carrier: String,
    pub(super) tracking: String,
    pub(super) url: Option<String>,
    pub(super) shipped: bool,
    pub(super) on: Option<Day>,
}

/// A shipment; see `ShipmentView` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShipmentView {
    pub(super) number: String,
    pub(super) state: &'static str,
    pub(super) shipped_on: Option<Day>,
    pub(super) contents: Vec<ContentView>,
    pub(super) parcels: Vec<ParcelView>,
}

/// An invoice or credit note that counts; see `SaleDocumentView` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SaleDocumentView {
    pub(super) number: String,
    pub(super) date: Option<Day>,
    pub(super) due: Option<Day>,
    pub(super) total: Amount,
    pub(super) open: Amount,
    pub(super) paid: bool,
    pub(super) paid_on: Option<Day>,
}

/// Money that came in or went back; see `SalePaymentView` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SalePaymentView {
    pub(super) kind: &'static str,
    pub(super) document: String,
    pub(super) reference: String,
    pub(super) amount: Amount,
    pub(super) on: Option<Day>,
}

/// One whole sale; see `SaleView` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SaleView {
    pub(super) summary: SaleSummary,
    /// Whether the details are of the state that the list tells.
    pub current: bool,
    pub(super) details_as_of: Option<Timestamp>,
    pub(super) problem: Option<String>,
    pub(super) lines: Vec<SaleLineView>,
    pub(super) net: Option<Amount>,
    pub(super) tax: Option<Amount>,
    pub(super) ordered: Quantity,
    pub(super) shipped: Quantity,
    pub(super) shipments: Vec<ShipmentView>,
    pub(super) tracking_references: String,
    pub(super) tracking_beyond: usize,
    pub(super) invoices: Vec<SaleDocumentView>,
    pub(super) draft_invoices: usize,
    pub(super) credit_notes: Vec<SaleDocumentView>,
    pub(super) payments: Vec<SalePaymentView>,
    pub(super) contact: String,
    pub(super) phone: String,
    pub(super) email: String,
    pub(super) terms: String,
    pub(super) price_tier: String,
    pub(super) location: String,
    pub(super) representative: String,
    pub(super) note: String,
    pub(super) memo: String,
    pub(super) ship_by: Option<Day>,
    pub(super) delivery: Option<SaleAddress>,
}
