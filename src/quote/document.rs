//! The quote as it is kept.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

use crate::records::Day;
use rust_decimal::Decimal;
use serde_with::{DeserializeFromStr, SerializeDisplay};

use super::{Begun, accepted::Accepted, refused::RefusedInputs};
use crate::money::{Amount, Currency, NumberError, Percent, Price, Quantity, parse_decimal, round};
use crate::pricing::{Priced, TierChoice, customer_tier};
use crate::records::company::{Address, Company, contact_name};
use crate::records::link::{CanonicalLink, order_key};
use crate::records::product::ProductKind;
use crate::records::reference::References;
use crate::records::{Guid, Timestamp};

/// The format that this version writes. A document with a higher number was written by a later version.
pub const FORMAT: u32 = 1;

/// How many units of the customer's currency one unit of the base currency buys: above zero, up to fifteen decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, SerializeDisplay, DeserializeFromStr)]
pub struct ExchangeRate(Decimal);

impl ExchangeRate {
    /// Decimals that the CRM keeps.
    const PLACES: u32 = 15;

    /// The number itself.
    pub const fn decimal(self) -> Decimal {
        self.0
    }

    /// Cin7's `CurrencyRate` of a sale: base units for one unit of the customer's currency, at Cin7's five decimals.
    pub fn cin7_rate(self) -> Decimal {
        self.inverse(5)
    }

    /// Cin7's `CurrencyRate` of a payment, which has four decimals; rounded once, and not from the sale's.
    pub fn receipt_rate(self) -> Decimal {
        self.inverse(4)
    }

    fn inverse(self, places: u32) -> Decimal {
        round(Decimal::ONE / self.0, places).normalize()
    }
}

impl FromStr for ExchangeRate {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let value = parse_decimal(text)?;
        let (lowest, highest) = (Decimal::new(1, 9), Decimal::from(1_000_000_000));
        if value < lowest || value > highest {
            return Err(NumberError::OutOfRange(text.trim().to_owned(), lowest, highest));
        }
        if value.normalize().scale() > Self::PLACES {
            return Err(NumberError::TooPrecise(text.trim().to_owned(), Self::PLACES));
        }
        Ok(Self(value.normalize()))
    }
}

impl fmt::Display for ExchangeRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// An address on an envelope.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostalAddress {
    /// First line.
    pub line1: String,
    /// Second line; may be empty.
    pub line2: String,
    /// City; may be empty.
    pub city: String,
    /// State or county; may be empty.
    pub state: String,
    /// Postcode; may be empty.
    pub postcode: String,
    /// Country name; Cin7 requires one.
    pub country: String,
}

impl PostalAddress {
    /// What there is of it, with commas between.
    pub fn in_one_line(&self) -> String {
        let Self { line1, line2, city, state, postcode, country } = self;
        let parts = [line1, line2, city, state, postcode, country].map(String::as_str);
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

impl From<&Address> for PostalAddress {
    fn from(address: &Address) -> Self {
        Self {
            line1: address.line1.clone(),
            line2: address.line2.clone(),
            city: address.city.clone(),
            state: address.state.clone(),
            postcode: address.postcode.clone(),
            country: address.country.clone(),
        }
    }
}

/// Where the goods go. Each kind keeps its own copy of the address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Delivery {
    /// Nowhere yet.
    #[default]
    None,
    /// The company's main address.
    Main {
        /// The address.
        address: PostalAddress,
    },
    /// One of the customer's saved delivery addresses.
    Saved {
        /// Its id in Cin7.
        id: Guid,
        /// The address as it was when it was chosen.
        address: PostalAddress,
    },
    /// One typed for this order only.
    Typed {
        /// The address.
        address: PostalAddress,
        /// The name on the parcel.
        company: String,
    },
}

impl Delivery {
    /// The address, when there is one.
    pub const fn address(&self) -> Option<&PostalAddress> {
        match self {
            Self::None => None,
            Self::Main { address } | Self::Saved { address, .. } | Self::Typed { address, .. } => Some(address),
        }
    }
}

/// Who decided a line's discount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DiscountBy {
    /// The product's discount rule, by quantity.
    Rule,
    /// Somebody typed it: nothing replaces it until it is reset.
    Typed,
}

/// Money that the customer has paid on this quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// How much, in the quote's currency; above zero.
    pub amount: Amount,
    /// What tells it from every other, such as the number of a card payment.
    pub reference: String,
    /// When it was paid.
    pub date: Day,
}

/// A line of a quote, with a snapshot of what it was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuoteLine {
    /// Stable within the quote.
    pub id: String,
    /// The product.
    pub product: Guid,
    /// Its SKU when the line was made.
    pub sku: String,
    /// Cin7's name for it when the line was made.
    pub name: String,
    /// Its kind when the line was made.
    pub kind: ProductKind,
    /// The line's own text; begins as `name`.
    pub description: String,
    /// What becomes the comment of Cin7's order line.
    pub extended_description: String,
    /// How many, at the account's decimals.
    pub quantity: Quantity,
    /// What every source offered when the line was last priced, and the price typed on it, if any.
    pub priced: Priced,
    /// The line's own discount.
    pub discount: Percent,
    /// Who decided it; `None` when nobody has. A discount of an older document counts as typed.
    #[serde(default)]
    pub discount_by: Option<DiscountBy>,
    /// Name of its tax rule.
    pub tax_rule: String,
    /// Average cost when the line was made, in the base currency; `None` is unknown.
    pub cost: Option<Price>,
    /// Name of the warehouse that this line should ship from, where that is not the quote's.
    #[serde(default)]
    pub warehouse: Option<String>,
    /// When this line should be delivered.
    #[serde(default)]
    pub delivery_date: Option<Day>,
    /// Codes of problems that the rep has looked at and accepted as they stand.
    #[serde(default, skip_serializing_if = "Accepted::is_empty")]
    pub accepted: Accepted,
    /// What was typed into its fields and not taken.
    #[serde(default, skip_serializing_if = "RefusedInputs::is_empty")]
    pub refused: RefusedInputs,
}

impl QuoteLine {
    /// Whether the discount was typed by hand.
    pub fn discount_is_typed(&self) -> bool {
        self.discount_by.map_or(!self.discount.is_zero(), |by| by == DiscountBy::Typed)
    }
}

/// The document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
    /// [`FORMAT`] of the version that wrote it.
    pub format: u32,
    /// The CRM's id of it.
    pub id: String,
    /// The canonical link, which becomes the sale's `ExternalID`.
    pub link: String,
    /// The number at the end of the link.
    pub number: String,
    /// The customer.
    pub customer: Guid,
    /// The CRM's own name for it when the quote was made.
    pub customer_name: String,
    /// Currency of every price and amount on the quote.
    pub currency: Currency,
    /// When it was made.
    pub created_at: Timestamp,
    /// The tier that the rep chose for this quote.
    pub chosen_tier: Option<u8>,
    /// The customer's tier when the quote was made. A later default does not re-price it.
    pub customer_tier: TierChoice,
    /// What that tier was called.
    pub customer_tier_name: Option<String>,
    /// The customer's tax rule when the quote was made.
    pub customer_tax_rule: Option<String>,
    /// Name of the warehouse that the order ships from.
    pub warehouse: Option<String>,
    /// The customer's own reference.
    pub customer_reference: String,
    /// First line of the delivery notes.
    pub delivery_notes1: String,
    /// Second line of the delivery notes.
    pub delivery_notes2: String,
    /// Memo.
    pub memo: String,
    /// Phone for this quote; begins as the company's.
    pub phone: String,
    /// The person at the customer.
    pub contact: String,
    /// Name of the payment term.
    pub payment_term: Option<String>,
    /// The sales person: a code of the system settings, else a full name as it stands.
    pub sales_person: Option<String>,
    /// Where the goods go.
    pub delivery: Delivery,
    /// Units of the customer's currency for one of the base currency.
    pub exchange_rate: Option<ExchangeRate>,
    /// Last day on which the quote holds.
    pub end_date: Option<Day>,
    /// Discount on every line, after the line's own.
    pub overall_discount: Percent,
    /// Since which day the stock of its lines has been reserved; `None` when it is not.
    #[serde(default)]
    pub reserved_on: Option<Day>,
    /// What the customer has paid already.
    #[serde(default)]
    pub receipt: Option<Receipt>,
    /// How often it is being ordered: 2 once its first order was voided and somebody asked for another. `None` is once.
    #[serde(default)]
    pub attempt: Option<u32>,
    /// The sale that an earlier try at its order has begun in Cin7, when Cin7 refused the lines.
    #[serde(default)]
    pub begun: Option<Begun>,
    /// Lines, in order.
    pub lines: Vec<QuoteLine>,
    /// Codes of problems of the quote as a whole that the rep has accepted.
    #[serde(default, skip_serializing_if = "Accepted::is_empty")]
    pub accepted: Accepted,
    /// What was typed into the header's fields and not taken.
    #[serde(default, skip_serializing_if = "RefusedInputs::is_empty")]
    pub refused: RefusedInputs,
    /// Whether it has become an order.
    pub confirmed: bool,
}

impl Quote {
    /// A quote without lines, filled with what the customer brings: tier, tax rule, terms, phone, contact, main address
    /// (else the default delivery address), and warehouse unless that is no longer in use.
    pub fn new(id: impl Into<String>, link: &CanonicalLink, company: &Company, references: &References, now: Timestamp) -> Self {
        let facts = &company.cin7;
        let main = company.own.main_address.as_ref().map(|address| Delivery::Main { address: address.into() });
        let saved = || {
            let address = facts.delivery_addresses().into_iter().find(|address| address.id.is_some())?;
            address.id.map(|id| Delivery::Saved { id, address: address.into() })
        };
        let warehouse =
            facts.location.as_deref().and_then(|name| references.location(name).one()).filter(|location| !location.deprecated);
        Self {
            format: FORMAT,
            id: id.into(),
            link: link.link.clone(),
            number: link.number.clone(),
            customer: facts.id,
            customer_name: company.own.name.clone(),
            currency: facts.currency,
            created_at: now,
            chosen_tier: None,
            customer_tier: customer_tier(references, facts.price_tier.as_deref()),
            customer_tier_name: facts.price_tier.clone(),
            customer_tax_rule: facts.tax_rule.clone(),
            warehouse: warehouse.map(|location| location.name.clone()),
            customer_reference: String::new(),
            delivery_notes1: String::new(),
            delivery_notes2: String::new(),
            memo: String::new(),
            phone: company.own.phone.clone(),
            contact: contact_name(&company.own.contacts).to_owned(),
            payment_term: facts.payment_term.clone(),
            sales_person: None,
            delivery: main.or_else(saved).unwrap_or_default(),
            exchange_rate: None,
            end_date: None,
            overall_discount: Percent::ZERO,
            reserved_on: None,
            receipt: None,
            attempt: None,
            begun: None,
            lines: Vec::new(),
            accepted: Accepted::default(),
            refused: RefusedInputs::default(),
            confirmed: false,
        }
    }

    /// Name of the warehouse that a line ships from: its own, else the quote's.
    pub fn warehouse_of<'a>(&'a self, line: &'a QuoteLine) -> Option<&'a str> {
        line.warehouse.as_deref().or(self.warehouse.as_deref())
    }

    /// The key of its order: the canonical link, or after a void the link with the number of the attempt behind `#`.
    pub fn order_key(&self) -> String {
        order_key(&self.link, self.attempt.unwrap_or(1))
    }

    /// The ordinal of the tier the quote is priced on: the chosen one, else the customer's.
    pub const fn tier(&self) -> Option<u8> {
        match (self.chosen_tier, self.customer_tier) {
            (Some(ordinal), _) | (None, TierChoice::Tier(ordinal)) => Some(ordinal),
            (None, TierChoice::None | TierChoice::Unknown) => None,
        }
    }
}
