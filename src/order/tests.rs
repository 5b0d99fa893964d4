use serde_json::Value;

use super::*;
use crate::error::ErrorCode;
use crate::quote::QuoteContext;
use crate::quote::fixtures::*;
use crate::records::Guid;
use crate::records::product::fixtures::{chair, lamp};
use crate::records::sale::{SaleFacts, SaleLine};

mod bodies;
mod checks;
mod money;
mod refused;
mod shapes;
mod sums;

fn header_of(plan: &OrderPlan) -> Value {
    serde_json::from_str(plan.header_body()).unwrap()
}

fn sale_id() -> Guid {
    "6222cb47-0000-4000-8000-000000000091".parse().unwrap()
}

fn order_of(plan: &OrderPlan) -> Value {
    serde_json::from_str(&plan.lines_body(sale_id())).unwrap()
}

fn planned(live: &LiveQuote) -> OrderPlan {
    plan(live, now()).unwrap()
}

fn find<'a>(problems: &'a [Problem], code: &str) -> &'a Problem {
    problems.iter().find(|problem| problem.code == code).unwrap_or_else(|| panic!("{code} is not among {problems:#?}"))
}

fn codes(live: &LiveQuote) -> Vec<&'static str> {
    live.problems().into_iter().map(|problem| problem.code).collect()
}

type Change = fn(&mut QuoteContext);

/// Quote 10452 in a changed context, from Main so that stock is enough.
fn changed(change: Change) -> LiveQuote {
    let mut context = context();
    let mut live = quote_10452();
    change(&mut context);
    live.replace_context(context).unwrap();
    live.set_warehouse(Some("Main Warehouse")).unwrap();
    live
}
