//! Which picture stands for a product.
//!
//! The list of products names their pictures but is not documented to say which is the default one. Only a call per product
//! says so; it is made when a product with several pictures is shown, and kept until the product changes.

use crate::cin7;
use crate::cin7::requests;
use crate::desk::context::{Context, Environment};
use crate::error::{Error, ErrorCode, Result};
use crate::records::Guid;
use crate::records::product::Product;
use crate::transport::Transport;

/// How long the links that Cin7 gave are taken for good when one of a product's does not load, in milliseconds.
const RENEWED_FOR: i64 = 600_000;

/// Puts the default picture of a product that is about to be shown first. When Cin7 has to be asked for it, that is
/// noted; until it has answered, the first of the list stands for the product.
pub(crate) fn order_pictures<E: Environment>(ctx: &Context<E>, product: &mut Product) {
    if ctx.settings.pictures && ctx.pictures.borrow_mut().order(product) {
        ctx.picture_bell.ring();
    }
}

/// A link in the place of one that did not load: Cin7's expire. The product's pictures are asked for again, once in ten
/// minutes at most. `None` when Cin7 has no other link either.
///
/// # Errors
/// `unknown-product` for what is no id.
pub(crate) async fn renew_picture<E: Environment>(ctx: &Context<E>, id: &str, lost: &str) -> Result<Option<String>> {
    let unknown = || Error::new(ErrorCode::UnknownProduct, format!("There is no product “{id}”."));
    let id: Guid = id.parse().map_err(|_| unknown())?;
    let known = ctx.pictures.borrow().renewed.get(&id).cloned();
    let links = if let Some((_, links)) = known.filter(|(read, _)| ctx.now().since(*read) < RENEWED_FOR) {
        links
    } else {
        let links = attachments(ctx, id).await.map(|found| found.addresses).unwrap_or_default();
        ctx.pictures.borrow_mut().renewed.insert(id, (ctx.now(), links.clone()));
        links
    };
    Ok(links.into_iter().next().filter(|link| link != lost))
}

pub(crate) async fn attachments<E: Environment>(ctx: &Context<E>, id: Guid) -> Option<cin7::product::Pictures> {
    let request = requests::attachments(id);
    let response = ctx.net.send(request).await.ok()?;
    cin7::product::attachments(&response.body).ok()
}
