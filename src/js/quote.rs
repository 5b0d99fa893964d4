//! One quote, alive on the page. Every method converts, calls and converts.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::convert::{answer, done, error_to_js, given, to_js, whole};
use crate::error::{Error, ErrorCode};
use crate::json;
use crate::money::Amount;
use crate::planted;
use crate::quote::{LineFacts, LiveQuote as Live, QuoteBundle, QuoteContext, RefusedInput, Unsaved};

/// A quote being written. Lives where the screen is; `quote.ts` wraps it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct LiveQuote {
    live: Live,
}

/// Reads what the worker's instance wrote.
fn read<T: DeserializeOwned>(json: &str) -> Result<T, JsValue> {
    serde_json::from_str(json).map_err(|fault| error_to_js(Error::new(ErrorCode::Internal, fault.to_string())))
}

/// What `quoteFacts` and `refreshStock` answer.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FreshFacts {
    context: QuoteContext,
    facts: Vec<LineFacts>,
}

/// What `saveQuote` is called with.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ToSave {
    document: String,
    gross: Amount,
    revision: u32,
}

#[wasm_bindgen]
impl LiveQuote {
    /// Opens a quote from the bundle that the engine made, as JSON text.
    pub fn open(bundle: &str) -> Result<LiveQuote, JsValue> {
        let live = Live::open(read::<QuoteBundle>(bundle)?).map_err(error_to_js)?;
        Ok(Self { live })
    }

    /// The quote as it is stored, as JSON text.
    pub fn document(&self) -> Result<String, JsValue> {
        super::convert::text(Ok(self.live.quote()))
    }

    /// The ids of its products.
    #[wasm_bindgen(js_name = productIds)]
    pub fn product_ids(&self) -> Vec<String> {
        self.live.product_ids().iter().map(ToString::to_string).collect()
    }

    /// `QuoteView`.
    pub fn view(&self) -> Result<JsValue, JsValue> {
        whole(&self.live.view())
    }

    /// `QuoteHeader`.
    pub fn header(&self) -> Result<JsValue, JsValue> {
        to_js(&self.live.header())
    }

    /// `LineView[]`.
    pub fn lines(&self) -> Result<JsValue, JsValue> {
        whole(&self.live.lines())
    }

    /// `LineView`.
    pub fn line(&self, id: &str) -> Result<JsValue, JsValue> {
        answer(self.live.line(id))
    }

    /// `Totals`.
    pub fn totals(&self) -> Result<JsValue, JsValue> {
        to_js(&self.live.totals())
    }

    /// `Problem[]`.
    pub fn problems(&self) -> Result<JsValue, JsValue> {
        whole(&self.live.problems())
    }

    /// Adds a line from the facts that the engine gave, as JSON text: `LineView`.
    #[wasm_bindgen(js_name = addLine)]
    pub fn add_line(&mut self, facts: &str, quantity: &str, id: &str) -> Result<JsValue, JsValue> {
        let facts = read::<LineFacts>(facts)?;
        answer(self.live.add_line(facts, quantity, id))
    }

    /// Takes a line out.
    #[wasm_bindgen(js_name = removeLine)]
    pub fn remove_line(&mut self, id: &str) -> Result<(), JsValue> {
        done(self.live.remove_line(id))
    }

    /// Puts it back: `LineView`.
    #[wasm_bindgen(js_name = restoreLine)]
    pub fn restore_line(&mut self, id: &str) -> Result<JsValue, JsValue> {
        answer(self.live.restore_line(id))
    }

    /// Moves a line: `LineView`.
    #[wasm_bindgen(js_name = moveLine)]
    pub fn move_line(&mut self, id: &str, number: usize) -> Result<JsValue, JsValue> {
        answer(self.live.move_line(id, number))
    }

    /// `LineView`.
    #[wasm_bindgen(js_name = setQuantity)]
    pub fn set_quantity(&mut self, id: &str, quantity: &str) -> Result<JsValue, JsValue> {
        answer(self.live.set_quantity(id, quantity))
    }

    /// `LineView`.
    #[wasm_bindgen(js_name = setPrice)]
    pub fn set_price(&mut self, id: &str, price: &str) -> Result<JsValue, JsValue> {
        answer(self.live.set_price(id, price))
    }

    /// `LineView`.
    #[wasm_bindgen(js_name = resetPrice)]
    pub fn reset_price(&mut self, id: &str) -> Result<JsValue, JsValue> {
        answer(self.live.reset_price(id))
    }

    /// `LineView`.
    #[wasm_bindgen(js_name = setDiscount)]
    pub fn set_discount(&mut self, id: &str, discount: &str) -> Result<JsValue, JsValue> {
        answer(self.live.set_discount(id, discount))
    }

    /// Gives a typed discount up: `LineView`.
    #[wasm_bindgen(js_name = resetDiscount)]
    pub fn reset_discount(&mut self, id: &str) -> Result<JsValue, JsValue> {
        answer(self.live.reset_discount(id))
    }

    /// `QuoteFigures`.
    pub fn figures(&self) -> Result<JsValue, JsValue> {
        to_js(&self.live.figures())
    }

    /// `LineView`.
    #[wasm_bindgen(js_name = setDescription)]
    pub fn set_description(&mut self, id: &str, text: &str) -> Result<JsValue, JsValue> {
        planted::panic_at(text);
        answer(self.live.set_description(id, text))
    }

    /// `LineView`.
    #[wasm_bindgen(js_name = setExtendedDescription)]
    pub fn set_extended_description(&mut self, id: &str, text: &str) -> Result<JsValue, JsValue> {
        answer(self.live.set_extended_description(id, text))
    }

    /// Names the warehouse that a line should ship from; nothing is the quote's: `LineView`.
    #[wasm_bindgen(js_name = setLineWarehouse)]
    pub fn set_line_warehouse(&mut self, id: &str, name: Option<String>) -> Result<JsValue, JsValue> {
        answer(self.live.set_line_warehouse(id, name.as_deref()))
    }

    /// Says when a line should be delivered: `LineView`.
    #[wasm_bindgen(js_name = setLineDeliveryDate)]
    pub fn set_line_delivery_date(&mut self, id: &str, day: Option<String>) -> Result<JsValue, JsValue> {
        answer(self.live.set_line_delivery_date(id, day.as_deref()))
    }

    /// Puts a line under another tax rule: `LineView`.
    #[wasm_bindgen(js_name = setTaxRule)]
    pub fn set_tax_rule(&mut self, id: &str, name: &str) -> Result<JsValue, JsValue> {
        answer(self.live.set_tax_rule(id, name))
    }

    /// Prices the quote on a tier; nothing goes back to the customer's own.
    #[wasm_bindgen(js_name = setPriceTier)]
    pub fn set_price_tier(&mut self, ordinal: Option<u8>) -> Result<(), JsValue> {
        done(self.live.set_price_tier(ordinal))
    }

    /// Chooses the warehouse.
    #[wasm_bindgen(js_name = setWarehouse)]
    pub fn set_warehouse(&mut self, name: Option<String>) -> Result<(), JsValue> {
        done(self.live.set_warehouse(name.as_deref()))
    }

    /// Changes parts of the header, given as JSON text: `QuoteHeader`.
    #[wasm_bindgen(js_name = editHeader)]
    pub fn edit_header(&mut self, edit: &str) -> Result<JsValue, JsValue> {
        answer(self.live.edit_header(edit))
    }

    /// Keeps what was typed and not taken, a list of `RefusedInput`, on a line or the header.
    #[wasm_bindgen(js_name = refuseInputs)]
    pub fn refuse_inputs(&mut self, line: Option<String>, inputs: JsValue) -> Result<(), JsValue> {
        done(self.live.refuse_inputs(line.as_deref(), given::<Vec<RefusedInput>>(inputs)?))
    }

    /// Carries out a fix.
    #[wasm_bindgen(js_name = applyFix)]
    pub fn apply_fix(&mut self, action: &str, line: Option<String>) -> Result<(), JsValue> {
        done(self.live.apply_fix(action, line.as_deref()))
    }

    /// What is to be written down, as JSON text, or nothing: `{ document, gross, revision }`, the document as text.
    pub fn unsaved(&mut self) -> Result<JsValue, JsValue> {
        let Some(Unsaved { document, gross, revision }) = self.live.unsaved() else { return Ok(JsValue::UNDEFINED) };
        to_js(&ToSave { document: json::to_text(&document), gross, revision })
    }

    /// Hears what became of a save, as JSON text. Returns whether anything on the quote moved by it.
    pub fn saved(&mut self, answer: &str) -> Result<bool, JsValue> {
        self.live.saved(read(answer)?).map_err(error_to_js)
    }

    /// Makes a version that was written elsewhere one with this, given as a bundle. Returns whether anything moved by it.
    #[wasm_bindgen(js_name = takeOver)]
    pub fn take_over(&mut self, bundle: &str) -> Result<bool, JsValue> {
        self.live.take_over(read(bundle)?).map_err(error_to_js)
    }

    /// The revision that it stands at.
    pub fn revision(&self) -> u32 {
        self.live.revision()
    }

    /// `QuoteConflict[]`.
    pub fn conflicts(&self) -> Result<JsValue, JsValue> {
        to_js(&self.live.clashes())
    }

    /// `QuoteConflict[]`: what was done here after the quote was ordered elsewhere.
    #[wasm_bindgen(js_name = tooLate)]
    pub fn too_late(&self) -> Result<JsValue, JsValue> {
        to_js(&self.live.too_late().to_vec())
    }

    /// Ends a conflict.
    pub fn choose(&mut self, line: Option<String>, field: &str, theirs: bool) -> Result<(), JsValue> {
        done(self.live.choose(line.as_deref(), field, theirs))
    }

    /// Undoes the last edit: `QuoteChange[]`.
    pub fn undo(&mut self) -> Result<JsValue, JsValue> {
        answer(self.live.undo())
    }

    /// Does the last undone edit again: `QuoteChange[]`.
    pub fn redo(&mut self) -> Result<JsValue, JsValue> {
        answer(self.live.redo())
    }

    /// Whether there is an edit to undo.
    #[wasm_bindgen(js_name = canUndo)]
    pub fn can_undo(&self) -> bool {
        self.live.can_undo()
    }

    /// Whether there is an undone edit to do again.
    #[wasm_bindgen(js_name = canRedo)]
    pub fn can_redo(&self) -> bool {
        self.live.can_redo()
    }

    /// Makes the next edit a part of the last one.
    pub fn amend(&mut self) {
        self.live.amend();
    }

    /// Takes over what the engine knows now, as JSON text.
    #[wasm_bindgen(js_name = replaceFacts)]
    pub fn replace_facts(&mut self, fresh: &str) -> Result<(), JsValue> {
        let FreshFacts { context, facts } = read(fresh)?;
        self.live.replace_facts(facts);
        done(self.live.replace_context(context))
    }
}
