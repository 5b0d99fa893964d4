//! The form and the machine, by plain values.

use serde_json::{Value, json};

use super::form::Checked;
use super::*;
use crate::error::Error;
use crate::quote::fixtures::references;
use crate::records::company::fixtures::bayside;
use crate::settings::Settings;

fn settings() -> Settings {
    Settings { receivable_account: Some("610".into()), revenue_account: Some("200".into()), ..Settings::default() }
}

fn quay_cafe() -> Value {
    json!({
        "name": "Quay Cafe", "currency": "GBP", "paymentTerm": "30 days", "taxRule": "20% (VAT on Income)", "priceTier": 2,
        "salesRepresentative": "Ann Lee", "phone": "020 7946 0200",
        "contacts": [{ "name": "Mia Quay", "email": "mia@quay.example.test", "phone": "", "jobTitle": "Owner", "default": true }],
        "address": { "line1": "1 Quay", "line2": "", "line3": "", "line4": "Whitby", "line5": "", "postcode": "YO21 3PU", "country": "United Kingdom" },
    })
}

fn check(form: &Value) -> Result<Checked, Error> {
    Checked::from_json(&form.to_string(), &references(), &settings())
}

/// What Cin7 is sent of it.
fn body_of(checked: &Checked) -> String {
    crate::cin7::customer::body(&checked.customer)
}

/// The form with some of it replaced.
#[expect(clippy::needless_pass_by_value, reason = "reads better where it is called")]
fn with(change: Value) -> Value {
    let mut form = quay_cafe();
    for (name, value) in change.as_object().unwrap() {
        form[name] = value.clone();
    }
    form
}

fn body(form: &Value) -> Value {
    serde_json::from_str(&body_of(&check(form).unwrap())).unwrap()
}

#[test]
fn what_cin7_is_sent_of_a_form_is_the_same_to_the_letter_in_every_version() {
    let mut form = with(json!({ "name": "Quay \"Café\"" }));
    form["contacts"][0]["phone"] = json!("07700 2");
    let expected = [
        r#"{"Name":"Quay \"Café\"","Status":"Active","Currency":"GBP","PaymentTerm":"30 days","AccountReceivable":"610","#,
        r#""RevenueAccount":"200","TaxRule":"20% (VAT on Income)","PriceTier":"Wholesale","SalesRepresentative":"Ann Lee","#,
        r#""Addresses":[{"Line1":"1 Quay","Line2":"","City":"Whitby","State":"","Postcode":"YO21 3PU","#,
        r#""Country":"United Kingdom","Type":"Billing","DefaultForType":true}],"#,
        r#""Contacts":[{"Name":"Mia Quay","JobTitle":"Owner","Phone":"020 7946 0200","MobilePhone":"07700 2","#,
        r#""Email":"mia@quay.example.test","Default":true}]}"#,
    ];
    assert_eq!(body_of(&check(&form).unwrap()), expected.concat());
}

fn wrong(form: &Value) -> Vec<String> {
    check(form).unwrap_err().details.into_iter().map(|detail| detail.field).collect()
}

#[test]
fn x01_the_body_has_every_field_that_cin7_requires() {
    assert_eq!(
        body(&quay_cafe()),
        json!({
            "Name": "Quay Cafe", "Status": "Active", "Currency": "GBP", "PaymentTerm": "30 days", "AccountReceivable": "610",
            "RevenueAccount": "200", "TaxRule": "20% (VAT on Income)", "PriceTier": "Wholesale", "SalesRepresentative": "Ann Lee",
            "Addresses": [{ "Line1": "1 Quay", "Line2": "", "City": "Whitby", "State": "", "Postcode": "YO21 3PU",
                "Country": "United Kingdom", "Type": "Billing", "DefaultForType": true }],
            "Contacts": [{ "Name": "Mia Quay", "JobTitle": "Owner", "Phone": "020 7946 0200", "Email": "mia@quay.example.test",
                "Default": true }],
        })
    );
}

#[test]
fn x01_everything_wrong_is_said_at_once() {
    assert_eq!(
        wrong(
            &json!({ "nmae": "Quay Cafe", "currency": "pounds", "paymentTerm": "14 days", "taxRule": "Old VAT 17.5%", "priceTier": 11,
            "warehouse": "Old Shed", "phone": "1", "contacts": [] })
        ),
        [
            "nmae",
            "name",
            "currency",
            "currency",
            "paymentTerm",
            "taxRule",
            "priceTier",
            "warehouse",
            "contacts",
            "address.line1",
            "address.country"
        ]
    );
    let nothing = Checked::from_json("[]", &references(), &Settings::default()).unwrap_err();
    let fields: Vec<&str> = nothing.details.iter().map(|detail| detail.field.as_str()).collect();
    assert!(fields.contains(&"settings.receivableAccount") && fields.contains(&"settings.revenueAccount"), "{fields:?}");
}

#[test]
fn c03_the_default_contact_carries_the_phone_and_keeps_its_own_as_mobile() {
    let people = json!([
        { "name": "Mia Quay", "phone": "07700 900123", "default": true },
        { "name": "Sam Quay", "phone": "07700 900124", "default": false },
    ]);
    let contacts = body(&with(json!({ "contacts": people })))["Contacts"].clone();
    assert_eq!((&contacts[0]["Phone"], &contacts[0]["MobilePhone"]), (&json!("020 7946 0200"), &json!("07700 900123")));
    assert_eq!((&contacts[1]["Phone"], &contacts[1]["MobilePhone"]), (&json!("07700 900124"), &Value::Null));
    assert_eq!(wrong(&with(json!({ "contacts": [] }))), ["contacts"], "a phone without anyone to carry it");
}

#[test]
fn c05_only_an_exact_name_is_sent_and_a_near_one_is_offered() {
    let cases = [
        ("Ann Lee", Some("Ann Lee"), None, None),
        ("ann lee ", None, Some("ann lee "), Some("Ann Lee")),
        ("Bob  Stone", None, Some("Bob  Stone"), Some("Bob Stone")),
        ("Bob Stome", None, Some("Bob Stome"), Some("Bob Stone")),
        // An employee is no sales contact, however exact the name.
        ("Cara Wu", None, Some("Cara Wu"), None),
        ("Zoe", None, Some("Zoe"), None),
        ("  ", None, None, None),
    ];
    for (given, sent, unset, closest) in cases {
        let checked = check(&with(json!({ "salesRepresentative": given }))).unwrap();
        let body: Value = serde_json::from_str(&body_of(&checked)).unwrap();
        assert_eq!(body.get("SalesRepresentative").and_then(Value::as_str), sent, "{given}");
        let note = checked.representative;
        assert_eq!(note.as_ref().map(|note| note.given.as_str()), unset, "{given}");
        assert_eq!(note.and_then(|note| note.closest).as_deref(), closest, "{given}");
    }
}

#[test]
fn c07_contacts_have_names_and_one_default() {
    assert_eq!(wrong(&with(json!({ "contacts": [{ "name": " ", "default": true }] }))), ["contacts[0].name"]);
    assert_eq!(wrong(&with(json!({ "contacts": [{ "name": "A" }, { "name": "B" }] }))), ["contacts"]);
    assert_eq!(
        wrong(&with(json!({ "contacts": [{ "name": "A", "default": true }, { "name": "B", "default": true }] }))),
        ["contacts"]
    );
}

#[test]
fn c08_five_lines_fold_into_cin7s_four_fields() {
    let cases = [
        (["1 Quay", "", "", "Whitby", "North Yorkshire"], ["1 Quay", "", "Whitby", "North Yorkshire"]),
        (["Unit 4", "Harbour Estate", "Pier Road", "Hull", ""], ["Unit 4", "Harbour Estate, Pier Road", "Hull", ""]),
        (["", "Unit 4", "Pier Road", "", "Kent"], ["Unit 4", "Pier Road", "", "Kent"]),
        (["", "", "Pier Road", "", ""], ["Pier Road", "", "", ""]),
    ];
    for (lines, folded) in cases {
        let [line1, line2, line3, line4, line5] = lines;
        let address = json!({ "line1": line1, "line2": line2, "line3": line3, "line4": line4, "line5": line5, "country": "United Kingdom" });
        let sent = body(&with(json!({ "address": address })))["Addresses"][0].clone();
        assert_eq!(["Line1", "Line2", "City", "State"].map(|name| sent[name].as_str().unwrap()), folded, "{lines:?}");
    }
    let address = |change: Value| {
        let mut address = quay_cafe()["address"].clone();
        for (name, value) in change.as_object().unwrap() {
            address[name] = value.clone();
        }
        with(json!({ "address": address }))
    };
    assert_eq!(wrong(&address(json!({ "country": " " }))), ["address.country"]);
    assert_eq!(wrong(&address(json!({ "postcode": "012345678901234567890" }))), ["address.postcode"]);
    let long = "x".repeat(150);
    assert_eq!(wrong(&address(json!({ "line2": long, "line3": long }))), ["address.line3"]);
}

#[test]
fn c11_an_inactive_term_of_the_same_spelling_does_not_hide_the_active_one() {
    let mut books = references();
    books
        .payment_terms
        .insert(0, crate::records::reference::PaymentTerm { name: "30 Days".into(), active: false, default: false });
    let checked = Checked::from_json(&quay_cafe().to_string(), &books, &settings()).unwrap();
    assert!(body_of(&checked).contains(r#""PaymentTerm":"30 days""#));
    assert_eq!(wrong(&with(json!({ "paymentTerm": "14 days" }))), ["paymentTerm"]);
}

fn at(time: &str) -> Timestamp {
    format!("2026-03-30T{time}Z").parse().unwrap()
}

fn account() -> Account {
    let checked = check(&quay_cafe()).unwrap();
    let body = body_of(&checked);
    Account::new(checked, body, at("15:00:00"))
}

fn made() -> CompanyFacts {
    CompanyFacts { name: "Quay Cafe".into(), ..bayside() }
}

fn failure(kind: FailureKind, ambiguous: bool) -> Heard {
    Heard::Failed(Failure { kind, ambiguous, retry_after: None, messages: vec!["Words.".into()] })
}

/// Takes the step that is due at this time.
fn take(account: &mut Account, now: &str) -> Step {
    let Action::Take(step) = account.next(at(now), |_| true) else { panic!("nothing is due at {now}: {account:?}") };
    account.claim(step, "tab", at(now));
    step
}

#[test]
fn x01_nothing_is_posted_without_a_look() {
    let mut account = account();
    assert_eq!(take(&mut account, "15:00:00"), Step::LookUp);
    // The filter matches by prefix: a longer name is another customer.
    account.told(Step::LookUp, Heard::Rows(vec![CompanyFacts { name: "Quay Cafe Two".into(), ..made() }]), at("15:00:01"), 0);
    assert_eq!(take(&mut account, "15:00:01"), Step::Post);
    account.told(Step::Post, Heard::Made(Box::new(made())), at("15:00:02"), 0);
    assert_eq!((account.view().state, account.next(at("16:00:00"), |_| false)), ("made", Action::Rest));
    assert!(!account.retry() && !account.may_be_replaced() && !account.may_be_forgotten());
}

#[test]
fn x01_a_post_that_brought_no_answer_is_looked_for_and_a_find_is_asked_about() {
    let mut account = account();
    take(&mut account, "15:00:00");
    account.told(Step::LookUp, Heard::Rows(Vec::new()), at("15:00:00"), 0);
    take(&mut account, "15:00:00");
    account.told(Step::Post, failure(FailureKind::Lost, true), at("15:01:00"), 0);
    assert_eq!(account.view().state, "unknown");
    assert!(!account.retry(), "the wait is not for a person to skip");
    assert_eq!(account.next(at("15:01:04"), |_| true), Action::Wait(at("15:01:05")));
    assert_eq!(take(&mut account, "15:01:05"), Step::LookUp);
    account.told(Step::LookUp, Heard::Rows(vec![CompanyFacts { name: "QUAY CAFE".into(), ..made() }]), at("15:01:06"), 0);
    assert_eq!(account.view().state, "asks");
    assert_eq!(account.next(at("16:00:00"), |_| false), Action::Rest);
    assert!(!account.use_found(Guid::from_bytes([9; 16])), "only one that was found");
    assert!(account.use_found(made().id));
    assert_eq!(account.own().unwrap().name, "Quay Cafe", "what was typed is the CRM's own");
}

#[test]
fn x01_a_post_that_is_never_found_is_not_sent_again_by_itself() {
    let mut account = account();
    take(&mut account, "15:00:00");
    account.told(Step::LookUp, Heard::Rows(Vec::new()), at("15:00:00"), 0);
    take(&mut account, "15:00:00");
    account.told(Step::Post, failure(FailureKind::Lost, true), at("15:01:00"), 0);
    for look in ["15:01:05", "15:01:20", "15:02:40"] {
        assert_eq!(take(&mut account, look), Step::LookUp);
        account.told(Step::LookUp, Heard::Rows(Vec::new()), at(look), 0);
    }
    assert_eq!((account.view().state, account.next(at("23:00:00"), |_| false)), ("lost", Action::Rest));
    assert!(account.retry());
    assert_eq!(take(&mut account, "23:00:00"), Step::LookUp, "and even then it is looked for first");
}

#[test]
fn x01_a_failed_look_proves_nothing_and_a_refused_one_is_no_refusal_of_the_customer() {
    let mut account = account();
    take(&mut account, "15:00:00");
    account.told(Step::LookUp, Heard::Rows(Vec::new()), at("15:00:00"), 0);
    take(&mut account, "15:00:00");
    account.told(Step::Post, failure(FailureKind::Lost, true), at("15:01:00"), 0);
    for kind in [FailureKind::Unreachable, FailureKind::NotUnderstood, FailureKind::Refused] {
        let Some(due) = account.next_try else { panic!("nothing is due") };
        account.claim(Step::LookUp, "tab", due);
        account.told(Step::LookUp, failure(kind, false), due, 0);
        assert_eq!((account.view().state, account.looks), ("unknown", 0), "{kind:?}");
    }
}

#[test]
fn x01_what_did_not_leave_is_tried_again_and_a_refusal_is_not() {
    let mut account = account();
    take(&mut account, "15:00:00");
    account.told(Step::LookUp, Heard::Rows(Vec::new()), at("15:00:00"), 0);
    take(&mut account, "15:00:00");
    account.told(Step::Post, failure(FailureKind::Unreachable, false), at("15:00:01"), 0);
    assert_eq!(account.view().state, "queued");
    assert_eq!(take(&mut account, "15:01:10"), Step::LookUp);
    account.told(Step::LookUp, Heard::Rows(Vec::new()), at("15:01:10"), 0);
    take(&mut account, "15:01:10");
    account.told(Step::Post, failure(FailureKind::Refused, false), at("15:01:11"), 0);
    assert_eq!((account.view().state, account.next(at("23:00:00"), |_| false)), ("refused", Action::Rest));
    assert!(account.view().sentence.contains("Words."));
    assert!(account.may_be_replaced(), "another form may take its place");
}

#[test]
fn x01_a_name_that_another_device_has_just_used_is_said_and_looked_for_until_it_is_asked_about() {
    let mut account = account();
    take(&mut account, "15:00:00");
    account.told(Step::LookUp, Heard::Rows(Vec::new()), at("15:00:00"), 0);
    take(&mut account, "15:00:00");
    account.told(Step::Post, failure(FailureKind::KeyReused, false), at("15:00:01"), 0);
    let view = account.view();
    assert_eq!(view.state, "queued");
    assert!(view.sentence.contains("A customer named Quay Cafe was created a moment ago from another form"), "{}", view.sentence);
    assert!(!view.sentence.contains("Words."), "the proxy's own words are no help here");
    assert!(view.next_try_at.is_some());
    assert!(account.retry(), "nobody has to wait for the next look");
    assert_eq!(take(&mut account, "15:00:05"), Step::LookUp);
    account.told(Step::LookUp, Heard::Rows(vec![made()]), at("15:00:05"), 0);
    assert_eq!(account.view().state, "asks");
}

#[test]
fn x01_a_tab_that_dies_at_a_post_leaves_a_look_up() {
    let mut account = account();
    take(&mut account, "15:00:00");
    account.told(Step::LookUp, Heard::Rows(Vec::new()), at("15:00:00"), 0);
    take(&mut account, "15:00:00");
    assert_eq!(account.next(at("15:00:30"), |_| true), Action::Wait(at("15:02:30")), "its tab may live");
    assert_eq!(account.next(at("15:00:30"), |_| false), Action::Take(Step::LookUp));
    account.claim(Step::LookUp, "heir", at("15:00:30"));
    account.told(Step::LookUp, Heard::Rows(Vec::new()), at("15:00:31"), 0);
    assert_eq!(account.view().state, "unknown", "one look after a post proves nothing");
    // The dead tab was not dead after all.
    assert!(account.told_late(&Heard::Made(Box::new(made()))));
    assert_eq!(account.view().state, "made");
    assert!(!account.told_late(&Heard::Made(Box::new(made()))));
}

#[test]
fn what_is_stored_is_what_is_read() {
    let mut account = account();
    account.found = vec![made()];
    for state in [
        State::Queued { step: Step::Post },
        State::Sending { step: Step::LookUp, owner: "tab".into(), until: at("15:00:00") },
        State::Unknown,
        State::Refused,
        State::Lost,
        State::Asks,
        State::Made,
    ] {
        account.state = state;
        let text = crate::json::to_text(&account);
        assert_eq!(serde_json::from_str::<Account>(&text).unwrap(), account);
    }
}
