//! What a company is to each category of products: the Magic Matrix.
//!
//! A company that nobody has quoted anything of a category is unaware of it, and has no cell for it. States only go up. A
//! category is known by its name at the time: when Cin7 moves a product, what was reached stays under the old name.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// How far a company has come with a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum MatrixState {
    /// Something of it was quoted.
    Opportunity,
    /// Something of it was ordered.
    Bought,
}

/// A category that a company is aware of; see `MatrixCell` in `types.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatrixCell {
    /// The category's name, trimmed; never empty.
    pub category: String,
    /// How far the company has come.
    pub state: MatrixState,
    /// When it came there, by this machine's clock.
    pub since: Timestamp,
}

/// The cells of one company.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Matrix {
    /// In order of their categories, each once.
    pub cells: Vec<MatrixCell>,
}

impl Matrix {
    /// Raises a category to a state. Says whether that changed anything: a blank category has no cell, and no state goes down.
    pub fn raise(&mut self, category: &str, state: MatrixState, now: Timestamp) -> bool {
        let category = category.trim();
        if category.is_empty() {
            return false;
        }
        match self.cells.binary_search_by(|cell| cell.category.as_str().cmp(category)) {
            Ok(at) if self.cells[at].state >= state => return false,
            Ok(at) => (self.cells[at].state, self.cells[at].since) = (state, now),
            Err(at) => self.cells.insert(at, MatrixCell { category: category.to_owned(), state, since: now }),
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::MatrixState::{Bought, Opportunity};
    use super::*;

    const fn at(second: i64) -> Timestamp {
        Timestamp::from_millis(second * 1_000)
    }

    fn told(matrix: &Matrix) -> Vec<(&str, MatrixState, i64)> {
        matrix.cells.iter().map(|cell| (cell.category.as_str(), cell.state, cell.since.millis() / 1_000)).collect()
    }

    #[test]
    fn p11_states_go_up_and_never_down() {
        // What is raised in turn to each state, whether that is news, and what stands then since when.
        let steps = [
            (Opportunity, true, (Opportunity, 1)),
            (Opportunity, false, (Opportunity, 1)),
            (Bought, true, (Bought, 3)),
            (Bought, false, (Bought, 3)),
            (Opportunity, false, (Bought, 3)),
        ];
        let mut matrix = Matrix::default();
        for (second, (state, news, (stands, since))) in (1..).zip(steps) {
            assert_eq!(matrix.raise("Seating", state, at(second)), news, "{second}");
            assert_eq!(told(&matrix), [("Seating", stands, since)], "{second}");
        }
        let mut ordered_at_once = Matrix::default();
        assert!(ordered_at_once.raise("Seating", Bought, at(1)));
        assert_eq!(told(&ordered_at_once), [("Seating", Bought, 1)]);
    }

    #[test]
    fn p11_blank_categories_have_no_cell_and_the_others_are_trimmed_and_in_order() {
        let mut matrix = Matrix::default();
        let steps = [
            ("", false),
            (" \t", false),
            ("\u{a0}", false),
            ("Seating", true),
            (" Seating ", false),
            ("Lighting", true),
            ("seating", true),
            ("Äste", true),
        ];
        for (category, news) in steps {
            assert_eq!(matrix.raise(category, Opportunity, at(1)), news, "{category:?}");
        }
        let categories: Vec<&str> = matrix.cells.iter().map(|cell| cell.category.as_str()).collect();
        assert_eq!(categories, ["Lighting", "Seating", "seating", "Äste"]);
    }

    #[test]
    fn p11_a_renamed_category_is_a_new_one_and_the_old_one_stays() {
        let mut matrix = Matrix::default();
        matrix.raise("Seating", Bought, at(1));
        assert!(matrix.raise("Furniture", Opportunity, at(2)));
        assert_eq!(told(&matrix), [("Furniture", Opportunity, 2), ("Seating", Bought, 1)]);
    }

    #[test]
    fn p11_a_matrix_is_kept_and_one_with_an_unknown_state_is_refused() {
        let mut matrix = Matrix::default();
        matrix.raise("Seating", Opportunity, at(1));
        matrix.raise("Lighting", Bought, at(2));
        let text = crate::json::to_text(&matrix);
        assert_eq!(serde_json::from_str::<Matrix>(&text).unwrap(), matrix);
        assert!(
            serde_json::from_str::<Matrix>(
                r#"{"cells":[{"category":"Seating","state":"Sold","since":"1970-01-01T00:00:01.000Z"}]}"#
            )
            .is_err()
        );
    }
}
