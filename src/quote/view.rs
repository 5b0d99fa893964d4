//! What the screen is shown of a quote: plain data whose JSON is `types.ts`, key for key.

use crate::records::Day;
#[cfg(test)]
use serde::Serialize;

use super::document::{Delivery, ExchangeRate, PostalAddress};
use super::{LiveQuote, QuoteLine};
use crate::error::Result;
use crate::json::{self, ToJson, Writer};
use crate::money::{Amount, Currency, Percent, Price, Quantity};
use crate::pricing::{PriceReason, TierNames};
use crate::records::company::{Address, Company, Drift};
use crate::records::product::ProductKind;
use crate::records::{Guid, Timestamp};
use crate::stock::{ProductStock, StockKind, StockView};

/// A product's kind, as the screen tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(Serialize), serde(rename_all = "camelCase"))]
pub enum LineKind {
    /// Counted in stock.
    Stock,
    /// A service.
    Service,
    /// Something else.
    Other,
}

json::words!(LineKind { Stock = "stock", Service = "service", Other = "other" });

impl From<&ProductKind> for LineKind {
    fn from(kind: &ProductKind) -> Self {
        match kind {
            ProductKind::Stock => Self::Stock,
            ProductKind::Service => Self::Service,
            ProductKind::Other(_) => Self::Other,
        }
    }
}

/// How a line came by its price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(Serialize), serde(rename_all = "camelCase"))]
pub enum PriceState {
    /// Found by the price sources.
    Found,
    /// Typed by hand.
    Typed,
    /// There is none yet.
    Missing,
}

json::words!(PriceState { Found = "found", Typed = "typed", Missing = "missing" });

/// One step of a product's price ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Serialize), serde(rename_all = "camelCase"))]
pub struct LadderStep {
    /// 1 to 10.
    pub ordinal: u8,
    /// The tier's name; empty when the account has not named it.
    pub name: String,
    /// `None` where not priced.
    pub price: Option<Price>,
}

json::view!(LadderStep { ordinal, name, price });

/// A line, worked out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Serialize), serde(rename_all = "camelCase"))]
pub struct LineView {
    /// Stable within the quote.
    pub id: String,
    /// 1 for the first.
    pub number: usize,
    /// The product.
    pub product_id: Guid,
    /// Its SKU when the line was made.
    pub sku: String,
    /// The line's own text.
    pub description: String,
    /// The product's kind.
    pub kind: LineKind,
    /// Address of its picture.
    pub image: Option<String>,
    /// How many.
    pub quantity: Quantity,
    /// Unit price.
    pub price: Option<Price>,
    /// How it came by it.
    pub price_state: PriceState,
    /// The winning reason in words.
    pub price_reason: String,
    /// Every source, losers included.
    pub trail: Vec<PriceReason>,
    /// What would be found now, when that differs from what was found for the line; `None` also for a typed price.
    pub price_now: Option<Price>,
    /// Per cent.
    pub discount: Percent,
    /// Without tax.
    pub net: Option<Amount>,
    /// The line's own tax.
    pub tax: Option<Amount>,
    /// With tax.
    pub gross: Option<Amount>,
    /// Name of the tax rule.
    pub tax_rule: String,
    /// Its rate; `None` when the account has no such rule.
    pub tax_percent: Option<Percent>,
    /// What becomes the comment of Cin7's order line.
    pub extended_description: String,
    /// Stock of the product.
    pub stock: StockView,
    /// The product's ten tiers; empty when the product is not among the synced ones.
    pub ladder: Vec<LadderStep>,
}

json::view!(LineView {
    id,
    number,
    product_id,
    sku,
    description,
    kind,
    image,
    quantity,
    price,
    price_state,
    price_reason,
    trail,
    price_now,
    discount,
    net,
    tax,
    gross,
    tax_rule,
    tax_percent,
    extended_description,
    stock,
    ladder
});

/// An address.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Serialize), serde(rename_all = "camelCase"))]
pub struct AddressView {
    /// Cin7's id of a saved one.
    pub id: Option<Guid>,
    /// The address.
    #[cfg_attr(test, serde(flatten))]
    pub address: PostalAddress,
}

impl ToJson for AddressView {
    fn write(&self, out: &mut Writer) {
        let PostalAddress { line1, line2, city, state, postcode, country } = &self.address;
        out.open();
        out.field("id", &self.id);
        out.field("line1", line1);
        out.field("line2", line2);
        out.field("city", city);
        out.field("state", state);
        out.field("postcode", postcode);
        out.field("country", country);
        out.close();
    }
}

impl From<&Address> for AddressView {
    fn from(address: &Address) -> Self {
        Self { id: address.id, address: address.into() }
    }
}

/// A customer as the quote screen shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Serialize), serde(rename_all = "camelCase"))]
pub struct CustomerView {
    /// Cin7's id.
    pub id: Guid,
    /// The CRM's own name for it.
    pub name: String,
    /// Currency of its documents.
    pub currency: Currency,
    /// Name of its price tier.
    pub price_tier: Option<String>,
    /// Name of its payment term.
    pub payment_term: Option<String>,
    /// Name of its default warehouse.
    pub warehouse: Option<String>,
    /// Name of its sales representative.
    pub sales_representative: Option<String>,
    /// Phone.
    pub phone: String,
    /// The default contact's name.
    pub contact: String,
    /// Name of its tax rule.
    pub tax_rule: Option<String>,
    /// `None` means no limit.
    pub credit_limit: Option<Amount>,
    /// Whether it is on credit hold.
    pub on_hold: bool,
    /// Main address.
    pub main_address: Option<AddressView>,
    /// Delivery addresses, the default first.
    pub delivery_addresses: Vec<AddressView>,
    /// Where Cin7 now differs in a field that does not travel.
    pub drift: Vec<Drift>,
}

json::view!(CustomerView {
    id,
    name,
    currency,
    price_tier,
    payment_term,
    warehouse,
    sales_representative,
    phone,
    contact,
    tax_rule,
    credit_limit,
    on_hold,
    main_address,
    delivery_addresses,
    drift
});

impl From<&Company> for CustomerView {
    fn from(company: &Company) -> Self {
        let Company { own, cin7 } = company;
        let contact = own.contacts.iter().find(|contact| contact.default).or_else(|| own.contacts.first());
        Self {
            id: cin7.id,
            name: own.name.clone(),
            currency: cin7.currency,
            price_tier: cin7.price_tier.clone(),
            payment_term: cin7.payment_term.clone(),
            warehouse: cin7.location.clone(),
            sales_representative: cin7.sales_representative.clone(),
            phone: own.phone.clone(),
            contact: contact.map(|contact| contact.name.clone()).unwrap_or_default(),
            tax_rule: cin7.tax_rule.clone(),
            credit_limit: cin7.credit_limit,
            on_hold: cin7.on_hold,
            main_address: own.main_address.as_ref().map(AddressView::from),
            delivery_addresses: cin7.delivery_addresses().into_iter().map(AddressView::from).collect(),
            drift: company.drift(),
        }
    }
}

/// Where the goods go.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Serialize), serde(rename_all = "camelCase"))]
pub struct DeliveryView {
    /// `saved`, `main`, `typed` or `none`.
    pub kind: &'static str,
    /// The quote's own copy of the address.
    pub address: Option<AddressView>,
    /// The name on the parcel of a typed one; else empty.
    pub company: String,
    /// False when a saved address has been changed or removed in Cin7 since it was chosen.
    pub still_saved: bool,
}

json::view!(DeliveryView { kind, address, company, still_saved });

/// A quote's header.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Serialize), serde(rename_all = "camelCase"))]
pub struct QuoteHeader {
    /// The CRM's id.
    pub id: String,
    /// The canonical link.
    pub link: String,
    /// The number at the end of the link.
    pub number: String,
    /// The customer.
    pub customer_id: Guid,
    /// The CRM's own name for it.
    pub customer_name: String,
    /// Currency of the quote.
    pub currency: Currency,
    /// Ordinal of the tier the quote is priced on.
    pub price_tier: Option<u8>,
    /// Its present name.
    pub price_tier_name: Option<String>,
    /// Whether the rep chose it.
    pub price_tier_chosen: bool,
    /// Name of the warehouse.
    pub warehouse: Option<String>,
    /// The customer's own reference.
    pub customer_reference: String,
    /// First line of the delivery notes.
    pub delivery_notes1: String,
    /// Second line of the delivery notes.
    pub delivery_notes2: String,
    /// Memo.
    pub memo: String,
    /// Phone for this quote.
    pub phone: String,
    /// The person at the customer.
    pub contact: String,
    /// Name of the payment term.
    pub payment_term: Option<String>,
    /// Name of the sales person.
    pub sales_person: Option<String>,
    /// Where the goods go.
    pub delivery: DeliveryView,
    /// Units of the customer's currency for one of the base currency.
    pub exchange_rate: Option<ExchangeRate>,
    /// Last day on which the quote holds.
    pub end_date: Option<Day>,
    /// Per cent off every line.
    pub overall_discount: Percent,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether it has become an order.
    pub confirmed: bool,
}

json::view!(QuoteHeader {
    id,
    link,
    number,
    customer_id,
    customer_name,
    currency,
    price_tier,
    price_tier_name,
    price_tier_chosen,
    warehouse,
    customer_reference,
    delivery_notes1,
    delivery_notes2,
    memo,
    phone,
    contact,
    payment_term,
    sales_person,
    delivery,
    exchange_rate,
    end_date,
    overall_discount,
    created_at,
    confirmed
});

impl LiveQuote {
    /// The header.
    pub fn header(&self) -> QuoteHeader {
        let quote = &self.quote;
        let tier = quote.tier();
        QuoteHeader {
            id: quote.id.clone(),
            link: quote.link.clone(),
            number: quote.number.clone(),
            customer_id: quote.customer,
            customer_name: quote.customer_name.clone(),
            currency: quote.currency,
            price_tier: tier,
            price_tier_name: tier.map(|ordinal| self.tier_names().of(ordinal).into_owned()),
            price_tier_chosen: quote.chosen_tier.is_some(),
            warehouse: quote.warehouse.clone(),
            customer_reference: quote.customer_reference.clone(),
            delivery_notes1: quote.delivery_notes1.clone(),
            delivery_notes2: quote.delivery_notes2.clone(),
            memo: quote.memo.clone(),
            phone: quote.phone.clone(),
            contact: quote.contact.clone(),
            payment_term: quote.payment_term.clone(),
            sales_person: quote.sales_person.clone(),
            delivery: self.delivery_view(),
            exchange_rate: quote.exchange_rate,
            end_date: quote.end_date,
            overall_discount: quote.overall_discount,
            created_at: quote.created_at,
            confirmed: quote.confirmed,
        }
    }

    /// Every line, in order.
    pub fn lines(&self) -> Vec<LineView> {
        let (names, wanted) = (self.tier_names(), self.wanted_by_product());
        let of = |line: &QuoteLine| wanted.get(&line.product).copied().unwrap_or_default();
        self.quote.lines.iter().enumerate().map(|(at, line)| self.line_view(at, of(line), names)).collect()
    }

    /// One line.
    ///
    /// # Errors
    /// `unknown-line`.
    pub fn line(&self, line_id: &str) -> Result<LineView> {
        self.position(line_id).map(|at| self.view_of(at))
    }

    /// The customer.
    pub fn customer(&self) -> CustomerView {
        CustomerView::from(&self.context.company)
    }

    /// The saved delivery address that the quote chose, as Cin7 has it now; `None` when it is gone.
    pub(crate) fn saved_now(&self) -> Option<&Address> {
        let Delivery::Saved { id, .. } = self.quote.delivery else { return None };
        self.context.company.cin7.delivery_addresses().into_iter().find(|address| address.id == Some(id))
    }

    /// Whether a saved delivery address still is in Cin7 as it was chosen; true for every other kind.
    pub(crate) fn still_saved(&self) -> bool {
        match &self.quote.delivery {
            Delivery::Saved { address, .. } => self.saved_now().is_some_and(|saved| PostalAddress::from(saved) == *address),
            Delivery::None | Delivery::Main { .. } | Delivery::Typed { .. } => true,
        }
    }

    pub(super) fn view_of(&self, at: usize) -> LineView {
        self.line_view(at, self.wanted(self.quote.lines[at].product), self.tier_names())
    }

    fn delivery_view(&self) -> DeliveryView {
        let delivery = &self.quote.delivery;
        let (kind, id, company) = match delivery {
            Delivery::None => ("none", None, ""),
            Delivery::Main { .. } => ("main", None, ""),
            Delivery::Saved { id, .. } => ("saved", Some(*id), ""),
            Delivery::Typed { company, .. } => ("typed", None, company.as_str()),
        };
        let address = delivery.address().map(|address| AddressView { id, address: address.clone() });
        DeliveryView { kind, address, company: company.to_owned(), still_saved: self.still_saved() }
    }

    fn line_view(&self, at: usize, wanted: Quantity, names: TierNames<'_>) -> LineView {
        let line = &self.quote.lines[at];
        let facts = self.facts(at);
        let references = &self.context.references;
        let amounts = self.amounts(at).map(|(_, amounts)| amounts);
        let price = line.priced.price();
        let price_state = match (line.priced.typed, price) {
            (Some(_), _) => PriceState::Typed,
            (None, Some(_)) => PriceState::Found,
            (None, None) => PriceState::Missing,
        };
        let kind = facts.map_or(&line.kind, |facts| &facts.product.kind);
        let nothing_read = ProductStock::default();
        let stock = facts.map_or(&nothing_read, |facts| &facts.stock);
        let rule = match self.amounts(at) {
            Some((rule, _)) => references.tax_rules.get(rule),
            None => references.tax_rule(&line.tax_rule),
        };
        LineView {
            id: line.id.clone(),
            number: at + 1,
            product_id: line.product,
            sku: line.sku.clone(),
            description: line.description.clone(),
            kind: kind.into(),
            image: facts.and_then(|facts| facts.product.image().map(str::to_owned)),
            quantity: line.quantity,
            price,
            price_state,
            price_reason: line.priced.reason(names).into_owned(),
            trail: line.priced.trail(names),
            price_now: self.price_moved(at, line),
            discount: line.discount,
            net: amounts.map(|amounts| amounts.net()),
            tax: amounts.map(|amounts| amounts.tax),
            gross: amounts.map(|amounts| amounts.gross()),
            tax_rule: line.tax_rule.clone(),
            tax_percent: rule.map(|rule| rule.percent),
            extended_description: line.extended_description.clone(),
            stock: stock.view(StockKind::from(kind), wanted, self.quote.warehouse.as_deref(), references),
            ladder: facts.map(|facts| self.ladder(&facts.product.tiers)).unwrap_or_default(),
        }
    }

    /// What would be found now, when it differs from what was found for the line and was not overruled by hand.
    pub(crate) fn price_moved(&self, at: usize, line: &QuoteLine) -> Option<Price> {
        let now = self.priced_now(at)?.price();
        now.filter(|now| line.priced.typed.is_none() && line.priced.price() != Some(*now))
    }

    fn ladder(&self, tiers: &[Option<Price>]) -> Vec<LadderStep> {
        (1..)
            .zip(tiers)
            .map(|(ordinal, price)| {
                let name = self.context.references.tier(ordinal).map(|tier| tier.name.clone()).unwrap_or_default();
                LadderStep { ordinal, name, price: *price }
            })
            .collect()
    }
}
