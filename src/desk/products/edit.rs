//! Edits of products in the CRM: they never travel, and hold until Cin7's list has been read the next time.

use crate::desk::cache::find::no_product;
use crate::desk::cache::state::PRODUCTS;
use crate::desk::context::{Context, Environment};
use crate::desk::events::Event;
use crate::desk::products::view::{ProductView, product_view};
use crate::error::{Error, ErrorCode, Result};
use crate::records::Guid;
use crate::records::company::edit::{LONGEST_NAME, object, text};

/// Changes the description of a product, named by id, as this tab shows it; `edit` is JSON. Products are Cin7's: nothing
/// is sent or stored, quotes and orders keep Cin7's text, and the next sync puts it back.
///
/// # Errors
/// `unknown-product`, `invalid-input`, `not-ready`.
pub(crate) fn edit_product<E: Environment>(ctx: &Context<E>, id: &str, edit: &str) -> Result<ProductView> {
    let mut details = Vec::new();
    let given = serde_json::from_str::<serde_json::Value>(edit).unwrap_or_default();
    let description = match object(&given, "", &["description"], &mut details) {
        Some(parts) => text(parts, "", "description", LONGEST_NAME, &mut details),
        None => String::new(),
    };
    if description.is_empty() && details.is_empty() {
        details.push(crate::error::Detail::new("description", "A product needs a description."));
    }
    if !details.is_empty() {
        return Err(Error::with_details(ErrorCode::InvalidInput, "The product cannot be changed like this.", details));
    }
    let known = id.parse::<Guid>().ok().filter(|id| ctx.shelves.borrow().products.get(*id).is_some());
    let Some(known) = known else {
        return Err(no_product(ctx, id));
    };
    ctx.shelves.borrow_mut().edited_products.insert(known, description);
    ctx.tell_this_tab(Event::Records(vec![PRODUCTS]));
    product_view(ctx, id)
}
