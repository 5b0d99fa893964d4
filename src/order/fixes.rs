//! Carries out the fixes that problems offer.

use rust_decimal::Decimal;

use super::draft::{self, is_charge};
use super::plan::LONGEST_MEMO;
use super::problems::ACCEPTABLE;
use super::text;
use crate::error::{Error, ErrorCode, Result};
use crate::money::{Price, Quantity};
use crate::quote::{LiveQuote, QuoteLine};
use serde_json::Value;

impl LiveQuote {
    /// Carries out the fix named `action`, on a line or (`None`) on the quote.
    ///
    /// # Errors
    /// `invalid-input` when there is no such fix; else whatever the edit behind it may answer. Nothing is changed then.
    pub fn apply_fix(&mut self, action: &str, line_id: Option<&str>) -> Result<()> {
        self.as_one_edit(|live| live.carry_out(action, line_id))
    }

    fn carry_out(&mut self, action: &str, line_id: Option<&str>) -> Result<()> {
        let (verb, what) = action.split_once(':').unwrap_or((action, ""));
        let line = || line_id.ok_or_else(|| Error::invalid("lineId", format!("“{action}” is about a line; say which.")));
        match (verb, what) {
            ("use-warehouse", name) => self.set_warehouse(Some(name)),
            ("one-warehouse", name) => self.use_one_warehouse(name),
            ("use-tier", ordinal) => {
                let ordinal = ordinal.parse().map_err(|_| Error::invalid("action", format!("“{ordinal}” is not a tier.")))?;
                self.set_price_tier(Some(ordinal))
            }
            ("use-term", name) => self.edit_one("paymentTerm", name),
            ("use-representative", name) => self.edit_one("salesPerson", name),
            ("end-date", day) => self.edit_one("endDate", day),
            ("use-saved-delivery", "") => {
                let Some(id) = self.saved_now().and_then(|address| address.id) else {
                    return Err(Error::invalid("action", "The address is no longer saved in Cin7."));
                };
                self.edit_header(&format!("{{\"delivery\":{{\"savedId\":\"{id}\"}}}}")).map(drop)
            }
            ("shorten-memo", "") => {
                let memo = text::cut(&self.quote().memo, LONGEST_MEMO);
                self.edit_one("memo", &memo)
            }
            ("use-tax-rule", name) => self.set_tax_rule(line()?, name).map(drop),
            ("accept", code) if ACCEPTABLE.contains(&code) => self.accept(code, line_id),
            ("put-back", field) => self.put_back(field, line_id),
            ("remove-line", "") => self.remove_line(line()?),
            ("accept-price", "") => self.accept_new_price(line()?).map(drop),
            ("accept-cost", "") => self.accept_new_cost(line()?),
            ("use-product-texts", "") => self.take_product_texts(line()?),
            ("set-quantity", quantity) => self.set_quantity(line()?, quantity).map(drop),
            ("tax-in-prices", "yes") => self.convert_prices(true),
            ("tax-in-prices", "no") => self.convert_prices(false),
            ("one-line", first) => self.make_one_line(first),
            ("use-terms-of", other) => self.take_terms_of(line()?, other),
            ("use-product-name", "") => {
                let id = line()?;
                let name = self.product_name(id)?;
                self.set_description(id, &name).map(drop)
            }
            ("description-to-comment", "") => self.description_to_comment(line()?),
            ("shorten-comment", "") => {
                let id = line()?;
                let shown = self.line(id)?;
                let charge = self.at(id).is_some_and(|at| {
                    is_charge(self.facts(at).map_or(&self.quote().lines[at].kind, |facts| &facts.product.kind))
                });
                let limit = if charge { draft::LONGEST_CHARGE_COMMENT } else { draft::LONGEST_COMMENT };
                self.set_extended_description(id, &text::cut(&shown.extended_description, limit)).map(drop)
            }
            _ => Err(Error::invalid("action", format!("There is no fix “{action}”."))),
        }
    }

    fn at(&self, line_id: &str) -> Option<usize> {
        self.quote().lines.iter().position(|line| line.id == line_id)
    }

    fn edit_one(&mut self, field: &str, value: &str) -> Result<()> {
        let edit = std::iter::once((field.to_owned(), Value::String(value.to_owned()))).collect();
        self.edit_parts(&edit).map(drop)
    }

    /// Puts the tax into every taxed price, or takes it out, under the rule of the same rate that says so.
    fn convert_prices(&mut self, inclusive: bool) -> Result<()> {
        let references = &self.context().references;
        let convert = |line: &QuoteLine| -> Option<(String, String, Option<Price>)> {
            let rule = references.tax_rule(&line.tax_rule).one()?;
            let other = references.counterpart(rule).filter(|_| rule.tax_in_price() == Some(!inclusive))?;
            let whole = Decimal::ONE_HUNDRED + rule.percent.decimal();
            let (times, over) = if inclusive { (whole, Decimal::ONE_HUNDRED) } else { (Decimal::ONE_HUNDRED, whole) };
            let price = line.priced.price().and_then(|price| Price::rounded(price.decimal() * times / over));
            Some((line.id.clone(), other.name.clone(), price))
        };
        let converted: Vec<_> = self.quote().lines.iter().filter_map(convert).collect();
        self.all_taken("price", converted.iter().map(|(id, ..)| id.as_str()))?;
        for (id, rule, price) in converted {
            self.set_tax_rule(&id, &rule)?;
            if let Some(price) = price {
                self.set_price(&id, &price.to_string())?;
            }
        }
        Ok(())
    }

    /// What was typed into one of these lines and not taken is mended by a person, never by what is worked out from the value
    /// before.
    fn all_taken<'l>(&self, field: &str, mut lines: impl Iterator<Item = &'l str>) -> Result<()> {
        let waits = |id: &str| self.at(id).is_some_and(|at| self.quote().lines[at].refused.of(field).is_some());
        if lines.any(waits) {
            return Err(Error::invalid(
                field,
                format!("What was typed as a {field} was not taken. Mend it or put it back first."),
            ));
        }
        Ok(())
    }

    /// All lines of a product on the terms of this one become one, which stands where it stands.
    fn make_one_line(&mut self, first: &str) -> Result<()> {
        let at = self.at(first).ok_or_else(|| Error::new(ErrorCode::UnknownLine, format!("The quote has no line “{first}”.")))?;
        let lines = &self.quote().lines;
        let alike = lines.iter().enumerate().filter(|(other, _)| draft::same_terms(self, at, *other)).map(|(_, line)| line);
        let sum = alike.clone().fold(Quantity::ZERO, |sum, line| sum + line.quantity);
        self.all_taken("quantity", alike.clone().map(|line| line.id.as_str()))?;
        let others: Vec<String> = alike.map(|line| line.id.clone()).filter(|id| id != first).collect();
        self.set_quantity(first, &sum.to_string())?;
        others.iter().try_for_each(|id| self.remove_line(id))
    }

    /// Cin7's present name for the line's product, else the one it had when the line was made.
    fn product_name(&self, line_id: &str) -> Result<String> {
        let at =
            self.at(line_id).ok_or_else(|| Error::new(ErrorCode::UnknownLine, format!("The quote has no line “{line_id}”.")))?;
        Ok(self.facts(at).map_or(&self.quote().lines[at].name, |facts| &facts.product.name).clone())
    }

    /// The line's own text goes in front of the comment, and the line is called what Cin7 calls it.
    fn description_to_comment(&mut self, line_id: &str) -> Result<()> {
        let name = self.product_name(line_id)?;
        let shown = self.line(line_id)?;
        let comment = match shown.extended_description.as_str() {
            "" => shown.description,
            rest => format!("{}\n{rest}", shown.description),
        };
        // The name first: it always fits where it came from, so that a comment that does not leaves nothing half done.
        let text = self.line(line_id)?.description;
        self.set_description(line_id, &name)?;
        if let Err(error) = self.set_extended_description(line_id, &comment) {
            self.set_description(line_id, &text)?;
            return Err(error);
        }
        Ok(())
    }
}
