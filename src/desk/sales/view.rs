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
    pub(crate) product_id: Option<Guid>,
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) comment: String,
    pub(crate) quantity: Quantity,
    pub(crate) delivered: Quantity,
    pub(crate) backorder: Quantity,
    pub(crate) price: Price,
    pub(crate) discount: Percent,
    pub(crate) tax: Amount,
    pub(crate) total: Amount,
}

/// Something in a shipment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContentView {
    pub(crate) sku: String,
    pub(crate) name: String,
    pub(crate) quantity: Quantity,
}

/// A box of a shipment; see `ParcelView` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParcelView {
    pub(crate) name: String,
    pub(crate) carrier: String,
    pub(crate) tracking: String,
    pub(crate) url: Option<String>,
    pub(crate) shipped: bool,
    pub(crate) on: Option<Day>,
}

/// A shipment; see `ShipmentView` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShipmentView {
    pub(crate) number: String,
    pub(crate) state: &'static str,
    pub(crate) shipped_on: Option<Day>,
    pub(crate) contents: Vec<ContentView>,
    pub(crate) parcels: Vec<ParcelView>,
}

/// An invoice or credit note that counts; see `SaleDocumentView` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SaleDocumentView {
    pub(crate) number: String,
    pub(crate) date: Option<Day>,
    pub(crate) due: Option<Day>,
    pub(crate) total: Amount,
    pub(crate) open: Amount,
    pub(crate) paid: bool,
    pub(crate) paid_on: Option<Day>,
}

/// Money that came in or went back; see `SalePaymentView` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SalePaymentView {
    pub(crate) kind: &'static str,
    pub(crate) document: String,
    pub(crate) reference: String,
    pub(crate) amount: Amount,
    pub(crate) on: Option<Day>,
}

/// One whole sale; see `SaleView` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SaleView {
    pub(crate) summary: SaleSummary,
    /// Whether the details are of the state that the list tells.
    pub current: bool,
    pub(crate) details_as_of: Option<Timestamp>,
    pub(crate) problem: Option<String>,
    pub(crate) lines: Vec<SaleLineView>,
    pub(crate) net: Option<Amount>,
    pub(crate) tax: Option<Amount>,
    pub(crate) ordered: Quantity,
    pub(crate) shipped: Quantity,
    pub(crate) shipments: Vec<ShipmentView>,
    pub(crate) tracking_references: String,
    pub(crate) tracking_beyond: usize,
    pub(crate) invoices: Vec<SaleDocumentView>,
    pub(crate) draft_invoices: usize,
    pub(crate) credit_notes: Vec<SaleDocumentView>,
    pub(crate) payments: Vec<SalePaymentView>,
    pub(crate) contact: String,
    pub(crate) phone: String,
    pub(crate) email: String,
    pub(crate) terms: String,
    pub(crate) price_tier: String,
    pub(crate) location: String,
    pub(crate) representative: String,
    pub(crate) note: String,
    pub(crate) memo: String,
    pub(crate) ship_by: Option<Day>,
    pub(crate) delivery: Option<SaleAddress>,
}
