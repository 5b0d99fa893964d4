//! Texts that must fit into Cin7's fields.

/// What ends a text that was cut.
const ELLIPSIS: char = '…';

/// Length in UTF-16 units, by which Cin7's limits are taken to count.
pub(super) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The text, or as much of it as fits into `limit` UTF-16 units with an ellipsis at its end. Never splits a character,
/// nor takes the accent, skin tone or joined part from one.
pub(super) fn cut(text: &str, limit: usize) -> String {
    if length(text) <= limit {
        return text.to_owned();
    }
    let room = limit.saturating_sub(ELLIPSIS.len_utf16());
    let mut units = 0;
    let mut end = 0;
    let mut before = None;
    for (at, character) in text.char_indices() {
        if !before.is_some_and(|before| belong_together(before, character)) {
            end = at;
        }
        units += character.len_utf16();
        if units > room {
            break;
        }
        before = Some(character);
    }
    let mut kept = text[..end].trim_end().to_owned();
    kept.push(ELLIPSIS);
    kept
}

/// Whether a reader sees the two as one character: combining marks, variation selectors, skin tones, joined emoji.
const fn belong_together(before: char, after: char) -> bool {
    matches!(after, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{200d}' | '\u{1f3fb}'..='\u{1f3ff}')
        || before == '\u{200d}'
        || (matches!(before, '\u{1f1e6}'..='\u{1f1ff}') && matches!(after, '\u{1f1e6}'..='\u{1f1ff}'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_fits_is_left_alone_and_what_does_not_ends_with_an_ellipsis() {
        assert_eq!(cut(&"x".repeat(256), 256), "x".repeat(256));
        assert_eq!(cut(&"x".repeat(257), 256), format!("{}…", "x".repeat(255)));
        assert_eq!(cut("", 256), "");
    }

    #[test]
    fn a_character_is_never_split() {
        // Two UTF-16 units each: at an odd limit the last one goes whole.
        assert_eq!(cut(&"😀".repeat(4), 6), "😀😀…");
        assert_eq!(cut("cafe\u{301} noir", 6), "cafe\u{301}…");
        assert_eq!(cut("cafe\u{301} noir", 5), "caf…");
        assert_eq!(cut("a👩\u{200d}🔧 and more", 5), "a…");
    }

    proptest! {
        #[test]
        fn a_cut_text_fits_and_begins_the_same(text in "\\PC{0,40}", limit in 1_usize..40) {
            let cut = cut(&text, limit);
            prop_assert!(length(&cut) <= limit);
            prop_assert!(cut == text || text.starts_with(cut.trim_end_matches(ELLIPSIS)));
        }
    }
}
