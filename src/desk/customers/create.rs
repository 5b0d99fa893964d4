//! Creating customer accounts: taking a form, and bringing it to Cin7. The hands of [`Account`].

use crate::account::{Account, AccountView, Action, Checked, Heard, Step};
use crate::catalogue::{FeedKey, Subject};
use crate::cin7::requests;
use crate::desk::cache::find::damaged;
use crate::desk::cache::save::note_now;
use crate::desk::cache::state::CUSTOMERS;
use crate::desk::context::{Context, Environment, Surroundings};
use crate::desk::customers::overrides::{company_changed, keep_changed};
use crate::desk::events::Event;
use crate::desk::vault::customer_creations::{ACCOUNT, decode, kept_account, key_of, store_account};
use crate::error::{Error, ErrorCode, Result};
use crate::records::Guid;
use crate::records::company::{CompanyFacts, OnceCopied};
use crate::store::{Batch, Store, Table};
use crate::transport::{Failure, FailureKind, Transport};
use crate::{cin7, json};

/// How soon an account is looked at again after storage failed under it, in milliseconds.
const STORAGE_PAUSE: i64 = 5_000;

/// Takes the form of a new customer (`AccountForm` as JSON text), checks it whole and stores it strictly; it is brought to
/// Cin7 from then on. A form of a name that is on its way or made already is that same account.
///
/// # Errors
/// `invalid-input` with everything that is wrong; `not-ready` before the reference books were read; `storage`,
/// `storage-full`, and then nothing was taken.
pub(crate) async fn create_account<E: Environment>(ctx: &Context<E>, form: &str) -> Result<AccountView> {
    let checked = Checked::from_json(form, ctx.shelves.borrow().references()?, &ctx.settings)?;
    let body = cin7::customer::body(&checked.customer);
    let account = Account::new(checked, body, ctx.now());
    let key = key_of(&account.key);
    loop {
        let before = ctx.vault.get(Table::Own, &key).await?;
        if let Some(standing) = before.as_deref().map(decode).transpose()?
            && !standing.may_be_replaced()
        {
            return Ok(standing.view());
        }
        let batch = Batch::strict().expect(Table::Own, &key, before).put(Table::Own, &key, json::to_bytes(&account));
        match ctx.vault.commit(batch).await {
            Ok(()) => {
                account_moved(ctx, &account);
                ctx.account_bell.ring();
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
pub(crate) async fn account_views<E: Environment>(ctx: &Context<E>) -> Result<Vec<AccountView>> {
    let mut accounts = Vec::new();
    for (_, bytes) in ctx.vault.list(Table::Own, ACCOUNT).await? {
        accounts.push(decode(&bytes)?);
    }
    accounts.sort_by_key(|account: &Account| std::cmp::Reverse(account.created_at));
    Ok(accounts.iter().map(Account::view).collect())
}

/// Tries an account again now; Cin7 is looked through for its name first.
///
/// # Errors
/// `invalid-input` when there is no such account; `storage`, `conflict`.
pub(crate) async fn retry_account<E: Environment>(ctx: &Context<E>, key: &str) -> Result<AccountView> {
    let (before, mut account) = kept_account(ctx, key).await?;
    if account.retry() {
        store_account(ctx, &account, before).await?;
        account_moved(ctx, &account);
    }
    ctx.account_bell.ring();
    Ok(account.view())
}

/// The customer with this id, which Cin7 has under the account's name, is the one that was meant: nothing is made.
///
/// # Errors
/// `invalid-input` when there is no such account, or the customer was not among those found; `storage`, `conflict`.
pub(crate) async fn use_found_customer<E: Environment>(ctx: &Context<E>, key: &str, id: &str) -> Result<AccountView> {
    let (before, mut account) = kept_account(ctx, key).await?;
    if !id.parse::<Guid>().is_ok_and(|id| account.use_found(id)) {
        return Err(Error::invalid("id", format!("{id} is not a customer that was found under this name.")));
    }
    store_account(ctx, &account, before).await?;
    account_made(ctx, &account).await?;
    account_moved(ctx, &account);
    Ok(account.view())
}

/// Forgets an account of which nothing was made and nothing is on its way.
///
/// # Errors
/// `invalid-input` when there is no such account, or it may not be forgotten; `storage`, `conflict`.
pub(crate) async fn forget_account<E: Environment>(ctx: &Context<E>, key: &str) -> Result<()> {
    let (before, account) = kept_account(ctx, key).await?;
    if !account.may_be_forgotten() {
        return Err(Error::invalid("key", format!("{} is on its way to Cin7, or there already.", account.name)));
    }
    let key = key_of(key);
    ctx.vault.commit(Batch::strict().expect(Table::Own, &key, Some(before)).delete(Table::Own, &key)).await
}

/// Brings accounts to Cin7, one after the other, for as long as the tab lives.
pub(crate) async fn run_accounts<E: Environment>(ctx: &Context<E>) {
    loop {
        let mut wake = None;
        let kept = ctx.vault.list(Table::Own, ACCOUNT).await;
        let alive = ctx.around.tabs_alive().await;
        let mut busy = false;
        for (_, bytes) in kept.as_deref().unwrap_or_default() {
            let Ok(account) = decode(bytes) else { continue };
            match account.next(ctx.now(), |owner| ctx.may_live(owner, alive.as_deref())) {
                Action::Take(_) => match drive_account(ctx, &account.key).await {
                    Ok(()) => busy = true,
                    Err(_) => wake = Some(ctx.now().plus_millis(STORAGE_PAUSE)),
                },
                Action::Wait(until) => wake = Some(wake.map_or(until, |earlier| until.min(earlier))),
                Action::Rest => {}
            }
        }
        if kept.is_err() {
            wake = Some(ctx.now().plus_millis(STORAGE_PAUSE));
        }
        if !busy {
            ctx.account_bell.rung_or(&ctx.around, wake).await;
        }
    }
}

/// Takes one account's steps until it has to wait or rests.
async fn drive_account<E: Environment>(ctx: &Context<E>, key: &str) -> Result<()> {
    loop {
        let Ok((before, mut account)) = kept_account(ctx, key).await else { return Ok(()) };
        let alive = ctx.around.tabs_alive().await;
        let Action::Take(step) = account.next(ctx.now(), |owner| ctx.may_live(owner, alive.as_deref())) else {
            return Ok(());
        };
        account.claim(step, &ctx.owner, ctx.now());
        let mut claimed = match store_account(ctx, &account, before).await {
            Ok(bytes) => bytes,
            // Another tab was faster; see what it left to do.
            Err(error) if error.code == ErrorCode::Conflict => continue,
            Err(error) => return Err(error),
        };
        account_moved(ctx, &account);
        let heard = take_account_step(ctx, step, &account).await;
        account.told(step, heard.clone(), ctx.now(), ctx.around.chance());
        loop {
            match store_account(ctx, &account, claimed).await {
                Ok(_) => break,
                // Another tab thought this one dead: only a customer that was made is told to what stands there now.
                Err(error) if error.code == ErrorCode::Conflict => (claimed, account) = kept_account(ctx, key).await?,
                Err(error) => return Err(error),
            }
            if !account.told_late(&heard) {
                break;
            }
        }
        account_made(ctx, &account).await?;
        account_moved(ctx, &account);
    }
}

async fn take_account_step<E: Environment>(ctx: &Context<E>, step: Step, account: &Account) -> Heard {
    let request = match step {
        Step::LookUp => requests::customers_called(&account.name),
        Step::Post => requests::make_customer(&account.body),
    };
    let body = match ctx.net.send(request).await {
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
        (Step::LookUp, Ok(page)) if page.records.len() != page.rows => unread("A customer in Cin7's list cannot be read.".into()),
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
async fn account_made<E: Environment>(ctx: &Context<E>, account: &Account) -> Result<()> {
    let (Some(facts), Some(own)) = (&account.made, account.own()) else { return Ok(()) };
    let known = ctx.shelves.borrow().companies.get(facts.id).map_err(|corrupt| damaged(&corrupt))?;
    if known.is_none() {
        shelve_made(ctx, facts.clone())?;
        note_now(ctx, vec![FeedKey::of(Subject::Company, facts.id)]).await;
        if own != OnceCopied::of(facts) {
            keep_changed(ctx, facts.id, |_| Ok(own.clone())).await?;
        }
    }
    ctx.tell(Event::Records(vec![CUSTOMERS]));
    Ok(())
}

fn shelve_made<E: Environment>(ctx: &Context<E>, facts: CompanyFacts) -> Result<()> {
    let mut shelves = ctx.shelves.borrow_mut();
    let shelves = &mut *shelves;
    shelves.companies.take(vec![facts], &shelves.own).map(drop).map_err(|corrupt| damaged(&corrupt))
}

/// Another tab has moved an account.
pub(crate) async fn account_hinted<E: Environment>(ctx: &Context<E>, key: &str) -> Result<()> {
    let (_, account) = kept_account(ctx, key).await?;
    if let Some(facts) = &account.made {
        let known = ctx.shelves.borrow().companies.get(facts.id).map_err(|corrupt| damaged(&corrupt))?;
        if known.is_none() {
            shelve_made(ctx, facts.clone())?;
            ctx.shelves.borrow_mut().note(Subject::Company, [facts.id]);
        }
        company_changed(ctx, facts.id).await?;
        ctx.tell_this_tab(Event::Records(vec![CUSTOMERS]));
    }
    ctx.tell_this_tab(Event::Account(Box::new(account.view())));
    ctx.account_bell.ring();
    Ok(())
}

fn account_moved<E: Environment>(ctx: &Context<E>, account: &Account) {
    ctx.tell(Event::Account(Box::new(account.view())));
}
