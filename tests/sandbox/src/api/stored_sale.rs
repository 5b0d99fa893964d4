//! A sale as it is stored: found, numbered, shown and written back.

use crate::answer::Refusal;
use crate::clock::instant_text;
use crate::collection::{Kind, Record};
use crate::fields::Fields;
use crate::settle::settle;
use crate::state::State;

/// The sale with this id, as a refusal if there is none.
pub(super) fn find(state: &State, id: Option<String>) -> Result<Fields, Refusal> {
    let id = id.ok_or_else(|| Refusal::invalid("SaleID is required"))?;
    state.world.of(Kind::Sales).find(&id).map(Record::fields).ok_or_else(|| Refusal::invalid("Sale with specified ID not found"))
}

/// Writes a sale back, touched now, with everything that follows from its parts.
pub(crate) fn save(state: &mut State, mut sale: Fields) {
    settle(&mut sale, &state.switches);
    sale.set("LastModifiedOn", &instant_text(state.clock.now()));
    let id = sale.text_or_empty("ID");
    let sales = state.world.of_mut(Kind::Sales);
    match sales.positions(&id).first().copied() {
        Some(at) => sales.replace(at, sale),
        None => sales.add(sale),
    }
}

/// A document whose additional charges stand among its lines.
pub(super) fn combined(mut document: Fields) -> Fields {
    let mut lines = document.list("Lines");
    for charge in document.list("AdditionalCharges") {
        let mut line = charge.clone();
        line.set("Name", &charge.text_or_empty("Description"));
        lines.push(line);
    }
    document.set("Lines", &lines);
    document.set("AdditionalCharges", &[(); 0]);
    document
}

/// The next order number that no sale has, `SO-00451`.
pub(super) fn take_number(state: &mut State) -> String {
    loop {
        let number = format!("SO-{:05}", state.world.next_sale);
        state.world.next_sale += 1;
        let taken = number.to_lowercase();
        if !state.world.of(Kind::Sales).iter().any(|sale| *sale.keys.code == *taken) {
            return number;
        }
    }
}
