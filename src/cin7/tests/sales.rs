//! Sales, compared penny by penny.

use super::*;

#[test]
fn a_sale_is_read_whole() {
    let sale = sale::sale(sale_body().to_string().as_bytes()).unwrap();
    assert_eq!(
        (sale.number.as_str(), sale.status.as_str(), sale.order_status.as_str()),
        ("SO-00451", "BACKORDERED", "AUTHORISED")
    );
    assert_eq!(sale.gross.unwrap().to_string(), "747.00");
    assert_eq!((sale.lines[0].discount.to_string(), sale.lines[0].backorder.to_string()), ("10".into(), "1".into()));
    assert_eq!((sale.charges[0].name.as_str(), sale.charges[0].product), ("Delivery", None));
    assert!(sale.has_lines() && sale.state().is_authorised());
}

#[test]
fn a_sale_just_made_has_no_lines() {
    for order in [json!({"Status": "NOT AVAILABLE", "Lines": [], "SaleOrderNumber": null}), json!(null)] {
        let sale = sale::sale(with(sale_body(), "Order", order).to_string().as_bytes()).unwrap();
        assert!(!sale.has_lines() && !sale.state().is_authorised());
        assert_eq!(sale.gross, None);
    }
}

#[test]
fn a_sale_with_a_figure_that_cannot_be_read_is_not_a_sale_with_a_zero() {
    for (field, value) in [("Price", json!("?")), ("Total", json!(null)), ("Quantity", json!([])), ("Discount", json!(120))] {
        let mut sale = sale_body();
        sale["Order"]["Lines"][0][field] = value;
        let error = sale::sale(sale.to_string().as_bytes()).unwrap_err();
        assert!(error.words.contains(&format!("Lines[0].{field}")), "{}", error.words);
    }
    assert!(sale::sale(br#"{"Status":"ORDERED"}"#).is_err(), "a 200 without the expected id is a failure");
}

#[test]
fn the_answer_to_an_order_is_read() {
    let mut answer = sale_body()["Order"].clone();
    answer["SaleID"] = json!("6222CB47-0000-4000-8000-000000000091");
    let order = sale::order(answer.to_string().as_bytes()).unwrap();
    assert_eq!((order.number.as_str(), order.lines.len(), order.charges.len()), ("SO-00451", 1, 1));
    assert_eq!(order.sale.unwrap().to_string(), "6222cb47-0000-4000-8000-000000000091");
    assert!(sale::order(br#"{"Success":true}"#).is_err());
}

#[test]
fn the_sale_list_keeps_statuses_that_nobody_knows() {
    let row = json!({"SaleID": LAMP.to_uppercase(), "OrderNumber": "SO-1", "Status": "COMPLETED / CREDIT NOTE CLOSED", "OrderStatus": "",
        "CustomerID": BAYSIDE, "Updated": "2026-11-02T04:11:09.13Z", "ExternalID": null});
    let odd = json!({"SaleID": CHAIR, "OrderNumber": "SO-2", "CustomerID": "?", "Updated": "late"});
    let page = sale::list(&body("SaleList", &[row, odd])).unwrap();
    assert_eq!(page.records[0].status, "COMPLETED / CREDIT NOTE CLOSED");
    assert_eq!((page.records[0].id.to_string().as_str(), page.records[0].external_id.as_str()), (LAMP, ""));
    assert_eq!(page.records[1].customer, None);
    let fields: Vec<&str> = page.bad.iter().map(|bad| bad.field.as_str()).collect();
    assert_eq!(fields, ["CustomerID", "Updated"]);
    assert_eq!(page.bad[0].record, "SO-2");
}

#[test]
fn a_sales_line_keeps_the_four_decimals_of_its_tax_and_a_comparison_is_to_the_penny() {
    let line = json!({"ProductID": CHAIR, "SKU": "A", "Quantity": 3, "Price": 14.3333, "Discount": 33.335, "Tax": 8.5999, "Total": 42.9999});
    let order = json!({"SaleOrderNumber": "SO-1", "Status": "AUTHORISED", "Lines": [line], "TotalBeforeTax": 42.9999, "Tax": 8.5999, "Total": "51.59985"});
    let body = json!({"ID": LAMP, "Order": order}).to_string();
    let compared = sale::sale(body.as_bytes()).unwrap();
    assert_eq!((compared.lines[0].total.to_string(), compared.gross.unwrap().to_string()), ("43.00".into(), "51.60".into()));
    let (details, bad) = sale::details(body.as_bytes(), None, crate::quote::fixtures::now()).unwrap();
    assert_eq!((details.lines[0].tax.to_string(), details.lines[0].total.to_string()), ("8.5999".into(), "42.9999".into()));
    assert_eq!(
        (details.net.unwrap().to_string(), details.figures().total.unwrap().to_string()),
        ("42.9999".into(), "51.60".into())
    );
    let taken = "has more decimals than Cin7 documents; taken as";
    assert_eq!(
        said(&bad),
        [format!("Order.Lines[0].Discount: “33.335” {taken} 33.34"), format!("Order.Total: “51.59985” {taken} 51.5999")]
    );
}
