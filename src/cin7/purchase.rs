//! `/purchaseList` and `/advanced-purchase`. Amounts are not read: they are costs, and the proxy may have taken them out.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::answer::{NotUnderstood, object, text_of};
use super::fields::{Entries, List, Loose, Object, Wrong, called};
use super::notes::{Notes, all};
use super::page::{Page, page};
use crate::money::Quantity;
use crate::records::name::named;
use crate::records::purchase::{Goods, PurchaseDetails, PurchaseHead, PurchaseState};
use crate::records::{BadRecord, Day, Guid, Timestamp};

/// A row of the list as Cin7 sends it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Row {
    #[serde(rename = "ID")]
    id: Loose<Guid>,
    order_number: Loose<String>,
    #[serde(rename = "Type")]
    kind: Loose<String>,
    status: Loose<String>,
    order_status: Loose<String>,
    is_service_only: Loose<bool>,
    #[serde(rename = "DropShipTaskID")]
    drop_ship_task: Loose<Guid>,
    combined_receiving_status: Loose<String>,
    required_by: Loose<Day>,
    last_updated_date: Loose<Timestamp>,
}

/// A whole purchase as Cin7 sends it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Purchase {
    #[serde(rename = "ID")]
    id: Loose<Guid>,
    #[serde(rename = "Type")]
    kind: Loose<String>,
    status: Loose<String>,
    is_service_only: Loose<bool>,
    related_drop_ship_sale_task: Loose<Guid>,
    location: Loose<String>,
    required_by: Loose<Day>,
    order: Loose<Object<Task>>,
    put_away: Loose<List<Task>>,
    stock_received: Loose<List<Task>>,
}

/// The order of a purchase, or one of its tasks.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Task {
    status: Loose<String>,
    lines: Loose<List<Line>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Line {
    #[serde(rename = "ProductID")]
    product: Loose<Guid>,
    #[serde(rename = "SKU")]
    sku: Loose<String>,
    quantity: Loose<Decimal>,
    received: Loose<bool>,
}

/// Reads a page of `/purchaseList`.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of purchases.
pub fn list(body: &[u8]) -> Result<Page<PurchaseHead>, NotUnderstood> {
    page(body, ("purchase", "PurchaseList"), label, |row: Row, notes| {
        Ok(PurchaseHead {
            id: row.id.needed("ID")?,
            number: row.order_number.text("OrderNumber")?,
            state: PurchaseState {
                kind: row.kind.text("Type")?,
                status: row.status.text("Status")?,
                order_status: row.order_status.text("OrderStatus")?,
                services: row.is_service_only.told("IsServiceOnly")?.unwrap_or(false),
                drop_ship: row.drop_ship_task.told("DropShipTaskID")?.is_some(),
            },
            receiving: row.combined_receiving_status.text("CombinedReceivingStatus")?,
            required_by: notes.take(row.required_by.told("RequiredBy")),
            updated: notes.take(row.last_updated_date.told("LastUpdatedDate")),
        })
    })
}

/// Reads a whole purchase, and reports the fields that it is taken without.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a purchase, or a line of it cannot be read: what comes is never guessed.
pub fn details(body: &[u8]) -> Result<(PurchaseDetails, Vec<BadRecord>), NotUnderstood> {
    let purchase: Purchase = object(body)?;
    let mut notes = Notes::default();
    let read = purchase.details(&mut notes).map_err(|wrong| {
        NotUnderstood::new(format!("The answer is not a purchase that can be read: {} {}", wrong.field, wrong.problem))
    })?;
    Ok((read, notes.reports("purchase", called(text_of(body)?, label)).collect()))
}

fn label(fields: &Entries<'_>) -> String {
    fields.first_of(&["OrderNumber", "ID"])
}

impl Purchase {
    fn details(self, notes: &mut Notes) -> Result<PurchaseDetails, Wrong> {
        let order = self.order.object("Order")?;
        let mut details = PurchaseDetails {
            id: self.id.needed("ID")?,
            state: PurchaseState {
                kind: self.kind.text("Type")?,
                status: self.status.text("Status")?,
                order_status: order.status.text("Status")?,
                services: self.is_service_only.told("IsServiceOnly")?.unwrap_or(false),
                drop_ship: self.related_drop_ship_sale_task.told("RelatedDropShipSaleTask")?.is_some(),
            },
            warehouse: self.location.trimmed("Location")?,
            required_by: notes.take(self.required_by.told("RequiredBy")),
            ordered: Vec::new(),
            put_away: Vec::new(),
            received: Vec::new(),
        };
        // Lines of receipts name the product by id or by SKU alone.
        let mut skus: Vec<(String, Guid)> = Vec::new();
        details.ordered = all(order.lines, "Order.Lines", notes, |line, notes| {
            let (product, sku, quantity) = (line.product.told("ProductID")?, line.sku.text("SKU")?, goods(line.quantity, notes)?);
            let Some(product) = product else {
                notes.0.push(Wrong::missing("ProductID"));
                return Ok(None);
            };
            if !skus.contains(&(sku.clone(), product)) {
                skus.push((sku, product));
            }
            Ok(Some(Goods { product, quantity }))
        })?
        .into_iter()
        .flatten()
        .collect();
        details.put_away = come(self.put_away, "PutAway", &skus, true, notes)?;
        details.received = come(self.stock_received, "StockReceived", &skus, false, notes)?;
        Ok(details)
    }
}

fn goods(sent: Loose<Decimal>, notes: &mut Notes) -> Result<Quantity, Wrong> {
    notes.quantity(sent, "Quantity")?.ok_or_else(|| Wrong::missing("Quantity"))
}

/// What tasks of a kind have brought. `unsaid`: whether a line counts that does not say whether it was received.
fn come(
    tasks: Loose<List<Task>>,
    name: &'static str,
    skus: &[(String, Guid)],
    unsaid: bool,
    notes: &mut Notes,
) -> Result<Vec<Goods>, Wrong> {
    let lines = |task: Task, notes: &mut Notes| {
        let status = task.status.trimmed("Status")?.to_ascii_uppercase();
        if matches!(status.as_str(), "DRAFT" | "VOIDED" | "NOT AVAILABLE") {
            return Ok(Vec::new());
        }
        all(task.lines, "Lines", notes, |line, notes| {
            if !line.received.told("Received")?.unwrap_or(unsaid) {
                return Ok(None);
            }
            let sku = line.sku.text("SKU")?;
            let by_sku = || named(&sku, skus.iter(), |(known, _)| known).one().map(|(_, product)| *product);
            let Some(product) = line.product.told("ProductID")?.or_else(by_sku) else { return Ok(None) };
            Ok(Some(Goods { product, quantity: goods(line.quantity, notes)? }))
        })
    };
    Ok(all(tasks, name, notes, lines)?.into_iter().flatten().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAIR: &str = "c4a10000-0000-4000-8000-000000000001";

    fn whole(order: &str, rest: &str) -> String {
        format!(
            r#"{{"ID":"60B70000-0000-4000-8000-000000000001","OrderNumber":"PO-00101","Type":"Advanced Purchase","Status":"ORDERED",
            "Location":" North Depot ","RequiredBy":"2026-04-17T00:00:00","Order":{{"Status":"AUTHORISED","Lines":[{order}]}}{rest}}}"#
        )
    }

    #[test]
    fn a_page_is_read_without_its_amounts_and_a_bad_row_is_reported_by_its_number() {
        let body = br#"{"Total":2,"Page":1,"PurchaseList":[
            {"ID":"60b70000-0000-4000-8000-000000000001","OrderNumber":"PO-00101","Status":"ORDERED","RequiredBy":"soon","OrderStatus":"AUTHORISED",
             "CombinedReceivingStatus":"NOT RECEIVED","Type":"Advanced Purchase","IsServiceOnly":"0","DropShipTaskID":"00000000-0000-0000-0000-000000000000",
             "LastUpdatedDate":"2026-10-20T06:00:01.52Z"},
            {"ID":"x","OrderNumber":"PO-00102"}]}"#;
        let page = list(body).unwrap();
        let [head] = page.records.as_slice() else { panic!("{page:?}") };
        assert!(head.is_open() && head.required_by.is_none() && head.updated.is_some());
        let bad: Vec<_> = page.bad.iter().map(|bad| (bad.record.as_str(), bad.field.as_str())).collect();
        assert_eq!(bad, [("PO-00101", "RequiredBy"), ("PO-00102", "ID")]);
    }

    #[test]
    fn receipts_count_once_they_are_no_drafts_and_name_the_product_by_id_or_sku() {
        let lines = format!(r#"{{"ProductID":"{CHAIR}","SKU":"CHAIR-01","Quantity":"20"}},{{"SKU":"FREIGHT","Quantity":1}}"#);
        let task = |status: &str, lines: &str| format!(r#"{{"Status":"{status}","Lines":[{lines}]}}"#);
        let by_sku = r#"{"SKU":"chair-01","Quantity":2}"#;
        let unreceived = r#"{"SKU":"CHAIR-01","Quantity":4,"Received":false}"#;
        let rest = format!(
            r#","PutAway":[{},{},{}],"StockReceived":[{}]"#,
            task("AUTHORISED", by_sku),
            task("DRAFT", by_sku),
            task("VOIDED", by_sku),
            task("AUTHORISED", &format!("{unreceived},{by_sku}")),
        );
        let (read, bad) = details(whole(&lines, &rest).as_bytes()).unwrap();
        assert_eq!(read.warehouse, "North Depot");
        let left: Vec<_> =
            read.outstanding().iter().map(|goods| (goods.product.to_string(), goods.quantity.to_string())).collect();
        assert_eq!(left, [(CHAIR.to_owned(), "18".to_owned())]);
        assert_eq!(read.received, [], "lines at the door count when they say that they were received");
        assert_eq!((bad[0].record.as_str(), bad[0].field.as_str()), ("PO-00101", "Order.Lines[1].ProductID"));
    }

    #[test]
    fn a_quantity_that_cannot_be_read_is_an_error_of_the_whole_and_never_nothing() {
        for line in [r#"{"ProductID":"PP","SKU":"A"}"#, r#"{"ProductID":"PP","SKU":"A","Quantity":"many"}"#] {
            let error = details(whole(&line.replace("PP", CHAIR), "").as_bytes()).unwrap_err();
            assert!(error.words.contains("Order.Lines[0].Quantity"), "{error:?}");
        }
        assert!(details(b"[]").is_err());
    }
}
