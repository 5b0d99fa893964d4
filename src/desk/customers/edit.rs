//! The CRM's own edits of companies, which stay here.

use crate::desk::cache::find::company;
use crate::desk::cache::state::SUPPLIERS;
use crate::desk::context::{Context, Environment};
use crate::desk::customers::overrides::keep_changed;
use crate::desk::customers::view::{CompanyView, company_view};
use crate::desk::events::Event;
use crate::error::Result;
use crate::records::company::{Company, CompanyKind, OnceCopied};

/// Changes the CRM's own fields of a company (`edit` is JSON of `CompanyEdit`). Nothing is sent to Cin7.
///
/// # Errors
/// `invalid-input` with everything that is wrong; `unknown-customer`, `storage`, `storage-full`.
pub(crate) async fn edit_company<E: Environment>(ctx: &Context<E>, id: &str, edit: &str) -> Result<CompanyView> {
    change_own(ctx, id, |company| company.own.edited(edit)).await
}

/// Takes Cin7's word for one of the fields that do not travel: `name`, `phone`, `mainAddress` or `contacts`.
///
/// # Errors
/// `invalid-input`, `unknown-customer`, `storage`, `storage-full`.
pub(crate) async fn accept_company<E: Environment>(ctx: &Context<E>, id: &str, field: &str) -> Result<CompanyView> {
    change_own(ctx, id, |company| company.accepted(field)).await
}

async fn change_own<E: Environment>(
    ctx: &Context<E>,
    id: &str,
    change: impl Fn(&Company) -> Result<OnceCopied>,
) -> Result<CompanyView> {
    let known = company(ctx, id)?;
    keep_changed(ctx, known.cin7.id, change).await?;
    ctx.tell(Event::Company(known.cin7.id));
    let list = if known.cin7.kind == CompanyKind::Supplier { SUPPLIERS } else { crate::desk::cache::state::CUSTOMERS };
    ctx.tell_this_tab(Event::Records(vec![list]));
    company_view(ctx, id)
}
