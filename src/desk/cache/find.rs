//! Looking up one record of the cache, and saying why there is none.

use crate::catalogue::Corrupt;
use crate::desk::context::{Context, Environment};
use crate::error::{Error, ErrorCode, Result};
use crate::records::Guid;
use crate::records::company::Company;
use crate::records::name::Named;
use crate::sync::Group;

/// A record of the cache that passed its checksum and still cannot be read.
pub(crate) fn damaged(corrupt: &Corrupt) -> Error {
    Error::new(ErrorCode::Storage, format!("A record kept here cannot be read: {corrupt}"))
}

/// The product that a SKU means.
///
/// # Errors
/// `unknown-product` where it means none, `not-ready` where that is not known yet; `invalid-input`, with each of them, where
/// it could mean several.
pub(crate) fn the_product<E: Environment, P>(
    ctx: &Context<E>,
    sku: &str,
    found: Named<P>,
    own: impl Fn(&P) -> &str,
) -> Result<P> {
    match found {
        Named::Unknown => Err(no_product(ctx, sku)),
        found => found.or_say(sku, own, String::new).map_err(|problem| Error::invalid("sku", problem)),
    }
}

/// A company by its id.
pub(crate) fn company<E: Environment>(ctx: &Context<E>, id: &str) -> Result<Company> {
    let unknown = || Error::new(ErrorCode::UnknownCustomer, format!("There is no customer {id}."));
    let id: Guid = id.parse().map_err(|_| unknown())?;
    let found = ctx.shelves.borrow().companies.get(id).map_err(|corrupt| damaged(&corrupt))?;
    found.ok_or_else(|| unless_unread(ctx, &[Group::Customers, Group::Suppliers], unknown()))
}

/// What is said of a product that is not kept, named by SKU or id.
pub(crate) fn no_product<E: Environment>(ctx: &Context<E>, named: &str) -> Error {
    unless_unread(ctx, &[Group::Products], Error::new(ErrorCode::UnknownProduct, format!("There is no product “{named}”.")))
}

/// That something is not there can be said once its lists were read.
fn unless_unread<E: Environment>(ctx: &Context<E>, lists: &[Group], unknown: Error) -> Error {
    let plan = ctx.plan.borrow();
    match lists.iter().find(|list| plan.as_of(**list).is_none()) {
        None => unknown,
        Some(list) => Error::new(ErrorCode::NotReady, format!("Cin7's {} have not been read yet.", list.word())),
    }
}
