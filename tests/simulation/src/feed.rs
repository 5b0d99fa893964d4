//! A CRM's server that keeps a copy of everything by the feed alone.

use std::collections::BTreeMap;

use cin7_quote_desk::desk::device::change_feed::{Changes, ChangesAsk};
use cin7_quote_desk::json::to_text;

use crate::device::SimDesk;
use crate::world::World;

/// The copy.
#[derive(Debug, Default)]
pub(crate) struct Consumer {
    pub(crate) records: BTreeMap<(String, String), String>,
    pub(crate) after: u64,
}

impl Consumer {
    /// Takes a part over. Returns whether there is more.
    pub(crate) fn take(&mut self, world: &World, part: Changes) -> bool {
        world.count(|counts| &counts.feed_parts);
        let (given, last) = (part.changes.len(), part.last);
        world.trace(|| format!("a reader asks after {} and gets {given} up to {last}", self.after));
        if part.reset {
            world.count(|counts| &counts.feed_resets);
            self.records.clear();
        }
        let mut last = if part.reset { 0 } else { self.after };
        for change in part.changes {
            if change.sequence <= last {
                world.fails(format!("the feed goes back from {last} to {}", change.sequence));
            }
            last = change.sequence;
            let kind = to_text(&change.kind).trim_matches('"').to_owned();
            match change.record {
                Some(record) => self.records.insert((kind, change.key), record.0),
                None => self.records.remove(&(kind, change.key)),
            };
        }
        if part.last < last {
            world.fails(format!("the feed says {} is its last, after {last}", part.last));
        }
        self.after = part.last;
        part.more
    }

    pub(crate) fn ask(&self, limit: usize) -> ChangesAsk {
        ChangesAsk { after: self.after, limit }
    }
}

/// Reads parts of the feed through a desk until there is no more, or `parts` of them.
pub(crate) async fn read(world: &World, device: &crate::device::Device, desk: &SimDesk, limit: usize, parts: usize) {
    for _ in 0..parts {
        let ask = device.consumer.borrow().ask(limit);
        let part = match desk.changes(ask).await {
            Ok(part) => part,
            Err(_) if world.faulty.get() => return,
            Err(error) => {
                return world.fails(format!("{}: the feed cannot be read: {} {:?}", device.name, error.message, error.details));
            }
        };
        // Someone else has read on meanwhile: what came is of before.
        if device.consumer.borrow().after != ask.after {
            return;
        }
        if !device.consumer.borrow_mut().take(world, part) {
            return;
        }
    }
}
