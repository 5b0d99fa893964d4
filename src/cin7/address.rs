//! An address of a company or of a sale.

use serde::Deserialize;

use super::fields::{Loose, Wrong};
use crate::records::Guid;

/// An address as Cin7 sends it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Address {
    #[serde(rename = "ID")]
    pub(super) id: Loose<Guid>,
    pub(super) company: Loose<String>,
    pub(super) contact: Loose<String>,
    line1: Loose<String>,
    line2: Loose<String>,
    display_address_line1: Loose<String>,
    display_address_line2: Loose<String>,
    pub(super) city: Loose<String>,
    pub(super) state: Loose<String>,
    pub(super) postcode: Loose<String>,
    pub(super) country: Loose<String>,
    #[serde(rename = "Type")]
    pub(super) kind: Loose<String>,
    pub(super) default_for_type: Loose<bool>,
}

impl Address {
    /// Takes out the first two lines. Where Cin7 sends all its structured fields empty, they are the two that it displays in their
    /// place.
    pub(super) fn lines(&mut self) -> Result<[String; 2], Wrong> {
        use std::mem::take;
        let structured = [&self.line1, &self.line2, &self.city, &self.state, &self.postcode, &self.country];
        if structured.into_iter().all(Loose::is_blank) {
            return Ok([
                take(&mut self.display_address_line1).text("DisplayAddressLine1")?,
                take(&mut self.display_address_line2).text("DisplayAddressLine2")?,
            ]);
        }
        Ok([take(&mut self.line1).text("Line1")?, take(&mut self.line2).text("Line2")?])
    }
}
