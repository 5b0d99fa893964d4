//! Keeping what the CRM holds of companies as its own, in the vault and in memory.
//!
//! The once-copied fields of a company stand with its record in the cache. Once they differ from what Cin7 says, they can
//! no longer be fetched: they are written to the vault as well, before the cache is, and the vault's word counts.

use crate::catalogue::{FeedKey, Subject};
use crate::desk::cache::find::company;
use crate::desk::cache::save::note_now;
use crate::desk::context::{Context, Environment};
use crate::desk::vault::company_overrides::key_of;
use crate::error::{ErrorCode, Result};
use crate::json;
use crate::records::Guid;
use crate::records::company::{Company, OnceCopied};
use crate::store::{Batch, Store, Table};

/// Keeps fields that have begun to differ from Cin7's. What another tab has kept meanwhile stands.
///
/// A vault that cannot be written is no reason to stop reading from Cin7: the cache holds the fields too, and the next
/// reading of the company tries again.
pub(crate) async fn keep_drifted<E: Environment>(ctx: &Context<E>, drifted: Vec<(Guid, OnceCopied)>) {
    for (id, fields) in drifted {
        let key = key_of(id);
        let batch = Batch::relaxed().expect(Table::Own, &key, None).put(Table::Own, &key, json::to_bytes(&fields));
        match ctx.vault.commit(batch).await {
            Ok(()) => {
                ctx.shelves.borrow_mut().own.insert(id, fields);
            }
            Err(error) if error.code == ErrorCode::Conflict => {
                let _: Result<()> = company_changed(ctx, id).await;
            }
            Err(_) => {}
        }
    }
}

/// Changes the CRM's own fields of a company and keeps them. A change that another tab makes at the same moment comes
/// first; this one is then made to what that tab has left.
///
/// # Errors
/// What `change` refuses; `unknown-customer`, `storage`, `storage-full`.
pub(crate) async fn keep_changed<E: Environment>(
    ctx: &Context<E>,
    id: Guid,
    change: impl Fn(&Company) -> Result<OnceCopied>,
) -> Result<()> {
    let key = key_of(id);
    loop {
        let before = ctx.vault.get(Table::Own, &key).await?;
        let mut company = company(ctx, &id.to_string())?;
        if let Some(own) = before.as_deref().and_then(|bytes| serde_json::from_slice(bytes).ok()) {
            company.own = own;
        }
        let fields = change(&company)?;
        let batch = Batch::strict().expect(Table::Own, &key, before).put(Table::Own, &key, json::to_bytes(&fields));
        match ctx.vault.commit(batch).await {
            Err(error) if error.code == ErrorCode::Conflict => {}
            Err(error) => return Err(error),
            Ok(()) => {
                set_own(ctx, id, fields);
                let sales = ctx.shelves.borrow().sales.ids_of(&[id]);
                let sales = sales.into_iter().map(|sale| FeedKey::of(Subject::Sale, sale));
                note_now(ctx, std::iter::once(FeedKey::of(Subject::Company, id)).chain(sales).collect()).await;
                return Ok(());
            }
        }
    }
}

/// Takes over what the vault holds of a company, which another tab has changed.
///
/// # Errors
/// `storage`.
pub(crate) async fn company_changed<E: Environment>(ctx: &Context<E>, id: Guid) -> Result<()> {
    let Some(bytes) = ctx.vault.get(Table::Own, &key_of(id)).await? else { return Ok(()) };
    if let Ok(fields) = serde_json::from_slice(&bytes) {
        set_own(ctx, id, fields);
    }
    Ok(())
}

/// Puts the fields into memory. The cache follows with the company's next reading; until then the vault stands for it.
fn set_own<E: Environment>(ctx: &Context<E>, id: Guid, fields: OnceCopied) {
    let mut shelves = ctx.shelves.borrow_mut();
    let shelves = &mut *shelves;
    shelves.own.insert(id, fields);
    if let Some(own) = shelves.own.get(&id) {
        // A record that cannot be read is reported by whoever looks at it.
        let _ = shelves.companies.set_own(std::iter::once((&id, own)));
    }
}
