//! Attachments of a product: added, taken away, another one made the default.

use super::lines::Done;
use crate::clock::instant_text;
use crate::collection::Kind;
use crate::fields::{Fields, object};
use crate::pictures::content_type;
use crate::state::State;

/// `attach` with `{"file", "default", "broken"}`, `detach` and `set_default` with `{"file"}`.
pub(super) fn act(state: &mut State, mut product: Fields, action: &str, with: &Fields) -> Done {
    let file = with.text("file").ok_or("`file` is needed")?;
    let mut attachments = product.list("Attachments");
    let at = attachments.iter().position(|own| own.text_or_empty("FileName") == file);
    match (action, at) {
        ("attach", None) => {
            let stored = if with.flag("broken") == Some(true) { format!("gone-{file}") } else { file.clone() };
            attachments.push(object! {
                "ID" => state.new_id(), "ContentType" => content_type(&file), "IsDefault" => "false", "FileName" => file,
                "DownloadUrl" => format!("/attachments/{}/{stored}", product.text_or_empty("ID")),
            });
        }
        ("attach" | "set_default", Some(_)) => {}
        ("detach", Some(at)) => drop(attachments.remove(at)),
        ("detach" | "set_default", None) => return Err(format!("the product has no attachment `{file}`")),
        _ => return Err(format!("`{action}` cannot be done to products")),
    }
    if action == "set_default" || with.flag("default") == Some(true) {
        for own in &mut attachments {
            let is_default = own.text_or_empty("FileName") == file;
            own.set("IsDefault", if is_default { "true" } else { "false" });
        }
    }
    product.set("Attachments", &attachments);
    product.set("LastModifiedOn", &instant_text(state.clock.now()));
    let products = state.world.of_mut(Kind::Products);
    if let Some(at) = products.positions(&product.text_or_empty("ID")).first().copied() {
        products.replace(at, product);
    }
    Ok(())
}
