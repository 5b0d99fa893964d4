//! The inputs that fuzzing found, one a line: printable ASCII as it is, everything else and the backslash as `\xHH`.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Runs a target over the inputs that were kept for it.
///
/// # Panics
/// When there are none, or with every line of the file that does not hold.
pub fn holds(name: &str, check: fn(&[u8]), folder: &str) {
    let file = Path::new(folder).join(format!("{name}.txt"));
    let kept = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert!(kept.lines().count() >= 10, "{} holds next to nothing", file.display());
    let broken: Vec<usize> = (1..)
        .zip(kept.lines())
        .filter(|(_, line)| {
            let input = unpacked(line);
            catch_unwind(AssertUnwindSafe(|| check(&input))).is_err()
        })
        .map(|(number, _)| number)
        .collect();
    assert!(broken.is_empty(), "{}: lines {broken:?}", file.display());
}

fn unpacked(line: &str) -> Vec<u8> {
    let mut input = Vec::with_capacity(line.len());
    let mut bytes = line.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            input.push(byte);
            continue;
        }
        assert_eq!(bytes.next(), Some(b'x'), "{line}");
        let digit =
            |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16)).and_then(|digit| u8::try_from(digit).ok());
        let (Some(high), Some(low)) = (digit(bytes.next()), digit(bytes.next())) else { panic!("{line}") };
        input.push(high * 16 + low);
    }
    input
}
