//! What the office does: invoices, payments, credit notes, refunds.

use rust_decimal::Decimal;

use super::lines::{Done, amounts, day, priced, rate};
use crate::amounts::{Amounts, Totals, TotalsRule, cents, totals};
use crate::api::save;
use crate::clock::{date_text, parse_instant};
use crate::collection::{Kind, Record};
use crate::fields::{Fields, Number, object};
use crate::rows::{LOOSE_REFUNDS, is_due};
use crate::state::State;

/// Lines and charges of a document, and what they come to.
struct Contents {
    lines: Vec<Fields>,
    charges: Vec<Fields>,
    totals: Totals,
}

impl Contents {
    fn write(&self, document: &mut Fields) {
        document.set("Lines", &self.lines);
        document.set("AdditionalCharges", &self.charges);
        document.set("TotalBeforeTax", &Number(self.totals.before_tax));
        document.set("Tax", &Number(self.totals.tax));
        document.set("Total", &Number(self.totals.total));
    }
}

/// What goes on an invoice or credit note: an `amount` with tax, chosen `lines`, or the whole order.
fn contents(state: &State, sale: &Fields, with: &Fields) -> Result<Contents, String> {
    let order = sale.object("Order").unwrap_or_default();
    let inclusive = sale.text_or_empty("TaxCalculation") == "Inclusive";
    let own = order.list("Lines");
    if let Some(total) = with.number("amount") {
        let mut line = own.first().cloned().unwrap_or_default();
        let percent = rate(state, &line.text_or_empty("TaxRule"));
        let tax = cents(total * percent / (Decimal::ONE_HUNDRED + percent));
        let price = if inclusive { total } else { total - tax };
        for (key, value) in
            [("Quantity", Decimal::ONE), ("Price", price), ("Discount", Decimal::ZERO), ("Tax", tax), ("Total", price)]
        {
            line.set(key, &Number(value));
        }
        return Ok(Contents { lines: vec![line], charges: Vec::new(), totals: Totals { before_tax: total - tax, tax, total } });
    }
    let chosen = with.list("lines");
    let (lines, charges) = if chosen.is_empty() {
        (own, order.list("AdditionalCharges"))
    } else {
        let mut lines = Vec::new();
        for wanted in chosen {
            let sku = wanted.text_or_empty("SKU");
            let mut line = own
                .iter()
                .find(|line| line.text_or_empty("SKU").eq_ignore_ascii_case(&sku))
                .cloned()
                .ok_or(format!("the order has no line `{sku}`"))?;
            line.merge(&wanted);
            lines.push(priced(state, sale, &line)?);
        }
        (lines, Vec::new())
    };
    let rows: Vec<Amounts> = lines.iter().chain(&charges).map(|line| amounts(state, line)).collect();
    let per_row = state.world.company.text_or_empty("TaxCalculationMethod") == "Row Total";
    let totals = totals(&rows, TotalsRule { inclusive, per_row, adjustment: Decimal::ZERO });
    Ok(Contents { lines, charges, totals })
}

/// The next number of this kind that no sale has, `INV-00502`.
fn next_number(state: &State, list: &str, key: &str, prefix: &str) -> String {
    let highest = state
        .world
        .of(Kind::Sales)
        .iter()
        .filter(|sale| sale.text.contains(prefix))
        .flat_map(|sale| sale.fields().list(list))
        .filter_map(|own| own.text_or_empty(key).strip_prefix(prefix)?.parse::<u64>().ok())
        .max()
        .unwrap_or(500);
    format!("{prefix}{:05}", highest + 1)
}

/// `{"number", "status": "DRAFT" | "AUTHORISED" | "VOIDED", "amount" | "lines", "date", "due", "fulfilment"}`; a number that the
/// sale already has changes that invoice.
pub(super) fn invoice(state: &mut State, mut sale: Fields, with: &Fields) -> Done {
    if sale.object("Order").unwrap_or_default().text_or_empty("Status") != "AUTHORISED" {
        return Err("the order is not authorised".to_owned());
    }
    let mut all = sale.list("Invoices");
    let number = with.text("number").unwrap_or_else(|| next_number(state, "Invoices", "InvoiceNumber", "INV-"));
    let known = all.iter().position(|own| own.text_or_empty("InvoiceNumber") == number);
    let status = with.text("status").unwrap_or_else(|| "AUTHORISED".to_owned());
    let mut own = if let Some(at) = known {
        all.remove(at)
    } else {
        let is_first = all.is_empty() && sale.text_or_empty("Type") == "Simple Sale";
        object! {
            "TaskID" => if is_first { sale.text_or_empty("ID") } else { state.new_id() }, "InvoiceNumber" => number,
            "Memo" => "", "Status" => "",
            "InvoiceDate" => day(state, with, "date")?, "InvoiceDueDate" => due(state, &sale, with)?,
            "CurrencyConversionRate" => Number(sale.number_or_zero("CurrencyRate")), "BillingAddressLine1" => billing(&sale,
            "DisplayAddressLine1"),
            "BillingAddressLine2" => billing(&sale, "DisplayAddressLine2"), "LinkedFulfillmentNumber" => with.text("fulfilment"),
            "Lines" => [(); 0], "AdditionalCharges" => [(); 0], "Payments" => [(); 0], "TotalBeforeTax" => 0, "Tax" => 0,
            "Total" => 0, "Paid" => 0,
        }
    };
    if known.is_none() || with.get("amount").is_some() || with.get("lines").is_some() {
        contents(state, &sale, with)?.write(&mut own);
    }
    own.set("Status", &status);
    all.insert(known.unwrap_or(all.len()), own);
    sale.set("Invoices", &all);
    save(state, sale);
    Ok(())
}

fn billing(sale: &Fields, key: &str) -> String {
    sale.object("BillingAddress").unwrap_or_default().text_or_empty(key)
}

/// The due date: as told, else the invoice's date plus the days of the sale's terms.
fn due(state: &State, sale: &Fields, with: &Fields) -> Result<String, String> {
    if with.get("due").is_some() {
        return day(state, with, "due");
    }
    let date = day(state, with, "date")?;
    let days = state.world.of(Kind::PaymentTerms).named(&sale.text_or_empty("Terms")).map(Record::fields);
    let days = days.and_then(|own| own.text("Duration")?.parse::<i64>().ok()).unwrap_or(0);
    let at = parse_instant(&date).ok_or("the date cannot be read")?.date_naive() + chrono::TimeDelta::days(days);
    Ok(date_text(at))
}

/// A payment, prepayment or refund line.
fn payment(state: &mut State, sale: &Fields, with: &Fields) -> Result<Fields, String> {
    let amount = with.number("amount").ok_or("`amount` is needed")?;
    Ok(object! {
        "ID" => state.new_id(), "Reference" => with.text_or_empty("reference"), "Amount" => Number(amount),
        "DatePaid" => day(state, with, "date")?,
        "Account" => with.text("account").unwrap_or_else(|| "090".to_owned()),
        "CurrencyRate" => Number(sale.number_or_zero("CurrencyRate")),
        "DateCreated" => crate::clock::instant_text(state.clock.now()),
    })
}

/// `{"amount", "invoice": number, "reference", "date", "account"}`; without an authorised invoice it is a prepayment.
pub(super) fn pay(state: &mut State, mut sale: Fields, with: &Fields) -> Done {
    let line = payment(state, &sale, with)?;
    let mut invoices = sale.list("Invoices");
    let wanted = with.text("invoice");
    let is_wanted =
        |own: &&mut Fields| is_due(own) && wanted.as_ref().is_none_or(|number| own.text_or_empty("InvoiceNumber") == *number);
    if let Some(own) = invoices.iter_mut().find(is_wanted) {
        let mut payments = own.list("Payments");
        payments.push(line);
        own.set("Payments", &payments);
        sale.set("Invoices", &invoices);
    } else if let Some(number) = wanted {
        return Err(format!("the sale has no authorised invoice `{number}`"));
    } else {
        let mut quote = sale.object("Quote").unwrap_or_default();
        let mut prepayments = quote.list("Prepayments");
        prepayments.push(line);
        quote.set("Prepayments", &prepayments);
        sale.set("Quote", &quote);
    }
    save(state, sale);
    Ok(())
}

/// `{"id" | "reference"}`; the last payment without either.
pub(super) fn unpay(state: &mut State, mut sale: Fields, with: &Fields) -> Done {
    let (id, reference) = (with.text("id"), with.text("reference"));
    let is_meant = |own: &Fields| {
        id.as_ref().is_none_or(|id| own.text_or_empty("ID").eq_ignore_ascii_case(id))
            && reference.as_ref().is_none_or(|reference| own.text_or_empty("Reference") == *reference)
    };
    let take = |owner: &mut Fields, key: &str| {
        let mut payments = owner.list(key);
        let Some(at) = payments.iter().rposition(is_meant) else { return false };
        payments.remove(at);
        owner.set(key, &payments);
        true
    };
    let mut invoices = sale.list("Invoices");
    let mut quote = sale.object("Quote").unwrap_or_default();
    if !invoices.iter_mut().rev().any(|own| take(own, "Payments")) && !take(&mut quote, "Prepayments") {
        return Err("there is no such payment".to_owned());
    }
    sale.set("Invoices", &invoices);
    sale.set("Quote", &quote);
    save(state, sale);
    Ok(())
}

/// `{"number", "status", "amount" | "lines", "date", "invoice"}`.
pub(super) fn credit(state: &mut State, mut sale: Fields, with: &Fields) -> Done {
    let invoices = sale.list("Invoices");
    let wanted = with.text("invoice");
    let invoice = invoices
        .iter()
        .find(|own| is_due(own) && wanted.as_ref().is_none_or(|number| own.text_or_empty("InvoiceNumber") == *number))
        .ok_or("the sale has no authorised invoice")?;
    let mut note = object! {
        "TaskID" => state.new_id(), "CreditNoteInvoiceNumber" => invoice.text("InvoiceNumber"), "Memo" => "",
        "Status" => with.text("status").unwrap_or_else(|| "AUTHORISED".to_owned()), "CreditNoteDate" => day(state, with, "date")?,
        "CreditNoteNumber" => with.text("number").unwrap_or_else(|| next_number(state, "CreditNotes", "CreditNoteNumber", "CR-")),
        "CreditNoteConversionRate" => Number(sale.number_or_zero("CurrencyRate")), "Lines" => [(); 0],
        "AdditionalCharges" => [(); 0],
        "Refunds" => [(); 0], "Restock" => [(); 0],
    };
    contents(state, &sale, with)?.write(&mut note);
    let mut notes = sale.list("CreditNotes");
    notes.push(note);
    sale.set("CreditNotes", &notes);
    save(state, sale);
    Ok(())
}

/// `{"amount", "credit": number, "loose", "reference", "date", "account"}`: money given back on an authorised credit note, or
/// `loose`: on none, so that only `/sale/payment` and the figures of the list tell of it.
pub(super) fn refund(state: &mut State, mut sale: Fields, with: &Fields) -> Done {
    let line = payment(state, &sale, with)?;
    if with.flag("loose") == Some(true) {
        let mut refunds = sale.list(LOOSE_REFUNDS);
        refunds.push(line);
        sale.set(LOOSE_REFUNDS, &refunds);
        save(state, sale);
        return Ok(());
    }
    let mut notes = sale.list("CreditNotes");
    let wanted = with.text("credit");
    let note = notes
        .iter_mut()
        .find(|own| is_due(own) && wanted.as_ref().is_none_or(|number| own.text_or_empty("CreditNoteNumber") == *number))
        .ok_or("the sale has no authorised credit note")?;
    let mut refunds = note.list("Refunds");
    refunds.push(line);
    note.set("Refunds", &refunds);
    sale.set("CreditNotes", &notes);
    save(state, sale);
    Ok(())
}
