//! Checks of the lines: prices, tax rules, products, stock, comments, and products that stand on several lines.

use std::fmt::Write;

use super::super::draft::{AsOne, Draft, LONGEST_CHARGE_COMMENT, LONGEST_COMMENT, is_charge};
use super::super::text;
use super::{Findings, Severity, accept, fix};
use crate::money::{Percent, Quantity};
use crate::pricing::Break;
use crate::quote::{Judgement, LineFacts, QuoteLine};
use crate::records::name::Named;
use crate::records::product::ProductStatus;
use crate::settings::LowMargins;
use crate::stock::{StockKind, Verdict};

/// How many tax rules a problem offers as buttons.
const CHOICES: usize = 3;

pub(super) fn check(found: &mut Findings<'_>, draft: &Draft) {
    let live = found.live;
    let lines = &live.quote().lines;
    if lines.is_empty() {
        found.quote("no-lines", Severity::Stop, "The quote has no lines. Add a product.", Vec::new());
        return;
    }
    let service = |(at, line): (usize, &QuoteLine)| is_charge(live.facts(at).map_or(&line.kind, |facts| &facts.product.kind));
    if lines.iter().enumerate().all(service) {
        let text = "There are only services on this quote. Cin7 needs a service-only sale for that, which must be made there.";
        found.quote("services-only", Severity::Stop, text, Vec::new());
    }
    tax_conventions(found);
    let mut wanted = live.wanted_by_product();
    for (at, line) in lines.iter().enumerate() {
        price(found, at, line);
        tax_rule(found, line);
        match live.facts(at) {
            None => {
                let text = format!("{} is not among the products read from Cin7. Sync, or take the line out.", line.sku);
                found.line(line, "product-missing", Severity::Stop, text, vec![fix("Take the line out", "remove-line")]);
            }
            Some(facts) => {
                product(found, line, facts);
                // Nothing is left of it after the first line: a product on several lines is short once.
                let wanted = std::mem::take(wanted.entry(line.product).or_default());
                if !wanted.is_zero() {
                    stock(found, wanted, line, facts);
                }
            }
        }
        comment(found, at, line);
        margin(found, at, line);
    }
    clashes(found, draft);
    adjusted(found, draft);
}

fn price<'a>(found: &mut Findings<'a>, at: usize, line: &'a QuoteLine) {
    let quoted = found.live;
    if line.priced.price().is_none() {
        let reason = capitalised(&line.priced.reason(quoted.tier_names()));
        let text = format!("{}: {reason}. Type a price or choose another tier.", line.sku);
        found.line(line, "no-price", Severity::Stop, text, vec![fix("Take the line out", "remove-line")]);
        return;
    }
    if let (Some(now), Some(price)) = (quoted.price_moved(at, line), line.priced.price()) {
        let [now, price] = [now, price].map(|price| quoted.quote().currency.money(price));
        let text = format!("{} is {now} now. This quote keeps {price}.", line.sku);
        found.line(line, "price-moved", Severity::Note, text, vec![fix(format!("Take {now}"), "accept-price")]);
    }
}

/// The least margin that is asked for, and a cost that has moved. Services have no cost in Cin7.
fn margin<'a>(found: &mut Findings<'a>, at: usize, line: &'a QuoteLine) {
    let quoted = found.live;
    let settings = &quoted.context().settings;
    let rule = || quoted.facts(at).and_then(|facts| facts.product.discount_rule.as_deref()).unwrap_or_default();
    match quoted.break_now(at) {
        Break::Unclear => {
            let text = format!(
                "{}: the discount rule “{}” cannot be worked out for a line. Look in Cin7 what it gives.",
                line.sku,
                rule()
            );
            found.line(line, "rule-unclear", Severity::Note, text, Vec::new());
        }
        Break::Discount(rate) if !line.discount_is_typed() && rate.decimal() != line.discount.decimal() => {
            let text = format!(
                "{}: the discount rule “{}” gives {rate} %, and a line keeps two decimals: {} %.",
                line.sku,
                rule(),
                line.discount
            );
            found.line(line, "rule-rounded", Severity::Note, text, Vec::new());
        }
        Break::Discount(_) | Break::Price(_) | Break::None => {}
    }
    if quoted.is_service(at, line) {
        return;
    }
    if settings.show_cost
        && let Some(now) = quoted.cost_moved(at, line)
    {
        let base = quoted.context().references.account.base_currency;
        let before = line.cost.map_or_else(|| "an unknown cost".to_owned(), |cost| base.money(cost));
        let now = base.money(now);
        let text = format!("{} costs {now} now. The margin of this line counts with {before}.", line.sku);
        found.line(line, "cost-moved", Severity::Note, text, vec![fix(format!("Count with {now}"), "accept-cost")]);
    }
    let (Some(least), Some(_)) = (settings.minimum_margin, quoted.amounts(at)) else { return };
    match quoted.judge(at, line, least) {
        Some(Judgement::Unknown) => {
            let text = format!("The margin of {} is unknown, and {least} % is the least.", line.sku);
            found.line(line, "margin-unknown", Severity::Stop, text, vec![accept("margin-unknown", "Order it all the same")]);
        }
        Some(Judgement::Low) => {
            let percent = quoted.margin_percent(at, line).filter(|_| settings.show_cost);
            let shown = percent.map_or_else(String::new, |percent| format!(" ({percent} %)"));
            let text = format!("The margin of {} is below the least of {least} %{shown}.", line.sku);
            match settings.low_margins {
                LowMargins::Warn => {
                    found.line(line, "low-margin", Severity::Warn, text, vec![accept("low-margin", "Keep")]);
                }
                LowMargins::Stop => found.stops(line, "low-margin", text),
            }
        }
        None => {}
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn tax_rule<'a>(found: &mut Findings<'a>, line: &'a QuoteLine) {
    let references = &found.live.context().references;
    let named = references.tax_rule(&line.tax_rule);
    let known = named.clone().one();
    if known.is_some_and(|rule| rule.active && rule.for_sale) {
        return;
    }
    let own = found.live.quote().customer_tax_rule.as_deref().unwrap_or(&references.account.default_tax_rule);
    let mut usable: Vec<_> = references.tax_rules.iter().filter(|rule| rule.active && rule.for_sale).collect();
    let own = references.tax_rule(own);
    usable.sort_by_key(|rule| (own != Named::One(*rule), known.is_none_or(|known| known.percent != rule.percent)));
    let fixes =
        usable.into_iter().take(CHOICES).map(|rule| fix(format!("Use {}", rule.name), format!("use-tax-rule:{}", rule.name)));
    let fixes = fixes.collect();
    match known {
        Some(rule) => {
            let why = if rule.active { "is not meant for sales" } else { "is no longer active in Cin7" };
            let text = format!("{}: the tax rule “{}” {why}. Choose another.", line.sku, rule.name);
            found.line(line, "tax-rule-inactive", Severity::Stop, text, fixes);
        }
        None if line.tax_rule.trim().is_empty() => {
            let text = format!("{} has no tax rule, and Cin7 needs one on every line.", line.sku);
            found.line(line, "no-tax-rule", Severity::Stop, text, fixes);
        }
        None => {
            let unknown = || format!("Cin7 has no tax rule “{}”. Choose another.", line.tax_rule);
            let why = named.or_say(&line.tax_rule, |rule| &rule.name, unknown).err().unwrap_or_default();
            let text = format!("{}: {why}", line.sku);
            found.line(line, "no-tax-rule", Severity::Stop, text, fixes);
        }
    }
}

/// A sale says once whether its prices contain tax. Lines that are taxed at 0 % go with either.
fn tax_conventions(found: &mut Findings<'_>) {
    let live = found.live;
    let references = &live.context().references;
    let (mut with, mut without) = (None, None);
    // Neighbouring lines nearly always share their rule: its name is looked up once for each run of them.
    let mut known = "";
    let mut convertible = [true, true];
    for line in &live.quote().lines {
        if line.tax_rule == known {
            continue;
        }
        known = &line.tax_rule;
        if let Named::One(rule) = references.tax_rule(known)
            && let Some(inclusive) = rule.tax_in_price()
        {
            (if inclusive { &mut with } else { &mut without }).get_or_insert(rule);
            convertible[usize::from(inclusive)] &= references.counterpart(rule).is_some();
        }
    }
    if let (Some(with), Some(without)) = (with, without) {
        let text = format!(
            "Prices under “{}” contain tax and prices under “{}” do not. One order cannot have both.",
            with.name, without.name
        );
        // What is offered leaves every line its rate and what it comes to.
        let offers = [("Take the tax out of prices", "tax-in-prices:no"), ("Put the tax into prices", "tax-in-prices:yes")];
        let [of_without, of_with] = convertible;
        let possible = [of_with, of_without];
        let fixes =
            offers.into_iter().zip(possible).filter(|(_, possible)| *possible).map(|((label, action), _)| fix(label, action));
        let fixes = fixes.collect();
        found.quote("tax-mixed", Severity::Stop, text, fixes);
    }
}

fn product<'a>(found: &mut Findings<'a>, line: &'a QuoteLine, facts: &LineFacts) {
    let product = &facts.product;
    if !product.sellable {
        let text = format!("{} is not for sale any more in Cin7, which may refuse it.", line.sku);
        let fixes = vec![accept("not-sellable", "Order it all the same"), fix("Take the line out", "remove-line")];
        found.line(line, "not-sellable", Severity::Stop, text, fixes);
    }
    if product.status == ProductStatus::SetupRequired {
        let text = format!(
            "{} is not fully set up in Cin7 (“Setup required”): Cin7 may refuse to ship or invoice it until that is done there.",
            line.sku
        );
        found.line(line, "setup-required", Severity::Note, text, Vec::new());
    }
    if product.sku != line.sku {
        let text = format!("{} is called {} in Cin7 now. The order uses the new code.", line.sku, product.sku);
        found.line(
            line,
            "sku-renamed",
            Severity::Note,
            text,
            vec![fix(format!("Switch to {}", product.sku), "use-product-texts")],
        );
    }
    let edited = line.description != line.name && !line.description.trim().is_empty();
    if edited && line.description != product.name {
        let text = format!("“{}” will not travel: Cin7 prints its own “{}”.", line.description, product.name);
        let fixes = vec![
            fix("Add it to the comment", "description-to-comment"),
            fix(format!("Use “{}”", product.name), "use-product-name"),
        ];
        found.line(line, "description-stays", Severity::Note, text, fixes);
    } else if product.name != line.name && line.description == line.name {
        let text = format!("Cin7 calls {} “{}” now, and the order will say so.", line.sku, product.name);
        found.line(
            line,
            "product-renamed",
            Severity::Note,
            text,
            vec![fix(format!("Use “{}”", product.name), "use-product-texts")],
        );
    }
    if line.quantity.decimal() < rust_decimal::Decimal::ONE {
        let text = format!("{} {}: Cin7 documents 1 as the least it takes.", line.quantity, line.sku);
        let fixes = vec![accept("below-one", "Send it so"), fix("Make it 1", "set-quantity:1")];
        found.line(line, "below-one", Severity::Warn, text, fixes);
    }
}

fn stock<'a>(found: &mut Findings<'a>, wanted: Quantity, line: &'a QuoteLine, facts: &LineFacts) {
    let kind = StockKind::from(&facts.product.kind);
    let warehouse = found.live.quote().warehouse_of(line);
    if !matches!(facts.stock.verdict(kind, wanted, warehouse), Verdict::Short | Verdict::None) {
        return;
    }
    let Some(here) = warehouse else { return };
    let references = &found.live.context().references;
    let mut elsewhere: Vec<(&str, Quantity)> = facts
        .stock
        .levels
        .iter()
        .map(|(name, _)| (name.as_str(), facts.stock.promise_at(name)))
        .filter(|(name, left)| !facts.stock.is_one_warehouse(name, here) && *left > Quantity::ZERO)
        .collect();
    elsewhere.sort_by_key(|(_, available)| std::cmp::Reverse(*available));
    let mut short = format!("{here} has {}", facts.stock.promise_at(here));
    for (name, available) in elsewhere.iter().take(CHOICES) {
        let _ = write!(short, ", {name} {available}");
    }
    let _ = write!(short, ". {wanted} {} wanted. The rest becomes a backorder.", line.sku);
    let enough = elsewhere.iter().filter(|(name, available)| {
        *available >= wanted && references.location(name).one().is_some_and(|location| !location.deprecated)
    });
    let mut fixes: Vec<_> =
        enough.take(CHOICES).map(|(name, _)| fix(format!("Use {name}"), format!("use-warehouse:{name}"))).collect();
    fixes.push(accept("short-stock", "Keep"));
    found.line(line, "short-stock", Severity::Warn, short, fixes);
}

fn comment<'a>(found: &mut Findings<'a>, at: usize, line: &'a QuoteLine) {
    let charge = is_charge(found.live.facts(at).map_or(&line.kind, |facts| &facts.product.kind));
    let limit = if charge { LONGEST_CHARGE_COMMENT } else { LONGEST_COMMENT };
    let length = text::length(&line.extended_description);
    if length > limit {
        let text = if line.accepted.contains("comment-too-long") {
            format!("The extended description of {} will be cut to the {limit} characters of Cin7’s comment.", line.sku)
        } else {
            let over = length - limit;
            format!(
                "The extended description of {} has {length} characters, and Cin7’s comment takes {limit}: {over} too many.",
                line.sku
            )
        };
        let fixes = vec![accept("comment-too-long", "Send it cut"), fix("Shorten it here", "shorten-comment")];
        found.line(line, "comment-too-long", Severity::Stop, text, fixes);
    }
}

fn clashes(found: &mut Findings<'_>, draft: &Draft) {
    let lines = &found.live.quote().lines;
    let references = &found.live.context().references;
    let rule_of = |line: &QuoteLine| references.tax_rule(&line.tax_rule);
    for clash in &draft.clashes {
        let (first, second, at) = (&lines[clash.first], &lines[clash.second], clash.first + 1);
        let sku = &second.sku;
        if let Some(as_one) = clash.as_one {
            loses_money(found, first, second, as_one);
            continue;
        }
        let mut differing = Vec::new();
        let shown = |line: &QuoteLine| line.priced.price().map(|price| price.to_string()).unwrap_or_default();
        if first.priced.price() != second.priced.price() {
            differing.push(format!("prices ({} and {})", shown(first), shown(second)));
        }
        if first.discount != second.discount {
            differing.push(format!("discounts ({} % and {} %)", first.discount, second.discount));
        }
        if rule_of(first) != rule_of(second) {
            differing.push("tax rules".into());
        }
        if first.extended_description != second.extended_description {
            differing.push("comments".into());
        }
        let differing = differing.join(", ");
        let fixes = vec![
            fix(format!("Make it as on line {at}"), format!("use-terms-of:{}", first.id)),
            fix("Take the line out", "remove-line"),
        ];
        if is_charge(&second.kind) {
            let text = format!("{sku} is on two lines with different {differing}. Cin7 may not take a service twice.");
            found.line(second, "service-twice", Severity::Warn, text, fixes);
        } else {
            let text = format!("{sku} is on two lines with different {differing}. Cin7 takes a product once in an order.");
            found.line(second, "product-twice", Severity::Stop, text, fixes);
        }
    }
}

/// Lines on the same terms that come to something else as one, in which Cin7 takes a product.
fn loses_money<'a>(found: &mut Findings<'a>, first: &'a QuoteLine, second: &'a QuoteLine, as_one: AsOne) {
    let (sku, AsOne { quantity, one, each, by_tax }) = (&second.sku, as_one);
    let text = if by_tax {
        format!("As one line of {quantity} its tax is {one} instead of {each}, as tax is rounded on each line.")
    } else {
        format!("As one line of {quantity} it comes to {one} instead of {each}, as each line is rounded by itself.")
    };
    let mut fixes = vec![fix(format!("Make it one line of {quantity}"), format!("one-line:{}", first.id))];
    if is_charge(&second.kind) {
        let text = format!("{sku} is on several lines, and Cin7 may not take a service twice. {text}");
        found.line(second, "service-twice", Severity::Warn, text, fixes);
    } else {
        fixes.push(fix("Take the line out", "remove-line"));
        let text = format!("{sku} is on several lines, and Cin7 takes a product once in an order. {text}");
        found.line(second, "product-twice", Severity::Stop, text, fixes);
    }
}

fn adjusted(found: &mut Findings<'_>, draft: &Draft) {
    let live = found.live;
    let same = draft.totals == live.document_totals();
    for line in &draft.lines {
        if let (Some((price, both)), [first, ..]) = (line.before, line.from.as_slice()) {
            let off = |discount: Percent| if discount.is_zero() { String::new() } else { format!(" less {discount} %") };
            let now = if line.discount == both { String::new() } else { off(line.discount) };
            let was = if line.discount == both { String::new() } else { off(both) };
            let why = if same { "so that the order comes to the same total" } else { "which comes nearest to the quote" };
            let text = format!("{} goes to Cin7 at {}{now} instead of {price}{was}, {why}.", line.sku, line.price);
            found.line(&live.quote().lines[*first], "price-adjusted", Severity::Note, text, Vec::new());
        }
    }
}
