//! `/sale/payment`: prepayments and invoice payments.

use rust_decimal::Decimal;

use super::checks::check_places;
use super::stored_sale::{find, save};
use crate::answer::{Answer, Refusal};
use crate::clock::{date_text, instant_text, parse_instant};
use crate::collection::Kind;
use crate::fields::{Fields, Number, object};
use crate::query::Query;
use crate::rows::{LOOSE_REFUNDS, is_due};
use crate::state::State;

fn invalid<T>(text: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::invalid(text))
}

pub(super) fn get(state: &State, query: &Query) -> Result<Answer, Refusal> {
    let sale = find(state, query.lower("SaleID"))?;
    let mut payments = Vec::new();
    for own in sale.object("Quote").unwrap_or_default().list("Prepayments") {
        payments.push(shown(&sale, None, &own, "Prepayment"));
    }
    for invoice in sale.list("Invoices") {
        for own in invoice.list("Payments") {
            payments.push(shown(&sale, Some(&invoice), &own, "Payment"));
        }
    }
    for note in sale.list("CreditNotes") {
        for own in note.list("Refunds") {
            payments.push(shown(&sale, Some(&note), &own, "Refund"));
        }
    }
    for own in sale.list(LOOSE_REFUNDS) {
        payments.push(shown(&sale, None, &own, "Refund"));
    }
    Ok(Answer::json(&payments))
}

/// A stored payment line as this endpoint answers it.
fn shown(sale: &Fields, task: Option<&Fields>, own: &Fields, kind: &str) -> Fields {
    let of = |key: &str| own.get(key).map(ToOwned::to_owned);
    object! {
        "SaleID" => sale.text_or_empty("ID"),
        "TaskID" => task.map_or_else(|| sale.text_or_empty("ID"), |task| task.text_or_empty("TaskID")),
        "ID" => of("ID"), "SaleOrderNumber" => sale.object("Order").unwrap_or_default().text("SaleOrderNumber"),
        "InvoiceNumber" => task.and_then(|task| task.text("InvoiceNumber").or_else(|| task.text("CreditNoteInvoiceNumber"))),
        "CreditNoteNumber" => task.and_then(|task| task.text("CreditNoteNumber")), "Type" => kind,
        "Reference" => of("Reference"), "Amount" => of("Amount"), "DatePaid" => of("DatePaid"), "Account" => of("Account"),
        "CurrencyRate" => of("CurrencyRate"), "DateCreated" => of("DateCreated"), "CreditID" => None::<&str>,
    }
}

/// The sale that owns a task: the sale itself, or one of its invoices or credit notes.
fn owner(state: &State, task: &str) -> Option<Fields> {
    let sales = state.world.of(Kind::Sales);
    let is_it = |own: &Fields| own.text_or_empty("TaskID").eq_ignore_ascii_case(task);
    let has_task = |sale: &Fields| ["Invoices", "CreditNotes"].iter().any(|name| sale.list(name).iter().any(is_it));
    sales
        .find(task)
        .map(crate::collection::Record::fields)
        .or_else(|| sales.iter().map(crate::collection::Record::fields).find(has_task))
}

pub(super) fn post(state: &mut State, body: &Fields) -> Result<Answer, Refusal> {
    let task = body.text_or_empty("TaskID");
    let Some(mut sale) = owner(state, &task) else { return invalid("Task with specified TaskID not found") };
    let payment = checked(state, body)?;
    if sale.text_or_empty("Status") == "VOIDED" {
        return invalid("The sale is VOIDED and cannot be changed");
    }
    let mut invoices = sale.list("Invoices");
    let answer = match body.text_or_empty("Type").to_uppercase().as_str() {
        "PREPAYMENT" => {
            let ordered = sale.object("Order").unwrap_or_default().text_or_empty("Status") == "AUTHORISED";
            if invoices.iter().any(is_due) || (ordered && !state.switches.prepayment_after_order) {
                return invalid("Prepayment can be added only before the order or invoice is authorised");
            }
            let mut quote = sale.object("Quote").unwrap_or_default();
            let mut prepayments = quote.list("Prepayments");
            prepayments.push(payment.clone());
            quote.set("Prepayments", &prepayments);
            sale.set("Quote", &quote);
            shown(&sale, None, &payment, "Prepayment")
        }
        "PAYMENT" => {
            let Some(invoice) = invoices
                .iter_mut()
                .find(|invoice| is_due(invoice) && invoice.text_or_empty("TaskID").eq_ignore_ascii_case(&task))
            else {
                return invalid("Payment can be added only to an authorised invoice");
            };
            let mut payments = invoice.list("Payments");
            payments.push(payment.clone());
            invoice.set("Payments", &payments);
            let answer = shown(&sale, Some(invoice), &payment, "Payment");
            sale.set("Invoices", &invoices);
            answer
        }
        "REFUND" => {
            let mut notes = sale.list("CreditNotes");
            let of_task = |own: &&mut Fields| is_due(own) && own.text_or_empty("TaskID").eq_ignore_ascii_case(&task);
            let Some(note) = notes.iter_mut().find(of_task) else {
                return invalid("Refund can be added only to an authorised credit note");
            };
            let mut refunds = note.list("Refunds");
            refunds.push(payment.clone());
            note.set("Refunds", &refunds);
            let answer = shown(&sale, Some(note), &payment, "Refund");
            sale.set("CreditNotes", &notes);
            answer
        }
        other => return invalid(format!("Type '{other}' is not valid. Valid values are: PREPAYMENT, PAYMENT, REFUND")),
    };
    save(state, sale);
    Ok(Answer::json(&answer))
}

/// The payment line to store.
fn checked(state: &mut State, body: &Fields) -> Result<Fields, Refusal> {
    for required in ["Amount", "DatePaid", "Account", "CurrencyRate"] {
        if body.is_blank(required) {
            return invalid(format!("{required} is required"));
        }
    }
    let amount = body.number("Amount").ok_or_else(|| Refusal::invalid("Amount must be a number"))?;
    let rate = body.number("CurrencyRate").ok_or_else(|| Refusal::invalid("CurrencyRate must be a number"))?;
    check_places("Amount", amount, 2)?;
    check_places("CurrencyRate", rate, 4)?;
    if amount <= Decimal::ZERO {
        return invalid("Amount must be greater than zero");
    }
    let day = parse_instant(&body.text_or_empty("DatePaid")).ok_or_else(|| Refusal::invalid("DatePaid is not a date"))?;
    let code = body.text_or_empty("Account");
    let takes_payments =
        |account: &Fields| account.flag("ForPayments").unwrap_or(false) || account.text_or_empty("Type") == "BANK";
    let account = state.world.of(Kind::Accounts).find(&code).map(crate::collection::Record::fields);
    if !account.is_some_and(|account| takes_payments(&account)) {
        return invalid(format!("Payment account with code '{code}' was not found"));
    }
    Ok(object! {
        "ID" => state.new_id(), "Reference" => body.text_or_empty("Reference"), "Amount" => Number(amount),
        "DatePaid" => date_text(day.date_naive()),
        "Account" => code, "CurrencyRate" => Number(rate), "DateCreated" => instant_text(state.clock.now()),
    })
}
