//! Pseudonyms for linkage.

use getrandom::SysRng;
use hippocrypt::keys::LinkageKey;
use pyo3::prelude::*;

use crate::error::Raise;
use crate::input::hex;

secret_class!(
    /// A key from which pseudonyms are made: whoever has it can link, and try identifiers.
    PyLinkageKey, "LinkageKey", LinkageKey, LinkageKey::from_bytes, {
        /// A fresh key.
        #[staticmethod]
        fn generate(py: Python<'_>) -> PyResult<Self> {
            py.detach(|| LinkageKey::generate(&mut SysRng)).raise().map(Self::new)
        }
    }
);

/// The pseudonym of an identifier in a domain: 64 hexadecimal digits (HMAC-SHA-256).
///
/// One key, domain and identifier always give the same one; those of two domains cannot be
/// linked without the key. `domain` names a study or release and `identifier` a person, each 1
/// to 255 bytes.
#[pyfunction]
pub fn pseudonym(
    key: &Bound<'_, PyLinkageKey>,
    domain: &str,
    identifier: &str,
) -> PyResult<String> {
    let made = key.get().inner.pseudonym(domain, identifier).raise()?;
    Ok(hex(&made))
}
