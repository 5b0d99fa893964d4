//! What orders hold in each location: allocated when an order is authorised, given back when it is undone or voided.

use rust_decimal::Decimal;

use crate::allocation::Allocation;
use crate::collection::Kind;
use crate::fields::{Fields, Number, object};
use crate::state::State;

/// What an order line wants from a location.
pub(crate) struct Demand<'a> {
    pub(crate) product: &'a Fields,
    pub(crate) location: &'a str,
    pub(crate) quantity: Decimal,
}

impl State {
    /// Positions of a product's availability rows in one location.
    fn rows_in(&self, product: &str, location: &str) -> Vec<usize> {
        let rows = self.world.of(Kind::Availability);
        let place = location.trim().to_lowercase();
        rows.positions(product).iter().copied().filter(|at| *rows.at(*at).keys.place == *place).collect()
    }

    /// What is available of a product in a location, over all bins and batches.
    pub(crate) fn available(&self, product: &str, location: &str) -> Decimal {
        let rows = self.world.of(Kind::Availability);
        self.rows_in(product, location).into_iter().map(|at| rows.at(at).fields().number_or_zero("Available")).sum()
    }

    /// Holds stock for a line and answers the quantity that is short.
    pub(crate) fn allocate(&mut self, sale: &str, demand: &Demand<'_>) -> Decimal {
        let product = demand.product.text_or_empty("ID");
        let short = (demand.quantity - self.available(&product, demand.location).max(Decimal::ZERO)).max(Decimal::ZERO);
        let mut left = demand.quantity - short;
        let positions = self.rows_in(&product, demand.location);
        for at in &positions {
            let row = self.world.of(Kind::Availability).at(*at).fields();
            let here = row.number_or_zero("Available").min(left);
            if here > Decimal::ZERO {
                self.hold(sale, *at, here);
                left -= here;
            }
        }
        // Rows below zero in other bins can leave a rest that no single row covers.
        let rest = left + if self.switches.allocate_backorders { short } else { Decimal::ZERO };
        if rest > Decimal::ZERO {
            let at = positions.first().copied().unwrap_or_else(|| self.add_row(demand));
            self.hold(sale, at, rest);
        }
        short
    }

    fn add_row(&mut self, demand: &Demand<'_>) -> usize {
        let own = |key: &str| demand.product.get(key).map(ToOwned::to_owned);
        let nothing = Number(Decimal::ZERO);
        let row = object! {
            "ID" => own("ID"), "SKU" => own("SKU"), "Name" => own("Name"), "Barcode" => own("Barcode"),
            "Location" => demand.location, "Bin" => None::<&str>, "Batch" => None::<&str>, "ExpiryDate" => None::<&str>,
            "OnHand" => nothing, "Allocated" => nothing, "Available" => nothing, "OnOrder" => nothing,
            "StockOnHand" => nothing, "InTransit" => nothing, "NextDeliveryDate" => None::<&str>,
        };
        let rows = self.world.of_mut(Kind::Availability);
        rows.add(row);
        rows.len() - 1
    }

    fn hold(&mut self, sale: &str, at: usize, quantity: Decimal) {
        let row = self.move_row(at, quantity);
        self.world.allocations.entry(sale.to_lowercase()).or_default().push(Allocation {
            product: row.text_or_empty("ID"),
            location: row.text_or_empty("Location"),
            bin: row.text("Bin"),
            batch: row.text("Batch"),
            quantity,
        });
    }

    fn move_row(&mut self, at: usize, quantity: Decimal) -> Fields {
        let rows = self.world.of_mut(Kind::Availability);
        let mut row = rows.at(at).fields();
        row.set("Allocated", &Number(row.number_or_zero("Allocated") + quantity));
        row.set("Available", &Number(row.number_or_zero("Available") - quantity));
        rows.replace(at, row.clone());
        row
    }

    /// Goods leave the house: what the sale holds of a product goes from `OnHand` and `Allocated` alike.
    pub(crate) fn take_out(&mut self, sale: &str, product: &str, quantity: Decimal) {
        let mut left = quantity;
        let mut held = self.world.allocations.remove(&sale.to_lowercase()).unwrap_or_default();
        for own in held.iter_mut().filter(|own| own.product.eq_ignore_ascii_case(product)) {
            let now = own.quantity.min(left);
            let Some(at) = self.row_of(own).filter(|_| now > Decimal::ZERO) else { continue };
            let rows = self.world.of_mut(Kind::Availability);
            let mut row = rows.at(at).fields();
            let on_hand = row.number_or_zero("OnHand");
            if on_hand > Decimal::ZERO {
                let value = row.number_or_zero("StockOnHand");
                row.set("StockOnHand", &Number((value - value * now / on_hand).trunc_with_scale(4)));
            }
            row.set("OnHand", &Number(on_hand - now));
            row.set("Allocated", &Number(row.number_or_zero("Allocated") - now));
            rows.replace(at, row);
            own.quantity -= now;
            left -= now;
        }
        held.retain(|own| own.quantity > Decimal::ZERO);
        if !held.is_empty() {
            self.world.allocations.insert(sale.to_lowercase(), held);
        }
    }

    /// The row without a bin of a product in a location, made if there is none.
    fn plain_row(&mut self, product: &Fields, location: &str) -> usize {
        let rows = self.world.of(Kind::Availability);
        let positions = self.rows_in(&product.text_or_empty("ID"), location);
        let plain = positions.iter().copied().find(|at| rows.at(*at).fields().is_blank("Bin"));
        plain
            .or(positions.first().copied())
            .unwrap_or_else(|| self.add_row(&Demand { product, location, quantity: Decimal::ZERO }))
    }

    /// Goods come in at a cost for each piece.
    pub(crate) fn put_in(&mut self, product: &Fields, location: &str, quantity: Decimal, cost: Decimal) {
        let at = self.plain_row(product, location);
        let rows = self.world.of_mut(Kind::Availability);
        let mut row = rows.at(at).fields();
        for key in ["OnHand", "Available"] {
            row.set(key, &Number(row.number_or_zero(key) + quantity));
        }
        row.set("StockOnHand", &Number((row.number_or_zero("StockOnHand") + cost * quantity).trunc_with_scale(4)));
        rows.replace(at, row);
    }

    /// What is on order for a location and when the first of it is due; other rows of the product there say nothing of it.
    pub(crate) fn expect(&mut self, product: &Fields, location: &str, on_order: Decimal, next: Option<&str>) {
        let keeper = self.plain_row(product, location);
        for at in self.rows_in(&product.text_or_empty("ID"), location) {
            let (quantity, date) = if at == keeper { (on_order, next) } else { (Decimal::ZERO, None) };
            let rows = self.world.of_mut(Kind::Availability);
            let mut row = rows.at(at).fields();
            row.set("OnOrder", &Number(quantity));
            row.set("NextDeliveryDate", &date);
            rows.replace(at, row);
        }
    }

    /// The row that an allocation stands on, if it is still there.
    fn row_of(&self, held: &Allocation) -> Option<usize> {
        let rows = self.world.of(Kind::Availability);
        self.rows_in(&held.product, &held.location).into_iter().find(|at| {
            let row = rows.at(*at).fields();
            row.text("Bin") == held.bin && row.text("Batch") == held.batch
        })
    }

    /// Gives back all that a sale holds; rows that are gone since are passed over.
    pub(crate) fn release(&mut self, sale: &str) {
        for held in self.world.allocations.remove(&sale.to_lowercase()).unwrap_or_default() {
            if let Some(at) = self.row_of(&held) {
                self.move_row(at, -held.quantity);
            }
        }
    }
}
