//! What people do at their screens, and what they were told.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use cin7_quote_desk::json::to_text;
use cin7_quote_desk::quote::LiveQuote;
use rust_decimal::Decimal;

use crate::device::{SimDesk, Tab};
use crate::receipts::WantedReceipt;
use crate::records::product_id;
use crate::world::World;

/// A line as a rep wants it.
#[derive(Debug, Clone)]
pub(crate) struct WantedLine {
    pub(crate) product: u32,
    pub(crate) quantity: u32,
    pub(crate) discount: u32,
}

/// A quote that somebody confirms, perhaps on two devices.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// The account that it is for.
    pub(crate) account: usize,
    pub(crate) link: String,
    /// The device on which it is confirmed first.
    pub(crate) first: String,
    pub(crate) customer: String,
    pub(crate) lines: Vec<WantedLine>,
    pub(crate) receipt: Option<WantedReceipt>,
    pub(crate) attempts: RefCell<Vec<Rc<Attempt>>>,
    /// Somebody voids its sale in Cin7.
    pub(crate) voided: Cell<bool>,
    /// Somebody types a sale with its key into Cin7.
    pub(crate) foreign: Cell<bool>,
}

/// How a confirmation ended, as far as anyone has been told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// The tab died, or is still at it.
    Nothing,
    Saved,
    /// Nothing was confirmed.
    NotSaved,
}

/// A line as the rep saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenLine {
    pub(crate) product: String,
    pub(crate) quantity: Decimal,
    pub(crate) price: Decimal,
    pub(crate) discount: Decimal,
}

/// One press of Confirm.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) device: String,
    pub(crate) lines: Vec<SeenLine>,
    pub(crate) gross: Decimal,
    pub(crate) told: Cell<Told>,
}

fn decimal(text: &impl ToString) -> Decimal {
    text.to_string().parse().unwrap_or_default()
}

/// Writes the quote, if it is not written yet, and confirms it.
pub(crate) async fn confirm(world: Rc<World>, device: String, tab: Tab, wanted: Rc<Wanted>) {
    let desk = &tab.desk;
    let Some(live) = write(desk, &wanted).await else { return };
    send(&world, device, desk, &wanted, &live).await;
}

async fn send(world: &World, device: String, desk: &SimDesk, wanted: &Wanted, live: &LiveQuote) {
    let lines = live.lines();
    let seen = lines.iter().map(|line| SeenLine {
        product: line.product_id.to_string(),
        quantity: decimal(&line.quantity),
        price: line.price.map(|price| decimal(&price)).unwrap_or_default(),
        discount: decimal(&line.discount),
    });
    let gross = decimal(&live.totals().gross);
    let attempt = Rc::new(Attempt { device, lines: seen.collect(), gross, told: Cell::new(Told::Nothing) });
    wanted.attempts.borrow_mut().push(Rc::clone(&attempt));
    if desk.confirm(&to_text(live.quote()), None).await.is_ok() {
        attempt.told.set(Told::Saved);
        world.count(|counts| &counts.saved);
    } else {
        attempt.told.set(Told::NotSaved);
        world.count(|counts| &counts.not_saved);
    }
}

/// Opens the quote of a refused order, changes a quantity and confirms it again.
pub(crate) async fn mend(world: Rc<World>, device: String, tab: Tab, wanted: Rc<Wanted>) {
    let desk = &tab.desk;
    let Ok(bundle) = desk.mend_quote(&wanted.link).await else { return };
    let Ok(mut live) = LiveQuote::open(bundle) else { return };
    let quantity = 13 + world.dice.below(40);
    if live.set_quantity("line 0", &quantity.to_string()).is_err() {
        return;
    }
    let _ = desk.save_quote(&to_text(live.quote()), &live.totals().gross.to_string(), None).await;
    world.count(|counts| &counts.mended);
    send(&world, device, desk, &wanted, &live).await;
}

async fn write(desk: &SimDesk, wanted: &Wanted) -> Option<LiveQuote> {
    let bundle = desk.create_quote(&wanted.link, &wanted.customer).await.ok()?;
    let mut live = LiveQuote::open(bundle).ok()?;
    if live.lines().is_empty() {
        for (at, line) in wanted.lines.iter().enumerate() {
            let facts = desk.line_facts(&wanted.customer, &product_id(line.product), &wanted.link).ok()?;
            let id = format!("line {at}");
            live.add_line(facts, &line.quantity.to_string(), &id).ok()?;
            live.set_discount(&id, &line.discount.to_string()).ok()?;
        }
        if let Some(receipt) = &wanted.receipt {
            live.edit_header(&receipt.edit()).ok()?;
        }
        desk.save_quote(&to_text(live.quote()), &live.totals().gross.to_string(), None).await.ok()?;
    }
    Some(live)
}

/// A customer account that somebody asks for.
#[derive(Debug)]
pub(crate) struct WantedAccount {
    /// The Cin7 account in which.
    pub(crate) account: usize,
    pub(crate) name: String,
    pub(crate) device: String,
    pub(crate) told: Cell<Told>,
}

/// Fills in the form for a new customer.
pub(crate) async fn create_account(world: Rc<World>, tab: Tab, wanted: Rc<WantedAccount>) {
    let form = format!(
        r#"{{"name":"{}","currency":"GBP","paymentTerm":"30 days","taxRule":"20% (VAT on Income)","priceTier":2,
        "phone":"020 7946 0200","contacts":[{{"name":"Mia Quay","email":"","phone":"","jobTitle":"","default":true}}],
        "address":{{"line1":"1 Quay","line4":"Whitby","country":"United Kingdom"}}}}"#,
        wanted.name
    );
    if tab.desk.create_account(&form).await.is_ok() {
        wanted.told.set(Told::Saved);
        world.count(|counts| &counts.accounts);
    }
}
