//! The API under `/ExternalApi/v2/`: which endpoint answers what.

mod checks;
mod customer;
mod lists;
mod order;
mod payment;
mod sale;
mod sale_list;
mod stored_sale;

pub(crate) use self::order::place;
pub(crate) use self::sale::{make, undo, void};
pub(crate) use self::stored_sale::save;
use crate::answer::{Answer, Refusal};
use crate::collection::Kind;
use crate::fields::Fields;
use crate::query::Query;
use crate::state::State;
use crate::switches::UnknownPath;

/// One call, path in lower case without the API's prefix.
pub(crate) struct Call<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a Query,
    pub(crate) body: &'a [u8],
}

/// Endpoints that Cin7 has and the sandbox does not play, beside other verbs on those it plays.
const NOT_SIMULATED: &[&str] = &[
    "/me/addresses",
    "/productfamily",
    "/productfamily/attachments",
    "/product/markupprices",
    "/custom-prices",
    "/ref/category",
    "/ref/brand",
    "/ref/unit",
    "/ref/attributeset",
    "/ref/carrier",
    "/ref/account/bank",
    "/ref/customer/credits",
    "/ref/customer/templates",
    "/reference/deals",
    "/salecreditnotelist",
    "/sale/quote",
    "/sale/fulfilment",
    "/sale/fulfilment/pick",
    "/sale/fulfilment/pack",
    "/sale/fulfilment/ship",
    "/sale/invoice",
    "/sale/attachment",
    "/sale/creditnote",
    "/purchase",
    "/purchase/order",
    "/webhooks",
];

/// Verbs that Cin7 documents on the endpoints played here.
const VERBS: &[(&str, &[&str])] = &[
    ("/me", &["GET"]),
    ("/me/contacts", &["GET", "POST", "PUT", "DELETE"]),
    ("/ref/pricetier", &["GET"]),
    ("/ref/tax", &["GET", "POST", "PUT"]),
    ("/ref/location", &["GET", "POST", "PUT", "DELETE"]),
    ("/ref/paymentterm", &["GET", "POST", "PUT", "DELETE"]),
    ("/ref/account", &["GET", "POST", "PUT", "DELETE"]),
    ("/ref/productavailability", &["GET"]),
    ("/reference/discount", &["GET", "POST", "PUT"]),
    ("/customer", &["GET", "POST", "PUT"]),
    ("/supplier", &["GET", "POST", "PUT"]),
    ("/product", &["GET", "POST", "PUT"]),
    ("/product/attachments", &["GET", "POST", "DELETE"]),
    ("/salelist", &["GET"]),
    ("/sale", &["GET", "POST", "PUT", "DELETE"]),
    ("/sale/order", &["GET", "POST"]),
    ("/sale/payment", &["GET", "POST", "PUT", "DELETE"]),
    ("/purchaselist", &["GET"]),
    ("/advanced-purchase", &["GET", "POST", "PUT", "DELETE"]),
];

impl Call<'_> {
    /// The body as an object; anything else is the 500 that Cin7 gives for a body it cannot read.
    fn object(&self) -> Result<Fields, Refusal> {
        let text =
            std::str::from_utf8(self.body).map_err(|_| Refusal::with_status(500, "The request body is not UTF-8 text."))?;
        Fields::parse(text).map_err(|error| Refusal::with_status(500, format!("The request body could not be parsed: {error}")))
    }
}

/// Answers one call whose credentials are right and which the rate limit let through.
pub(crate) fn respond(state: &mut State, call: &Call<'_>) -> Answer {
    let outcome = match (call.method, call.path) {
        ("GET", "/me") => Ok(Answer::json(&state.world.company)),
        ("GET", "/me/contacts") => Ok(lists::contacts(state, call.query)),
        ("GET", "/ref/pricetier") => Ok(lists::price_tiers(state)),
        ("GET", "/ref/tax") => Ok(lists::tax_rules(state, call.query)),
        ("GET", "/ref/location") => Ok(lists::locations(state, call.query)),
        ("GET", "/ref/paymentterm") => Ok(lists::payment_terms(state, call.query)),
        ("GET", "/ref/account") => lists::accounts(state, call.query),
        ("GET", "/ref/productavailability") => Ok(lists::availability(state, call.query)),
        ("GET", "/customer") => Ok(lists::parties(state, Kind::Customers, call.query)),
        ("POST", "/customer") => call.object().and_then(|body| customer::post(state, &body)),
        ("GET", "/reference/discount") => Ok(lists::discount_rules(state, call.query)),
        ("GET", "/supplier") => Ok(lists::parties(state, Kind::Suppliers, call.query)),
        ("GET", "/product") => Ok(lists::products(state, call.query)),
        ("GET", "/product/attachments") => lists::attachments(state, call.query),
        ("GET", "/salelist") => Ok(sale_list::sales(state, call.query)),
        ("GET", "/purchaselist") => Ok(sale_list::purchases(state, call.query)),
        ("GET", "/advanced-purchase") => sale_list::purchase(state, call.query),
        ("GET", "/sale") => sale::get(state, call.query),
        ("POST", "/sale") => call.object().and_then(|body| sale::post(state, &body)),
        ("DELETE", "/sale") => sale::delete(state, call.query),
        ("GET", "/sale/order") => order::get(state, call.query),
        ("POST", "/sale/order") => call.object().and_then(|body| order::post(state, &body)),
        ("GET", "/sale/payment") => payment::get(state, call.query),
        ("POST", "/sale/payment") => call.object().and_then(|body| payment::post(state, &body)),
        _ => return elsewhere(state, call),
    };
    outcome.unwrap_or_else(|refusal| Answer::refused(&refusal, state.switches.error_shape))
}

fn elsewhere(state: &State, call: &Call<'_>) -> Answer {
    let refuse = |status, text: String| Answer::refused(&Refusal::with_status(status, text), state.switches.error_shape);
    if let Some((_, verbs)) = VERBS.iter().find(|(path, _)| *path == call.path) {
        return if verbs.contains(&call.method) {
            refuse(501, format!("The sandbox does not simulate {} {}.", call.method, call.path))
        } else {
            refuse(405, format!("The requested resource does not support http method '{}'.", call.method))
        };
    }
    if NOT_SIMULATED.contains(&call.path) {
        return refuse(501, format!("The sandbox does not simulate {}.", call.path));
    }
    match state.switches.unknown_path {
        UnknownPath::Html => Answer::html(),
        UnknownPath::NotFound => refuse(404, "No HTTP resource was found that matches the request.".to_owned()),
    }
}
