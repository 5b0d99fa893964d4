//! The lists that a run reads, in order, and how each is asked for.

use serde::{Deserialize, Serialize};

use super::SECOND;
use super::state::Reading;
use crate::records::Timestamp;
use crate::transport::{Lane, Request};

/// A list of Cin7's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum List {
    /// `/me`: the account itself, one record.
    Account,
    /// `/ref/priceTier`.
    PriceTiers,
    /// `/ref/tax`.
    TaxRules,
    /// `/ref/location`.
    Locations,
    /// `/ref/paymentterm`.
    PaymentTerms,
    /// `/me/contacts`.
    Contacts,
    /// `/reference/discount`.
    DiscountRules,
    /// `/customer`.
    Customers,
    /// `/supplier`.
    Suppliers,
    /// `/product`.
    Products,
    /// `/ref/productavailability`.
    Availability,
    /// `/saleList`.
    Sales,
    /// `/purchaseList`.
    Purchases,
}

/// What the user is told about as one: the reference books are one, every other list is its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Group {
    /// The account and its reference books.
    Reference,
    /// Customers.
    Customers,
    /// Suppliers.
    Suppliers,
    /// Products.
    Products,
    /// Availability.
    Stock,
    /// Sales, their headers.
    Sales,
    /// Purchases, their headers.
    Purchases,
}

impl Group {
    /// Every group, in the order in which a run reads them.
    pub const ALL: [Self; 7] =
        [Self::Reference, Self::Customers, Self::Suppliers, Self::Products, Self::Stock, Self::Sales, Self::Purchases];

    /// Whether quoting cannot start before it was read once.
    pub const fn is_needed_to_quote(self) -> bool {
        matches!(self, Self::Reference | Self::Customers | Self::Products | Self::Stock)
    }

    /// The word for it in a view.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Customers => "customers",
            Self::Suppliers => "suppliers",
            Self::Products => "products",
            Self::Stock => "stock",
            Self::Sales => "sales",
            Self::Purchases => "purchases",
        }
    }
}

/// How a list is read.
#[derive(Debug)]
pub struct ListRow {
    /// Which.
    pub list: List,
    /// What it is shown as.
    pub group: Group,
    /// Path after the API's base.
    pub path: &'static str,
    /// Whether it takes `Page` and `Limit`; otherwise one call is the whole.
    pub paged: bool,
    /// The parameter that asks for changes only. Without one the list is read **whole**: its pages are set aside and take
    /// the place of the former content in one step, when the last has come. With one, each page counts as it arrives.
    pub since: Option<&'static str>,
    /// The parameter that leaves out what changed after the run began: without it, a list whose records change all day long
    /// would shift while its pages are read.
    pub until: Option<&'static str>,
    /// Parameters that are always sent.
    pub query: &'static [(&'static str, &'static str)],
    /// The proxy's lane.
    pub lane: Lane,
}

const fn whole(list: List, group: Group, path: &'static str) -> ListRow {
    ListRow { list, group, path, paged: true, since: None, until: None, query: &[], lane: Lane::Background }
}

const fn changes(list: List, group: Group, path: &'static str, query: &'static [(&'static str, &'static str)]) -> ListRow {
    ListRow { since: Some("ModifiedSince"), query, ..whole(list, group, path) }
}

const fn updates(list: List, group: Group, path: &'static str) -> ListRow {
    ListRow { since: Some("UpdatedSince"), until: Some("UpdatedUntil"), ..whole(list, group, path) }
}

/// The lists of a run, in order. Deprecated records are asked for, so that none is taken for deleted.
pub const LISTS: &[ListRow] = &[
    ListRow { paged: false, ..whole(List::Account, Group::Reference, "me") },
    ListRow { paged: false, ..whole(List::PriceTiers, Group::Reference, "ref/priceTier") },
    whole(List::TaxRules, Group::Reference, "ref/tax"),
    whole(List::Locations, Group::Reference, "ref/location"),
    whole(List::PaymentTerms, Group::Reference, "ref/paymentterm"),
    whole(List::Contacts, Group::Reference, "me/contacts"),
    whole(List::DiscountRules, Group::Reference, "reference/discount"),
    changes(List::Customers, Group::Customers, "customer", &[("IncludeProductPrices", "true"), ("IncludeDeprecated", "true")]),
    changes(List::Suppliers, Group::Suppliers, "supplier", &[("IncludeDeprecated", "true")]),
    changes(List::Products, Group::Products, "product", &[("IncludeDeprecated", "true")]),
    whole(List::Availability, Group::Stock, "ref/productavailability"),
    updates(List::Sales, Group::Sales, "saleList"),
    updates(List::Purchases, Group::Purchases, "purchaseList"),
];

impl ListRow {
    /// Whether its pages are set aside until the last has come.
    pub const fn is_whole(&self) -> bool {
        self.since.is_none()
    }

    /// The request for the page that a reading has come to; `until` is Cin7's time when the run started.
    pub(super) fn request(&self, reading: &Reading, until: Option<Timestamp>) -> Request {
        let mut request = Request::get(self.path, self.lane);
        if self.paged {
            // Always both: without a limit, some lists answer every page with the first one.
            request = request.with("Page", reading.page.to_string()).with("Limit", reading.limit.to_string());
        }
        for (name, value) in self.query {
            request = request.with(name, *value);
        }
        if reading.pictures && self.list == List::Products {
            request = request.with("IncludeAttachments", "true");
        }
        // Cin7 tells its time in whole seconds: the second in which the run started belongs to it.
        let until = until.map(|until| until.plus_millis(SECOND));
        for (name, time) in [(self.since, reading.since), (self.until, until)] {
            if let (Some(name), Some(time)) = (name, time) {
                // Cin7 writes its query times in UTC without saying so.
                request = request.with(name, time.to_string().trim_end_matches('Z'));
            }
        }
        request
    }
}
