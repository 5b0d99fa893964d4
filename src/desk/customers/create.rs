//! Creating customer accounts: taking a form, and bringing it to Cin7. The hands of [`Account`].

use crate::account::{Account, AccountView, Action, Checked, Heard, Step};
use crate::catalogue::{FeedKey, Subject};
use crate::cin7::{self, requests};
use crate::desk::cache::state::{CUSTOMERS, Shelves};
use crate::desk::products::search::damaged;
use crate::desk::{Desk, Event, Surroundings};
use crate::error::{Error, ErrorCode, Result};
use crate::json;
use crate::records::Guid;
use crate::records::company::{CompanyFacts, OnceCopied};
use crate::store::{Batch, Store, Table};
use crate::transport::{Failure, FailureKind, Transport};

/// Prefix of the keys of accounts.
pub(crate) const ACCOUNT: &str = "account/";
/// How soon an account is looked at again after storage failed under it, in milliseconds.
const STORAGE_PAUSE: i64 = 5_000;

fn key_of(key: &str) -> String {
    format!("{ACCOUNT}{key}")
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Account> {
    serde_json::from_slice(bytes)
        .map_err(|fault| Error::new(ErrorCode::Storage, format!("A customer account kept here cannot be read: {fault}")))
}

/// Puts the customers that were made here and that the cache does not know yet into memory, and notes them for the feed: who
/// made them may have been closed before their entries were written.
///
/// # Errors
/// `storage` when the vault cannot be read at all.
pub(crate) async fn load<S: Store>(vault: &S, shelves: &mut Shelves) -> Result<()> {
    for (_, bytes) in vault.list(Table::Own, ACCOUNT).await? {
        // One that cannot be read is reported by listing them.
        let Some(made) = decode(&bytes).ok().and_then(|account| account.made) else { continue };
        if matches!(shelves.companies.get(made.id), Ok(None)) {
            let id = made.id;
            let _ = shelves.companies.take(vec![made], &shelves.own);
            shelves.note(Subject::Company, [id]);
        }
    }
    Ok(())
}

impl<S: Store, T: Transport, K: Surroundings> Desk<S, T, K> {
    /// Takes the form of a new customer (`AccountForm` as JSON text), checks it whole and stores it strictly; it is brought to
    /// Cin7 from then on. A form of a name that is on its way or made already is that same account.
    ///
    /// # Errors
    /// `invalid-input` with everything that is wrong; `not-ready` before the reference books were read; `storage`,
    /// `storage-full`, and then nothing was taken.
    pub async fn create_account(&self, form: &str) -> Result<AccountView> {
        let checked = Checked::from_json(form, self.shelves.borrow().references()?, &self.settings)?;
        let body = cin7::customer::body(&checked.customer);
        let account = Account::new(checked, body, self.now());
        let key = key_of(&account.key);
        loop {
            let before = self.vault.get(Table::Own, &key).await?;
            if let Some(standing) = before.as_deref().map(decode).transpose()?
                && !standing.may_be_replaced()
            {
                return Ok(standing.view());
            }
            let batch = Batch::strict().expect(Table::Own, &key, before).put(Table::Own, &key, json::to_bytes(&account));
            match self.vault.commit(batch).await {
                Ok(()) => {
                    self.account_moved(&account);
                    self.account_bell.ring();
                    return Ok(account.view());
                }
                // Another press, or another tab: whatever stands there now is the account.
                Err(error) if error.code == ErrorCode::Conflict => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Every account whose form was taken here, the last first.
    ///
    /// # Errors
    /// `storage`, also when one of them cannot be read.
    pub async fn accounts(&self) -> Result<Vec<AccountView>> {
        let mut accounts = Vec::new();
        for (_, bytes) in self.vault.list(Table::Own, ACCOUNT).await? {
            accounts.push(decode(&bytes)?);
        }
        accounts.sort_by_key(|account: &Account| std::cmp::Reverse(account.created_at));
        Ok(accounts.iter().map(Account::view).collect())
    }

    /// Tries an account again now; Cin7 is looked through for its name first.
    ///
    /// # Errors
    /// `invalid-input` when there is no such account; `storage`, `conflict`.
    pub async fn retry_account(&self, key: &str) -> Result<AccountView> {
        let (before, mut account) = self.kept_account(key).await?;
        if account.retry() {
            self.store_account(&account, before).await?;
            self.account_moved(&account);
        }
        self.account_bell.ring();
        Ok(account.view())
    }

    /// The customer with this id, which Cin7 has under the account's name, is the one that was meant: nothing is made.
    ///
    /// # Errors
    /// `invalid-input` when there is no such account, or the customer was not among those found; `storage`, `conflict`.
    pub async fn use_found_customer(&self, key: &str, id: &str) -> Result<AccountView> {
        let (before, mut account) = self.kept_account(key).await?;
        if !id.parse::<Guid>().is_ok_and(|id| account.use_found(id)) {
            return Err(Error::invalid("id", format!("{id} is not a customer that was found under this name.")));
        }
        self.store_account(&account, before).await?;
        self.account_made(&account).await?;
        self.account_moved(&account);
        Ok(account.view())
    }

    /// Forgets an account of which nothing was made and nothing is on its way.
    ///
    /// # Errors
    /// `invalid-input` when there is no such account, or it may not be forgotten; `storage`, `conflict`.
    pub async fn forget_account(&self, key: &str) -> Result<()> {
        let (before, account) = self.kept_account(key).await?;
        if !account.may_be_forgotten() {
            return Err(Error::invalid("key", format!("{} is on its way to Cin7, or there already.", account.name)));
        }
        let key = key_of(key);
        self.vault.commit(Batch::strict().expect(Table::Own, &key, Some(before)).delete(Table::Own, &key)).await
    }

    /// Brings accounts to Cin7, one after the other, for as long as the tab lives.
    pub async fn run_accounts(&self) {
        loop {
            let mut wake = None;
            let kept = self.vault.list(Table::Own, ACCOUNT).await;
            let alive = self.around.tabs_alive().await;
            let mut busy = false;
            for (_, bytes) in kept.as_deref().unwrap_or_default() {
                let Ok(account) = decode(bytes) else { continue };
                match account.next(self.now(), |owner| self.may_live(owner, alive.as_deref())) {
                    Action::Take(_) => match self.drive_account(&account.key).await {
                        Ok(()) => busy = true,
                        Err(_) => wake = Some(self.now().plus_millis(STORAGE_PAUSE)),
                    },
                    Action::Wait(until) => wake = Some(wake.map_or(until, |earlier| until.min(earlier))),
                    Action::Rest => {}
                }
            }
            if kept.is_err() {
                wake = Some(self.now().plus_millis(STORAGE_PAUSE));
            }
            if !busy {
                self.account_bell.rung_or(&self.around, wake).await;
            }
        }
    }

    /// Takes one account's steps until it has to wait or rests.
    async fn drive_account(&self, key: &str) -> Result<()> {
        loop {
            let Ok((before, mut account)) = self.kept_account(key).await else { return Ok(()) };
            let alive = self.around.tabs_alive().await;
            let Action::Take(step) = account.next(self.now(), |owner| self.may_live(owner, alive.as_deref())) else {
                return Ok(());
            };
            account.claim(step, &self.owner, self.now());
            let mut claimed = match self.store_account(&account, before).await {
                Ok(bytes) => bytes,
                // Another tab was faster; see what it left to do.
                Err(error) if error.code == ErrorCode::Conflict => continue,
                Err(error) => return Err(error),
            };
            self.account_moved(&account);
            let heard = self.take_account_step(step, &account).await;
            account.told(step, heard.clone(), self.now(), self.around.chance());
            loop {
                match self.store_account(&account, claimed).await {
                    Ok(_) => break,
                    // Another tab thought this one dead: only a customer that was made is told to what stands there now.
                    Err(error) if error.code == ErrorCode::Conflict => (claimed, account) = self.kept_account(key).await?,
                    Err(error) => return Err(error),
                }
                if !account.told_late(&heard) {
                    break;
                }
            }
            self.account_made(&account).await?;
            self.account_moved(&account);
        }
    }

    async fn take_account_step(&self, step: Step, account: &Account) -> Heard {
        let request = match step {
            Step::LookUp => requests::customers_called(&account.name),
            Step::Post => requests::make_customer(&account.body),
        };
        let body = match self.net.send(request).await {
            Ok(response) => response.body,
            Err(failure) => return Heard::Failed(failure),
        };
        // An answer that cannot be read says nothing about whether the customer was made.
        let unread = |words: String| {
            let ambiguous = step == Step::Post;
            Heard::Failed(Failure { kind: FailureKind::NotUnderstood, ambiguous, retry_after: None, messages: vec![words] })
        };
        match (step, cin7::customer::page(&body)) {
            (_, Err(error)) => unread(error.words),
            // A row that cannot be read, or rows beyond this page, might be the customer.
            (Step::LookUp, Ok(page)) if page.records.len() != page.rows => {
                unread("A customer in Cin7's list cannot be read.".into())
            }
            (Step::LookUp, Ok(page)) if page.total.is_some_and(|total| total > u64::try_from(page.rows).unwrap_or(0)) => {
                unread("Too many customers in Cin7 begin with this name.".into())
            }
            (Step::LookUp, Ok(page)) => Heard::Rows(page.records),
            (Step::Post, Ok(page)) => match page.records.into_iter().next() {
                Some(facts) => Heard::Made(Box::new(facts)),
                None => unread("Cin7's answer does not hold the customer.".into()),
            },
        }
    }

    /// Puts a customer that was made into memory, where it is found at once; the next run reads it into the cache.
    async fn account_made(&self, account: &Account) -> Result<()> {
        let (Some(facts), Some(own)) = (&account.made, account.own()) else { return Ok(()) };
        let known = self.shelves.borrow().companies.get(facts.id).map_err(|corrupt| damaged(&corrupt))?;
        if known.is_none() {
            self.shelve_made(facts.clone())?;
            self.note_now(vec![FeedKey::of(Subject::Company, facts.id)]).await;
            if own != OnceCopied::of(facts) {
                self.keep_changed(facts.id, |_| Ok(own.clone())).await?;
            }
        }
        self.tell(Event::Records(vec![CUSTOMERS]));
        Ok(())
    }

    fn shelve_made(&self, facts: CompanyFacts) -> Result<()> {
        let mut shelves = self.shelves.borrow_mut();
        let shelves = &mut *shelves;
        shelves.companies.take(vec![facts], &shelves.own).map(drop).map_err(|corrupt| damaged(&corrupt))
    }

    /// Another tab has moved an account.
    pub(crate) async fn account_hinted(&self, key: &str) -> Result<()> {
        let (_, account) = self.kept_account(key).await?;
        if let Some(facts) = &account.made {
            let known = self.shelves.borrow().companies.get(facts.id).map_err(|corrupt| damaged(&corrupt))?;
            if known.is_none() {
                self.shelve_made(facts.clone())?;
                self.shelves.borrow_mut().note(Subject::Company, [facts.id]);
            }
            self.company_changed(facts.id).await?;
            self.tell_this_tab(Event::Records(vec![CUSTOMERS]));
        }
        self.tell_this_tab(Event::Account(Box::new(account.view())));
        self.account_bell.ring();
        Ok(())
    }

    fn account_moved(&self, account: &Account) {
        self.tell(Event::Account(Box::new(account.view())));
    }

    async fn kept_account(&self, key: &str) -> Result<(Vec<u8>, Account)> {
        match self.vault.get(Table::Own, &key_of(key)).await? {
            Some(bytes) => decode(&bytes).map(|account| (bytes, account)),
            None => Err(Error::invalid("key", format!("No customer account “{key}” is being created here."))),
        }
    }

    /// Stores an account strictly, if nobody changed it since `before` was read. Returns its new bytes.
    async fn store_account(&self, account: &Account, before: Vec<u8>) -> Result<Vec<u8>> {
        let (key, bytes) = (key_of(&account.key), json::to_bytes(account));
        let batch = Batch::strict().expect(Table::Own, &key, Some(before)).put(Table::Own, &key, bytes.clone());
        match self.vault.commit(batch).await {
            // A store that lost the news of its own write tries again, and meets what it wrote.
            Err(error) if error.code == ErrorCode::Conflict => match self.vault.get(Table::Own, &key).await? {
                Some(stands) if stands == bytes => Ok(bytes),
                _ => Err(error),
            },
            other => other.map(|()| bytes),
        }
    }
}
