//! `POST /customer` and the rules of discounts.

use serde_json::{Value, json};

use super::{BAYSIDE, VAT, World};

/// A new customer with everything that Cin7 asks for, with changes laid over it; `null` takes a key away.
fn cafe(change: Value) -> Value {
    let mut customer = json!({
        "Name": "Quay Cafe", "Status": "Active", "Currency": "GBP", "PaymentTerm": "30 days", "AccountReceivable": "610",
        "RevenueAccount": "200", "TaxRule": VAT, "PriceTier": "Wholesale", "SalesRepresentative": "Ann Lee",
        "Contacts": [{ "Name": "Mia Quay", "Phone": "020 7946 0200", "Default": true }],
        "Addresses": [{ "Line1": "2 Quay", "Country": "United Kingdom", "Postcode": "YO21 3PU", "Type": "Billing" }],
    });
    for (name, value) in change.as_object().unwrap() {
        customer[name] = value.clone();
    }
    customer
}

#[tokio::test]
async fn a_new_customer_is_answered_as_a_list_and_found_again() {
    let world = World::fixture().await;
    world.control("POST", "clock", json!({ "now": "2026-03-30T15:30:00Z", "frozen": true })).await;
    let made = world.post("/customer", cafe(json!({}))).await;
    assert_eq!((made["Total"].as_i64(), made["Page"].as_i64()), (Some(1), Some(1)));
    let cafe = &made["CustomerList"][0];
    assert_eq!((cafe["Name"].as_str(), cafe["SalesRepresentative"].as_str()), (Some("Quay Cafe"), Some("Ann Lee")));
    assert_eq!((cafe["CreditLimit"].as_i64(), cafe["IsOnCreditHold"].as_bool()), (Some(0), Some(false)));
    assert_eq!(
        (cafe["Contacts"][0]["Phone"].as_str(), cafe["Addresses"][0]["Type"].as_str()),
        (Some("020 7946 0200"), Some("Billing"))
    );
    assert!(cafe["Contacts"][0]["ID"].is_string() && cafe["Addresses"][0]["ID"].is_string());
    let found = world.get("/customer?ModifiedSince=2026-03-30T15:30:00.000").await;
    assert_eq!((found["Total"].as_i64(), &found["CustomerList"][0]["ID"]), (Some(1), &cafe["ID"]));
    let sale = world.post("/sale", json!({ "CustomerID": cafe["ID"], "Location": "North Depot" })).await;
    assert_eq!((sale["Terms"].as_str(), sale["PriceTier"].as_str()), (Some("30 days"), Some("Wholesale")));
}

#[tokio::test]
async fn customers_are_refused_one_problem_at_a_time() {
    let world = World::fixture().await;
    let long = |length: usize| "x".repeat(length);
    let contact = |change: Value| json!({ "Contacts": [change] });
    let address = |change: Value| json!({ "Addresses": [change] });
    let cases = [
        (json!({ "Name": "" }), "Name is required"),
        (json!({ "Status": null }), "Status is required"),
        (json!({ "Currency": null, "TaxRule": null }), "Currency is required"),
        (json!({ "PaymentTerm": "" }), "PaymentTerm is required"),
        (json!({ "AccountReceivable": null }), "AccountReceivable is required"),
        (json!({ "RevenueAccount": null }), "RevenueAccount is required"),
        (json!({ "TaxRule": " " }), "TaxRule is required"),
        (json!({ "Name": "bayside club" }), "already exists"),
        (json!({ "Status": "active" }), "Status 'active' is not valid"),
        (
            json!({ "PaymentTerm": "14 days" }),
            "Active payment term with name '14 days' was not found in Payment Terms reference book",
        ),
        (json!({ "AccountReceivable": "200" }), "AccountReceivable with code '200' was not found"),
        (json!({ "RevenueAccount": "999" }), "RevenueAccount with code '999' was not found"),
        (json!({ "TaxRule": "Old VAT 17.5%" }), "TaxRule 'Old VAT 17.5%' not found"),
        (json!({ "PriceTier": "Gold" }), "Price tier 'Gold' was not found"),
        (json!({ "Location": "Moon" }), "Location 'Moon' was not found"),
        (json!({ "Discount": 101 }), "Discount must be between 0 and 100"),
        (json!({ "Name": long(257) }), "Name cannot be longer than 256 characters"),
        (json!({ "Comments": long(2001) }), "Comments cannot be longer than 2000 characters"),
        (contact(json!({ "Name": " ", "Email": "a@b.test" })), "Contacts.Name is required"),
        (contact(json!({ "Name": "A", "Phone": long(51) })), "Contacts.Phone cannot be longer than 50 characters"),
        (address(json!({ "Line1": "1 Road", "Type": "Billing", "Country": "" })), "Addresses.Country is required"),
        (address(json!({ "Country": "France", "Type": "Billing" })), "Addresses.Line1 is required"),
        (address(json!({ "Line1": "1 Road", "Country": "France", "Type": "Home" })), "Addresses.Type 'Home' is not valid"),
        (
            address(json!({ "Line1": "1 Road", "Country": "France", "Type": "Billing", "Postcode": long(21) })),
            "Addresses.Postcode cannot be longer than 20 characters",
        ),
    ];
    for (change, expected) in cases {
        let text = world.refusal("/customer", cafe(change.clone())).await;
        assert!(text.contains(expected), "{change}: {text}");
    }
    assert_eq!(world.get("/customer").await["Total"], 4, "nothing refused is stored");
    assert_eq!(world.call("PUT", "/customer", json!({ "ID": BAYSIDE })).await.status, 501);
}

#[tokio::test]
async fn an_unknown_representative_and_a_taken_name_are_answered_by_switch() {
    let world = World::fixture().await;
    let made = world.post("/customer", cafe(json!({ "SalesRepresentative": "ann lee " }))).await;
    assert!(made["CustomerList"][0]["SalesRepresentative"].is_null());
    world.switch("customer_rep", "refused").await;
    let text = world.refusal("/customer", cafe(json!({ "Name": "Other", "SalesRepresentative": "ann lee " }))).await;
    assert!(text.contains("was not found in Company Contacts reference book"), "{text}");
    assert!(world.refusal("/customer", cafe(json!({}))).await.contains("already exists"));
    world.switch("customer_name_unique", false).await;
    world.post("/customer", cafe(json!({}))).await;
    assert_eq!(world.get("/customer?Name=Quay%20Cafe").await["Total"], 2);
}

#[tokio::test]
async fn discount_rules_page_by_25_and_may_come_without_a_total() {
    let world = World::fixture().await;
    let rules = world.get("/reference/discount").await;
    assert_eq!((rules["Total"].as_i64(), rules["DiscountRules"][0]["Name"].as_str()), (Some(1), Some("10 or more = 5%")));
    let line = &rules["DiscountRules"][0]["DiscountLines"][0];
    assert_eq!(
        (line["MinValue"].as_i64(), line["DiscountType"].as_str(), line["Amount"].as_i64()),
        (Some(10), Some("DiscountPercent"), Some(5))
    );
    assert_eq!(world.get("/product?Sku=PIN-07").await["Products"][0]["DiscountRule"], "10 or more = 5%");
    for number in 0..30 {
        let rule = json!({ "Name": format!("Rule {number}"), "IsActive": false, "Type": "Simple", "DiscountLines": [] });
        world.control("POST", "mutate", json!({ "collection": "discountRules", "add": rule })).await;
    }
    let shown =
        async |query: &str| world.get(&format!("/reference/discount?{query}")).await["DiscountRules"].as_array().unwrap().len();
    assert_eq!((shown("Page=1").await, shown("Page=2").await, shown("Page=1&Limit=1000").await), (25, 6, 31));
    assert_eq!(shown("Search=or%20more").await, 1);
    world.switch("discount_total", false).await;
    let bare = world.get("/reference/discount?Page=2&Limit=25").await;
    assert!(bare.get("Total").is_none());
    assert_eq!(bare["Page"], 2);
}
