//! The Cin7 accounts that the proxy's address may answer for: a real one beside one of a sandbox, or of another company.

use std::rc::Rc;

use cin7_quote_desk::records::AccountId;

use crate::cin7::Cin7;
use crate::planted::Bug;
use crate::proxy::Proxy;
use crate::world::World;

/// Records of the second account are numbered from here on.
const SECOND: u32 = 100;

/// A Cin7 account, and what a proxy that speaks for it has on its disk.
pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) cin7: Rc<Cin7>,
    pub(crate) proxy: Proxy,
}

/// Both.
pub(crate) fn both() -> [Account; 2] {
    [("a", 0), ("b", SECOND)].map(|(digit, base)| Account {
        id: digit.repeat(32).parse().unwrap_or_else(|_| unreachable!("32 hexadecimal digits")),
        cin7: Cin7::new(base),
        proxy: Proxy::default(),
    })
}

impl World {
    /// The one that the address answers for.
    pub(crate) fn account(&self) -> &Account {
        &self.accounts[self.speaks.get()]
    }

    /// Its Cin7.
    pub(crate) fn cin7(&self) -> &Rc<Cin7> {
        &self.account().cin7
    }

    /// The proxy that speaks for it.
    pub(crate) fn proxy(&self) -> &Proxy {
        &self.account().proxy
    }

    /// Somebody gives the proxy another account's credentials and ledger: it starts anew, and the address answers for that one.
    pub(crate) fn answers_for(&self, number: usize) {
        self.time.kill(&self.names.proxy);
        let before = self.proxy();
        self.speaks.set(number);
        if self.planted(Bug::OneCustodyForAll) {
            let rows = before.custody.rows.borrow().clone();
            self.proxy().custody.rows.replace(rows);
        }
        self.trace(|| format!("the address answers for account {number}"));
        self.proxy().start(self);
    }
}
