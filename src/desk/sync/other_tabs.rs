//! What other tabs say has happened.

use crate::desk::cache::save::{is_current, reload};
use crate::desk::cache::state::{CUSTOMERS, SUPPLIERS};
use crate::desk::context::{Context, Environment};
use crate::desk::customers::create::account_hinted;
use crate::desk::customers::overrides::company_changed;
use crate::desk::events::Event;
use crate::desk::orders::among_sales::order_moved;
use crate::desk::orders::show::order_view;
use crate::desk::quotes::store::quote_hinted;
use crate::desk::sync::runner::EVERY_LIST;
use crate::error::Result;

/// Another tab says that `event` happened; `key` names the order, account or company it was about.
///
/// # Errors
/// `storage`.
pub(crate) async fn hinted<E: Environment>(ctx: &Context<E>, event: &str, key: Option<&str>) -> Result<()> {
    if let ("order", Some(key)) = (event, key) {
        let order = order_view(ctx, key).await?;
        order_moved(ctx, key, order.state == "confirmed");
        ctx.tell_this_tab(Event::Order(Box::new(order)));
        ctx.order_bell.ring();
    } else if let ("account", Some(key)) = (event, key) {
        account_hinted(ctx, key).await?;
    } else if let ("quote", Some(key)) = (event, key) {
        quote_hinted(ctx, key).await?;
    } else if let ("company", Some(Ok(id))) = (event, key.map(str::parse)) {
        company_changed(ctx, id).await?;
        ctx.tell_this_tab(Event::Company(id));
        ctx.tell_this_tab(Event::Records(vec![CUSTOMERS, SUPPLIERS]));
    } else if matches!(event, "records" | "sync") && !ctx.leading.get() && !is_current(ctx).await? {
        reload(ctx).await?;
        ctx.tell_this_tab(Event::Sync(Box::new(ctx.sync_view())));
        ctx.tell_this_tab(Event::Records(EVERY_LIST.to_vec()));
    }
    Ok(())
}
