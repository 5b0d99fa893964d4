//! What is read of a sale's details, and what they come to.

use super::*;
use crate::records::sale::figures::{joined_tracking, shipping, split_tracking};
use crate::records::sale::{Figures, Sale, Transaction, TransactionKind};

const ID: &str = "6222cb47-0000-4000-8000-000000000440";
const CHAIR: &str = "00000000-0000-0000-0000-000000000001";
const LAMP: &str = "00000000-0000-0000-0000-000000000002";

fn line(product: &str, sku: &str, quantity: &str, price: &str, total: &str) -> String {
    format!(
        r#"{{"ProductID":"{product}","SKU":"{sku}","Name":"{sku}","Quantity":{quantity},"Price":{price},"Discount":0,"Tax":0,"Total":{total}}}"#
    )
}

fn chairs(quantity: &str, total: &str) -> String {
    line(CHAIR, "CHAIR-01", quantity, "150", total)
}

/// A sale of these lines, with more members of the whole.
fn read_with(lines: &str, total: &str, more: &str) -> SaleDetails {
    let body = format!(
        r#"{{"ID":"{ID}","Status":"ORDERED","Type":"Advanced Sale","Order":{{"SaleOrderNumber":"SO-00440","Status":"AUTHORISED",
        "Lines":[{lines}],"AdditionalCharges":[],"TotalBeforeTax":{total},"Tax":0,"Total":{total}}}{more}}}"#
    );
    let (read, bad) = details(body.as_bytes(), None, Timestamp::from_millis(0)).unwrap();
    assert_eq!(bad, []);
    read
}

fn shipped(figures: &Figures) -> (String, Option<String>) {
    let head = SaleHead::new(ID.parse().unwrap());
    (shipping(&head, Some(figures)).1, figures.shipped_on.map(|day| day.to_string()))
}

#[test]
fn g08_what_has_gone_is_told_by_boxes_that_say_so() {
    let fulfilment = |number: u32, quantity: &str, boxes: &str, status: &str| {
        format!(
            r#"{{"TaskID":"{ID}","FulfillmentNumber":{number},"FulFilmentStatus":"","Pick":{{"Status":"AUTHORISED","Lines":[
            {{"ProductID":"{CHAIR}","SKU":"CHAIR-01","Quantity":{quantity}}}]}},"Pack":{{"Status":"AUTHORISED","Lines":[
            {{"ProductID":"{CHAIR}","SKU":"CHAIR-01","Quantity":{quantity},"Box":"Box 1"}}]}},
            "Ship":{{"Status":"{status}","Lines":[{boxes}]}}}}"#
        )
    };
    let gone = |day: &str| format!(r#"{{"Boxes":"Box 1","TrackingNumber":"","IsShipped":true,"ShipmentDate":"{day}T00:00:00"}}"#);
    let waiting = r#"{"Boxes":"Box 1","TrackingNumber":"JD0002","IsShipped":"false","ShipmentDate":"2026-04-09T00:00:00"}"#;
    let of = |fulfilments: &[String]| {
        let more = format!(r#","Fulfilments":[{}]"#, fulfilments.join(","));
        shipped(&read_with(&chairs("4", "600"), "600", &more).figures())
    };
    let first = fulfilment(1, "3", &gone("2026-04-02"), "AUTHORISED");
    let not_yet = fulfilment(2, "1", waiting, "DRAFT");
    assert_eq!(of(&[]), ("Not shipped".into(), None));
    assert_eq!(of(std::slice::from_ref(&not_yet)), ("Not shipped".into(), None), "a tracking number alone has not gone");
    assert_eq!(of(&[first.clone(), not_yet]), ("Partly shipped, 3 of 4".into(), Some("2026-04-02".into())));
    let second = fulfilment(2, "1", &gone("2026-04-09"), "AUTHORISED");
    assert_eq!(of(&[first.clone(), second.clone()]), ("Shipped, 4 of 4".into(), Some("2026-04-09".into())));
    let void = second.replace(r#""FulFilmentStatus":"""#, r#""FulFilmentStatus":"VOIDED""#);
    assert_eq!(of(&[first.clone(), void]), ("Partly shipped, 3 of 4".into(), Some("2026-04-02".into())), "a void one is nothing");
    let unsaid = fulfilment(1, "4", r#"{"Boxes":"Box 1","TrackingNumber":"JD1"}"#, "AUTHORISED");
    assert_eq!(of(&[unsaid]).0, "Shipped, 4 of 4", "where the boxes say nothing, the shipment does");

    // Two boxes of one shipment, of which one has gone.
    let parts = r#"{"ProductID":"00000000-0000-0000-0000-000000000001","Quantity":1,"Box":"A"},{"ProductID":"00000000-0000-0000-0000-000000000001","Quantity":3,"Box":"B"}"#;
    let halves = format!(
        r#"{{"FulfillmentNumber":1,"Pick":{{}},"Pack":{{"Status":"AUTHORISED","Lines":[{parts}]}},"Ship":{{"Status":"PARTIALLY AUTHORISED","Lines":[
        {{"Boxes":"B","IsShipped":1,"ShipmentDate":"2026-04-02"}},{{"Boxes":"A","IsShipped":0}}]}}}}"#
    );
    assert_eq!(of(&[halves]), ("Partly shipped, 3 of 4".into(), Some("2026-04-02".into())));
}

#[test]
fn g08_before_the_details_are_read_the_lists_word_tells() {
    let words = |status: &str| {
        let head = SaleHead { shipping_status: status.into(), ..SaleHead::new(ID.parse().unwrap()) };
        shipping(&head, None).1
    };
    assert_eq!(words("PARTIALLY SHIPPED"), "Partly shipped");
    assert_eq!(words("SHIPPED"), "Shipped");
    assert_eq!(words(""), "Not shipped");
    assert_eq!(words("LEFT WITH A NEIGHBOUR"), "left with a neighbour", "a word that nobody knows is kept");
}

fn invoice(number: &str, status: &str, total: &str, paid: &str, lines: &str) -> String {
    format!(
        r#"{{"InvoiceNumber":"{number}","Status":"{status}","InvoiceDate":"2026-03-16T00:00:00","Total":{total},"Paid":{paid},"Lines":[{lines}]}}"#
    )
}

#[test]
fn g09_drafts_and_void_invoices_are_no_debts_and_credits_count_against_them() {
    let all = [
        invoice("INV-00501", "AUTHORISED", "3200.00", "1000.00", ""),
        invoice("INV-00502", "DRAFT", "500.00", "0", ""),
        invoice("INV-00503", "VOIDED", "90.00", "0", ""),
        invoice("INV-00504", "NOT AVAILABLE", "0", "0", ""),
    ];
    let more = format!(r#","Invoices":[{}]"#, all.join(","));
    let read = read_with(&chairs("16", "3200"), "3200", &more);
    let counted: Vec<(&str, String, String)> = read
        .invoices
        .iter()
        .filter(|one| one.counts())
        .map(|one| (one.number.as_str(), one.total.to_string(), one.open().to_string()))
        .collect();
    assert_eq!(counted, [("INV-00501", "3200.00".into(), "2200.00".into())]);
    let figures = read.figures();
    assert_eq!((figures.open.unwrap().to_string(), figures.uninvoiced.to_string()), ("2200.00".into(), "0.00".into()));
    assert!(!figures.paid);

    let credited = format!(
        r#"{more},"CreditNotes":[{{"CreditNoteNumber":"CR-1","Status":"AUTHORISED","Total":200,"Refunds":[{{"Amount":50,"DatePaid":"2026-03-20"}}]}},
        {{"CreditNoteNumber":"CR-2","Status":"DRAFT","Total":900}}]"#
    );
    let figures = read_with(&chairs("16", "3200"), "3200", &credited).figures();
    assert_eq!(figures.open.unwrap().to_string(), "2050.00");
}

#[test]
fn c12_what_is_authorised_and_not_invoiced_is_owed_too() {
    let cases = [
        ("nothing invoiced", "", "1500.00", None),
        (
            "a part",
            r#","Invoices":[{"InvoiceNumber":"I","Status":"AUTHORISED","Total":500,"Paid":500}]"#,
            "1000.00",
            Some("0.00"),
        ),
        ("paid in advance", r#","Quote":{"Prepayments":[{"Amount":"600.00","Reference":"CARD-77"}]}"#, "900.00", None),
        (
            "invoiced, and the advance is among its payments",
            r#","Quote":{"Prepayments":[{"Amount":600}]},"Invoices":[{"InvoiceNumber":"I","Status":"PAID","Total":1500,"Paid":1500}]"#,
            "0.00",
            Some("0.00"),
        ),
    ];
    for (what, more, uninvoiced, open) in cases {
        let figures = read_with(&chairs("10", "1500"), "1500", more).figures();
        assert_eq!(figures.uninvoiced.to_string(), uninvoiced, "{what}");
        assert_eq!(figures.open.map(|open| open.to_string()).as_deref(), open, "{what}");
    }
}

#[test]
fn s15_partly_paid_is_not_paid_and_paid_may_be_taken_back() {
    for (paid, status, flag, open) in [
        ("200.00", "AUTHORISED", false, "547.00"),
        ("747.00", "PAID", true, "0.00"),
        ("747", "AUTHORISED", true, "0.00"),
        ("200.00", "AUTHORISED", false, "547.00"),
        ("800", "AUTHORISED", true, "-53.00"),
    ] {
        let more = format!(r#","Invoices":[{}]"#, invoice("INV-1", status, "747.00", paid, &chairs("4", "600")));
        let read = read_with(&chairs("4", "600"), "747.00", &more);
        assert_eq!(read.figures().paid, flag, "{paid}");
        let row = rows(&read).remove(0);
        assert_eq!((row.paid, row.open.unwrap().to_string()), (flag, open.to_owned()), "{paid}");
    }
    // Everything that was invoiced is paid, and not everything was invoiced.
    let more = format!(r#","Invoices":[{}]"#, invoice("INV-1", "PAID", "300.00", "300.00", &chairs("2", "300")));
    assert!(!read_with(&chairs("4", "600"), "600", &more).figures().paid);
}

fn rows(read: &SaleDetails) -> Vec<Transaction> {
    let head = SaleHead { number: "SO-00440".into(), ..read.head.clone() };
    read.transactions(&Sale { head, quote: None, figures: None, unreadable: false })
}

#[test]
fn the_ledger_has_each_piece_once_invoiced_or_still_ordered() {
    let lines = format!("{},{}", chairs("4", "600"), line(LAMP, "LAMP-02", "2", "41.25", "82.50"));
    let invoiced = format!(r#","Invoices":[{}]"#, invoice("INV-1", "AUTHORISED", "450", "0", &chairs("3", "450")));
    let shown: Vec<(TransactionKind, String, String, String)> = rows(&read_with(&lines, "682.50", &invoiced))
        .into_iter()
        .map(|row| (row.kind, row.sku, row.quantity.to_string(), row.total.to_string()))
        .collect();
    let row = |kind, sku: &str, quantity: &str, total: &str| (kind, sku.to_owned(), quantity.to_owned(), total.to_owned());
    assert_eq!(
        shown,
        [
            row(TransactionKind::Invoice, "CHAIR-01", "3", "450.00"),
            row(TransactionKind::Order, "CHAIR-01", "1", "150.00"),
            row(TransactionKind::Order, "LAMP-02", "2", "82.50"),
        ]
    );
    // An order without lines, as an import leaves it: the invoice's lines are the only ones.
    let direct = read_with("", "0", &invoiced);
    assert_eq!(direct.rows().count(), 1);
    assert_eq!(rows(&direct).len(), 1);
    assert_eq!(direct.figures().total.unwrap().to_string(), "450.00");
    // A voided sale has none.
    let voided = SaleDetails { head: SaleHead { status: "VOIDED".into(), ..direct.head.clone() }, ..direct };
    assert_eq!(rows(&voided).len(), 0);
}

#[test]
fn s08_tracking_references_are_kept_whole() {
    assert_eq!(joined_tracking(&["JD0001", "JD0002"]), ("JD0001, JD0002".into(), 0));
    assert_eq!(joined_tracking(&[]), (String::new(), 0));
    let twenty: Vec<String> = (0..20).map(|number| format!("JD{number:018}")).collect();
    let twenty: Vec<&str> = twenty.iter().map(String::as_str).collect();
    let (joined, beyond) = joined_tracking(&twenty);
    assert_eq!((joined.len(), beyond), (240, 9));
    assert_eq!(joined, twenty[..11].join(", "));
    let whole = "x".repeat(255);
    assert_eq!(joined_tracking(&[&whole]), (whole.clone(), 0));
    assert_eq!(joined_tracking(&[&format!("{whole}x"), "JD1"]), (String::new(), 2), "never cut");
    assert_eq!(split_tracking(" JD1, JD2;JD1|JD3 "), ["JD1", "JD2", "JD3"]);

    let more = r#","Fulfilments":[{"FulfillmentNumber":2,"Ship":{"Status":"DRAFT","Lines":[{"TrackingNumber":" B ","TrackingURL":"javascript:alert(1)"},
        {"TrackingNumber":""},{"TrackingNumber":null}]}},{"FulfillmentNumber":1,"Ship":{"Status":"DRAFT","Lines":[{"TrackingNumber":"A"},{"TrackingNumber":"B"}]}},
        {"FulfillmentNumber":3,"Ship":{"Status":"VOIDED","Lines":[{"TrackingNumber":"C"}]}}]"#;
    assert_eq!(
        read_with(&chairs("1", "150"), "150", more).tracking(),
        ["B", "A"],
        "in Cin7's order, each once, none of a void shipment"
    );
}

#[test]
fn a_figure_that_cannot_be_read_is_reported_by_record_and_field_and_never_a_zero() {
    for (more, field, problem) in [
        (r#","Invoices":[{"Status":"AUTHORISED","Total":"a lot"}]"#, "Invoices[0].Total", "“a lot” is not a number"),
        (r#","Invoices":[{"Status":"AUTHORISED"}]"#, "Invoices[0].Total", "is missing"),
        (
            r#","Invoices":[{"Status":"AUTHORISED","Total":1,"Payments":[{"Amount":{}}]}]"#,
            "Invoices[0].Payments[0].Amount",
            "“{}” is not a number",
        ),
        (r#","CreditNotes":[{"Status":"AUTHORISED","Total":null}]"#, "CreditNotes[0].Total", "is missing"),
        (r#","Fulfilments":[{"Pick":{"Status":"AUTHORISED","Lines":[{"SKU":"X"}]}}]"#, "Fulfilments[0].Quantity", "is missing"),
        (r#","Invoices":"none""#, "Invoices", "“none” is not a list"),
    ] {
        let body = format!(r#"{{"ID":"{ID}","Order":{{"SaleOrderNumber":"SO-00440"}}{more}}}"#);
        let Err(DetailsFault::Bad(bad)) = details(body.as_bytes(), None, Timestamp::from_millis(0)) else {
            panic!("{more} was read");
        };
        assert_eq!((bad.record.as_str(), bad.problem.as_str()), ("SO-00440", problem), "{more}");
        assert!(bad.field.ends_with(field.rsplit('.').next().unwrap_or_default()), "{} for {more}", bad.field);
    }
}

#[test]
fn what_nothing_depends_on_is_left_out_and_reported() {
    let body = format!(
        r#"{{"ID":"{}","CustomerID":5,"SaleOrderDate":"soon","ShippingAddress":"","Fulfilments":null,"Invoices":"",
        "Order":{{"SaleOrderNumber":"SO-00440","Status":"AUTH_NO_ALLOC","Lines":[{}]}}}}"#,
        ID.to_uppercase(),
        chairs("1", "150")
    );
    let (read, bad) = details(body.as_bytes(), None, Timestamp::from_millis(0)).unwrap();
    assert_eq!((read.head.ordered_on, read.head.customer, read.delivery), (None, None, None));
    assert_eq!(read.head.order_status, "AUTH_NO_ALLOC", "a word that nobody knows is kept");
    let fields: Vec<&str> = bad.iter().map(|bad| bad.field.as_str()).collect();
    assert_eq!(fields, ["CustomerID", "SaleOrderDate"]);
    for body in ["", "<html>", r#"[{"ErrorCode":400,"Exception":"SKU not found"}]"#, "{}"] {
        assert!(details(body.as_bytes(), None, Timestamp::from_millis(0)).is_err(), "{body}");
    }
}

/// A sale of 385.00, invoiced and paid, with what Cin7's list of payments says.
fn settled(payments: &str) -> SaleDetails {
    let paid = r#"{"Reference":"CARD-1","Amount":385,"DatePaid":"2026-03-20"}"#;
    let invoice = invoice("INV-1", "PAID", "385.00", "385.00", &chairs("2", "385"));
    let more = format!(
        r#","CombinedPaymentStatus":"PAID","Invoices":[{}]"#,
        invoice.replace(r#""Lines""#, &format!(r#""Payments":[{paid}],"Lines""#))
    );
    let mut read = read_with(&chairs("2", "385"), "385", &more);
    let paid = paid.replace('{', r#"{"Type":"Payment","#);
    read.settle(crate::cin7::payment::all(format!("[{paid}{payments}]").as_bytes()).unwrap());
    read
}

#[test]
fn g10_a_refund_without_a_credit_note_opens_the_invoice_again() {
    let read = settled(r#",{"Type":"Refund","Reference":"BACK-1","Amount":77,"DatePaid":"2026-03-25"}"#);
    let figures = read.figures();
    assert_eq!(figures.open.unwrap().to_string(), "77.00");
    assert!(!figures.paid);
    let row = rows(&read).remove(0);
    assert_eq!((row.paid, row.open.unwrap().to_string(), row.paid_on), (false, "77.00".to_owned(), None));
    let refunds: Vec<_> = read.received.as_ref().unwrap().refunds.iter().map(|refund| refund.amount.to_string()).collect();
    assert_eq!(refunds, ["77.00"]);
}

#[test]
fn g10_a_refund_of_a_credit_note_counts_once() {
    let mut read = settled("");
    assert_eq!(read.figures().open.unwrap().to_string(), "0.00");
    let credit = r#","CreditNotes":[{"CreditNoteNumber":"CR-1","Status":"AUTHORISED","Total":77,"Refunds":[{"Reference":"BACK-1","Amount":77,"DatePaid":"2026-03-25"}]}]"#;
    read.credit_notes = read_with(&chairs("2", "385"), "385", credit).credit_notes;
    let refund = r#"{"Type":"REFUND","CreditNoteNumber":"CR-1","Reference":"BACK-1","Amount":77,"DatePaid":"2026-03-25"}"#;
    let paid = r#"{"Type":"Payment","Amount":385}"#;
    read.settle(crate::cin7::payment::all(format!("[{paid},{refund}]").as_bytes()).unwrap());
    assert_eq!(read.received.as_ref().unwrap().refunds, []);
    assert_eq!(read.figures().open.unwrap().to_string(), "0.00");
    assert!(read.figures().paid);
}

#[test]
fn g10_what_the_list_calls_partly_paid_is_never_paid() {
    let read = settled("");
    let listed = |word: &str| SaleHead { payment_status: word.into(), ..read.head.clone() };
    let paid = |word| crate::records::sale::figures::paid(&listed(word), Some(&read.figures()));
    assert!(paid("PAID") && paid("") && paid("NOT REFUNDED"));
    assert!(!paid("PARTIALLY PAID") && !paid("unpaid"));
    let row = |paid: &str| SaleHead {
        invoiced: Some("385".parse().unwrap()),
        paid: Some(paid.parse().unwrap()),
        ..SaleHead::new(ID.parse().unwrap())
    };
    assert!(read.disagrees_with(&row("308")) && !read.disagrees_with(&row("385")));
}

#[test]
fn g08_without_shipments_the_lists_word_tells_what_has_gone() {
    let figures = read_with(&chairs("4", "600"), "600", "").figures();
    let words = |status: &str| {
        let head = SaleHead { shipping_status: status.into(), ..SaleHead::new(ID.parse().unwrap()) };
        shipping(&head, Some(&figures)).1
    };
    assert_eq!(words("PARTIALLY SHIPPED"), "Partly shipped");
    assert_eq!(words("SHIPPED"), "Shipped");
    assert_eq!(words("SHIPPING"), "Not shipped", "begun is not gone");
    assert_eq!(words("NOT SHIPPED"), "Not shipped");
}

#[test]
fn an_address_that_has_only_its_display_lines_is_shown() {
    let delivery = |members: &str| {
        let more = format!(r#","ShippingAddress":{{{members}}}"#);
        read_with(&chairs("1", "150"), "150", &more).delivery.map(|address| (address.line1, address.line2))
    };
    let shown = r#""DisplayAddressLine1":"9 Dock Road","DisplayAddressLine2":"Leeds, LS1 4AP, United Kingdom""#;
    let lines = Some(("9 Dock Road".to_owned(), "Leeds, LS1 4AP, United Kingdom".to_owned()));
    assert_eq!(delivery(&format!(r#""Line1":null,"City":"",{shown}"#)), lines);
    assert_eq!(delivery(&format!(r#""Line1":"9 Dock Road","Line2":null,{shown}"#)).unwrap().1, "", "its own fields come first");
}
