//! Which day it is: the account's, by its time zone.

use cin7_quote_desk::desk::Event;
use cin7_quote_desk::desk::sales::view::SaleAsk;
use cin7_quote_desk::quote::LiveQuote;
use cin7_quote_desk::records::Day;

use crate::world::cin7::Purchase;
use crate::world::store::Fate;
use crate::world::{BAYSIDE, LINK, MINUTE, Tab, World, document};

const OTHER: &str = "https://crm.prospect365.com/view/Quote/10453";

/// The fixture world at this time of the day, synced, with an account of this zone. Its day is 30 March 2026, 15:00 UTC.
fn at(hours: i64, zone: &str) -> (std::rc::Rc<World>, Tab) {
    let world = World::new();
    world.cin7.account.replace(format!(r#","TimeZone":"{zone}""#));
    world.pass(hours * 60 * MINUTE);
    let tab = world.tab("first");
    tab.sync();
    (world, tab)
}

fn codes(live: &LiveQuote) -> Vec<&'static str> {
    live.problems().iter().map(|problem| problem.code).collect()
}

fn ends(live: &mut LiveQuote, day: &str) {
    live.edit_header(&format!(r#"{{"endDate":"{day}"}}"#)).unwrap();
}

#[test]
fn validity_and_the_orders_date_go_by_the_accounts_day_wherever_the_device_is() {
    // 03:00 UTC on the 31st; 22:00 UTC on the 30th.
    for (hours, zone, today, before) in
        [(12, "America/Los_Angeles", "2026-03-30", "2026-03-29"), (7, "Pacific/Auckland", "2026-03-31", "2026-03-30")]
    {
        let (world, tab) = at(hours, zone);
        let mut live = tab.quote_10452();
        ends(&mut live, before);
        assert!(codes(&live).contains(&"expired"), "{zone}");
        ends(&mut live, today);
        assert!(!codes(&live).contains(&"expired"), "{zone}");
        tab.desk.stop_sync();
        tab.desk.lead();
        let desk = std::rc::Rc::clone(&tab.desk);
        tab.spawn(async move { desk.run_sync().await });
        tab.confirm(&live);
        tab.until_order("confirmed");
        let header = world.cin7.calls("POST sale").remove(0).body;
        assert!(header.contains(&format!(r#""SaleOrderDate":"{today}T00:00:00.000""#)), "{header}");
        world.pass(MINUTE);
        let listed = tab.desk.sales(&SaleAsk { limit: 9, ..SaleAsk::default() }).unwrap();
        assert_eq!(listed.sales[0].ordered_on.map(|day| day.to_string()).as_deref(), Some(today), "{zone}");
    }
}

#[test]
fn books_locked_up_to_the_accounts_day_stop_an_order_and_up_to_the_day_before_do_not() {
    for (zone, lock, stops) in [
        ("America/Los_Angeles", "2026-03-30", true),
        ("America/Los_Angeles", "2026-03-29", false),
        ("Pacific/Auckland", "2026-03-31", true),
        ("Pacific/Auckland", "2026-03-30", false),
    ] {
        let world = World::new();
        world.cin7.account.replace(format!(r#","TimeZone":"{zone}","LockDate":"{lock}T00:00:00""#));
        // 03:00 UTC on the 31st: 16:00 in Auckland, 19:00 of the day before in Los Angeles.
        world.pass(12 * 60 * MINUTE);
        let tab = world.tab("first");
        tab.sync();
        assert_eq!(codes(&tab.quote_10452()).contains(&"locked"), stops, "{zone} {lock}");
    }
}

#[test]
fn lateness_and_reservations_go_by_the_accounts_day() {
    for (zone, ended) in [("America/Los_Angeles", false), ("Europe/London", true)] {
        let world = World::new();
        world.cin7.account.replace(format!(r#","TimeZone":"{zone}""#));
        world.cin7.purchases.borrow_mut().push(Purchase {
            id: "60b70000-0000-4000-8000-000000000009".into(),
            number: "PO-00109".into(),
            required_by: "2026-03-30".into(),
            product: 1,
            ordered: 20,
            received: 0,
            updated: world.server_now(),
        });
        world.pass(12 * 60 * MINUTE);
        let tab = world.tab("first");
        tab.sync();
        tab.reads_for(MINUTE);
        let mut live = tab.quote(OTHER);
        live.edit_header(r#"{"reserveStock":true,"endDate":"2026-03-30"}"#).unwrap();
        world.run(tab.desk.save_quote(&document(&live), "0.00", None)).unwrap();
        let facts = tab.desk.line_facts(BAYSIDE, "CHAIR-01", LINK).unwrap();
        assert_eq!(facts.stock.claims.is_empty(), ended, "{zone}");
        assert_eq!(facts.arriving.iter().map(|one| one.late).collect::<Vec<_>>(), [ended], "{zone}");
        let product = tab.desk.product("CHAIR-01").unwrap();
        assert_eq!(product.next_available, Day::new(2026, 3, 30).filter(|_| !ended), "{zone}");
    }
}

#[test]
fn a_zone_that_nobody_knows_or_none_leaves_the_day_to_the_device() {
    for (more, code) in [(r#","TimeZone":"Shire Standard Time""#, true), (r#","TimeZone":" ""#, false), ("", false)] {
        let world = World::new();
        world.cin7.account.replace(more.into());
        world.device_zone.set("Pacific/Auckland");
        let tab = world.tab("first");
        tab.sync();
        let live = tab.quote_10452();
        assert_eq!(live.context().today, Day::new(2026, 3, 31).unwrap(), "04:00 on the 31st");
        assert_eq!(codes(&live).contains(&"unknown-time-zone"), code, "{more}");
    }
}

#[test]
fn another_day_is_told_once_when_it_begins_where_the_account_is() {
    let (world, tab) = at(0, "Pacific/Auckland");
    let other = world.quiet_tab("other", Fate::Sound);
    let desk = std::rc::Rc::clone(&other.desk);
    other.spawn(async move { desk.run_days().await });
    let days = || -> Vec<String> {
        let events = other.events.borrow();
        events.iter().filter_map(|event| if let Event::Day(day) = event { Some(day.to_string()) } else { None }).collect()
    };
    // 04:00 on the 31st there; UTC's midnight brings nothing, its noon does.
    world.pass(19 * 60 * MINUTE);
    assert_eq!(days(), Vec::<String>::new());
    world.pass(2 * 60 * MINUTE);
    assert_eq!(days(), ["2026-04-01"]);
    drop(tab);
}
