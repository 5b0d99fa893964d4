//! What a name means among the names that there are: the one rule for every look-up by name.
//!
//! Cin7 is not known to compare the names of all its records alike, and SKUs that differ in letter case alone do stand there.
//! So the exact spelling wins; a name that is right but for its letter case means something only where it is alone; and
//! where it could mean several, nothing is picked: they are all named.

/// What was meant by a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named<T> {
    /// Nothing bears it.
    Unknown,
    /// This one.
    One(T),
    /// Each of these, in their order; the name does not say which.
    Several(Vec<T>),
}

impl<T> Named<T> {
    /// The one that is meant, where there is one.
    pub fn one(self) -> Option<T> {
        match self {
            Self::One(one) => Some(one),
            Self::Unknown | Self::Several(_) => None,
        }
    }

    /// The same, of something else.
    pub fn map<U>(self, mut of: impl FnMut(T) -> U) -> Named<U> {
        match self {
            Self::Unknown => Named::Unknown,
            Self::One(one) => Named::One(of(one)),
            Self::Several(several) => Named::Several(several.into_iter().map(of).collect()),
        }
    }

    /// The one that is meant.
    ///
    /// # Errors
    /// What to say instead: `unknown`, or which ones the name `wanted` could mean.
    pub fn or_say(self, wanted: &str, name: impl Fn(&T) -> &str, unknown: impl FnOnce() -> String) -> Result<T, String> {
        match self {
            Self::One(one) => Ok(one),
            Self::Unknown => Err(unknown()),
            Self::Several(several) => {
                let names: Vec<String> = several.iter().map(|one| format!("“{}”", name(one))).collect();
                Err(format!("“{}” can mean {}. Spell it exactly as Cin7 does.", wanted.trim(), names.join(" or ")))
            }
        }
    }
}

/// Looks `wanted` up among `all` by their names. Blanks at the ends do not count.
pub fn named<T>(wanted: &str, all: impl Iterator<Item = T> + Clone, name: impl Fn(&T) -> &str) -> Named<T> {
    let exact = |one: &T| name(one).trim() == wanted.trim();
    let mut exactly = all.clone().filter(exact);
    match (exactly.next(), exactly.next()) {
        (Some(one), None) => Named::One(one),
        (None, _) => meant(all.filter(|one| same_name(name(one), wanted)).collect(), exact),
        (Some(_), Some(_)) => meant(all.filter(exact).collect(), exact),
    }
}

/// Which of those that bear a name but for its spelling is meant by it.
pub fn meant<T>(mut alike: Vec<T>, exact: impl Fn(&T) -> bool) -> Named<T> {
    if alike.iter().any(&exact) {
        alike.retain(exact);
    }
    match alike.len() {
        0 => Named::Unknown,
        1 => alike.pop().map_or(Named::Unknown, Named::One),
        _ => Named::Several(alike),
    }
}

/// Whether two names are the same but for letter case and blanks at the ends. Says nothing of what either of them means.
pub fn same_name(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    one == other || one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_spelling_wins_and_letter_case_alone_only_where_it_is_alone() {
        let look = |all: &[&'static str], wanted: &str| named(wanted, all.iter().copied(), |name| name);
        assert_eq!(look(&["kx-9", "KX-9"], "KX-9"), Named::One("KX-9"));
        assert_eq!(look(&["kx-9", "KX-9"], " kx-9 "), Named::One("kx-9"));
        assert_eq!(look(&["kx-9", "KX-9"], "Kx-9"), Named::Several(vec!["kx-9", "KX-9"]));
        assert_eq!(look(&["KX-9", "KX-10"], "kx-9"), Named::One("KX-9"));
        assert_eq!(look(&["Größe"], "GRÖßE"), Named::One("Größe"));
        assert_eq!(look(&["KX-9"], "KX-8"), Named::Unknown);
        assert_eq!(look(&["VAT", "vat", "VAT"], "VAT"), Named::Several(vec!["VAT", "VAT"]), "twice the same name");
    }

    #[test]
    fn a_name_with_two_meanings_names_both() {
        let said = named("Kx-9", ["kx-9", "KX-9"].into_iter(), |name| name).or_say("Kx-9", |name| name, String::new);
        assert_eq!(said.unwrap_err(), "“Kx-9” can mean “kx-9” or “KX-9”. Spell it exactly as Cin7 does.");
    }
}
