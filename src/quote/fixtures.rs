//! The fixture world's account, stock and quote 10452, for tests.

use super::*;
use crate::money::Currency;
use crate::records::Timestamp;
use crate::records::availability::StockLevel;
use crate::records::company::fixtures::bayside;
use crate::records::product::fixtures::{chair, delivery, lamp, product};
use crate::records::reference::{Account, CompanyContact, Location, PaymentTerm, PriceTier, TaxMethod, TaxRule};

pub(crate) fn quantity(text: &str) -> Quantity {
    text.parse().unwrap()
}

pub(crate) fn now() -> Timestamp {
    "2026-03-30T15:00:00Z".parse().unwrap()
}

fn rule(name: &str, percent: &str, inclusive: bool, active: bool) -> TaxRule {
    TaxRule { name: name.into(), percent: percent.parse().unwrap(), inclusive, active, for_sale: true }
}

/// GBP, method `Total`, `N2`, no lock date; the fixture world's books.
pub(crate) fn references() -> References {
    let location = |last: u8, name: &str, deprecated| {
        let id = Guid::from_bytes([last; 16]);
        Location { id, name: name.into(), default: last == 1, deprecated }
    };
    let tier = |ordinal: u8| {
        let name = ["Retail", "Wholesale", "Distributor"].get(usize::from(ordinal) - 1).copied().unwrap_or_default();
        PriceTier { ordinal, name: name.into() }
    };
    let term = |name: &str, active| PaymentTerm { name: name.into(), active, default: name == "30 days" };
    let contact = |name: &str, kind: &str| CompanyContact { name: name.into(), kind: kind.into() };
    References {
        account: Account {
            company: "Fixture".into(),
            base_currency: "GBP".parse().unwrap(),
            tax_method: TaxMethod::Total,
            default_tax_rule: "20% (VAT on Income)".into(),
            quantity_places: 2,
            time_zone: None,
            lock_date: None,
            lock_date_unread: None,
            applies_discounts: false,
            discounts_the_price: false,
        },
        price_tiers: (1..=10).map(tier).collect(),
        tax_rules: vec![
            rule("20% (VAT on Income)", "20", false, true),
            rule("Zero Rated Income", "0", false, true),
            rule("20% Inclusive", "20", true, true),
            rule("Old VAT 17.5%", "17.5", false, false),
        ],
        locations: vec![location(1, "Main Warehouse", false), location(2, "North Depot", false), location(3, "Old Shed", true)],
        payment_terms: vec![term("30 days", true), term("7 days", true), term("14 days", false)],
        contacts: vec![contact("Ann Lee", "Sale"), contact("Bob Stone", "Sale"), contact("Cara Wu", "Employee")],
        discount_rules: Vec::new(),
    }
}

/// CHAIR-01: 12 available at Main (9 and 5 in two bins, 2 allocated), 3 at North with 20 on order.
pub(crate) fn chair_stock() -> ProductStock {
    let level = |on_hand, allocated, available, on_order| StockLevel {
        on_hand: quantity(on_hand),
        allocated: quantity(allocated),
        available: quantity(available),
        on_order: quantity(on_order),
        ..StockLevel::default()
    };
    ProductStock {
        as_of: Some(now()),
        levels: vec![("Main Warehouse".into(), level("14", "2", "12", "0")), ("North Depot".into(), level("3", "0", "3", "20"))],
        claims: Vec::new(),
    }
}

/// Facts of a product for Bayside Club.
pub(crate) fn facts(product: Product) -> LineFacts {
    let customer_price = bayside().prices.iter().find(|own| own.product == product.id).map(|own| own.price);
    let eight = StockLevel { on_hand: quantity("8"), available: quantity("8"), ..StockLevel::default() };
    let lamps = || ProductStock { as_of: Some(now()), levels: vec![("Main Warehouse".into(), eight)], claims: Vec::new() };
    let stock = if product.sku == "CHAIR-01" { chair_stock() } else { lamps() };
    LineFacts { product, customer_price, stock, arriving: Vec::new() }
}

/// Bolts at 0.675 and the three penny products at 0.33, on every tier.
pub(crate) fn flat(last: u8, sku: &str, price: &str) -> LineFacts {
    facts(product(last, sku, sku, &[price; 10]))
}

pub(crate) fn context() -> QuoteContext {
    QuoteContext {
        references: references(),
        company: Company::merged(None, bayside()),
        settings: Settings::default(),
        today: now().day_at(0),
        unknown_zone: None,
        credit: None,
        open_references: Vec::new(),
        receipt_references: Vec::new(),
        standing: Vec::new(),
        ordered_before: Vec::new(),
        ordered_alike: Vec::new(),
    }
}

/// An empty quote in this context.
pub(crate) fn empty_in(context: QuoteContext) -> LiveQuote {
    let link = canonical_link("https://crm.prospect365.com/view/Quote/10452").unwrap();
    let quote = Quote::new("q-10452", &link, &context.company, &context.references, now());
    LiveQuote::open(QuoteBundle { quote, context, facts: Vec::new(), judged: None, revision: 0 }).unwrap()
}

pub(crate) fn empty() -> LiveQuote {
    empty_in(context())
}

/// Quote 10452: 4 CHAIR-01 less 10 % (line `a`) and 2 LAMP-02 (line `b`).
pub(crate) fn quote_10452() -> LiveQuote {
    let mut live = empty();
    live.add_line(facts(chair()), "4", "a").unwrap();
    live.set_discount("a", "10").unwrap();
    live.add_line(facts(lamp()), "2", "b").unwrap();
    live
}

/// The delivery service.
pub(crate) fn service() -> LineFacts {
    facts(delivery())
}

/// Bayside's context with another currency for the customer.
pub(crate) fn foreign() -> QuoteContext {
    let mut context = context();
    context.company.cin7.currency = "EUR".parse::<Currency>().unwrap();
    context
}
