//! Checks of a quote whose order was begun in Cin7: what is to follow must fit the header that stands there.

use super::{Findings, Severity, fix};

pub(super) fn check(found: &mut Findings<'_>) {
    let live = found.live;
    let Some(begun) = &live.quote().begun else { return };
    for problem in &mut found.problems {
        problem.fixes.retain(|fix| !live.fixes_what_was_sent(&fix.action));
    }
    let references = &live.context().references;
    let rules = live.quote().lines.iter().filter_map(|line| references.tax_rule(&line.tax_rule).one());
    let Some(other) = rules.into_iter().find(|rule| rule.inclusive != begun.inclusive && !rule.percent.is_zero()) else { return };
    let (was, is) = if begun.inclusive { ("contain", "do not") } else { ("do not contain", "do") };
    let text = format!(
        "{} was begun in Cin7 for prices that {was} tax, and prices under “{}” {is}. Choose another tax rule, or void it there and order again.",
        begun.name(),
        other.name
    );
    let kept = references.tax_rules.iter().filter(|rule| rule.inclusive == begun.inclusive && rule.active && rule.for_sale);
    let same = kept.filter(|rule| rule.percent == other.percent).take(1);
    let fixes = same.map(|rule| fix(format!("Use {} on every line", rule.name), format!("use-tax-rule:{}", rule.name))).collect();
    found.quote("tax-other-than-begun", Severity::Stop, text, fixes);
}
