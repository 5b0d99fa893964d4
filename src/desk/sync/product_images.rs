//! Asking Cin7 which picture stands for a product, when one was shown.

use crate::desk::cache::pictures::Known;
use crate::desk::cache::state::PRODUCTS;
use crate::desk::context::{Context, Environment};
use crate::desk::events::Event;
use crate::desk::products::pictures::attachments;
use crate::records::Guid;

/// Asks Cin7 for default pictures whenever one is missing, for as long as the tab lives.
pub(crate) async fn run_pictures<E: Environment>(ctx: &Context<E>) {
    loop {
        let wanted = std::mem::take(&mut ctx.pictures.borrow_mut().wanted);
        if wanted.is_empty() {
            ctx.picture_bell.rung().await;
            continue;
        }
        let mut any = false;
        for id in wanted {
            any |= ask_for_picture(ctx, id).await;
        }
        if any {
            ctx.tell_this_tab(Event::Records(vec![PRODUCTS]));
        }
    }
}

async fn ask_for_picture<E: Environment>(ctx: &Context<E>, id: Guid) -> bool {
    let found = attachments(ctx, id).await;
    let mut pictures = ctx.pictures.borrow_mut();
    // Without an answer it is asked about again when it is shown again.
    let known = pictures.known.remove(&id);
    let Some((known, found)) = known.zip(found.filter(|found| !found.addresses.is_empty())) else { return false };
    pictures.known.insert(id, Known { ordered: Some(found.addresses), ..known });
    true
}
