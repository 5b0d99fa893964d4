//! A line of a quote, as the screen draws it.

use serde::Serialize;

use crate::error::Result;
use crate::money::{Amount, Percent, Price, Quantity, Rate};
use crate::pricing::{PriceReason, TierNames};
use crate::quote::{DiscountBy, LineMargin, LiveQuote, QuoteLine, RefusedInputView};
use crate::records::product::ProductKind;
use crate::records::purchase::Arriving;
use crate::records::weight::Weight;
use crate::records::{Day, Guid};
use crate::stock::{ProductStock, StockKind, StockView};

/// A product's kind, as the screen tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LineKind {
    /// Counted in stock.
    Stock,
    /// A service.
    Service,
    /// Something else.
    Other,
}

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum PriceState {
    /// Found by the price sources.
    Found,
    /// Typed by hand.
    Typed,
    /// There is none yet.
    Missing,
}

/// How a line came by its discount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum DiscountState {
    /// It has none.
    None,
    /// The product's discount rule gave it.
    Rule,
    /// Typed by hand.
    Typed,
}

/// One step of a product's price ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LadderStep {
    /// 1 to 10.
    pub ordinal: u8,
    /// The tier's name; empty when the account has not named it.
    pub name: String,
    /// `None` where not priced.
    pub price: Option<Price>,
}

/// A line, worked out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LineView {
    /// Stable within the quote.
    pub id: String,
    /// 1 for the first.
    pub number: usize,
    /// The product.
    pub product_id: Guid,
    /// Its SKU when the line was made.
    pub sku: String,
    /// The SKU that the product has now, where that is another.
    pub renamed_to: Option<String>,
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
    /// How it came by it.
    pub discount_state: DiscountState,
    /// The name of the rule that gave it; else empty.
    pub discount_reason: String,
    /// What one weighs, such as `7.5 kg`; `None` when that is not known, or it is a service.
    pub weight: Option<String>,
    /// What the line weighs.
    pub weight_total: Option<String>,
    /// What is left after cost; `None` for those who may not see it.
    pub margin: Option<LineMargin>,
    /// Without tax.
    pub net: Option<Amount>,
    /// The line's own tax.
    pub tax: Option<Amount>,
    /// With tax.
    pub gross: Option<Amount>,
    /// Name of the tax rule.
    pub tax_rule: String,
    /// Its rate; `None` when the account has no such rule.
    pub tax_percent: Option<Rate>,
    /// What becomes the comment of Cin7's order line.
    pub extended_description: String,
    /// Name of the warehouse that this line should ship from, where that is not the quote's.
    pub warehouse: Option<String>,
    /// When it should be delivered.
    pub delivery_date: Option<Day>,
    /// Stock of the product.
    pub stock: StockView,
    /// What of it is on its way, the earliest first.
    pub arriving: Vec<Arriving>,
    /// The product's ten tiers; empty when the product is not among the synced ones.
    pub ladder: Vec<LadderStep>,
    /// What was typed into its fields and not taken.
    pub refused_inputs: Vec<RefusedInputView>,
}

impl LiveQuote {
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

    pub(in crate::quote) fn view_of(&self, at: usize) -> LineView {
        self.line_view(at, self.wanted(self.quote.lines[at].product), self.tier_names())
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
        let weight = facts.filter(|_| *kind != ProductKind::Service).and_then(|facts| facts.product.weight.as_ref());
        let rule = match self.amounts(at) {
            Some((rule, _)) => references.tax_rules.get(rule),
            None => references.tax_rule(&line.tax_rule).one(),
        };
        LineView {
            id: line.id.clone(),
            number: at + 1,
            product_id: line.product,
            sku: line.sku.clone(),
            renamed_to: facts.map(|facts| &facts.product.sku).filter(|now| **now != line.sku).cloned(),
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
            discount_state: match line.discount_by {
                Some(DiscountBy::Rule) => DiscountState::Rule,
                _ if line.discount_is_typed() => DiscountState::Typed,
                _ => DiscountState::None,
            },
            discount_reason: match (line.discount_by, facts) {
                (Some(DiscountBy::Rule), Some(facts)) => facts.product.discount_rule.clone().unwrap_or_default(),
                _ => String::new(),
            },
            weight: weight.map(Weight::text),
            weight_total: weight.and_then(|weight| weight.times(line.quantity)).map(|weight| weight.text()),
            margin: self.line_margin(at, line),
            net: amounts.map(|amounts| amounts.net()),
            tax: amounts.map(|amounts| amounts.tax),
            gross: amounts.map(|amounts| amounts.gross()),
            tax_rule: line.tax_rule.clone(),
            tax_percent: rule.map(|rule| rule.percent),
            extended_description: line.extended_description.clone(),
            warehouse: line.warehouse.clone(),
            delivery_date: line.delivery_date,
            stock: stock.view(StockKind::from(kind), wanted, self.quote.warehouse_of(line), references),
            arriving: facts.map(|facts| facts.arriving.clone()).unwrap_or_default(),
            ladder: facts.map(|facts| self.ladder(&facts.product.tiers)).unwrap_or_default(),
            refused_inputs: self.refused_view(Some(at)),
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
