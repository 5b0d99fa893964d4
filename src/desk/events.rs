//! What the desk tells.

use crate::account::AccountView;
use crate::outbox::OrderView;
use crate::sync::SyncView;
use serde::Serialize;

use crate::money::{Amount, Currency};
use crate::records::matrix::MatrixState;
use crate::records::{Day, Guid, Timestamp};

/// Something that callers may want to show.
#[derive(Debug, Clone)]
pub enum Event {
    /// The sync moved.
    Sync(Box<SyncView>),
    /// An order moved.
    Order(Box<OrderView>),
    /// Another day has begun where the account is.
    Day(Day),
    /// Records of these lists changed.
    Records(Vec<&'static str>),
    /// The CRM's own fields of this company changed.
    Company(Guid),
    /// A customer account moved.
    Account(Box<AccountView>),
    /// The orders that wait on other devices are these.
    Elsewhere(Vec<OrderElsewhere>),
    /// A company has come further with a category.
    Matrix(Box<MatrixChange>),
    /// A quote was written.
    Quote(Box<QuoteWritten>),
}

impl Event {
    /// Its name in `DeskEvents`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sync(_) => "sync",
            Self::Order(_) => "order",
            Self::Day(_) => "day",
            Self::Records(_) => "records",
            Self::Company(_) => "company",
            Self::Account(_) => "account",
            Self::Matrix(_) => "matrix",
            Self::Elsewhere(_) => "elsewhere",
            Self::Quote(_) => "quote",
        }
    }
}

/// Who should hear of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Every tab: it began here.
    AllTabs,
    /// This tab alone: another one told of it.
    ThisTab,
}

/// Is called at every event.
pub type Listener = Box<dyn Fn(Event, Reach)>;

/// An order that waits on another device: `OrderElsewhere` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderElsewhere {
    /// Its key: the quote's link.
    pub key: String,
    /// The quote's number.
    pub quote_number: String,
    /// The customer's name when it was confirmed.
    pub customer_name: String,
    /// Its currency.
    pub currency: Currency,
    /// What it comes to, tax included.
    pub gross: Amount,
    /// Who confirmed it, by the CRM's token; `None` without one.
    pub confirmed_by: Option<String>,
    /// When the proxy was given it, by the proxy's clock.
    pub confirmed_at: Timestamp,
    /// When this device goes on with it by itself, unless its own speaks of it before.
    pub taken_over_at: Timestamp,
    /// Cin7 refused it: it waits for a person, and no device goes on with it by itself.
    pub refused: bool,
}

/// A quote was written; see `DeskEvents.quote` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QuoteWritten {
    /// Its link.
    pub key: String,
    /// How often it has been written.
    pub revision: u32,
}

/// What a company has become to a category; see `DeskEvents.matrix` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MatrixChange {
    /// The company.
    pub company_id: Guid,
    /// The category, as Cin7 named it at the time.
    pub category: String,
    /// What it has become.
    pub state: MatrixState,
}
