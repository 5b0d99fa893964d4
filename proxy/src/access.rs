//! Who may come in: from which page ([`door`]), as whom ([`tokens`]), how often ([`inbound`]), and what they do not see
//! ([`cost`]).

pub mod cost;
pub mod door;
pub mod inbound;
pub mod rules;
pub mod tokens;
mod user;

pub use user::User;

use http::{HeaderMap, header};

use crate::errors::Error;
use door::Door;
use inbound::Inbound;
use tokens::Tokens;

/// Everything that is checked before a call is looked at.
#[derive(Debug)]
pub struct Access {
    /// Pages.
    pub door: Door,
    /// Rates.
    pub inbound: Inbound,
    /// Tokens; `None` lets anyone in.
    pub tokens: Option<Tokens>,
    /// The cookie that may carry the token instead of the header.
    pub cookie: Option<String>,
}

impl Access {
    /// Who calls.
    ///
    /// # Errors
    /// `not_signed_in`, `keys_unavailable`; `foreign_origin` for a write by cookie that does not say from which page it comes.
    pub async fn user(&self, write: bool, headers: &HeaderMap) -> Result<User, Error> {
        let Some(tokens) = &self.tokens else { return Ok(User::ANYONE) };
        if let Some(token) = bearer(headers)? {
            return tokens.user(token).await;
        }
        let cookie = self.cookie.as_deref().and_then(|name| cookie(headers, name));
        let Some(token) = cookie else {
            return Err(Error::NotSignedIn("The call carries no token: send it as `authorization: Bearer <token>`.".to_owned()));
        };
        // A browser adds cookies by itself, so a write must show that it was our page which wanted it.
        if write && !door::says_its_page(headers) {
            return Err(Error::ForeignOrigin(
                "A write by cookie must carry `sec-fetch-site` or `origin`, as browsers send them.".to_owned(),
            ));
        }
        tokens.user(token).await
    }
}

/// The token of the `authorization` header.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Error> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let wrong = || Error::NotSignedIn("`authorization` must be `Bearer <token>`, once.".to_owned());
    if values.next().is_some() {
        return Err(wrong());
    }
    let (scheme, token) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(wrong)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(Some(token.trim())) } else { Err(wrong()) }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(';')).find_map(|pair| {
        let (its, value) = pair.trim().split_once('=')?;
        (its == name).then_some(value)
    })
}
