//! Tests of whole answers.
