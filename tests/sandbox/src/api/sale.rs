//! `/sale`: reading, creating the header, voiding and undoing.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::checks::{check_lengths, check_named, check_places, invalid};
use super::stored_sale::{combined, find, save, take_number};
use crate::answer::{Answer, Refusal};
use crate::clock::{date_text, instant_text, parse_instant};
use crate::collection::Kind;
use crate::fields::{Fields, Number, object};
use crate::query::Query;
use crate::rows::LOOSE_REFUNDS;
use crate::settle::shipped;
use crate::state::State;
use crate::switches::UnknownSale;

/// Longest texts of the header, in UTF-16 units.
const LENGTHS: &[(&str, usize)] = &[
    ("Contact", 256),
    ("Phone", 50),
    ("Email", 256),
    ("DefaultAccount", 50),
    ("ShippingNotes", 1024),
    ("TaxRule", 50),
    ("Terms", 256),
    ("PriceTier", 50),
    ("Location", 256),
    ("Note", 1024),
    ("CustomerReference", 256),
    ("SalesRepresentative", 256),
    ("Carrier", 256),
    ("ExternalID", 256),
];
const ADDRESS_LENGTHS: &[(&str, usize)] = &[
    ("Line1", 256),
    ("Line2", 256),
    ("City", 256),
    ("State", 256),
    ("Postcode", 20),
    ("Country", 256),
    ("Company", 128),
    ("Contact", 512),
];

pub(super) fn get(state: &State, query: &Query) -> Result<Answer, Refusal> {
    let Some(record) = query.lower("ID").and_then(|id| state.world.of(Kind::Sales).find(&id)) else {
        return match state.switches.unknown_sale {
            UnknownSale::BadRequest => invalid("Sale with specified ID not found"),
            UnknownSale::NotFound => Err(Refusal::with_status(404, "Sale with specified ID not found")),
            UnknownSale::Empty => Ok(Answer::new(200, "application/json; charset=utf-8", "")),
        };
    };
    let loose = record.text.contains(LOOSE_REFUNDS);
    if !query.is_set("CombineAdditionalCharges") && !loose {
        return Ok(Answer::new(200, "application/json; charset=utf-8", record.text.as_bytes()));
    }
    let mut sale = record.fields();
    sale.take(LOOSE_REFUNDS);
    if !query.is_set("CombineAdditionalCharges") {
        return Ok(Answer::json(&sale));
    }
    for document in ["Quote", "Order"] {
        if let Some(inner) = sale.object(document) {
            sale.set(document, &combined(inner));
        }
    }
    Ok(Answer::json(&sale))
}

pub(super) fn post(state: &mut State, body: &Fields) -> Result<Answer, Refusal> {
    let id = make(state, body)?;
    whole(state, &id)
}

/// Makes the header of a sale and answers its id.
pub(crate) fn make(state: &mut State, body: &Fields) -> Result<String, Refusal> {
    let customer = customer_of(state, body)?;
    check_lengths(body, LENGTHS, "")?;
    let own =
        |key: &str| body.text(key).filter(|text| !text.trim().is_empty()).or_else(|| customer.text(key)).unwrap_or_default();
    let sale_type = match body.text("SaleType").as_deref() {
        None | Some("" | "Simple") => "Simple Sale",
        Some("Advanced") => "Advanced Sale",
        Some(other) => return invalid(format!("SaleType '{other}' is not valid. Valid values are: Simple, Advanced")),
    };
    let external = body.text("ExternalID").filter(|id| !id.is_empty());
    if state.switches.external_id_unique
        && let Some(id) = &external
        && state.world.of(Kind::Sales).iter().any(|sale| *sale.keys.place == **id)
    {
        return invalid(format!("Sale with ExternalID '{id}' already exists"));
    }
    let (location, location_id) = location_of(state, body, &customer)?;
    let currency = customer.text_or_empty("Currency");
    let base = state.world.company.text_or_empty("Currency");
    let rate = currency_rate(body, currency == base)?;
    let terms = body.text("Terms").filter(|text| !text.is_empty()).unwrap_or_else(|| customer.text_or_empty("PaymentTerm"));
    check_named(state, Kind::PaymentTerms, &terms, Some("IsActive"), |name| {
        format!("Active payment term with name '{name}' was not found in Payment Terms reference book")
    })?;
    let rep = own("SalesRepresentative");
    check_named(state, Kind::Contacts, &rep, None, |name| {
        format!("Sales representative '{name}' was not found in Company Contacts reference book")
    })?;
    let tier = own("PriceTier");
    check_named(state, Kind::PriceTiers, &tier, None, |name| format!("Price tier '{name}' was not found"))?;
    let tax_rule = own("TaxRule");
    check_named(state, Kind::TaxRules, &tax_rule, Some("IsActive"), |name| format!("TaxRule '{name}' not found"))?;
    let rule_inclusive =
        state.world.of(Kind::TaxRules).named(&tax_rule).and_then(|rule| rule.fields().flag("TaxInclusive")).unwrap_or(false);
    let inclusive = body.flag("TaxInclusive").unwrap_or(rule_inclusive);
    let order_date = order_date(state, body)?;
    let billing = address_of(body, "BillingAddress", &customer, "Billing")?;
    let shipping = address_of(body, "ShippingAddress", &customer, "Shipping")?;
    let skip_quote = body.flag("SkipQuote").unwrap_or(state.switches.skip_quote_default);
    keep_shipping_address(state, &customer, body, &shipping);

    let contact = body.text("Contact").or_else(|| default_contact(&customer, "Name"));
    let phone = body.text("Phone").or_else(|| default_contact(&customer, "Phone"));
    let email = body.text("Email").or_else(|| default_contact(&customer, "Email"));
    let id = state.new_id();
    let number = if state.switches.number_at_header { take_number(state) } else { String::new() };
    let document = |status: &str| {
        object! { "Memo" => "", "Status" => status, "Lines" => [(); 0], "AdditionalCharges" => [(); 0], "TotalBeforeTax" => 0,
        "Tax" => 0, "Total" => 0 }
    };
    let mut quote = document("NOT AVAILABLE");
    quote.set("Prepayments", &[(); 0]);
    let mut order = object! { "SaleOrderNumber" => number };
    order.append(document("NOT AVAILABLE"));
    let sale = object! {
        "ID" => id, "Customer" => customer.text_or_empty("Name"), "CustomerID" => customer.text_or_empty("ID"),
        "Contact" => contact, "Phone" => phone, "Email" => email,
        "DefaultAccount" => body.text("DefaultAccount").or_else(|| customer.text("RevenueAccount")),
        "SkipQuote" => skip_quote, "BillingAddress" => billing, "ShippingAddress" => shipping,
        "ShippingNotes" => body.text_or_empty("ShippingNotes"), "BaseCurrency" => base, "CustomerCurrency" => currency,
        "TaxRule" => tax_rule, "TaxCalculation" => if inclusive { "Inclusive" } else { "Exclusive" },
        "Terms" => terms, "PriceTier" => tier,
        "ShipBy" => body.text("ShipBy").and_then(|text| parse_instant(&text)).map(|at| date_text(at.date_naive())),
        "Location" => location, "SaleOrderDate" => order_date, "LastModifiedOn" => "", "Note" => body.text_or_empty("Note"),
        "CustomerReference" => body.text_or_empty("CustomerReference"), "COGSAmount" => 0,
        "Status" => if skip_quote { "ESTIMATED" } else { "DRAFT" },
        "CombinedPickingStatus" => "NOT AVAILABLE", "CombinedPackingStatus" => "NOT AVAILABLE",
        "CombinedShippingStatus" => "NOT AVAILABLE",
        "FulFilmentStatus" => "NOT AVAILABLE", "CombinedInvoiceStatus" => "NOT INVOICED", "CombinedPaymentStatus" => "UNPAID",
        "CombinedTrackingNumbers" => "", "Carrier" => own("Carrier"), "CurrencyRate" => Number(rate),
        "SalesRepresentative" => rep, "Type" => sale_type, "SourceChannel" => None::<&str>, "ExternalID" => external,
        "ServiceOnly" => body.flag("ServiceOnly").unwrap_or(false),
        "Quote" => quote, "Order" => order, "Fulfilments" => [(); 0], "Invoices" => [(); 0], "CreditNotes" => [(); 0],
        "ManualJournals" => object! { "Status" => "NOT AVAILABLE", "Lines" => [(); 0] },
        "AdditionalAttributes" => body.object("AdditionalAttributes"), "Attachments" => [(); 0],
        "InventoryMovements" => [(); 0], "Transactions" => [(); 0],
        "OrderLocationID" => location_id,
    };
    state.created.insert(id.clone(), state.clock.now());
    save(state, sale);
    Ok(id)
}

/// The sale as it now stands.
fn whole(state: &State, id: &str) -> Result<Answer, Refusal> {
    find(state, Some(id.to_owned())).map(|sale| Answer::json(&sale))
}

fn customer_of(state: &State, body: &Fields) -> Result<Fields, Refusal> {
    let customers = state.world.of(Kind::Customers);
    let record = if let Some(id) = body.text("CustomerID").filter(|id| !id.trim().is_empty()) {
        customers.find(&id).ok_or_else(|| Refusal::invalid(format!("Customer with ID '{id}' was not found in reference book")))?
    } else if let Some(name) = body.text("Customer").filter(|name| !name.trim().is_empty()) {
        customers.named(&name).ok_or_else(|| Refusal::invalid(format!("Customer '{name}' was not found in reference book")))?
    } else {
        return invalid("Customer or CustomerID is required");
    };
    let customer = record.fields();
    if record.keys.deprecated && state.switches.refuse_deprecated_customer {
        return invalid(format!("Customer '{}' is deprecated", customer.text_or_empty("Name")));
    }
    if state.switches.refuse_credit_hold && customer.flag("IsOnCreditHold").unwrap_or(false) {
        return invalid(format!("Customer '{}' is on credit hold", customer.text_or_empty("Name")));
    }
    Ok(customer)
}

/// Name and id of the sale's location; a bin is no location for a sale.
fn location_of(state: &State, body: &Fields, customer: &Fields) -> Result<(String, Option<String>), Refusal> {
    let sent = body.text("Location").filter(|name| !name.trim().is_empty());
    if sent.is_none() && state.switches.require_location {
        return invalid("Location is required");
    }
    let Some(name) = sent.or_else(|| customer.text("Location").filter(|name| !name.trim().is_empty())) else {
        let default = state
            .world
            .of(Kind::Locations)
            .iter()
            .map(crate::collection::Record::fields)
            .find(|own| own.flag("IsDefault") == Some(true));
        return Ok(default.map_or_else(|| (String::new(), None), |own| (own.text_or_empty("Name"), own.text("ID"))));
    };
    let wanted = name.trim().to_lowercase();
    let found = state
        .world
        .of(Kind::Locations)
        .iter()
        .filter(|own| *own.keys.name == *wanted && !own.keys.deprecated)
        .map(crate::collection::Record::fields);
    match found.into_iter().find(|own| own.is_blank("ParentID")) {
        Some(own) => Ok((own.text_or_empty("Name"), own.text("ID"))),
        None => invalid(format!("Location '{name}' was not found in Locations reference book")),
    }
}

fn currency_rate(body: &Fields, is_base: bool) -> Result<Decimal, Refusal> {
    if body.is_blank("CurrencyRate") {
        return if is_base { Ok(Decimal::ONE) } else { invalid("Please specify CurrencyRate.") };
    }
    let rate = body.number("CurrencyRate").ok_or_else(|| Refusal::invalid("CurrencyRate must be a number"))?;
    check_places("CurrencyRate", rate, 5)?;
    if rate <= Decimal::ZERO {
        return invalid("CurrencyRate must be greater than zero");
    }
    Ok(rate)
}

fn order_date(state: &State, body: &Fields) -> Result<String, Refusal> {
    let day = match body.text("SaleOrderDate").filter(|text| !text.trim().is_empty()) {
        None => state.clock.now().date_naive(),
        Some(text) => parse_instant(&text).ok_or_else(|| Refusal::invalid("SaleOrderDate is not a date"))?.date_naive(),
    };
    if let Some(lock) = state.world.company.text("LockDate").and_then(|text| lock_day(&text))
        && day <= lock
    {
        return invalid(format!("Transactions on or before the lock date {lock} cannot be created"));
    }
    Ok(date_text(day))
}

/// The lock date stands in the account's own format: ISO, or with the day first.
fn lock_day(text: &str) -> Option<NaiveDate> {
    parse_instant(text).map(|at| at.date_naive()).or_else(|| NaiveDate::parse_from_str(text.trim(), "%d/%m/%Y").ok())
}

/// The address sent, or the customer's default of that type.
fn address_of(body: &Fields, key: &str, customer: &Fields, kind: &str) -> Result<Fields, Refusal> {
    let of_kind = |address: &Fields| address.text_or_empty("Type").eq_ignore_ascii_case(kind);
    let own: Vec<Fields> = customer.list("Addresses");
    let sent = body.object(key);
    let saved = |id: &str| own.iter().find(|address| address.text_or_empty("ID").eq_ignore_ascii_case(id)).cloned();
    let mut address = match &sent {
        None => own
            .iter()
            .filter(|address| of_kind(address))
            .max_by_key(|address| address.flag("DefaultForType").unwrap_or(false))
            .cloned()
            .unwrap_or_default(),
        Some(sent) => {
            check_lengths(sent, ADDRESS_LENGTHS, &format!("{key}."))?;
            let to_other = sent.flag("ShipToOther").unwrap_or(false);
            let by_id = if to_other || sent.is_blank("ID") { None } else { saved(&sent.text_or_empty("ID")) };
            for required in ["Line1", "Country"] {
                if sent.is_blank(required) && by_id.is_none() {
                    return invalid(format!("{key}.{required} is required"));
                }
            }
            let mut address = by_id.unwrap_or_default();
            address.merge(sent);
            address
        }
    };
    let joined = |names: &[&str]| {
        names.iter().map(|name| address.text_or_empty(name)).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let mut shown = object! {
        "ID" => address.text("ID"),
        "DisplayAddressLine1" => joined(&["Line1", "Line2"]),
        "DisplayAddressLine2" => joined(&["City", "State", "Postcode", "Country"]),
        "Line1" => address.text("Line1"), "Line2" => address.text("Line2"), "City" => address.text("City"),
        "State" => address.text("State"),
        "Postcode" => address.text("Postcode"), "Country" => address.text("Country"),
    };
    if kind == "Shipping" {
        let to_other =
            address.take("ShipToOther").is_some_and(|value| value.get().trim_matches('"').eq_ignore_ascii_case("true"));
        shown.set("Company", &address.text("Company"));
        shown.set("Contact", &address.text("Contact"));
        shown.set("ShipToOther", &to_other);
    }
    Ok(shown)
}

/// Without `ShipToOther`, a first line that the customer does not have becomes a shipping address of the customer.
fn keep_shipping_address(state: &mut State, customer: &Fields, body: &Fields, shipping: &Fields) {
    let Some(sent) = body.object("ShippingAddress") else { return };
    if shipping.flag("ShipToOther").unwrap_or(false) {
        return;
    }
    let line = shipping.text_or_empty("Line1").trim().to_lowercase();
    let is_saved = |address: &Fields| {
        address.text_or_empty("Type").eq_ignore_ascii_case("Shipping")
            && address.text_or_empty("Line1").trim().to_lowercase() == line
    };
    let mut addresses = customer.list("Addresses");
    if line.is_empty() || addresses.iter().any(is_saved) {
        return;
    }
    let own = |key: &str| sent.text(key);
    addresses.push(object! {
        "ID" => state.new_id(), "Line1" => own("Line1"), "Line2" => own("Line2"), "City" => own("City"), "State" => own("State"),
        "Postcode" => own("Postcode"), "Country" => own("Country"), "Type" => "Shipping", "DefaultForType" => false,
    });
    let now = instant_text(state.clock.now());
    let customers = state.world.of_mut(Kind::Customers);
    if let Some(at) = customers.positions(&customer.text_or_empty("ID")).first().copied() {
        let mut record = customers.at(at).whole();
        record.set("Addresses", &addresses);
        record.set("LastModifiedOn", &now);
        customers.replace(at, record);
    }
}

fn default_contact(customer: &Fields, key: &str) -> Option<String> {
    let contacts = customer.list("Contacts");
    let default = contacts.iter().find(|contact| contact.flag("Default").unwrap_or(false)).or(contacts.first())?;
    default.text(key)
}

pub(super) fn delete(state: &mut State, query: &Query) -> Result<Answer, Refusal> {
    let sale = find(state, query.lower("ID"))?;
    let id = sale.text_or_empty("ID");
    if query.is_set("Void") {
        void(state, &sale)?;
    } else {
        undo(state, &sale)?;
    }
    whole(state, &id)
}

/// Voids a sale: every part reads `VOIDED` and its stock is free again.
pub(crate) fn void(state: &mut State, sale: &Fields) -> Result<(), Refusal> {
    if sale.text_or_empty("Status") == "VOIDED" {
        return Ok(());
    }
    if state.switches.refuse_void_shipped && shipped(sale) > Decimal::ZERO {
        return invalid("The sale cannot be voided because it has been shipped");
    }
    let id = sale.text_or_empty("ID");
    state.release(&id);
    state.world.voided.insert(id.to_lowercase(), sale.clone());
    let mut sale = sale.clone();
    sale.set("Status", "VOIDED");
    for name in ["Quote", "Order"] {
        let mut document = sale.object(name).unwrap_or_default();
        if document.text_or_empty("Status") != "NOT AVAILABLE" {
            document.set("Status", "VOIDED");
        }
        sale.set(name, &document);
    }
    for name in ["Invoices", "CreditNotes"] {
        let mut documents = sale.list(name);
        for document in &mut documents {
            document.set("Status", "VOIDED");
        }
        sale.set(name, &documents);
    }
    let mut fulfilments = sale.list("Fulfilments");
    for fulfilment in &mut fulfilments {
        fulfilment.set("FulFilmentStatus", "VOIDED");
    }
    sale.set("Fulfilments", &fulfilments);
    save(state, sale);
    Ok(())
}

/// Takes one step back: a voided sale is what it was before, an authorised order is a draft again.
pub(crate) fn undo(state: &mut State, sale: &Fields) -> Result<(), Refusal> {
    let id = sale.text_or_empty("ID");
    let mut order = sale.object("Order").unwrap_or_default();
    match (sale.text_or_empty("Status").as_str(), order.text_or_empty("Status").as_str()) {
        ("VOIDED", _) => {
            let Some(mut before) = state.world.voided.remove(&id.to_lowercase()) else {
                return invalid("The sale was voided before the sandbox started and cannot be restored");
            };
            if before.object("Order").unwrap_or_default().text_or_empty("Status") == "AUTHORISED" {
                super::order::authorise(state, &mut before);
            }
            save(state, before);
        }
        (_, "AUTHORISED") => {
            if sale.list("Invoices").iter().any(crate::rows::is_due) {
                return invalid("Order cannot be undone because the sale has authorised invoices");
            }
            if shipped(sale) > Decimal::ZERO {
                return invalid("Order cannot be undone because the sale has been shipped");
            }
            state.release(&id);
            order.set("Status", "DRAFT");
            let mut lines = order.list("Lines");
            for line in &mut lines {
                line.set("BackorderQuantity", &0);
            }
            order.set("Lines", &lines);
            let mut sale = sale.clone();
            sale.set("Order", &order);
            save(state, sale);
        }
        _ => return invalid("There is nothing to undo: the order is not authorised"),
    }
    Ok(())
}
