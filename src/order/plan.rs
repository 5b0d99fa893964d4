//! The order, frozen: the bytes of both calls and what they must come to.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::draft::{Draft, DraftLine, draft};
use super::problems::{self, Severity};
use super::text;
use super::wire::{ChargeBody, HeaderBody, LONGEST_BODY, LineBody, Number, OrderBody, ReceiptBody, ShippingAddress};
use crate::error::{Detail, Error, ErrorCode, Result};
use crate::json;
use crate::money::{Amount, Currency, Percent, Price, Quantity};
use crate::quote::{Delivery, ExchangeRate, LiveQuote, Quote, Receipt};
use crate::records::company::is_nobody;
use crate::records::link::shortened;
use crate::records::reference::TaxRule;
use crate::records::{Day, Guid, Timestamp};
use crate::settings::{LineTotal, OrderStatus, SalesType};
use crate::totals::DocumentTotals;

/// What naming the sale adds to the order's body, in bytes.
const SALE_ID: usize = 64;
/// Longest memo of an order, in UTF-16 units.
pub(super) const LONGEST_MEMO: usize = 1024;

/// A line as it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedLine {
    /// Ids of the quote's lines that it stands for.
    pub line_ids: Vec<String>,
    /// The product.
    pub product: Guid,
    /// Its present SKU.
    pub sku: String,
    /// Cin7's present name for it.
    pub name: String,
    /// Whether it travels as an additional charge.
    pub charge: bool,
    /// How many.
    pub quantity: Quantity,
    /// Unit price.
    pub price: Price,
    /// Both discounts together.
    pub discount: Percent,
    /// The line's own tax.
    pub tax: Amount,
    /// Name of the tax rule.
    pub tax_rule: String,
    /// The comment, as it is sent.
    pub comment: String,
    /// The line's total by the account's convention.
    pub total: Amount,
}

/// What the customer has paid, as it will be posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedReceipt {
    /// How much.
    pub amount: Amount,
    /// By which it is found again.
    pub reference: String,
    /// Why it is not posted; `None` when it is.
    pub stays: Option<String>,
    body: String,
}

/// A quote's order, ready to be sent: built once, kept, and sent as it is however long that takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderPlan {
    /// The quote's canonical link: the sale's `ExternalID` and the key of the order.
    pub key: String,
    /// The key that earlier versions would have given the order, where nobody has said that what bears it is another quote's.
    #[serde(default)]
    pub earlier_key: Option<String>,
    /// Whether somebody has said that sales under links like the key are another quote's. Earlier versions did not ask.
    #[serde(default)]
    pub told_apart: Option<bool>,
    /// The quote's id.
    pub quote_id: String,
    /// The quote's number.
    pub quote_number: String,
    /// The customer.
    pub customer: Guid,
    /// The CRM's own name for it.
    pub customer_name: String,
    /// Currency of every amount.
    pub currency: Currency,
    /// What the quote shows.
    pub expected: DocumentTotals,
    /// Whether the order is meant to be authorised or a draft.
    pub status: OrderStatus,
    /// The lines, in the quote's order, charges among them.
    pub lines: Vec<PlannedLine>,
    /// What the customer has paid.
    #[serde(default)]
    pub receipt: Option<PlannedReceipt>,
    /// The warehouse that it ships from.
    #[serde(default)]
    pub warehouse: Option<String>,
    /// The customer's own reference.
    #[serde(default)]
    pub reference: Option<String>,
    /// When it was built.
    pub planned_at: Timestamp,
    /// What was said at confirming and does not stop the order: what is cut, not sent, or differs.
    pub notes: Vec<String>,
    header: String,
    order: String,
}

impl OrderPlan {
    /// The JSON of `POST /sale`.
    pub fn header_body(&self) -> &str {
        &self.header
    }

    /// The day that the order is dated, which is the account's.
    pub fn ordered_on(&self) -> Option<Day> {
        let (_, behind) = self.header.split_once("\"SaleOrderDate\":\"")?;
        behind.get(..10)?.parse().ok()
    }

    /// Whether the header is of prices that contain tax.
    pub fn contains_tax(&self) -> bool {
        let header = serde_json::from_str::<serde_json::Value>(&self.header).ok();
        header.as_ref().and_then(|header| header.as_object()?.get("TaxInclusive")?.as_bool()).unwrap_or_default()
    }

    /// This plan with the header that has been sent already, to the letter.
    #[must_use]
    pub fn with_header_of(self, sent: &Self) -> Self {
        Self { header: sent.header.clone(), ..self }
    }

    /// The JSON of `POST /sale/order`, which lacks only the sale's id.
    pub fn order_body(&self) -> &str {
        &self.order
    }

    /// The JSON of `POST /sale/payment` for the sale with this id: a prepayment, since there is no invoice yet. Empty when
    /// the order has no receipt.
    pub fn receipt_body(&self, sale: Guid) -> String {
        let body = self.receipt.as_ref().map(|receipt| receipt.body.trim_start_matches('{')).unwrap_or_default();
        if body.is_empty() { String::new() } else { format!("{{\"TaskID\":\"{sale}\",{body}") }
    }

    /// The JSON of `POST /sale/order` for the sale with this id.
    pub fn lines_body(&self, sale: Guid) -> String {
        // `order` is an object that we wrote ourselves, without the id: put that in front.
        format!("{{\"SaleID\":\"{sale}\",{}", self.order.trim_start_matches('{'))
    }
}

/// Builds the order of a quote.
///
/// # Errors
/// `already-confirmed`; `cannot-confirm` with one detail for every problem that stops it, the line's id as its field.
pub fn plan(live: &LiveQuote, now: Timestamp) -> Result<OrderPlan> {
    live.editable()?;
    let draft = draft(live);
    let problems = problems::find(live, &draft);
    let stops: Vec<Detail> = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Stop)
        .map(|problem| Detail::new(problem.line_id.clone().unwrap_or_default(), problem.text.clone()))
        .collect();
    if !stops.is_empty() {
        let message = match stops.as_slice() {
            [only] => only.problem.clone(),
            more => format!("{} things stop this order.", more.len()),
        };
        return Err(Error::with_details(ErrorCode::CannotConfirm, message, stops));
    }
    let quote = live.quote();
    let (header, order) = bodies(live, &draft);
    let rules = &live.context().references.tax_rules;
    let line_total = live.context().settings.line_total;
    let told_apart = quote.accepted.contains("ordered-before");
    Ok(OrderPlan {
        key: quote.order_key(),
        earlier_key: shortened(&quote.link).filter(|_| !told_apart).map(str::to_owned),
        told_apart: Some(told_apart),
        quote_id: quote.id.clone(),
        quote_number: quote.number.clone(),
        customer: quote.customer,
        customer_name: quote.customer_name.clone(),
        currency: quote.currency,
        expected: live.document_totals(),
        status: live.context().settings.order_status,
        lines: draft.lines.iter().map(|line| planned(line, quote, &rules[line.rule], line_total)).collect(),
        receipt: quote.receipt.as_ref().map(|receipt| planned_receipt(live, receipt)),
        warehouse: quote.warehouse.clone(),
        reference: Some(quote.customer_reference.clone()).filter(|reference| !reference.is_empty()),
        planned_at: now,
        notes: problems.into_iter().map(|problem| problem.text).collect(),
        header,
        order,
    })
}

fn planned(line: &DraftLine, quote: &Quote, rule: &TaxRule, line_total: LineTotal) -> PlannedLine {
    PlannedLine {
        line_ids: line.from.iter().map(|at| quote.lines[*at].id.clone()).collect(),
        product: line.product,
        sku: line.sku.clone(),
        name: line.name.clone(),
        charge: line.charge,
        quantity: line.quantity,
        price: line.price,
        discount: line.discount,
        tax: line.amounts.tax,
        tax_rule: rule.name.clone(),
        comment: line.comment.clone(),
        total: total(line, line_total),
    }
}

fn planned_receipt(live: &LiveQuote, receipt: &Receipt) -> PlannedReceipt {
    let context = live.context();
    let foreign = live.quote().currency != context.references.account.base_currency;
    let rate = live.quote().exchange_rate.filter(|_| foreign).map_or(Decimal::ONE, ExchangeRate::receipt_rate);
    let body = ReceiptBody {
        kind: "PREPAYMENT",
        reference: &receipt.reference,
        amount: Number(receipt.amount.to_string()),
        date_paid: format!("{}T00:00:00.000", receipt.date),
        account: context.settings.receipt_account.as_deref().map_or("", str::trim),
        currency_rate: Number(rate.to_string()),
    };
    PlannedReceipt {
        amount: receipt.amount,
        reference: receipt.reference.clone(),
        stays: problems::receipt_stays(live).map(str::to_owned),
        body: json::to_text(&body),
    }
}

/// Under an inclusive rule both conventions say the same: the line with its tax.
fn total(line: &DraftLine, convention: LineTotal) -> Amount {
    match convention {
        LineTotal::Net => line.amounts.amount,
        LineTotal::Gross => line.amounts.gross(),
    }
}

/// How long the order's body would be; `None` where it is far from being too long.
pub(super) fn long_body(live: &LiveQuote, draft: &Draft) -> Option<usize> {
    // Each text may grow sixfold by being escaped, and stands beside names and numbers of a known length.
    let rules = &live.context().references.tax_rules;
    let texts = |line: &DraftLine| line.sku.len() + line.name.len() + line.comment.len() + rules[line.rule].name.len();
    let most: usize = draft.lines.iter().map(|line| 512 + 6 * texts(line)).sum::<usize>() + 6 * live.quote().memo.len();
    (most > LONGEST_BODY).then(|| json::to_text(&order_body(live, draft)).len() + SALE_ID)
}

fn bodies(live: &LiveQuote, draft: &Draft) -> (String, String) {
    (json::to_text(&header_body(live, draft)), json::to_text(&order_body(live, draft)))
}

fn header_body<'a>(live: &'a LiveQuote, draft: &'a Draft) -> HeaderBody<'a> {
    let quote = live.quote();
    let context = live.context();
    let references = &context.references;
    // The lines that are taxed agree on whether prices contain tax; the customer's rule names the header only when it agrees too.
    let mut rules = draft.lines.iter().map(|line| &references.tax_rules[line.rule]);
    let first = rules.clone().next();
    let of_lines = rules.find(|rule| rule.tax_in_price().is_some()).or(first);
    let own = quote.customer_tax_rule.as_deref().and_then(|name| references.tax_rule(name).one());
    let own = own.filter(|rule| rule.active && of_lines.is_none_or(|line| line.inclusive == rule.inclusive));
    let rule = own.or(of_lines);
    // Names travel as the books spell them: Cin7 knows its entries by name.
    let location = quote.warehouse.as_deref().and_then(|name| references.location(name).one());
    let foreign = quote.currency != references.account.base_currency;
    HeaderBody {
        customer_id: quote.customer,
        contact: person(quote),
        phone: set(&quote.phone),
        skip_quote: true,
        sale_type: match context.settings.sales_type {
            SalesType::Simple => "Simple",
            SalesType::Advanced => "Advanced",
        },
        shipping_address: shipping_address(live),
        tax_rule: rule.map(|rule| rule.name.as_str()).unwrap_or_default(),
        tax_inclusive: rule.is_some_and(|rule| rule.inclusive),
        terms: quote.payment_term.as_deref().and_then(|name| references.payment_term(name).one()).map(|term| term.name.as_str()),
        price_tier: quote.tier().and_then(|ordinal| references.tier(ordinal)).and_then(|tier| set(&tier.name)),
        location: location.map(|location| location.name.as_str()).unwrap_or_default(),
        sale_order_date: format!("{}T00:00:00.000", context.today),
        note: note(quote),
        customer_reference: &quote.customer_reference,
        currency_rate: quote.exchange_rate.filter(|_| foreign).map(|rate| Number(rate.cin7_rate().to_string())),
        sales_representative: problems::representative(live),
        external_id: &draft.key,
    }
}

/// Both delivery notes, without a blank line where one of them is empty.
pub(super) fn note(quote: &Quote) -> String {
    let notes = [quote.delivery_notes1.as_str(), quote.delivery_notes2.as_str()];
    notes.into_iter().filter(|note| !note.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

fn shipping_address(live: &LiveQuote) -> Option<ShippingAddress<'_>> {
    let quote = live.quote();
    let address = quote.delivery.address()?;
    let (id, company) = match &quote.delivery {
        // Only an address that Cin7 has exactly like this may travel as a saved one.
        Delivery::Saved { id, .. } if live.still_saved() => (Some(*id), None),
        Delivery::Typed { company, .. } => (None, set(company).or(Some(&quote.customer_name))),
        Delivery::Saved { .. } | Delivery::Main { .. } | Delivery::None => (None, Some(quote.customer_name.as_str())),
    };
    Some(ShippingAddress {
        id,
        line1: &address.line1,
        line2: &address.line2,
        city: &address.city,
        state: &address.state,
        postcode: &address.postcode,
        country: &address.country,
        company,
        contact: person(quote),
        ship_to_other: id.is_none(),
    })
}

fn order_body<'a>(live: &'a LiveQuote, draft: &'a Draft) -> OrderBody<'a> {
    let settings = &live.context().settings;
    let rules = &live.context().references.tax_rules;
    let number = |value: &dyn std::fmt::Display| Number(value.to_string());
    let (charges, lines): (Vec<&DraftLine>, Vec<&DraftLine>) = draft.lines.iter().partition(|line| line.charge);
    OrderBody {
        combine_additional_charges: false,
        memo: text::cut(&live.quote().memo, LONGEST_MEMO),
        status: match settings.order_status {
            OrderStatus::Authorised => "AUTHORISED",
            OrderStatus::Draft => "DRAFT",
        },
        auto_pick_pack_ship_mode: "NOPICK",
        lines: lines
            .into_iter()
            .map(|line| LineBody {
                product_id: line.product,
                sku: &line.sku,
                name: &line.name,
                quantity: number(&line.quantity),
                price: number(&line.price),
                discount: number(&line.discount),
                tax: number(&line.amounts.tax),
                tax_rule: &rules[line.rule].name,
                comment: &line.comment,
                drop_ship: line.drop_ship,
                total: number(&total(line, settings.line_total)),
            })
            .collect(),
        additional_charges: charges
            .into_iter()
            .map(|line| ChargeBody {
                description: &line.name,
                price: number(&line.price),
                quantity: number(&line.quantity),
                discount: number(&line.discount),
                tax: number(&line.amounts.tax),
                total: number(&total(line, settings.line_total)),
                tax_rule: &rules[line.rule].name,
                comment: &line.comment,
            })
            .collect(),
    }
}

/// Whom the order is for. A quote of an earlier version may hold Cin7's word for nobody.
fn person(quote: &Quote) -> Option<&str> {
    set(&quote.contact).filter(|name| !is_nobody(name))
}

fn set(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.trim().is_empty())
}
