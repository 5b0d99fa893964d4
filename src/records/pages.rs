//! That no page of a list comes twice.

/// Notes a page of `list` among those `seen`, by what tells it from every other.
///
/// # Errors
/// What is to be said when it has come before: a list that does not turn its pages passes rows over, and never ends.
pub fn take(seen: &mut Vec<u64>, page: u64, list: &str) -> Result<(), String> {
    if seen.contains(&page) {
        return Err(format!("Cin7 gave a page of its list {list} twice, so that some of it is missing."));
    }
    seen.push(page);
    Ok(())
}
