use std::fmt::Write as _;
use std::sync::LazyLock;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use jsonwebtoken::{EncodingKey, Header, encode, get_current_timestamp};
use serde_json::json;

use super::*;

const SECRET: &str = "a shared key of more than 32 characters";
const NOBODY_ELSES: &str = "another key that is also long enough";

/// A key pair of the CRM's: to sign with, and as published under an id.
struct Pair(EncodingKey);

impl Pair {
    fn new() -> Self {
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &aws_lc_rs::rand::SystemRandom::new()).unwrap();
        Self(EncodingKey::from_ec_der(pkcs8.as_ref()))
    }

    fn jwk(&self, id: &str) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.0, Algorithm::ES256).unwrap();
        jwk.common.key_id = Some(id.to_owned());
        serde_json::to_value(jwk).unwrap()
    }
}

static PAIR: LazyLock<Pair> = LazyLock::new(Pair::new);
static OTHER: LazyLock<Pair> = LazyLock::new(Pair::new);

fn rules(source: Source) -> Rules {
    Rules {
        source,
        issuer: "https://crm.example.com".to_owned(),
        audience: "quote-desk".to_owned(),
        roles_claim: "roles".to_owned(),
        cost_role: "cost".to_owned(),
        confirm_role: "confirm".to_owned(),
    }
}

async fn shared() -> Tokens {
    Tokens::start(rules(Source::Shared(SECRET.into()))).await.unwrap()
}

fn now() -> i64 {
    i64::try_from(get_current_timestamp()).unwrap()
}

/// Good claims with changes laid over them; `null` takes one away.
fn claims(changes: &Value) -> Value {
    let mut claims = json!({
        "iss": "https://crm.example.com", "aud": ["other", "quote-desk"], "sub": "rep-7", "exp": now() + 300,
        "roles": ["confirm"],
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

fn signed(header: &Header, claims: &Value, key: &EncodingKey) -> String {
    encode(header, claims, key).unwrap()
}

fn hs(changes: &Value) -> String {
    signed(&Header::new(Algorithm::HS256), &claims(changes), &EncodingKey::from_secret(SECRET.as_bytes()))
}

fn es(id: Option<&str>, pair: &Pair) -> String {
    let header = Header { kid: id.map(str::to_owned), ..Header::new(Algorithm::ES256) };
    signed(&header, &claims(&json!({})), &pair.0)
}

async fn refusal(tokens: &Tokens, token: &str) -> String {
    match tokens.user(token).await {
        Err(Error::NotSignedIn(why)) => why,
        other => panic!("{other:?}"),
    }
}

fn encoded(value: &Value) -> String {
    // Base64 without padding, as JWTs have it: the library's own, by way of a token.
    let token = signed(&Header::new(Algorithm::HS256), value, &EncodingKey::from_secret(b"any"));
    token.split('.').nth(1).unwrap().to_owned()
}

#[tokio::test]
async fn a_good_token_says_who_it_is_and_what_they_may() {
    let tokens = shared().await;
    let user = tokens.user(&hs(&json!({}))).await.unwrap();
    assert_eq!(user, User { subject: Some("rep-7".to_owned()), may_see_cost: false, may_confirm: true });
    let user = tokens.user(&hs(&json!({"roles": "cost other", "aud": "quote-desk"}))).await.unwrap();
    assert_eq!((user.may_see_cost, user.may_confirm), (true, false));
    for none in [json!(null), json!(7), json!(["costs", "COST"]), json!({"cost": true})] {
        let user = tokens.user(&hs(&json!({"roles": none}))).await.unwrap();
        assert_eq!((user.may_see_cost, user.may_confirm), (false, false));
    }
}

#[test]
fn roles_may_lie_deeper() {
    let claims = json!({"realm": {"roles": ["cost"]}, "https://crm.example.com/roles": ["confirm"]});
    let claims = claims.as_object().unwrap();
    assert_eq!(roles(claims, "realm.roles"), ["cost"]);
    assert_eq!(roles(claims, "https://crm.example.com/roles"), ["confirm"]);
    assert!(roles(claims, "realm.other").is_empty());
}

#[tokio::test]
async fn every_claim_must_be_there_and_right() {
    let tokens = shared().await;
    for (changes, why) in [
        (json!({"exp": now() - 60}), "The token has expired."),
        (json!({"exp": null}), "The token has no readable `exp`."),
        (json!({"exp": "tomorrow"}), "The token has no readable `exp`."),
        (json!({"nbf": now() + 60}), "The token is not valid yet (`nbf`)."),
        (json!({"iss": "https://other.example.com"}), "The token's `iss` is not `https://crm.example.com`."),
        (json!({"iss": null}), "The token has no readable `iss`."),
        (json!({"aud": "billing"}), "The token's `aud` does not hold `quote-desk`."),
        (json!({"aud": []}), "The token's `aud` does not hold `quote-desk`."),
        (json!({"aud": null}), "The token has no readable `aud`."),
        (json!({"sub": null}), "The token has no readable `sub`."),
        (json!({"sub": " "}), "The token's `sub` is empty."),
    ] {
        assert_eq!(refusal(&tokens, &hs(&changes)).await, why, "{changes}");
    }
    // Clocks may be a little apart.
    assert!(tokens.user(&hs(&json!({"exp": now() - 10, "nbf": now() + 10}))).await.is_ok());
}

#[tokio::test]
async fn only_the_keys_own_algorithm_counts() {
    let tokens = shared().await;
    let secret = EncodingKey::from_secret(SECRET.as_bytes());
    for algorithm in [Algorithm::HS384, Algorithm::HS512] {
        let token = signed(&Header::new(algorithm), &claims(&json!({})), &secret);
        assert_eq!(refusal(&tokens, &token).await, "The token's algorithm (`alg`) is not one of its key's.");
    }
    let body = encoded(&claims(&json!({})));
    for alg in ["none", "None", "NONE", "", "HS257"] {
        for signature in ["", "AAAA"] {
            let token = format!("{}.{body}.{signature}", encoded(&json!({"alg": alg, "typ": "JWT"})));
            assert_eq!(refusal(&tokens, &token).await, "The token is not a signed JWT of a known algorithm.", "{alg}");
        }
    }
    let crit = Header { crit: Some(vec!["exp".to_owned()]), ..Header::new(Algorithm::HS256) };
    assert!(refusal(&tokens, &signed(&crit, &claims(&json!({})), &secret)).await.contains("crit"));
    let other = signed(&Header::new(Algorithm::HS256), &claims(&json!({})), &EncodingKey::from_secret(NOBODY_ELSES.as_bytes()));
    assert_eq!(refusal(&tokens, &other).await, "The token's signature is wrong.");
    assert!(refusal(&tokens, &"a.".repeat(5000)).await.contains("longer than 8 KiB"));
    for token in ["", ".", "..", "a.b.c", "\u{0}", &hs(&json!({}))[1..], &format!("{}x", hs(&json!({})))] {
        refusal(&tokens, token).await;
    }
}

/// A token that uses what everybody may read, the published key, as a shared secret.
#[tokio::test]
async fn a_published_key_is_never_a_shared_one() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("keys.json");
    let jwk = PAIR.jwk("one");
    let oct = json!({"kty": "oct", "kid": "two", "k": "YSBzaGFyZWQga2V5IG9mIG1vcmUgdGhhbiAzMiBjaGFyYWN0ZXJz", "alg": "HS256"});
    std::fs::write(&file, json!({"keys": [jwk, oct, {"kty": "new", "kid": "three"}]}).to_string()).unwrap();
    let tokens = Tokens::start(rules(Source::File(file))).await.unwrap();
    assert!(tokens.user(&es(Some("one"), &PAIR)).await.is_ok());
    for secret in [jwk.to_string(), jwk["x"].as_str().unwrap().to_owned(), SECRET.to_owned()] {
        for id in ["one", "two"] {
            let header = Header { kid: Some(id.to_owned()), ..Header::new(Algorithm::HS256) };
            refusal(&tokens, &signed(&header, &claims(&json!({})), &EncodingKey::from_secret(secret.as_bytes()))).await;
        }
    }
    assert_eq!(refusal(&tokens, &es(Some("one"), &OTHER)).await, "The token's signature is wrong.");
    assert!(tokens.user(&es(None, &PAIR)).await.is_ok(), "the only usable key needs no name");
    let embedded = Header { jwk: serde_json::from_value(OTHER.jwk("one")).ok(), ..Header::new(Algorithm::ES256) };
    refusal(&tokens, &signed(&embedded, &claims(&json!({})), &OTHER.0)).await;
}

#[tokio::test(start_paused = true)]
async fn a_new_key_is_fetched_and_a_withdrawn_one_ends() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("keys.json");
    let publish = |keys: Value| std::fs::write(&file, json!({"keys": keys}).to_string()).unwrap();
    publish(json!([PAIR.jwk("one")]));
    let tokens = Tokens::start(rules(Source::File(file.clone()))).await.unwrap();
    publish(json!([PAIR.jwk("one"), OTHER.jwk("two")]));
    assert!(refusal(&tokens, &es(Some("two"), &OTHER)).await.contains("is not among the CRM's keys"), "asked a moment ago");
    tokio::time::advance(PAUSE + Duration::from_secs(1)).await;
    assert!(tokens.user(&es(Some("two"), &OTHER)).await.is_ok());
    publish(json!([OTHER.jwk("two")]));
    assert!(tokens.user(&es(Some("one"), &PAIR)).await.is_ok(), "not read again yet");
    tokio::time::advance(FRESH + Duration::from_secs(1)).await;
    refusal(&tokens, &es(Some("one"), &PAIR)).await;
    std::fs::write(&file, "broken").unwrap();
    tokio::time::advance(FRESH + Duration::from_secs(1)).await;
    assert!(tokens.user(&es(Some("two"), &OTHER)).await.is_ok(), "the keys read before stay");
}

#[tokio::test]
async fn keys_that_cannot_be_read_keep_it_from_starting_or_everyone_out() {
    let dir = tempfile::tempdir().unwrap();
    for text in ["", "{}", "{\"keys\":[]}", "[]"] {
        let file = dir.path().join("keys.json");
        std::fs::write(&file, text).unwrap();
        assert!(Tokens::start(rules(Source::File(file))).await.is_err(), "{text}");
    }
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = Url::parse(&format!("http://{nobody}/keys?secret=x")).unwrap();
    let tokens = Tokens::start(rules(Source::Url(url))).await.unwrap();
    assert_eq!(tokens.user(&es(Some("one"), &PAIR)).await, Err(Error::KeysUnavailable { retry_after: 30 }));
}

#[tokio::test]
async fn keys_print_as_nothing() {
    let tokens = shared().await;
    let shown = format!("{tokens:?} {:?}", tokens.rules);
    let bytes = |separator: &str| SECRET.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(separator);
    let mut hex = String::new();
    for byte in SECRET.bytes() {
        let _ = write!(hex, "{byte:02x}");
    }
    for spelt in [SECRET.to_owned(), bytes(", "), bytes(","), hex] {
        assert!(!shown.contains(&spelt), "{shown}");
    }
}
