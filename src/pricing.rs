//! Which price applies to this customer and product, and why.
//!
//! Sources are asked in a fixed order: a price **typed** on the line, what the product's
//! discount rule makes of the others at this **quantity**, the **customer**'s own price, the tier chosen for
//! the **quote**, the **customer's tier**, and the **standard** tier of the account. The first source that *applies*
//! decides, whether it has a price or not: a tier without a price leaves the line unpriced ("no price on Distributor")
//! and never falls through to a cheaper or dearer tier, because a wrong price is worse than none. Prices are used as they
//! stand, never converted between currencies.
//!
//! [`price`] decides and allocates nothing, so that it can be asked for every search hit and every line of a tier switch;
//! [`Priced::reason`] and [`Priced::trail`] find the words afterwards, for what is on screen.

mod breaks;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use self::breaks::{Break, quantity_break};
use crate::money::Price;
use crate::records::name::Named;
use crate::records::reference::{References, TIERS, ordinals};

/// Where a price came from, in the order in which sources are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PriceSource {
    /// Typed on the line by hand.
    Typed,
    /// The product's discount rule, at this quantity.
    Quantity,
    /// The customer's own price for the product.
    Customer,
    /// The tier chosen for the quote.
    QuoteTier,
    /// The customer's tier.
    CustomerTier,
    /// The account's standard tier.
    Standard,
}

/// What became of one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Its price is the line's.
    Used,
    /// It has a price, but an earlier source decided.
    Outranked,
    /// It applies and has no price.
    NotPriced,
    /// There is no such source for this line.
    NotApplicable,
}

/// A price tier that somebody has chosen, for a quote or a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TierChoice {
    /// None: the next source is asked.
    #[default]
    None,
    /// The tier with this ordinal, 1 to 10.
    Tier(u8),
    /// One is named, but the account has no (single) tier of that name. It applies and has no price.
    Unknown,
}

/// What is known when a price is asked for.
#[derive(Debug, Clone, Copy)]
pub struct PriceAsk<'a> {
    /// The price typed on the line.
    pub typed: Option<Price>,
    /// The customer's own price for the product.
    pub customer: Option<Price>,
    /// The tier chosen for the quote.
    pub quote_tier: TierChoice,
    /// The customer's tier.
    pub customer_tier: TierChoice,
    /// Ordinal of the account's standard tier.
    pub standard_tier: u8,
    /// The product's ladder.
    pub tiers: &'a [Option<Price>; TIERS],
}

/// What a tier offers for a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TierOffer {
    /// Ordinal of the tier; 0 when its name is not one of the account's.
    pub tier: u8,
    /// Its price; `None` is "not priced".
    pub price: Option<Price>,
}

/// The decision, with what every source offered. Small and copied; kept on the line as the record of why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Priced {
    /// The typed price.
    pub typed: Option<Price>,
    /// The price that the product's discount rule makes of the others at the line's quantity.
    #[serde(default)]
    pub quantity: Option<Price>,
    /// The customer's own price.
    pub customer: Option<Price>,
    /// The quote's tier; `None` when none is chosen.
    pub quote_tier: Option<TierOffer>,
    /// The customer's tier; `None` when it has none.
    pub customer_tier: Option<TierOffer>,
    /// The standard tier.
    pub standard: TierOffer,
}

/// One source that was asked, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PriceReason {
    /// The source.
    pub source: PriceSource,
    /// `typed`, `customer price`, the tier's name.
    pub label: String,
    /// What it offers; `None` when it has no price.
    pub price: Option<Price>,
    /// What became of it.
    pub outcome: Outcome,
}

/// Asks every source. Never allocates.
pub fn price(ask: &PriceAsk<'_>) -> Priced {
    let offer = |tier: u8| TierOffer { tier, price: tier_price(ask.tiers, tier) };
    let chosen = |choice| match choice {
        TierChoice::None => None,
        TierChoice::Tier(tier) => Some(offer(tier)),
        TierChoice::Unknown => Some(TierOffer { tier: 0, price: None }),
    };
    Priced {
        typed: ask.typed,
        quantity: None,
        customer: ask.customer,
        quote_tier: chosen(ask.quote_tier),
        customer_tier: chosen(ask.customer_tier),
        standard: offer(ask.standard_tier),
    }
}

/// The price on the tier with this ordinal; `None` when it is not priced there or there is no such tier.
pub fn tier_price(tiers: &[Option<Price>; TIERS], ordinal: u8) -> Option<Price> {
    usize::from(ordinal).checked_sub(1).and_then(|at| tiers.get(at).copied().flatten())
}

impl Priced {
    /// The source that decides: the first that applies.
    pub const fn source(&self) -> PriceSource {
        if self.typed.is_some() {
            PriceSource::Typed
        } else if self.quantity.is_some() {
            PriceSource::Quantity
        } else if self.customer.is_some() {
            PriceSource::Customer
        } else if self.quote_tier.is_some() {
            PriceSource::QuoteTier
        } else if self.customer_tier.is_some() {
            PriceSource::CustomerTier
        } else {
            PriceSource::Standard
        }
    }

    /// The price; `None` when the deciding source has none.
    pub const fn price(&self) -> Option<Price> {
        self.offered(self.source())
    }

    /// The same decision without the typed price: what the line would cost if it were reset.
    #[must_use]
    pub const fn untyped(&self) -> Self {
        Self { typed: None, ..*self }
    }

    /// The price that was found apart from any typed one and any rule: what a rule starts from.
    pub const fn found(&self) -> Option<Price> {
        Self { typed: None, quantity: None, ..*self }.price()
    }

    const fn offered(&self, source: PriceSource) -> Option<Price> {
        match source {
            PriceSource::Typed => self.typed,
            PriceSource::Quantity => self.quantity,
            PriceSource::Customer => self.customer,
            PriceSource::QuoteTier => match self.quote_tier {
                Some(offer) => offer.price,
                None => None,
            },
            PriceSource::CustomerTier => match self.customer_tier {
                Some(offer) => offer.price,
                None => None,
            },
            PriceSource::Standard => self.standard.price,
        }
    }

    const fn applies(&self, source: PriceSource) -> bool {
        match source {
            PriceSource::Typed => self.typed.is_some(),
            PriceSource::Quantity => self.quantity.is_some(),
            PriceSource::Customer => self.customer.is_some(),
            PriceSource::QuoteTier => self.quote_tier.is_some(),
            PriceSource::CustomerTier => self.customer_tier.is_some(),
            PriceSource::Standard => true,
        }
    }

    const fn tier(&self, source: PriceSource) -> Option<u8> {
        match source {
            PriceSource::Typed | PriceSource::Quantity | PriceSource::Customer => None,
            PriceSource::QuoteTier => match self.quote_tier {
                Some(offer) => Some(offer.tier),
                None => None,
            },
            PriceSource::CustomerTier => match self.customer_tier {
                Some(offer) => Some(offer.tier),
                None => None,
            },
            PriceSource::Standard => Some(self.standard.tier),
        }
    }

    fn label<'a>(&self, source: PriceSource, names: TierNames<'a>) -> Cow<'a, str> {
        match (source, self.tier(source)) {
            (PriceSource::Typed, _) => "typed".into(),
            (PriceSource::Quantity, _) => "quantity break".into(),
            (PriceSource::Customer, _) => "customer price".into(),
            (_, Some(tier)) => names.of(tier),
            (PriceSource::QuoteTier, None) => "the quote’s tier".into(),
            (_, None) => "the customer’s tier".into(),
        }
    }

    /// The winning reason: `Wholesale`, `customer price`, `typed`, `no price on Distributor`.
    pub fn reason<'a>(&self, names: TierNames<'a>) -> Cow<'a, str> {
        let source = self.source();
        let label = self.label(source, names);
        if self.offered(source).is_some() { label } else { format!("no price on {label}").into() }
    }

    /// Every source in order, losers included.
    pub fn trail(&self, names: TierNames<'_>) -> Vec<PriceReason> {
        let winner = self.source();
        [
            PriceSource::Typed,
            PriceSource::Quantity,
            PriceSource::Customer,
            PriceSource::QuoteTier,
            PriceSource::CustomerTier,
            PriceSource::Standard,
        ]
        .into_iter()
        // Few products have such a rule: nobody misses it where there is none.
        .filter(|source| *source != PriceSource::Quantity || self.quantity.is_some())
        .map(|source| {
            let price = self.offered(source);
            let outcome = match price {
                _ if !self.applies(source) => Outcome::NotApplicable,
                None => Outcome::NotPriced,
                Some(_) if source == winner => Outcome::Used,
                Some(_) => Outcome::Outranked,
            };
            PriceReason { source, label: self.label(source, names).into_owned(), price, outcome }
        })
        .collect()
    }
}

/// What tiers are called, by the account's present names.
#[derive(Debug, Clone, Copy)]
pub struct TierNames<'a> {
    references: &'a References,
    unknown: &'a str,
}

impl<'a> TierNames<'a> {
    /// The account's names; `unknown` is what a tier was called that the account does not have (empty when there is none).
    pub const fn new(references: &'a References, unknown: &'a str) -> Self {
        Self { references, unknown }
    }

    /// The name of the tier with this ordinal: `tier 4` when it has none, `Trade (tier 4)` when another has the same.
    pub fn of(&self, ordinal: u8) -> Cow<'a, str> {
        if ordinal == 0 {
            return match self.references.tier_named(self.unknown) {
                _ if self.unknown.is_empty() => "an unknown tier".into(),
                Named::Several(tiers) => format!("{} ({})", self.unknown, ordinals(&tiers)).into(),
                _ => self.unknown.into(),
            };
        }
        match self.references.tier(ordinal) {
            Some(tier) if !tier.name.trim().is_empty() => {
                let same = self.references.price_tiers.iter().filter(|other| other.name.trim() == tier.name.trim());
                if same.count() > 1 { format!("{} (tier {ordinal})", tier.name).into() } else { tier.name.as_str().into() }
            }
            _ => format!("tier {ordinal}").into(),
        }
    }
}

/// The tier a customer is on, by the name Cin7 states, joined to its ordinal.
pub fn customer_tier(references: &References, name: Option<&str>) -> TierChoice {
    match name {
        None => TierChoice::None,
        Some(name) => references.tier_named(name).one().map_or(TierChoice::Unknown, |tier| TierChoice::Tier(tier.ordinal)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quote::fixtures::references;
    use crate::records::product::fixtures::{chair, lamp};
    use proptest::prelude::*;

    fn ask(tiers: &[Option<Price>; TIERS]) -> PriceAsk<'_> {
        PriceAsk {
            typed: None,
            customer: None,
            quote_tier: TierChoice::None,
            customer_tier: TierChoice::None,
            standard_tier: 1,
            tiers,
        }
    }

    fn shown(priced: &Priced) -> (String, String) {
        let references = references();
        let price = priced.price().map_or_else(|| "none".to_owned(), |price| price.to_string());
        (price, priced.reason(TierNames::new(&references, "Trade Club")).into_owned())
    }

    #[test]
    fn the_first_source_that_applies_decides() {
        use TierChoice::{None as No, Tier, Unknown};
        let typed = Some("139.995".parse().unwrap());
        let own = Some("41.25".parse().unwrap());
        let (chair, lamp) = (chair(), lamp());
        // product, typed, customer's price, quote's tier, customer's tier -> price, reason
        let table = [
            (&chair, None, None, No, Tier(2), "150.00", "Wholesale"),
            (&chair, None, None, Tier(1), Tier(2), "200.00", "Retail"),
            (&chair, None, None, No, Tier(3), "135.5555", "Distributor"),
            (&chair, None, None, No, No, "200.00", "Retail"),
            (&chair, None, None, No, Tier(4), "none", "no price on tier 4"),
            (&chair, None, None, Tier(3), No, "135.5555", "Distributor"),
            (&chair, None, None, No, Unknown, "none", "no price on Trade Club"),
            (&chair, typed, own, Tier(1), Tier(2), "139.995", "typed"),
            (&lamp, None, own, No, Tier(2), "41.25", "customer price"),
            (&lamp, None, own, Tier(1), Tier(2), "41.25", "customer price"),
            (&lamp, None, None, No, Tier(3), "none", "no price on Distributor"),
            (&lamp, None, None, Tier(3), Tier(2), "none", "no price on Distributor"),
            (&lamp, typed, None, Tier(3), Tier(2), "139.995", "typed"),
        ];
        for (product, typed, customer, quote_tier, customer_tier, price_is, reason) in table {
            let ask = PriceAsk { typed, customer, quote_tier, customer_tier, ..ask(&product.tiers) };
            assert_eq!(shown(&price(&ask)), (price_is.to_owned(), reason.to_owned()), "{ask:?}");
        }
    }

    #[test]
    fn the_trail_names_the_losers_too() {
        let lamp = lamp();
        let own = Some("41.25".parse().unwrap());
        let priced = price(&PriceAsk { customer: own, customer_tier: TierChoice::Tier(3), ..ask(&lamp.tiers) });
        let references = references();
        let trail: Vec<(String, Option<String>, Outcome)> = priced
            .trail(TierNames::new(&references, ""))
            .into_iter()
            .map(|reason| (reason.label, reason.price.map(|price| price.to_string()), reason.outcome))
            .collect();
        assert_eq!(
            trail,
            [
                ("typed".into(), None, Outcome::NotApplicable),
                ("customer price".into(), Some("41.25".into()), Outcome::Used),
                ("the quote’s tier".into(), None, Outcome::NotApplicable),
                ("Distributor".into(), None, Outcome::NotPriced),
                ("Retail".into(), Some("60.00".into()), Outcome::Outranked),
            ]
        );
    }

    #[test]
    fn tiers_of_one_name_are_told_apart_by_their_ordinals_and_none_is_taken_for_the_other() {
        let mut references = references();
        references.price_tiers[4].name = "Wholesale".into();
        assert_eq!(customer_tier(&references, Some("Wholesale")), TierChoice::Unknown);
        let names = TierNames::new(&references, "Wholesale");
        assert_eq!(
            [2, 5, 1, 0].map(|ordinal| names.of(ordinal).into_owned()),
            ["Wholesale (tier 2)", "Wholesale (tier 5)", "Retail", "Wholesale (tier 2 or tier 5)",]
        );
        references.price_tiers[4].name = "WHOLESALE".into();
        assert_eq!(customer_tier(&references, Some("Wholesale")), TierChoice::Tier(2), "letter case tells them apart");
        assert_eq!(customer_tier(&references, Some("wholesale")), TierChoice::Unknown);
    }

    #[test]
    fn names_join_customers_to_tiers_and_an_unknown_name_is_no_licence_to_use_another() {
        let references = references();
        assert_eq!(customer_tier(&references, Some(" wholesale")), TierChoice::Tier(2));
        assert_eq!(customer_tier(&references, Some("Trade Club")), TierChoice::Unknown);
        assert_eq!(customer_tier(&references, None), TierChoice::None);
    }

    proptest! {
        #[test]
        fn an_unpriced_tier_is_never_replaced_by_another(
            ladder in prop::array::uniform10(prop::option::of(1_i64..1_000_000)),
            quote in 0_u8..=11,
            customer in 0_u8..=11,
        ) {
            let tiers = ladder.map(|units| units.and_then(|units| Price::rounded(rust_decimal::Decimal::new(units, 4))));
            let choice = |n| if n == 0 { TierChoice::None } else { TierChoice::Tier(n) };
            let priced = price(&PriceAsk { quote_tier: choice(quote), customer_tier: choice(customer), ..ask(&tiers) });
            let decides = if quote != 0 { quote } else if customer != 0 { customer } else { 1 };
            prop_assert_eq!(priced.price(), tiers.get(usize::from(decides) - 1).copied().flatten());
        }
    }
}
