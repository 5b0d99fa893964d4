//! What must hold of every decoder of the library, whatever the bytes. One function for each fuzz target; the inputs that
//! fuzzing found are run through the same functions by `cargo test`.

pub mod corpus;
pub mod quotes;
pub mod stored;
pub mod text;

use cin7_quote_desk::catalogue::{Stock, StockBuilder};
use cin7_quote_desk::cin7::{self, reference, reference::Books};
use cin7_quote_desk::quote::{LineFacts, LiveQuote, Quote, QuoteBundle, QuoteContext, canonical_link};
use cin7_quote_desk::records::Timestamp;
use cin7_quote_desk::records::company::Company;
use cin7_quote_desk::records::product::Product;
use cin7_quote_desk::settings::Settings;
use cin7_quote_desk::stock::ProductStock;

/// A target: its name and what it checks.
pub type Target = (&'static str, fn(&[u8]));

/// Every target of the library.
pub const TARGETS: [Target; 10] = [
    ("json", text::json),
    ("words", text::words),
    ("markup", text::markup),
    ("forms", text::forms),
    ("answers", text::answers),
    ("cin7", stored::cin7),
    ("rows", stored::rows),
    ("records", stored::records),
    ("segments", stored::segments),
    ("quotes", quotes::edits),
];

/// The quote of the fixture world with everything that it is worked out against, all of it read from Cin7's answers.
pub fn bundle() -> &'static QuoteBundle {
    static BUNDLE: std::sync::OnceLock<QuoteBundle> = std::sync::OnceLock::new();
    BUNDLE.get_or_init(|| made().expect("the fixture world can be read"))
}

/// A list of the fixture world as an answer of Cin7's.
macro_rules! answer {
    ($list:literal, $file:literal) => {
        format!("{{\"Total\":9,\"{}\":{}}}", $list, include_str!(concat!("../../tests/sandbox/worlds/fixture/", $file, ".json")))
            .as_bytes()
    };
}

fn made() -> Result<QuoteBundle, Box<dyn std::error::Error>> {
    let (me, _) = reference::me(include_bytes!("../../tests/sandbox/worlds/fixture/company.json"))?;
    let books = Books {
        me: Some(me),
        price_tiers: reference::price_tiers(answer!("PriceTiers", "priceTiers"))?.records,
        tax_rules: reference::tax_rules(answer!("TaxRuleList", "taxRules"))?.records,
        locations: reference::locations(answer!("LocationList", "locations"))?.records,
        payment_terms: reference::payment_terms(answer!("PaymentTermList", "paymentTerms"))?.records,
        contacts: reference::contacts(answer!("MeContactsList", "contacts"))?.records,
        discount_rules: reference::discount_rules(answer!("DiscountRules", "discountRules"))?.records,
    };
    let references = books.references().ok_or("the account is known")?;
    let customers = cin7::customer::page(answer!("CustomerList", "customers"))?.records;
    let company = Company::merged(None, customers.into_iter().next().ok_or("there are customers")?);
    let products = cin7::product::page(answer!("Products", "products"), books.product_defaults())?.page.records;
    let rows = cin7::availability::page(answer!("ProductAvailabilityList", "availability"))?.records;
    let mut stock = StockBuilder::default();
    stock.add_page(0, &rows)?;
    let stock = Stock::load(stock.finish())?;
    let now = Timestamp::from_millis(1_774_882_800_000);
    let facts = |product: Product| LineFacts {
        customer_price: None,
        stock: ProductStock { as_of: Some(now), levels: stock.levels(product.id), claims: Vec::new() },
        arriving: Vec::new(),
        product,
    };
    let facts: Vec<LineFacts> = products.into_iter().take(3).map(facts).collect();
    let link = canonical_link("https://crm.prospect365.com/view/Quote/10452")?;
    let quote = Quote::new("q", &link, &company, &references, now);
    let context = QuoteContext {
        references,
        company,
        settings: Settings::default(),
        today: now.day_at(0),
        unknown_zone: None,
        credit: None,
        open_references: Vec::new(),
        receipt_references: Vec::new(),
        standing: Vec::new(),
        ordered_before: Vec::new(),
        ordered_alike: Vec::new(),
    };
    let mut live = LiveQuote::open(QuoteBundle { quote, context, facts: facts.clone(), judged: None, revision: 0 })?;
    for (line, facts) in ["a", "b"].into_iter().zip(&facts) {
        live.add_line(facts.clone(), "2", line)?;
    }
    Ok(QuoteBundle { quote: live.quote().clone(), context: live.context().clone(), facts, judged: None, revision: 0 })
}
