//! Plain text out of descriptions that may hold markup.
//!
//! Cin7's descriptions are typed or pasted by people: plain text, text with entities, or whatever an editor made. The
//! result is read by people too, and travels as text: nothing in it is ever taken as markup again.

/// The text without its markup: entities decoded, blocks and breaks as line breaks, list items with a dash. What scripts
/// and styles hold is dropped. A text without markup keeps its line breaks.
pub fn plain(text: &str) -> String {
    // White space means what HTML says only where blocks do the breaking.
    let mut out = Plain { folds: has_blocks(text), ..Plain::default() };
    // Beyond the last sign that could end a tag there is none.
    let mut rest = text;
    let unclosed = text.len() - text.rfind('>').map_or(0, |at| at + 1);
    while let Some(at) = rest.find(['<', '&']) {
        let (before, found) = rest.split_at(at);
        out.text(before);
        rest = if found.starts_with('&') {
            entity(found, &mut out)
        } else if found.len() > unclosed || found.starts_with("<!--") {
            tag(found, &mut out)
        } else {
            out.push('<');
            &found[1..]
        };
    }
    out.text(rest);
    out.finish()
}

/// Elements that stand on lines of their own.
const BLOCKS: [&str; 22] = [
    "p",
    "br",
    "div",
    "li",
    "ul",
    "ol",
    "tr",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "section",
    "article",
    "header",
    "footer",
    "blockquote",
    "dt",
    "dd",
];
/// Elements whose content is no text.
const DROPPED: [&str; 8] = ["script", "style", "head", "title", "template", "iframe", "object", "noscript"];
/// How far quotes within a tag are looked at; an embedded picture is longer, and has no sign in it that would end the tag.
const LONGEST_ATTRIBUTES: usize = 4096;
/// Named entities that descriptions are seen with.
const ENTITIES: [(&str, char); 34] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bull", '•'),
    ("middot", '·'),
    ("hellip", '…'),
    ("deg", '°'),
    ("plusmn", '±'),
    ("times", '×'),
    ("frac12", '½'),
    ("frac14", '¼'),
    ("frac34", '¾'),
    ("sup2", '²'),
    ("sup3", '³'),
    ("micro", 'µ'),
    ("pound", '£'),
    ("euro", '€'),
    ("cent", '¢'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("eacute", 'é'),
    ("uuml", 'ü'),
    ("ouml", 'ö'),
    ("auml", 'ä'),
];

#[derive(Default)]
struct Plain {
    out: String,
    folds: bool,
    /// White space is due before the next character.
    space: bool,
}

impl Plain {
    fn text(&mut self, text: &str) {
        for character in text.chars() {
            self.push(character);
        }
    }

    fn push(&mut self, character: char) {
        match character {
            '\n' if !self.folds => self.line(),
            // A break is a line feed, alone or after a carriage return.
            '\r' if !self.folds => {}
            white if white.is_whitespace() => self.space = true,
            control if control.is_control() => {}
            shown => {
                if self.space && !self.out.is_empty() && !self.out.ends_with('\n') {
                    self.out.push(' ');
                }
                self.space = false;
                self.out.push(shown);
            }
        }
    }

    /// A line break of the text itself: an empty line stays one, several become one.
    fn line(&mut self) {
        self.space = false;
        if !self.out.ends_with("\n\n") && !self.out.is_empty() {
            self.out.push('\n');
        }
    }

    /// The end of a block, unless a line has just begun.
    fn block(&mut self) {
        self.space = false;
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn finish(mut self) -> String {
        self.out.truncate(self.out.trim_end().len());
        self.out
    }
}

/// A tag at the beginning of a text: its name in lower case, whether it closes, and what follows it. `None` when the sign is
/// only a sign, as in `5 < 6`.
fn tag_at(text: &str) -> Option<(String, bool, &str)> {
    let inside = text.strip_prefix('<')?;
    let (closes, inside) = inside.strip_prefix('/').map_or((false, inside), |inside| (true, inside));
    if !inside.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return None;
    }
    let name_end = inside.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').unwrap_or(inside.len());
    let (name, attributes) = inside.split_at(name_end);
    let end = attribute_end(attributes).or_else(|| attributes.find('>'))?;
    Some((name.to_ascii_lowercase(), closes, attributes.get(end + 1..)?))
}

/// Where the sign that ends a tag is: the first that is not within quotes.
fn attribute_end(attributes: &str) -> Option<usize> {
    let mut quote = None;
    for (at, letter) in attributes.char_indices().take(LONGEST_ATTRIBUTES) {
        match (quote, letter) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), letter) if open == letter => quote = None,
            _ => {}
        }
    }
    None
}

fn has_blocks(text: &str) -> bool {
    let text = &text[..text.rfind('>').map_or(0, |at| at + 1)];
    text.match_indices('<').any(|(at, _)| tag_at(&text[at..]).is_some_and(|(name, ..)| BLOCKS.contains(&name.as_str())))
}

/// Takes in what begins with `<`, and returns what follows.
fn tag<'a>(text: &'a str, out: &mut Plain) -> &'a str {
    if let Some(comment) = text.strip_prefix("<!--") {
        return comment.find("-->").map_or("", |end| &comment[end + 3..]);
    }
    if let Some(declared) = text.strip_prefix("<!").or_else(|| text.strip_prefix("<?"))
        && let Some(end) = declared.find('>')
    {
        return &declared[end + 1..];
    }
    let Some((name, closes, rest)) = tag_at(text) else {
        out.push('<');
        return &text[1..];
    };
    if DROPPED.contains(&name.as_str()) && !closes {
        return after_closing(rest, &name);
    }
    if matches!(name.as_str(), "td" | "th") {
        out.space = true;
    }
    if BLOCKS.contains(&name.as_str()) {
        if name == "br" {
            out.line();
        } else {
            out.block();
        }
        if name == "li" && !closes {
            out.text("- ");
        }
    }
    rest
}

/// What follows the closing tag of this name; nothing when it is never closed.
fn after_closing<'a>(text: &'a str, name: &str) -> &'a str {
    for (at, _) in text.match_indices("</") {
        if let Some((closing, true, rest)) = tag_at(&text[at..])
            && closing == name
        {
            return rest;
        }
    }
    ""
}

/// Takes in what begins with `&`, and returns what follows. What is no entity stands for itself.
fn entity<'a>(text: &'a str, out: &mut Plain) -> &'a str {
    let end = text.bytes().take(12).position(|byte| byte == b';');
    if let Some(end) = end
        && let Some(character) = decoded(&text[1..end])
    {
        out.push(character);
        return &text[end + 1..];
    }
    out.push('&');
    &text[1..]
}

fn decoded(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).map(|character| if character == '\u{a0}' { ' ' } else { character });
    }
    ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, character)| *character)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn p09_markup_becomes_plain_text() {
        for (markup, text) in [
            ("", ""),
            ("  \r\n ", ""),
            ("<p>Solid <b>oak</b></p>", "Solid oak"),
            ("<p>Solid oak.</p>\r\n<p>Oiled.</p>", "Solid oak.\nOiled."),
            ("Solid oak.\r\nOiled.\r\n\r\n\r\n\r\nHeavy.", "Solid oak.\nOiled.\n\nHeavy."),
            ("one<br>two<br/>three<BR /><br><br>four", "one\ntwo\nthree\n\nfour"),
            ("<ul>\n  <li>oak</li>\n  <li>ash</li>\n</ul>Made here", "- oak\n- ash\nMade here"),
            (
                "<table><tr><td>Width</td><td>50&nbsp;cm</td></tr><tr><td>Height</td><td>90 cm</td></tr></table>",
                "Width 50 cm\nHeight 90 cm",
            ),
            ("5 < 6 &amp; 7 > 6", "5 < 6 & 7 > 6"),
            ("AT&T &copy; &#233;&#xE9; &unknown; &#0; &;", "AT&T © éé &unknown; &;"),
            ("&lt;b&gt;not bold&lt;/b&gt;", "<b>not bold</b>"),
            ("a<script>alert('</p>')</script>b<style>p{}</style>c", "abc"),
            ("a<SCRIPT src=x>never closed <b>b", "a"),
            ("a<!-- <b>hidden</b> -->b<!doctype html>c<!-- open", "abc"),
            ("<a title=\"x > y\" href='javascript:alert(1)'>link</a>", "link"),
            ("<p title=\"never closed>shown</p>", "shown"),
            ("<img src=x onerror=alert(1)>", ""),
            ("i <3 oak", "i <3 oak"),
            ("a <b", "a <b"),
        ] {
            assert_eq!(plain(markup), text, "{markup}");
        }
    }

    proptest! {
        #[test]
        fn p09_any_text_becomes_some_text(text in "(\\PC|[<>&;/!\\-\\n\\r\\t\"'a-z#0-9]){0,80}") {
            let plain = plain(&text);
            prop_assert!(!plain.contains(|letter: char| letter.is_control() && letter != '\n'), "{plain:?}");
            prop_assert_eq!(plain.trim(), plain.as_str());
            prop_assert!(plain.len() <= text.len() + 4 * text.matches("<li").count() + 4 * text.matches('&').count());
        }

        #[test]
        fn p09_what_a_script_holds_never_shows(before in "[a-z ]{0,9}", inside in "[a-z(){};\"' ]{0,30}", after in "[a-z ]{0,9}") {
            let shown = plain(&format!("{before}<script>{inside}SECRET</script>{after}"));
            prop_assert!(!shown.contains("SECRET"));
        }
    }
}
