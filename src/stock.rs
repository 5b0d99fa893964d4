//! Stock of one product per warehouse, and whether a line can be met from the quote's own.
//!
//! Figures are Cin7's, summed over bins. Negative availability is real and shown. A product without any row after a full
//! reading has had no movements: it has none, and that is said. A service has no stock at all, which is not zero.

use serde::{Deserialize, Serialize};

use crate::money::Quantity;
use crate::records::Timestamp;
use crate::records::availability::StockLevel;
use crate::records::name::{named, same_name};
use crate::records::product::ProductKind;
use crate::records::reference::References;

/// How many other warehouses the sentence names before it counts the rest.
const NAMED_WAREHOUSES: usize = 4;

/// What is promised of a product at one warehouse and not yet in Cin7's figures.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// The warehouse's name.
    pub warehouse: String,
    /// By confirmed orders on their way.
    pub waiting: Quantity,
    /// By other quotes that hold.
    pub reserved: Quantity,
}

/// What can be promised of a product, with its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Promise {
    /// What Cin7 calls available.
    pub available: Quantity,
    /// Less what confirmed orders on their way want.
    pub waiting: Quantity,
    /// Less what other quotes reserve.
    pub reserved: Quantity,
    /// What is left.
    pub promise: Quantity,
}

/// Stock of one product wherever it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProductStock {
    /// When it was read; `None` before the first reading.
    pub as_of: Option<Timestamp>,
    /// Location name and level, one entry for each location with rows.
    pub levels: Vec<(String, StockLevel)>,
    /// What others claim of it, by the CRM's standard stock calculation.
    pub claims: Vec<Claim>,
}

/// Stock at one warehouse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StockAt {
    /// The warehouse's name.
    pub warehouse: String,
    /// On hand less allocated; may be negative.
    pub available: Quantity,
    /// What is left of that after orders on their way and other quotes' reservations.
    pub promise: Quantity,
    /// Physically there.
    pub on_hand: Quantity,
    /// Reserved by authorised orders.
    pub allocated: Quantity,
    /// On purchase orders into this warehouse.
    pub on_order: Quantity,
    /// Between locations.
    pub in_transit: Quantity,
}

impl StockAt {
    fn new(warehouse: &str, level: &StockLevel, promise: Quantity) -> Self {
        Self {
            warehouse: warehouse.to_owned(),
            available: level.available,
            promise,
            on_hand: level.on_hand,
            allocated: level.allocated,
            on_order: level.on_order,
            in_transit: level.in_transit,
        }
    }
}

/// How stock is shown for a kind of product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StockKind {
    /// Counted.
    Counted,
    /// A service: no stock figure applies.
    Service,
    /// A kind that is not counted.
    Other,
}

impl From<&ProductKind> for StockKind {
    fn from(kind: &ProductKind) -> Self {
        match kind {
            ProductKind::Stock => Self::Counted,
            ProductKind::Service => Self::Service,
            ProductKind::Other(_) => Self::Other,
        }
    }
}

/// Whether a quantity can be met from the quote's warehouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// All of it.
    Enough,
    /// Some of it.
    Short,
    /// Nothing of it.
    None,
    /// No stock figure applies.
    NotCounted,
    /// No warehouse is chosen, or nothing has been read.
    Unknown,
}

/// Stock of one product as a line shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StockView {
    /// Counted, or why not.
    pub kind: StockKind,
    /// The quote's warehouse; `None` when none is chosen.
    pub here: Option<StockAt>,
    /// Every warehouse with any figure, the quote's own first. A deprecated one is left out when it holds nothing.
    pub warehouses: Vec<StockAt>,
    /// Available everywhere.
    pub total_available: Quantity,
    /// What can be promised everywhere, with its parts; `None` when nobody else claims anything.
    pub promise: Option<Promise>,
    /// Whether the quantity can be met from the quote's warehouse.
    pub verdict: Verdict,
    /// One or two short sentences: `North Depot 3. Main Warehouse 12.`
    pub sentence: String,
    /// When the figures were read.
    pub as_of: Option<Timestamp>,
}

impl ProductStock {
    /// The level at this warehouse; zero when it has no rows there.
    pub fn at(&self, warehouse: &str) -> StockLevel {
        self.row(warehouse).map(|(_, level)| *level).unwrap_or_default()
    }

    /// The row of the warehouse with this name, and the name as the row has it.
    fn row(&self, warehouse: &str) -> Option<&(String, StockLevel)> {
        named(warehouse, self.levels.iter(), |(name, _)| name).one()
    }

    /// Whether two names mean the same warehouse.
    pub fn is_one_warehouse(&self, one: &str, other: &str) -> bool {
        match (self.row(one), self.row(other)) {
            (None, None) => same_name(one, other),
            (one, other) => one.map(|(name, _)| name) == other.map(|(name, _)| name),
        }
    }

    /// Available at every warehouse together.
    pub fn total_available(&self) -> Quantity {
        self.levels.iter().fold(Quantity::ZERO, |sum, (_, level)| sum + level.available)
    }

    /// Every figure over all warehouses, without a name.
    pub fn total(&self) -> StockAt {
        let mut total = StockLevel::default();
        for (_, level) in &self.levels {
            total.add(level);
        }
        StockAt::new("", &total, total.available)
    }

    /// What is left at this warehouse after what others claim of it.
    pub fn promise_at(&self, warehouse: &str) -> Quantity {
        let claimed = self.claims.iter().filter(|claim| self.is_one_warehouse(&claim.warehouse, warehouse));
        claimed.fold(self.at(warehouse).available, |left, claim| left - claim.waiting - claim.reserved)
    }

    /// Warehouses where the product has no row, and others claim of it all the same.
    fn only_claimed(&self) -> impl Iterator<Item = &str> {
        let known = |claim: &&Claim| self.row(&claim.warehouse).is_some();
        self.claims.iter().filter(move |claim| !known(claim)).map(|claim| claim.warehouse.as_str())
    }

    fn promise(&self) -> Option<Promise> {
        if self.claims.is_empty() {
            return None;
        }
        let sum = |of: fn(&Claim) -> Quantity| self.claims.iter().fold(Quantity::ZERO, |sum, claim| sum + of(claim));
        let (available, waiting, reserved) = (self.total_available(), sum(|claim| claim.waiting), sum(|claim| claim.reserved));
        Some(Promise { available, waiting, reserved, promise: available - waiting - reserved })
    }

    /// Whether `wanted` can be met from `warehouse`.
    pub fn verdict(&self, kind: StockKind, wanted: Quantity, warehouse: Option<&str>) -> Verdict {
        match (kind, warehouse) {
            (StockKind::Service | StockKind::Other, _) => Verdict::NotCounted,
            (StockKind::Counted, Some(warehouse)) if self.as_of.is_some() => {
                let available = self.promise_at(warehouse);
                if available >= wanted {
                    Verdict::Enough
                } else if available > Quantity::ZERO {
                    Verdict::Short
                } else {
                    Verdict::None
                }
            }
            (StockKind::Counted, _) => Verdict::Unknown,
        }
    }

    /// The whole view for a line that wants `wanted` from `warehouse`.
    pub fn view(&self, kind: StockKind, wanted: Quantity, warehouse: Option<&str>, references: &References) -> StockView {
        let as_of = self.as_of;
        let verdict = self.verdict(kind, wanted, warehouse);
        if verdict == Verdict::NotCounted {
            let sentence = if kind == StockKind::Service { "service" } else { "not counted in stock" }.to_owned();
            let total_available = Quantity::ZERO;
            return StockView {
                kind,
                here: None,
                warehouses: Vec::new(),
                total_available,
                promise: None,
                verdict,
                sentence,
                as_of,
            };
        }
        let here = warehouse.map(|name| StockAt::new(name, &self.at(name), self.promise_at(name)));
        let is_here = |name: &str| warehouse.is_some_and(|own| self.is_one_warehouse(own, name));
        let hidden = |name: &str, level: &StockLevel| {
            *level == StockLevel::default() && references.location(name).one().is_some_and(|location| location.deprecated)
        };
        let mut warehouses: Vec<StockAt> = self
            .levels
            .iter()
            .filter(|(name, level)| !is_here(name) && !hidden(name, level))
            .map(|(name, level)| StockAt::new(name, level, self.promise_at(name)))
            .chain(
                self.only_claimed()
                    .filter(|name| !is_here(name))
                    .map(|name| StockAt::new(name, &StockLevel::default(), self.promise_at(name))),
            )
            .collect();
        let figures_here = || self.levels.iter().map(|(name, _)| name.as_str()).chain(self.only_claimed()).any(&is_here);
        if let Some(own) = here.as_ref().filter(|_| figures_here()) {
            warehouses.insert(0, own.clone());
        }
        let sentence = self.sentence(verdict, wanted, here.as_ref(), &warehouses);
        StockView {
            kind,
            here,
            warehouses,
            total_available: self.total_available(),
            promise: self.promise(),
            verdict,
            sentence,
            as_of,
        }
    }

    fn sentence(&self, verdict: Verdict, wanted: Quantity, here: Option<&StockAt>, warehouses: &[StockAt]) -> String {
        use std::fmt::Write;
        if self.as_of.is_none() {
            return "Stock has not been read yet.".into();
        }
        // What is promised of nothing is a figure too.
        if self.levels.is_empty() && self.claims.is_empty() {
            return "no movements".into();
        }
        let mut text = String::new();
        let mut say = |name: &str, available: Quantity| {
            let _ = write!(text, "{}{name} {available}.", if text.is_empty() { "" } else { " " });
        };
        let mut others: Vec<&StockAt> = warehouses.iter().filter(|at| !at.promise.is_zero()).collect();
        if let Some(own) = here {
            say(&own.warehouse, own.promise);
            others.retain(|at| at.warehouse != own.warehouse);
        }
        for at in others.iter().take(NAMED_WAREHOUSES) {
            say(&at.warehouse, at.promise);
        }
        if others.len() > NAMED_WAREHOUSES {
            let _ = write!(text, " {} more.", others.len() - NAMED_WAREHOUSES);
        }
        if matches!(verdict, Verdict::Short | Verdict::None) {
            let _ = write!(text, " {wanted} wanted.");
        }
        if text.is_empty() { "None anywhere.".into() } else { text.trim_start().to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quote::fixtures::{chair_stock, quantity, references};

    fn view(stock: &ProductStock, wanted: &str, warehouse: Option<&str>) -> StockView {
        stock.view(StockKind::Counted, quantity(wanted), warehouse, &references())
    }

    #[test]
    fn a_line_says_here_and_elsewhere() {
        let table = [
            ("4", Some("Main Warehouse"), Verdict::Enough, "Main Warehouse 12. North Depot 3."),
            ("3", Some("North Depot"), Verdict::Enough, "North Depot 3. Main Warehouse 12."),
            ("4", Some("North Depot"), Verdict::Short, "North Depot 3. Main Warehouse 12. 4 wanted."),
            ("14", Some("Main Warehouse"), Verdict::Short, "Main Warehouse 12. North Depot 3. 14 wanted."),
            ("1", Some("Old Shed"), Verdict::None, "Old Shed 0. Main Warehouse 12. North Depot 3. 1 wanted."),
            ("1", None, Verdict::Unknown, "Main Warehouse 12. North Depot 3."),
        ];
        for (wanted, warehouse, verdict, sentence) in table {
            let view = view(&chair_stock(), wanted, warehouse);
            assert_eq!((view.verdict, view.sentence.as_str()), (verdict, sentence));
            assert_eq!(view.total_available, quantity("15"));
        }
    }

    #[test]
    fn warehouses_that_differ_in_letter_case_have_each_their_own_stock() {
        let mut stock = chair_stock();
        let other = StockLevel { available: quantity("40"), ..StockLevel::default() };
        stock.levels.insert(0, ("NORTH DEPOT".into(), other));
        stock.claims.push(Claim { warehouse: "NORTH DEPOT".into(), waiting: quantity("30"), ..Claim::default() });
        let promises = ["North Depot", "NORTH DEPOT"].map(|warehouse| stock.promise_at(warehouse));
        assert_eq!(promises, [quantity("3"), quantity("10")]);
        let here = view(&stock, "4", Some("North Depot"));
        assert_eq!(here.sentence, "North Depot 3. NORTH DEPOT 10. Main Warehouse 12. 4 wanted.");
    }

    #[test]
    fn a_service_has_no_stock_which_is_not_zero() {
        let view = ProductStock::default().view(StockKind::Service, quantity("1"), Some("Main Warehouse"), &references());
        assert_eq!((view.verdict, view.sentence.as_str(), view.here), (Verdict::NotCounted, "service", None));
    }

    #[test]
    fn no_rows_after_a_reading_is_no_movements_and_before_it_unknown() {
        let read = ProductStock { as_of: chair_stock().as_of, levels: Vec::new(), claims: Vec::new() };
        assert_eq!(view(&read, "1", Some("Main Warehouse")).sentence, "no movements");
        assert_eq!(view(&read, "1", Some("Main Warehouse")).verdict, Verdict::None);
        let unread = ProductStock::default();
        assert_eq!(view(&unread, "1", Some("Main Warehouse")).verdict, Verdict::Unknown);
        assert_eq!(view(&unread, "1", None).sentence, "Stock has not been read yet.");
    }

    #[test]
    fn what_others_claim_of_a_product_without_rows_is_a_figure_and_not_no_movements() {
        let claim = Claim { warehouse: "Main Warehouse".into(), waiting: quantity("3"), ..Claim::default() };
        let stock = ProductStock { as_of: Some(Timestamp::from_millis(0)), claims: vec![claim], ..ProductStock::default() };
        let view = stock.view(StockKind::Counted, quantity("1"), Some("Main Warehouse"), &references());
        assert_eq!(view.sentence, "Main Warehouse -3. 1 wanted.");
        let shown: Vec<_> = view.warehouses.iter().map(|at| (at.warehouse.as_str(), at.promise.to_string())).collect();
        assert_eq!(shown, [("Main Warehouse", "-3".to_owned())]);
    }

    #[test]
    fn negative_availability_is_shown_and_an_empty_deprecated_location_is_not() {
        let mut stock = chair_stock();
        stock.levels[0].1.available = quantity("-2");
        stock.levels.push(("Old Shed".into(), StockLevel::default()));
        let view = view(&stock, "1", Some("Main Warehouse"));
        assert_eq!(view.sentence, "Main Warehouse -2. North Depot 3. 1 wanted.");
        assert_eq!(view.verdict, Verdict::None);
        let shown: Vec<&str> = view.warehouses.iter().map(|at| at.warehouse.as_str()).collect();
        assert_eq!(shown, ["Main Warehouse", "North Depot"]);
    }
}
