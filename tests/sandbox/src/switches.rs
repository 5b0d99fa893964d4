//! Every behaviour that `Cin7`'s documents leave open, as a switch: both sides can be tested.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The switches; the README says how sure each default is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent question about Cin7")]
pub(crate) struct Switches {
    pub(crate) calls_per_minute: usize,
    pub(crate) rate_limit: RateLimitVariant,
    pub(crate) retry_after: String,
    pub(crate) unknown_path: UnknownPath,
    pub(crate) error_shape: ErrorShape,
    pub(crate) product_page_needs_limit: bool,
    pub(crate) product_match: TextMatch,
    pub(crate) availability_match: TextMatch,
    pub(crate) flagged_arrays: FlaggedArrays,
    pub(crate) nested_is_default: bool,
    pub(crate) upper_case_ids: bool,
    pub(crate) locations_deprecated: DeprecatedFilter,
    pub(crate) external_id_lag_seconds: i64,
    pub(crate) external_id_ignore_case: bool,
    pub(crate) external_id_unique: bool,
    pub(crate) require_location: bool,
    pub(crate) skip_quote_default: bool,
    pub(crate) number_at_header: bool,
    pub(crate) refuse_credit_hold: bool,
    pub(crate) refuse_deprecated_customer: bool,
    pub(crate) refuse_deprecated_product: bool,
    pub(crate) refuse_unsellable_product: bool,
    pub(crate) refuse_service_line: bool,
    pub(crate) minimum_quantity_one: bool,
    pub(crate) line_total: LineTotal,
    pub(crate) total_tolerance: String,
    pub(crate) line_tax: LineTax,
    pub(crate) tax_adjustment: String,
    pub(crate) allocate_backorders: bool,
    pub(crate) prepayment_after_order: bool,
    pub(crate) unknown_sale: UnknownSale,
    pub(crate) discount_total: bool,
    pub(crate) customer_name_unique: bool,
    pub(crate) customer_rep: UnknownRep,
    pub(crate) invoice_words: InvoiceWords,
    pub(crate) tracking_separator: String,
    pub(crate) refuse_void_shipped: bool,
    pub(crate) prepayment_moves_to_invoice: bool,
    pub(crate) numbers_as_strings: bool,
    pub(crate) booleans_as_strings: bool,
    pub(crate) empty_values: EmptyValues,
    pub(crate) instants: Instants,
    pub(crate) list_total: bool,
}

/// What stands for an empty text, an empty list or `null` in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EmptyValues {
    AsStored,
    /// `null` for texts and lists.
    Null,
    /// `""` for texts and `null`; lists stay.
    Blank,
    /// The key is left out.
    Missing,
}

/// How an instant is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Instants {
    /// With `Z` and the digits they are stored with.
    AsStored,
    /// Without `Z`.
    Bare,
    /// With `Z` and seven digits of a second.
    SevenDigits,
}

/// How an exceeded rate limit is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RateLimitVariant {
    #[serde(rename = "429")]
    TooMany,
    #[serde(rename = "503")]
    Unavailable,
    #[serde(rename = "400")]
    BadRequest,
}

/// How a path that is no endpoint is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UnknownPath {
    Html,
    NotFound,
}

/// The shape of an error body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErrorShape {
    Array,
    Object,
}

/// How a SKU or name filter matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TextMatch {
    Contains,
    Prefix,
}

/// What stands for an array whose `Include...` flag is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FlaggedArrays {
    Empty,
    Missing,
}

/// What `Deprecated=true` means on `/ref/location`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeprecatedFilter {
    Include,
    Only,
}

/// Whether a line's `Total` leaves tax out or holds it, on tax-exclusive sales.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LineTotal {
    Net,
    Gross,
}

/// Whether a line's `Tax` is kept as sent or computed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LineTax {
    Trust,
    Recompute,
}

/// How `GET /sale` with an unknown id is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum UnknownSale {
    #[serde(rename = "400")]
    BadRequest,
    #[serde(rename = "404")]
    NotFound,
    #[serde(rename = "empty")]
    Empty,
}

/// What becomes of a new customer's sales representative who is no company contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UnknownRep {
    Empty,
    Refused,
}

/// The words of `CombinedInvoiceStatus`: those of the portal's examples, or those of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InvoiceWords {
    Invoiced,
    Statuses,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            calls_per_minute: 60,
            rate_limit: RateLimitVariant::TooMany,
            retry_after: "60 Seconds".to_owned(),
            unknown_path: UnknownPath::Html,
            error_shape: ErrorShape::Array,
            product_page_needs_limit: true,
            product_match: TextMatch::Contains,
            availability_match: TextMatch::Prefix,
            flagged_arrays: FlaggedArrays::Empty,
            nested_is_default: false,
            upper_case_ids: false,
            locations_deprecated: DeprecatedFilter::Include,
            external_id_lag_seconds: 0,
            external_id_ignore_case: false,
            external_id_unique: false,
            require_location: true,
            skip_quote_default: true,
            number_at_header: true,
            refuse_credit_hold: false,
            refuse_deprecated_customer: false,
            refuse_deprecated_product: false,
            refuse_unsellable_product: false,
            refuse_service_line: true,
            minimum_quantity_one: false,
            line_total: LineTotal::Net,
            total_tolerance: "0".to_owned(),
            line_tax: LineTax::Trust,
            tax_adjustment: "0".to_owned(),
            allocate_backorders: true,
            prepayment_after_order: true,
            unknown_sale: UnknownSale::BadRequest,
            discount_total: true,
            customer_name_unique: true,
            customer_rep: UnknownRep::Empty,
            invoice_words: InvoiceWords::Invoiced,
            tracking_separator: ", ".to_owned(),
            refuse_void_shipped: true,
            prepayment_moves_to_invoice: false,
            numbers_as_strings: false,
            booleans_as_strings: false,
            empty_values: EmptyValues::AsStored,
            instants: Instants::AsStored,
            list_total: true,
        }
    }
}

impl Switches {
    /// These switches with `patch` laid over them; a switch that does not exist is refused by name.
    pub(crate) fn merged(&self, patch: &serde_json::Map<String, serde_json::Value>) -> Result<Self, String> {
        let mut all = serde_json::to_value(self).map_err(|error| error.to_string())?;
        for (name, value) in patch {
            all[name] = value.clone();
        }
        let merged: Self = serde_json::from_value(all).map_err(|error| error.to_string())?;
        for (name, text) in [("total_tolerance", &merged.total_tolerance), ("tax_adjustment", &merged.tax_adjustment)] {
            if crate::fields::decimal(text).is_none() {
                return Err(format!("{name} must be a decimal in a string, not `{text}`"));
            }
        }
        Ok(merged)
    }

    pub(crate) fn tolerance(&self) -> Decimal {
        crate::fields::decimal(&self.total_tolerance).unwrap_or_default()
    }

    pub(crate) fn adjustment(&self) -> Decimal {
        crate::fields::decimal(&self.tax_adjustment).unwrap_or_default()
    }
}
