//! `/sale/order`: the lines, their checks, and what authorising does.

use rust_decimal::Decimal;

use super::checks::{check_lengths, check_places, invalid};
use super::stored_sale::{combined, find, save, take_number};
use crate::amounts::{Amounts, TotalsRule, cents, totals};
use crate::answer::{Answer, Refusal};
use crate::collection::Kind;
use crate::fields::{Fields, Number, object};
use crate::query::Query;
use crate::state::State;
use crate::stock::Demand;
use crate::switches::LineTax;

const LINE_LENGTHS: &[(&str, usize)] = &[("SKU", 50), ("Name", 1024), ("TaxRule", 50), ("Comment", 256)];
const CHARGE_LENGTHS: &[(&str, usize)] = &[("Description", 256), ("TaxRule", 50), ("Comment", 1024)];

pub(super) fn get(state: &State, query: &Query) -> Result<Answer, Refusal> {
    let sale = find(state, query.lower("SaleID"))?;
    Ok(Answer::json(&shown(&sale, query.is_set("CombineAdditionalCharges"))))
}

/// The order as this endpoint answers it.
fn shown(sale: &Fields, combine: bool) -> Fields {
    let order = sale.object("Order").unwrap_or_default();
    let mut answer = object! { "SaleID" => sale.text_or_empty("ID") };
    answer.append(if combine { combined(order) } else { order });
    answer
}

pub(super) fn post(state: &mut State, body: &Fields) -> Result<Answer, Refusal> {
    let sale = place(state, body)?;
    Ok(Answer::json(&shown(&sale, body.flag("CombineAdditionalCharges").unwrap_or(false))))
}

/// Gives a sale its lines, and authorises them if so asked; answers the sale as it then stands.
pub(crate) fn place(state: &mut State, body: &Fields) -> Result<Fields, Refusal> {
    let mut sale = find(state, body.text("SaleID"))?;
    let status = body.text_or_empty("Status").to_uppercase();
    check_state(&sale)?;
    if !matches!(status.as_str(), "DRAFT" | "AUTHORISED") {
        return invalid(format!("Status '{status}' is not valid. Valid values are: DRAFT, AUTHORISED"));
    }
    if body.text("AutoPickPackShipMode").is_some_and(|mode| !mode.is_empty() && !mode.eq_ignore_ascii_case("NOPICK")) {
        return Err(Refusal::with_status(501, "The sandbox does not simulate AutoPickPackShipMode other than NOPICK."));
    }
    check_lengths(body, &[("Memo", 1024)], "")?;
    let inclusive = sale.text_or_empty("TaxCalculation") == "Inclusive";
    let mut rows = Vec::new();
    let mut lines = Vec::new();
    let mut seen: Vec<Box<str>> = Vec::new();
    for line in body.list("Lines") {
        let (kept, amounts, id) = checked_line(state, &line, inclusive)?;
        if seen.contains(&id) {
            return invalid(format!(
                "It is impossible to use product with one SKU more once in Lines. SKU: {}",
                kept.text_or_empty("SKU")
            ));
        }
        seen.push(id);
        rows.push(amounts);
        lines.push(kept);
    }
    let mut charges = Vec::new();
    for charge in body.list("AdditionalCharges") {
        let (kept, amounts) = checked_charge(state, &charge, inclusive)?;
        rows.push(amounts);
        charges.push(kept);
    }
    if status == "AUTHORISED" && lines.is_empty() {
        return invalid("Lines cannot be empty when the order is authorised");
    }
    let rule = TotalsRule {
        inclusive,
        per_row: state.world.company.text_or_empty("TaxCalculationMethod") == "Row Total",
        adjustment: if rows.is_empty() { Decimal::ZERO } else { state.switches.adjustment() },
    };
    let sum = totals(&rows, rule);

    let old = sale.object("Order").unwrap_or_default();
    let number = old.text("SaleOrderNumber").filter(|number| !number.is_empty()).unwrap_or_else(|| take_number(state));
    sale.set(
        "Order",
        &object! {
            "SaleOrderNumber" => number, "Memo" => body.text_or_empty("Memo"), "Status" => status, "Lines" => lines,
            "AdditionalCharges" => charges,
            "TotalBeforeTax" => Number(sum.before_tax), "Tax" => Number(sum.tax), "Total" => Number(sum.total),
        },
    );
    if status == "AUTHORISED" {
        authorise(state, &mut sale);
    }
    let id = sale.text("ID");
    save(state, sale);
    find(state, id)
}

/// Whether the sale can take an order at all.
fn check_state(sale: &Fields) -> Result<(), Refusal> {
    let order = sale.object("Order").unwrap_or_default().text_or_empty("Status");
    if sale.text_or_empty("Status") == "VOIDED" {
        return invalid("The sale is VOIDED and cannot be changed");
    }
    if !matches!(order.as_str(), "" | "DRAFT" | "NOT AVAILABLE") {
        return invalid(format!("Order can be saved only in status DRAFT or NOT AVAILABLE. Order status is {order}"));
    }
    if sale.flag("ServiceOnly").unwrap_or(false) {
        return invalid("Order endpoint is not available for service-only sales");
    }
    let quote = sale.object("Quote").unwrap_or_default().text_or_empty("Status");
    if !sale.flag("SkipQuote").unwrap_or(false) && quote != "AUTHORISED" {
        return invalid("Quote must be AUTHORISED before the order can be saved");
    }
    Ok(())
}

/// A product line that passed every check, its amounts, and its product's key.
fn checked_line(state: &State, line: &Fields, inclusive: bool) -> Result<(Fields, Amounts, Box<str>), Refusal> {
    check_lengths(line, LINE_LENGTHS, "Lines.")?;
    let products = state.world.of(Kind::Products);
    let sku = line.text("SKU").filter(|sku| !sku.trim().is_empty());
    let record = if line.is_blank("ProductID") {
        let Some(sku) = &sku else { return invalid("ProductID or SKU is required in Lines") };
        let wanted = sku.to_lowercase();
        products
            .iter()
            .find(|own| *own.keys.code == *wanted)
            .ok_or_else(|| Refusal::invalid(format!("Product with SKU '{sku}' was not found")))?
    } else {
        let id = line.text_or_empty("ProductID");
        products.find(&id).ok_or_else(|| Refusal::invalid(format!("Product with ID '{id}' was not found")))?
    };
    let product = record.fields();
    let own_sku = product.text_or_empty("SKU");
    if let Some(sku) = sku
        && sku != own_sku
    {
        return invalid(format!("Product with ID '{}' has SKU '{own_sku}', not '{sku}'", product.text_or_empty("ID")));
    }
    if state.switches.refuse_service_line && product.text_or_empty("Type") == "Service" {
        return invalid(format!("Product '{own_sku}' is a service and can be used only in AdditionalCharges"));
    }
    if state.switches.refuse_deprecated_product && record.keys.deprecated {
        return invalid(format!("Product '{own_sku}' is deprecated"));
    }
    if state.switches.refuse_unsellable_product && product.flag("Sellable") == Some(false) {
        return invalid(format!("Product '{own_sku}' is not sellable"));
    }
    let place = format!("Line with SKU '{own_sku}'");
    let (amounts, tax) = checked_amounts(state, line, inclusive, &place)?;
    let kept = object! {
        "ProductID" => product.text_or_empty("ID"), "SKU" => own_sku, "Name" => product.text_or_empty("Name"),
        "Quantity" => Number(amounts.quantity), "Price" => Number(amounts.price), "Discount" => Number(amounts.discount),
        "Tax" => Number(tax),
        "AverageCost" => Number(product.number_or_zero("AverageCost")), "TaxRule" => amounts.rule,
        "Comment" => line.text_or_empty("Comment"),
        "DropShip" => is_drop_shipped(line, &product), "BackorderQuantity" => 0, "Total" => Number(line.number_or_zero("Total")),
    };
    Ok((kept, amounts, record.keys.id.clone()))
}

fn is_drop_shipped(line: &Fields, product: &Fields) -> bool {
    match product.text_or_empty("DropShipMode").as_str() {
        "Always Drop Ship" => true,
        "Optional Drop Ship" => line.flag("DropShip").unwrap_or(false),
        _ => false,
    }
}

fn checked_charge(state: &State, charge: &Fields, inclusive: bool) -> Result<(Fields, Amounts), Refusal> {
    check_lengths(charge, CHARGE_LENGTHS, "AdditionalCharges.")?;
    let description = charge.text_or_empty("Description");
    let wanted = description.trim().to_lowercase();
    let is_service = state.world.of(Kind::Products).iter().any(|product| {
        *product.keys.name == *wanted && !product.keys.deprecated && product.fields().text_or_empty("Type") == "Service"
    });
    if description.trim().is_empty() {
        return invalid("Description is required in AdditionalCharges");
    }
    if !is_service {
        return invalid(format!("Service product with name '{description}' was not found"));
    }
    let (amounts, tax) = checked_amounts(state, charge, inclusive, &format!("Additional charge '{description}'"))?;
    let kept = object! {
        "Description" => description, "Price" => Number(amounts.price), "Quantity" => Number(amounts.quantity),
        "Discount" => Number(amounts.discount),
        "Tax" => Number(tax), "Total" => Number(charge.number_or_zero("Total")), "TaxRule" => amounts.rule,
        "Comment" => charge.text_or_empty("Comment"),
    };
    Ok((kept, amounts))
}

/// Quantity, price, discount, tax rule and `Total` of a line or charge; and the tax that is kept on it.
fn checked_amounts(state: &State, line: &Fields, inclusive: bool, place: &str) -> Result<(Amounts, Decimal), Refusal> {
    for required in ["Quantity", "Price", "Total", "TaxRule"] {
        if line.is_blank(required) {
            return invalid(format!("{place}: {required} is required"));
        }
    }
    let number = |name: &str, places: u32| -> Result<Decimal, Refusal> {
        if line.is_blank(name) {
            return Ok(Decimal::ZERO);
        }
        let value = line.number(name).ok_or_else(|| Refusal::invalid(format!("{place}: {name} must be a number")))?;
        check_places(&format!("{place}: {name}"), value, places)?;
        Ok(value)
    };
    let (quantity, price, discount) = (number("Quantity", 4)?, number("Price", 4)?, number("Discount", 2)?);
    let (total, tax) = (number("Total", 4)?, number("Tax", 4)?);
    if quantity <= Decimal::ZERO || (state.switches.minimum_quantity_one && quantity < Decimal::ONE) {
        return invalid(format!("{place}: Quantity is too small"));
    }
    if discount < Decimal::ZERO || discount > Decimal::ONE_HUNDRED {
        return invalid(format!("{place}: Discount must be between 0 and 100"));
    }
    let name = line.text_or_empty("TaxRule");
    let rule = state
        .world
        .of(Kind::TaxRules)
        .named(&name)
        .map(crate::collection::Record::fields)
        .filter(|rule| rule.flag("IsActive").unwrap_or(true) && rule.flag("IsTaxForSale").unwrap_or(true));
    let Some(rule) = rule else { return invalid(format!("{place}: TaxRule '{name}' not found")) };
    let amounts =
        Amounts { quantity, price, discount, rate: rule.number_or_zero("TaxPercent"), rule: rule.text_or_empty("Name") };
    let expected = amounts.expected_total(inclusive, state.switches.line_total);
    if (total - expected).abs() > state.switches.tolerance() {
        return invalid(format!(
            "{place}: attribute 'Total' doesn't match the value calculated for validation. Expected value is: {:.2}",
            cents(expected)
        ));
    }
    let tax = match state.switches.line_tax {
        LineTax::Trust => tax,
        LineTax::Recompute => amounts.tax(inclusive),
    };
    Ok((amounts, tax))
}

/// Holds stock for every line; what is short is backordered without a word.
pub(crate) fn authorise(state: &mut State, sale: &mut Fields) {
    let id = sale.text_or_empty("ID");
    let location = sale.text_or_empty("Location");
    let mut order = sale.object("Order").unwrap_or_default();
    let mut lines = order.list("Lines");
    for line in &mut lines {
        let product =
            state.world.of(Kind::Products).find(&line.text_or_empty("ProductID")).map(crate::collection::Record::fields);
        let stocked = product.filter(|product| product.text_or_empty("Type") == "Stock");
        let short = match stocked {
            Some(product) if line.flag("DropShip") != Some(true) && !state.world.stockless.contains(&id.to_lowercase()) => {
                state.allocate(&id, &Demand { product: &product, location: &location, quantity: line.number_or_zero("Quantity") })
            }
            _ => Decimal::ZERO,
        };
        line.set("BackorderQuantity", &Number(short));
    }
    order.set("Lines", &lines);
    order.set("Status", "AUTHORISED");
    sale.set("Order", &order);
}
