//! Customers that are being made in Cin7, as the vault keeps them.

use crate::account::Account;
use crate::desk::context::{Context, Environment};
use crate::error::{Error, ErrorCode, Result};
use crate::json;
use crate::store::{Batch, Store, Table};

/// Prefix of the keys of accounts.
pub(crate) const ACCOUNT: &str = "account/";

pub(crate) fn key_of(key: &str) -> String {
    format!("{ACCOUNT}{key}")
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Account> {
    serde_json::from_slice(bytes)
        .map_err(|fault| Error::new(ErrorCode::Storage, format!("A customer account kept here cannot be read: {fault}")))
}

pub(crate) async fn kept_account<E: Environment>(ctx: &Context<E>, key: &str) -> Result<(Vec<u8>, Account)> {
    match ctx.vault.get(Table::Own, &key_of(key)).await? {
        Some(bytes) => decode(&bytes).map(|account| (bytes, account)),
        None => Err(Error::invalid("key", format!("No customer account “{key}” is being created here."))),
    }
}

/// Stores an account strictly, if nobody changed it since `before` was read. Returns its new bytes.
pub(crate) async fn store_account<E: Environment>(ctx: &Context<E>, account: &Account, before: Vec<u8>) -> Result<Vec<u8>> {
    let (key, bytes) = (key_of(&account.key), json::to_bytes(account));
    let batch = Batch::strict().expect(Table::Own, &key, Some(before)).put(Table::Own, &key, bytes.clone());
    match ctx.vault.commit(batch).await {
        // A store that lost the news of its own write tries again, and meets what it wrote.
        Err(error) if error.code == ErrorCode::Conflict => match ctx.vault.get(Table::Own, &key).await? {
            Some(stands) if stands == bytes => Ok(bytes),
            _ => Err(error),
        },
        other => other.map(|()| bytes),
    }
}
