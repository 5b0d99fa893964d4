//! Checks of the quote as a whole: customer, warehouse, terms, dates, currency, address, texts.

use super::super::draft::Draft;
use super::super::plan::{LONGEST_MEMO, long_body, note};
use super::super::text;
use super::super::wire::LONGEST_BODY;
use super::{Findings, Fix, Severity, accept, fix, money};
use crate::pricing::{TierChoice, customer_tier};
use crate::quote::{Delivery, LiveQuote, PostalAddress};
use crate::records::link::shortened;
use crate::records::name::Named;
use crate::records::reference::{References, ordinals};
use crate::settings::{ExpiredQuotes, SalesType};

const LONGEST_REFERENCE: usize = 256;
const LONGEST_LINK: usize = 256;
const LONGEST_NOTE: usize = 1024;
const LONGEST_PHONE: usize = 50;
const LONGEST_CONTACT: usize = 256;
const LONGEST_COMPANY: usize = 128;
const LONGEST_ADDRESS_PART: usize = 256;
const LONGEST_POSTCODE: usize = 20;
/// How many choices a problem offers as buttons.
const CHOICES: usize = 3;

type Check = fn(&mut Findings<'_>);

/// The checks, and which of them are of what travels with the sale's header.
const CHECKS: [(Check, bool); 17] = [
    (standing, false),
    (ordered_before, false),
    (customer, false),
    (tier, true),
    (warehouse, true),
    (terms, true),
    (dates, false),
    (money::currency, false),
    (money::rate, true),
    (delivery, true),
    (sales_person, true),
    (split, false),
    (money::receipt, false),
    (money::credit, false),
    (reference, true),
    (texts, true),
    (memo, false),
];

pub(super) fn check(found: &mut Findings<'_>, draft: &Draft) {
    let begun = found.live.quote().begun.is_some();
    for (check, sent) in CHECKS {
        // What went to Cin7 already is not sent again, whatever has become of it.
        if !(sent && begun) {
            check(found);
        }
    }
    size(found, draft);
    money::totals(found, draft);
}

/// The quote's key is taken in Cin7, by an order that this device does not have.
fn standing(found: &mut Findings<'_>) {
    let Some(sale) = found.live.standing() else { return };
    let named = if sale.order_number.is_empty() { "A sale" } else { &sale.order_number };
    if sale.voided {
        let text = format!("{named} of this quote was voided in Cin7. It is ordered again only on purpose.");
        found.quote("order-voided", Severity::Stop, text, Vec::new());
    } else {
        let text = format!(
            "{named} of this quote stands in Cin7 already. Confirming makes no second one: it looks whether that order is the same."
        );
        found.quote("already-ordered", Severity::Warn, text, Vec::new());
    }
}

/// Earlier versions cut addresses short, so that an order of theirs may be of any of several quotes: only a person can tell.
fn ordered_before(found: &mut Findings<'_>) {
    const CODE: &str = "ordered-before";
    let quote = found.live.quote();
    if quote.confirmed {
        return;
    }
    let (context, customer) = (found.live.context(), &quote.customer_name);
    let mut stop = |text: String| found.quote(CODE, Severity::Stop, text, vec![accept(CODE, "It is another quote’s order")]);
    if let (Some(short), [_, ..]) = (shortened(&quote.link), context.ordered_before.as_slice()) {
        let names = context.ordered_before.join(", ");
        stop(format!(
            "{names} of {customer} was made under {short}: earlier versions kept no more of an address. If it is this quote’s order, do not order again."
        ));
    }
    for (name, link) in &context.ordered_alike {
        stop(format!(
            "{name} of {customer} was made under {link}, which differs from this quote’s link in letter case alone. If it is this quote’s order, do not order again."
        ));
    }
}

fn customer(found: &mut Findings<'_>) {
    let (quote, context) = (found.live.quote(), found.live.context());
    let (name, cin7) = (&quote.customer_name, &context.company.cin7);
    if cin7.on_hold {
        let text = format!("{name} is on credit hold in Cin7. The order can be sent; somebody there may have to release it.");
        found.quote("on-hold", Severity::Warn, text, Vec::new());
    }
    if cin7.deprecated {
        let text = format!("{name} has been retired in Cin7, which may refuse an order for it.");
        found.quote("customer-retired", Severity::Warn, text, Vec::new());
    }
    if context.references.account.applies_discounts {
        let own = match cin7.discount {
            none if none.is_zero() => String::new(),
            discount => format!(", and {name} has {discount} % of its own there"),
        };
        let text = format!(
            "Cin7 is set to apply discounts by itself when an order is authorised{own}. The order may come out lower than this quote."
        );
        found.quote("account-discounts", Severity::Warn, text, Vec::new());
    }
}

fn tier(found: &mut Findings<'_>) {
    let (quote, context) = (found.live.quote(), found.live.context());
    let (name, cin7) = (&quote.customer_name, &context.company.cin7);
    if quote.chosen_tier.is_some() {
        return;
    }
    let now = customer_tier(&context.references, cin7.price_tier.as_deref());
    if quote.customer_tier == TierChoice::Unknown {
        let tier = quote.customer_tier_name.as_deref().unwrap_or_default();
        if let Named::Several(tiers) = context.references.tier_named(tier) {
            // Which of them is the customer's nothing tells: none is offered before another.
            let each: Vec<String> = tiers.iter().map(|tier| format!("“{}” (tier {})", tier.name, tier.ordinal)).collect();
            let text = format!(
                "{name} is on the price tier “{tier}”, and Cin7 has {} of that name: {}. Choose the tier for this quote, or give them different names in Cin7.",
                if tiers.len() == 2 { "two".to_owned() } else { tiers.len().to_string() },
                each.join(" and ")
            );
            return found.quote("unknown-tier", Severity::Warn, text, Vec::new());
        }
        let text = format!("{name} is on the price tier “{tier}”, which Cin7 does not have. Choose a tier for this quote.");
        let tiers = context.references.price_tiers.iter().filter(|tier| !tier.name.trim().is_empty()).take(CHOICES);
        let fixes = tiers.map(|tier| fix(format!("Use {}", tier.name), format!("use-tier:{}", tier.ordinal))).collect();
        found.quote("unknown-tier", Severity::Warn, text, fixes);
    } else if now != quote.customer_tier {
        let names = found.live.tier_names();
        let said = |choice| match choice {
            TierChoice::Tier(ordinal) => names.of(ordinal).into_owned(),
            TierChoice::None => "the standard price".to_owned(),
            TierChoice::Unknown => match context.references.tier_named(cin7.price_tier.as_deref().unwrap_or_default()) {
                Named::Several(tiers) => format!("a tier whose name two have ({})", ordinals(&tiers)),
                _ => "a tier that Cin7 does not have".to_owned(),
            },
        };
        let text = format!("{name} is on {} now. This quote stays on {}.", said(now), said(quote.customer_tier));
        let fixes = match now {
            TierChoice::Tier(ordinal) => vec![fix(format!("Use {}", said(now)), format!("use-tier:{ordinal}"))],
            TierChoice::None | TierChoice::Unknown => Vec::new(),
        };
        found.quote("tier-changed", Severity::Note, text, fixes);
    }
}

fn warehouse_choices(references: &References) -> Vec<Fix> {
    let mut open: Vec<_> = references.locations.iter().filter(|location| !location.deprecated).collect();
    open.sort_by_key(|location| !location.default);
    open.into_iter()
        .take(CHOICES)
        .map(|location| fix(format!("Use {}", location.name), format!("use-warehouse:{}", location.name)))
        .collect()
}

fn warehouse(found: &mut Findings<'_>) {
    let (quote, context) = (found.live.quote(), found.live.context());
    let references = &context.references;
    let company = &context.company.cin7;
    match quote.warehouse.as_deref() {
        None => {
            // Cin7's list leaves retired warehouses out, unless asked for: a name that is not in it is one.
            let own = company.location.as_deref().map(str::trim).filter(|name| !name.is_empty());
            let text = match own.filter(|name| references.location(name).one().is_none_or(|location| location.deprecated)) {
                Some(name) => {
                    format!("{name}, {}’s own warehouse, is no longer in use. Choose where this ships from.", quote.customer_name)
                }
                None => format!("Choose the warehouse this ships from. {} has none of its own.", quote.customer_name),
            };
            found.quote("no-warehouse", Severity::Stop, text, warehouse_choices(references));
        }
        Some(name) => {
            let unknown = || format!("Cin7 has no warehouse “{name}” any more. Choose another.");
            match references.location(name).or_say(name, |location| &location.name, unknown) {
                Err(text) => found.quote("unknown-warehouse", Severity::Stop, text, warehouse_choices(references)),
                Ok(location) if location.deprecated => {
                    let text = format!("{} is no longer in use. Choose another warehouse.", location.name);
                    found.quote("warehouse-retired", Severity::Stop, text, warehouse_choices(references));
                }
                Ok(_) => {}
            }
        }
    }
}

fn terms(found: &mut Findings<'_>) {
    let (quote, context) = (found.live.quote(), found.live.context());
    let references = &context.references;
    let Some(name) = quote.payment_term.as_deref() else { return };
    let known = references.payment_term(name).or_say(name, |term| &term.name, || format!("Cin7 has no payment term “{name}”."));
    if known.as_ref().is_ok_and(|term| term.active) {
        return;
    }
    let own = context.company.cin7.payment_term.as_deref();
    let mut active: Vec<_> = references.payment_terms.iter().filter(|term| term.active).collect();
    active.sort_by_key(|term| (own != Some(term.name.as_str()), !term.default));
    let fixes = active.into_iter().take(CHOICES).map(|term| fix(format!("Use {}", term.name), format!("use-term:{}", term.name)));
    let fixes = fixes.collect();
    match known {
        Ok(term) => {
            let text = format!("The payment term {} is no longer active in Cin7, which refuses it.", term.name);
            found.quote("term-inactive", Severity::Stop, text, fixes);
        }
        Err(text) => found.quote("unknown-term", Severity::Stop, text, fixes),
    }
}

fn dates(found: &mut Findings<'_>) {
    let (quote, context) = (found.live.quote(), found.live.context());
    let today = context.today;
    if let Some(end) = quote.end_date.filter(|end| *end < today) {
        let text = format!("The quote held until {}.", end.spoken());
        let fixes = vec![fix("Let it hold until today", format!("end-date:{today}"))];
        match context.settings.expired_quotes {
            ExpiredQuotes::Stop => found.quote("expired", Severity::Stop, text, fixes),
            ExpiredQuotes::Allow => found.quote("expired", Severity::Warn, text, fixes),
        }
    }
    if let Some(zone) = &context.unknown_zone {
        let text = format!(
            "“{zone}” is not a time zone that this browser knows. Today counts as {}, as on this device.",
            today.spoken()
        );
        found.quote("unknown-time-zone", Severity::Note, text, Vec::new());
    }
    if let Some(said) = &context.references.account.lock_date_unread {
        let text = format!(
            "Cin7’s lock date “{said}” cannot be read, so nobody can tell whether an order of today would be refused. Ask your administrator."
        );
        found.quote("lock-date-unread", Severity::Stop, text, vec![accept("lock-date-unread", "Send anyway")]);
    }
    if let Some(lock) = context.references.account.lock_date.filter(|lock| *lock >= today) {
        let text = format!("Cin7’s books are locked up to {}: an order of today would be refused.", lock.spoken());
        found.quote("locked", Severity::Stop, text, Vec::new());
    }
}

fn delivery(found: &mut Findings<'_>) {
    let quote = found.live.quote();
    let Some(address) = quote.delivery.address() else {
        let text = "No delivery address is chosen. Cin7 will use the customer’s own.";
        found.quote("no-delivery-address", Severity::Warn, text, Vec::new());
        return;
    };
    if address.country.trim().is_empty() {
        found.quote("no-country", Severity::Stop, "The delivery address has no country. Cin7 needs one.", Vec::new());
    }
    if address.line1.trim().is_empty() {
        found.quote("no-address-line", Severity::Stop, "The delivery address has no first line. Cin7 needs one.", Vec::new());
    }
    let postcode = text::length(&address.postcode);
    if postcode > LONGEST_POSTCODE {
        let text = format!("The postcode has {postcode} characters, and Cin7 takes {LONGEST_POSTCODE}.");
        found.quote("postcode-too-long", Severity::Stop, text, Vec::new());
    }
    let parts =
        [("first line", &address.line1), ("second line", &address.line2), ("city", &address.city), ("state", &address.state)];
    for (part, value) in parts.into_iter().chain([("country", &address.country)]) {
        too_long(found, "address-too-long", &format!("The {part} of the delivery address"), value, LONGEST_ADDRESS_PART);
    }
    match &quote.delivery {
        Delivery::Typed { company, .. } => {
            too_long(found, "address-company-too-long", "The delivery name", company, LONGEST_COMPANY);
        }
        Delivery::Saved { .. } if !found.live.still_saved() => saved_moved(found, address),
        Delivery::Saved { .. } => {}
        Delivery::Main { .. } | Delivery::None => {
            too_long(found, "address-company-too-long", "The customer’s name", &quote.customer_name, LONGEST_COMPANY);
        }
    }
}

fn saved_moved(found: &mut Findings<'_>, address: &PostalAddress) {
    if let Some(now) = found.live.saved_now() {
        let text = format!(
            "“{}” has been changed in Cin7 to “{}”. The order goes to the address on this quote.",
            address.line1, now.line1
        );
        let fixes = vec![fix(format!("Use {}", now.line1), "use-saved-delivery")];
        found.quote("delivery-address-changed", Severity::Warn, text, fixes);
    } else {
        let text = format!("“{}” is no longer saved in Cin7. The order goes there all the same.", address.line1);
        found.quote("delivery-address-gone", Severity::Note, text, Vec::new());
    }
}

/// The sales person as the sale's representative: only with the setting on, and only under the exact name of one.
pub(in super::super) fn representative(live: &LiveQuote) -> Option<&str> {
    let name = live.sales_person().filter(|_| live.context().settings.send_sales_person)?;
    let contacts = &live.context().references.contacts;
    contacts.iter().find(|contact| is_representative(&contact.kind) && contact.name == name).map(|contact| contact.name.as_str())
}

fn is_representative(kind: &str) -> bool {
    kind.trim().eq_ignore_ascii_case("Sale")
}

fn sales_person(found: &mut Findings<'_>) {
    let context = found.live.context();
    let Some(name) = found.live.sales_person().filter(|_| context.settings.send_sales_person) else { return };
    if representative(found.live).is_some() {
        return;
    }
    let plain = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let contacts = &context.references.contacts;
    let close: Vec<&str> = contacts
        .iter()
        .filter(|contact| is_representative(&contact.kind) && plain(&contact.name) == plain(name))
        .map(|contact| contact.name.as_str())
        .collect();
    let mut text = format!("Cin7 has no sales representative “{name}”: the order will carry none.");
    if !close.is_empty() {
        text = format!("{text} Is it {}?", close.join(" or "));
    }
    let fixes = close.into_iter().map(|name| fix(format!("Use {name}"), format!("use-representative:{name}"))).collect();
    found.quote("representative-unknown", Severity::Warn, text, fixes);
}

/// Cin7's order has one warehouse, and a simple sale ships in one go.
fn split(found: &mut Findings<'_>) {
    let quote = found.live.quote();
    if let Some(own) = quote.lines.iter().find_map(|line| line.warehouse.as_deref()) {
        let mut names: Vec<&str> = Vec::new();
        for name in quote.lines.iter().filter_map(|line| quote.warehouse_of(line)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        if let [first, others @ ..] = names.as_slice()
            && !others.is_empty()
        {
            let text = format!(
                "Lines ship from {first} and {}. A Cin7 order ships from one warehouse: choose one, or make two quotes.",
                others.join(", ")
            );
            let fixes = names.iter().take(CHOICES).map(|name| fix(format!("All from {name}"), format!("one-warehouse:{name}")));
            let fixes = fixes.collect();
            found.quote("split-warehouse", Severity::Stop, text, fixes);
        } else if quote.warehouse.as_deref() != Some(own) {
            let text = format!("Every line ships from {own}, and the quote says otherwise.");
            found.quote(
                "split-warehouse",
                Severity::Stop,
                text,
                vec![fix(format!("Ship from {own}"), format!("one-warehouse:{own}"))],
            );
        }
    }
    let mut days: Vec<_> = quote.lines.iter().filter_map(|line| line.delivery_date).collect();
    days.sort();
    days.dedup();
    match days.as_slice() {
        [] => {}
        [first, .., last] if found.live.context().settings.sales_type == SalesType::Simple => {
            let text = format!(
                "Lines are due from {} to {}, and the order will be a simple sale, which cannot ship in parts.",
                first.spoken(),
                last.spoken()
            );
            found.quote("split-dates", Severity::Warn, text, vec![accept("split-dates", "Send it so")]);
        }
        _ => {
            let text = "Delivery dates of lines stay on the quote: Cin7’s order has none by line.";
            found.quote("dates-stay", Severity::Note, text, Vec::new());
        }
    }
}

fn reference(found: &mut Findings<'_>) {
    let live = found.live;
    let own = live.quote().customer_reference.trim();
    let same = live.context().open_references.iter().find(|(reference, _)| !own.is_empty() && reference.trim() == own);
    if let Some((_, name)) = same {
        let text = format!("{} has an open order with the reference “{own}” already: {name}.", live.quote().customer_name);
        found.quote("reference-twice", Severity::Warn, text, Vec::new());
    }
}

fn texts(found: &mut Findings<'_>) {
    let quote = found.live.quote();
    too_long(found, "reference-too-long", "The customer’s reference", &quote.customer_reference, LONGEST_REFERENCE);
    too_long(found, "link-too-long", "The quote’s link", &quote.order_key(), LONGEST_LINK);
    too_long(found, "notes-too-long", "The delivery notes together", &note(quote), LONGEST_NOTE);
    too_long(found, "phone-too-long", "The phone number", &quote.phone, LONGEST_PHONE);
    too_long(found, "contact-too-long", "The contact’s name", &quote.contact, LONGEST_CONTACT);
}

fn memo(found: &mut Findings<'_>) {
    let quote = found.live.quote();
    let memo = text::length(&quote.memo);
    if memo > LONGEST_MEMO {
        let text = if quote.accepted.contains("memo-too-long") {
            format!("The memo will be cut to the {LONGEST_MEMO} characters that Cin7 takes.")
        } else {
            format!("The memo has {memo} characters, and Cin7 takes {LONGEST_MEMO}: {} too many.", memo - LONGEST_MEMO)
        };
        let fixes = vec![accept("memo-too-long", "Send it cut"), fix("Shorten it here", "shorten-memo")];
        found.quote("memo-too-long", Severity::Stop, text, fixes);
    }
}

/// What would not be let through is said before a header is made of it.
fn size(found: &mut Findings<'_>, draft: &Draft) {
    let Some(length) = long_body(found.live, draft).filter(|length| *length > LONGEST_BODY) else { return };
    let text = format!(
        "An order may be {} kB long, and the {} lines of this one make {} kB. Make two quotes of it, or shorten its comments.",
        LONGEST_BODY / 1000,
        draft.lines.len(),
        length.div_ceil(1000)
    );
    found.quote("order-too-long", Severity::Stop, text, Vec::new());
}

fn too_long(found: &mut Findings<'_>, code: &'static str, what: &str, value: &str, limit: usize) {
    let length = text::length(value);
    if length > limit {
        let verb = if what.ends_with("together") { "have" } else { "has" };
        let text = format!("{what} {verb} {length} characters, and Cin7 takes {limit}: {} too many.", length - limit);
        found.quote(code, Severity::Stop, text, Vec::new());
    }
}
