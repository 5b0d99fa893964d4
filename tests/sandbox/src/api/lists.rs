//! Lists of reference books, customers, suppliers, products and availability.

use std::fmt::Write as _;

use crate::answer::{Answer, Listing, Refusal};
use crate::collection::{Collection, Kind, Record};
use crate::fields::{Fields, object};
use crate::query::{Page, Query};
use crate::state::State;
use crate::switches::{DeprecatedFilter, FlaggedArrays, TextMatch};

/// Lists a small reference book; `keep` sees each record's fields.
fn book(state: &State, kind: Kind, query: &Query, keep: impl Fn(&Record, &Fields) -> bool) -> Listing {
    let mut listing = Listing::new(kind, query.page());
    let id = query.lower(kind.id_field());
    let name = query.lower("Name");
    for record in state.world.of(kind).iter() {
        let wanted = id.as_ref().is_none_or(|id| *record.keys.id == **id)
            && name.as_ref().is_none_or(|name| record.keys.name.starts_with(name.as_str()))
            && keep(record, &record.fields());
        if wanted {
            listing.add(|text| text.push_str(&record.text));
        }
    }
    listing
}

fn same_flag(query: &Query, name: &str, fields: &Fields) -> bool {
    query.flag(name).is_none_or(|wanted| fields.flag(name).unwrap_or(false) == wanted)
}

fn same_text(query: &Query, name: &str, fields: &Fields) -> bool {
    query.lower(name).is_none_or(|wanted| fields.text_or_empty(name).to_lowercase() == wanted)
}

pub(super) fn contacts(state: &State, query: &Query) -> Answer {
    // This endpoint's filter is called ID although the field is ContactID.
    let id = query.lower("ID");
    let listing = book(state, Kind::Contacts, query, |record, fields| {
        id.as_ref().is_none_or(|id| *record.keys.id == **id)
            && ["Type", "Phone", "Fax", "Email"].iter().all(|name| same_text(query, name, fields))
            && same_flag(query, "DefaultForType", fields)
    });
    listing.finish()
}

pub(super) fn price_tiers(state: &State) -> Answer {
    Answer::json(&object! { "PriceTiers" => state.world.of(Kind::PriceTiers).render() })
}

pub(super) fn tax_rules(state: &State, query: &Query) -> Answer {
    let listing = book(state, Kind::TaxRules, query, |_, fields| {
        ["IsActive", "IsTaxForSale", "IsTaxForPurchase"].iter().all(|name| same_flag(query, name, fields))
            && same_text(query, "Account", fields)
    });
    listing.finish()
}

pub(super) fn locations(state: &State, query: &Query) -> Answer {
    let deprecated = query.is_set("Deprecated");
    let only = state.switches.locations_deprecated == DeprecatedFilter::Only;
    let listing = book(state, Kind::Locations, query, |record, _| match (deprecated, only) {
        (false, _) => !record.keys.deprecated || query.text("ID").is_some(),
        (true, false) => true,
        (true, true) => record.keys.deprecated,
    });
    listing.finish()
}

pub(super) fn payment_terms(state: &State, query: &Query) -> Answer {
    let listing = book(state, Kind::PaymentTerms, query, |_, fields| {
        same_flag(query, "IsActive", fields) && same_flag(query, "IsDefault", fields) && same_text(query, "Method", fields)
    });
    listing.finish()
}

pub(super) fn accounts(state: &State, query: &Query) -> Result<Answer, Refusal> {
    if query.lower("Code").is_some_and(|code| state.world.of(Kind::Accounts).find(&code).is_none()) {
        return Err(Refusal::invalid("Account with specified ID not found"));
    }
    let listing =
        book(state, Kind::Accounts, query, |_, fields| same_text(query, "Type", fields) && same_text(query, "Status", fields));
    Ok(listing.finish())
}

/// Rules of discounts; this endpoint pages by 25 unless told otherwise.
pub(super) fn discount_rules(state: &State, query: &Query) -> Answer {
    let mut listing = Listing::new(Kind::DiscountRules, query.page_of(25));
    let (id, search) = (query.lower("ID"), query.lower("Search"));
    for record in state.world.of(Kind::DiscountRules).iter() {
        let wanted = id.as_ref().is_none_or(|id| *record.keys.id == **id)
            && search.as_ref().is_none_or(|text| record.keys.name.contains(text.as_str()));
        if wanted {
            listing.add(|text| text.push_str(&record.text));
        }
    }
    listing.finish_with(state.switches.discount_total)
}

/// Whether a delta, deprecation or id filter keeps the record.
fn is_wanted(record: &Record, query: &Wanted) -> bool {
    (query.with_deprecated || !record.keys.deprecated)
        && query.since.is_none_or(|since| record.keys.modified.is_some_and(|at| at >= since))
        && query.id.as_ref().is_none_or(|id| *record.keys.id == **id)
}

struct Wanted {
    with_deprecated: bool,
    since: Option<chrono::DateTime<chrono::Utc>>,
    id: Option<String>,
}

impl Wanted {
    /// Whether no record of the collection is left out.
    fn takes_all(&self, records: &Collection) -> bool {
        self.since.is_none() && self.id.is_none() && (self.with_deprecated || records.is_all_current())
    }

    fn of(query: &Query) -> Self {
        let id = query.lower("ID");
        // A record asked for by its id is given even if deprecated.
        Wanted { with_deprecated: query.is_set("IncludeDeprecated") || id.is_some(), since: query.instant("ModifiedSince"), id }
    }
}

pub(super) fn parties(state: &State, kind: Kind, query: &Query) -> Answer {
    let mut listing = Listing::new(kind, query.page());
    let wanted = Wanted::of(query);
    let name = query.lower("Name");
    let contact = query.lower("ContactFilter");
    let prices = query.is_set("IncludeProductPrices");
    for record in state.world.of(kind).iter() {
        let keep = is_wanted(record, &wanted)
            && name.as_ref().is_none_or(|name| record.keys.name.starts_with(name.as_str()))
            && contact.as_ref().is_none_or(|contact| has_contact(record, contact));
        if keep {
            listing.add(|text| {
                let shown: &[&str] = if prices { &["ProductPrices"] } else { &[] };
                render(text, record, kind, shown, state);
            });
        }
    }
    listing.finish()
}

fn has_contact(record: &Record, wanted: &str) -> bool {
    record.fields().list("Contacts").iter().any(|contact| {
        contact.text_or_empty("Name").to_lowercase().starts_with(wanted)
            || contact.text_or_empty("Email").to_lowercase() == *wanted
    })
}

pub(super) fn products(state: &State, query: &Query) -> Answer {
    let mut page = query.page();
    if state.switches.product_page_needs_limit && query.text("Limit").is_none() {
        page = Page { number: 1, limit: page.limit };
    }
    let mut listing = Listing::new(Kind::Products, page);
    let wanted = Wanted::of(query);
    let name = query.lower("Name");
    let sku = query.lower("Sku");
    let flags = [
        ("IncludeSuppliers", "Suppliers"),
        ("IncludeReorderLevels", "ReorderLevels"),
        ("IncludeMovements", "Movements"),
        ("IncludeBOM", "BillOfMaterialsProducts"),
        ("IncludeBOM", "BillOfMaterialsServices"),
        ("IncludeAttachments", "Attachments"),
        ("IncludeCustomPrices", "CustomPrices"),
    ];
    let shown: Vec<&str> = flags.into_iter().filter(|(flag, _)| query.is_set(flag)).map(|(_, array)| array).collect();
    let how = state.switches.product_match;
    let products = state.world.of(Kind::Products);
    let is_unfiltered = wanted.takes_all(products) && name.is_none() && sku.is_none();
    if is_unfiltered {
        listing.add_all(products, |text, record| render(text, record, Kind::Products, &shown, state));
        return listing.finish();
    }
    let mut add = |record: &Record| {
        if is_wanted(record, &wanted)
            && matches(name.as_deref(), &record.keys.name, how)
            && matches(sku.as_deref(), &record.keys.code, how)
        {
            listing.add(|text| render(text, record, Kind::Products, &shown, state));
        }
    };
    match &wanted.id {
        Some(id) => products.find(id).into_iter().for_each(&mut add),
        None => products.iter().for_each(&mut add),
    }
    listing.finish()
}

fn matches(wanted: Option<&str>, own: &str, how: TextMatch) -> bool {
    wanted.is_none_or(|wanted| match how {
        TextMatch::Contains => own.contains(wanted),
        TextMatch::Prefix => own.starts_with(wanted),
    })
}

pub(super) fn availability(state: &State, query: &Query) -> Answer {
    let mut listing = Listing::new(Kind::Availability, query.page());
    let id = query.lower("ID");
    let name = query.lower("Name");
    let sku = query.lower("Sku");
    let location = query.lower("Location");
    let batch = query.lower("Batch");
    let category = query.lower("Category");
    let rows = state.world.of(Kind::Availability);
    let show = |text: &mut String, record: &Record| text.push_str(&record.text);
    if [&id, &name, &sku, &location, &batch, &category].into_iter().all(Option::is_none) {
        listing.add_all(rows, show);
        return listing.finish();
    }
    let mut add = |record: &Record| {
        let keep = name.as_ref().is_none_or(|name| record.keys.name.starts_with(name.as_str()))
            && matches(sku.as_deref(), &record.keys.code, state.switches.availability_match)
            && location.as_ref().is_none_or(|location| *record.keys.place == **location)
            && batch.as_ref().is_none_or(|batch| record.fields().text_or_empty("Batch").to_lowercase() == *batch)
            && category.as_ref().is_none_or(|category| is_in(state, record, category));
        if keep {
            listing.add(|text| show(text, record));
        }
    };
    match id {
        Some(id) => rows.positions(&id).iter().map(|at| rows.at(*at)).for_each(&mut add),
        None => rows.iter().for_each(&mut add),
    }
    listing.finish()
}

fn is_in(state: &State, row: &Record, category: &str) -> bool {
    state
        .world
        .of(Kind::Products)
        .find(&row.keys.id)
        .is_some_and(|product| product.fields().text_or_empty("Category").to_lowercase() == *category)
}

/// Appends a record with the flagged arrays that were asked for.
pub(super) fn render(text: &mut String, record: &Record, kind: Kind, shown: &[&str], state: &State) {
    text.push_str(&record.text);
    text.pop();
    for name in kind.flagged_arrays() {
        let value = match (shown.contains(name), *name) {
            (true, "Attachments") => nested_attachments(record, state),
            (true, "CustomPrices") => custom_prices(record, state),
            (true, _) => record.extra(name).map_or_else(|| "[]".to_owned(), |value| value.get().to_owned()),
            (false, _) if state.switches.flagged_arrays == FlaggedArrays::Empty => "[]".to_owned(),
            (false, _) => continue,
        };
        let _ = write!(text, r#","{name}":{value}"#);
    }
    text.push('}');
}

fn linked(record: &Record, state: &State) -> Vec<Fields> {
    let text = record.extra("Attachments").map_or("[]", |value| value.get());
    let mut attachments: Vec<Fields> = serde_json::from_str(text).unwrap_or_default();
    for attachment in &mut attachments {
        let url = attachment.text_or_empty("DownloadUrl");
        if url.starts_with('/') {
            attachment.set("DownloadUrl", &format!("{}{url}", state.origin));
        }
    }
    attachments
}

fn nested_attachments(record: &Record, state: &State) -> String {
    let mut attachments = linked(record, state);
    if !state.switches.nested_is_default {
        for attachment in &mut attachments {
            attachment.take("IsDefault");
        }
    }
    crate::fields::raw(&attachments).get().to_owned()
}

/// Special prices of a product, from the customers that have them.
fn custom_prices(record: &Record, state: &State) -> String {
    let mut prices = Vec::new();
    for customer in state.world.of(Kind::Customers).iter() {
        let text = customer.extra("ProductPrices").map_or("[]", |value| value.get());
        let own: Vec<Fields> = serde_json::from_str(text).unwrap_or_default();
        for price in own.into_iter().filter(|price| price.text_or_empty("ProductID").to_lowercase() == *record.keys.id) {
            let fields = customer.fields();
            let of = |source: &Fields, key: &str| source.get(key).map(ToOwned::to_owned);
            prices.push(object! {
                "ProductID" => of(&price, "ProductID"), "ProductSKU" => of(&price, "ProductSKU"), "ProductName" => of(&price,
                "ProductName"),
                "CustomerID" => of(&fields, "ID"), "CustomerName" => of(&fields, "Name"), "Price" => of(&price, "Price"),
            });
        }
    }
    crate::fields::raw(&prices).get().to_owned()
}

pub(super) fn attachments(state: &State, query: &Query) -> Result<Answer, Refusal> {
    let id = query.lower("ProductID").ok_or_else(|| Refusal::invalid("ProductID is required"))?;
    let record =
        state.world.of(Kind::Products).find(&id).ok_or_else(|| Refusal::invalid("Product with specified ID not found"))?;
    Ok(Answer::json(&linked(record, state)))
}
