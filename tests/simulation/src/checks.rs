//! What must hold after every history. Told from Cin7's records, from what people were told, and from what screens show;
//! never from the machines that are tested.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::rc::Rc;

use cin7_quote_desk::desk::sales::view::SaleAsk;
use cin7_quote_desk::money::Price;
use cin7_quote_desk::outbox::OrderView;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::accounts::Account;
use crate::cin7::Cin7;
use crate::device::{Device, Tab};
use crate::feed::{self, Consumer};
use crate::history::Play;
use crate::receipts;
use crate::records::Sale;
use crate::rep::{Attempt, Told, Wanted, WantedAccount};
use crate::world::{MINUTE, World, text_of};

/// Asks a desk something, and lets time pass until it has answered.
fn ask<T: 'static>(world: &Rc<World>, tab: &Tab, question: impl Future<Output = T> + 'static) -> Option<T> {
    let answer: Rc<RefCell<Option<T>>> = Rc::default();
    let told = Rc::clone(&answer);
    world.time.spawn(&tab.name, async move {
        let answer = question.await;
        told.replace(Some(answer));
    });
    if !world.until(5 * MINUTE, || answer.borrow().is_some()) {
        world.fails(format!("{} does not answer", tab.name));
    }
    answer.take()
}

fn orders(world: &Rc<World>, tab: &Tab) -> Option<Vec<OrderView>> {
    let desk = Rc::clone(&tab.desk);
    ask(world, tab, async move { desk.orders().await.ok() })?
}

fn account_states(world: &Rc<World>, tab: &Tab) -> Option<BTreeMap<String, &'static str>> {
    let desk = Rc::clone(&tab.desk);
    let accounts = ask(world, tab, async move { desk.accounts().await.ok() })??;
    Some(accounts.into_iter().map(|account| (account.name, account.state)).collect())
}

/// Whether nothing of this device's is on its way.
pub(crate) fn at_rest(world: &Rc<World>, device: &Device) -> bool {
    let Some(tab) = device.leading() else { return false };
    let (Some(orders), Some(accounts)) = (orders(world, &tab), account_states(world, &tab)) else { return false };
    orders.iter().all(|order| matches!(order.state, "confirmed" | "needs-attention"))
        && accounts.values().all(|state| matches!(*state, "made" | "asks" | "lost" | "refused"))
}

/// How the orders of a device stand, in words.
pub(crate) fn standing(world: &Rc<World>, device: &Device) -> String {
    let tab = device.leading();
    let orders = tab.and_then(|tab| orders(world, &tab)).unwrap_or_default();
    let words: Vec<String> = orders.iter().map(|order| format!("{} {}: {}", order.key, order.state, order.sentence)).collect();
    format!("{}: {}", device.name, words.join(", "))
}

/// Before an account is back whose orders wait, each of them is said to wait.
pub(crate) fn waiting(play: &Play, devices: &[Rc<Device>]) {
    let world = &play.world;
    for device in devices {
        let Some(tab) = device.leading() else { return };
        let elsewhere = waits_elsewhere(play, device);
        let (accounts, place) = (Rc::clone(&tab.accounts), device.place);
        let Some(Ok(work)) = ask(world, &tab, async move { accounts.waiting(place).await }) else {
            return world.fails(format!("{} cannot tell what waits for another account", device.name));
        };
        let said: Vec<&str> = work.iter().flat_map(|other| &other.work.orders).map(|order| order.key.as_str()).collect();
        world.counts.waiting.set(world.counts.waiting.get() + u64::try_from(said.len()).unwrap_or(0));
        if let Some(link) = elsewhere.iter().find(|link| !said.contains(&link.as_str())) {
            return world.fails(format!("{}: nobody is told that {link} waits for its account", device.name));
        }
    }
}

/// Orders that were saved for another account on the machine of this device, and of which its Cin7 has nothing.
fn waits_elsewhere(play: &Play, device: &Rc<Device>) -> Vec<String> {
    let world = &play.world;
    let others = device.machine.devices(world).into_iter().filter(|other| !Rc::ptr_eq(other, device) && !other.wiped.get());
    let others: Vec<Rc<Device>> = others.collect();
    let waits = |wanted: &&Rc<Wanted>| {
        let saved =
            |attempt: &Rc<Attempt>| attempt.told.get() == Told::Saved && others.iter().any(|other| other.name == attempt.device);
        let sales = world.accounts[wanted.account].cin7.records.sales.borrow();
        wanted.account != world.speaks.get()
            && wanted.attempts.borrow().iter().any(saved)
            && !sales.iter().any(|sale| sale.external_id == wanted.link)
    };
    play.quotes.iter().filter(waits).map(|wanted| wanted.link.clone()).collect()
}

/// Everything that must hold of an account once it is quiet.
pub(crate) fn all(play: &Play, number: usize, devices: &[Rc<Device>]) {
    let world = &play.world;
    let account = &world.accounts[number];
    let mut shown: BTreeMap<(String, String), OrderView> = BTreeMap::new();
    for device in devices {
        let Some(tab) = device.leading() else { return world.fails(format!("{} has no tab", device.name)) };
        let Some(orders) = orders(world, &tab) else { return world.fails(format!("{} cannot list its orders", device.name)) };
        shown.extend(orders.into_iter().map(|order| ((device.name.clone(), order.key.clone()), order)));
        let Some(accounts) = account_states(world, &tab) else { return world.fails("accounts cannot be listed".to_owned()) };
        let its = |wanted: &&Rc<WantedAccount>| wanted.account == number && wanted.device == device.name;
        for wanted in play.accounts.iter().filter(its) {
            // A form is kept on its device alone.
            if !device.wiped.get() {
                check_account(world, wanted, accounts.get(&wanted.name).copied());
            }
        }
    }
    for wanted in play.quotes.iter().filter(|wanted| wanted.account == number) {
        check_quote(world, account, wanted, &shown);
    }
    receipts::check_others(world, account);
    // Whatever was made through the API must have been confirmed by someone for this very account.
    for key in account.cin7.made.borrow().iter() {
        let known = play.quotes.iter().any(|wanted| wanted.account == number && wanted.link == *key)
            || play.accounts.iter().any(|one| one.account == number && one.name == *key);
        if !known {
            world.fails(format!("{key} was made in Cin7, and nobody asked for it"));
        }
    }
    for device in devices {
        for tab in device.tabs.borrow().clone() {
            check_records(world, &account.cin7, &tab);
            check_others(world, &world.accounts[1 - number].cin7, &tab);
        }
        check_feed(world, &account.cin7, device);
    }
}

fn made(account: &Account, key: &str) -> usize {
    account.cin7.made.borrow().iter().filter(|made| *made == key).count()
}

fn check_account(world: &World, wanted: &WantedAccount, state: Option<&'static str>) {
    let name = &wanted.name;
    let (made, told) = (made(&world.accounts[wanted.account], name), wanted.told.get());
    match state {
        _ if made > 1 => world.fails(format!("customer {name} was made {made} times")),
        None if told == Told::Saved => world.fails(format!("the account of {name} was taken and is lost")),
        Some("made") if made == 0 => world.fails(format!("{name} is said to be made, and is not in Cin7")),
        Some("lost" | "refused") if made == 1 => world.fails(format!("{name} is shown as not made, and stands in Cin7")),
        _ => {}
    }
}

fn check_quote(world: &World, account: &Account, wanted: &Wanted, shown: &BTreeMap<(String, String), OrderView>) {
    let link = &wanted.link;
    let attempts = wanted.attempts.borrow();
    let sales = account.cin7.records.sales.borrow();
    let ours: Vec<&Sale> = sales.iter().filter(|sale| sale.external_id == *link && sale.id.starts_with("6222cb47")).collect();
    let standing: Vec<&&Sale> = ours.iter().filter(|sale| sale.status != "VOIDED").collect();
    let beyond = account.cin7.beyond.borrow().contains(link);
    let fails = |what: String| world.fails(format!("{link}: {what}"));
    let tolds: Vec<Told> = attempts.iter().map(|attempt| attempt.told.get()).collect();

    if ours.len() > 1 && !beyond {
        let numbers: Vec<&str> = ours.iter().map(|sale| sale.number.as_str()).collect();
        return fails(format!("stands in Cin7 {} times: {}", ours.len(), numbers.join(", ")));
    }
    if !ours.is_empty() && tolds.iter().all(|told| *told == Told::NotSaved) {
        return fails("was not confirmed, and stands in Cin7".to_owned());
    }
    // Somebody else's sale is left as it is.
    for sale in sales.iter().filter(|sale| sale.external_id == *link && sale.id.starts_with("7e9d0000")) {
        if sale.lines.iter().any(|line| !line.contains("Typed")) {
            return fails(format!("{} is somebody else's, and its lines were changed", sale.number));
        }
    }
    let mut states = shown.iter().filter(|((_, key), _)| key == link).map(|(_, order)| order.state).peekable();
    let stands = states.peek().is_some() && states.all(|state| state == "confirmed");
    receipts::check(world, account, wanted, &ours, stands);
    if standing.len() > 1 {
        let both = |order: &OrderView| {
            order.state == "needs-attention" && standing.iter().all(|sale| order.sentence.contains(&sale.number))
        };
        if !shown.iter().any(|((_, key), order)| key == link && both(order)) {
            let words: Vec<_> =
                shown.iter().filter(|((_, key), _)| key == link).map(|(_, order)| order.sentence.clone()).collect();
            return fails(format!("stands twice, and nobody is shown both numbers: {words:?}"));
        }
        return;
    }
    let mut confirmed = false;
    let keeps = account.proxy.custody.keeps.get();
    let refused = account.cin7.refused.borrow().contains(link);
    let wiped = |name: &str| world.devices.borrow().iter().any(|device| device.name == *name && device.wiped.get());
    let there = shown.keys().filter(|(_, key)| key == link).map(|(device, _)| device);
    if keeps && there.clone().next().is_none() && !account.proxy.custody.rests(link) {
        let promised = account.proxy.custody.promised.borrow().contains(link);
        if promised {
            return fails("was kept by the proxy, and is lost".to_owned());
        }
    }
    for device in attempts.iter().map(|attempt| &attempt.device).chain(there).collect::<BTreeSet<_>>() {
        let mine: Vec<&Rc<Attempt>> = attempts.iter().filter(|attempt| attempt.device == *device).collect();
        let saved = mine.iter().any(|attempt| attempt.told.get() == Told::Saved);
        let Some(order) = shown.get(&(device.clone(), link.clone())) else {
            if saved && !wiped(device) {
                return fails(format!("was said to be saved on {device}, and is lost"));
            }
            continue;
        };
        if order.state == "confirmed" {
            confirmed = true;
            world.count(|counts| &counts.confirmed);
            let Some(sale) = ours.first() else { return fails(format!("{device} says it stands, and it does not")) };
            // Whoever says that it stands has seen these lines stand.
            // What was taken over, or changed on another device, somebody else has seen.
            let anybody: Vec<&Rc<Attempt>> = attempts.iter().collect();
            let seen = if keeps { &anybody } else { &mine };
            let seen = seen.iter().filter(|attempt| attempt.told.get() != Told::NotSaved).any(|attempt| holds(sale, attempt));
            if !seen && !beyond {
                return fails(format!("{} has other lines or money than {device} was shown: {:?}", sale.number, sale.lines));
            }
        } else {
            world.count(|counts| &counts.attention);
            let reason = wanted.voided.get()
                || wanted.foreign.get()
                || beyond
                || order.sentence.contains("did not keep them")
                || refused
                || (keeps && (wiped(device) || attempts.iter().any(|other| other.device != *device)))
                || (ours.len() == 1
                    && !mine.iter().any(|attempt| holds(ours[0], attempt))
                    && attempts.iter().any(|other| holds(ours[0], other)));
            if !reason {
                return fails(format!("{device} asks for a person without need: {}", order.sentence));
            }
        }
    }
    let saved = tolds.contains(&Told::Saved);
    let lost = attempts.iter().any(|attempt| wiped(&attempt.device));
    if saved && !confirmed && !refused && !lost && ours.is_empty() && !wanted.foreign.get() && !wanted.voided.get() {
        fails("was saved, is not in Cin7, and is not said to stand".to_owned());
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Line<'a> {
    #[serde(rename = "ProductID")]
    product: String,
    #[serde(borrow)]
    quantity: &'a serde_json::value::RawValue,
    #[serde(borrow)]
    price: &'a serde_json::value::RawValue,
    #[serde(borrow)]
    discount: &'a serde_json::value::RawValue,
    #[serde(borrow)]
    total: &'a serde_json::value::RawValue,
    #[serde(borrow)]
    tax: &'a serde_json::value::RawValue,
}

/// To the penny; half a penny goes up, and nothing here is below zero.
fn penny(exact: Decimal) -> Decimal {
    (exact * Decimal::ONE_HUNDRED + Decimal::new(5, 1)).trunc() / Decimal::ONE_HUNDRED
}

/// Whether a sale has exactly the lines that somebody saw, and comes to the same money.
fn holds(sale: &Sale, attempt: &Attempt) -> bool {
    let mut left = attempt.lines.clone();
    let mut net = Decimal::ZERO;
    for text in &sale.lines {
        let Ok(line) = serde_json::from_str::<Line<'_>>(text) else { return false };
        let number = |raw: &serde_json::value::RawValue| raw.get().parse::<Decimal>().unwrap_or(Decimal::MIN);
        let (quantity, price, discount, total) =
            (number(line.quantity), number(line.price), number(line.discount), number(line.total));
        let seen = left.iter().position(|seen| {
            (seen.product.as_str(), seen.quantity, seen.price, seen.discount)
                == (line.product.as_str(), quantity, price, discount)
        });
        let Some(at) = seen else { return false };
        left.remove(at);
        if total != penny(quantity * price * (Decimal::ONE_HUNDRED - discount) / Decimal::ONE_HUNDRED) {
            return false;
        }
        net += total;
        // Each line's own tax is to the penny what it says.
        if number(line.tax) != penny(total * Decimal::new(2, 1)) {
            return false;
        }
    }
    // The account works its tax out on the whole, at 20 %.
    left.is_empty() && net + penny(net * Decimal::new(2, 1)) == attempt.gross
}

/// Cin7's records and a desk's, side by side.
fn check_records(world: &World, cin7: &Cin7, tab: &Tab) {
    let (records, desk) = (&cin7.records, &tab.desk);
    let fails = |what: String| world.fails(format!("{}: {what}", tab.name));
    let value = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap_or_default();
    for row in records.customers.borrow().iter().chain(records.suppliers.borrow().iter()) {
        let theirs = value(&row.json);
        let id = text_of(&row.json, "ID");
        let Ok(mine) = desk.company_view(&id) else { return fails(format!("company {id} is missing")) };
        if theirs["Name"] != mine.cin7_name.as_str() || theirs["PriceTier"].as_str() != mine.price_tier.as_deref() {
            return fails(format!("company {id} is {} {:?}, in Cin7 {}", mine.cin7_name, mine.price_tier, row.json));
        }
    }
    let mut levels: BTreeMap<(String, String), Decimal> = BTreeMap::new();
    for row in records.stock.borrow().iter() {
        let theirs = value(row);
        let available = theirs["Available"].to_string().parse().unwrap_or_default();
        levels.insert((text_of(row, "ID"), text_of(row, "Location")), available);
    }
    let purchases = records.purchases.borrow();
    for row in records.products.borrow().iter() {
        let (theirs, id) = (value(&row.json), text_of(&row.json, "ID"));
        let Ok(mine) = desk.product(&id) else { return fails(format!("product {id} is missing")) };
        let price = mine.ladder.first().and_then(|step| step.price).map(Price::decimal);
        let wanted: Option<Decimal> = theirs["PriceTier1"].to_string().parse().ok();
        if theirs["Name"] != mine.name.as_str() || price != wanted {
            return fails(format!("product {id} is {} at {price:?}, in Cin7 {}", mine.name, row.json));
        }
        let Ok(facts) = desk.line_facts(&crate::edits::customer_id(cin7.base), &id, "") else {
            return fails(format!("product {id} has no facts"));
        };
        let held: BTreeMap<(String, String), Decimal> =
            facts.stock.levels.iter().map(|(place, level)| ((id.clone(), place.clone()), level.available.decimal())).collect();
        let there: BTreeMap<(String, String), Decimal> =
            levels.iter().filter(|((product, _), _)| *product == id).map(|(key, level)| (key.clone(), *level)).collect();
        if held != there {
            return fails(format!("stock of {id} is {held:?}, in Cin7 {there:?}"));
        }
        let coming = |purchase: &&crate::records::Purchase| crate::records::product_id(purchase.product) == id;
        let there: u32 = purchases.iter().filter(coming).map(|purchase| purchase.ordered - purchase.received).sum();
        let held: Decimal = mine.arriving.iter().map(|arriving| arriving.quantity.decimal()).sum();
        if held != Decimal::from(there) {
            return fails(format!("of {id} {held} are on their way, in Cin7 {there}"));
        }
    }
    let asked = SaleAsk { limit: 10_000, ..SaleAsk::default() };
    let Ok(list) = desk.sales(&asked) else { return fails("sales cannot be listed".to_owned()) };
    let held: BTreeSet<(String, String, String)> = list
        .sales
        .iter()
        .filter(|sale| !sale.voided)
        .map(|sale| (sale.id.to_string(), sale.number.clone(), sale.status.clone()))
        .collect();
    let sales = records.sales.borrow();
    let theirs = sales.iter().filter(|sale| sale.status != "VOIDED" && !sale.lines.is_empty());
    let there: BTreeSet<_> = theirs.map(|sale| (sale.id.clone(), sale.number.clone(), sale.status.clone())).collect();
    if held != there {
        let more: Vec<_> = held.difference(&there).take(4).collect();
        let less: Vec<_> = there.difference(&held).take(4).collect();
        fails(format!("has the sales {more:?}, in Cin7 {less:?} (leader: {})", desk.sync_view().leader));
    }
}

/// Nothing of the other account is known here.
fn check_others(world: &World, other: &Cin7, tab: &Tab) {
    let (records, desk) = (&other.records, &tab.desk);
    let fails = |what: &str| world.fails(format!("{} knows another account's {what}", tab.name));
    if records.products.borrow().iter().any(|row| desk.product(&text_of(&row.json, "ID")).is_ok()) {
        fails("products");
    }
    if records.customers.borrow().iter().any(|row| desk.company_view(&text_of(&row.json, "ID")).is_ok()) {
        fails("customers");
    }
}

/// The copy that was kept by the feed is the one that somebody gets who reads it for the first time, and has everything.
fn check_feed(world: &Rc<World>, cin7: &Cin7, device: &Rc<Device>) {
    let Some(tab) = device.leading() else { return };
    let (inside, from, desk) = (Rc::clone(world), Rc::clone(device), Rc::clone(&tab.desk));
    ask(world, &tab, async move { feed::read(&inside, &from, &desk, 37, usize::MAX).await });
    let kept = device.consumer.take();
    let (inside, from, desk) = (Rc::clone(world), Rc::clone(device), Rc::clone(&tab.desk));
    ask(world, &tab, async move { feed::read(&inside, &from, &desk, 5000, usize::MAX).await });
    let fresh: Consumer = device.consumer.take();
    // When details were read last is of this device, and no change.
    let told = |record: &String| {
        let mut record: serde_json::Value = serde_json::from_str(record).unwrap_or_default();
        for row in record.get_mut("transactions").and_then(serde_json::Value::as_array_mut).into_iter().flatten() {
            row["customerName"] = serde_json::Value::Null;
        }
        if let Some(sale) = record.get_mut("sale").and_then(serde_json::Value::as_object_mut) {
            sale.remove("detailsAsOf");
            // The customer has an entry of its own; a sale may be read before it.
            if let Some(summary) = sale.get_mut("summary").and_then(serde_json::Value::as_object_mut) {
                summary.remove("customerName");
                summary.remove("customerKnown");
            }
        }
        record
    };
    for (key, record) in &fresh.records {
        if kept.records.get(key) != Some(record) && kept.records.get(key).map(told) != Some(told(record)) {
            let kept = kept.records.get(key).map(String::as_str).unwrap_or_default();
            let at = kept.bytes().zip(record.bytes()).take_while(|(kept, now)| kept == now).count().saturating_sub(30);
            let (kept, now) = (kept.get(at..).unwrap_or_default(), record.get(at..).unwrap_or_default());
            return world.fails(format!("{}: the feed lost a change of {key:?}: {kept:.90}, now {now:.90}", device.name));
        }
    }
    if let Some(key) = kept.records.keys().find(|key| !fresh.records.contains_key(*key)) {
        return world.fails(format!("{}: the feed lost that {key:?} is gone", device.name));
    }
    world.trace(|| format!("{}: the feed's copy has {:?}", device.name, kept.records.keys()));
    let has = |kind: &str, id: String| kept.records.contains_key(&(kind.to_owned(), id));
    let records = &cin7.records;
    let products =
        records.products.borrow().iter().find(|row| !has("product", text_of(&row.json, "ID"))).map(|row| row.json.clone());
    let customers =
        records.customers.borrow().iter().find(|row| !has("company", text_of(&row.json, "ID"))).map(|row| row.json.clone());
    if let Some(row) = products.or(customers) {
        world.fails(format!("{}: the feed never told of {row}", device.name));
    }
}
