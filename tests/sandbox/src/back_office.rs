//! What people do in Cin7 itself: sell, ship, invoice, take payments, credit, buy, receive. Tests ask for it by `mutate`.

mod bills;
mod goods_in;
mod lines;
mod pictures;

use rust_decimal::Decimal;

pub(crate) use self::goods_in::buy;
use self::lines::{Done, day, priced};

use crate::answer::Answer;
use crate::api::{make, place, save, undo, void};
use crate::collection::{Kind, Record};
use crate::fields::{Fields, Number, object};
use crate::outcome::Outcome;
use crate::rows::is_due;
use crate::settle::{shipped, shipped_by_product};
use crate::state::State;

/// Makes a sale with its lines in one step: header fields as `POST /sale` takes them, `OrderNumber`, `Lines` of `SKU` and
/// `Quantity` with `Price`, `Discount` and `TaxRule` as wanted, `OrderStatus`, and `"stock": false` for goods that the
/// world's stock figures do not hold.
pub(crate) fn sell(state: &mut State, wanted: &Fields) -> Outcome {
    let customers = state.world.of(Kind::Customers);
    let name = wanted.text("CustomerID").or_else(|| wanted.text("Customer")).ok_or("`Customer` or `CustomerID` is needed")?;
    let at = customers.addressed(&name).first().copied().ok_or(format!("there is no customer `{name}`"))?;
    let customer = customers.at(at).fields();
    let mut header = object! { "CustomerID" => customer.text("ID"), "SkipQuote" => true, "Location" => location(state,
    &customer), "CurrencyRate" => 1 };
    header.merge(wanted);
    let number = wanted.text("OrderNumber");
    let next = state.world.next_sale;
    let id = make(state, &header).map_err(|refusal| refusal.text)?;
    let mut sale = found(state, &id)?;
    if let Some(number) = &number {
        let mut order = sale.object("Order").unwrap_or_default();
        order.set("SaleOrderNumber", number);
        sale.set("Order", &order);
        state.world.next_sale = next;
        save(state, sale.clone());
    }
    if wanted.flag("stock") == Some(false) {
        state.world.stockless.insert(id.to_lowercase());
    }
    let status = wanted.text("OrderStatus").unwrap_or_else(|| "AUTHORISED".to_owned());
    if status != "NOT AVAILABLE" {
        let mut lines = Vec::new();
        for line in wanted.list("Lines") {
            lines.push(priced(state, &sale, &line)?);
        }
        let mut charges = Vec::new();
        for charge in wanted.list("AdditionalCharges") {
            charges.push(priced(state, &sale, &charge)?);
        }
        let order = object! { "SaleID" => id, "Status" => status, "Memo" => wanted.text_or_empty("Memo"), "Lines" => lines,
        "AdditionalCharges" => charges };
        place(state, &order).map_err(|refusal| refusal.text)?;
    }
    found(state, &id).map(|sale| Answer::json(&sale))
}

/// Something done to a record of this kind.
pub(crate) fn act(state: &mut State, kind: Kind, record: Fields, action: &str, with: &Fields) -> Done {
    match kind {
        Kind::Sales => to_sale(state, record, action, with),
        Kind::Purchases => goods_in::act(state, record, action, with),
        Kind::Products => pictures::act(state, record, action, with),
        _ => Err(format!("`{action}` cannot be done to {}", kind.name())),
    }
}

fn to_sale(state: &mut State, sale: Fields, action: &str, with: &Fields) -> Done {
    match action {
        "void" => void(state, &sale).map_err(|refusal| refusal.text),
        "undo" => undo(state, &sale).map_err(|refusal| refusal.text),
        "ship" => ship(state, sale, with),
        "invoice" => bills::invoice(state, sale, with),
        "pay" => bills::pay(state, sale, with),
        "unpay" => bills::unpay(state, sale, with),
        "credit" => bills::credit(state, sale, with),
        "refund" => bills::refund(state, sale, with),
        "change_line" => change_line(state, sale, with),
        _ => Err(format!("`{action}` cannot be done to sales")),
    }
}

fn found(state: &State, id: &str) -> Result<Fields, String> {
    state.world.of(Kind::Sales).find(id).map(Record::fields).ok_or_else(|| format!("there is no sale `{id}`"))
}

/// The customer's own location, else the default one.
fn location(state: &State, customer: &Fields) -> Option<String> {
    let books = state.world.of(Kind::Locations);
    let default = || books.iter().map(Record::fields).find(|own| own.flag("IsDefault") == Some(true))?.text("Name");
    customer.text("Location").filter(|name| !name.is_empty()).or_else(default)
}

/// `{"fulfilment": 1, "lines": [{"SKU", "Quantity", "Box"}], "boxes": [{"box", "carrier", "trackingNumber", "trackingUrl",
/// "shipped"}], "shipped": true, "date", "void": true}`: everything may be left out.
fn ship(state: &mut State, mut sale: Fields, with: &Fields) -> Done {
    let order = sale.object("Order").unwrap_or_default();
    if order.text_or_empty("Status") != "AUTHORISED" {
        return Err("the order is not authorised".to_owned());
    }
    let before = shipped_by_product(&sale);
    let mut all = sale.list("Fulfilments");
    let number = |own: &Fields| own.number_or_zero("FulfillmentNumber");
    let wanted = with.number("fulfilment").unwrap_or_else(|| all.iter().map(number).max().unwrap_or_default() + Decimal::ONE);
    let at = if let Some(at) = all.iter().position(|own| number(own) == wanted) {
        at
    } else {
        // The first task of a simple sale is the sale itself.
        let is_first = all.is_empty() && sale.text_or_empty("Type") == "Simple Sale";
        let task = if is_first { sale.text_or_empty("ID") } else { state.new_id() };
        let none = object! { "Status" => "NOT AVAILABLE", "Lines" => [(); 0] };
        all.push(object! {
            "TaskID" => task, "FulfillmentNumber" => Number(wanted), "LinkedInvoiceNumber" => None::<&str>,
            "FulFilmentStatus" => "NOT FULFILLED",
            "Pick" => none, "Pack" => none, "Ship" => none,
        });
        all.len() - 1
    };
    if with.flag("void") == Some(true) {
        all[at].set("FulFilmentStatus", "VOIDED");
        sale.set("Fulfilments", &all);
        save(state, sale);
        return Ok(());
    }
    let boxes = boxes(state, with)?;
    let first_box = boxes.first().map_or_else(|| "Box 1".to_owned(), |own| own.text_or_empty("Boxes"));
    let packed = all[at].object("Pack").unwrap_or_default().list("Lines");
    let chosen = with.list("lines");
    let lines = match (packed.is_empty(), chosen.is_empty()) {
        (_, false) => packing(&order, &chosen, &sale, &first_box)?,
        (true, true) => packing(&order, &rest(&order, &all), &sale, &first_box)?,
        (false, true) => packed,
    };
    let done = object! { "Status" => "AUTHORISED", "Lines" => lines };
    let gone = boxes.iter().filter(|own| own.flag("IsShipped") == Some(true)).count();
    let status = match gone {
        0 if with.get("boxes").is_none() => "NOT AVAILABLE",
        0 => "DRAFT",
        _ if gone == boxes.len() => "AUTHORISED",
        _ => "PARTIALLY AUTHORISED",
    };
    all[at].set("Pick", &done);
    all[at].set("Pack", &done);
    all[at].set(
        "Ship",
        &object! {
            "Status" => status, "RequireBy" => sale.text("ShipBy"), "ShippingAddress" => sale.object("ShippingAddress"),
            "ShippingNotes" => sale.text_or_empty("ShippingNotes"), "Lines" => boxes,
        },
    );
    sale.set("Fulfilments", &all);
    let id = sale.text_or_empty("ID");
    let after = shipped_by_product(&{
        let mut settled = sale.clone();
        crate::settle::settle(&mut settled, &state.switches);
        settled
    });
    if before.iter().any(|(product, pieces)| after.get(product).is_none_or(|now| now < pieces)) {
        return Err("what has been shipped cannot be taken back".to_owned());
    }
    for (product, pieces) in after {
        state.take_out(&id, &product, pieces - before.get(&product).copied().unwrap_or_default());
    }
    save(state, sale);
    Ok(())
}

/// Boxes as ship lines.
fn boxes(state: &mut State, with: &Fields) -> Result<Vec<Fields>, String> {
    let date = day(state, with, "date")?;
    let all_shipped = with.flag("shipped").unwrap_or(true);
    let mut sent = with.list("boxes");
    if sent.is_empty() {
        sent.push(Fields::default());
    }
    let mut boxes = Vec::new();
    for (at, own) in sent.iter().enumerate() {
        let shipped = own.flag("shipped").unwrap_or(all_shipped);
        boxes.push(object! {
            "ID" => state.new_id(), "ShipmentDate" => own.text("date").map_or_else(|| Ok(date.clone()), |_| day(state, own,
            "date"))?,
            "Carrier" => own.text_or_empty("carrier"), "Boxes" => own.text("box").unwrap_or_else(|| format!("Box {}", at + 1)),
            "TrackingNumber" => own.text_or_empty("trackingNumber"), "TrackingURL" => own.text_or_empty("trackingUrl"),
            "IsShipped" => shipped,
        });
    }
    Ok(boxes)
}

/// What no fulfilment has yet.
fn rest(order: &Fields, fulfilments: &[Fields]) -> Vec<Fields> {
    let mut left = order.list("Lines");
    for line in &mut left {
        let id = line.text_or_empty("ProductID");
        let taken: Decimal = fulfilments
            .iter()
            .filter(|own| own.text_or_empty("FulFilmentStatus") != "VOIDED")
            .flat_map(|own| own.object("Pack").unwrap_or_default().list("Lines"))
            .filter(|own| own.text_or_empty("ProductID") == id)
            .map(|own| own.number_or_zero("Quantity"))
            .sum();
        line.set("Quantity", &Number(line.number_or_zero("Quantity") - taken));
    }
    left.retain(|line| line.number_or_zero("Quantity") > Decimal::ZERO);
    left
}

/// Pick and pack lines of what is chosen from the order.
fn packing(order: &Fields, chosen: &[Fields], sale: &Fields, first_box: &str) -> Result<Vec<Fields>, String> {
    let own = order.list("Lines");
    let line = |wanted: &Fields| {
        let sku = wanted.text_or_empty("SKU");
        let line = own.iter().find(|line| line.text_or_empty("SKU").eq_ignore_ascii_case(&sku));
        let line = line.ok_or(format!("the order has no line `{sku}`"))?;
        Ok(object! {
            "ProductID" => line.text("ProductID"), "SKU" => line.text("SKU"), "Name" => line.text("Name"),
            "Location" => sale.text("Location"),
            "Quantity" => Number(wanted.number("Quantity").unwrap_or_else(|| line.number_or_zero("Quantity"))),
            "BatchSN" => None::<&str>,
            "ExpiryDate" => None::<&str>, "Box" => wanted.text("Box").unwrap_or_else(|| first_box.to_owned()),
        })
    };
    chosen.iter().map(line).collect()
}

/// `{"SKU", "Quantity", "Price", "Discount", ...}`: the order is opened, its line changed, added, or with quantity 0 taken away,
/// and authorised again, as someone at Cin7's screen would.
fn change_line(state: &mut State, mut sale: Fields, with: &Fields) -> Done {
    if shipped(&sale) > Decimal::ZERO || sale.list("Invoices").iter().any(is_due) {
        return Err("the sale has been shipped or invoiced".to_owned());
    }
    let sku = with.text_or_empty("SKU");
    let mut order = sale.object("Order").unwrap_or_default();
    let mut lines = order.list("Lines");
    let at = lines.iter().position(|line| line.text_or_empty("SKU").eq_ignore_ascii_case(&sku));
    let mut line = at.map(|at| lines[at].clone()).unwrap_or_default();
    line.merge(with);
    let line = priced(state, &sale, &line)?;
    match at {
        Some(at) if with.number("Quantity") == Some(Decimal::ZERO) => drop(lines.remove(at)),
        Some(at) => lines[at] = line,
        None => lines.push(line),
    }
    let id = sale.text_or_empty("ID");
    let status = order.text_or_empty("Status");
    state.release(&id);
    order.set("Status", "DRAFT");
    sale.set("Order", &order);
    save(state, sale);
    let body = object! {
        "SaleID" => id, "Status" => status, "Memo" => order.text_or_empty("Memo"), "Lines" => lines,
        "AdditionalCharges" => order.list("AdditionalCharges"),
    };
    place(state, &body).map(drop).map_err(|refusal| refusal.text)
}
