//! Opening: which Cin7 account a desk is for, where what is kept for that account is, and that nothing reaches another.
//!
//! The databases without an account in their name belong to the account that claimed them, which is the first one that was
//! opened here; every other account's are named after it. What was stored before accounts were told apart is claimed by the
//! account that it proves to be of: Cin7 lists a warehouse that its reference books have or, where these are lost, the customer of a
//! stored quote. Until then it waits, and nothing of it is sent.
//!
//! Every request names the account that it is meant for, and the proxy refuses it if it speaks for another one. A desk that has
//! not heard yet whom the proxy speaks for sends nothing before it has.

use std::cell::Cell;
use std::rc::Rc;

use futures::future::{Either, select};
use serde::{Deserialize, Serialize};

use crate::cin7;
use crate::cin7::{reference, requests};
use crate::desk::cache::state::{BOOKS, REFERENCES};
use crate::desk::device::sign_out;
use crate::desk::device::sign_out::{Unsent, UnsentWork};
use crate::desk::vault::quotes::Kept;
use crate::error::{Error, ErrorCode, Result};
use crate::records::{AccountId, Guid};
use crate::store::{Batch, Store, Table};
use crate::transport::{Clock, Failure, FailureKind, Lane, Request, Response, Transport};

/// How long opening waits for the proxy to say whom it speaks for, in milliseconds.
const PATIENCE: u32 = 2_000;

/// Key of the account that has claimed the databases without an account in their name.
const UNNAMED: &str = "unnamed";

/// Prefix of the keys that tell where each account's databases are.
const ACCOUNT: &str = "account/";

/// Prefix of the keys that tell which account each proxy spoke for last.
const PROXY: &str = "proxy/";

/// Where databases are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Those without an account in their name.
    Unnamed,
    /// Those named after this account.
    Named(AccountId),
}

impl Place {
    /// What stands between the name that the host gave and the kind of the database; empty for those without an account.
    pub fn text(self) -> String {
        match self {
            Self::Unnamed => String::new(),
            Self::Named(account) => account.to_string(),
        }
    }

    /// Reads it; `None` when it is no place.
    pub fn of(text: &str) -> Option<Self> {
        if text.is_empty() { Some(Self::Unnamed) } else { text.parse().ok().map(Self::Named) }
    }
}

/// The databases of one name that the host gave.
#[expect(async_fn_in_trait, reason = "everything here runs on one thread, in a browser tab")]
pub trait Databases {
    /// A database.
    type Store: Store;

    /// The directory: who the databases belong to.
    ///
    /// # Errors
    /// `storage`.
    async fn directory(&self) -> Result<Self::Store>;

    /// Cache and vault at a place, made where they are not there.
    ///
    /// # Errors
    /// `storage`.
    async fn at(&self, place: Place) -> Result<(Self::Store, Self::Store)>;
}

/// Work that waits for another account than the one that the desk is for: `OtherAccountWork` in `work.ts`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OtherAccountWork {
    /// The account; `None` for work stored before accounts were told apart that no account has claimed.
    pub account: Option<AccountId>,
    /// The company's name, as its reference books had it; may be empty.
    pub company: String,
    /// The work.
    pub work: UnsentWork,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    account: Option<AccountId>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Warehouse {
    id: Guid,
}

/// Of stored reference books, whatever version wrote them, what tells whose they are.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Warehouses {
    locations: Vec<Warehouse>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    company: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Company {
    account: Named,
}

/// The customer of a stored quote.
fn customer_of(table: Table, bytes: &[u8]) -> Option<Guid> {
    if table == Table::Quotes { Kept::from_bytes(bytes).ok().map(|kept| kept.quote.customer) } else { None }
}

/// Asks the proxy whom it speaks for; `None` when it is of a version that does not say.
async fn identify<T: Transport>(net: &T) -> Result<Option<AccountId>, Failure> {
    match net.send(Request::get("status", Lane::Screen)).await {
        Ok(response) => Ok(serde_json::from_slice::<Status>(&response.body).ok().and_then(|status| status.account)),
        Err(failure) if failure.kind == FailureKind::NotAllowed => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// The accounts whose data is kept here.
#[derive(Debug)]
pub struct Accounts<D: Databases> {
    databases: D,
    directory: D::Store,
    /// The key of the proxy that this desk calls.
    proxy: String,
}

impl<D: Databases> Accounts<D> {
    /// Opens the directory for a desk that calls the proxy at this address.
    ///
    /// # Errors
    /// `storage`.
    pub async fn open(databases: D, proxy_url: &str) -> Result<Self> {
        let directory = databases.directory().await?;
        Ok(Self { databases, directory, proxy: format!("{PROXY}{proxy_url}") })
    }

    /// Cache and vault at a place.
    ///
    /// # Errors
    /// `storage`.
    pub async fn at(&self, place: Place) -> Result<(D::Store, D::Store)> {
        self.databases.at(place).await
    }

    /// Where to open a desk, and for which account: the one that the proxy speaks for, or, where it does not say so in time, the one
    /// that it spoke for last. No account means that it is not known yet; the place is then the one without a name.
    ///
    /// # Errors
    /// `storage`.
    pub async fn find<T: Transport>(&self, net: &T, clock: &impl Clock) -> Result<(Place, Option<AccountId>)> {
        let (asked, patience) = (std::pin::pin!(identify(net)), std::pin::pin!(clock.sleep(PATIENCE)));
        let told = match select(asked, patience).await {
            Either::Left((told, _)) => told.ok().flatten(),
            Either::Right(_) => None,
        };
        let account = match told {
            Some(account) => Some(account),
            None => self.id(&self.proxy).await?,
        };
        let Some(account) = account else { return Ok((Place::Unnamed, None)) };
        match self.place(account, net).await {
            Ok(place) => Ok((place, Some(account))),
            Err(error) if error.code == ErrorCode::Storage => Err(error),
            // Whose the stored data is cannot be found out now. It is shown as before; nothing is sent until it has been.
            Err(_) => Ok((Place::Unnamed, None)),
        }
    }

    /// The account whose databases are at a place, where one has claimed them.
    ///
    /// # Errors
    /// `storage`.
    pub async fn owner(&self, place: Place) -> Result<Option<AccountId>> {
        match place {
            Place::Named(account) => Ok(Some(account)),
            Place::Unnamed => self.id(UNNAMED).await,
        }
    }

    async fn id(&self, key: &str) -> Result<Option<AccountId>> {
        let bytes = self.directory.get(Table::Accounts, key).await?;
        Ok(bytes.and_then(|bytes| std::str::from_utf8(&bytes).ok()?.parse().ok()))
    }

    /// Where an account's databases are, from now on and for good; the proxy speaks for it.
    async fn place<T: Transport>(&self, account: AccountId, net: &T) -> Result<Place> {
        let key = format!("{ACCOUNT}{account}");
        let known = self.directory.get(Table::Accounts, &key).await?;
        let known = known.and_then(|bytes| std::str::from_utf8(&bytes).ok().and_then(Place::of));
        let spoken = |batch: Batch| batch.put(Table::Accounts, &self.proxy, account.to_string().into_bytes());
        if let Some(place) = known {
            if self.id(&self.proxy).await? != Some(account) {
                self.directory.commit(spoken(Batch::relaxed())).await?;
            }
            return Ok(place);
        }
        let free = self.id(UNNAMED).await?.is_none();
        let place = if free && self.is_of(account, net).await? { Place::Unnamed } else { Place::Named(account) };
        let mut batch = spoken(Batch::strict()).expect(Table::Accounts, &key, None);
        batch = batch.put(Table::Accounts, &key, place.text().into_bytes());
        if place == Place::Unnamed {
            batch = batch.expect(Table::Accounts, UNNAMED, None).put(Table::Accounts, UNNAMED, account.to_string().into_bytes());
        }
        match self.directory.commit(batch).await {
            // Another tab has found its place meanwhile, of this account or another one.
            Err(error) if error.code == ErrorCode::Conflict => Box::pin(self.place(account, net)).await,
            written => written.map(|()| place),
        }
    }

    /// Whether the databases without an account in their name hold nothing, or prove to be of this account.
    async fn is_of<T: Transport>(&self, account: AccountId, net: &T) -> Result<bool> {
        if crate::planted::has("claims unproved") {
            return Ok(true);
        }
        let asked = |request| Request { account: Some(account), ..request };
        let (cache, vault) = self.databases.at(Place::Unnamed).await?;
        let Some(books) = cache.get(Table::Manifests, REFERENCES).await? else {
            let rows = sign_out::rows(&vault).await?;
            if let Some(customer) = rows.iter().find_map(|(table, _, bytes)| customer_of(*table, bytes)) {
                let request = asked(requests::customer(customer));
                let listed = cin7::customer::page(&net.send(request).await?.body).map_err(Failure::from)?;
                return Ok(listed.records.iter().any(|company| company.id == customer));
            }
            let begun = cache.get(Table::Manifests, BOOKS).await?.is_some() || !cache.keys(Table::Segments, "").await?.is_empty();
            return Ok(!begun && rows.is_empty());
        };
        let kept = serde_json::from_slice::<Warehouses>(&books).map_or_else(|_| Vec::new(), |books| books.locations);
        let listed = reference::locations(&net.send(asked(requests::locations())).await?.body).map_err(Failure::from)?;
        Ok(listed.records.iter().any(|location| kept.iter().any(|kept| kept.id == location.id)))
    }

    /// The places of every account but the one whose place is `own`.
    async fn others(&self, own: Place) -> Result<Vec<Place>> {
        let rows = self.directory.list(Table::Accounts, ACCOUNT).await?;
        let mut places: Vec<Place> =
            rows.iter().filter_map(|(_, bytes)| std::str::from_utf8(bytes).ok().and_then(Place::of)).collect();
        if !places.contains(&Place::Unnamed) {
            places.push(Place::Unnamed);
        }
        places.retain(|place| *place != own);
        Ok(places)
    }

    /// The work that waits here for other accounts.
    ///
    /// # Errors
    /// `storage`.
    pub async fn waiting(&self, own: Place) -> Result<Vec<OtherAccountWork>> {
        let mut waiting = Vec::new();
        for place in self.others(own).await? {
            let (cache, vault) = self.databases.at(place).await?;
            let work = sign_out::unsent_in(&vault).await?;
            if work.waits() {
                let books = cache.get(Table::Manifests, REFERENCES).await?;
                let company = books.and_then(|books| serde_json::from_slice::<Company>(&books).ok());
                let company = company.map(|company| company.account.company).unwrap_or_default();
                waiting.push(OtherAccountWork { account: self.owner(place).await?, company, work });
            }
        }
        Ok(waiting)
    }

    /// The device is about to be left: of other accounts nothing stays but work that is kept only here, and of the directory nothing
    /// where none does; `stays` tells whether some of the own account does.
    ///
    /// # Errors
    /// As signing out of the one that is open.
    pub async fn leave(&self, own: Place, stays: bool) -> Result<()> {
        let mut empty = !stays;
        for place in self.others(own).await? {
            let (cache, vault) = self.databases.at(place).await?;
            sign_out::wipe(&cache, &vault, Unsent::Keep, sign_out::as_stored).await?;
            empty &= sign_out::rows(&vault).await?.is_empty();
        }
        if !empty {
            return Ok(());
        }
        let keys = self.directory.keys(Table::Accounts, "").await?;
        self.directory.commit(keys.into_iter().fold(Batch::relaxed(), |batch, key| batch.delete(Table::Accounts, key))).await
    }
}

/// The way to the proxy of a desk that is one account's.
pub struct Guard<T, D: Databases> {
    net: T,
    accounts: Rc<Accounts<D>>,
    account: Cell<Option<AccountId>>,
    /// The proxy is of a version that does not say whom it speaks for.
    silent: Cell<bool>,
    /// The last answer was that the proxy speaks for another account.
    other: Cell<bool>,
    /// Called when it begins to.
    heard: Box<dyn Fn()>,
}

impl<T, D: Databases> std::fmt::Debug for Guard<T, D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guard").field("account", &self.account).finish_non_exhaustive()
    }
}

impl<T: Transport, D: Databases> Guard<T, D> {
    /// For a desk of this account, or of one that is not known yet; `heard` is called when the proxy begins to speak for another.
    pub fn new(net: T, accounts: Rc<Accounts<D>>, account: Option<AccountId>, heard: Box<dyn Fn()>) -> Self {
        Self { net, accounts, account: Cell::new(account), silent: Cell::default(), other: Cell::default(), heard }
    }

    /// The account to name on a request: none where the proxy does not know of accounts.
    async fn named(&self) -> Result<Option<AccountId>, Failure> {
        if self.account.get().is_some() || self.silent.get() {
            return Ok(self.account.get());
        }
        let Some(account) = identify(&self.net).await? else {
            self.silent.set(true);
            return Ok(None);
        };
        let unsettled = |error: Error| Failure { messages: vec![error.message], ..Failure::not_sent() };
        match self.accounts.place(account, &self.net).await.map_err(unsettled)? {
            Place::Unnamed => self.account.set(Some(account)),
            Place::Named(_) => return Err(Failure::other_account()),
        }
        Ok(Some(account))
    }
}

impl<T: Transport, D: Databases> Transport for Guard<T, D> {
    fn account(&self) -> Option<AccountId> {
        self.account.get()
    }

    async fn send(&self, request: Request) -> Result<Response, Failure> {
        let answer = match self.named().await {
            Ok(account) => {
                let account = account.filter(|_| !crate::planted::has("names no account"));
                self.net.send(Request { account, ..request }).await
            }
            Err(failure) => Err(failure),
        };
        match &answer {
            Err(failure) if failure.kind == FailureKind::OtherAccount => {
                if !self.other.replace(true) {
                    (self.heard)();
                }
            }
            Err(_) => {}
            Ok(_) => self.other.set(false),
        }
        answer
    }
}
