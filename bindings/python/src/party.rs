//! Signers, recipients of grants, relays, patients: their keys, and what everybody may have of them.

use getrandom::SysRng;
use hippocrypt::keys::{SignerKey, SignerPublic};
use hippocrypt::pre::{
    PatientKey, PatientProfile, RecipientKey, RecipientPublic, RelayKey, RelayPublic,
};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::Raise;

/// A pair of classes of parties that have a name.
macro_rules! party {
    ($what:literal, $secret:ident, $secret_name:literal, $key:ty, $public:ident, $public_name:literal, $half:ty) => {
        secret_class!(
            #[doc = concat!("The secret key of a ", $what, ".")]
            $secret,
            $secret_name,
            $key,
            <$key>::from_bytes,
            {
                /// A fresh key; `name` is at most 64 bytes for people to read.
                #[staticmethod]
                fn generate(py: Python<'_>, name: &str) -> PyResult<Self> {
                    let name = name.to_owned();
                    py.detach(|| <$key>::generate(&name, &mut SysRng))
                        .raise()
                        .map(Self::new)
                }

                /// What everybody may have of it.
                #[getter]
                fn public(&self) -> $public {
                    $public::new(self.inner.public().clone())
                }
            }
        );

        public_class!(
            #[doc = concat!("What everybody may have of a ", $what, ".")]
            $public,
            $public_name,
            $half,
            <$half>::from_bytes,
            {
                /// What it calls itself.
                #[getter]
                fn name(&self) -> &str {
                    self.inner.name()
                }

                /// The Ed25519 public key, 32 bytes.
                #[getter]
                fn key<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
                    PyBytes::new(py, &self.inner.verifying_key().to_bytes())
                }

                /// Twelve words to compare over the telephone.
                #[getter]
                fn fingerprint(&self) -> String {
                    self.inner.fingerprint().to_words()
                }

                fn __repr__(&self) -> String {
                    format!(
                        concat!("<hippocrypt.", $public_name, " {:?}>"),
                        self.inner.name()
                    )
                }
            }
        );
    };
}

party!(
    "signer of records, labels or lists",
    PySigner,
    "Signer",
    SignerKey,
    PySignerPublic,
    "SignerPublic",
    SignerPublic
);
party!(
    "recipient of grants",
    PyRecipient,
    "Recipient",
    RecipientKey,
    PyRecipientPublic,
    "RecipientPublic",
    RecipientPublic
);
party!(
    "relay, which helps to open what a patient granted and reads nothing",
    PyRelay,
    "Relay",
    RelayKey,
    PyRelayPublic,
    "RelayPublic",
    RelayPublic
);

secret_class!(
    /// A patient's secret key: it opens what is sealed to the patient, grants and revokes.
    PyPatient, "Patient", PatientKey, PatientKey::from_bytes, {
        /// A fresh key.
        #[staticmethod]
        fn generate(py: Python<'_>) -> PyResult<Self> {
            py.detach(|| PatientKey::generate(&mut SysRng)).raise().map(Self::new)
        }

        /// What everybody may have: whoever has it can seal to the patient.
        #[getter]
        fn profile(&self) -> PyPatientProfile {
            PyPatientProfile::new(self.inner.profile().clone())
        }
    }
);

public_class!(
    /// What everybody may have of a patient.
    PyPatientProfile, "PatientProfile", PatientProfile, PatientProfile::from_bytes, {
        /// The 32 bytes that name the patient in records.
        #[getter]
        fn id<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
            PyBytes::new(py, self.inner.id().as_bytes())
        }

        /// Twelve words to compare over the telephone.
        #[getter]
        fn fingerprint(&self) -> String {
            self.inner.fingerprint().to_words()
        }

        fn __repr__(&self) -> String {
            format!("<hippocrypt.PatientProfile {}>", self.inner.fingerprint())
        }
    }
);
