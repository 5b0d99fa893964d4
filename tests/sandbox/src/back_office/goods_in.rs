//! Purchases: ordering from a supplier, receiving, voiding; and what stock says of what is on its way.

use rust_decimal::Decimal;

use super::lines::{Done, day};
use crate::answer::Answer;
use crate::clock::{date_text, instant_text, parse_instant};
use crate::collection::{Kind, Record};
use crate::fields::{Fields, Number, object};
use crate::outcome::Outcome;
use crate::rows::is_due;
use crate::state::State;

/// Makes an authorised purchase in one step: `Supplier` (needed), `OrderNumber`, `Type`, `Location`, `RequiredBy`, `OrderDate`,
/// `Status` of the order, `Lines` of `SKU`, `Quantity` and `Price`.
pub(crate) fn buy(state: &mut State, wanted: &Fields) -> Outcome {
    let suppliers = state.world.of(Kind::Suppliers);
    let name = wanted.text("Supplier").ok_or("`Supplier` is needed")?;
    let at = suppliers.addressed(&name).first().copied().ok_or(format!("there is no supplier `{name}`"))?;
    let supplier = suppliers.at(at).fields();
    let products = state.world.of(Kind::Products);
    let mut lines = Vec::new();
    for line in wanted.list("Lines") {
        let sku = line.text_or_empty("SKU");
        let at = products.addressed(&sku).first().copied().ok_or(format!("there is no product `{sku}`"))?;
        let product = products.at(at).fields();
        let quantity = line.number("Quantity").unwrap_or(Decimal::ONE);
        let price = line.number("Price").unwrap_or_else(|| product.number_or_zero("AverageCost").trunc_with_scale(4));
        lines.push(object! {
            "ProductID" => product.text("ID"), "SKU" => product.text("SKU"), "Name" => product.text("Name"),
            "Quantity" => Number(quantity),
            "Price" => Number(price), "Discount" => 0, "Tax" => 0, "TaxRule" => supplier.text("TaxRule"), "SupplierSKU" => "",
            "Comment" => "",
            "Total" => Number(crate::amounts::cents(price * quantity)),
        });
    }
    let total: Decimal = lines.iter().map(|line| line.number_or_zero("Total")).sum();
    let status = wanted.text("Status").unwrap_or_else(|| "AUTHORISED".to_owned());
    let id = state.new_id();
    let main = || state.world.of(Kind::Locations).iter().map(Record::fields).find(|own| own.flag("IsDefault") == Some(true));
    let purchase = object! {
        "ID" => id, "SupplierID" => supplier.text("ID"), "Supplier" => supplier.text("Name"),
        "OrderNumber" => wanted.text("OrderNumber").unwrap_or_else(|| next_number(state)), "OrderDate" => day(state, wanted,
        "OrderDate")?,
        "RequiredBy" => wanted.text("RequiredBy").map(|_| day(state, wanted, "RequiredBy")).transpose()?,
        "Location" => wanted.text("Location").or_else(|| main()?.text("Name")),
        "Status" => if status == "DRAFT" { "DRAFT" } else { "ORDERED" },
        "Type" => wanted.text("Type").unwrap_or_else(|| "Advanced Purchase".to_owned()), "IsServiceOnly" => false,
        "BlindReceipt" => false,
        "RelatedDropShipSaleTask" => wanted.text("RelatedDropShipSaleTask"),
        "BaseCurrency" => state.world.company.text("Currency"),
        "SupplierCurrency" => supplier.text("Currency"),
        "CurrencyRate" => Number(wanted.number("CurrencyRate").unwrap_or(Decimal::ONE)),
        "LastUpdatedDate" => instant_text(state.clock.now()),
        "Order" => object! {
            "Memo" => "", "Status" => status, "Lines" => lines, "AdditionalCharges" => [(); 0],
            "TotalBeforeTax" => Number(total), "Tax" => 0,
            "Total" => Number(total),
        },
        "StockReceived" => [(); 0], "PutAway" => [(); 0], "Invoice" => [(); 0], "CreditNote" => [(); 0],
    };
    state.world.of_mut(Kind::Purchases).add(purchase.clone());
    expect(state, &purchase);
    Ok(Answer::json(&purchase))
}

fn next_number(state: &State) -> String {
    let numbers = state.world.of(Kind::Purchases).iter().filter_map(|own| own.keys.code.rsplit('-').next()?.parse::<u64>().ok());
    format!("PO-{:05}", numbers.max().unwrap_or(0) + 1)
}

/// Something done to a purchase.
pub(crate) fn act(state: &mut State, purchase: Fields, action: &str, with: &Fields) -> Done {
    match action {
        "receive" => receive(state, purchase, with),
        "void" => {
            let mut purchase = purchase;
            let mut order = purchase.object("Order").unwrap_or_default();
            order.set("Status", "VOIDED");
            purchase.set("Order", &order);
            purchase.set("Status", "VOIDED");
            save(state, &mut purchase);
            Ok(())
        }
        "reschedule" => {
            let mut purchase = purchase;
            purchase.set("RequiredBy", &day(state, with, "date")?);
            save(state, &mut purchase);
            Ok(())
        }
        _ => Err(format!("`{action}` cannot be done to purchases")),
    }
}

/// `{"lines": [{"SKU", "Quantity"}], "date", "location"}`: what has come; all that is outstanding without `lines`.
fn receive(state: &mut State, mut purchase: Fields, with: &Fields) -> Done {
    if purchase.object("Order").unwrap_or_default().text_or_empty("Status") != "AUTHORISED" {
        return Err("the purchase is not authorised".to_owned());
    }
    let date = day(state, with, "date")?;
    let place = with.text("location").unwrap_or_else(|| purchase.text_or_empty("Location"));
    let open = outstanding(&purchase);
    let chosen = with.list("lines");
    let mut lines = Vec::new();
    for line in if chosen.is_empty() { &open } else { &chosen } {
        let sku = line.text_or_empty("SKU");
        let own = open
            .iter()
            .find(|own| own.text_or_empty("SKU").eq_ignore_ascii_case(&sku))
            .ok_or(format!("nothing of `{sku}` is outstanding"))?;
        let quantity = line.number("Quantity").unwrap_or_else(|| own.number_or_zero("Quantity"));
        lines.push(object! {
            "Date" => date, "Quantity" => Number(quantity), "ProductID" => own.text("ProductID"), "SKU" => own.text("SKU"),
            "Name" => own.text("Name"),
            "Location" => place, "BatchSN" => None::<&str>, "ExpiryDate" => None::<&str>, "Received" => true,
        });
    }
    if lines.is_empty() {
        return Err("nothing is outstanding".to_owned());
    }
    let advanced = purchase.text_or_empty("Type") == "Advanced Purchase";
    for name in if advanced { &["StockReceived", "PutAway"][..] } else { &["PutAway"][..] } {
        let mut tasks = purchase.list(name);
        tasks.push(object! { "TaskID" => state.new_id(), "Status" => "AUTHORISED", "Lines" => lines });
        purchase.set(name, &tasks);
    }
    purchase.set("StockReceivedStatus", "AUTHORISED");
    for line in &lines {
        if let Some(product) = state.world.of(Kind::Products).find(&line.text_or_empty("ProductID")).map(Record::fields) {
            let cost = product.number_or_zero("AverageCost");
            state.put_in(&product, &place, line.number_or_zero("Quantity"), cost);
        }
    }
    purchase.set("Status", if outstanding(&purchase).is_empty() { "RECEIVED" } else { "RECEIVING" });
    save(state, &mut purchase);
    Ok(())
}

fn save(state: &mut State, purchase: &mut Fields) {
    purchase.set("LastUpdatedDate", &instant_text(state.clock.now()));
    let purchases = state.world.of_mut(Kind::Purchases);
    if let Some(at) = purchases.positions(&purchase.text_or_empty("ID")).first().copied() {
        purchases.replace(at, purchase.clone());
    }
    expect(state, purchase);
}

/// The order's lines with the quantities that have not come.
fn outstanding(purchase: &Fields) -> Vec<Fields> {
    let order = purchase.object("Order").unwrap_or_default();
    if order.text_or_empty("Status") != "AUTHORISED" {
        return Vec::new();
    }
    let mut lines = order.list("Lines");
    for line in &mut lines {
        let id = line.text_or_empty("ProductID");
        let come: Decimal = purchase
            .list("PutAway")
            .iter()
            .filter(|task| is_due(task))
            .flat_map(|task| task.list("Lines"))
            .filter(|own| own.text_or_empty("ProductID") == id)
            .map(|own| own.number_or_zero("Quantity"))
            .sum();
        line.set("Quantity", &Number(line.number_or_zero("Quantity") - come));
    }
    lines.retain(|line| line.number_or_zero("Quantity") > Decimal::ZERO);
    lines
}

/// Has stock say what is on order and when it is due, for the products and the location of a purchase that changed.
fn expect(state: &mut State, changed: &Fields) {
    let place = changed.text_or_empty("Location");
    for line in changed.object("Order").unwrap_or_default().list("Lines") {
        let id = line.text_or_empty("ProductID");
        let mut quantity = Decimal::ZERO;
        let mut next = None;
        let holds_it = |record: &&Record| record.text.contains(&id);
        for purchase in state.world.of(Kind::Purchases).iter().filter(holds_it).map(Record::fields) {
            if !purchase.text_or_empty("Location").eq_ignore_ascii_case(&place) {
                continue;
            }
            for open in outstanding(&purchase).iter().filter(|own| own.text_or_empty("ProductID") == id) {
                quantity += open.number_or_zero("Quantity");
                let due = purchase.text("RequiredBy").and_then(|text| parse_instant(&text));
                next = next.into_iter().chain(due).min();
            }
        }
        if let Some(product) = state.world.of(Kind::Products).find(&id).map(Record::fields) {
            state.expect(&product, &place, quantity, next.map(|at| date_text(at.date_naive())).as_deref());
        }
    }
}
