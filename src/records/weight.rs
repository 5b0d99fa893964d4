//! What things weigh: a number and its unit as Cin7 states them, and what several weigh together.
//!
//! Units differ by product, and a weight of 0 in Cin7 means that none was entered. So a sum says whether it is complete,
//! and nothing is ever added up across units that are not known.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::money::{Mass, Quantity};

/// Decimals that a sum over several units is shown with.
const SUM_PLACES: u32 = 3;

/// A weight as Cin7 states it: the number and its unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weight {
    /// How much; never zero (zero means not entered).
    pub value: Mass,
    /// `g`, `kg`, `lb`, `oz` or `mg`; another word, or none, when the account has it so.
    pub unit: String,
}

impl Weight {
    /// As it is read: `7.5 kg`.
    pub fn text(&self) -> String {
        format!("{} {}", self.value, self.unit.trim()).trim_end().to_owned()
    }

    /// What `quantity` of it weigh, in the same unit; `None` when the number does not fit.
    #[must_use]
    pub fn times(&self, quantity: Quantity) -> Option<Self> {
        let value = self.value.decimal().checked_mul(quantity.decimal())?;
        Some(Self { value: Mass::rounded(value)?, unit: self.unit.clone() })
    }

    fn is_in(&self, unit: &str) -> bool {
        self.unit.trim().eq_ignore_ascii_case(unit.trim())
    }
}

/// What several lines weigh together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightSum {
    /// The sum; `None` when no line has a weight.
    pub weight: Option<Weight>,
    /// Whether every line is in it.
    pub complete: bool,
}

/// Grams in one of a unit; `None` for a unit that is not known.
fn grams(unit: &str) -> Option<Decimal> {
    Some(match unit.trim().to_ascii_lowercase().as_str() {
        "mg" => Decimal::new(1, 3),
        "g" => Decimal::ONE,
        "kg" => Decimal::ONE_THOUSAND,
        "oz" => Decimal::new(28_349_523_125, 9),
        "lb" => Decimal::new(45_359_237, 5),
        _ => return None,
    })
}

/// Adds up lines, each the weight of one piece and how many. Leave out what has no weight by nature, such as services.
///
/// The sum is in the unit that all lines share, else in the unit of the heaviest line.
pub fn sum(lines: &[(Option<&Weight>, Quantity)]) -> WeightSum {
    let mut complete = true;
    let mut each: Vec<Weight> = Vec::with_capacity(lines.len());
    for (weight, quantity) in lines {
        match weight.and_then(|weight| weight.times(*quantity)) {
            Some(weight) => each.push(weight),
            None => complete = false,
        }
    }
    let Some(first) = each.first() else { return WeightSum { weight: None, complete } };
    if each.iter().all(|weight| weight.is_in(&first.unit)) {
        let total = each.iter().try_fold(Decimal::ZERO, |total, weight| total.checked_add(weight.value.decimal()));
        let weight = total.and_then(Mass::rounded).map(|value| Weight { value, unit: first.unit.clone() });
        return WeightSum { complete: complete && weight.is_some(), weight };
    }
    let mut total = Decimal::ZERO;
    let mut heaviest: Option<(Decimal, &Weight)> = None;
    for weight in &each {
        let own = grams(&weight.unit).and_then(|unit| unit.checked_mul(weight.value.decimal()));
        let Some((own, sum)) = own.and_then(|own| Some((own, total.checked_add(own)?))) else {
            complete = false;
            continue;
        };
        total = sum;
        if heaviest.is_none_or(|(other, _)| own > other) {
            heaviest = Some((own, weight));
        }
    }
    let shown = heaviest.and_then(|(_, weight)| {
        let value = total.checked_div(grams(&weight.unit)?)?;
        Some(Weight { value: Mass::rounded(value)?.settled(SUM_PLACES), unit: weight.unit.clone() })
    });
    WeightSum { weight: shown, complete }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(text: &str) -> Weight {
        let (value, unit) = text.split_once(' ').unwrap_or((text, ""));
        Weight { value: value.parse().unwrap(), unit: unit.into() }
    }

    /// Lines such as `7.5 kg x 4`; `- x 1` has no weight.
    fn summed(lines: &[&str]) -> (String, bool) {
        let lines: Vec<(Option<Weight>, Quantity)> = lines
            .iter()
            .map(|line| {
                let (each, quantity) = line.split_once(" x ").unwrap();
                ((each != "-").then(|| weight(each)), quantity.parse().unwrap())
            })
            .collect();
        let lines: Vec<_> = lines.iter().map(|(weight, quantity)| (weight.as_ref(), *quantity)).collect();
        let WeightSum { weight, complete } = sum(&lines);
        (weight.map(|weight| weight.text()).unwrap_or_default(), complete)
    }

    #[test]
    fn p12_weights_add_up_across_units() {
        assert_eq!(weight("7.5 kg").text(), "7.5 kg");
        assert_eq!(weight("7.5 kg").times("4".parse().unwrap()).unwrap().text(), "30 kg");
        for (lines, total, complete) in [
            (&["7.5 kg x 4"][..], "30 kg", true),
            (&["7.5 kg x 4", "500 g x 2"], "31 kg", true),
            (&["500 g x 2", "7.5 kg x 4"], "31 kg", true),
            (&["7.5 kg x 4", "- x 3"], "30 kg", false),
            (&["- x 3"], "", false),
            (&[], "", true),
            (&["1 lb x 2", "8 oz x 4"], "4 lb", true),
            (&["1 lb x 1", "1 kg x 1"], "1.454 kg", true),
            (&["250 mg x 3", "1 G x 1"], "1.75 G", true),
            (&["250 mg x 3", "100 mg x 1"], "850 mg", true),
            (&["3 stone x 2", "3 Stone x 1"], "9 stone", true),
            (&["3 stone x 2", "1 kg x 1"], "1 kg", false),
            (&["2 x 2"], "4", true),
            (&["0.00027 kg x 3"], "0.00081 kg", true),
        ] {
            assert_eq!(summed(lines), (total.to_owned(), complete), "{lines:?}");
        }
    }

    #[test]
    fn a_weight_beyond_all_numbers_is_missing_rather_than_wrong() {
        let huge = Weight { value: Mass::rounded(Decimal::MAX).unwrap(), unit: "kg".into() };
        assert_eq!(huge.times("1000".parse().unwrap()), None);
        let line = (Some(&huge), "1000".parse().unwrap());
        assert_eq!(sum(&[line]), WeightSum { weight: None, complete: false });
    }
}
