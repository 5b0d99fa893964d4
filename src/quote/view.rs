//! What the screen is shown of a quote: plain data whose JSON is `types.ts`, key for key.

mod line;

use crate::records::Day;
use serde::Serialize;

use super::document::{Delivery, ExchangeRate, PostalAddress, Receipt};
pub use line::{DiscountState, LadderStep, LineKind, LineView, PriceState};

use super::refused::RefusedInputView;
use super::{Begun, CreditUse, LiveQuote};
use crate::money::{Amount, Currency, Percent};
use crate::records::company::{Address, Company, Drift, contact_name};
use crate::records::sale::StandingSale;
use crate::records::{Guid, Timestamp};

/// An address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressView {
    /// Cin7's id of a saved one.
    pub id: Option<Guid>,
    /// The address.
    #[serde(flatten)]
    pub address: PostalAddress,
}

impl From<&Address> for AddressView {
    fn from(address: &Address) -> Self {
        Self { id: address.id, address: address.into() }
    }
}

/// A customer as the quote screen shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
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
    /// How much of its credit it uses, apart from the quote it is shown with; `None` where that is not asked.
    pub credit: Option<CreditUse>,
    /// Where Cin7 now differs in a field that does not travel.
    pub drift: Vec<Drift>,
}

impl From<&Company> for CustomerView {
    fn from(company: &Company) -> Self {
        let Company { own, cin7 } = company;
        Self {
            id: cin7.id,
            name: own.name.clone(),
            currency: cin7.currency,
            price_tier: cin7.price_tier.clone(),
            payment_term: cin7.payment_term.clone(),
            warehouse: cin7.location.clone(),
            sales_representative: cin7.sales_representative.clone(),
            phone: own.phone.clone(),
            contact: contact_name(&own.contacts).to_owned(),
            tax_rule: cin7.tax_rule.clone(),
            credit_limit: cin7.credit_limit,
            on_hold: cin7.on_hold,
            main_address: own.main_address.as_ref().map(AddressView::from),
            delivery_addresses: cin7.delivery_addresses().into_iter().map(AddressView::from).collect(),
            credit: None,
            drift: company.drift(),
        }
    }
}

/// Where the goods go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
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

/// A quote's header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
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
    /// The sales person as it is set: a code of the settings, or a name.
    pub sales_person: Option<String>,
    /// Its full name.
    pub sales_person_name: Option<String>,
    /// Where the goods go.
    pub delivery: DeliveryView,
    /// Units of the customer's currency for one of the base currency.
    pub exchange_rate: Option<ExchangeRate>,
    /// Last day on which the quote holds.
    pub end_date: Option<Day>,
    /// Per cent off every line.
    pub overall_discount: Percent,
    /// Whether the stock of its lines is reserved.
    pub reserve_stock: bool,
    /// What the customer has paid already.
    pub receipt: Option<Receipt>,
    /// What was typed into its fields and not taken.
    pub refused_inputs: Vec<RefusedInputView>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The key of its order: the link, or after a void the link with a number behind `#`.
    pub order_key: String,
    /// Whether it has become an order.
    pub confirmed: bool,
    /// The sale that bears its key in Cin7 although it was not ordered here; `None` once it is confirmed.
    pub standing: Option<StandingSale>,
    /// The sale that an earlier try has begun in Cin7; what went with it cannot be changed.
    pub begun: Option<Begun>,
}

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
            sales_person_name: self.sales_person().map(str::to_owned),
            delivery: self.delivery_view(),
            exchange_rate: quote.exchange_rate,
            end_date: quote.end_date,
            overall_discount: quote.overall_discount,
            reserve_stock: quote.reserved_on.is_some(),
            receipt: quote.receipt.clone(),
            refused_inputs: self.refused_view(None),
            created_at: quote.created_at,
            order_key: quote.order_key(),
            confirmed: quote.confirmed,
            standing: self.standing().cloned(),
            begun: quote.begun.clone(),
        }
    }

    /// Full name of the sales person: what the system settings call the quote's code, else the name that is set.
    pub fn sales_person(&self) -> Option<&str> {
        let set = self.quote.sales_person.as_deref()?;
        let known = self.context.settings.sales_people.iter().find(|person| person.code == set);
        Some(known.map_or(set, |person| &person.name))
    }

    /// The customer.
    pub fn customer(&self) -> CustomerView {
        CustomerView { credit: self.context.credit.clone(), ..CustomerView::from(&self.context.company) }
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
}
