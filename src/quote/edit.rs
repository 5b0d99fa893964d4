//! Edits of a live quote. Each checks everything first and changes afterwards.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::typed::{check_length, first_of, read_discount, sentence, settled};
use super::view::LineView;
use super::{DiscountBy, LineFacts, LiveQuote, QuoteLine, Removed, Worked, price_of};
use crate::error::{Detail, Error, ErrorCode, Result};
use crate::money::{NumberError, PRICE_PLACES, Percent, Price, QUANTITY_PLACES, Quantity, parse_decimal, round};
use crate::records::Day;
use crate::records::reference::TIERS;
use crate::settings::DescriptionField;

/// Most of one product on one line.
const MOST: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);
/// Most lines of a quote.
const MOST_LINES: usize = 10_000;
/// Longest description of a line, in UTF-16 units, as the CRM keeps it.
pub(super) const LONGEST_DESCRIPTION: usize = 500;
/// Longest extended description of a line, in UTF-16 units, as the CRM keeps it.
pub(super) const LONGEST_EXTENDED: usize = 32_767;

impl LiveQuote {
    /// Adds a line at the end, priced now. `line_id` must be new to the quote.
    ///
    /// # Errors
    /// `already-confirmed`; `invalid-input` with everything that is wrong.
    pub fn add_line(&mut self, facts: LineFacts, quantity: &str, line_id: &str) -> Result<LineView> {
        self.begin_edit()?;
        let mut details = Vec::new();
        if line_id.is_empty() || self.position(line_id).is_ok() {
            details.push(Detail::new("id", format!("“{line_id}” is not a new line id.")));
        }
        if self.quote.lines.len() >= MOST_LINES {
            details.push(Detail::new("lines", format!("A quote has {MOST_LINES} lines at most.")));
        }
        let quantity = self.read_quantity(quantity).map_err(|problem| details.push(Detail::new("quantity", problem)));
        let Some(quantity) = quantity.ok().filter(|_| details.is_empty()) else {
            return Err(Error::with_details(ErrorCode::InvalidInput, "The line cannot be added.", details));
        };
        let product = &facts.product;
        self.line_comes(line_id);
        let account = &self.context.references.account;
        let tax_rule =
            product.sale_tax_rule.as_ref().or(self.quote.customer_tax_rule.as_ref()).unwrap_or(&account.default_tax_rule);
        self.quote.lines.push(QuoteLine {
            id: line_id.to_owned(),
            product: product.id,
            sku: product.sku.clone(),
            name: product.name.clone(),
            kind: product.kind.clone(),
            description: product.name.clone(),
            extended_description: first_of(
                self.context.settings.description(product, DescriptionField::ExtendedDescription),
                LONGEST_EXTENDED,
            ),
            quantity,
            priced: price_of(&self.quote, &self.context, &facts, quantity, None),
            discount: Percent::ZERO,
            discount_by: None,
            tax_rule: tax_rule.clone(),
            cost: product.average_cost,
            warehouse: None,
            delivery_date: None,
            accepted: super::accepted::Accepted::default(),
            refused: super::RefusedInputs::default(),
        });
        let (at, product) = (self.quote.lines.len() - 1, facts.product.id);
        self.totals.add(None);
        self.worked.push(Worked { facts: Some(Arc::new(facts)), amounts: None });
        self.apply_breaks(product, Some(at));
        Ok(self.worked_view(at))
    }

    /// Takes a line out; [`LiveQuote::restore_line`] puts it back.
    ///
    /// # Errors
    /// `already-confirmed`, `unknown-line`.
    pub fn remove_line(&mut self, line_id: &str) -> Result<()> {
        self.begin_edit()?;
        let at = self.position(line_id)?;
        let product = self.line_mut(at).product;
        self.take_out(at);
        self.apply_breaks(product, None);
        Ok(())
    }

    /// Puts a line back where it was, or at the end when the quote has become shorter.
    ///
    /// # Errors
    /// `already-confirmed`; `unknown-line` when no such line was taken out since the quote was opened.
    pub fn restore_line(&mut self, line_id: &str) -> Result<LineView> {
        self.begin_edit()?;
        let taken_out = self.removed.iter().rposition(|removed| removed.line.id == line_id);
        let Some(found) = taken_out.filter(|_| self.position(line_id).is_err()) else {
            return Err(Error::new(ErrorCode::UnknownLine, format!("No line “{line_id}” was taken out.")));
        };
        let Removed { at, line, .. } = self.removed[found].clone();
        let product = line.product;
        self.line_comes(line_id);
        self.put_in(at, line);
        self.removed.remove(found);
        let at = self.position(line_id)?;
        self.apply_breaks(product, Some(at));
        Ok(self.worked_view(at))
    }

    /// Moves a line so that it becomes the `number`th; beyond the end means the end.
    ///
    /// # Errors
    /// `already-confirmed`, `unknown-line`; `invalid-input` for number 0.
    pub fn move_line(&mut self, line_id: &str, number: usize) -> Result<LineView> {
        self.begin_edit()?;
        let from = self.position(line_id)?;
        let Some(to) = number.checked_sub(1) else {
            return Err(Error::invalid("number", "Lines are counted from 1."));
        };
        let to = to.min(self.quote.lines.len() - 1);
        self.line_mut(from);
        self.put_at(from, to);
        Ok(self.view_of(to))
    }

    /// Sets how many; settles on the account's decimals: 1.234 becomes 1.23.
    ///
    /// # Errors
    /// `already-confirmed`, `unknown-line`; `invalid-input` for what is not a number above zero.
    pub fn set_quantity(&mut self, line_id: &str, text: &str) -> Result<LineView> {
        self.begin_edit()?;
        let at = self.position(line_id)?;
        let quantity = self.read_quantity(text).map_err(|problem| Error::invalid("quantity", problem))?;
        let line = self.line_mut(at);
        line.quantity = quantity;
        line.refused.remove("quantity");
        line.accepted.remove("short-stock");
        line.accepted.remove("below-one");
        let product = line.product;
        self.apply_breaks(product, Some(at));
        Ok(self.worked_view(at))
    }

    /// Types a price, which stays until [`LiveQuote::reset_price`]; settles on four decimals.
    ///
    /// # Errors
    /// `already-confirmed`, `unknown-line`; `invalid-input` for what is not a number of zero or more.
    pub fn set_price(&mut self, line_id: &str, text: &str) -> Result<LineView> {
        self.begin_edit()?;
        let at = self.position(line_id)?;
        let price: Price = settled(text, PRICE_PLACES).map_err(|problem| Error::invalid("price", problem))?;
        let line = self.line_mut(at);
        line.priced.typed = Some(price);
        line.refused.remove("price");
        Ok(self.worked_view(at))
    }

    /// Goes back to the price that is found now. Without the product's facts, to the one that was found last.
    ///
    /// # Errors
    /// `already-confirmed`, `unknown-line`.
    pub fn reset_price(&mut self, line_id: &str) -> Result<LineView> {
        self.begin_edit()?;
        let at = self.position(line_id)?;
        let priced = self.priced_now(at).unwrap_or_else(|| self.quote.lines[at].priced.untyped());
        let line = self.line_mut(at);
        line.priced = priced;
        line.refused.remove("price");
        self.apply_break(at);
        Ok(self.worked_view(at))
    }

    /// Sets the line's discount in per cent, 0 to 100; settles on two decimals: 12.345 becomes 12.35.
    ///
    /// # Errors
    /// `already-confirmed`, `unknown-line`; `invalid-input` for what is not a number from 0 to 100.
    pub fn set_discount(&mut self, line_id: &str, text: &str) -> Result<LineView> {
        self.begin_edit()?;
        let at = self.position(line_id)?;
        let discount = read_discount(text).map_err(|problem| Error::invalid("discount", problem))?;
        let line = self.line_mut(at);
        line.discount = discount;
        line.discount_by = Some(DiscountBy::Typed);
        line.refused.remove("discount");
        Ok(self.worked_view(at))
    }

    /// Gives a typed discount up: the discount rule's, or none, holds again.
    ///
    /// # Errors
    /// `already-confirmed`, `unknown-line`.
    pub fn reset_discount(&mut self, line_id: &str) -> Result<LineView> {
        self.begin_edit()?;
        let at = self.position(line_id)?;
        let line = self.line_mut(at);
        (line.discount, line.discount_by) = (Percent::ZERO, None);
        line.refused.remove("discount");
        self.apply_break(at);
        Ok(self.worked_view(at))
    }

    /// Names the warehouse that a line should ship from; `None` is the quote's own. Shows that warehouse's stock.
    ///
    /// # Errors
    /// `already-confirmed`, `unknown-line`; `invalid-input` when there is no such warehouse or it is no longer in use.
    pub fn set_line_warehouse(&mut self, line_id: &str, name: Option<&str>) -> Result<LineView> {
        self.begin_edit()?;
        let at = self.position(line_id)?;
        let chosen = name.map(|name| self.open_warehouse(name)).transpose()?;
        let chosen = chosen.filter(|name| self.quote.warehouse.as_ref() != Some(name));
        let line = self.line_mut(at);
        line.warehouse = chosen;
        line.accepted.remove("short-stock");
        Ok(self.view_of(at))
    }

    /// Says when a line should be delivered, as `2026-04-17`; `None` is not said.
    ///
    /// # Errors
    /// `already-confirmed`, `unknown-line`; `invalid-input` for what is no day.
    pub fn set_line_delivery_date(&mut self, line_id: &str, day: Option<&str>) -> Result<LineView> {
        self.begin_edit()?;
        let at = self.position(line_id)?;
        let no_day = |text: &str| Error::invalid("deliveryDate", format!("“{text}” is not a day such as 2026-04-17."));
        let day = day.map(|text| text.parse::<Day>().map_err(|_| no_day(text))).transpose()?;
        let line = self.line_mut(at);
        line.delivery_date = day;
        line.refused.remove("deliveryDate");
        if self.quote.accepted.contains("split-dates") {
            self.header_mut().accepted.remove("split-dates");
        }
        Ok(self.view_of(at))
    }

    /// Changes the line's own text. It stays here: Cin7 prints its own name for the product.
    ///
    /// # Errors
    /// `already-confirmed`, `unknown-line`; `invalid-input` for more than the CRM keeps.
    pub fn set_description(&mut self, line_id: &str, text: &str) -> Result<LineView> {
        self.begin_edit()?;
        let at = self.position(line_id)?;
        check_length("description", text, LONGEST_DESCRIPTION)?;
        let line = self.line_mut(at);
        text.clone_into(&mut line.description);
        line.refused.remove("description");
        line.accepted.remove("description-stays");
        Ok(self.view_of(at))
    }

    /// Changes the line's extended description, which becomes the comment of Cin7's order line.
    ///
    /// # Errors
    /// `already-confirmed`, `unknown-line`; `invalid-input` for more than the CRM keeps.
    pub fn set_extended_description(&mut self, line_id: &str, text: &str) -> Result<LineView> {
        self.begin_edit()?;
        let at = self.position(line_id)?;
        check_length("extendedDescription", text, LONGEST_EXTENDED)?;
        let line = self.line_mut(at);
        text.clone_into(&mut line.extended_description);
        line.refused.remove("extendedDescription");
        // A cut was accepted for the text that was there.
        line.accepted.remove("comment-too-long");
        Ok(self.view_of(at))
    }

    /// Puts a line under another tax rule, by its name.
    ///
    /// # Errors
    /// `already-confirmed`, `unknown-line`; `invalid-input` when the account has no such active sale tax rule.
    pub fn set_tax_rule(&mut self, line_id: &str, name: &str) -> Result<LineView> {
        self.begin_edit()?;
        let at = self.position(line_id)?;
        let unknown = || format!("Cin7 has no tax rule “{name}” for sales.");
        let found = self.context.references.tax_rule(name).or_say(name, |rule| &rule.name, unknown);
        let found = found.and_then(|rule| if rule.active && rule.for_sale { Ok(rule) } else { Err(unknown()) });
        let rule = found.map_err(|problem| Error::invalid("taxRule", problem))?;
        let name = rule.name.clone();
        self.line_mut(at).tax_rule = name;
        Ok(self.worked_view(at))
    }

    /// Prices the quote on another tier (`None`: the customer's own again). Lines with a typed price keep it; the others
    /// are priced now.
    ///
    /// # Errors
    /// `already-confirmed`; `invalid-input` for an ordinal that is not 1 to 10.
    pub fn set_price_tier(&mut self, ordinal: Option<u8>) -> Result<()> {
        self.begin_edit()?;
        self.unsent("priceTier")?;
        if let Some(ordinal) = ordinal.filter(|ordinal| !(1..=TIERS).contains(&usize::from(*ordinal))) {
            return Err(Error::invalid("priceTier", format!("{ordinal} is not a tier from 1 to {TIERS}.")));
        }
        self.touch_all();
        self.quote.chosen_tier = ordinal;
        let counted: Vec<Quantity> = self
            .worked
            .iter()
            .enumerate()
            .map(|(at, worked)| match &worked.facts {
                Some(facts) => self.counted(at, facts),
                None => self.quote.lines[at].quantity,
            })
            .collect();
        let mut lines = std::mem::take(&mut self.quote.lines);
        let mut removed = std::mem::take(&mut self.removed);
        let kept =
            lines.iter_mut().zip(&self.worked).zip(counted).map(|((line, worked), counted)| (line, &worked.facts, counted));
        // One that was taken out is counted anew when it comes back.
        let gone = removed.iter_mut().map(|removed| {
            let own = removed.line.quantity;
            (&mut removed.line, &removed.facts, own)
        });
        for (line, facts, counted) in kept.chain(gone) {
            if let Some(facts) = facts {
                line.priced = price_of(&self.quote, &self.context, facts, counted, line.priced.typed);
            }
        }
        (self.quote.lines, self.removed) = (lines, removed);
        self.work_out_all();
        Ok(())
    }

    /// Chooses the warehouse the order ships from. Touches the stock that is shown, never a price.
    ///
    /// # Errors
    /// `already-confirmed`; `invalid-input` when there is no such warehouse or it is no longer in use.
    pub fn set_warehouse(&mut self, name: Option<&str>) -> Result<()> {
        self.begin_edit()?;
        if name != self.quote.warehouse.as_deref() {
            self.unsent("warehouse")?;
        }
        let name = name.map(|name| self.open_warehouse(name)).transpose()?;
        self.header_mut().warehouse.clone_from(&name);
        for at in 0..self.quote.lines.len() {
            let line = &self.quote.lines[at];
            let its_own = line.warehouse.is_some() && line.warehouse == name;
            if its_own || line.accepted.contains("short-stock") {
                let line = self.line_mut(at);
                line.accepted.remove("short-stock");
                line.warehouse = line.warehouse.take().filter(|_| !its_own);
            }
        }
        Ok(())
    }

    /// Ships every line from one warehouse.
    pub(crate) fn use_one_warehouse(&mut self, name: &str) -> Result<()> {
        self.as_one_edit(|live| {
            live.set_warehouse(Some(name))?;
            for at in 0..live.quote.lines.len() {
                if live.quote.lines[at].warehouse.is_some() {
                    live.line_mut(at).warehouse = None;
                }
            }
            Ok(())
        })
    }

    /// The warehouse of this name, as Cin7 spells it.
    fn open_warehouse(&self, name: &str) -> Result<String> {
        let found = self.context.references.location(name);
        match found.or_say(name, |location| &location.name, || format!("Cin7 has no warehouse “{name}”.")) {
            Err(problem) => Err(Error::invalid("warehouse", problem)),
            Ok(location) if location.deprecated => {
                Err(Error::invalid("warehouse", format!("{} is no longer in use.", location.name)))
            }
            Ok(location) => Ok(location.name.clone()),
        }
    }

    /// Takes the product's present average cost onto the line.
    pub(crate) fn accept_new_cost(&mut self, line_id: &str) -> Result<()> {
        self.begin_edit()?;
        let at = self.position(line_id)?;
        if let Some(cost) = self.facts(at).map(|facts| facts.product.average_cost) {
            let line = self.line_mut(at);
            line.cost = cost;
            line.accepted.remove("margin-unknown");
            line.accepted.remove("low-margin");
        }
        Ok(())
    }

    /// Takes the price that is found now onto the line: the deliberate answer to a price that has moved. The line's own
    /// snapshot of the cost moves along.
    ///
    /// # Errors
    /// `already-confirmed`, `unknown-line`; `unknown-product` when the product is not among the synced ones.
    pub fn accept_new_price(&mut self, line_id: &str) -> Result<LineView> {
        self.begin_edit()?;
        let at = self.position(line_id)?;
        let (Some(priced), Some(cost)) = (self.priced_now(at), self.facts(at).map(|facts| facts.product.average_cost)) else {
            let sku = &self.quote.lines[at].sku;
            return Err(Error::new(ErrorCode::UnknownProduct, format!("{sku} is not among the synced products.")));
        };
        let line = self.line_mut(at);
        line.priced = priced;
        line.cost = cost;
        line.refused.remove("price");
        self.apply_break(at);
        Ok(self.worked_view(at))
    }

    /// Accepts a problem as it stands, on a line or (`None`) on the quote.
    pub(crate) fn accept(&mut self, code: &str, line_id: Option<&str>) -> Result<()> {
        self.begin_edit()?;
        let accepted = match line_id {
            None => &mut self.header_mut().accepted,
            Some(id) => {
                let at = self.position(id)?;
                &mut self.line_mut(at).accepted
            }
        };
        accepted.insert(code.to_owned());
        Ok(())
    }

    /// Takes the product's present SKU and name onto the line.
    pub(crate) fn take_product_texts(&mut self, line_id: &str) -> Result<()> {
        self.begin_edit()?;
        let at = self.position(line_id)?;
        let Some((sku, name)) = self.facts(at).map(|facts| (facts.product.sku.clone(), facts.product.name.clone())) else {
            let sku = &self.quote.lines[at].sku;
            return Err(Error::new(ErrorCode::UnknownProduct, format!("{sku} is not among the synced products.")));
        };
        let line = self.line_mut(at);
        if line.description == line.name {
            line.description.clone_from(&name);
        }
        line.sku = sku;
        line.name = name;
        Ok(())
    }

    /// Gives a line the price, discount and tax rule of another line of the quote, so that both can travel as one. Where
    /// their comments differ, both lines get both.
    pub(crate) fn take_terms_of(&mut self, line_id: &str, other_id: &str) -> Result<()> {
        self.begin_edit()?;
        let (at, other) = (self.position(line_id)?, self.position(other_id)?);
        let QuoteLine { priced, discount, tax_rule, extended_description: comment, .. } = self.quote.lines[other].clone();
        let own = &self.quote.lines[at].extended_description;
        if *own != comment {
            let both: Vec<&str> = [comment.as_str(), own.as_str()].into_iter().filter(|text| !text.is_empty()).collect();
            let both = both.join("\n");
            check_length("extendedDescription", &both, LONGEST_EXTENDED)?;
            for at in [at, other] {
                let line = self.line_mut(at);
                line.extended_description.clone_from(&both);
                line.accepted.remove("comment-too-long");
            }
        }
        let line = self.line_mut(at);
        line.priced = priced;
        line.discount = discount;
        line.refused.remove("price");
        line.refused.remove("discount");
        line.discount_by = Some(DiscountBy::Typed).filter(|_| !discount.is_zero());
        line.tax_rule = tax_rule;
        self.work_out(at);
        Ok(())
    }

    fn worked_view(&mut self, at: usize) -> LineView {
        self.work_out(at);
        self.view_of(at)
    }

    pub(super) fn read_quantity(&self, text: &str) -> std::result::Result<Quantity, String> {
        let places = self.context.references.account.quantity_places;
        let typed = parse_decimal(text).map_err(|error| sentence(&error))?;
        if typed.normalize().scale() > QUANTITY_PLACES {
            // Beyond what any account keeps: rather a slip than a quantity.
            return Err(sentence(&NumberError::TooPrecise(text.trim().to_owned(), QUANTITY_PLACES)));
        }
        let quantity = Quantity::rounded(round(typed, places.min(QUANTITY_PLACES)));
        if quantity.decimal() > MOST {
            return Err(format!("“{}” is more than {MOST}.", text.trim()));
        }
        if quantity <= Quantity::ZERO {
            return Err(match places {
                _ if text.trim().starts_with('-') => format!("“{}” is negative.", text.trim()),
                0 => format!("“{}” comes to 0: this account sells whole pieces.", text.trim()),
                _ => format!("“{}” comes to 0 at {places} decimals.", text.trim()),
            });
        }
        Ok(quantity)
    }
}
