//! What is sent, to the letter.

use super::*;
use crate::records::product::DropShip;
use crate::settings::{LineTotal, OrderStatus, SalesType};

#[test]
fn quote_10452_is_sent_like_this() {
    let mut live = quote_10452();
    live.edit_header(r#"{"customerReference":"PO 000123 / A","deliveryNotes1":"Ring bell","deliveryNotes2":"Leave at dock 2","memo":"Fragile"}"#)
        .unwrap();
    let plan = planned(&live);
    assert_eq!(
        plan.header_body(),
        concat!(
            r#"{"CustomerID":"7a8f439b-fa87-4795-a085-385ce8b133f9","Contact":"Bob Partridge","Phone":"020 7946 0100","SkipQuote":true,"#,
            r#""SaleType":"Advanced","ShippingAddress":{"Line1":"1 Quay","Line2":"","City":"London","State":"","Postcode":"E1 1AA","#,
            r#""Country":"United Kingdom","Company":"Bayside Club","Contact":"Bob Partridge","ShipToOther":true},"#,
            r#""TaxRule":"20% (VAT on Income)","TaxInclusive":false,"Terms":"30 days","PriceTier":"Wholesale","Location":"North Depot","#,
            r#""SaleOrderDate":"2026-03-30T00:00:00.000","Note":"Ring bell\nLeave at dock 2","CustomerReference":"PO 000123 / A","#,
            r#""ExternalID":"https://crm.prospect365.com/view/Quote/10452"}"#
        )
    );
    assert_eq!(
        plan.lines_body(sale_id()),
        concat!(
            r#"{"SaleID":"6222cb47-0000-4000-8000-000000000091","CombineAdditionalCharges":false,"Memo":"Fragile","Status":"AUTHORISED","#,
            r#""AutoPickPackShipMode":"NOPICK","Lines":["#,
            r#"{"ProductID":"00000000-0000-0000-0000-000000000001","SKU":"CHAIR-01","Name":"Oak Chair","Quantity":4,"Price":150.00,"#,
            r#""Discount":10,"Tax":108.00,"TaxRule":"20% (VAT on Income)","Comment":"","Total":540.00},"#,
            r#"{"ProductID":"00000000-0000-0000-0000-000000000002","SKU":"LAMP-02","Name":"Desk Lamp","Quantity":2,"Price":41.25,"#,
            r#""Discount":0,"Tax":16.50,"TaxRule":"20% (VAT on Income)","Comment":"","Total":82.50}],"AdditionalCharges":[]}"#
        )
    );
    assert_eq!(plan.key, "https://crm.prospect365.com/view/Quote/10452");
    assert_eq!(plan.expected.gross.to_string(), "747.00");
    let kept: OrderPlan = serde_json::from_str(&serde_json::to_string(&plan).unwrap()).unwrap();
    assert_eq!(kept, plan, "a plan survives being kept");
}

#[test]
fn settings_decide_type_status_and_the_meaning_of_a_total() {
    let mut context = context();
    context.settings.sales_type = SalesType::Simple;
    context.settings.order_status = OrderStatus::Draft;
    context.settings.line_total = LineTotal::Gross;
    let mut live = quote_10452();
    live.replace_context(context).unwrap();
    let plan = planned(&live);
    assert_eq!(header_of(&plan)["SaleType"], "Simple");
    let order = order_of(&plan);
    assert_eq!(order["Status"], "DRAFT");
    assert!(plan.lines_body(sale_id()).contains(r#""Total":648.00"#), "{order}");
    assert_eq!(plan.expected.net.to_string(), "622.50");
}

#[test]
fn inclusive_prices_make_an_inclusive_sale() {
    for line_total in [LineTotal::Net, LineTotal::Gross] {
        let mut context = context();
        context.settings.line_total = line_total;
        context.company.cin7.tax_rule = Some("20% Inclusive".into());
        let mut live = empty_in(context);
        live.add_line(flat(8, "BOX", "120"), "1", "a").unwrap();
        let plan = planned(&live);
        assert_eq!(
            (&header_of(&plan)["TaxInclusive"], &header_of(&plan)["TaxRule"]),
            (&Value::Bool(true), &"20% Inclusive".into())
        );
        let body = plan.lines_body(sale_id());
        assert!(body.contains(r#""Tax":20.00"#) && body.contains(r#""Total":120.00"#), "{body}");
        assert_eq!((plan.expected.net.to_string(), plan.expected.gross.to_string()), ("100.00".into(), "120.00".into()));
    }
}

#[test]
fn the_header_names_the_customers_tax_rule_only_while_it_can_be_used() {
    let mut live = quote_10452();
    for id in ["a", "b"] {
        live.set_tax_rule(id, "Zero Rated Income").unwrap();
    }
    assert_eq!(header_of(&planned(&live))["TaxRule"], "20% (VAT on Income)");
    let mut context = context();
    context.references.tax_rules[0].active = false;
    live.replace_context(context).unwrap();
    assert_eq!(header_of(&planned(&live))["TaxRule"], "Zero Rated Income");
}

#[test]
fn services_travel_as_charges_by_name() {
    let mut live = empty();
    live.add_line(facts(chair()), "4", "a").unwrap();
    live.add_line(service(), "1", "b").unwrap();
    let order = order_of(&planned(&live));
    assert_eq!(order["Lines"].as_array().unwrap().len(), 1);
    let charge = &order["AdditionalCharges"][0];
    assert_eq!(charge["Description"], "Delivery");
    assert_eq!(charge["Total"].to_string(), "12.50");
    assert_eq!(charge.get("ProductID"), None);
}

#[test]
fn the_rate_is_base_units_for_one_of_the_customers() {
    let mut live = empty_in(foreign());
    live.add_line(facts(chair()), "1", "a").unwrap();
    assert_eq!(codes(&live)[0], "no-exchange-rate");
    for (rate, sent) in [("1.25", "0.8"), ("3", "0.33333"), ("0.00015", "6666.66667")] {
        live.edit_header(&format!(r#"{{"exchangeRate":"{rate}"}}"#)).unwrap();
        let plan = planned(&live);
        assert!(plan.header_body().contains(&format!("\"CurrencyRate\":{sent},")), "{}", plan.header_body());
        assert_eq!(live.line("a").unwrap().price.unwrap().to_string(), "150.00", "prices are not converted");
    }
    let mut home = quote_10452();
    home.edit_header(r#"{"exchangeRate":"1.25"}"#).unwrap();
    assert_eq!(header_of(&planned(&home)).get("CurrencyRate"), None, "a sale in the base currency has no rate");
}

#[test]
fn addresses_are_never_saved_on_the_customer() {
    let mut live = quote_10452();
    let saved = live.customer().delivery_addresses[0].id.unwrap();
    live.edit_header(&format!(r#"{{"delivery":{{"savedId":"{saved}"}}}}"#)).unwrap();
    let address = &header_of(&planned(&live))["ShippingAddress"];
    assert_eq!(
        (&address["ID"], &address["ShipToOther"], &address["Line1"]),
        (&saved.to_string().into(), &false.into(), &"9 Dock".into())
    );

    let mut context = context();
    context.company.cin7.addresses[1].line1 = "10 Dock".into();
    live.replace_context(context).unwrap();
    let address = &header_of(&planned(&live))["ShippingAddress"];
    assert_eq!((address.get("ID"), &address["ShipToOther"], &address["Line1"]), (None, &true.into(), &"9 Dock".into()));
    live.apply_fix("use-saved-delivery", None).unwrap();
    assert_eq!(header_of(&planned(&live))["ShippingAddress"]["ID"], saved.to_string());

    live.edit_header(
        r#"{"delivery":{"typed":{"line1":"5 Festival Site","line2":"","city":"","state":"","postcode":"","country":"UK","company":"Tent"}}}"#,
    )
    .unwrap();
    let address = &header_of(&planned(&live))["ShippingAddress"];
    assert_eq!((address.get("ID"), &address["ShipToOther"], &address["Company"]), (None, &true.into(), &"Tent".into()));
}

#[test]
fn texts_go_where_they_belong() {
    let mut live = quote_10452();
    live.edit_header(r#"{"deliveryNotes2":"Leave at dock 2","phone":"","memo":"Fragile\nGlass"}"#).unwrap();
    live.set_extended_description("a", "left \"arm\"").unwrap();
    let plan = planned(&live);
    let (header, order) = (header_of(&plan), order_of(&plan));
    assert_eq!(header["Note"], "Leave at dock 2");
    assert_eq!(header["CustomerReference"], "");
    assert_eq!((header.get("Phone"), header.get("ShippingNotes"), header.get("SalesRepresentative")), (None, None, None));
    assert_eq!(order["Memo"], "Fragile\nGlass");
    assert_eq!(order["Lines"][0]["Comment"], "left \"arm\"");
    assert_eq!(order["Lines"][1]["Comment"], "");
}

#[test]
fn a_representative_travels_only_by_exact_name_and_setting() {
    let with = |setting, person: &str| {
        let mut context = context();
        context.settings.send_sales_person = setting;
        let mut live = quote_10452();
        live.replace_context(context).unwrap();
        live.edit_header(&serde_json::json!({ "salesPerson": person }).to_string()).unwrap();
        live
    };
    assert_eq!(header_of(&planned(&with(true, "Ann Lee")))["SalesRepresentative"], "Ann Lee");
    for (setting, person) in [(false, "Ann Lee"), (true, "Bob  Stone"), (true, "ann lee "), (true, "Cara Wu"), (true, "Nobody")] {
        assert_eq!(header_of(&planned(&with(setting, person))).get("SalesRepresentative"), None, "{person}");
    }
    let mut live = with(true, "Bob  Stone");
    let problems = live.problems();
    let problem = find(&problems, "representative-unknown");
    assert_eq!(problem.fixes[0].label, "Use Bob Stone");
    live.apply_fix(&problem.fixes[0].action, None).unwrap();
    assert_eq!(header_of(&planned(&live))["SalesRepresentative"], "Bob Stone");
    assert!(!codes(&with(false, "Nobody")).contains(&"representative-unknown"));
}

#[test]
fn drop_shipping_is_said_where_cin7_asks() {
    for (drop_ship, sent) in [(DropShip::No, None), (DropShip::Optional, Some(false)), (DropShip::Always, Some(true))] {
        let mut live = empty();
        let mut chair = facts(chair());
        chair.product.drop_ship = drop_ship;
        live.add_line(chair, "1", "a").unwrap();
        assert_eq!(order_of(&planned(&live))["Lines"][0].get("DropShip").and_then(Value::as_bool), sent);
    }
}

#[test]
fn lines_keep_their_order_and_take_cin7s_present_code_and_name() {
    let mut live = empty();
    live.add_line(facts(lamp()), "1", "b").unwrap();
    live.add_line(facts(chair()), "1", "a").unwrap();
    let mut renamed = chair();
    renamed.sku = "CHAIR-01B".into();
    renamed.name = "Oak Chair Mk2".into();
    live.replace_facts(vec![facts(renamed)]);
    let lines = &order_of(&planned(&live))["Lines"];
    assert_eq!(lines[0]["SKU"], "LAMP-02");
    assert_eq!((&lines[1]["SKU"], &lines[1]["Name"]), (&"CHAIR-01B".into(), &"Oak Chair Mk2".into()));
    assert_eq!(lines[1]["ProductID"], "00000000-0000-0000-0000-000000000001");
    let problems = live.problems();
    assert!(find(&problems, "sku-renamed").text.contains("CHAIR-01B"));
    assert!(find(&problems, "product-renamed").text.contains("Oak Chair Mk2"));
    live.apply_fix("use-product-texts", Some("a")).unwrap();
    assert_eq!(live.line("a").unwrap().description, "Oak Chair Mk2");
    assert!(!codes(&live).contains(&"sku-renamed"));
}

#[test]
fn an_order_is_for_nobody_rather_than_for_no_name() {
    let mut live = quote_10452();
    for (contact, sent) in [("No Name", Value::Null), ("Rosa Lind", "Rosa Lind".into())] {
        live.edit_header(&format!(r#"{{"contact":"{contact}"}}"#)).unwrap();
        let header = header_of(&planned(&live));
        assert_eq!((&header["Contact"], &header["ShippingAddress"]["Contact"]), (&sent, &sent));
    }
}

/// A quote of so many products, each with a name of so many letters.
fn of_many(lines: u16, letters: usize) -> LiveQuote {
    let mut live = empty();
    for number in 0..lines {
        let mut added = flat(3, &format!("P-{number}"), "1.25");
        let [high, low] = number.to_be_bytes();
        added.product.id = Guid::from_bytes([7, high, low, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 1]);
        added.product.name = "n".repeat(letters);
        live.add_line(added, "1", &number.to_string()).unwrap();
    }
    live
}

#[test]
fn a_thousand_products_fit_and_what_is_longer_than_the_proxy_takes_is_a_stop() {
    let thousand = of_many(1_000, 90);
    assert!(!codes(&thousand).contains(&"order-too-long"));
    let body = planned(&thousand).lines_body(sale_id());
    assert!(body.len() > 256 * 1024 && body.len() < LONGEST_BODY, "{}", body.len());

    let long = of_many(3_600, 1_024);
    let problems = long.problems();
    let problem = find(&problems, "order-too-long");
    assert_eq!(problem.severity, Severity::Stop);
    let said = "An order may be 4194 kB long, and the 3600 lines of this one make ";
    assert!(problem.text.starts_with(said), "{}", problem.text);
    let error = plan(&long, now()).unwrap_err();
    assert_eq!((error.code, error.details.len()), (ErrorCode::CannotConfirm, 1));
    // The exact length decides, not the estimate that spares short orders the trouble.
    let near = of_many(3_300, 1_024);
    assert!(!codes(&near).contains(&"order-too-long"));
    assert!(planned(&near).lines_body(sale_id()).len() < LONGEST_BODY);
}
