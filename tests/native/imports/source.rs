//! A source file as far as the layers go: its words without comments, strings and tests.

/// A file that has been read.
pub(crate) struct Source {
    /// The text, in which comments, strings and tests are blank.
    code: String,
    tested_lines: usize,
    /// Names of the modules that are tests and have files of their own.
    pub(crate) test_modules: Vec<String>,
}

/// A word, or the first part of a path.
#[derive(Debug)]
pub(crate) struct Word {
    /// Counted from 1.
    pub(crate) line: usize,
    pub(crate) name: String,
    /// Whether an opening parenthesis follows.
    pub(crate) called: bool,
}

const TEST: &str = "#[cfg(test)]";

impl Source {
    pub(crate) fn read(text: &str) -> Self {
        let mut code = without_comments_and_strings(text);
        let mut test_modules = Vec::new();
        let mut tested_lines = 0;
        while let Some(start) = code.find(TEST) {
            let item = start + TEST.len();
            let end = item + code[item..].find(['{', ';']).unwrap_or(code.len() - item - 1);
            let end = if code[end..].starts_with('{') { closing_brace(&code, end) } else { end };
            let declaration = code[item..].split(['{', ';']).next().unwrap_or_default();
            if code[end..].starts_with(';')
                && let Some((_, module)) = declaration.split_once("mod ")
            {
                test_modules.push(module.trim().to_owned());
            }
            tested_lines += code[start..=end].matches('\n').count() + 1;
            let blank: String = code[start..=end].chars().map(|letter| if letter == '\n' { '\n' } else { ' ' }).collect();
            code.replace_range(start..=end, &blank);
        }
        Self { code, tested_lines, test_modules }
    }

    pub(crate) fn lines_without_tests(&self) -> usize {
        self.code.lines().count().saturating_sub(self.tested_lines)
    }

    /// Every identifier.
    pub(crate) fn words(&self) -> Vec<Word> {
        let mut words = Vec::new();
        for (number, line) in self.code.lines().enumerate() {
            let mut rest = line;
            while let Some(start) = rest.find(is_name) {
                let word = &rest[start..];
                let end = word.find(|letter| !is_name(letter)).unwrap_or(word.len());
                words.push(Word { line: number + 1, name: word[..end].to_owned(), called: word[end..].starts_with('(') });
                rest = &word[end..];
            }
        }
        words
    }

    /// The modules right below the crate's root that the file names; `depth` is how deep it lies below the root itself.
    pub(crate) fn top_level_paths(&self, depth: usize) -> Vec<Word> {
        let mut paths = Vec::new();
        for (start, root) in ["crate::".to_owned(), "super::".repeat(depth)]
            .iter()
            .flat_map(|root| self.code.match_indices(root.as_str()).map(|(start, found)| (start, found.len())))
        {
            let before = self.code[..start].chars().next_back();
            let after = &self.code[start + root..];
            // Part of a longer word or path: `other_crate::`, `super::super::`.
            if before.is_some_and(|letter| is_name(letter) || letter == ':') {
                continue;
            }
            let line = self.code[..start].matches('\n').count() + 1;
            let mut note = |name: &str| paths.push(Word { line, name: name.to_owned(), called: false });
            if let Some(group) = after.strip_prefix('{') {
                first_parts(group).into_iter().for_each(&mut note);
            } else {
                note(name_at(after));
            }
        }
        paths.retain(|path| path.name.starts_with(|letter: char| letter.is_ascii_lowercase()) && path.name != "super");
        paths
    }

    /// The lines that have a number with a decimal point.
    pub(crate) fn float_literals(&self) -> Vec<usize> {
        let has = |line: &str| {
            let bytes = line.as_bytes();
            (1..bytes.len().saturating_sub(1)).any(|at| {
                let start = line[..at].rfind(|letter: char| !letter.is_ascii_digit() && letter != '_');
                let begins = start.is_none_or(|start| !is_name(char::from(bytes[start])) && bytes[start] != b'.');
                bytes[at] == b'.' && bytes[at - 1].is_ascii_digit() && bytes[at + 1].is_ascii_digit() && begins
            })
        };
        self.code.lines().enumerate().filter(|(_, line)| has(line)).map(|(number, _)| number + 1).collect()
    }
}

fn is_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

fn name_at(text: &str) -> &str {
    &text[..text.find(|letter| !is_name(letter)).unwrap_or(text.len())]
}

/// The first part of each path in a group, as far as its closing brace.
fn first_parts(group: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut begins) = (0_usize, true);
    for (at, letter) in group.char_indices() {
        match letter {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => begins = true,
            _ if begins && is_name(letter) => {
                parts.push(name_at(&group[at..]));
                begins = false;
            }
            _ => {}
        }
    }
    parts
}

fn closing_brace(code: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, letter) in code[open..].char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 1 => return open + at,
            '}' => depth -= 1,
            _ => {}
        }
    }
    code.len() - 1
}

/// The text with blanks for comments and what is in quotes; every byte stays where it was, or becomes a blank.
fn without_comments_and_strings(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let before = at.checked_sub(1).map(|before| char::from(bytes[before]));
        let length = if rest.starts_with(b"//") {
            rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
        } else if rest.starts_with(b"/*") {
            block_comment(rest)
        } else if rest[0] == b'"' {
            quoted(rest, b'"')
        } else if rest[0] == b'r' && !before.is_some_and(|before| is_name(before) && before != 'b') {
            raw_string(rest)
        } else if rest[0] == b'\'' && (rest.get(1) == Some(&b'\\') || character(rest)) {
            quoted(rest, b'\'')
        } else {
            0
        };
        for byte in &mut code[at..at + length] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at += length.max(1);
    }
    String::from_utf8_lossy(&code).into_owned()
}

/// Whether an apostrophe begins a character rather than a lifetime.
fn character(rest: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&rest[1..rest.len().min(6)]).into_owned();
    let mut letters = text.chars();
    letters.next().is_some() && letters.next() == Some('\'')
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

fn raw_string(rest: &[u8]) -> usize {
    let hashes = rest[1..].iter().take_while(|byte| **byte == b'#').count();
    if rest.get(1 + hashes) != Some(&b'"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(hashes));
    let body = &rest[2 + hashes..];
    let length = body.windows(end.len()).position(|window| window == end.as_bytes()).map_or(body.len(), |at| at + end.len());
    2 + hashes + length
}
