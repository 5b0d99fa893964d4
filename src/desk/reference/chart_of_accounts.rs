//! Cin7's account book, for the settings that name accounts of it. It is read when somebody chooses, and not kept.

use crate::cin7;
use crate::cin7::requests;
use crate::desk::context::{Context, Environment};
use crate::error::{Error, Result};
use crate::records::reference::LedgerAccount;
use crate::transport::{Failure, Transport};

/// Most pages that are read: an account book is short.
const MOST_PAGES: u32 = 10;

/// The accounts of the account book, in order of their codes. One that cannot be read is left out.
///
/// # Errors
/// `offline`, `rate-limited`, `cin7-refused`, `cin7-failed`.
pub(crate) async fn ledger_accounts<E: Environment>(ctx: &Context<E>) -> Result<Vec<LedgerAccount>> {
    let (mut accounts, mut seen) = (Vec::new(), Vec::new());
    for number in 1..=MOST_PAGES {
        let body = ctx.net.send(requests::ledger_accounts(number)).await.map_err(Error::from)?.body;
        let page = cin7::reference::ledger_accounts(&body).map_err(Failure::from)?;
        page.note("ref/account", &mut seen).map_err(Failure::from)?;
        accounts.extend(page.records);
        if page.rows < requests::ROWS {
            break;
        }
    }
    accounts.sort_by_key(|account: &LedgerAccount| account.code.clone());
    Ok(accounts)
}
