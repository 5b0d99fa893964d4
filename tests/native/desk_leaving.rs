//! Leaving a device, and handing over what is kept there: nothing unsent is lost unsaid.

use cin7_quote_desk::desk::device::sign_out::Unsent;
use cin7_quote_desk::error::ErrorCode;
use cin7_quote_desk::store::{Batch, Store, Table};

use crate::world::cin7::Fault;
use crate::world::{BAYSIDE, LINK, SECOND, World, document};

const OTHER: &str = "https://crm.prospect365.com/view/Quote/10999";

fn rows(world: &World) -> usize {
    let count = |table| world.run(world.vault.keys(table, "")).unwrap().len();
    count(Table::Orders) + count(Table::Quotes) + count(Table::Own)
}

fn cached(world: &World) -> usize {
    let cache = world.cache.borrow().clone();
    let count = |table| world.run(cache.keys(table, "")).unwrap().len();
    count(Table::Segments) + count(Table::Manifests)
}

#[test]
fn a_device_is_not_left_while_an_order_or_a_quote_would_be_lost() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.cin7.fault("GET saleList", 0, u32::MAX, Fault::LostBefore);
    tab.confirm(&live);
    world.run(tab.desk.create_quote(OTHER, BAYSIDE)).unwrap();
    world.pass(2 * SECOND);
    let before = (rows(&world), cached(&world));

    let refused = world.run(tab.desk.leave(Unsent::Refuse)).unwrap_err();
    assert_eq!(refused.code, ErrorCode::UnsentWork);
    let named: Vec<&str> = refused.details.iter().map(|detail| detail.field.as_str()).collect();
    assert!(named.contains(&LINK) && named.contains(&OTHER), "{refused}");
    assert!(refused.to_string().contains("The order of quote 10452, Bayside Club, GBP 747.00"), "{refused}");
    assert_eq!((rows(&world), cached(&world)), before, "nothing was wiped");

    // What waits may stay: everything else goes, and the order goes on when the desk is opened again.
    world.run(tab.desk.leave(Unsent::Keep)).unwrap();
    assert_eq!(cached(&world), 0);
    assert_eq!(world.run(tab.desk.orders()).unwrap().len(), 1);
    assert_eq!(world.run(tab.desk.quotes()).unwrap().len(), 2);
    world.kill("first");
    world.cin7.mend();
    let next = world.tab("second");
    next.until_order("confirmed");
    assert_eq!(world.cin7.sales.borrow().len(), 1);
}

#[test]
fn a_device_is_left_at_once_when_everything_has_arrived() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    tab.confirm(&live);
    tab.until_order("confirmed");
    // What a company is to the categories it bought is the CRM's own, too.
    let refused = world.run(tab.desk.leave(Unsent::Refuse)).unwrap_err();
    assert_eq!(refused.details.len(), 1, "{refused}");
    world.run(tab.desk.leave(Unsent::Discard)).unwrap();
    assert_eq!((rows(&world), cached(&world)), (0, 0));
}

#[test]
fn what_is_said_to_be_discarded_is_gone_also_in_the_middle_of_a_step() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.cin7.fault("POST sale", 0, 1, Fault::Slow(5 * SECOND, 0));
    tab.confirm(&live);
    world.until("the header is sent", || !world.cin7.calls("POST sale").is_empty());
    let refused = world.run(tab.desk.leave(Unsent::Refuse)).unwrap_err();
    assert!(refused.to_string().contains("not known to stand in Cin7"), "{refused}");
    world.run(tab.desk.leave(Unsent::Discard)).unwrap();
    world.pass(60 * SECOND);
    assert_eq!((rows(&world), cached(&world)), (0, 0), "the answer that came later writes nothing");
}

#[test]
fn an_order_that_another_tab_confirms_meanwhile_is_not_wiped_unseen() {
    let (world, tab) = World::synced();
    let other = world.tab("second");
    let live = tab.quote_10452();
    world.cin7.fault("GET saleList", 0, u32::MAX, Fault::LostBefore);
    let text = document(&live);
    // Nothing but the quote and its opportunity stood there when leaving began.
    let (left, confirmed) = world.run(async { futures::join!(tab.desk.leave(Unsent::Refuse), other.desk.confirm(&text, None)) });
    assert!(confirmed.is_ok());
    assert_eq!(left.unwrap_err().code, ErrorCode::UnsentWork);
    assert_eq!(world.run(tab.desk.orders()).unwrap().len(), 1);
}

#[test]
fn what_cannot_be_read_hides_nothing_else_and_is_handed_over_as_it_is() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.cin7.fault("GET saleList", 0, u32::MAX, Fault::LostBefore);
    tab.confirm(&live);
    let torn = Batch::strict().put(Table::Orders, "https://crm/1", b"{\"format\":1,".to_vec()).put(
        Table::Quotes,
        "https://crm/2",
        vec![255],
    );
    world.run(world.vault.commit(torn)).unwrap();

    assert_eq!(world.run(tab.desk.orders()).unwrap().len(), 1);
    assert_eq!(world.run(tab.desk.quotes()).unwrap().len(), 1);
    let unreadable = world.run(tab.desk.unreadable()).unwrap();
    let found: Vec<_> = unreadable.iter().map(|one| (one.kind, one.key.as_str())).collect();
    assert_eq!(found, [("order", "https://crm/1"), ("quote", "https://crm/2")]);

    let export = world.run(tab.desk.export_orders(None)).unwrap();
    assert_eq!((export.orders.len(), export.unreadable.len()), (1, 1));
    assert_eq!(export.unreadable[0].text, "{\"format\":1,");
    assert!(world.run(tab.desk.leave(Unsent::Refuse)).unwrap_err().to_string().contains("2 kept here cannot be read"));
    world.run(tab.desk.leave(Unsent::Keep)).unwrap();
    assert_eq!(world.run(tab.desk.unreadable()).unwrap().len(), 2);
}

#[test]
fn an_order_is_handed_over_with_the_very_bytes_that_would_be_sent() {
    let (world, tab) = World::synced();
    let live = tab.quote_10452();
    world.cin7.fault("POST sale/order", 0, 1, Fault::Refused("TaxRule not found"));
    tab.confirm(&live);
    tab.until_order("needs-attention");
    let export = world.run(tab.desk.export_orders(None)).unwrap();
    let [order] = export.orders.as_slice() else { panic!("{export:?}") };
    let sent = world.cin7.journal();
    let body = |what: &str| sent.iter().find(|call| call.what == what).unwrap().body.clone();
    assert_eq!(order.sale_body, body("POST sale"));
    let sale = order.order.sale_id.unwrap();
    assert_eq!(order.order_body.replacen('{', &format!("{{\"SaleID\":\"{sale}\","), 1), body("POST sale/order"));
    assert!(order.log.last().unwrap().text.contains("TaxRule not found"));
    let lines: Vec<_> = order.lines.iter().map(|line| (line.sku.as_str(), line.total.to_string())).collect();
    assert_eq!(lines, [("CHAIR-01", "540.00".to_owned()), ("LAMP-02", "82.50".to_owned())]);

    // A confirmed order waits no more, but can be asked for.
    world.run(tab.desk.retry_order(LINK)).unwrap();
    tab.until_order("confirmed");
    assert!(world.run(tab.desk.export_orders(None)).unwrap().orders.is_empty());
    assert_eq!(world.run(tab.desk.export_orders(Some(vec![LINK.to_owned()]))).unwrap().orders.len(), 1);
    let unknown = world.run(tab.desk.export_orders(Some(vec![OTHER.to_owned()]))).unwrap_err();
    assert_eq!(unknown.code, ErrorCode::UnknownOrder);

    world.run(tab.desk.create_quote(OTHER, BAYSIDE)).unwrap();
    let quotes = world.run(tab.desk.export_quotes(None)).unwrap().quotes;
    assert_eq!(quotes.iter().map(|quote| quote.document.link.as_str()).collect::<Vec<_>>(), [OTHER]);
}
