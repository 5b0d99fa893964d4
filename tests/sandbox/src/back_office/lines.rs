//! Days, rates and lines, with what a person at Cin7 would leave out filled in.

use rust_decimal::Decimal;

use crate::amounts::Amounts;
use crate::clock::{date_text, parse_instant};
use crate::collection::Kind;
use crate::fields::{Fields, Number, object};
use crate::state::State;

pub(super) type Done = Result<(), String>;

pub(super) fn day(state: &State, with: &Fields, key: &str) -> Result<String, String> {
    match with.text(key) {
        None => Ok(date_text(state.clock.now().date_naive())),
        Some(text) => Ok(date_text(parse_instant(&text).ok_or(format!("`{text}` is not a date"))?.date_naive())),
    }
}

pub(super) fn rate(state: &State, rule: &str) -> Decimal {
    state.world.of(Kind::TaxRules).named(rule).map_or(Decimal::ZERO, |own| own.fields().number_or_zero("TaxPercent"))
}

pub(super) fn amounts(state: &State, line: &Fields) -> Amounts {
    let rule = line.text_or_empty("TaxRule");
    Amounts {
        quantity: line.number_or_zero("Quantity"),
        price: line.number_or_zero("Price"),
        discount: line.number_or_zero("Discount"),
        rate: rate(state, &rule),
        rule,
    }
}

/// A line or charge as `POST /sale/order` takes it, with what was left out filled in and its amounts computed.
pub(super) fn priced(state: &State, sale: &Fields, wanted: &Fields) -> Result<Fields, String> {
    let products = state.world.of(Kind::Products);
    let name = wanted.text("ProductID").or_else(|| wanted.text("SKU")).or_else(|| wanted.text("Description"));
    let name = name.ok_or("a line needs `SKU` or `Description`")?;
    let at = products.addressed(&name).first().copied().ok_or(format!("there is no product `{name}`"))?;
    let product = products.at(at).fields();
    let tier = sale.text_or_empty("PriceTier");
    let price = product.object("PriceTiers").and_then(|tiers| tiers.number(&tier)).filter(|price| !price.is_zero());
    let rule = product.text("SaleTaxRule").unwrap_or_else(|| sale.text_or_empty("TaxRule"));
    let mut line = object! {
        "ProductID" => product.text("ID"), "SKU" => product.text("SKU"), "Name" => product.text("Name"), "Quantity" => 1,
        "Price" => Number(price.unwrap_or_else(|| product.number_or_zero("PriceTier1"))), "Discount" => 0, "TaxRule" => rule,
        "Comment" => "",
    };
    if product.text_or_empty("Type") == "Service" {
        line.set("Description", &product.text("Name"));
    }
    line.merge(wanted);
    let inclusive = sale.text_or_empty("TaxCalculation") == "Inclusive";
    let amounts = amounts(state, &line);
    line.set("Tax", &Number(amounts.tax(inclusive)));
    line.set("Total", &Number(amounts.expected_total(inclusive, state.switches.line_total)));
    Ok(line)
}
