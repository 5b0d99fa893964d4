//! Keeping what a company is to each category. It is written in the batch that saves or confirms the quote, so that neither
//! stands without the other.

use crate::desk::context::{Context, Environment};
use crate::desk::events::{Event, MatrixChange};
use crate::error::{Error, ErrorCode, Result};
use crate::json;
use crate::quote::Quote;
use crate::records::Guid;
use crate::records::matrix::{Matrix, MatrixCell, MatrixState};
use crate::store::{Batch, Store, Table};

/// Prefix of the keys of matrices.
const MATRIX: &str = "matrix/";

fn key_of(company: Guid) -> String {
    format!("{MATRIX}{company}")
}

/// A company's matrix before and after a quote was saved or confirmed.
pub(crate) struct Rise {
    company: Guid,
    state: MatrixState,
    before: Option<Vec<u8>>,
    after: Vec<u8>,
    /// The categories that have risen.
    risen: Vec<String>,
}

impl Rise {
    /// Has it written together with the rest, if nobody has changed the matrix since it was read.
    pub(crate) fn join(&self, batch: Batch) -> Batch {
        let key = key_of(self.company);
        batch.expect(Table::Own, &key, self.before.clone()).put(Table::Own, &key, self.after.clone())
    }
}

/// What the matrix of a quote's customer has to become, by the categories that its products are of now; `None` when
/// nothing changes. A matrix that cannot be read stays for a build that can, and is no reason to lose a quote or an order.
pub(crate) async fn rise_in_matrix<E: Environment>(ctx: &Context<E>, quote: &Quote, state: MatrixState) -> Option<Rise> {
    let company = quote.customer;
    let before = ctx.vault.get(Table::Own, &key_of(company)).await.ok()?;
    let mut matrix: Matrix = before.as_deref().map_or_else(|| Ok(Matrix::default()), serde_json::from_slice).ok()?;
    let now = ctx.now();
    let mut risen = Vec::new();
    let shelves = ctx.shelves.borrow();
    for line in &quote.lines {
        let Some(product) = shelves.products.find(line.product) else { continue };
        let category = product.category();
        if matrix.raise(category, state, now) {
            risen.push(category.trim().to_owned());
        }
    }
    (!risen.is_empty()).then(|| Rise { company, state, before, after: json::to_bytes(&matrix), risen })
}

/// Tells of what has been written. Other tabs hear that the company changed; the states are told where they were reached,
/// so that whoever passes them on does so once.
pub(crate) fn tell_rise<E: Environment>(ctx: &Context<E>, rise: Option<Rise>) {
    let Some(Rise { company, state, risen, .. }) = rise else { return };
    for category in risen {
        ctx.tell_this_tab(Event::Matrix(Box::new(MatrixChange { company_id: company, category, state })));
    }
    ctx.tell(Event::Company(company));
}

/// What a company is to each category that it is aware of, in order of their names.
///
/// # Errors
/// `unknown-customer` for what is no id; `storage`, also when what is kept cannot be read.
pub(crate) async fn category_matrix<E: Environment>(ctx: &Context<E>, company: &str) -> Result<Vec<MatrixCell>> {
    let unknown = |_| Error::new(ErrorCode::UnknownCustomer, format!("There is no customer {company}."));
    let id: Guid = company.parse().map_err(unknown)?;
    let Some(bytes) = ctx.vault.get(Table::Own, &key_of(id)).await? else { return Ok(Vec::new()) };
    let matrix: Matrix = serde_json::from_slice(&bytes)
        .map_err(|fault| Error::new(ErrorCode::Storage, format!("The categories kept here of {id} cannot be read: {fault}")))?;
    Ok(matrix.cells)
}
