//! `/purchaseList` and `/advanced-purchase`. Amounts are not read: they are costs, and the proxy may have taken them out.

use super::fields::{Fields, Wrong};
use super::{NotUnderstood, Notes, Page, first_of, object};
use crate::money::Quantity;
use crate::records::BadRecord;
use crate::records::Guid;
use crate::records::name::named;
use crate::records::purchase::{Goods, PurchaseDetails, PurchaseHead, PurchaseState};

/// Reads a page of `/purchaseList`.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a page of purchases.
pub fn list(body: &[u8]) -> Result<Page<PurchaseHead>, NotUnderstood> {
    super::page(body, ("purchase", "PurchaseList"), label, |fields, notes| {
        Ok(PurchaseHead {
            id: fields.own_id("ID")?,
            number: fields.text("OrderNumber")?.into_owned(),
            state: state(fields, fields, "OrderStatus", "DropShipTaskID")?,
            receiving: fields.text("CombinedReceivingStatus")?.into_owned(),
            required_by: notes.take(fields.day("RequiredBy")),
            updated: notes.take(fields.instant("LastUpdatedDate")),
        })
    })
}

/// Reads a whole purchase, and reports the fields that it is taken without.
///
/// # Errors
/// [`NotUnderstood`] when the body is not a purchase, or a line of it cannot be read: what comes is never guessed.
pub fn details(body: &[u8]) -> Result<(PurchaseDetails, Vec<BadRecord>), NotUnderstood> {
    let fields = object(body)?;
    let mut notes = Notes::default();
    let read = purchase(&fields, &mut notes);
    let read = read.map_err(|wrong| {
        NotUnderstood::new(format!("The answer is not a purchase that can be read: {} {}", wrong.field, wrong.problem))
    })?;
    let report = |wrong: Wrong| BadRecord {
        list: "purchase".to_owned(),
        record: label(&fields),
        field: wrong.field,
        problem: wrong.problem,
    };
    Ok((read, notes.0.into_iter().map(report).collect()))
}

fn label(fields: &Fields<'_>) -> String {
    first_of(fields, &["OrderNumber", "ID"])
}

fn state(
    fields: &Fields<'_>,
    order: &Fields<'_>,
    order_status: &'static str,
    drop_ship: &'static str,
) -> Result<PurchaseState, Wrong> {
    Ok(PurchaseState {
        kind: fields.text("Type")?.into_owned(),
        status: fields.text("Status")?.into_owned(),
        order_status: order.text(order_status)?.into_owned(),
        services: fields.flag("IsServiceOnly")?.unwrap_or(false),
        drop_ship: fields.id(drop_ship)?.is_some(),
    })
}

fn purchase(fields: &Fields<'_>, notes: &mut Notes) -> Result<PurchaseDetails, Wrong> {
    let order = fields.object("Order")?.unwrap_or_default();
    let mut details = PurchaseDetails {
        id: fields.own_id("ID")?,
        state: state(fields, &order, "Status", "RelatedDropShipSaleTask")?,
        warehouse: fields.text("Location")?.trim().to_owned(),
        required_by: notes.take(fields.day("RequiredBy")),
        ordered: Vec::new(),
        put_away: Vec::new(),
        received: Vec::new(),
    };
    // Lines of receipts name the product by id or by SKU alone.
    let mut skus: Vec<(String, Guid)> = Vec::new();
    for (index, raw) in order.list("Lines")?.into_iter().enumerate() {
        let mut own = Notes::default();
        let line =
            Fields::of(raw).and_then(|line| Ok((line.id("ProductID")?, line.text("SKU")?.into_owned(), goods(&line, &mut own)?)));
        notes.0.extend(own.0.into_iter().map(|wrong| wrong.within("Order.Lines", index)));
        match line.map_err(|wrong| wrong.within("Order.Lines", index))? {
            (Some(product), sku, quantity) => {
                if !skus.contains(&(sku.clone(), product)) {
                    skus.push((sku, product));
                }
                details.ordered.push(Goods { product, quantity });
            }
            (None, ..) => notes.0.push(Wrong::new("ProductID", "is missing").within("Order.Lines", index)),
        }
    }
    details.put_away = come(fields, "PutAway", &skus, true, notes)?;
    details.received = come(fields, "StockReceived", &skus, false, notes)?;
    Ok(details)
}

fn goods(line: &Fields<'_>, notes: &mut Notes) -> Result<Quantity, Wrong> {
    let sent = line.number("Quantity")?.ok_or_else(|| Wrong::new("Quantity", "is missing"))?;
    Ok(notes.kept("Quantity", sent, Quantity::rounded(sent)))
}

/// What tasks of a kind have brought. `unsaid`: whether a line counts that does not say whether it was received.
fn come(
    fields: &Fields<'_>,
    tasks: &'static str,
    skus: &[(String, Guid)],
    unsaid: bool,
    notes: &mut Notes,
) -> Result<Vec<Goods>, Wrong> {
    let mut come = Vec::new();
    for (at, raw) in fields.list(tasks)?.into_iter().enumerate() {
        let task = Fields::of(raw).map_err(|wrong| wrong.within(tasks, at))?;
        let status = task.text("Status").map_err(|wrong| wrong.within(tasks, at))?.trim().to_ascii_uppercase();
        if matches!(status.as_str(), "DRAFT" | "VOIDED" | "NOT AVAILABLE") {
            continue;
        }
        for raw in task.list("Lines").map_err(|wrong| wrong.within(tasks, at))? {
            let line = Fields::of(raw).map_err(|wrong| wrong.within(tasks, at))?;
            let mut own = Notes::default();
            let mut read = || -> Result<Option<Goods>, Wrong> {
                if !line.flag("Received")?.unwrap_or(unsaid) {
                    return Ok(None);
                }
                let sku = line.text("SKU")?;
                let by_sku = || named(&sku, skus.iter(), |(known, _)| known).one().map(|(_, product)| *product);
                let Some(product) = line.id("ProductID")?.or_else(by_sku) else { return Ok(None) };
                Ok(Some(Goods { product, quantity: goods(&line, &mut own)? }))
            };
            come.extend(read().map_err(|wrong| wrong.within(tasks, at))?);
            notes.0.extend(own.0.into_iter().map(|wrong| wrong.within(tasks, at)));
        }
    }
    Ok(come)
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
