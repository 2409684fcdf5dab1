//! Signers, recipients of grants, relays, patients: their keys, and what everybody may have of them.

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::keys::{SignerKey, SignerPublic};
use hippocrypt::pre::{
    PatientKey, PatientProfile, RecipientKey, RecipientPublic, RelayKey, RelayPublic,
};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::credential::PyCarer;
use crate::error::Raise;
use crate::input::{self, Moment};
use crate::recovery::{self, PyReleasedShare, PySeedBackup, PySplitting};
use crate::registry;
use crate::sharing::{self, PySharingEnd, PyStandingSharing};
use crate::succession::{self, PyObjection, PyRotation, PySeenSuccessions, PySuccession, Waiting};

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

        /// Whether the recovery secret is in the key: before the first split and after a recovery.
        #[getter]
        fn holds_recovery(&self) -> bool {
            self.inner.holds_recovery()
        }

        /// Splits the recovery secret among `trustees`, 2 to 32 of whom any `threshold` (at least
        /// 2) together **are** the patient, and fewer learn nothing. `again` splits a fresh secret
        /// where there are trustees already. Save `key` of what it gives in place of this one.
        ///
        /// Raises Error: 1 for a threshold or trustees that do not fit, 7 without a recovery
        /// secret, 5 for a trustee named twice.
        #[pyo3(signature = (trustees, *, threshold, again = false))]
        fn split(
            &self,
            py: Python<'_>,
            trustees: Vec<Bound<'_, PyRecipientPublic>>,
            threshold: u8,
            again: bool,
        ) -> PyResult<PySplitting> {
            recovery::split(py, &self.inner, &trustees, threshold, again)
        }

        /// The patient's key again, from shares that trustees released to `device`. Each backup
        /// of a rotation since the split leads to the next key. `known` is the patient's profile
        /// as somebody knows it: without it nobody has checked whose shares these are.
        ///
        /// Raises Error: 320 for too few shares; 321 to 324, which name the trustee, for wrong,
        /// stale, foreign and repeated ones; 303 for shares released to another device; 325 for a
        /// backup that does not follow.
        #[staticmethod]
        #[pyo3(signature = (shares, *, device, backups = Vec::new(), known = None))]
        fn recover(
            py: Python<'_>,
            shares: Vec<Bound<'_, PyReleasedShare>>,
            device: &Bound<'_, PyRecipient>,
            backups: Vec<Bound<'_, PySeedBackup>>,
            known: Option<&Bound<'_, PyPatientProfile>>,
        ) -> PyResult<Self> {
            recovery::recover(py, &shares, device, &backups, known)
        }

        /// A successor with a new seed, signed by the highest key at hand. Records stay sealed to
        /// the old key until they are rewrapped, and grants under it end with
        /// `PublisherState.retire`: keep it until then.
        fn rotate(&self, py: Python<'_>) -> PyResult<PyRotation> {
            succession::rotate(py, &self.inner)
        }

        /// A standing sharing among `relays`, of whom `threshold` must answer, and the share of
        /// each; `after` makes it the next epoch of that one, whose grants go on until it is ended.
        /// With a threshold of 1 the shares cannot be refreshed.
        ///
        /// Raises Error: 1 and 5 for the relays, 326 for another patient's sharing.
        #[pyo3(signature = (relays, *, threshold, after = None))]
        fn new_sharing(
            &self,
            py: Python<'_>,
            relays: Vec<Bound<'_, PyRelayPublic>>,
            threshold: u8,
            after: Option<&Bound<'_, PyStandingSharing>>,
        ) -> PyResult<sharing::Dealt> {
            sharing::deal(py, &self.inner, &relays, threshold, after)
        }

        /// Ends an epoch of a sharing: in effect once too few relays are left without it.
        ///
        /// Raises Error 326 for another patient's sharing.
        #[pyo3(signature = (sharing, *, now = None))]
        fn end_sharing(
            &self,
            py: Python<'_>,
            sharing: &Bound<'_, PyStandingSharing>,
            now: Option<Moment>,
        ) -> PyResult<PySharingEnd> {
            sharing::end(py, &self.inner, sharing.get(), input::moment(now)?)
        }

        /// This key with exactly these carers, at most 8: everybody can read in the profile who
        /// they are. Grants to one who is left out go on until they end or are revoked.
        ///
        /// Raises Error: 2 for more than 8, 5 for one named twice.
        fn with_carers(
            &self,
            py: Python<'_>,
            carers: Vec<Bound<'_, PyCarer>>,
        ) -> PyResult<Self> {
            let carers = carers.iter().map(|it| it.get().inner.clone()).collect();
            py.detach(|| self.inner.with_carers(carers, &mut SysRng)).raise().map(Self::new)
        }

        /// This key with a profile that names its key for proofs of consent: what a registry
        /// enrols. It has to be made again after a rotation.
        fn with_consent_key(&self, py: Python<'_>) -> PyResult<Self> {
            py.detach(|| registry::with_consent_key(self.again()?)).raise().map(Self::new)
        }

        /// This key with what a later profile of it says.
        ///
        /// Raises Error 325 for a profile that does not follow.
        fn with_profile(
            &self,
            py: Python<'_>,
            later: &Bound<'_, PyPatientProfile>,
        ) -> PyResult<Self> {
            let later = later.get().inner.clone();
            py.detach(|| self.again()?.with_profile(&later)).raise().map(Self::new)
        }

        /// Objects to a recovery: whoever waits waits three times as long. It decides nothing.
        ///
        /// Raises Error: 1 for a succession by a device, 301 and 325 for one that is not of this
        /// patient.
        fn object(
            &self,
            py: Python<'_>,
            succession: &Bound<'_, PySuccession>,
        ) -> PyResult<PyObjection> {
            succession::object(py, &self.inner, succession.get())
        }
    }
);

impl PyPatient {
    /// The key a second time, for what consumes it: secrets have no copies but their bytes.
    fn again(&self) -> hippocrypt::Result<PatientKey> {
        PatientKey::from_bytes(self.inner.to_bytes().expose())
    }
}

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

        /// The number of the profile: each that the patient signs has a higher one.
        #[getter]
        fn sequence(&self) -> u64 {
            self.inner.sequence()
        }

        /// Who may sign for the patient.
        #[getter]
        fn carers(&self) -> Vec<PyCarer> {
            let carers = self.inner.carers().iter();
            carers.map(|it| PyCarer { inner: it.clone() }).collect()
        }

        /// How many trustees give the key back, and how many there are; None without trustees.
        #[getter]
        fn trustees(&self) -> Option<(u8, u8)> {
            self.inner.trustees()
        }

        /// Raises Error 325 unless this profile is what the same key says later than `known`.
        fn require_follows(&self, known: &Bound<'_, Self>) -> PyResult<()> {
            self.inner.follows(&known.get().inner).raise()
        }

        /// The profile that follows this one: the one that the highest of `successions` leads to,
        /// each verified.
        ///
        /// With `wait`, in seconds, a recovery counts only so long after it was first `seen`, three
        /// times as long if the device objected, and at once if its fingerprint was compared:
        /// `confirmed` are its words. Keep `seen.to_bytes()` also where this raises.
        ///
        /// Raises Error: 301 for a signature, 325 for what does not follow or where two are alike,
        /// 340 for a recovery that has to wait.
        #[pyo3(signature = (
            successions, *, wait = None, seen = None, objections = Vec::new(), confirmed = None,
            now = None
        ))]
        #[allow(clippy::too_many_arguments)] // Named ones, all but the first.
        fn follow(
            &self,
            py: Python<'_>,
            successions: Vec<Bound<'_, PySuccession>>,
            wait: Option<u64>,
            seen: Option<&Bound<'_, PySeenSuccessions>>,
            objections: Vec<Bound<'_, PyObjection>>,
            confirmed: Option<&str>,
            now: Option<Moment>,
        ) -> PyResult<Self> {
            let now = input::moment(now)?;
            let waiting = match (wait, seen) {
                (Some(seconds), Some(seen)) => Some(Waiting {
                    seconds,
                    seen,
                    objections: &objections,
                    confirmed,
                    now,
                }),
                (None, None) if objections.is_empty() && confirmed.is_none() => None,
                _ => return Err(Error::Argument("wait together with seen")).raise(),
            };
            succession::follow(py, &self.inner, &successions, waiting)
        }

        fn __repr__(&self) -> String {
            format!("<hippocrypt.PatientProfile {}>", self.inner.fingerprint())
        }
    }
);
