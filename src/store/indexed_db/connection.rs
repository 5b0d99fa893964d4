//! A connection to one database, and the events that end it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use idb::{Event, Factory, Request};
use js_sys::Reflect;
use wasm_bindgen_futures::spawn_local;
use web_sys::IdbDatabase;

use super::failure::Failure;
use super::{Kind, schema};

/// How long another tab may hold up an upgrade or a deletion before the caller is told, in milliseconds.
const BLOCKED_LIMIT: u32 = 4_000;
/// How long a database may take to open when nobody is known to hold it up, in milliseconds.
const OPENING_LIMIT: u32 = 15_000;

/// Called when a newer version of the page takes a database over.
type Listener = Box<dyn Fn()>;

/// Who wants to hear that a newer version of the page has taken the database over.
#[derive(Clone, Default)]
pub(super) struct Outdated(Rc<RefCell<Option<Listener>>>);

impl Outdated {
    /// Calls `listener` when it has.
    pub(super) fn hear(&self, listener: Listener) {
        self.0.replace(Some(listener));
    }

    fn tell(&self) {
        if let Some(listener) = &*self.0.borrow() {
            listener();
        }
    }
}

impl std::fmt::Debug for Outdated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Outdated")
    }
}

/// An open connection. Dropping it closes it, once its transactions have finished.
#[derive(Debug)]
pub(super) struct Connection {
    database: IdbDatabase,
    closed: Rc<Cell<bool>>,
    /// Keeps the event handlers alive.
    _events: idb::Database,
}

impl Connection {
    /// Opens `name`, and creates or upgrades it first where need be.
    ///
    /// `outdated` is told when a newer version of the page takes the database over.
    pub(super) async fn open(name: &str, kind: Kind, outdated: &Outdated) -> Result<Self, Failure> {
        let factory = Factory::new().map_err(|error| Failure::of_opening(&error))?;
        let mut request = factory.open(name, Some(schema::version(kind))).map_err(|error| Failure::of_opening(&error))?;
        request.on_upgrade_needed(move |event| {
            let Ok(request) = event.target() else { return };
            let (Ok(database), Some(transaction)) = (request.database(), request.transaction()) else { return };
            let upgraded = event.old_version().and_then(|from| schema::upgrade(kind, from, &database, &transaction));
            if upgraded.is_err() {
                // The request then fails with an AbortError, and the database stays as it was.
                let _ = transaction.abort();
            }
        });
        let (is_blocked, blocked) = oneshot::channel();
        // Nobody listens any more once the caller has been told.
        request.on_blocked(move |_| is_blocked.send(()).unwrap_or_default());
        // A connection that comes too late is closed, or it would in turn block the other tabs.
        let database = in_time(request.into_future(), blocked, |late| late.close()).await?;
        Ok(Self::watch(database.into(), outdated.clone()))
    }

    /// Notes when the browser closes the connection, and gives way to a tab that wants to upgrade or delete.
    fn watch(database: IdbDatabase, outdated: Outdated) -> Self {
        let closed = Rc::new(Cell::new(false));
        let mut events = idb::Database::from(database.clone());
        events.on_close({
            let closed = closed.clone();
            move |_| closed.set(true)
        });
        events.on_version_change({
            let (closed, database) = (closed.clone(), database.clone());
            move |event| {
                closed.set(true);
                database.close();
                // A deletion has no new version: what comes after it is ours again.
                if Reflect::get(&event, &"newVersion".into()).is_ok_and(|version| !version.is_null()) {
                    outdated.tell();
                }
            }
        });
        Self { database, closed, _events: events }
    }

    /// The open database.
    pub(super) fn database(&self) -> &IdbDatabase {
        &self.database
    }

    /// Whether it is known to be closed. It may be dead without this being known.
    pub(super) fn is_closed(&self) -> bool {
        self.closed.get()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.database.set_onclose(None);
        self.database.set_onversionchange(None);
        self.database.close();
    }
}

/// Deletes `name`; that it does not exist is no error.
pub(super) async fn delete(name: &str) -> Result<(), Failure> {
    let factory = Factory::new().map_err(|error| Failure::of_opening(&error))?;
    let mut request = factory.delete(name).map_err(|error| Failure::of_opening(&error))?;
    let (is_blocked, blocked) = oneshot::channel();
    request.on_blocked(move |_| is_blocked.send(()).unwrap_or_default());
    in_time(request.into_future(), blocked, drop).await
}

/// Waits for `work`, but not for ever. What arrives after the caller was told otherwise is handed to `late`.
async fn in_time<T: 'static>(
    work: impl Future<Output = Result<T, idb::Error>> + 'static,
    blocked: oneshot::Receiver<()>,
    late: fn(T),
) -> Result<T, Failure> {
    let (finish, finished) = oneshot::channel();
    spawn_local(async move {
        if let Err(Ok(value)) = finish.send(work.await) {
            late(value);
        }
    });
    let limit = Box::pin(async move {
        match select(blocked, TimeoutFuture::new(OPENING_LIMIT)).await {
            Either::Left((Ok(()), _)) => {
                TimeoutFuture::new(BLOCKED_LIMIT).await;
                "Another tab holds the stored data open in an older version; close or reload the other tabs."
            }
            Either::Left((Err(_), limit)) => {
                limit.await;
                "The browser's storage does not answer."
            }
            Either::Right(_) => "The browser's storage does not answer.",
        }
    });
    match select(finished, limit).await {
        Either::Left((Ok(outcome), _)) => outcome.map_err(|error| Failure::of_opening(&error)),
        Either::Left((Err(_), _)) => Err(Failure::because("The browser's storage does not answer.")),
        Either::Right((message, _)) => Err(Failure::because(message)),
    }
}
