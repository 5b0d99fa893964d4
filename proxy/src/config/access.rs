//! The part of the environment that says who may come in.

use reqwest::Url;

use super::reader::Reader;
use crate::access::rules::{Rules, Source};
use crate::loopback;

/// A shorter shared key can be guessed from one token.
const SHORTEST_KEY: usize = 32;

/// Who may come in.
#[derive(Debug, Clone)]
pub struct Access {
    /// `AUTH_...`: what a token must be; `None` lets anyone in.
    pub rules: Option<Rules>,
    /// `AUTH_COOKIE`: a cookie that may carry the token instead of the `authorization` header.
    pub cookie: Option<String>,
    /// `ALLOWED_ORIGINS`: exact origins of pages, besides the proxy's own, that may call.
    pub origins: Vec<String>,
    /// `REQUESTS_PER_MINUTE`: calls of one caller in a minute; default 1200.
    pub per_minute: u32,
    /// `REQUESTS_AT_ONCE`: calls of one caller under way or waiting; default 100.
    pub at_once: u32,
}

impl Default for Access {
    fn default() -> Self {
        Self { rules: None, cookie: None, origins: Vec::new(), per_minute: 1200, at_once: 100 }
    }
}

impl<R: Fn(&str) -> Result<Option<String>, String>> Reader<R> {
    pub(super) fn access(&mut self) -> Access {
        let default = Access::default();
        let number = |text: &str| text.parse().ok().filter(|n| (1..=1_000_000).contains(n));
        let expected = "a whole number from 1 to 1000000";
        Access {
            rules: self.rules(),
            cookie: self.text("AUTH_COOKIE"),
            origins: self.origins(),
            per_minute: self.parsed("REQUESTS_PER_MINUTE", default.per_minute, expected, number),
            at_once: self.parsed("REQUESTS_AT_ONCE", default.at_once, expected, number),
        }
    }

    fn rules(&mut self) -> Option<Rules> {
        const SOURCES: [&str; 3] = ["AUTH_JWT_SHARED_KEY", "AUTH_JWKS_FILE", "AUTH_JWKS_URL"];
        let values = SOURCES.map(|name| self.text(name));
        let [issuer, audience] = ["AUTH_ISSUER", "AUTH_AUDIENCE"].map(|name| self.text(name));
        let source = match values {
            [None, None, None] => {
                if issuer.is_some() || audience.is_some() || self.text("AUTH_COOKIE").is_some() {
                    self.problems.push(format!(
                        "AUTH_ variables are set, but none of {}: tokens could not be checked.",
                        SOURCES.join(", ")
                    ));
                }
                return None;
            }
            [Some(secret), None, None] => {
                if secret.len() < SHORTEST_KEY {
                    self.problems.push(format!("AUTH_JWT_SHARED_KEY must have at least {SHORTEST_KEY} characters."));
                }
                Some(Source::Shared(secret.into()))
            }
            [None, Some(file), None] => Some(Source::File(file.into())),
            [None, None, Some(url)] => match Url::parse(&url) {
                Ok(url) if url.scheme() == "https" || (url.scheme() == "http" && loopback::is_url(&url)) => {
                    Some(Source::Url(url))
                }
                _ => {
                    self.problems.push("AUTH_JWKS_URL must start with https://.".to_owned());
                    None
                }
            },
            _ => {
                self.problems.push(format!("Only one of {} may be set.", SOURCES.join(", ")));
                None
            }
        };
        for (name, value) in [("AUTH_ISSUER", &issuer), ("AUTH_AUDIENCE", &audience)] {
            if value.is_none() {
                self.problems.push(format!("{name} is not set: a token made for someone else would be good here."));
            }
        }
        let mut named = |name: &str, default: &str| self.text(name).unwrap_or_else(|| default.to_owned());
        let roles_claim = named("AUTH_ROLES_CLAIM", "roles");
        let (cost_role, confirm_role) = (named("AUTH_COST_ROLE", "cost"), named("AUTH_CONFIRM_ROLE", "confirm"));
        Some(Rules { source: source?, issuer: issuer?, audience: audience?, roles_claim, cost_role, confirm_role })
    }

    fn origins(&mut self) -> Vec<String> {
        let text = self.text("ALLOWED_ORIGINS").unwrap_or_default();
        let listed: Vec<String> = text.split([',', ' ']).filter(|origin| !origin.is_empty()).map(str::to_owned).collect();
        for origin in &listed {
            let exact = Url::parse(origin)
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == *origin);
            if !exact {
                self.problems.push(format!(
                    "ALLOWED_ORIGINS holds `{origin}`; an origin is written like `https://crm.example.com`: scheme, host and, unless \
                     it is the usual one, port, without `*` and path."
                ));
            }
        }
        listed
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    const KEY: &str = "a shared key of more than 32 characters";
    const ACCOUNT: [(&str, &str); 3] = [
        ("CIN7_BASE_URL", "https://inventory.example.com/ExternalApi/v2"),
        ("CIN7_ACCOUNT_ID", "id-of-the-account"),
        ("CIN7_APPLICATION_KEY", "key-of-the-application"),
    ];
    const NAMES: [(&str, &str); 2] = [("AUTH_ISSUER", "crm"), ("AUTH_AUDIENCE", "quotes")];

    fn config(vars: &[&[(&str, &str)]]) -> Result<Config, Vec<String>> {
        let vars = vars.concat();
        Config::from(|name| Ok(vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))).map_err(|p| p.0)
    }

    fn problems(vars: &[&[(&str, &str)]]) -> Vec<String> {
        config(vars).map(|_| ()).expect_err("refused")
    }

    #[test]
    fn with_authentication_an_account_may_be_served_to_others() {
        let host = [("HOST", "0.0.0.0")];
        assert!(problems(&[&ACCOUNT, &host])[0].contains("authentication is not configured"));
        let config = config(&[&ACCOUNT, &host, &NAMES, &[("AUTH_JWT_SHARED_KEY", KEY)]]).expect("valid");
        let rules = config.access.rules.expect("rules");
        assert_eq!((rules.issuer.as_str(), rules.audience.as_str()), ("crm", "quotes"));
        assert_eq!((rules.roles_claim.as_str(), rules.cost_role.as_str()), ("roles", "cost"));
        assert!(!format!("{rules:?}").contains(KEY), "a key prints as nothing");
    }

    #[test]
    fn an_address_of_keys_shows_only_its_host() {
        let url = [("AUTH_JWKS_URL", "https://ann:hunter2@crm.example.com/tenant-7/keys?code=Zwetschke")];
        let shown = format!("{:?}", config(&[&ACCOUNT, &NAMES, &url]).expect("valid"));
        assert!(shown.contains("https://crm.example.com"), "{shown}");
        for secret in ["hunter2", "tenant-7", "Zwetschke"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }

    #[test]
    fn half_an_authentication_is_none_and_said() {
        let key = [("AUTH_JWT_SHARED_KEY", KEY)];
        assert_eq!(problems(&[&key]).len(), 2, "issuer and audience are missing");
        assert!(problems(&[&NAMES])[0].contains("none of AUTH_JWT_SHARED_KEY"));
        assert!(problems(&[&[("AUTH_COOKIE", "session")]])[0].contains("none of AUTH_JWT_SHARED_KEY"));
        assert!(problems(&[&NAMES, &key, &[("AUTH_JWKS_FILE", "keys.json")]])[0].contains("Only one of"));
        let short = problems(&[&NAMES, &[("AUTH_JWT_SHARED_KEY", "secret")]]);
        assert!(short[0].contains("at least 32 characters") && !short[0].contains("secret"), "{short:?}");
        for url in ["http://crm.example.com/jwks", "ftp://x", "jwks"] {
            assert!(problems(&[&NAMES, &[("AUTH_JWKS_URL", url)]])[0].contains("must start with https://"), "{url}");
        }
    }

    #[test]
    fn origins_are_exact() {
        let origins = |text| config(&[&[("ALLOWED_ORIGINS", text)]]).map(|config| config.access.origins);
        assert_eq!(origins("https://crm.example.com, http://localhost:5173").unwrap().len(), 2);
        for text in
            ["*", "null", "crm.example.com", "https://crm.example.com/", "https://*.example.com/a", "https://CRM.example.com"]
        {
            assert!(origins(text).is_err(), "{text}");
        }
    }
}
