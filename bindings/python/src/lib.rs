//! The Python package of hippocrypt: `hippocrypt._native`.
//!
//! Each class wraps one of the library's behind a shared pointer, each function is one call. The
//! interpreter's lock is released while the library works; nothing here computes on its own.

use pyo3::prelude::*;

#[macro_use]
mod macros;
mod any_key;
mod authority;
mod chart;
mod consent;
mod error;
mod file_object;
mod grant;
mod header;
mod input;
mod json;
mod key_file;
mod keyring;
mod linkage;
mod open;
mod party;
mod policy;
mod proof;
mod prove;
mod record;
mod relay;
mod seal;
mod signed_consent;
mod stream;

#[pymodule(gil_used = true)]
mod _native {
    #[pymodule_export]
    use crate::any_key::{load_key, missing, read_key, read_private, secret_bytes};
    #[pymodule_export]
    use crate::authority::{PyAuthority, PyAuthorityPublic, PyUserKey};
    #[pymodule_export]
    use crate::chart::{open_chart, seal_chart, sign_labels};
    #[pymodule_export]
    use crate::consent::{PyDecision, PyTerms, decide};
    #[pymodule_export]
    use crate::error::error_table;
    #[pymodule_export]
    use crate::grant::{PyGrant, PyGrantShare, PyGrantedKey, PyHeldGrant, make_grant};
    #[pymodule_export]
    use crate::header::{PyHeader, inspect};
    #[pymodule_export]
    use crate::linkage::{PyLinkageKey, pseudonym};
    #[pymodule_export]
    use crate::open::{PyOpened, open, open_batch, open_range, open_record};
    #[pymodule_export]
    use crate::party::{
        PyPatient, PyPatientProfile, PyRecipient, PyRecipientPublic, PyRelay, PyRelayPublic,
        PySigner, PySignerPublic,
    };
    #[pymodule_export]
    use crate::policy::PyPolicy;
    #[pymodule_export]
    use crate::proof::{
        PyCheckpoint, PyConsentProof, PyProofExpectation, PyProofKey, PyProofReceipt,
        PyProofVerifier, PyReplayStore,
    };
    #[pymodule_export]
    use crate::prove::{
        PyProofRequest, PyProofSubject, PyProvableConsent, PyProvingKey, PyRegistrySnapshot,
        development_keys,
    };
    #[pymodule_export]
    use crate::record::PyRecord;
    #[pymodule_export]
    use crate::relay::{PyPublisherState, PyRelayService};
    #[pymodule_export]
    use crate::seal::PySealer;
    #[pymodule_export]
    use crate::signed_consent::{PyVerifiedConsent, sign_consent, verify_consent};
    #[pymodule_export]
    use crate::stream::{PyOpenReader, PySealWriter};
}
