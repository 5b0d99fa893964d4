//! What the CRM holds of companies as its own, as the vault keeps it: it outlives the cache.

use crate::desk::cache::state::OwnFields;
use crate::error::Result;
use crate::records::Guid;
use crate::store::{Store, Table};

/// Prefix of the keys of companies.
const COMPANY: &str = "company/";

pub(crate) fn key_of(id: Guid) -> String {
    format!("{COMPANY}{id}")
}

/// Reads what is kept of every company. An entry that cannot be read is passed over: the cache holds the same until it is
/// lost, and the entry stays for a build that can read it.
///
/// # Errors
/// `storage` when the vault cannot be read at all.
pub(crate) async fn load<S: Store>(vault: &S) -> Result<OwnFields> {
    let mut own = OwnFields::default();
    for (key, bytes) in vault.list(Table::Own, COMPANY).await? {
        if let (Ok(id), Ok(fields)) = (key[COMPANY.len()..].parse(), serde_json::from_slice(&bytes)) {
            own.insert(id, fields);
        }
    }
    Ok(own)
}
