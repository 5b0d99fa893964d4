//! Bugs that are put in on purpose, so that one sees the simulation find them.
//!
//! Where a bug can be made around the desk and the proxy's machines (a store that promises too much, a ledger written too late)
//! it is; the others are switches in the crate itself that only the feature `planted` compiles.

use cin7_quote_desk::store::{Batch, Table};

use crate::world::World;

/// A bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// After a lost answer a header is posted again without a look.
    NoLookBeforeHeader,
    /// One look that finds nothing is enough to post a header again.
    SettlesOnce,
    /// A tab takes an order on although another has changed it since.
    ClaimsUnconditional,
    /// "Saved" is said before it is on the disk.
    StrictIsRelaxed,
    /// "Saved" is said although storage refused.
    RefusedIsDone,
    /// A step that a dead tab may have sent is sent again without a look.
    NoRecovery,
    /// A receipt of unknown outcome is posted again without a look.
    ReceiptWithoutLook,
    /// A receipt counts as posted as soon as it was sent.
    ReceiptSentIsPosted,
    /// The proxy sends a payment as often as it is asked.
    PaymentsUnkeyed,
    /// The receipt of an order that is taken over from a device that was wiped counts as posted.
    TakenOverIsPosted,
    /// What a wiped device had is left where it is.
    TakesNothingOver,
    /// Requests do not name the account that they are meant for.
    AccountUnnamed,
    /// Whoever comes first has what an earlier version has stored.
    UnprovedIsOwn,
    /// The proxy has one custody for the orders of all accounts.
    OneCustodyForAll,
    /// The lines are not read back.
    NoReadBack,
    /// Lines are sent twice in one body.
    LinesDoubled,
    /// A sale under the order's key is taken for its own, whoever's it is.
    AdoptsForeign,
    /// The proxy says of a lost write that it did nothing.
    LostIsNothing,
    /// The proxy writes down what it sends after it was sent.
    LedgerAfterSending,
    /// The proxy's ledger is empty after a restart.
    LedgerForgets,
    /// The proxy's custody of orders is empty after a restart.
    CustodyForgets,
    /// A mended order is sent without a look, and without what is known of its sale.
    MendsWithoutLook,
    /// Two calls with one key go to Cin7 side by side.
    NoSingleFlight,
    /// The proxy sends a call of unknown outcome again at once.
    ProxyDoesNotSettle,
    /// The limiter counts one call too many.
    OneCallTooMany,
    /// After a restart the limiter knows of no call before it.
    LimiterForgets,
    /// An entry of the feed is written in another batch than its record.
    FeedApart,
    /// A reader of the feed is told what a loss of power may still undo.
    FeedForgets,
    /// The planner's state is written before the records that it speaks of.
    PlanApart,
    /// A list is asked for what has changed since the end of the last run.
    WatermarkAtEnd,
    /// What storage holds is believed as it is.
    NoChecksum,
}

impl Bug {
    /// Those that must be found.
    pub const ALL: [Self; 31] = [
        Self::NoLookBeforeHeader,
        Self::SettlesOnce,
        Self::ClaimsUnconditional,
        Self::StrictIsRelaxed,
        Self::RefusedIsDone,
        Self::NoRecovery,
        Self::ReceiptWithoutLook,
        Self::ReceiptSentIsPosted,
        Self::PaymentsUnkeyed,
        Self::TakenOverIsPosted,
        Self::TakesNothingOver,
        Self::AccountUnnamed,
        Self::UnprovedIsOwn,
        Self::OneCustodyForAll,
        Self::NoReadBack,
        Self::LinesDoubled,
        Self::AdoptsForeign,
        Self::LostIsNothing,
        Self::LedgerAfterSending,
        Self::OneCallTooMany,
        Self::LimiterForgets,
        Self::LedgerForgets,
        Self::CustodyForgets,
        Self::MendsWithoutLook,
        Self::NoSingleFlight,
        Self::ProxyDoesNotSettle,
        Self::FeedApart,
        Self::FeedForgets,
        Self::PlanApart,
        Self::WatermarkAtEnd,
        Self::NoChecksum,
    ];

    /// The switch in the crate that makes it, where it is made there.
    pub(crate) const fn switch(self) -> &'static str {
        match self {
            Self::NoLookBeforeHeader => "no look before a header",
            Self::SettlesOnce => "settles once",
            Self::NoRecovery => "no recovery",
            Self::ReceiptWithoutLook => "receipt without a look",
            Self::ReceiptSentIsPosted => "receipt sent is posted",
            Self::TakenOverIsPosted => "receipts taken over are posted",
            Self::TakesNothingOver => "takes nothing over",
            Self::AccountUnnamed => "names no account",
            Self::UnprovedIsOwn => "claims unproved",
            Self::NoReadBack => "no read-back",
            Self::AdoptsForeign => "adopts foreign sales",
            Self::WatermarkAtEnd => "watermark at the end",
            Self::FeedForgets => "feed may be forgotten",
            Self::NoChecksum => "no checksum",
            Self::MendsWithoutLook => "mends without a look",
            _ => "",
        }
    }

    /// Whether it is one of the proxy's ledger, which there must be to have it.
    pub(crate) const fn is_of_the_ledger(self) -> bool {
        matches!(self, Self::LedgerForgets | Self::LedgerAfterSending | Self::NoSingleFlight | Self::ProxyDoesNotSettle)
    }

    /// What is written first where a bug writes a batch in two parts.
    pub(crate) fn split(world: &World, batch: &mut Batch) -> Option<Batch> {
        let apart = |key: &str| {
            (world.planted(Self::FeedApart) && (key == "feed" || key.starts_with("feed/")))
                || (world.planted(Self::PlanApart) && key == "sync")
        };
        let mut first = Batch::relaxed();
        let (feed, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut batch.puts).into_iter().partition(|(_, key, _)| apart(key));
        if feed.is_empty() || rest.is_empty() {
            batch.puts = if feed.is_empty() { rest } else { feed };
            return None;
        }
        let (late, early) = if world.planted(Self::FeedApart) { (feed, rest) } else { (rest, feed) };
        first.puts = early;
        first.conditions =
            batch.conditions.iter().filter(|one| one.table == Table::Manifests && one.key == "sync").cloned().collect();
        if world.planted(Self::FeedApart) {
            first.deletes = std::mem::take(&mut batch.deletes);
        }
        batch.conditions.clear();
        batch.puts = late;
        Some(first)
    }
}
