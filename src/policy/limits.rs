//! How large a policy may be.

use crate::policy::tree::Node;

/// Most rows, after comparisons and sets are expanded.
pub(super) use crate::policy::formula::MAX_ROWS;

/// Most rows of a policy over labels.
pub(super) const MAX_LABEL_ROWS: usize = 256;

/// Most leaves, as typed: every value of a set is one.
pub(super) const MAX_LEAVES: usize = 256;
/// Most levels of nesting: parentheses, `not` and `k of (` are one each.
pub(super) const MAX_DEPTH: usize = 32;
/// Bytes of the longest text, as typed and as printed.
pub(super) const MAX_TEXT: usize = 65_536;

/// What an expiry clause can add to a text: `(` and `) and expires:date>=2026-01-01`.
pub(super) const EXPIRY_TEXT: usize = 31;

/// The limits in words.
pub(super) const LEAVES_TEXT: &str = "256 leaves";
pub(super) const ROWS_TEXT: &str = "1024 rows";
pub(super) const LABEL_ROWS_TEXT: &str = "256 rows over labels";
pub(super) const DEPTH_TEXT: &str = "32 levels of nesting";
pub(super) const TEXT_TEXT: &str = "65536 bytes of text";

/// Leaves that the tree may have: an expiry clause at its end is one more.
pub(super) fn leaves(root: &Node) -> usize {
    MAX_LEAVES + usize::from(root.before_expiry().is_some())
}

/// Bytes of text that the tree may have, likewise.
pub(super) fn text(root: &Node) -> usize {
    MAX_TEXT + root.before_expiry().map_or(0, |_| EXPIRY_TEXT)
}

/// Whether the tree is one OR and an expiry clause behind it: the parentheses that the clause
/// brought to the OR do not count.
pub(super) fn is_expiring_or(root: &Node) -> bool {
    matches!(root.before_expiry(), Some([Node::Or(_)]))
}
