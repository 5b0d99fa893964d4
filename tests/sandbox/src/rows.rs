//! List rows of sales and purchases, derived from the full object.

use rust_decimal::Decimal;

use crate::fields::{Fields, Number, object, raw};

/// Invoices that are debts: authorised or paid.
pub(crate) fn is_due(document: &Fields) -> bool {
    matches!(document.text_or_empty("Status").as_str(), "AUTHORISED" | "PAID")
}

fn sum(entries: &[Fields], key: &str) -> Decimal {
    entries.iter().map(|entry| entry.number_or_zero(key)).sum()
}

/// Where the world keeps refunds that hang on no credit note. `/sale` does not show it.
pub(crate) const LOOSE_REFUNDS: &str = "LooseRefunds";

/// What has been paid on a sale: prepayments and invoice payments, less refunds.
pub(crate) fn paid(sale: &Fields) -> Decimal {
    let prepaid = sum(&sale.object("Quote").unwrap_or_default().list("Prepayments"), "Amount");
    let on_invoices: Decimal = sale.list("Invoices").iter().map(|invoice| sum(&invoice.list("Payments"), "Amount")).sum();
    let refunded: Decimal = sale.list("CreditNotes").iter().map(|note| sum(&note.list("Refunds"), "Amount")).sum();
    prepaid + on_invoices - refunded - sum(&sale.list(LOOSE_REFUNDS), "Amount")
}

/// The `/saleList` row of a sale. A field that the record itself holds wins over a derived one.
pub(crate) fn sale(sale: &Fields) -> Fields {
    let order = sale.object("Order").unwrap_or_default();
    let quote = sale.object("Quote").unwrap_or_default();
    let invoices: Vec<Fields> = sale.list("Invoices").into_iter().filter(is_due).collect();
    let credits: Vec<Fields> = sale.list("CreditNotes").into_iter().filter(is_due).collect();
    let due_total = sum(&invoices, "Total");
    let own = |key: &str| sale.get(key).map(ToOwned::to_owned);
    let status = |document: &Fields| document.text("Status").unwrap_or_else(|| "NOT AVAILABLE".to_owned());
    let invoice = invoices.first().cloned().unwrap_or_default();
    object! {
        "SaleID" => own("ID"),
        "OrderNumber" => order.text_or_empty("SaleOrderNumber"),
        "Status" => own("Status"),
        "OrderDate" => own("SaleOrderDate"),
        "InvoiceDate" => invoice.text("InvoiceDate"),
        "Customer" => own("Customer"),
        "CustomerID" => own("CustomerID"),
        "InvoiceNumber" => invoice.text("InvoiceNumber"),
        "CustomerReference" => own("CustomerReference"),
        "InvoiceAmount" => Number(due_total - sum(&credits, "Total")),
        "PaidAmount" => Number(paid(sale)),
        "SaleInvoicesTotalAmount" => Number(due_total),
        "InvoiceDueDate" => invoice.text("InvoiceDueDate"),
        "ShipBy" => own("ShipBy"),
        "BaseCurrency" => own("BaseCurrency"),
        "CustomerCurrency" => own("CustomerCurrency"),
        "CreditNoteNumber" => credits.first().and_then(|note| note.text("CreditNoteNumber")),
        "Updated" => own("LastModifiedOn"),
        "QuoteStatus" => status(&quote),
        "OrderStatus" => status(&order),
        "CombinedPickingStatus" => own("CombinedPickingStatus"),
        "CombinedPackingStatus" => own("CombinedPackingStatus"),
        "CombinedShippingStatus" => own("CombinedShippingStatus"),
        "CombinedInvoiceStatus" => own("CombinedInvoiceStatus"),
        "CombinedPaymentStatus" => own("CombinedPaymentStatus"),
        "CombinedPaymentTotal" => Number(paid(sale)),
        "CombinedTrackingNumbers" => own("CombinedTrackingNumbers"),
        "CreditNoteStatus" => credits.first().map_or_else(|| "NOT AVAILABLE".to_owned(), status),
        "FulFilmentStatus" => own("FulFilmentStatus"),
        "Type" => own("Type"),
        "SourceChannel" => own("SourceChannel"),
        "ExternalID" => own("ExternalID"),
        "OrderLocationID" => own("OrderLocationID"),
    }
}

/// The `/purchaseList` row of a purchase. A field that the record itself holds wins over a derived one.
pub(crate) fn purchase(purchase: &Fields) -> Fields {
    let order = purchase.object("Order").unwrap_or_default();
    let order_status = order.text("Status").unwrap_or_else(|| "NOT AVAILABLE".to_owned());
    let or = |key: &str, derived: &str| purchase.get(key).map_or_else(|| raw(derived), ToOwned::to_owned);
    let own = |key: &str| purchase.get(key).map(ToOwned::to_owned);
    let receiving = match order_status.as_str() {
        "AUTHORISED" => receiving_status(purchase, &order),
        "VOIDED" => "VOIDED",
        _ => "NOT AVAILABLE",
    };
    object! {
        "ID" => own("ID"),
        "BlindReceipt" => purchase.flag("BlindReceipt").unwrap_or(false),
        "OrderNumber" => own("OrderNumber"),
        "Status" => own("Status"),
        "OrderDate" => own("OrderDate"),
        "InvoiceDate" => own("InvoiceDate"),
        "Supplier" => own("Supplier"),
        "SupplierID" => own("SupplierID"),
        "InvoiceNumber" => own("InvoiceNumber"),
        "InvoiceAmount" => Number(purchase.number_or_zero("InvoiceAmount")),
        "PaidAmount" => Number(purchase.number_or_zero("PaidAmount")),
        "InvoiceDueDate" => own("InvoiceDueDate"),
        "RequiredBy" => own("RequiredBy"),
        "BaseCurrency" => own("BaseCurrency"),
        "SupplierCurrency" => own("SupplierCurrency"),
        "CreditNoteNumber" => own("CreditNoteNumber"),
        "OrderStatus" => order_status,
        "StockReceivedStatus" => or("StockReceivedStatus", "NOT AVAILABLE"),
        "UnstockStatus" => or("UnstockStatus", "NOT AVAILABLE"),
        "InvoiceStatus" => or("InvoiceStatus", "NOT AVAILABLE"),
        "CreditNoteStatus" => or("CreditNoteStatus", "NOT AVAILABLE"),
        "LastUpdatedDate" => own("LastUpdatedDate"),
        "CombinedReceivingStatus" => or("CombinedReceivingStatus", receiving),
        "CombinedInvoiceStatus" => or("CombinedInvoiceStatus", "NOT INVOICED"),
        "CombinedPaymentStatus" => or("CombinedPaymentStatus", "UNPAID"),
        "Type" => own("Type"),
        "IsServiceOnly" => purchase.flag("IsServiceOnly").unwrap_or(false),
        "DropShipTaskID" => own("RelatedDropShipSaleTask"),
    }
}

/// How much of an authorised purchase has arrived, by its put-away lines or, without those, its received lines.
fn receiving_status(purchase: &Fields, order: &Fields) -> &'static str {
    let quantities = |documents: Vec<Fields>| -> Decimal {
        documents.iter().filter(|document| is_due(document)).map(|document| sum(&document.list("Lines"), "Quantity")).sum()
    };
    let ordered = sum(&order.list("Lines"), "Quantity");
    let put_away = quantities(purchase.list("PutAway"));
    let received = if put_away.is_zero() { quantities(purchase.list("StockReceived")) } else { put_away };
    if received.is_zero() {
        "NOT RECEIVED"
    } else if received < ordered {
        "PARTIALLY RECEIVED"
    } else {
        "FULLY RECEIVED"
    }
}
