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
mod coupon;
mod credential;
mod doctor;
mod error;
mod extraction;
mod file_object;
mod grant;
mod granting;
mod header;
mod held;
mod input;
mod json;
mod key_file;
mod keyring;
mod label_key;
mod linkage;
mod open;
mod party;
mod policy;
mod proof;
mod prove;
mod publisher;
mod record;
mod recovery;
mod registry;
mod relay;
mod seal;
mod session;
mod sharing;
mod signed_consent;
mod stream;
mod succession;
mod vocabulary;

#[pymodule(gil_used = true)]
mod _native {
    #[pymodule_export]
    use crate::any_key::{load_key, missing, read_key, read_private, secret_bytes};
    #[pymodule_export]
    use crate::authority::{PyAuthority, PyAuthorityPublic, PyAuthorityShare, PyUserKey};
    #[pymodule_export]
    use crate::chart::{open_chart, seal_chart, sign_labels};
    #[pymodule_export]
    use crate::consent::{PyDecision, PyTerms, decide};
    #[pymodule_export]
    use crate::coupon::{PyCouponStore, PySeenCapsules, mint_coupons};
    #[pymodule_export]
    use crate::credential::{PyCarer, PyCredential};
    #[pymodule_export]
    use crate::doctor::{PyDiagnosis, diagnose};
    #[pymodule_export]
    use crate::error::error_table;
    #[pymodule_export]
    use crate::extraction::{PyCoverage, PyExtraction};
    #[pymodule_export]
    use crate::grant::{PyGrant, PyGrantShare};
    #[pymodule_export]
    use crate::granting::{PyRole, make_grant};
    #[pymodule_export]
    use crate::header::{PyHeader, inspect};
    #[pymodule_export]
    use crate::held::{PyGrantedKey, PyHeldGrant, check_blame};
    #[pymodule_export]
    use crate::label_key::PyLabelKey;
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
    use crate::publisher::PyPublisherState;
    #[pymodule_export]
    use crate::record::PyRecord;
    #[pymodule_export]
    use crate::recovery::{PyReleasedShare, PySeedBackup, PySplitting, PyTrusteeShare};
    #[pymodule_export]
    use crate::registry::{
        PyPlaceReceipt, PyPlaceRevocation, PyRegistry, consent_products, revoke_place,
        sign_provable_consent,
    };
    #[pymodule_export]
    use crate::relay::PyRelayService;
    #[pymodule_export]
    use crate::seal::{PySealer, seal};
    #[pymodule_export]
    use crate::session::{PySegment, PySessionReader, PySessionWriter};
    #[pymodule_export]
    use crate::sharing::{
        PyRefreshDealing, PyRefreshInvitation, PyRefreshStatement, PySharingEnd, PySharingShare,
        PyStandingSharing,
    };
    #[pymodule_export]
    use crate::signed_consent::{PyVerifiedConsent, sign_consent, verify_consent};
    #[pymodule_export]
    use crate::stream::{PyOpenReader, PySealWriter};
    #[pymodule_export]
    use crate::succession::{PyObjection, PyRotation, PySeenSuccessions, PySuccession};
    #[pymodule_export]
    use crate::vocabulary::PyVocabulary;
}
