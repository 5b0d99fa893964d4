//! Folding: the form of a text in which letter case, accents and typographic variants make no difference.
//!
//! Latin letters lose their accents (`É` and `e` are the same, `ß` is `ss`, `ø` is `o`), other scripts lose their case.
//! Typographic quotes, dashes and spaces become the plain ones.

/// Plain letters for U+00C0 to U+017F, one per code point; `?` marks those that [`digraph`] spells out or that have none.
const LATIN: &[u8; 192] = b"aaaaaa?ceeeeiiii?nooooo?ouuuuy??aaaaaa?ceeeeiiii?nooooo?ouuuuy?yaaaaaaccccccccddddeeeeeeeeeegggg\
    gggghhhhiiiiiiiiii??jjkkkllllllllllnnnnnn???oooooo??rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
/// Plain letters for U+1EA0 to U+1EF9, Vietnamese.
const VIETNAMESE: &[u8; 90] = b"aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy";

fn digraph(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'þ' | 'Þ' => "th",
        'ð' | 'Ð' => "d",
        'ĳ' | 'Ĳ' => "ij",
        'ŋ' | 'Ŋ' | 'ŉ' => "n",
        'ș' | 'Ș' => "s",
        'ț' | 'Ț' => "t",
        'ơ' | 'Ơ' => "o",
        'ư' | 'Ư' => "u",
        '×' => "x",
        '‘' | '’' | '‛' | '′' => "'",
        '“' | '”' | '„' | '″' => "\"",
        '\u{2010}'..='\u{2015}' | '−' => "-",
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}' | '\u{300}'..='\u{36f}' => "",
        '…' => "...",
        _ => return None,
    })
}

/// Hands over the folded form of one character: nothing for a combining accent, two letters for `ß`.
pub(crate) fn fold_char(letter: char, mut each: impl FnMut(char)) {
    if letter.is_ascii() {
        return each(letter.to_ascii_lowercase());
    }
    let table: Option<(&[u8], u32)> = match letter {
        'À'..='ſ' => Some((LATIN, 0xc0)),
        'Ạ'..='ỹ' => Some((VIETNAMESE, 0x1ea0)),
        _ => None,
    };
    let plain = table.and_then(|(table, first)| table.get(usize::try_from(u32::from(letter) - first).ok()?)).copied();
    if let Some(plain) = plain.filter(|plain| *plain != b'?') {
        each(char::from(plain));
    } else if let Some(spelled) = digraph(letter) {
        spelled.chars().for_each(each);
    } else if letter.is_whitespace() {
        each(' ');
    } else {
        letter.to_lowercase().for_each(each);
    }
}

/// The folded form of a text.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// Appends the folded form of a text.
pub(crate) fn fold_into(text: &str, folded: &mut String) {
    for letter in text.chars() {
        fold_char(letter, |plain| folded.push(plain));
    }
}

/// A key's folded form: trimmed, with single spaces.
pub(crate) fn fold_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for word in fold(text).split_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(word);
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_typography_make_no_difference() {
        for (text, folded) in [
            ("Crème Brûlée", "creme brulee"),
            ("GROẞE Straße", "grosse strasse"),
            ("Ærøskøbing", "aeroskobing"),
            ("Łódź Żółć", "lodz zolc"),
            ("İstanbul ığüşöç", "istanbul igusoc"),
            ("Čeština, ŘÍP ů", "cestina, rip u"),
            ("Đà Nẵng phở", "da nang pho"),
            ("e\u{301}clair", "eclair"),
            ("2”×4’ – oak", "2\"x4' - oak"),
            ("ΣΟΦΑ Стул", "σοφα стул"),
            ("ŒUVRE þing Ŵŷſ ŋ ĸ", "oeuvre thing wys n k"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn every_accented_latin_letter_folds_to_ascii() {
        for letter in ('À'..='ſ').chain('Ạ'..='ỹ').filter(|letter| *letter != '÷') {
            let folded = fold(&letter.to_string());
            assert!(folded.is_ascii() && !folded.is_empty(), "{letter} became {folded}");
            assert_eq!(fold(&letter.to_lowercase().to_string()), folded, "{letter} in lower case");
        }
    }

    #[test]
    fn a_key_is_trimmed_and_single_spaced() {
        assert_eq!(fold_key("  AB\u{a0} 12 "), "ab 12");
    }
}
