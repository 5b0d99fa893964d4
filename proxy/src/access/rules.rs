//! What a token of the CRM must be, and what it gives.

use std::path::PathBuf;

use reqwest::Url;
use secrecy::SecretString;

/// Where the keys are.
#[derive(Clone)]
pub enum Source {
    /// `AUTH_JWT_SHARED_KEY`.
    Shared(SecretString),
    /// `AUTH_JWKS_FILE`.
    File(PathBuf),
    /// `AUTH_JWKS_URL`.
    Url(Url),
}

/// Without the shared key, and without the address's path and query, which may hold one.
impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Shared(_) => f.write_str("Shared"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Url(url) => f.debug_tuple("Url").field(&url.origin().ascii_serialization()).finish(),
        }
    }
}

/// What a token must be, and what it gives.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Where the keys are.
    pub source: Source,
    /// `AUTH_ISSUER`: `iss`.
    pub issuer: String,
    /// `AUTH_AUDIENCE`: among `aud`.
    pub audience: String,
    /// `AUTH_ROLES_CLAIM`: the claim with the roles, as a list or as one text with blanks; default `roles`. A dot leads into an
    /// object, unless the claim's name has it.
    pub roles_claim: String,
    /// `AUTH_COST_ROLE`: who has it sees what things cost; default `cost`.
    pub cost_role: String,
    /// `AUTH_CONFIRM_ROLE`: who has it may write to Cin7; default `confirm`.
    pub confirm_role: String,
}
