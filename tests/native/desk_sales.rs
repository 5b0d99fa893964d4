//! Sales of any origin: what reading them costs, and what the CRM keeps of them.

use std::rc::Rc;

use cin7_quote_desk::desk::sales::view::{SaleAsk, SaleList, SaleSummary};
use cin7_quote_desk::sync::ListState;

use crate::world::cin7::{Fault, Sale};
use crate::world::{BAYSIDE, LINK, MINUTE, SECOND, Tab, World};

fn line(sku: &str, number: u32, quantity: &str, price: &str, total: &str) -> String {
    format!(
        r#"{{"ProductID":"{}","SKU":"{sku}","Name":"{sku}","Quantity":{quantity},"Price":{price},"Discount":0,"Tax":0,"Total":{total},"TaxRule":"20% (VAT on Income)"}}"#,
        crate::world::cin7::product_id(number)
    )
}

/// A sale typed into Cin7 long ago.
fn sale(number: u32) -> Sale {
    Sale {
        id: format!("5a1e0000-0000-4000-8000-{number:012x}"),
        number: format!("SO-{number:05}"),
        customer: BAYSIDE.to_owned(),
        status: "ORDERED".to_owned(),
        lines: vec![line("CHAIR-01", 1, "2", "150", "300.00")],
        updated: Some("2026-03-01T09:00:00Z".parse().unwrap()),
        ..Sale::default()
    }
}

fn list(tab: &Tab, text: &str) -> SaleList {
    tab.desk.sales(&SaleAsk { text: text.to_owned(), limit: 500, ..SaleAsk::default() }).unwrap()
}

fn numbers(tab: &Tab) -> Vec<String> {
    list(tab, "").sales.into_iter().map(|sale| sale.number).collect()
}

fn one(tab: &Tab, number: &str) -> SaleSummary {
    let found = list(tab, number).sales;
    assert_eq!(found.len(), 1, "{number}");
    found.into_iter().next().unwrap()
}

/// Leads, and reads whatever is due for so long.
fn reads(world: &Rc<World>, tab: &Tab, milliseconds: i64) {
    tab.desk.lead();
    tab.desk.start_sync();
    let desk = Rc::clone(&tab.desk);
    tab.spawn(async move { desk.run_sync().await });
    world.pass(milliseconds);
}

fn reported(tab: &Tab) -> ListState {
    tab.desk.sync_view().lists.into_iter().find(|list| list.list == "sales").unwrap()
}

#[test]
fn a_first_sync_of_ten_thousand_sales_costs_ten_calls_and_holds_nothing_up() {
    let world = World::new();
    world.cin7.sales.replace((1..=10_000).map(sale).collect());
    let tab = world.tab("first");
    tab.sync();
    let lists = world.cin7.calls("GET saleList");
    assert_eq!(lists.len(), 10);
    assert_eq!(world.cin7.calls("GET sale").len(), 0, "details wait until the run is over");
    assert!(tab.desk.sync_view().ready);
    assert_eq!(list(&tab, "").total, 10_000);
    assert_eq!(list(&tab, "SO-09999").total, 1);
    assert!(!tab.desk.exposure_of(BAYSIDE).unwrap().complete);
}

#[test]
fn the_details_of_many_sales_cost_one_call_each_and_never_hold_a_run_up() {
    let world = World::new();
    world.cin7.sales.replace((1..=1_500).map(sale).collect());
    let tab = world.tab("first");
    tab.sync();

    // Each call takes a second. The next run comes on time, and after it the reading goes on.
    world.cin7.clear_journal();
    world.cin7.fault("GET sale", 0, u32::MAX, Fault::Slow(SECOND / 2, SECOND / 2));
    reads(&world, &tab, 45 * MINUTE);
    let asked = world.cin7.calls("GET sale");
    assert_eq!(asked.len(), 1_500);
    let mut ids: Vec<&str> = asked.iter().map(|call| call.query("ID").unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 1_500, "no sale is read twice");
    let runs = world.cin7.calls("GET saleList");
    assert!(runs.windows(2).all(|pair| pair[1].at.since(pair[0].at) <= 15 * MINUTE + 2 * SECOND), "runs came late");
    assert!(runs.len() >= 2);
    let exposure = tab.desk.exposure_of(BAYSIDE).unwrap();
    assert!(exposure.complete);
    assert_eq!(exposure.amount.to_string(), "450000.00");

    // Nothing of it is lost with the tab, and a sale that changes costs one call more.
    world.kill("first");
    world.cin7.clear_journal();
    let again = world.tab("second");
    world.cin7.sales.borrow_mut()[4].updated = Some(world.server_now());
    reads(&world, &again, 40 * MINUTE);
    assert_eq!(world.cin7.calls("GET sale").len(), 1);
    assert_eq!(one(&again, "SO-00005").total.unwrap().to_string(), "300.00");
}

#[test]
fn the_ledger_comes_part_by_part_and_each_row_once() {
    let world = World::new();
    let two = vec![line("CHAIR-01", 1, "2", "150", "300.00"), line("LAMP-02", 2, "1", "60", "60.00")];
    world.cin7.sales.replace((1..=70).map(|number| Sale { lines: two.clone(), ..sale(number) }).collect());
    world.cin7.sales.borrow_mut()[69].external_id = format!("{LINK}#2");
    world.cin7.sales.borrow_mut()[69].status = "VOIDED".to_owned();
    let tab = world.tab("first");
    tab.sync();
    let before = world.run(tab.desk.transactions(None, 0, 50)).unwrap();
    assert_eq!((before.rows.len(), before.next), (0, None));
    tab.reads_for(5 * MINUTE);
    let (mut rows, mut from, mut parts) = (Vec::new(), Some(0), 0);
    while let Some(offset) = from {
        let part = world.run(tab.desk.transactions(None, offset, 31)).unwrap();
        assert!(part.rows.len() <= 32, "a sale is never cut in two");
        rows.extend(part.rows.into_iter().map(|row| (row.order_number, row.sku)));
        (from, parts) = (part.next, parts + 1);
    }
    assert_eq!((rows.len(), parts), (138, 5), "a void order has no rows");
    rows.sort();
    rows.dedup();
    assert_eq!(rows.len(), 138, "each row once");
}

#[test]
fn s01_a_sale_typed_into_cin7_is_one_order_however_often_it_is_read() {
    let (world, tab) = World::synced();
    world.cin7.sales.replace(vec![
        Sale { updated: Some(world.server_now()), ..sale(460) },
        Sale { updated: Some(world.server_now()), lines: Vec::new(), ..sale(461) },
    ]);
    tab.sync();
    assert_eq!(numbers(&tab), ["SO-00460"], "a sale whose order is not available is none");
    let summary = one(&tab, "00460");
    assert_eq!((summary.origin, summary.quote_link, summary.crm_status), ("cin7", None, None));
    reads(&world, &tab, SECOND);
    let ledger = world.run(tab.desk.transactions(BAYSIDE.parse().ok(), 0, 50)).unwrap();
    assert_eq!(ledger.rows.len(), 1);
    assert_eq!((ledger.rows[0].quantity.to_string(), ledger.rows[0].total.to_string()), ("2".into(), "300.00".into()));

    world.pass(MINUTE);
    {
        let mut sales = world.cin7.sales.borrow_mut();
        sales[0].lines = vec![line("CHAIR-01", 1, "3", "150", "450.00")];
        sales[0].updated = Some(world.server_now());
    }
    world.pass(16 * MINUTE);
    assert_eq!(numbers(&tab), ["SO-00460"]);
    let ledger = world.run(tab.desk.transactions(BAYSIDE.parse().ok(), 0, 50)).unwrap();
    assert_eq!(ledger.rows.len(), 1);
    assert_eq!(ledger.rows[0].quantity.to_string(), "3");
}

#[test]
fn g07_an_own_order_comes_back_as_one_linked_to_its_quote() {
    let (world, tab) = World::synced();
    tab.confirm(&tab.quote_10452());
    tab.until_order("confirmed");
    tab.sync();
    tab.sync();
    assert_eq!(numbers(&tab), ["SO-00451"]);
    let summary = one(&tab, "10452");
    assert_eq!((summary.origin, summary.quote_link.as_deref(), summary.crm_status), ("crm", Some(LINK), Some("Confirmed Order")));
    assert_eq!(tab.order().sale_type.as_deref(), None, "the list did not tell a type");
    assert!(!tab.order().voided_in_cin7);

    // Voided in Cin7, it stays, and says so wherever it is shown.
    {
        let mut sales = world.cin7.sales.borrow_mut();
        (sales[0].status, sales[0].updated) = ("VOIDED".into(), Some(world.server_now()));
        sales.push(Sale { updated: Some(world.server_now()), status: "VOIDED".into(), ..sale(470) });
    }
    tab.sync();
    assert_eq!(numbers(&tab), ["SO-00451"], "a voided sale that was never kept is not added");
    assert!(one(&tab, "10452").voided);
    assert!(tab.order().voided_in_cin7);
    assert_eq!(world.run(tab.desk.transactions(None, 0, 50)).unwrap().rows.len(), 0);
    world.cin7.sales.borrow_mut()[0].status = "ORDERED".into();
    world.cin7.sales.borrow_mut()[0].updated = Some(world.server_now());
    tab.sync();
    reads(&world, &tab, SECOND);
    assert!(!tab.order().voided_in_cin7);
    assert_eq!(world.run(tab.desk.transactions(None, 0, 50)).unwrap().rows.len(), 2);
}

#[test]
fn an_own_order_voided_before_it_was_ever_listed_stays() {
    let (world, tab) = World::synced();
    tab.confirm(&tab.quote_10452());
    tab.until_order("confirmed");
    world.cin7.sales.borrow_mut()[0].status = "VOIDED".into();
    tab.sync();
    assert!(one(&tab, "10452").voided);
    assert!(tab.order().voided_in_cin7);
}

#[test]
fn s01_a_sale_of_an_unknown_customer_waits_and_is_not_lost() {
    let (world, tab) = World::synced();
    let stranger = "c0000000-0000-0000-0000-000000000077";
    let more = r#","Customer":"Stranger Ltd""#.to_owned();
    world.cin7.sales.replace(vec![Sale { customer: stranger.into(), updated: Some(world.server_now()), more, ..sale(471) }]);
    tab.sync();
    let waiting = one(&tab, "stranger");
    assert!(!waiting.customer_known && waiting.customer_name == "Stranger Ltd");
    let mut row = crate::world::cin7::customer(stranger, "Stranger Limited");
    row.modified = world.server_now();
    world.cin7.customers.borrow_mut().push(row);
    tab.sync();
    let known = one(&tab, "00471");
    assert!(known.customer_known && known.customer_name == "Stranger Limited");
}

#[test]
fn details_that_cannot_be_read_are_reported_by_record_and_field_and_asked_for_once() {
    let (world, tab) = World::synced();
    let broken = r#","Invoices":[{"InvoiceNumber":"INV-1","Status":"AUTHORISED","Total":"a lot"}]"#.to_owned();
    world.cin7.sales.replace(vec![
        Sale { updated: Some(world.server_now()), more: broken, ..sale(480) },
        Sale { updated: Some(world.server_now()), ..sale(481) },
    ]);
    tab.sync();
    world.cin7.fault_with("GET sale", ("ID", &sale(481).id), 1, Fault::Refused("SKU not found"));
    reads(&world, &tab, 5 * MINUTE);
    assert_eq!(world.cin7.calls("GET sale").len(), 2, "{:#?}", world.cin7.journal_lines());
    let bad = reported(&tab).bad;
    let said: Vec<(&str, &str, &str)> =
        bad.iter().map(|bad| (bad.record.as_str(), bad.field.as_str(), bad.problem.as_str())).collect();
    assert_eq!(
        said,
        [("SO-00481", "", "SKU not found"), ("SO-00480", "Invoices[0].Total", "“a lot” is not a number")],
        "word for word"
    );
    assert_eq!(one(&tab, "00480").total, None, "never a zero");
    assert!(!tab.desk.exposure_of(BAYSIDE).unwrap().complete);

    // The one that Cin7 refused is asked for again after the next run; the one that cannot be read only when it has changed.
    world.pass(16 * MINUTE);
    assert_eq!(world.cin7.calls("GET sale").len(), 3);
    assert_eq!(reported(&tab).bad.len(), 1);
    {
        let mut sales = world.cin7.sales.borrow_mut();
        (sales[0].more, sales[0].updated) = (String::new(), Some(world.server_now()));
    }
    world.pass(16 * MINUTE);
    assert_eq!(world.cin7.calls("GET sale").len(), 4);
    assert_eq!(reported(&tab).bad.len(), 0);
    assert_eq!(one(&tab, "00480").total.unwrap().to_string(), "300.00");
}

#[test]
fn a_sale_that_someone_opens_is_read_at_once_and_not_again() {
    let (world, tab) = World::synced();
    world.cin7.sales.replace((1..=50).map(|n| Sale { updated: Some(world.server_now()), ..sale(n) }).collect());
    tab.sync();
    tab.desk.lead();
    let view = world.run(tab.desk.sale(&sale(7).id)).unwrap();
    let view = serde_json::to_value(&view).unwrap();
    assert_eq!((view["summary"]["total"].as_str(), view["current"].as_bool()), (Some("300.00"), Some(true)));
    assert_eq!(world.cin7.calls("GET sale").len(), 1);
    world.run(tab.desk.refresh_sale(&sale(7).id)).unwrap();
    assert_eq!(world.cin7.calls("GET sale").len(), 1, "what is current is not read again");
    reads(&world, &tab, MINUTE);
    assert_eq!(world.cin7.calls("GET sale").len(), 50);

    // Offline, what is kept is shown with the reason why it is not newer.
    world.cin7.sales.borrow_mut()[6].updated = Some(world.server_now());
    world.kill("first");
    world.pass(MINUTE);
    let tab = world.tab("second");
    tab.sync();
    world.cin7.fault("GET sale", 0, 1, Fault::Unreachable);
    let view = serde_json::to_value(world.run(tab.desk.refresh_sale(&sale(7).id)).unwrap()).unwrap();
    assert_eq!((view["summary"]["total"].as_str(), view["current"].as_bool()), (Some("300.00"), Some(false)));
    assert!(view["problem"].as_str().unwrap().contains("could not be reached"), "{view}");
}

#[test]
fn details_wait_while_cin7_is_out_of_reach() {
    let (world, tab) = World::synced();
    world.cin7.sales.replace((1..=3).map(|n| Sale { updated: Some(world.server_now()), ..sale(n) }).collect());
    tab.sync();
    world.cin7.fault("GET sale", 0, 4, Fault::Throttled(7));
    reads(&world, &tab, 10 * MINUTE);
    let calls = world.cin7.calls("GET sale");
    assert_eq!(calls.len(), 7, "{:#?}", world.cin7.journal_lines());
    assert!(calls.windows(2).take(4).all(|pair| pair[1].at.since(pair[0].at) >= 7 * SECOND));
    assert!(reported(&tab).bad.is_empty(), "nothing is wrong with a sale that could not be asked for");
}

#[test]
fn g07_a_confirmed_order_stands_among_the_sales_at_once_and_once_only() {
    let (world, tab) = World::synced();
    let other = world.tab("other");
    for (tab, leads) in [(&tab, true), (&other, false)] {
        if leads {
            tab.desk.lead();
        }
        tab.desk.start_sync();
        let desk = Rc::clone(&tab.desk);
        if leads {
            tab.spawn(async move { desk.run_sync().await });
        }
    }
    // In the tab that reads for all, and in another one, of which that tab hears.
    tab.confirm(&tab.quote_10452());
    tab.until_order("confirmed");
    world.pass(SECOND);
    let second = format!("{LINK}7");
    other.confirm(&other.quote(&second));
    other.until_order_of(&second, "confirmed");
    world.run(tab.desk.hinted("order", Some(&second))).unwrap();
    world.pass(SECOND);
    assert!(world.cin7.calls("GET saleList").iter().all(|call| call.query("ExternalID").is_some()), "no run was on");
    let listed = list(&tab, "");
    let told: Vec<_> =
        listed.sales.iter().map(|sale| (sale.number.as_str(), sale.total.unwrap().to_string(), sale.open)).collect();
    assert_eq!(told, [("SO-00452", "747.00".to_owned(), None), ("SO-00451", "747.00".to_owned(), None)]);
    assert_eq!(listed.sales[0].customer_name, "Bayside Club");
    assert_eq!(listed.sales[1].quote_link.as_deref(), Some(LINK));
    assert!(tab.order().listed_in_cin7);
    // It counts once for what the customer owes: as an order on its way, until a run has brought it.
    assert_eq!(tab.desk.exposure_of(BAYSIDE).unwrap().amount.to_string(), "0.00");

    // It outlives the tab, and the run brings the sale itself in its place.
    world.kill("first");
    let third = world.tab("third");
    assert_eq!(numbers(&third), ["SO-00452", "SO-00451"]);
    world.pass(MINUTE);
    third.sync();
    third.reads_for(MINUTE);
    let listed = list(&third, "");
    assert_eq!(listed.total, 2, "each order once");
    assert_eq!(third.desk.exposure_of(BAYSIDE).unwrap().amount.to_string(), "1494.00");

    // Voided in Cin7 before any run has listed it: it stays, and says so.
    let fourth = format!("{LINK}8");
    third.desk.lead();
    third.confirm(&third.quote(&fourth));
    third.until_order_of(&fourth, "confirmed");
    third.reads_for(SECOND);
    assert_eq!(list(&third, "").total, 3);
    {
        let mut sales = world.cin7.sales.borrow_mut();
        let sale = sales.iter_mut().find(|sale| sale.external_id == fourth).unwrap();
        (sale.status, sale.updated) = ("VOIDED".to_owned(), Some(world.server_now()));
    }
    third.sync();
    let voided = one(&third, "SO-00453");
    assert!(voided.voided && voided.quote_link.as_deref() == Some(fourth.as_str()), "{voided:?}");
}
