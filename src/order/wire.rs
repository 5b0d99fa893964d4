//! The two bodies as Cin7 spells them. Numbers are exact decimal text.

#[cfg(test)]
use serde::ser::Error as _;
#[cfg(test)]
use serde::{Serialize, Serializer};
#[cfg(test)]
use serde_json::value::RawValue;

use crate::json::{ToJson, Writer};
use crate::records::Guid;

/// The longest body that the proxy lets through, in bytes.
pub const LONGEST_BODY: usize = 4 * 1024 * 1024;

/// A JSON number from its exact text.
#[derive(Debug)]
pub(super) struct Number(pub(super) String);

impl ToJson for Number {
    fn write(&self, out: &mut Writer) {
        out.raw(&self.0);
    }
}

#[cfg(test)]
impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.clone()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

/// `POST /sale`.
#[derive(Debug)]
#[cfg_attr(test, derive(Serialize), serde(rename_all = "PascalCase"))]
pub(super) struct HeaderBody<'a> {
    #[cfg_attr(test, serde(rename = "CustomerID"))]
    pub(super) customer_id: Guid,
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    pub(super) contact: Option<&'a str>,
    /// Left out when not set, so that Cin7's own stays.
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    pub(super) phone: Option<&'a str>,
    pub(super) skip_quote: bool,
    pub(super) sale_type: &'static str,
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    pub(super) shipping_address: Option<ShippingAddress<'a>>,
    pub(super) tax_rule: &'a str,
    pub(super) tax_inclusive: bool,
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    pub(super) terms: Option<&'a str>,
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    pub(super) price_tier: Option<&'a str>,
    pub(super) location: &'a str,
    pub(super) sale_order_date: String,
    pub(super) note: String,
    pub(super) customer_reference: &'a str,
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    pub(super) currency_rate: Option<Number>,
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    pub(super) sales_representative: Option<&'a str>,
    #[cfg_attr(test, serde(rename = "ExternalID"))]
    pub(super) external_id: &'a str,
}

impl ToJson for HeaderBody<'_> {
    fn write(&self, out: &mut Writer) {
        out.open();
        out.field("CustomerID", &self.customer_id);
        out.optional("Contact", &self.contact);
        out.optional("Phone", &self.phone);
        out.field("SkipQuote", &self.skip_quote);
        out.field("SaleType", &self.sale_type);
        out.optional("ShippingAddress", &self.shipping_address);
        out.field("TaxRule", &self.tax_rule);
        out.field("TaxInclusive", &self.tax_inclusive);
        out.optional("Terms", &self.terms);
        out.optional("PriceTier", &self.price_tier);
        out.field("Location", &self.location);
        out.field("SaleOrderDate", &self.sale_order_date);
        out.field("Note", &self.note);
        out.field("CustomerReference", &self.customer_reference);
        out.optional("CurrencyRate", &self.currency_rate);
        out.optional("SalesRepresentative", &self.sales_representative);
        out.field("ExternalID", &self.external_id);
        out.close();
    }
}

/// Where the goods go. With `ShipToOther` false Cin7 would save an address that it does not know on the customer.
#[derive(Debug)]
#[cfg_attr(test, derive(Serialize), serde(rename_all = "PascalCase"))]
pub(super) struct ShippingAddress<'a> {
    #[cfg_attr(test, serde(rename = "ID", skip_serializing_if = "Option::is_none"))]
    pub(super) id: Option<Guid>,
    pub(super) line1: &'a str,
    pub(super) line2: &'a str,
    pub(super) city: &'a str,
    pub(super) state: &'a str,
    pub(super) postcode: &'a str,
    pub(super) country: &'a str,
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    pub(super) company: Option<&'a str>,
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    pub(super) contact: Option<&'a str>,
    pub(super) ship_to_other: bool,
}

impl ToJson for ShippingAddress<'_> {
    fn write(&self, out: &mut Writer) {
        out.open();
        out.optional("ID", &self.id);
        out.field("Line1", &self.line1);
        out.field("Line2", &self.line2);
        out.field("City", &self.city);
        out.field("State", &self.state);
        out.field("Postcode", &self.postcode);
        out.field("Country", &self.country);
        out.optional("Company", &self.company);
        out.optional("Contact", &self.contact);
        out.field("ShipToOther", &self.ship_to_other);
        out.close();
    }
}

/// `POST /sale/order` without the `SaleID`, which is known only later.
#[derive(Debug)]
#[cfg_attr(test, derive(Serialize), serde(rename_all = "PascalCase"))]
pub(super) struct OrderBody<'a> {
    pub(super) combine_additional_charges: bool,
    pub(super) memo: String,
    pub(super) status: &'static str,
    pub(super) auto_pick_pack_ship_mode: &'static str,
    pub(super) lines: Vec<LineBody<'a>>,
    pub(super) additional_charges: Vec<ChargeBody<'a>>,
}

impl ToJson for OrderBody<'_> {
    fn write(&self, out: &mut Writer) {
        out.open();
        out.field("CombineAdditionalCharges", &self.combine_additional_charges);
        out.field("Memo", &self.memo);
        out.field("Status", &self.status);
        out.field("AutoPickPackShipMode", &self.auto_pick_pack_ship_mode);
        out.field("Lines", &self.lines);
        out.field("AdditionalCharges", &self.additional_charges);
        out.close();
    }
}

/// A product line.
#[derive(Debug)]
#[cfg_attr(test, derive(Serialize), serde(rename_all = "PascalCase"))]
pub(super) struct LineBody<'a> {
    #[cfg_attr(test, serde(rename = "ProductID"))]
    pub(super) product_id: Guid,
    #[cfg_attr(test, serde(rename = "SKU"))]
    pub(super) sku: &'a str,
    pub(super) name: &'a str,
    pub(super) quantity: Number,
    pub(super) price: Number,
    pub(super) discount: Number,
    pub(super) tax: Number,
    pub(super) tax_rule: &'a str,
    pub(super) comment: &'a str,
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    pub(super) drop_ship: Option<bool>,
    pub(super) total: Number,
}

impl ToJson for LineBody<'_> {
    fn write(&self, out: &mut Writer) {
        out.open();
        out.field("ProductID", &self.product_id);
        out.field("SKU", &self.sku);
        out.field("Name", &self.name);
        out.field("Quantity", &self.quantity);
        out.field("Price", &self.price);
        out.field("Discount", &self.discount);
        out.field("Tax", &self.tax);
        out.field("TaxRule", &self.tax_rule);
        out.field("Comment", &self.comment);
        out.optional("DropShip", &self.drop_ship);
        out.field("Total", &self.total);
        out.close();
    }
}

/// A service: found by its name.
#[derive(Debug)]
#[cfg_attr(test, derive(Serialize), serde(rename_all = "PascalCase"))]
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

impl ToJson for ChargeBody<'_> {
    fn write(&self, out: &mut Writer) {
        out.open();
        out.field("Description", &self.description);
        out.field("Price", &self.price);
        out.field("Quantity", &self.quantity);
        out.field("Discount", &self.discount);
        out.field("Tax", &self.tax);
        out.field("Total", &self.total);
        out.field("TaxRule", &self.tax_rule);
        out.field("Comment", &self.comment);
        out.close();
    }
}

/// `POST /sale/payment` without the `TaskID`, which is known only later.
#[derive(Debug)]
#[cfg_attr(test, derive(Serialize), serde(rename_all = "PascalCase"))]
pub(super) struct ReceiptBody<'a> {
    #[cfg_attr(test, serde(rename = "Type"))]
    pub(super) kind: &'static str,
    pub(super) reference: &'a str,
    pub(super) amount: Number,
    pub(super) date_paid: String,
    pub(super) account: &'a str,
    pub(super) currency_rate: Number,
}

impl ToJson for ReceiptBody<'_> {
    fn write(&self, out: &mut Writer) {
        out.open();
        out.field("Type", &self.kind);
        out.field("Reference", &self.reference);
        out.field("Amount", &self.amount);
        out.field("DatePaid", &self.date_paid);
        out.field("Account", &self.account);
        out.field("CurrencyRate", &self.currency_rate);
        out.close();
    }
}
