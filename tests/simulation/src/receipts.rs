//! What must hold of receipts: each stands once on its order's sale, with its money, and on no other sale.

use rust_decimal::Decimal;

use crate::accounts::Account;
use crate::records::{Payment, Sale};
use crate::rep::Wanted;
use crate::world::{World, text_of};

/// A receipt as the rep enters it.
#[derive(Debug, Clone)]
pub(crate) struct WantedReceipt {
    pub(crate) amount: u32,
    pub(crate) reference: String,
}

impl WantedReceipt {
    /// As the header of a quote takes it.
    pub(crate) fn edit(&self) -> String {
        let Self { amount, reference } = self;
        format!(r#"{{"receipt":{{"amount":"{amount}.00","reference":"{reference}","date":"2026-03-30"}}}}"#)
    }

    fn is(&self, payment: &Payment) -> bool {
        let body: serde_json::Value = serde_json::from_str(&payment.body).unwrap_or_default();
        let amount: Option<Decimal> = body["Amount"].to_string().parse().ok();
        payment.reference == self.reference && amount == Some(self.amount.into())
    }
}

/// The receipt of a quote, whose sales in Cin7 these are. `stands` tells whether its order is said to stand, and nobody is asked
/// for anything.
pub(crate) fn check(world: &World, account: &Account, wanted: &Wanted, ours: &[&Sale], stands: bool) {
    let payments = account.cin7.records.payments.borrow();
    let fails = |what: String| world.fails(format!("{}: {what}", wanted.link));
    let mut posted = 0;
    for sale in ours {
        let its: Vec<&Payment> = payments.iter().filter(|payment| payment.sale == sale.id).collect();
        if its.len() > 1 {
            return fails(format!("the receipt stands {} times on {}", its.len(), sale.number));
        }
        if let Some(other) = its.iter().find(|payment| !wanted.receipt.as_ref().is_some_and(|receipt| receipt.is(payment))) {
            return fails(format!("{} bears another receipt than {:?}: {}", sale.number, wanted.receipt, other.body));
        }
        posted += its.len();
    }
    world.counts.receipts.set(world.counts.receipts.get() + u64::try_from(posted).unwrap_or(0));
    if posted == 0 && stands && wanted.receipt.is_some() {
        fails("is said to stand, and its receipt is lost".to_owned());
    }
}

/// Nothing is paid on sales that are not ours.
pub(crate) fn check_others(world: &World, account: &Account) {
    let records = &account.cin7.records;
    for payment in records.payments.borrow().iter().filter(|payment| !payment.sale.starts_with("6222cb47")) {
        world.fails(format!("{} is paid on somebody else's sale {}", text_of(&payment.body, "Reference"), payment.sale));
    }
}
