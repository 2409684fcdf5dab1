//! What travels with every record.

use alloc::format;
use alloc::string::String;

use crate::envelope::SCOPE_BYTES;

/// Stands at the end of a text that was cut: an exception may be among what is missing.
const CUT: &str = "[Cut here: the consent says more, and may forbid what stands above.]";

/// A consent's words as the scope of a record (42 CFR 2.32): cut behind a whole line, and then
/// saying so, where they are longer than 4,096 bytes.
#[must_use]
pub fn scope(words: &str) -> String {
    if words.len() <= SCOPE_BYTES {
        return words.into();
    }
    let room = SCOPE_BYTES - CUT.len() - 1;
    let ends = words.match_indices('\n').map(|(at, _)| at);
    let end = ends.take_while(|at| *at <= room).last().unwrap_or(0);
    format!("{}\n{CUT}", words.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_says_that_it_was_cut() {
        let short = "ä\n".repeat(SCOPE_BYTES / 3);
        assert_eq!(scope(&short), short);
        let long = "permitted äöü\n".repeat(SCOPE_BYTES);
        let cut = scope(&long);
        assert!(cut.len() <= SCOPE_BYTES && cut.len() > SCOPE_BYTES - 100);
        let lines: std::vec::Vec<&str> = cut.lines().collect();
        let (last, others) = lines.split_last().unwrap();
        assert_eq!(*last, CUT);
        assert!(others.iter().all(|it| *it == "permitted äöü"));
        assert_eq!(scope(&"ä".repeat(SCOPE_BYTES)), format!("\n{CUT}"));
    }
}
