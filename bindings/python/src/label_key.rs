//! The key that hides labels from whoever stores records.

use getrandom::SysRng;
use hippocrypt::policy::LabelKey;
use pyo3::prelude::*;

use crate::error::Raise;

secret_class!(
    /// A key that the sealers of a deployment share, to blind labels with: whoever stores records
    /// sees how many labels they have and which share one, and whoever has the key can try labels.
    PyLabelKey, "LabelKey", LabelKey, LabelKey::from_bytes, {
        /// A fresh key.
        #[staticmethod]
        fn generate(py: Python<'_>) -> PyResult<Self> {
            py.detach(|| LabelKey::generate(&mut SysRng)).raise().map(Self::new)
        }
    }
);
