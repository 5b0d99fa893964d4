//! P11: what a company is to each category, when tabs meet and when storage fails.

use cin7_quote_desk::desk::Event;
use cin7_quote_desk::error::ErrorCode;
use cin7_quote_desk::quote::LiveQuote;
use cin7_quote_desk::store::memory::MemoryStore;
use cin7_quote_desk::store::{Batch, Store, Table};
use futures::executor::block_on;
use futures::join;

use crate::world::store::Fate;
use crate::world::{BAYSIDE, LINK, MINUTE, Tab, World, document};

const OTHER: &str = "https://crm.prospect365.com/view/Quote/10453";

/// A quote of four of one product.
fn quote_of(tab: &Tab, link: &str, sku: &str) -> LiveQuote {
    let mut live = LiveQuote::open(tab.world.run(tab.desk.create_quote(link, BAYSIDE)).unwrap()).unwrap();
    live.add_line(tab.desk.line_facts(BAYSIDE, sku, "").unwrap(), "4", "a").unwrap();
    live
}

/// The matrix of the customer: category and state.
fn matrix(tab: &Tab) -> Vec<String> {
    let cells = tab.world.run(tab.desk.matrix(BAYSIDE)).unwrap();
    cells.iter().map(|cell| format!("{} {:?}", cell.category, cell.state)).collect()
}

/// What the tab was told of the matrix.
fn told(tab: &Tab) -> Vec<String> {
    let events = tab.events.borrow();
    let changes = events.iter().filter_map(|event| if let Event::Matrix(change) = event { Some(change) } else { None });
    changes.map(|change| format!("{} {:?}", change.category, change.state)).collect()
}

/// Moves the lamp to a category of its own.
fn move_lamp(world: &World, category: &str) {
    world.pass(MINUTE);
    let mut products = world.cin7.products.borrow_mut();
    products[1].modified = world.server_now();
    products[1].json = products[1].json.replace(r#""Category":"Seating""#, &format!(r#""Category":"{category}""#));
}

fn vault(world: &World) -> MemoryStore {
    world.vault.clone()
}

#[test]
fn p11_quotes_that_two_tabs_save_or_confirm_at_once_both_count() {
    let (world, one) = World::synced();
    move_lamp(&world, "Lighting");
    one.sync();
    let other = world.tab("second");
    let (chairs, lamps) = (quote_of(&one, LINK, "CHAIR-01"), quote_of(&other, OTHER, "LAMP-02"));
    let (chair_text, lamp_text) = (document(&chairs), document(&lamps));
    world.run(async {
        let saved = join!(one.desk.save_quote(&chair_text, "1.00", None), other.desk.save_quote(&lamp_text, "1.00", None));
        assert!(saved.0.is_ok() && saved.1.is_ok(), "{saved:?}");
    });
    assert_eq!(matrix(&one), ["Lighting Opportunity", "Seating Opportunity"]);
    assert_eq!((told(&one), told(&other)), (vec!["Seating Opportunity".to_owned()], vec!["Lighting Opportunity".to_owned()]));

    world.run(async {
        let orders = join!(one.desk.confirm(&chair_text, None), other.desk.confirm(&lamp_text, None));
        assert!(orders.0.is_ok() && orders.1.is_ok(), "{orders:?}");
    });
    assert_eq!(matrix(&other), ["Lighting Bought", "Seating Bought"]);
    one.until_order_of(LINK, "confirmed");
    one.until_order_of(OTHER, "confirmed");
    assert_eq!(world.cin7.sales.borrow().len(), 2);
    // The same quote, confirmed again, is no news.
    one.confirm(&chairs);
    assert_eq!(told(&one), ["Seating Opportunity", "Seating Bought"]);
}

#[test]
fn p11_a_quote_or_an_order_that_was_not_stored_is_not_reported() {
    let (world, first) = World::synced();
    let live = quote_of(&first, LINK, "CHAIR-01");
    let text = document(&live);
    let tab = world.quiet_tab("second", Fate::Full(0, 1));
    assert_eq!(world.run(tab.desk.save_quote(&text, "1.00", None)).unwrap_err().code, ErrorCode::StorageFull);
    assert_eq!((matrix(&tab), told(&tab)), (vec![], vec![]));
    let tab = world.quiet_tab("third", Fate::Full(1, 1));
    world.run(tab.desk.save_quote(&text, "1.00", None)).unwrap();
    assert_eq!(world.run(tab.desk.confirm(&text, None)).unwrap_err().code, ErrorCode::StorageFull);
    assert_eq!((matrix(&tab), told(&tab)), (vec!["Seating Opportunity".to_owned()], vec!["Seating Opportunity".to_owned()]));
    assert!(world.run(tab.desk.orders()).unwrap().is_empty());
}

#[test]
fn p11_a_matrix_that_cannot_be_read_holds_up_no_order_and_is_said() {
    let (world, tab) = World::synced();
    let key = format!("matrix/{BAYSIDE}");
    block_on(vault(&world).commit(Batch::strict().put(Table::Own, &key, b"{\"cells\":7}".to_vec()))).unwrap();
    let live = quote_of(&tab, LINK, "CHAIR-01");
    world.run(tab.desk.save_quote(&document(&live), "1.00", None)).unwrap();
    tab.confirm(&live);
    tab.until_order("confirmed");
    let error = world.run(tab.desk.matrix(BAYSIDE)).unwrap_err();
    assert_eq!(error.code, ErrorCode::Storage, "{error}");
    assert_eq!(block_on(vault(&world).get(Table::Own, &key)).unwrap().unwrap(), b"{\"cells\":7}");
    assert_eq!(world.run(tab.desk.matrix("none")).unwrap_err().code, ErrorCode::UnknownCustomer);
    assert!(told(&tab).is_empty());
}
