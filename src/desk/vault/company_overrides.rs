//! What the CRM holds of companies as its own, kept in the vault: it outlives the cache.
//!
//! The once-copied fields of a company stand with its record in the cache. Once they differ from what Cin7 says, they can
//! no longer be fetched: they are written to the vault as well, before the cache is, and the vault's word counts.

use crate::catalogue::{FeedKey, Subject};
use crate::desk::{Desk, Surroundings};
use crate::error::{ErrorCode, Result};
use crate::json;
use crate::records::Guid;
use crate::records::company::{Company, OnceCopied};
use crate::store::{Batch, Store, Table};
use crate::transport::Transport;
use std::collections::BTreeMap;

/// Prefix of the keys of companies.
const COMPANY: &str = "company/";

/// What is kept, by company.
pub(crate) type OwnFields = BTreeMap<Guid, OnceCopied>;

fn key_of(id: Guid) -> String {
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

impl<S: Store, T: Transport, K: Surroundings> Desk<S, T, K> {
    /// Keeps fields that have begun to differ from Cin7's. What another tab has kept meanwhile stands.
    ///
    /// A vault that cannot be written is no reason to stop reading from Cin7: the cache holds the fields too, and the next
    /// reading of the company tries again.
    pub(crate) async fn keep_drifted(&self, drifted: Vec<(Guid, OnceCopied)>) {
        for (id, fields) in drifted {
            let key = key_of(id);
            let batch = Batch::relaxed().expect(Table::Own, &key, None).put(Table::Own, &key, json::to_bytes(&fields));
            match self.vault.commit(batch).await {
                Ok(()) => {
                    self.shelves.borrow_mut().own.insert(id, fields);
                }
                Err(error) if error.code == ErrorCode::Conflict => {
                    let _: Result<()> = self.company_changed(id).await;
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
    pub(crate) async fn keep_changed(&self, id: Guid, change: impl Fn(&Company) -> Result<OnceCopied>) -> Result<()> {
        let key = key_of(id);
        loop {
            let before = self.vault.get(Table::Own, &key).await?;
            let mut company = self.company(&id.to_string())?;
            if let Some(own) = before.as_deref().and_then(|bytes| serde_json::from_slice(bytes).ok()) {
                company.own = own;
            }
            let fields = change(&company)?;
            let batch = Batch::strict().expect(Table::Own, &key, before).put(Table::Own, &key, json::to_bytes(&fields));
            match self.vault.commit(batch).await {
                Err(error) if error.code == ErrorCode::Conflict => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    self.set_own(id, fields);
                    let sales = self.shelves.borrow().sales.ids_of(&[id]);
                    let sales = sales.into_iter().map(|sale| FeedKey::of(Subject::Sale, sale));
                    self.note_now(std::iter::once(FeedKey::of(Subject::Company, id)).chain(sales).collect()).await;
                    return Ok(());
                }
            }
        }
    }

    /// Takes over what the vault holds of a company, which another tab has changed.
    ///
    /// # Errors
    /// `storage`.
    pub(crate) async fn company_changed(&self, id: Guid) -> Result<()> {
        let Some(bytes) = self.vault.get(Table::Own, &key_of(id)).await? else { return Ok(()) };
        if let Ok(fields) = serde_json::from_slice(&bytes) {
            self.set_own(id, fields);
        }
        Ok(())
    }

    /// Puts the fields into memory. The cache follows with the company's next reading; until then the vault stands for it.
    fn set_own(&self, id: Guid, fields: OnceCopied) {
        let mut shelves = self.shelves.borrow_mut();
        let shelves = &mut *shelves;
        shelves.own.insert(id, fields);
        if let Some(own) = shelves.own.get(&id) {
            // A record that cannot be read is reported by whoever looks at it.
            let _ = shelves.companies.set_own(std::iter::once((&id, own)));
        }
    }
}
