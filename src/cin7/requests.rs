//! What Cin7 is asked, call by call, besides the lists that a run reads (`sync`): every path, its query, its body.

use crate::records::Guid;
use crate::transport::{Lane, Request};

/// Rows of a page: as many as Cin7 gives.
pub const ROWS: usize = 1000;

/// What sales are looked for by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaleFilter<'a> {
    /// The link that they bear as their external id.
    Link(&'a str),
    /// A number, or anything else that Cin7 searches.
    Words(&'a str),
}

/// The sales that are found.
pub fn sales(filter: SaleFilter<'_>, lane: Lane) -> Request {
    let (name, wanted) = match filter {
        SaleFilter::Link(link) => ("ExternalID", link),
        SaleFilter::Words(words) => ("Search", words),
    };
    Request::get("saleList", lane).with(name, wanted).with("Page", "1").with("Limit", "100")
}

/// A sale with all its documents.
pub fn sale(id: Guid, lane: Lane) -> Request {
    Request::get("sale", lane).with("ID", id.to_string())
}

/// What has been paid on a sale.
pub fn payments(sale: Guid, lane: Lane) -> Request {
    Request::get("sale/payment", lane).with("SaleID", sale.to_string())
}

/// Makes a sale without lines.
pub fn make_sale(body: &str) -> Request {
    Request::post("sale", body.into(), Lane::Order)
}

/// Gives a sale its lines.
pub fn make_order(body: &str) -> Request {
    Request::post("sale/order", body.into(), Lane::Order)
}

/// Posts a payment on a sale.
pub fn make_payment(body: &str) -> Request {
    Request::post("sale/payment", body.into(), Lane::Order)
}

/// A customer.
pub fn customer(id: Guid) -> Request {
    let request = Request::get("customer", Lane::Screen).with("Page", "1").with("Limit", ROWS.to_string());
    request.with("ID", id.to_string()).with("IncludeDeprecated", "true")
}

/// The customers whose names begin with `name`.
pub fn customers_called(name: &str) -> Request {
    Request::get("customer", Lane::Screen)
        .with("Name", name)
        .with("IncludeDeprecated", "true")
        .with("IncludeProductPrices", "true")
        .with("Page", "1")
        .with("Limit", ROWS.to_string())
}

/// Makes a customer.
pub fn make_customer(body: &str) -> Request {
    Request::post("customer", body.into(), Lane::Screen)
}

/// The pictures of a product.
pub fn attachments(product: Guid) -> Request {
    Request::get("product/attachments", Lane::Background).with("ProductID", product.to_string())
}

/// A page of the stock of the products whose SKUs begin with `sku`.
pub fn stock(sku: &str, page: u32) -> Request {
    let request = Request::get("ref/productavailability", Lane::Screen).with("Sku", sku);
    request.with("Page", page.to_string()).with("Limit", ROWS.to_string())
}

/// A purchase with all its documents.
pub fn purchase(id: Guid) -> Request {
    Request::get("advanced-purchase", Lane::Background).with("ID", id.to_string())
}

/// A page of the account book.
pub fn ledger_accounts(page: u32) -> Request {
    Request::get("ref/account", Lane::Screen).with("Page", page.to_string()).with("Limit", ROWS.to_string())
}

/// The warehouses.
pub fn locations() -> Request {
    Request::get("ref/location", Lane::Screen).with("Page", "1").with("Limit", ROWS.to_string())
}
