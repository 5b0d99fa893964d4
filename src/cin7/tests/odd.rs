//! Every field of every list in every odd dress: what means the same is read as the same, and whatever cannot be read is
//! reported by list, record and field. Nothing disappears without a word, and no unreadable price becomes a price.

use super::*;
use crate::cin7::purchase;
use crate::cin7::sale::{DetailsFault, details};
use crate::records::Timestamp;

const SALE: &str = "6222cb47-0000-4000-8000-000000000440";
const PURCHASE: &str = "60b70000-0000-4000-8000-000000000001";

/// What was read of a body: the records as text, and what was reported.
type Told = (String, Vec<BadRecord>);

/// A list with a record in good order.
struct List {
    name: &'static str,
    record: Value,
    read: fn(&Value) -> Told,
    /// Fields that are money: a record in which one cannot be read is not taken.
    money: &'static [&'static str],
}

fn told<T: std::fmt::Debug>(page: Result<Page<T>, NotUnderstood>) -> Told {
    let page = page.unwrap();
    let records: Vec<String> = page.records.iter().map(|record| format!("{record:?}")).collect();
    (records.join(", "), page.bad)
}

/// What a refusal of a whole names is a report like any other.
fn said(words: &str) -> Told {
    let field = words.split(' ').find(|word| word.contains('[') || word.chars().all(char::is_alphanumeric)).unwrap_or_default();
    (String::new(), vec![BadRecord { list: String::new(), record: "it".into(), field: field.into(), problem: words.into() }])
}

fn one(key: &'static str, record: &Value) -> Vec<u8> {
    body(key, std::slice::from_ref(record))
}

fn lists() -> Vec<List> {
    let list = |name, record, read, money| List { name, record, read, money };
    let nothing: &[&str] = &[];
    vec![
        list("product", chair(), |record| told(products(&one("Products", record))), &["PriceTier1", "PriceTier2", "PriceTier3"]),
        list(
            "customer",
            bayside(),
            |record| told(customer::page(&one("CustomerList", record))),
            &["Discount", "CreditLimit", "Price"],
        ),
        list(
            "supplier",
            json!({"ID": SALE, "Name": "Nordic Timber", "Currency": "EUR", "PaymentTerm": "30 days", "TaxRule": "Zero", "Discount": 2.5,
                "Status": "Active", "LastModifiedOn": "2026-03-19T10:11:12.5Z",
                "Addresses": [{"Line1": "1 Mill", "City": "Malmö", "Country": "Sweden", "Type": "Billing", "DefaultForType": true}],
                "Contacts": [{"Name": "Eva", "Phone": "1", "Email": "e@x.se", "Default": true}]}),
            |record| told(supplier::page(&one("SupplierList", record))),
            &["Discount"],
        ),
        list(
            "availability",
            json!({"ID": CHAIR, "SKU": "CHAIR-01", "Name": "Oak Chair", "Location": "Main Warehouse", "Bin": "Bin A", "OnHand": 9,
                "Allocated": 2, "Available": 7, "OnOrder": 20, "StockOnHand": 528.5, "InTransit": 1, "NextDeliveryDate": "2026-04-17T00:00:00"}),
            |record| told(availability::page(&one("ProductAvailabilityList", record))),
            nothing,
        ),
        list(
            "sale",
            json!({"SaleID": SALE, "OrderNumber": "SO-00440", "Status": "ORDERED", "OrderDate": "2026-03-02T00:00:00Z", "Customer": "Bayside Club",
                "CustomerID": BAYSIDE, "InvoiceNumber": "INV-1", "CustomerReference": "PO 7", "InvoiceAmount": 3200.25, "PaidAmount": 1000,
                "CustomerCurrency": "GBP", "Updated": "2026-03-20T09:00:00.5Z", "OrderStatus": "AUTHORISED", "CombinedShippingStatus": "SHIPPED",
                "CombinedPaymentStatus": "PAID", "CombinedTrackingNumbers": "JD1, JD2", "Type": "Advanced Sale", "ExternalID": "https://x.example/q/1"}),
            |record| told(sale::list(&one("SaleList", record))),
            nothing,
        ),
        list("whole sale", whole_sale(), read_sale, &["Total", "Tax", "Amount", "Price", "Discount", "TotalBeforeTax"]),
        list(
            "purchase",
            json!({"ID": PURCHASE, "OrderNumber": "PO-00101", "Status": "ORDERED", "RequiredBy": "2026-04-17T00:00:00", "OrderStatus": "AUTHORISED",
                "CombinedReceivingStatus": "NOT RECEIVED", "Type": "Advanced Purchase", "IsServiceOnly": false,
                "DropShipTaskID": null, "LastUpdatedDate": "2026-10-20T06:00:01.52Z"}),
            |record| told(purchase::list(&one("PurchaseList", record))),
            nothing,
        ),
        list("whole purchase", whole_purchase(), read_purchase, nothing),
        list(
            "account",
            json!({"Company": "Oak & Co", "Currency": "GBP", "TaxCalculationMethod": "Row Total", "DefaultSaleTaxRuleName": "20%",
                "MaximumDecimalPlacesInQuantity": "N3", "LockDate": "2026-01-31T00:00:00", "DefaultWeightUnits": "kg"}),
            |record| match reference::me(record.to_string().as_bytes()) {
                Ok((me, bad)) => (format!("{me:?}"), bad),
                Err(what) => said(&what.words),
            },
            nothing,
        ),
        list(
            "price tier",
            json!({"Code": 2, "Name": "Wholesale"}),
            |record| told(reference::price_tiers(&one("PriceTiers", record))),
            nothing,
        ),
        list(
            "tax rule",
            json!({"ID": SALE, "Name": "20%", "TaxPercent": 20.5, "IsActive": true, "TaxInclusive": true, "IsTaxForSale": true}),
            |record| told(reference::tax_rules(&one("TaxRuleList", record))),
            &["TaxPercent"],
        ),
        list(
            "location",
            json!({"ID": SALE, "Name": "Main", "IsDefault": true, "IsDeprecated": true, "ParentID": null}),
            |record| told(reference::locations(&one("LocationList", record))),
            nothing,
        ),
        list(
            "payment term",
            json!({"Name": "30 days", "IsActive": true, "IsDefault": true}),
            |record| told(reference::payment_terms(&one("PaymentTermList", record))),
            nothing,
        ),
        list(
            "contact",
            json!({"Name": "Ann Lee", "Type": "Sale"}),
            |record| told(reference::contacts(&one("MeContactsList", record))),
            nothing,
        ),
        list(
            "discount rule",
            json!({"ID": SALE, "Name": "Ten or more", "IsActive": true, "Type": "QuantityBased",
                "DiscountLines": [{"MinValue": 10, "MaxValue": 20, "DiscountType": "DiscountPercent", "Amount": 5.5, "OrderExceeds": null}]}),
            |record| told(reference::discount_rules(&one("DiscountRules", record))),
            nothing,
        ),
    ]
}

fn whole_sale() -> Value {
    let line = json!({"ProductID": CHAIR, "SKU": "CHAIR-01", "Name": "Oak Chair", "Quantity": 4, "Price": 150.5, "Discount": 10, "Tax": 108,
        "Total": 541.8, "TaxRule": "20%", "Comment": "c", "BackorderQuantity": 1});
    json!({
        "ID": SALE, "Customer": "Bayside Club", "CustomerID": BAYSIDE, "Status": "ORDERED", "Type": "Advanced Sale", "ExternalID": "x",
        "Contact": "Bob", "Phone": "1", "Email": "b@x.uk", "Terms": "30 days", "PriceTier": "Wholesale", "Location": "Main", "Note": "n",
        "SaleOrderDate": "2026-03-02T00:00:00Z", "ShipBy": "2026-03-09T00:00:00Z", "CustomerReference": "PO 7", "SalesRepresentative": "Ann Lee",
        "ShippingAddress": {"Line1": "9 Dock", "City": "Hull", "Country": "United Kingdom"},
        "Order": {"SaleOrderNumber": "SO-00440", "Status": "AUTHORISED", "TotalBeforeTax": 554.3, "Tax": 110.5, "Total": 664.8, "Memo": "m",
            "Lines": [line.clone()], "AdditionalCharges": [{"Description": "Delivery", "Quantity": 1, "Price": 12.5, "Tax": 2.5, "Total": 12.5}]},
        "Fulfilments": [{"FulfillmentNumber": 1,
            "Pick": {"Status": "AUTHORISED", "Lines": [{"ProductID": CHAIR, "SKU": "CHAIR-01", "Name": "Oak Chair", "Quantity": 3}]},
            "Pack": {"Status": "AUTHORISED", "Lines": [{"ProductID": CHAIR, "SKU": "CHAIR-01", "Name": "Oak Chair", "Quantity": 3, "Box": "Box 1"}]},
            "Ship": {"Status": "AUTHORISED", "Lines": [{"ShipmentDate": "2026-04-02T00:00:00Z", "Carrier": "DHL", "Boxes": "Box 1",
                "TrackingNumber": "JD1", "TrackingURL": "https://x.example/JD1", "IsShipped": true}]}}],
        "Invoices": [{"InvoiceNumber": "INV-1", "InvoiceDate": "2026-03-03T00:00:00Z", "InvoiceDueDate": "2026-04-02T00:00:00Z",
            "Status": "AUTHORISED", "Total": 664.8, "TotalBeforeTax": 554.3, "Tax": 110.5, "Lines": [line], "AdditionalCharges": [],
            "Payments": [{"Reference": "BACS", "Amount": 100.5, "DatePaid": "2026-03-04T00:00:00Z"}]}],
        "CreditNotes": [], "Prepayments": [],
    })
}

fn read_sale(record: &Value) -> Told {
    match details(record.to_string().as_bytes(), None, Timestamp::from_millis(0)) {
        Ok((read, bad)) => (format!("{read:?}"), bad),
        Err(DetailsFault::Bad(bad)) => (String::new(), vec![bad]),
        Err(DetailsFault::NotUnderstood(what)) => said(&what.words),
    }
}

fn whole_purchase() -> Value {
    let line = |quantity: u32| json!({"ProductID": CHAIR, "SKU": "CHAIR-01", "Quantity": quantity, "Received": true});
    json!({"ID": PURCHASE, "OrderNumber": "PO-00101", "Status": "ORDERED", "Type": "Advanced Purchase", "IsServiceOnly": false,
        "RelatedDropShipSaleTask": null, "Location": "North Depot", "RequiredBy": "2026-04-17T00:00:00",
        "Order": {"Status": "AUTHORISED", "Lines": [line(20)]}, "StockReceived": [{"Status": "AUTHORISED", "Lines": [line(4)]}],
        "PutAway": [{"Status": "AUTHORISED", "Lines": [line(3)]}]})
}

fn read_purchase(record: &Value) -> Told {
    match purchase::details(record.to_string().as_bytes()) {
        Ok((read, bad)) => (format!("{read:?}"), bad),
        Err(what) => said(&what.words),
    }
}

/// The path of every value inside a record, its own aside.
fn paths(value: &Value, path: &str, found: &mut Vec<String>) {
    let mut inside = |step: String, value: &Value| {
        let path = format!("{path}/{step}");
        found.push(path.clone());
        paths(value, &path, found);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| inside(name.clone(), value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(at, value)| inside(at.to_string(), value)),
        _ => {}
    }
}

fn put(record: &Value, path: &str, value: Value) -> Value {
    let mut spoiled = record.clone();
    *spoiled.pointer_mut(path).unwrap() = value;
    spoiled
}

fn taken_out(record: &Value, path: &str) -> Value {
    let (outer, name) = path.rsplit_once('/').unwrap();
    let mut spoiled = record.clone();
    if let Some(fields) = spoiled.pointer_mut(outer).unwrap().as_object_mut() {
        fields.remove(name);
    }
    spoiled
}

/// Other ways in which Cin7 writes the same value.
fn dresses(value: &Value) -> Vec<Value> {
    match value {
        Value::Number(number) => vec![
            json!(number.to_string()),
            json!(format!(" {number} ")),
            json!(format!("{number}{}", if number.is_f64() { "00" } else { ".000" })),
        ],
        Value::Bool(yes) => {
            let digit = u8::from(*yes);
            vec![json!(yes.to_string()), json!(if *yes { "True" } else { "False" }), json!(digit), json!(digit.to_string())]
        }
        Value::String(text) if text.parse::<crate::records::Guid>().is_ok() => vec![json!(text.to_uppercase())],
        Value::String(text) if text.len() > 18 && text.as_bytes()[10] == b'T' => {
            let bare = text.trim_end_matches('Z');
            let digits = if bare.contains('.') { format!("{bare}000") } else { format!("{bare}.0000000") };
            vec![json!(bare), json!(format!("{digits}Z")), json!(format!("{bare}Z"))]
        }
        _ => Vec::new(),
    }
}

#[test]
fn g09_what_means_the_same_is_read_as_the_same() {
    for List { name, record, read, .. } in lists() {
        let (good, bad) = read(&record);
        assert!(!good.is_empty() && bad.is_empty(), "{name}: {bad:?}");
        let mut all = Vec::new();
        paths(&record, "", &mut all);
        for path in all {
            for dress in dresses(record.pointer(&path).unwrap()) {
                // A number that is a name keeps its spelling.
                if (path.ends_with("FulfillmentNumber") || path.ends_with("Code"))
                    && dress.as_str().is_some_and(|text| text.len() > 1)
                {
                    continue;
                }
                assert_eq!(read(&put(&record, &path, dress.clone())), (good.clone(), Vec::new()), "{name} {path}: {dress}");
            }
            // Nothing at all is said in three ways.
            if record.pointer(&path).unwrap().is_object() || path.ends_with(|end: char| end.is_ascii_digit()) {
                continue;
            }
            let missing = read(&taken_out(&record, &path));
            for nothing in [Value::Null, json!("")] {
                let (records, reports) = read(&put(&record, &path, nothing.clone()));
                assert_eq!(
                    (&records, reports.len()),
                    (&missing.0, missing.1.len()),
                    "{name} {path}: {nothing} is not as if it were missing"
                );
            }
        }
    }
}

#[test]
fn g09_what_cannot_be_read_is_reported_by_list_record_and_field_and_never_a_price() {
    let mut spoiled = 0;
    for List { name, record, read, money } in lists() {
        let (good, _) = read(&record);
        let mut all = Vec::new();
        paths(&record, "", &mut all);
        for path in all {
            let mut names = path.split('/').filter(|step| step.parse::<u32>().is_err() && !step.is_empty());
            let (outer, field) = (names.clone().next().unwrap(), names.next_back().unwrap().to_owned());
            let was = record.pointer(&path).unwrap();
            for junk in [json!("<b>a lot</b>"), json!({"x": 1}), json!([[]]), json!("12,5"), json!(1e300), json!("soon")] {
                let (records, bad) = read(&put(&record, &path, junk.clone()));
                if records == good || (was.is_object() && junk.is_object()) {
                    // A field that means nothing to us; if it was reported, so much the better. Or a record without any field.
                    continue;
                }
                // Words that nobody knows keep their spelling, markup and all.
                let spelling = junk.as_str().map_or_else(|| junk.to_string(), str::to_owned);
                if bad.is_empty()
                    && (was.is_string() || was.is_null() || field.ends_with("Number"))
                    && records.contains(&spelling)
                {
                    continue;
                }
                spoiled += 1;
                let report = bad.first().unwrap_or_else(|| panic!("{name} {path}: {junk} disappears: {records}"));
                assert!(!report.record.is_empty() && !report.problem.is_empty(), "{name} {path}: {report:?}");
                assert!(
                    bad.iter().any(|bad| bad.field.contains(&field)
                        || bad.problem.contains(&field)
                        || bad.problem.contains(outer)
                        || field_of(was, &bad.field)),
                    "{name} {path}: {junk} is reported as {bad:?}"
                );
                if money.contains(&field.as_str()) {
                    assert_eq!(records, "", "{name} {path}: {junk} is no price, and the record was taken");
                }
            }
        }
    }
    assert!(spoiled > 500, "hardly anything was spoiled: {spoiled}");
}

/// Whether a report's field is one inside a value that was replaced as a whole.
fn field_of(was: &Value, field: &str) -> bool {
    let last = field.rsplit('.').next().unwrap_or_default();
    let mut inside = Vec::new();
    paths(was, "", &mut inside);
    inside.iter().any(|path| path.rsplit('/').next() == Some(last))
}
