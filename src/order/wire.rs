//! The two bodies as Cin7 spells them. Numbers are exact decimal text.

use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::records::Guid;

/// The longest body that the proxy lets through, in bytes.
pub const LONGEST_BODY: usize = 4 * 1024 * 1024;

/// A JSON number from its exact text.
#[derive(Debug)]
pub(super) struct Number(pub(super) String);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.clone()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

/// `POST /sale`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct HeaderBody<'a> {
    #[serde(rename = "CustomerID")]
    pub(super) customer_id: Guid,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contact: Option<&'a str>,
    /// Left out when not set, so that Cin7's own stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) phone: Option<&'a str>,
    pub(super) skip_quote: bool,
    pub(super) sale_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) shipping_address: Option<ShippingAddress<'a>>,
    pub(super) tax_rule: &'a str,
    pub(super) tax_inclusive: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) terms: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) price_tier: Option<&'a str>,
    pub(super) location: &'a str,
    pub(super) sale_order_date: String,
    pub(super) note: String,
    pub(super) customer_reference: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) currency_rate: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sales_representative: Option<&'a str>,
    #[serde(rename = "ExternalID")]
    pub(super) external_id: &'a str,
}

/// Where the goods go. With `ShipToOther` false Cin7 would save an address that it does not know on the customer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ShippingAddress<'a> {
    #[serde(rename = "ID", skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<Guid>,
    pub(super) line1: &'a str,
    pub(super) line2: &'a str,
    pub(super) city: &'a str,
    pub(super) state: &'a str,
    pub(super) postcode: &'a str,
    pub(super) country: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) company: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contact: Option<&'a str>,
    pub(super) ship_to_other: bool,
}

/// `POST /sale/order` without the `SaleID`, which is known only later.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OrderBody<'a> {
    pub(super) combine_additional_charges: bool,
    pub(super) memo: String,
    pub(super) status: &'static str,
    pub(super) auto_pick_pack_ship_mode: &'static str,
    pub(super) lines: Vec<LineBody<'a>>,
    pub(super) additional_charges: Vec<ChargeBody<'a>>,
}

/// A product line.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct LineBody<'a> {
    #[serde(rename = "ProductID")]
    pub(super) product_id: Guid,
    #[serde(rename = "SKU")]
    pub(super) sku: &'a str,
    pub(super) name: &'a str,
    pub(super) quantity: Number,
    pub(super) price: Number,
    pub(super) discount: Number,
    pub(super) tax: Number,
    pub(super) tax_rule: &'a str,
    pub(super) comment: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) drop_ship: Option<bool>,
    pub(super) total: Number,
}

/// A service: found by its name.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ChargeBody<'a> {
    pub(super) description: &'a str,
    pub(super) price: Number,
    pub(super) quantity: Number,
    pub(super) discount: Number,
    pub(super) tax: Number,
    pub(super) total: Number,
    pub(super) tax_rule: &'a str,
    pub(super) comment: &'a str,
}

/// `POST /sale/payment` without the `TaskID`, which is known only later.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReceiptBody<'a> {
    #[serde(rename = "Type")]
    pub(super) kind: &'static str,
    pub(super) reference: &'a str,
    pub(super) amount: Number,
    pub(super) date_paid: String,
    pub(super) account: &'a str,
    pub(super) currency_rate: Number,
}
