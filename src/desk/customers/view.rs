//! Company pages: the list of customers and suppliers, one of them in full, and the CRM's own edits, which stay here.

use serde::Serialize;

use crate::catalogue::CompanyHit;
use crate::desk::cache::state::SUPPLIERS;
use crate::desk::products::search::damaged;
use crate::desk::{Desk, Event, Surroundings};
use crate::error::{Detail, Error, ErrorCode, Result};
use crate::money::{Amount, Currency, Price, Rate};
use crate::quote::AddressView;
use crate::records::company::{Company, CompanyKind, Contact, Drift, OnceCopied, main_contact};
use crate::records::{Guid, Timestamp};
use crate::store::Store;
use crate::sync::Group;
use crate::transport::Transport;

/// Most rows that one search may ask for.
const MOST_ROWS: usize = 1_000;

/// A row of the list of companies; see `CompanyRow` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CompanyRow {
    /// Cin7's id.
    pub id: Guid,
    /// Which list it came from.
    pub kind: CompanyKind,
    /// The CRM's name for it.
    pub name: String,
    /// City of its main address.
    pub city: String,
    /// Its phone number.
    pub phone: String,
    /// Its currency.
    pub currency: Currency,
    /// Its tier.
    pub price_tier: Option<String>,
    /// Its payment term.
    pub payment_term: Option<String>,
    /// Whether it is on credit hold.
    pub on_hold: bool,
    /// Whether Cin7 has retired it.
    pub deprecated: bool,
    /// Whether Cin7 differs in a field that does not travel.
    pub drifted: bool,
    /// Matched parts of the name.
    pub marks: Vec<(u32, u32)>,
}

/// What a search among companies finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CompanyList {
    /// How many there are to search among, of the kind that was asked for.
    pub total: usize,
    /// The best matches; for an empty text, the first by name.
    pub rows: Vec<CompanyRow>,
}

/// A special price of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SpecialPriceView {
    /// The product.
    pub product_id: Guid,
    /// Its SKU; empty when the product is not among the synced ones.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// The price, in the customer's currency.
    pub price: Price,
}

/// A company in full; see `CompanyView` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CompanyView {
    /// Cin7's id, the account code.
    pub id: Guid,
    /// Which list it came from.
    pub kind: CompanyKind,
    /// The CRM's name for it.
    pub name: String,
    /// What Cin7 calls it now.
    pub cin7_name: String,
    /// The CRM's phone number for it; may be empty.
    pub phone: String,
    /// The CRM's contacts.
    pub contacts: Vec<Contact>,
    /// The CRM's main address.
    pub main_address: Option<AddressView>,
    /// Where goods can go, as Cin7 says now, the default first.
    pub delivery_addresses: Vec<AddressView>,
    /// Currency of its documents.
    pub currency: Currency,
    /// Name of its price tier.
    pub price_tier: Option<String>,
    /// Ordinal of its price tier; `None` when none is chosen, or when the account has no tier of that name.
    pub price_tier_ordinal: Option<u8>,
    /// Name of its payment term.
    pub payment_term: Option<String>,
    /// Name of its tax rule.
    pub tax_rule: Option<String>,
    /// Name of its default warehouse.
    pub warehouse: Option<String>,
    /// Name of its sales representative.
    pub sales_representative: Option<String>,
    /// Its own discount on every sale.
    pub discount: Rate,
    /// Credit limit; `None` means no limit.
    pub credit_limit: Option<Amount>,
    /// Whether it is on credit hold.
    pub on_hold: bool,
    /// Whether Cin7 has retired it.
    pub deprecated: bool,
    /// Its tags.
    pub tags: Vec<String>,
    /// Special prices.
    pub prices: Vec<SpecialPriceView>,
    /// Where Cin7 differs in a field that does not travel.
    pub drift: Vec<Drift>,
    /// When Cin7 last changed it, by Cin7's clock.
    pub modified_at: Option<Timestamp>,
    /// When its list was last read to its end, by this machine's clock.
    pub read_at: Option<Timestamp>,
}

/// What a search among companies is asked for: JSON of `CompanySearch` in `index.ts`.
fn read_ask(text: &str) -> Result<(Option<CompanyKind>, usize)> {
    let (mut kind, mut limit, mut details) = (None, 50, Vec::new());
    let ask = serde_json::from_str::<serde_json::Value>(text).unwrap_or_default();
    let Some(given) = ask.as_object() else { return Err(Error::invalid("ask", "The search is not a plain object.")) };
    for (name, value) in given {
        let right = match (name.as_str(), value.as_str(), value.as_u64().and_then(|number| usize::try_from(number).ok())) {
            ("kind", Some("customer"), _) => kind.replace(CompanyKind::Customer).is_none(),
            ("kind", Some("supplier"), _) => kind.replace(CompanyKind::Supplier).is_none(),
            ("kind", ..) => value.is_null(),
            ("limit", _, Some(number)) if (1..=MOST_ROWS).contains(&number) => {
                limit = number;
                true
            }
            _ => false,
        };
        if !right {
            details.push(Detail::new(name.as_str(), format!("{value} is not something a search can be asked for")));
        }
    }
    if details.is_empty() {
        Ok((kind, limit))
    } else {
        Err(Error::with_details(ErrorCode::InvalidInput, "The search cannot be made.", details))
    }
}

/// The contacts, the main one alone as the default: Cin7 may have marked several, or none.
fn with_one_default(mut contacts: Vec<Contact>) -> Vec<Contact> {
    let main = main_contact(&contacts).and_then(|main| contacts.iter().position(|contact| std::ptr::eq(contact, main)));
    for (at, contact) in contacts.iter_mut().enumerate() {
        contact.default = Some(at) == main;
    }
    contacts
}

impl<S: Store, T: Transport, K: Surroundings> Desk<S, T, K> {
    /// The best matches among customers and suppliers, retired ones too; for an empty text, the first by name. `ask` is JSON.
    ///
    /// # Errors
    /// `invalid-input`; `storage` when the record of a match is damaged.
    pub fn search_companies(&self, text: &str, ask: &str) -> Result<CompanyList> {
        let (kind, limit) = read_ask(ask)?;
        let shelves = self.shelves.borrow();
        let hits = shelves.companies.browse(text, kind, limit).map_err(|corrupt| damaged(&corrupt))?;
        let rows = hits.into_iter().map(|CompanyHit { company, name_marks, .. }| CompanyRow {
            id: company.cin7.id,
            kind: company.cin7.kind,
            drifted: company.has_drifted(),
            name: company.own.name,
            city: company.own.main_address.map(|address| address.city).unwrap_or_default(),
            phone: company.own.phone,
            currency: company.cin7.currency,
            price_tier: company.cin7.price_tier,
            payment_term: company.cin7.payment_term,
            on_hold: company.cin7.on_hold,
            deprecated: company.cin7.deprecated,
            marks: name_marks,
        });
        let suppliers = shelves.companies.suppliers();
        let total = match kind {
            None => shelves.companies.len(),
            Some(CompanyKind::Supplier) => suppliers,
            Some(CompanyKind::Customer) => shelves.companies.len() - suppliers,
        };
        Ok(CompanyList { total, rows: rows.collect() })
    }

    /// One company in full.
    ///
    /// # Errors
    /// `unknown-customer`; `storage` when its record is damaged.
    pub fn company_view(&self, id: &str) -> Result<CompanyView> {
        let company = self.company(id)?;
        let drift = company.drift();
        let shelves = self.shelves.borrow();
        let Company { own, cin7 } = company;
        let tier = cin7.price_tier.as_deref();
        let ordinal = tier.and_then(|name| shelves.references.as_ref()?.tier_named(name).one()).map(|tier| tier.ordinal);
        let group = if cin7.kind == CompanyKind::Supplier { Group::Suppliers } else { Group::Customers };
        let prices = cin7.prices.iter().map(|special| {
            let product = shelves.products.get(special.product);
            let (sku, name) = product.map(|product| (product.sku, product.name)).unwrap_or_default();
            SpecialPriceView { product_id: special.product, sku, name, price: special.price }
        });
        Ok(CompanyView {
            prices: prices.collect(),
            id: cin7.id,
            kind: cin7.kind,
            name: own.name,
            phone: own.phone,
            contacts: with_one_default(own.contacts),
            main_address: own.main_address.as_ref().map(AddressView::from),
            delivery_addresses: cin7.delivery_addresses().into_iter().map(AddressView::from).collect(),
            price_tier_ordinal: ordinal,
            tags: cin7.tags.split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned).collect(),
            cin7_name: cin7.name,
            currency: cin7.currency,
            price_tier: cin7.price_tier,
            payment_term: cin7.payment_term,
            tax_rule: cin7.tax_rule,
            warehouse: cin7.location,
            sales_representative: cin7.sales_representative,
            discount: cin7.discount,
            credit_limit: cin7.credit_limit,
            on_hold: cin7.on_hold,
            deprecated: cin7.deprecated,
            drift,
            modified_at: cin7.modified,
            read_at: self.plan.borrow().as_of(group),
        })
    }

    /// Changes the CRM's own fields of a company (`edit` is JSON of `CompanyEdit`). Nothing is sent to Cin7.
    ///
    /// # Errors
    /// `invalid-input` with everything that is wrong; `unknown-customer`, `storage`, `storage-full`.
    pub async fn edit_company(&self, id: &str, edit: &str) -> Result<CompanyView> {
        self.change_own(id, |company| company.own.edited(edit)).await
    }

    /// Takes Cin7's word for one of the fields that do not travel: `name`, `phone`, `mainAddress` or `contacts`.
    ///
    /// # Errors
    /// `invalid-input`, `unknown-customer`, `storage`, `storage-full`.
    pub async fn accept_company(&self, id: &str, field: &str) -> Result<CompanyView> {
        self.change_own(id, |company| company.accepted(field)).await
    }

    async fn change_own(&self, id: &str, change: impl Fn(&Company) -> Result<OnceCopied>) -> Result<CompanyView> {
        let known = self.company(id)?;
        self.keep_changed(known.cin7.id, change).await?;
        self.tell(Event::Company(known.cin7.id));
        let list = if known.cin7.kind == CompanyKind::Supplier { SUPPLIERS } else { crate::desk::cache::state::CUSTOMERS };
        self.tell_this_tab(Event::Records(vec![list]));
        self.company_view(id)
    }
}
