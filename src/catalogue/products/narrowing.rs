//! Narrowing a search down to products with certain tags, or of one category.

use std::borrow::Cow;

use super::codec::{CATEGORY, TAGS};
use super::{DEAD, SearchAsk};
use crate::catalogue::fold::fold_key;
use crate::catalogue::segment::Segment;
use crate::records::product::tags;

/// What a search is narrowed down to.
pub(super) struct Narrowing<'a> {
    /// Folded.
    tags: Vec<String>,
    category: Option<&'a str>,
}

impl<'a> Narrowing<'a> {
    /// What is asked for beside the text.
    pub(super) fn asked(ask: &SearchAsk<'a>) -> Self {
        Self { tags: ask.tags.iter().map(|tag| fold_key(tag)).collect(), category: ask.category }
    }

    /// That, and what the text asks for where a word such as `#indoor` is a tag; and what then remains of it.
    pub(super) fn of(ask: &SearchAsk<'a>) -> (Cow<'a, str>, Self) {
        let mut narrowing = Self::asked(ask);
        let mut text = Cow::Borrowed(ask.text);
        if ask.text.contains('#') {
            let (tagged, rest): (Vec<&str>, Vec<&str>) = ask.text.split_whitespace().partition(|word| word.starts_with('#'));
            // A lone sign is a tag that is still to be typed.
            let tags = tagged.iter().map(|word| fold_key(word.trim_start_matches('#'))).filter(|tag| !tag.is_empty());
            narrowing.tags.extend(tags);
            text = Cow::Owned(rest.join(" "));
        }
        (text, narrowing)
    }

    pub(super) const fn is_none(&self) -> bool {
        self.tags.is_empty() && self.category.is_none()
    }

    /// The levels of a segment with every row dead that is narrowed away; `None` when none is.
    pub(super) fn levels(&self, segment: &Segment, levels: &[u8]) -> Option<Vec<u8>> {
        if self.is_none() {
            return None;
        }
        let mut levels = levels.to_vec();
        let mut keep = |column: u16, wanted: &dyn Fn(&str) -> bool| {
            let values = segment.dictionary(column);
            let wanted: Vec<bool> = values.values().map(wanted).collect();
            for (row, level) in levels.iter_mut().enumerate() {
                if !wanted.get(values.code(row)).copied().unwrap_or(false) {
                    *level = DEAD;
                }
            }
        };
        if !self.tags.is_empty() {
            keep(TAGS, &|text| self.tags.iter().all(|wanted| tags(text).into_iter().any(|tag| is_tag(tag, wanted))));
        }
        if let Some(category) = self.category {
            keep(CATEGORY, &|own| own.trim() == category.trim());
        }
        Some(levels)
    }
}

/// Whether a tag is the one that is wanted: whole, and a tag of several words also when they are joined by hyphens.
fn is_tag(tag: &str, wanted: &str) -> bool {
    let folded = fold_key(tag);
    folded == wanted || folded.replace(' ', "-") == wanted
}
