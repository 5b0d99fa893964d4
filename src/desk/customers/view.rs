//! One company in full.

use serde::Serialize;

use crate::desk::cache::find::company;
use crate::desk::context::{Context, Environment};
use crate::error::Result;
use crate::money::{Amount, Currency, Price, Rate};
use crate::quote::AddressView;
use crate::records::company::{Company, CompanyKind, Contact, Drift, main_contact};
use crate::records::{Guid, Timestamp};
use crate::sync::Group;

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

/// The contacts, the main one alone as the default: Cin7 may have marked several, or none.
fn with_one_default(mut contacts: Vec<Contact>) -> Vec<Contact> {
    let main = main_contact(&contacts).and_then(|main| contacts.iter().position(|contact| std::ptr::eq(contact, main)));
    for (at, contact) in contacts.iter_mut().enumerate() {
        contact.default = Some(at) == main;
    }
    contacts
}

/// One company in full.
///
/// # Errors
/// `unknown-customer`; `storage` when its record is damaged.
pub(crate) fn company_view<E: Environment>(ctx: &Context<E>, id: &str) -> Result<CompanyView> {
    let company = company(ctx, id)?;
    let drift = company.drift();
    let shelves = ctx.shelves.borrow();
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
        read_at: ctx.plan.borrow().as_of(group),
    })
}
