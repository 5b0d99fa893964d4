//! Tokens of the CRM: signed JWTs, checked against a shared key or the CRM's published keys (JWKS).
//!
//! A key decides which algorithms it may be used with, never the token: a shared key is for HS256 alone, a published one for
//! its own family, and `none` exists nowhere. Issuer, audience, subject and expiry must be there and right.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use reqwest::{Client, Url};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::rules::{Rules, Source};
use super::user::User;
use crate::errors::Error;
use crate::loopback;

/// How far the clocks of CRM and proxy may be apart, in seconds.
const LEEWAY: u64 = 30;
/// A longer token is not looked at.
const LONGEST_TOKEN: usize = 8 * 1024;
/// Published keys are read again when they are this old, so that a withdrawn one ends.
const FRESH: Duration = Duration::from_secs(10 * 60);
/// A key that is not known makes the keys be read again, not more often than this.
const PAUSE: Duration = Duration::from_secs(30);
/// A longer list of keys is none.
const LONGEST_KEYS: usize = 256 * 1024;

/// Why tokens cannot be checked, in one sentence.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the keys for the CRM's tokens cannot be read from {from}: {why}")]
pub struct NoKeys {
    from: String,
    why: String,
}

#[derive(Debug)]
struct Key {
    id: Option<String>,
    checks: DecodingKey,
    algorithms: Vec<Algorithm>,
}

/// Checks tokens.
#[derive(Debug)]
pub struct Tokens {
    rules: Rules,
    client: Client,
    keys: RwLock<Arc<Vec<Key>>>,
    /// When the keys were last asked for. Held while they are.
    asked: Mutex<Option<Instant>>,
}

impl Tokens {
    /// Reads the keys once. Keys in a file must be there; keys at an address may come later.
    ///
    /// # Errors
    /// [`NoKeys`].
    pub async fn start(rules: Rules) -> Result<Self, NoKeys> {
        let no_keys = |why: String| NoKeys { from: "AUTH_JWKS_URL".to_owned(), why };
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(10));
        let client = match &rules.source {
            Source::Url(url) if loopback::is_url(url) => client.no_proxy(),
            _ => client,
        };
        let client = client.build().map_err(|error| no_keys(error.to_string()))?;
        let tokens = Self { rules, client, keys: RwLock::default(), asked: Mutex::default() };
        match tokens.read().await {
            Ok(keys) => {
                *tokens.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
                *tokens.asked.lock().await = Some(Instant::now());
            }
            Err(error) if matches!(tokens.rules.source, Source::Url(_)) => {
                tracing::error!("{error}; nobody is let in until they can be");
            }
            Err(error) => return Err(error),
        }
        Ok(tokens)
    }

    /// Whose token this is.
    ///
    /// # Errors
    /// `not_signed_in` with the reason, `keys_unavailable`.
    pub async fn user(&self, token: &str) -> Result<User, Error> {
        let refused = |why: &str| Error::NotSignedIn(why.to_owned());
        if token.len() > LONGEST_TOKEN {
            return Err(refused("The token is longer than 8 KiB."));
        }
        let header = decode_header(token).map_err(|_| refused("The token is not a signed JWT of a known algorithm."))?;
        // An extension that must be understood, and is not.
        if header.crit.is_some() {
            return Err(refused("The token's header demands an extension (`crit`)."));
        }
        let keys = self.keys_for(header.kid.as_deref()).await?;
        let Some(key) = pick(&keys, header.kid.as_deref()) else {
            return Err(refused("The token's key (`kid`) is not among the CRM's keys."));
        };
        let mut wanted = Validation::new(header.alg);
        wanted.algorithms.clone_from(&key.algorithms);
        wanted.leeway = LEEWAY;
        wanted.validate_nbf = true;
        wanted.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        wanted.set_issuer(&[&self.rules.issuer]);
        wanted.set_audience(&[&self.rules.audience]);
        let claims = decode::<Map<String, Value>>(token, &key.checks, &wanted)
            .map_err(|error| Error::NotSignedIn(self.why(error.kind())))?
            .claims;
        let subject = claims.get("sub").and_then(Value::as_str).unwrap_or_default();
        if subject.trim().is_empty() {
            return Err(refused("The token's `sub` is empty."));
        }
        let roles = roles(&claims, &self.rules.roles_claim);
        Ok(User {
            subject: Some(subject.to_owned()),
            may_see_cost: roles.contains(&self.rules.cost_role.as_str()),
            may_confirm: roles.contains(&self.rules.confirm_role.as_str()),
        })
    }

    fn why(&self, kind: &ErrorKind) -> String {
        match kind {
            ErrorKind::ExpiredSignature => "The token has expired.".to_owned(),
            ErrorKind::ImmatureSignature => "The token is not valid yet (`nbf`).".to_owned(),
            ErrorKind::InvalidIssuer => format!("The token's `iss` is not `{}`.", self.rules.issuer),
            ErrorKind::InvalidAudience => format!("The token's `aud` does not hold `{}`.", self.rules.audience),
            ErrorKind::MissingRequiredClaim(name) => format!("The token has no readable `{name}`."),
            ErrorKind::InvalidAlgorithm => "The token's algorithm (`alg`) is not one of its key's.".to_owned(),
            ErrorKind::InvalidSignature => "The token's signature is wrong.".to_owned(),
            _ => "The token cannot be read.".to_owned(),
        }
    }

    /// The keys, read anew when they are old or this one is not among them.
    async fn keys_for(&self, id: Option<&str>) -> Result<Arc<Vec<Key>>, Error> {
        let known = || Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner));
        if matches!(self.rules.source, Source::Shared(_)) {
            return Ok(known());
        }
        let keys = known();
        let missing = pick(&keys, id).is_none();
        // Whoever needs no new key does not wait for one who fetches them.
        let asked = if missing { Some(self.asked.lock().await) } else { self.asked.try_lock().ok() };
        let Some(mut asked) = asked else { return Ok(keys) };
        let age = asked.map(|at| at.elapsed());
        let due = age.is_none_or(|age| age > FRESH || (missing && age > PAUSE));
        if due {
            *asked = Some(Instant::now());
            match self.read().await {
                Ok(keys) => *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys),
                Err(error) => tracing::error!("{error}; the keys read before stay in use"),
            }
        }
        let keys = known();
        if keys.is_empty() {
            return Err(Error::KeysUnavailable { retry_after: PAUSE.as_secs() });
        }
        Ok(keys)
    }

    async fn read(&self) -> Result<Vec<Key>, NoKeys> {
        match &self.rules.source {
            Source::Shared(secret) => {
                let key = DecodingKey::from_secret(secret.expose_secret().as_bytes());
                Ok(vec![Key { id: None, checks: key, algorithms: vec![Algorithm::HS256] }])
            }
            Source::File(path) => {
                let from = path.display().to_string();
                let text = tokio::fs::read(path).await.map_err(|error| error.to_string());
                text.and_then(|text| published(&text)).map_err(|why| NoKeys { from, why })
            }
            Source::Url(url) => {
                // The address may hold a key of its own in its query.
                let from = url.origin().ascii_serialization();
                self.fetch(url).await.and_then(|text| published(&text)).map_err(|why| NoKeys { from, why })
            }
        }
    }

    async fn fetch(&self, url: &Url) -> Result<Vec<u8>, String> {
        let lost = |error: reqwest::Error| error.without_url().to_string();
        let mut answer = self.client.get(url.clone()).send().await.map_err(lost)?;
        if answer.status().as_u16() != 200 {
            return Err(format!("the answer has the status {}", answer.status().as_u16()));
        }
        let mut text = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(lost)? {
            text.extend_from_slice(&chunk);
            if text.len() > LONGEST_KEYS {
                return Err("the answer is too long".to_owned());
            }
        }
        Ok(text)
    }
}

/// The key with an id; without one, the only key there is.
fn pick<'a>(keys: &'a [Key], id: Option<&str>) -> Option<&'a Key> {
    match (keys, id) {
        // A shared key has no name, whatever the CRM calls it.
        ([only], None) => Some(only),
        ([only], Some(_)) if only.algorithms == [Algorithm::HS256] => Some(only),
        (keys, Some(_)) => keys.iter().find(|key| key.id.as_deref() == id),
        (_, None) => None,
    }
}

/// The keys of a JWKS that can check a signature. Shared keys in it are not taken: everybody may read a JWKS.
fn published(text: &[u8]) -> Result<Vec<Key>, String> {
    #[derive(Deserialize)]
    struct Set {
        keys: Vec<Value>,
    }
    let set: Set = serde_json::from_slice(text).map_err(|_| "it is not a JWKS (`{\"keys\":[...]}`)".to_owned())?;
    let keys: Vec<Key> = set
        .keys
        .into_iter()
        .filter_map(|value| {
            let jwk: Jwk = serde_json::from_value(value).ok()?;
            if jwk.common.public_key_use.as_ref().is_some_and(|its| *its != PublicKeyUse::Signature) {
                return None;
            }
            let algorithms = algorithms(&jwk);
            let key = DecodingKey::from_jwk(&jwk).ok()?;
            (!algorithms.is_empty()).then_some(Key { id: jwk.common.key_id, checks: key, algorithms })
        })
        .collect();
    if keys.is_empty() { Err("it holds no RSA, EC or Ed25519 key for signatures".to_owned()) } else { Ok(keys) }
}

/// What a published key may be used with: its own `alg`, else all of its kind.
fn algorithms(jwk: &Jwk) -> Vec<Algorithm> {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    let kind: &[Algorithm] = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => &[RS256, RS384, RS512, PS256, PS384, PS512],
        AlgorithmParameters::EllipticCurve(curve) => match curve.curve {
            EllipticCurve::P256 => &[ES256],
            EllipticCurve::P384 => &[ES384],
            _ => &[],
        },
        AlgorithmParameters::OctetKeyPair(_) => &[EdDSA],
        _ => &[],
    };
    let own = jwk.common.key_algorithm.map(Algorithm::try_from);
    kind.iter().copied().filter(|one| own.as_ref().is_none_or(|own| own.as_ref().ok() == Some(one))).collect()
}

/// The roles of a claim.
fn roles<'a>(claims: &'a Map<String, Value>, claim: &str) -> Vec<&'a str> {
    let found = claims.get(claim).or_else(|| {
        let mut parts = claim.split('.');
        let first = claims.get(parts.next()?)?;
        parts.try_fold(first, |value, part| value.get(part))
    });
    match found {
        Some(Value::String(text)) => text.split_whitespace().collect(),
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
