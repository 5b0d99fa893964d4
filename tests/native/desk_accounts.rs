//! Customer accounts on their way to Cin7, and tabs that are closed on the way.

use std::rc::Rc;

use cin7_quote_desk::account::AccountView;
use cin7_quote_desk::settings::Settings;

use crate::world::cin7::Fault;
use crate::world::{SECOND, Tab, World};

const FORM: &str = r#"{"name":"Quay Cafe","currency":"GBP","paymentTerm":"30 days","taxRule":"20% (VAT on Income)","priceTier":2,
    "phone":"020 7946 0200","contacts":[{"name":"Mia Quay","email":"","phone":"","jobTitle":"","default":true}],
    "address":{"line1":"1 Quay","line4":"Whitby","country":"United Kingdom"}}"#;

/// A synced world whose settings name the accounts of new customers, seen from a first tab.
fn world() -> (Rc<World>, Tab) {
    let world = World::new();
    world.settings.replace(Settings {
        receivable_account: Some("610".into()),
        revenue_account: Some("200".into()),
        ..Settings::default()
    });
    let tab = world.tab("first");
    tab.sync();
    world.cin7.clear_journal();
    (world, tab)
}

fn account(world: &World, tab: &Tab) -> AccountView {
    world.run(tab.desk.accounts()).unwrap().remove(0)
}

fn until(world: &World, tab: &Tab, state: &str) -> AccountView {
    world.until(state, || {
        futures::executor::block_on(tab.desk.accounts()).is_ok_and(|all| all.first().is_some_and(|one| one.state == state))
    });
    account(world, tab)
}

fn customers_named(world: &World, name: &str) -> usize {
    world.cin7.customers.borrow().iter().filter(|row| row.json.contains(&format!(r#""Name":"{name}""#))).count()
}

fn assert_one_customer(world: &World) {
    assert_eq!(customers_named(world, "Quay Cafe"), 1, "{:#?}", world.cin7.journal_lines());
}

#[test]
fn x01_two_presses_in_two_tabs_make_one_customer_that_is_known_at_once() {
    let (world, tab) = world();
    let other = world.tab("other");
    world.run(tab.desk.create_account(FORM)).unwrap();
    world.run(tab.desk.create_account(FORM)).unwrap();
    world.run(other.desk.create_account(&FORM.replace("Quay Cafe", "QUAY cafe "))).unwrap();
    let made = until(&world, &tab, "made");
    world.pass(600 * SECOND);
    assert_one_customer(&world);
    assert_eq!(world.cin7.calls("POST customer").len(), 1);
    let id = made.company_id.unwrap().to_string();
    assert_eq!(tab.desk.search_customers("quay", 5).unwrap()[0].id.to_string(), id);
    let customer = tab.desk.customer(&id).unwrap();
    assert_eq!((customer.phone.as_str(), customer.price_tier.as_deref()), ("020 7946 0200", Some("Wholesale")));
    assert!(customer.drift.is_empty(), "{:?}", customer.drift);

    // It is there after a reload too, before and after the next run has read it.
    world.kill("first");
    let second = world.tab("second");
    assert_eq!(second.desk.customer(&id).unwrap().name, "Quay Cafe");
    second.sync();
    assert_eq!(second.desk.search_customers("quay", 5).unwrap().len(), 1);
}

#[test]
fn x01_a_tab_closed_at_any_call_leaves_one_customer_or_a_question() {
    for fault in [Fault::DiesBefore, Fault::DiesAfter] {
        for call in 0..2 {
            let (world, tab) = world();
            world.cin7.fault("*", call, 1, fault);
            world.run(tab.desk.create_account(FORM)).unwrap();
            world.pass(10 * SECOND);
            assert_eq!(account(&world, &tab).state, "sending", "the tab hangs at call {call}");
            world.kill("first");
            let heir = world.tab("heir");
            match (fault, call) {
                // It was made, and nobody heard: a person is asked.
                (Fault::DiesAfter, 1) => {
                    let asks = until(&world, &heir, "asks");
                    let found = asks.found[0].id.to_string();
                    let made = world.run(heir.desk.use_found_customer(&asks.key, &found)).unwrap();
                    assert_eq!((made.state, made.company_id.unwrap().to_string()), ("made", found.clone()));
                    assert_eq!(heir.desk.customer(&found).unwrap().name, "Quay Cafe");
                }
                // It may have been made, and never is: a person says whether it is sent again.
                (_, 1) => {
                    let lost = until(&world, &heir, "lost");
                    assert_eq!(customers_named(&world, "Quay Cafe"), 0);
                    world.run(heir.desk.retry_account(&lost.key)).unwrap();
                    until(&world, &heir, "made");
                }
                _ => drop(until(&world, &heir, "made")),
            }
            world.pass(600 * SECOND);
            assert_one_customer(&world);
        }
    }
}

#[test]
fn x01_a_post_whose_answer_is_lost_is_asked_about_and_never_repeated() {
    for fault in [Fault::LostAfter, Fault::Slow(0, 0), Fault::Html, Fault::Error200("Name is required")] {
        let (world, tab) = world();
        world.cin7.fault("POST customer", 0, 1, fault);
        world.run(tab.desk.create_account(FORM)).unwrap();
        world.pass(600 * SECOND);
        let state = account(&world, &tab).state;
        let expected = match fault {
            Fault::LostAfter => ("asks", 1),
            Fault::Slow(..) => ("made", 1),
            Fault::Html => ("lost", 0),
            _ => ("refused", 0),
        };
        assert_eq!((state, customers_named(&world, "Quay Cafe")), expected, "{fault:?}");
        assert_eq!(world.cin7.calls("POST customer").len(), 1);
    }
}

#[test]
fn x01_without_a_network_the_form_waits_and_is_sent_once() {
    let (world, tab) = world();
    world.cin7.fault("*", 0, 6, Fault::Unreachable);
    let view = world.run(tab.desk.create_account(FORM)).unwrap();
    assert_eq!(view.state, "queued");
    until(&world, &tab, "made");
    world.pass(600 * SECOND);
    assert_one_customer(&world);
}

#[test]
fn x01_a_refused_form_is_mended_by_the_next_and_a_found_name_can_be_given_up() {
    let (world, tab) = world();
    world.cin7.fault("POST customer", 0, 1, Fault::Refused("TaxRule not found"));
    world.run(tab.desk.create_account(FORM)).unwrap();
    assert!(until(&world, &tab, "refused").sentence.contains("TaxRule not found"));
    world.run(tab.desk.create_account(&FORM.replace("20% (VAT on Income)", "Zero Rated Income"))).unwrap();
    until(&world, &tab, "made");
    let sent = world.cin7.calls("POST customer");
    assert!(sent[1].body.contains("Zero Rated Income"), "{}", sent[1].body);

    let bayside = FORM.replace("Quay Cafe", "Bayside Club");
    let view = world.run(tab.desk.create_account(&bayside)).unwrap();
    world.pass(SECOND);
    let accounts = world.run(tab.desk.accounts()).unwrap();
    let asks = accounts.iter().find(|account| account.key == view.key).unwrap();
    assert_eq!((asks.state, asks.found.len()), ("asks", 1));
    world.run(tab.desk.forget_account(&asks.key)).unwrap();
    assert_eq!(world.run(tab.desk.accounts()).unwrap().len(), 1);
    assert!(world.run(tab.desk.forget_account("quay cafe")).is_err(), "what was made stays");
    assert_eq!(customers_named(&world, "Bayside Club"), 1);
}
