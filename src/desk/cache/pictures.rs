//! What is known of products' pictures, in memory alone.

use std::collections::BTreeMap;

use crate::records::product::Product;
use crate::records::{Guid, Timestamp};

/// Most products whose pictures are asked about at once; each costs a call of the shared minute.
const MOST_ASKED: usize = 20;

/// What is known of the pictures of products that were shown.
#[derive(Debug, Default)]
pub(crate) struct Pictures {
    pub(crate) known: BTreeMap<Guid, Known>,
    /// The links of products of which one did not load, the default picture's first, with when they were read.
    pub(crate) renewed: BTreeMap<Guid, (Timestamp, Vec<String>)>,
    /// Products to ask about.
    pub(crate) wanted: Vec<Guid>,
}

#[derive(Debug)]
pub(crate) struct Known {
    /// The product as it was when it was asked about.
    pub(crate) of: (Option<Timestamp>, Vec<String>),
    /// Its pictures, the default one first; `None` while the answer is awaited.
    pub(crate) ordered: Option<Vec<String>>,
}

impl Pictures {
    /// Puts the default picture first, as far as that is known. Returns whether there is a product to ask about.
    pub(crate) fn order(&mut self, product: &mut Product) -> bool {
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
