//! Orders that a person enters in Cin7 by hand: what is said of them is held against Cin7, and then they are never sent.

use serde::{Deserialize, Serialize};

use crate::cin7;
use crate::cin7::requests;
use crate::cin7::requests::SaleFilter;
use crate::desk::context::{Context, Environment, Surroundings};
use crate::desk::events::Event;
use crate::desk::orders::mending::{Rewritten, freeze_open_quote};
use crate::desk::orders::sale_lookup::sales_found;
use crate::desk::orders::show::shown_order;
use crate::desk::vault::orders::{kept_order, store_order_with};
use crate::error::{Detail, Error, ErrorCode, Result};
use crate::outbox::{Asked, ByHand, Judged, Order, OrderView, State};
use crate::store::{Batch, Table};
use crate::transport::{Failure, Lane, Transport};

/// Longest number and longest name, in characters.
const LONGEST: usize = 100;

/// How often another tab may move the order in between.
const TRIES: usize = 4;

/// `EnteredByHand` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct HandAsk {
    number: String,
    by: String,
    despite: bool,
}

impl HandAsk {
    fn from_json(text: &str, wants_number: bool) -> Result<Self> {
        let ask: Self = serde_json::from_str(text).map_err(|fault| Error::invalid("", fault.to_string()))?;
        let ask = Self { number: ask.number.trim().to_owned(), by: ask.by.trim().to_owned(), ..ask };
        let mut details = Vec::new();
        for (field, text, wanted) in [("number", &ask.number, wants_number), ("by", &ask.by, true)] {
            if wanted && text.is_empty() {
                details
                    .push(Detail::new(field, if field == "by" { "Say who you are." } else { "Say which number Cin7 gave it." }));
            } else if text.chars().count() > LONGEST {
                details.push(Detail::new(field, "This is too long."));
            }
        }
        match details.as_slice() {
            [] => Ok(ask),
            [only] => Err(Error::invalid(only.field.clone(), only.problem.clone())),
            _ => Err(Error::with_details(ErrorCode::InvalidInput, "Number and name are wanted.", details)),
        }
    }
}

/// Why what a person says is not taken: everything that stops it, or, where nothing does, what is to be accepted.
fn refusal(judged: &Judged) -> Error {
    let stopped = !judged.stops.is_empty();
    let (field, said) = if stopped { ("stop", &judged.stops) } else { ("doubt", &judged.doubts) };
    let details = said.iter().map(|text| Detail::new(field, text.clone())).collect();
    let message = if stopped { "This cannot be done now." } else { "This does not agree with what is known." };
    Error::with_details(ErrorCode::DoesNotMatch, message, details)
}

/// Marks an order as entered in Cin7 by hand; `ask` is JSON (`EnteredByHand`). The number is looked up in Cin7, and so is
/// the order's own key. Nothing of it is sent from then on.
///
/// # Errors
/// `does-not-match` with everything that does not agree (details of the field `doubt`, which `despite` accepts), or that
/// forbids it (`stop`); `invalid-input`, `unknown-order`, `storage`, `conflict` when other tabs move it on and on.
pub(crate) async fn enter_by_hand<E: Environment>(ctx: &Context<E>, key: &str, ask: &str) -> Result<OrderView> {
    let HandAsk { number, by, despite } = HandAsk::from_json(ask, true)?;
    kept_order(ctx, key).await?;
    let asked = ask_for(ctx, key, &number).await;
    for _ in 0..TRIES {
        let (before, order) = kept_order(ctx, key).await?;
        let (mut order, quote) = freeze_open_quote(ctx, order).await?;
        let sending = is_sending(ctx, &order).await;
        let why = asked.as_ref().map_err(Failure::words);
        let judged = order.judge_by_hand(&number, why.as_ref().copied().map_err(String::as_str), sending);
        if !judged.stops.is_empty() || (!despite && !judged.doubts.is_empty()) {
            return Err(refusal(&judged));
        }
        let entry = ByHand { number: number.clone(), by: by.clone(), at: ctx.now(), sale: judged.sale, doubts: judged.doubts };
        order.mark_by_hand(entry, ctx.now());
        if let Some(view) = moved_by_hand(ctx, &order, quote, before).await? {
            return Ok(view);
        }
    }
    Err(Error::new(ErrorCode::Conflict, "Another tab goes on moving this order."))
}

/// Takes that back; `ask` is JSON, without a number. The order is looked up and, where Cin7 has none, sent.
///
/// # Errors
/// `does-not-match` while the number that was given stands in Cin7: with this order's total it forbids it (`stop`), else
/// `despite` accepts it; `offline` and the like where Cin7 cannot be asked; `invalid-input`, `unknown-order`, `storage`.
pub(crate) async fn undo_by_hand<E: Environment>(ctx: &Context<E>, key: &str, ask: &str) -> Result<OrderView> {
    let HandAsk { by, despite, .. } = HandAsk::from_json(ask, false)?;
    let number = kept_order(ctx, key).await?.1.by_hand.map(|entry| entry.number).unwrap_or_default();
    let asked = ask_for(ctx, key, &number).await?;
    for _ in 0..TRIES {
        let (before, mut order) = kept_order(ctx, key).await?;
        let judged = order.judge_unmark(&asked);
        if !judged.stops.is_empty() || (!despite && !judged.doubts.is_empty()) {
            return Err(refusal(&judged));
        }
        order.unmark_by_hand(&by, ctx.now());
        if let Some(view) = moved_by_hand(ctx, &order, None, before).await? {
            ctx.order_bell.ring();
            return Ok(view);
        }
    }
    Err(Error::new(ErrorCode::Conflict, "Another tab goes on moving this order."))
}

/// Stores it, with its quote where that was open; `None` when another tab moved either first.
async fn moved_by_hand<E: Environment>(
    ctx: &Context<E>,
    order: &Order,
    quote: Option<Rewritten>,
    before: Vec<u8>,
) -> Result<Option<OrderView>> {
    let mut batch = Batch::strict();
    if let Some(Rewritten { before, kept }) = &quote {
        let link = &kept.quote.link;
        batch = batch.expect(Table::Quotes, link, Some(before.clone())).put(Table::Quotes, link, kept.to_bytes());
    }
    match store_order_with(ctx, order, before, batch).await {
        Ok(_) => {
            if let Some(Rewritten { kept, .. }) = &quote {
                ctx.tell(kept.written());
            }
            ctx.tell(Event::Order(Box::new(shown_order(ctx, order))));
            // Its key is looked up once more, later.
            ctx.order_bell.ring();
            Ok(Some(shown_order(ctx, order)))
        }
        Err(error) if error.code == ErrorCode::Conflict => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a tab that lives is at a step of it that changes something in Cin7; what a look brings is dropped.
async fn is_sending<E: Environment>(ctx: &Context<E>, order: &Order) -> bool {
    let State::Sending { step, owner, until } = &order.state else { return false };
    if !step.writes() {
        return false;
    }
    let alive = ctx.around.tabs_alive().await;
    // This tab too: it may be in the middle of a call.
    ctx.now() < *until && alive.is_none_or(|alive| alive.iter().any(|tab| tab == owner))
}

/// Asks Cin7 for the order's key and for a number.
async fn ask_for<E: Environment>(ctx: &Context<E>, key: &str, number: &str) -> Result<Asked, Failure> {
    let by_key = sales_found(ctx, SaleFilter::Link(key)).await?;
    let by_number = if number.is_empty() { Vec::new() } else { sales_found(ctx, SaleFilter::Words(number)).await? };
    let mut asked = Asked { by_key, by_number, sale: None };
    if let Some(id) = asked.to_read(number) {
        let request = requests::sale(id, Lane::Screen);
        let body = ctx.net.send(request).await?.body;
        // One that cannot be read has no total to agree with.
        asked.sale = cin7::sale::sale(&body).ok().map(Box::new);
    }
    Ok(asked)
}
