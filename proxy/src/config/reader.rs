//! Reads variables, and notes what is wrong with them.

/// The variables, and every problem found so far.
pub(super) struct Reader<R> {
    pub(super) read: R,
    pub(super) problems: Vec<String>,
}

impl<R: Fn(&str) -> Result<Option<String>, String>> Reader<R> {
    /// A blank value counts as not set.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        match (self.read)(name) {
            Ok(value) => value.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    pub(super) fn parsed<T>(&mut self, name: &str, default: T, expected: &str, parse: impl Fn(&str) -> Option<T>) -> T {
        let Some(text) = self.text(name) else { return default };
        parse(&text).unwrap_or_else(|| {
            self.problems.push(format!("{name} must be {expected}, not `{text}`."));
            default
        })
    }
}
