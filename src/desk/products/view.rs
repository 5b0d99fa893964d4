//! One product with everything that is known of it: `desk.products.get`.

use serde::Serialize;

use crate::catalogue::SkuMatch;
use crate::desk::cache::find::the_product;
use crate::desk::context::{Context, Environment};
use crate::desk::products::pictures::order_pictures;
use crate::desk::today::today;
use crate::error::Result;
use crate::money::{Currency, Price, Quantity};
use crate::quote::{LadderStep, LineKind};
use crate::records::product::{DropShip, Product, ProductStatus, tags};
use crate::records::purchase::{Arriving, arriving, next_available};
use crate::records::reference::DiscountStep;
use crate::records::{Day, Guid, Timestamp};
use crate::settings::DescriptionField;
use crate::stock::{StockAt, StockKind, StockView};

/// Whether a product can be put on a quote, and if not, why; see `ProductState` in `types.ts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProductState {
    /// It can.
    Offered,
    /// It is not sold.
    NotSellable,
    /// It is deprecated in Cin7.
    Deprecated,
    /// It is the record under a SKU that was given up; it receives no updates.
    Renamed,
}

impl ProductState {
    /// The state of a record under its own SKU.
    pub(crate) const fn of(sellable: bool, status: ProductStatus) -> Self {
        match (sellable, status) {
            (true, _) => Self::Offered,
            (false, ProductStatus::Deprecated) => Self::Deprecated,
            (false, _) => Self::NotSellable,
        }
    }
}

/// A product's discount rule: what falls with the quantity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DiscountView {
    /// The rule's name.
    pub name: String,
    /// Whether the account has such a rule and may still use it.
    pub active: bool,
    /// Its steps.
    pub steps: Vec<DiscountStep>,
}

/// One product; see `ProductView` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProductView {
    /// Cin7's id.
    pub id: Guid,
    /// The SKU.
    pub sku: String,
    /// Cin7's description of it.
    pub name: String,
    /// Whether it can be quoted.
    pub state: ProductState,
    /// Whether it is still to be set up in Cin7.
    pub setup_required: bool,
    /// The SKU that the product has now, when this is the record under one that was given up.
    pub renamed_to: Option<String>,
    /// SKUs that it had before.
    pub formerly: Vec<String>,
    /// What kind of thing it is.
    pub kind: LineKind,
    /// Category; may be empty.
    pub category: String,
    /// Brand; may be empty.
    pub brand: String,
    /// Barcode; may be empty.
    pub barcode: String,
    /// Tags, trimmed.
    pub tags: Vec<String>,
    /// Addresses of its pictures, the one that stands for it first.
    pub images: Vec<String>,
    /// Weight of one, such as `7.5 kg`; empty when none is entered.
    pub weight: String,
    /// Whether the supplier ships it.
    pub drop_ship: DropShip,
    /// Name of its own sale tax rule.
    pub tax_rule: Option<String>,
    /// Its ten tiers.
    pub ladder: Vec<LadderStep>,
    /// The tier that is the standard price, by ordinal.
    pub standard_tier: u8,
    /// Its discount rule.
    pub discount: Option<DiscountView>,
    /// Currency of its cost.
    pub base_currency: Currency,
    /// Average cost; `None` when it is unknown or not this user's to see.
    pub cost: Option<Price>,
    /// Whether this user may see the cost.
    pub cost_shown: bool,
    /// Stock by warehouse.
    pub stock: StockView,
    /// The same over all warehouses; its name is empty.
    pub stock_total: StockAt,
    /// The earliest day from today on that more of it is expected, by purchases; `None` also without the CRM's standard
    /// stock calculation.
    pub next_available: Option<Day>,
    /// What is on its way, the earliest first.
    pub arriving: Vec<Arriving>,
    /// Plain text that new quote lines begin with.
    pub extended_description: String,
    /// Plain text for the company alone.
    pub internal_notes: String,
    /// Text that may hold markup; untrusted.
    pub specification: String,
    /// When Cin7 last changed it.
    pub modified: Option<Timestamp>,
}

/// One product, named by SKU or id. A SKU that was given up shows the record as it was then.
///
/// # Errors
/// `unknown-product`, `not-ready`; `invalid-input` where the SKU could mean several.
pub(crate) fn product_view<E: Environment>(ctx: &Context<E>, named: &str) -> Result<ProductView> {
    let shelves = ctx.shelves.borrow();
    let books = shelves.references()?;
    let by_id = named.parse::<Guid>().ok().and_then(|id| shelves.products.get(id));
    let (mut product, renamed_to) = match by_id {
        Some(product) => (product, None),
        None => match the_product(ctx, named, shelves.products.by_sku(named), |found| found.sku())? {
            SkuMatch::Current(row) => (row.product(), None),
            SkuMatch::Renamed { old, now } => (old.product(), Some(now.sku().to_owned())),
        },
    };
    order_pictures(ctx, &mut product);
    let state = match renamed_to {
        Some(_) => ProductState::Renamed,
        None => ProductState::of(product.sellable, product.status),
    };
    let formerly = shelves.products.renamed().filter(|(_, now)| now.id() == product.id && renamed_to.is_none());
    let formerly = formerly.map(|(old, _)| old.sku().to_owned()).collect();
    // The stock is that of the product as it is now; a record that no longer changes has none.
    let stock = if renamed_to.is_some() { crate::stock::ProductStock::default() } else { shelves.stock_of(product.id) };
    let text = |field| ctx.settings.description(&product, field);
    let (extended_description, internal_notes, specification) = (
        text(DescriptionField::ExtendedDescription),
        text(DescriptionField::InternalNotes),
        text(DescriptionField::Specification),
    );
    let tier = |(ordinal, price): (u8, &Option<Price>)| {
        let name = books.tier(ordinal).map(|tier| tier.name.clone()).unwrap_or_default();
        LadderStep { ordinal, name, price: *price }
    };
    let discount = product.discount_rule.as_deref().map(|name| {
        let rule = books.discount_rule(name).one();
        let steps = rule.map(|rule| rule.steps.clone()).unwrap_or_default();
        DiscountView { name: name.to_owned(), active: rule.is_some_and(|rule| rule.active), steps }
    });
    let arriving = match renamed_to {
        None if ctx.settings.standard_stock => arriving(&shelves.purchases, product.id, today(ctx, &shelves)),
        _ => Vec::new(),
    };
    let Product { id, sku, name, category, brand, barcode, kind, drop_ship, tiers, weight, images, modified, .. } = product;
    Ok(ProductView {
        id,
        sku,
        name: shelves.edited_products.get(&id).cloned().unwrap_or(name),
        state,
        setup_required: product.status == ProductStatus::SetupRequired,
        renamed_to,
        formerly,
        kind: LineKind::from(&kind),
        category,
        brand,
        barcode,
        tags: tags(&product.tags).into_iter().map(str::to_owned).collect(),
        images,
        weight: weight.map(|weight| weight.text()).unwrap_or_default(),
        drop_ship,
        tax_rule: product.sale_tax_rule,
        ladder: (1..).zip(&tiers).map(tier).collect(),
        standard_tier: ctx.settings.standard_tier,
        discount,
        base_currency: books.account.base_currency,
        cost: product.average_cost.filter(|_| ctx.settings.show_cost),
        cost_shown: ctx.settings.show_cost,
        stock: stock.view(StockKind::from(&kind), Quantity::ZERO, None, books),
        stock_total: stock.total(),
        next_available: next_available(&arriving),
        arriving,
        extended_description,
        internal_notes,
        specification,
        modified,
    })
}

/// The categories of what may be sold, in order.
pub(crate) fn categories<E: Environment>(ctx: &Context<E>) -> Vec<String> {
    ctx.shelves.borrow().products.categories().into_iter().map(str::to_owned).collect()
}
