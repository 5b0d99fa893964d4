//! From quote to order: every check at once, then a pure construction of what Cin7 is sent, then the comparison with what
//! Cin7 made of it.
//!
//! - [`LiveQuote::problems`] lists everything that would stop the order, change it or be lost in it, each with fixes
//!   that [`LiveQuote::apply_fix`] carries out. The same list is what [`plan()`] refuses by.
//! - [`plan()`] turns a quote without a stopping problem into an [`OrderPlan`]: the exact bytes of both calls, frozen. What
//!   is sent later is this plan and never a quote priced again.
//! - [`read_back()`] compares the sale that Cin7 holds with the plan, to the penny.
//!
//! What the plan sends comes to the total that the quote shows. A discount on the whole quote is folded into the lines: into
//! their discounts where two decimals say it, else into their prices as well; what then remains is a problem that is shown.
//! Equal lines are merged, because Cin7 takes a SKU once, and only where the money stays.

mod draft;
mod fixes;
mod plan;
mod problems;
mod read_back;
mod text;
mod wire;

#[cfg(test)]
mod tests;

use serde::Serialize;

pub use plan::{OrderPlan, PlannedLine, PlannedReceipt, plan};
pub use problems::{Fix, Problem, Severity};
pub(crate) use read_back::state;
pub use read_back::{ReadBack, read_back};
pub use wire::LONGEST_BODY;

use crate::quote::{Clash, CustomerView, LineView, LiveQuote, QuoteFigures, QuoteHeader};
use crate::totals::Totals;

/// A whole quote, for drawing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QuoteView {
    /// The header.
    pub header: QuoteHeader,
    /// The customer.
    pub customer: CustomerView,
    /// Every line, in order.
    pub lines: Vec<LineView>,
    /// The totals.
    pub totals: Totals,
    /// Weight and margin.
    pub figures: QuoteFigures,
    /// Everything that would stop the order or be lost in it, worst first.
    pub problems: Vec<Problem>,
    /// Whether there is an edit to undo.
    pub can_undo: bool,
    /// Whether there is an undone edit to do again.
    pub can_redo: bool,
    /// What was changed here and elsewhere to different values.
    pub conflicts: Vec<Clash>,
    /// What was done here after the quote had been ordered elsewhere.
    pub too_late: Vec<Clash>,
}

impl LiveQuote {
    /// The whole quote, for drawing.
    pub fn view(&self) -> QuoteView {
        QuoteView {
            header: self.header(),
            customer: self.customer(),
            lines: self.lines(),
            totals: self.totals(),
            figures: self.figures(),
            problems: self.problems(),
            can_undo: self.can_undo(),
            can_redo: self.can_redo(),
            conflicts: self.clashes(),
            too_late: self.too_late().to_vec(),
        }
    }
}
