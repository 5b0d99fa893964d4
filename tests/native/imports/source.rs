//! A source file as far as the layers go: its words without comments, strings and tests, as proc-macro2 reads Rust.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A file that has been read.
pub(crate) struct Source {
    tokens: Vec<TokenTree>,
    lines: usize,
    tested_lines: usize,
    /// Names of the modules that are tests and have files of their own.
    pub(crate) test_modules: Vec<String>,
}

/// A word, or a path from the crate's root.
#[derive(Debug)]
pub(crate) struct Word {
    /// Counted from 1.
    pub(crate) line: usize,
    pub(crate) name: String,
    /// Whether an opening parenthesis follows.
    pub(crate) called: bool,
}

fn line(token: &TokenTree) -> usize {
    token.span().start().line
}

fn is(token: Option<&TokenTree>, text: &str) -> bool {
    token.is_some_and(|token| !matches!(token, TokenTree::Group(_)) && token.to_string() == text)
}

fn group(token: Option<&TokenTree>, delimiter: Delimiter) -> Option<Vec<TokenTree>> {
    match token? {
        TokenTree::Group(group) if group.delimiter() == delimiter => Some(group.stream().into_iter().collect()),
        _ => None,
    }
}

impl Source {
    pub(crate) fn read(text: &str) -> Self {
        let all: Vec<TokenTree> = text.parse::<TokenStream>().expect("source is Rust").into_iter().collect();
        let mut source = Self { tokens: Vec::new(), lines: text.lines().count(), tested_lines: 0, test_modules: Vec::new() };
        let mut at = 0;
        while at < all.len() {
            let attribute = group(all.get(at + 1), Delimiter::Bracket).filter(|_| is(all.get(at), "#"));
            if attribute.is_none_or(|inside| TokenStream::from_iter(inside).to_string().replace(' ', "") != "cfg(test)") {
                source.tokens.push(all[at].clone());
                at += 1;
                continue;
            }
            let ends = |token: &TokenTree| is(Some(token), ";") || group(Some(token), Delimiter::Brace).is_some();
            let end = (at + 2..all.len()).find(|next| ends(&all[*next])).unwrap_or(all.len() - 1);
            if is(all.get(end), ";") && is(all.get(end - 2), "mod") {
                source.test_modules.push(all[end - 1].to_string());
            }
            source.tested_lines += all[end].span().end().line - line(&all[at]) + 1;
            at = end + 1;
        }
        source
    }

    pub(crate) fn lines_without_tests(&self) -> usize {
        self.lines - self.tested_lines
    }

    /// Every identifier.
    pub(crate) fn words(&self) -> Vec<Word> {
        let mut words = Vec::new();
        each(&self.tokens, true, &mut |tokens, at| {
            if let TokenTree::Ident(name) = &tokens[at] {
                let called = group(tokens.get(at + 1), Delimiter::Parenthesis).is_some();
                words.push(Word { line: line(&tokens[at]), name: name.to_string(), called });
            }
        });
        words
    }

    /// Every path that the file at `place` names of this crate, from its root; those of its `children` count as its own.
    pub(crate) fn paths(&self, place: &[&str], children: &[String]) -> Vec<Word> {
        let mut paths = Vec::new();
        each(&self.tokens, false, &mut |tokens, at| {
            let TokenTree::Ident(first) = &tokens[at] else { return };
            // Of a longer path, or of `pub(in ...)`.
            let (name, inside_path) = (first.to_string(), at > 0 && (is(tokens.get(at - 1), ":") || is(tokens.first(), "in")));
            let base: Vec<String> = match name.as_str() {
                _ if inside_path || !(is(tokens.get(at + 1), ":") && is(tokens.get(at + 2), ":")) => return,
                "crate" => Vec::new(),
                "self" => place.iter().map(ToString::to_string).collect(),
                "super" => place[..place.len().saturating_sub(1)].iter().map(ToString::to_string).collect(),
                child if children.iter().any(|known| known == child) => {
                    place.iter().map(ToString::to_string).chain([name]).collect()
                }
                _ => return,
            };
            follow(tokens, at + 1, base, &mut paths);
        });
        paths
    }

    /// The lines of literals such as `1.5`.
    pub(crate) fn float_literals(&self) -> Vec<usize> {
        let mut lines = Vec::new();
        each(&self.tokens, true, &mut |tokens, at| {
            if let TokenTree::Literal(literal) = &tokens[at]
                && literal.to_string().starts_with(|letter: char| letter.is_ascii_digit())
                && literal.to_string().contains('.')
                // `a.0.1` reads as a field and a number.
                && !(at > 0 && is(tokens.get(at - 1), "."))
            {
                lines.push(line(&tokens[at]));
            }
        });
        lines
    }
}

/// Calls `look` at every token, groups looked into; into the branches of a `use` where told so.
fn each(tokens: &[TokenTree], branches: bool, look: &mut impl FnMut(&[TokenTree], usize)) {
    for (at, token) in tokens.iter().enumerate() {
        look(tokens, at);
        if let TokenTree::Group(group) = token
            && (branches || !is(at.checked_sub(1).and_then(|before| tokens.get(before)), ":"))
        {
            each(&group.stream().into_iter().collect::<Vec<_>>(), branches, look);
        }
    }
}

/// Follows a path from the `::` at `at`, into the branches of a `use` too.
fn follow(tokens: &[TokenTree], mut at: usize, mut path: Vec<String>, into: &mut Vec<Word>) {
    let number = tokens.get(at.saturating_sub(1)).map_or(0, line);
    while is(tokens.get(at), ":") && is(tokens.get(at + 1), ":") {
        if let Some(branches) = group(tokens.get(at + 2), Delimiter::Brace) {
            for branch in branches.split(|token| is(Some(token), ",")).filter(|branch| !branch.is_empty()) {
                let mut path = path.clone();
                path.extend(Some(branch[0].to_string()).filter(|name| name != "self"));
                follow(branch, 1, path, into);
            }
            return;
        }
        match tokens.get(at + 2) {
            Some(TokenTree::Ident(name)) if name == "super" => drop(path.pop()),
            Some(TokenTree::Ident(name)) => path.push(name.to_string()),
            _ => break,
        }
        at += 3;
    }
    into.push(Word { line: number, name: path.join("::"), called: false });
}
