//! What is left of a price after its cost.
//!
//! Cost is Cin7's average cost in the account's base currency, as it was when the line was made. It is converted once, at
//! the quote's own rate. A cost that is unknown makes the margin unknown, never a hundred per cent.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{LiveQuote, QuoteLine};
use crate::money::{Amount, Percent, Price};
use crate::records::product::ProductKind;
use crate::records::weight;

/// The margin of a line, for those who may see cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LineMargin {
    /// What one costs, in the base currency, as it was when the line was made; `None` is unknown.
    pub cost: Option<Price>,
    /// What one costs now, where that is something else.
    pub cost_now: Option<Price>,
    /// What is left, per cent of the net, at two decimals, below zero for a loss; `None` is unknown.
    pub percent: Option<Amount>,
}

/// The margin of a whole quote, for those who may see cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QuoteMargin {
    /// What is left, in the quote's currency; `None` while no line's margin is known.
    pub amount: Option<Amount>,
    /// The same, per cent of the net of those lines.
    pub percent: Option<Amount>,
    /// Whether every line is in it.
    pub complete: bool,
}

/// What a quote comes to besides its money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QuoteFigures {
    /// What it weighs, such as `31 kg`; `None` when no line has a weight.
    pub weight: Option<String>,
    /// Whether every line that can weigh something is in the weight.
    pub weight_complete: bool,
    /// `None` for those who may not see cost.
    pub margin: Option<QuoteMargin>,
}

/// How a line's margin compares with the least that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Judgement {
    /// It is not known.
    Unknown,
    /// It is below.
    Low,
}

/// A line whose margin is not known to be enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LineJudged {
    /// The line's id.
    pub line: String,
    /// Why it is not.
    pub judgement: Judgement,
}

/// A margin: what is left, and of what.
#[derive(Debug, Clone, Copy)]
struct Left {
    left: Decimal,
    net: Decimal,
}

fn percent(left: Decimal, net: Decimal) -> Option<Amount> {
    (!net.is_zero()).then(|| Amount::rounded(left * Decimal::ONE_HUNDRED / net))
}

impl LiveQuote {
    /// Weight and margin of the whole quote. Goes through its lines.
    pub fn figures(&self) -> QuoteFigures {
        let lines = &self.quote.lines;
        let mut weights = Vec::with_capacity(lines.len());
        for (at, line) in lines.iter().enumerate() {
            if !self.is_service(at, line) {
                weights.push((self.facts(at).and_then(|facts| facts.product.weight.as_ref()), line.quantity));
            }
        }
        let sum = weight::sum(&weights);
        QuoteFigures {
            weight: sum.weight.map(|weight| weight.text()),
            weight_complete: sum.complete,
            margin: self.context.settings.show_cost.then(|| self.quote_margin()),
        }
    }

    fn quote_margin(&self) -> QuoteMargin {
        let (mut left, mut net, mut complete, mut any) = (Decimal::ZERO, Decimal::ZERO, true, false);
        for (at, line) in self.quote.lines.iter().enumerate() {
            match self.left(at, line) {
                Some(own) => {
                    left += own.left;
                    net += own.net;
                    any = true;
                }
                None => complete = false,
            }
        }
        QuoteMargin { amount: any.then(|| Amount::rounded(left)), percent: percent(left, net).filter(|_| any), complete }
    }

    /// The margin of a line, whether or not it may be seen: per cent, at two decimals. `None` is unknown.
    pub(crate) fn margin_percent(&self, at: usize, line: &QuoteLine) -> Option<Amount> {
        self.left(at, line).and_then(|own| percent(own.left, own.net))
    }

    /// How the margin of a line compares with the least that is asked for; `None` when it is enough.
    pub(crate) fn judge(&self, at: usize, line: &QuoteLine, least: Percent) -> Option<Judgement> {
        if let Some(judged) = &self.judged {
            return judged.iter().find(|judged| judged.line == line.id).map(|judged| judged.judgement);
        }
        match self.margin_percent(at, line) {
            None => Some(Judgement::Unknown),
            Some(percent) => (percent.decimal() < least.decimal()).then_some(Judgement::Low),
        }
    }

    /// The lines whose margin is not known to be enough. Services have no cost in Cin7, and what has no price has no margin.
    pub fn judged_lines(&self) -> Vec<LineJudged> {
        let Some(least) = self.context.settings.minimum_margin else { return Vec::new() };
        let lines = self.quote.lines.iter().enumerate();
        let counted = lines.filter(|(at, line)| !self.is_service(*at, line) && self.amounts(*at).is_some());
        let judged = counted.filter_map(|(at, line)| {
            self.judge(at, line, least).map(|judgement| LineJudged { line: line.id.clone(), judgement })
        });
        judged.collect()
    }

    /// Takes over what was judged elsewhere, by somebody who knows the costs. Returns whether that is news.
    pub fn take_judged(&mut self, judged: Vec<LineJudged>) -> bool {
        let news = self.judged.as_ref().is_some_and(|known| *known != judged);
        if news {
            self.judged = Some(judged);
        }
        news
    }

    /// What its product costs now, where that is known and not what the line was made with.
    pub(crate) fn cost_moved(&self, at: usize, line: &QuoteLine) -> Option<Price> {
        self.facts(at).and_then(|facts| facts.product.average_cost).filter(|now| line.cost != Some(*now))
    }

    pub(super) fn line_margin(&self, at: usize, line: &QuoteLine) -> Option<LineMargin> {
        self.context.settings.show_cost.then(|| LineMargin {
            cost: line.cost,
            cost_now: self.cost_moved(at, line),
            percent: self.margin_percent(at, line),
        })
    }

    /// Whether a line is a service, by what is known of its product now.
    pub(crate) fn is_service(&self, at: usize, line: &QuoteLine) -> bool {
        *self.facts(at).map_or(&line.kind, |facts| &facts.product.kind) == ProductKind::Service
    }

    fn left(&self, at: usize, line: &QuoteLine) -> Option<Left> {
        let cost = line.cost.filter(|cost| !cost.is_zero())?.decimal();
        let (_, amounts) = self.amounts(at)?;
        // Base units buy so many of the quote's own.
        let rate = if self.quote.currency == self.context.references.account.base_currency {
            Decimal::ONE
        } else {
            self.quote.exchange_rate?.decimal()
        };
        let cost = cost.checked_mul(line.quantity.decimal())?.checked_mul(rate)?;
        let net = amounts.net().decimal();
        Some(Left { left: net - cost, net })
    }
}

#[cfg(test)]
mod tests {
    use crate::quote::LiveQuote;
    use crate::quote::fixtures::{context, empty_in, facts, foreign, quote_10452};
    use crate::records::product::fixtures::{chair, lamp};

    fn margin(live: &LiveQuote, at: usize) -> String {
        live.margin_percent(at, &live.quote().lines[at]).map_or_else(|| "unknown".into(), |percent| percent.to_string())
    }

    #[test]
    fn p15_a_line_at_150_less_10_per_cent_leaves_34_72() {
        let live = quote_10452();
        assert_eq!(margin(&live, 0), "34.72");
        assert_eq!(margin(&live, 1), "unknown", "the lamp's cost is not known");
        assert!(live.figures().margin.is_none(), "nobody said that this user may see cost");
    }

    #[test]
    fn p15_the_cost_is_the_one_that_the_line_was_made_with() {
        let mut live = quote_10452();
        let mut dearer = chair();
        dearer.average_cost = Some("95".parse().unwrap());
        live.replace_facts(vec![facts(dearer)]);
        assert_eq!(margin(&live, 0), "34.72");
        assert_eq!(live.cost_moved(0, &live.quote().lines[0]), Some("95".parse().unwrap()));
        live.apply_fix("accept-cost", Some("a")).unwrap();
        assert_eq!(margin(&live, 0), "29.63");
    }

    #[test]
    fn g05_cost_is_converted_once() {
        let mut live = empty_in(foreign());
        live.set_price_tier(Some(3)).unwrap();
        live.add_line(facts(chair()), "1", "a").unwrap();
        assert_eq!(margin(&live, 0), "unknown", "without a rate");
        live.edit_header(r#"{"exchangeRate":"1.25"}"#).unwrap();
        // 135.56 less 110.15425, of 135.56.
        assert_eq!(margin(&live, 0), "18.74");
    }

    #[test]
    fn a_quote_says_which_part_of_it_has_a_margin() {
        let mut context = context();
        context.settings.show_cost = true;
        let mut live = empty_in(context);
        live.add_line(facts(chair()), "4", "a").unwrap();
        assert!(live.figures().margin.unwrap().complete);
        live.add_line(facts(lamp()), "2", "b").unwrap();
        let margin = live.figures().margin.unwrap();
        assert_eq!(
            (margin.amount.unwrap().to_string(), margin.percent.unwrap().to_string(), margin.complete),
            ("247.51".into(), "41.25".into(), false)
        );
    }
}
