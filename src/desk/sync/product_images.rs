//! Which picture stands for a product.
//!
//! The list of products names their pictures but is not documented to say which is the default one. Only a call per product
//! says so; it is made when a product with several pictures is shown, and kept until the product changes.

use crate::cin7::{self, requests};
use crate::desk::{Desk, Event, Surroundings};
use crate::error::{Error, ErrorCode, Result};
use crate::records::product::Product;
use crate::records::{Guid, Timestamp};
use crate::store::Store;
use crate::transport::Transport;
use std::collections::BTreeMap;

/// Most products whose pictures are asked about at once; each costs a call of the shared minute.
const MOST_ASKED: usize = 20;

/// How long the links that Cin7 gave are taken for good when one of a product's does not load, in milliseconds.
const RENEWED_FOR: i64 = 600_000;

/// What is known of the pictures of products that were shown.
#[derive(Debug, Default)]
pub(crate) struct Pictures {
    known: BTreeMap<Guid, Known>,
    /// The links of products of which one did not load, the default picture's first, with when they were read.
    renewed: BTreeMap<Guid, (Timestamp, Vec<String>)>,
    /// Products to ask about.
    wanted: Vec<Guid>,
}

#[derive(Debug)]
struct Known {
    /// The product as it was when it was asked about.
    of: (Option<Timestamp>, Vec<String>),
    /// Its pictures, the default one first; `None` while the answer is awaited.
    ordered: Option<Vec<String>>,
}

impl Pictures {
    /// Puts the default picture first, as far as that is known. Returns whether there is a product to ask about.
    fn order(&mut self, product: &mut Product) -> bool {
        if product.image_chosen || product.images.len() < 2 {
            return false;
        }
        let known = self.known.get(&product.id);
        if let Some(known) = known.filter(|known| known.of.0 == product.modified && known.of.1 == product.images) {
            if let Some(ordered) = &known.ordered {
                product.images.clone_from(ordered);
            }
        } else if self.wanted.len() < MOST_ASKED {
            let of = (product.modified, product.images.clone());
            self.known.insert(product.id, Known { of, ordered: None });
            self.wanted.push(product.id);
        }
        !self.wanted.is_empty()
    }
}

impl<S: Store, T: Transport, K: Surroundings> Desk<S, T, K> {
    /// Puts the default picture of a product that is about to be shown first. When Cin7 has to be asked for it, that is
    /// noted; until it has answered, the first of the list stands for the product.
    pub(crate) fn order_pictures(&self, product: &mut Product) {
        if self.settings.pictures && self.pictures.borrow_mut().order(product) {
            self.picture_bell.ring();
        }
    }

    /// Asks Cin7 for default pictures whenever one is missing, for as long as the tab lives.
    pub async fn run_pictures(&self) {
        loop {
            let wanted = std::mem::take(&mut self.pictures.borrow_mut().wanted);
            if wanted.is_empty() {
                self.picture_bell.rung().await;
                continue;
            }
            let mut any = false;
            for id in wanted {
                any |= self.ask_for_picture(id).await;
            }
            if any {
                self.tell_this_tab(Event::Records(vec![crate::desk::cache::state::PRODUCTS]));
            }
        }
    }

    /// A link in the place of one that did not load: Cin7's expire. The product's pictures are asked for again, once in ten
    /// minutes at most. `None` when Cin7 has no other link either.
    ///
    /// # Errors
    /// `unknown-product` for what is no id.
    pub async fn renew_picture(&self, id: &str, lost: &str) -> Result<Option<String>> {
        let unknown = || Error::new(ErrorCode::UnknownProduct, format!("There is no product “{id}”."));
        let id: Guid = id.parse().map_err(|_| unknown())?;
        let known = self.pictures.borrow().renewed.get(&id).cloned();
        let links = if let Some((_, links)) = known.filter(|(read, _)| self.now().since(*read) < RENEWED_FOR) {
            links
        } else {
            let links = self.attachments(id).await.map(|found| found.addresses).unwrap_or_default();
            self.pictures.borrow_mut().renewed.insert(id, (self.now(), links.clone()));
            links
        };
        Ok(links.into_iter().next().filter(|link| link != lost))
    }

    async fn attachments(&self, id: Guid) -> Option<cin7::product::Pictures> {
        let request = requests::attachments(id);
        let response = self.net.send(request).await.ok()?;
        cin7::product::attachments(&response.body).ok()
    }

    async fn ask_for_picture(&self, id: Guid) -> bool {
        let found = self.attachments(id).await;
        let mut pictures = self.pictures.borrow_mut();
        // Without an answer it is asked about again when it is shown again.
        let known = pictures.known.remove(&id);
        let Some((known, found)) = known.zip(found.filter(|found| !found.addresses.is_empty())) else { return false };
        pictures.known.insert(id, Known { ordered: Some(found.addresses), ..known });
        true
    }
}
