//! placeholder
use crate::fields::Fields;
pub(crate) fn draw(_product: &Fields, _file: &str) -> Option<String> { None }
