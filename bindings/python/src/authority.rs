//! Authorities and the keys that they issue.

use std::ops::Deref;
use std::sync::Arc;

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::abe::{AuthorityKey, AuthorityPublic, AuthorityShare, Cache, Issued, UserKey};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::Raise;
use crate::input::{self, Day, Moment, Texts, day_to_python};
use crate::policy::PolicyArgument;

/// An authority's key, and its public half to give out without a copy: that is done for each
/// record.
pub struct HeldAuthority {
    key: AuthorityKey,
    public: Arc<AuthorityPublic>,
}

impl HeldAuthority {
    pub fn of(key: AuthorityKey) -> Self {
        let public = Arc::new(key.public().clone());
        Self { key, public }
    }

    fn from_bytes(bytes: &[u8]) -> hippocrypt::Result<Self> {
        AuthorityKey::from_bytes(bytes).map(Self::of)
    }
}

impl Deref for HeldAuthority {
    type Target = AuthorityKey;

    fn deref(&self) -> &AuthorityKey {
        &self.key
    }
}

secret_class!(
    /// An authority's secret key: it issues keys, and can open everything sealed under it.
    PyAuthority, "Authority", HeldAuthority, HeldAuthority::from_bytes, {
        /// A fresh authority; `name` is 1 to 64 bytes for people to read.
        #[staticmethod]
        fn generate(py: Python<'_>, name: &str) -> PyResult<Self> {
            let name = name.to_owned();
            let made = py.detach(|| AuthorityKey::generate(&name, &mut SysRng));
            made.raise().map(HeldAuthority::of).map(Self::new)
        }

        /// What everybody may have: whoever has it can seal.
        #[getter]
        fn public(&self) -> PyAuthorityPublic {
            PyAuthorityPublic { inner: self.inner.public.clone() }
        }

        /// Splits the key in parts, of which any `threshold` (at least 2) **are** the authority and
        /// fewer learn nothing: keep them apart.
        #[pyo3(signature = (*, parts, threshold))]
        fn split(
            &self,
            py: Python<'_>,
            parts: u8,
            threshold: u8,
        ) -> PyResult<Vec<PyAuthorityShare>> {
            let split = py.detach(|| self.inner.split(threshold, parts, &mut SysRng)).raise()?;
            Ok(split.into_iter().map(PyAuthorityShare::new).collect())
        }

        /// The key again, from parts of one splitting.
        ///
        /// Raises Error: 7 for too few parts, 5 for one given twice, 1 for parts of several
        /// splittings, 300 for one that was changed.
        #[staticmethod]
        fn recover(py: Python<'_>, parts: Vec<Bound<'_, PyAuthorityShare>>) -> PyResult<Self> {
            let parts = parts.iter().map(|it| it.get().inner.clone());
            let parts: Vec<_> = parts.collect();
            py.detach(|| {
                // Secrets have no copies but their bytes.
                let again = |it: &Arc<AuthorityShare>| {
                    AuthorityShare::from_bytes(it.to_bytes().expose())
                };
                let parts = parts.iter().map(again).collect::<hippocrypt::Result<Vec<_>>>()?;
                AuthorityKey::recover(&parts).map(HeldAuthority::of)
            })
            .raise()
            .map(Self::new)
        }

        /// A key for these attributes, as `role=cardiologist`, until and including a day.
        ///
        /// `issued` is the moment of issuing, now by default.
        #[pyo3(signature = (attributes, *, until, issued = None))]
        fn issue(
            &self,
            py: Python<'_>,
            attributes: Texts,
            until: Day,
            issued: Option<Moment>,
        ) -> PyResult<PyUserKey> {
            let attributes = attributes.attributes()?;
            let now = input::moment(issued)?;
            py.detach(|| {
                let issued = Issued { at: now, attribute: None };
                let (mut cache, rng) = (Cache::new(), &mut SysRng);
                self.inner.issue_with(&attributes, until.0, issued, &mut cache, rng)
            })
            .raise()
            .map(PyUserKey::new)
        }
    }
);

secret_class!(
    /// One part of an authority's key: whoever gathers the threshold is the authority.
    PyAuthorityShare, "AuthorityShare", AuthorityShare, AuthorityShare::from_bytes, {
        /// Which part it is, from 1.
        #[getter]
        fn index(&self) -> u8 {
            self.inner.index()
        }

        /// How many parts give the key back.
        #[getter]
        fn threshold(&self) -> u8 {
            self.inner.threshold()
        }
    }
);

public_class!(
    /// What everybody may have of an authority.
    PyAuthorityPublic, "AuthorityPublic", AuthorityPublic, AuthorityPublic::from_bytes, {
        /// What the authority calls itself.
        #[getter]
        fn name(&self) -> &str {
            self.inner.name()
        }

        /// The 32 bytes that name it in records.
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
            format!("<hippocrypt.AuthorityPublic {:?}>", self.inner.name())
        }
    }
);

secret_class!(
    /// A key that an authority issued for attributes.
    PyUserKey, "UserKey", UserKey, UserKey::from_bytes, {
        /// What it was issued for, as `role=cardiologist`.
        #[getter]
        fn attributes(&self) -> Vec<String> {
            self.inner.attributes().iter().map(ToString::to_string).collect()
        }

        /// The last day on which records are sealed that it opens.
        #[getter]
        fn expires<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
            let day = self.inner.attributes().expires();
            day.map(|day| day_to_python(py, day)).transpose()
        }

        /// The 32 bytes that name its authority.
        #[getter]
        fn authority_id<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
            PyBytes::new(py, self.inner.authority().as_bytes())
        }

        /// Whether its attributes satisfy a policy. Both are public: this needs no secret.
        fn satisfies(&self, policy: PolicyArgument) -> PyResult<bool> {
            self.inner.satisfies(&policy.0).raise()
        }

        /// Raises unless the key is what this authority issues: for whoever was handed it.
        fn check(&self, py: Python<'_>, authority: &PyAuthorityPublic) -> PyResult<()> {
            let authority = authority.inner.clone();
            py.detach(|| self.inner.check(&authority, &mut Cache::new(), &mut SysRng)).raise()
        }

        /// A key for fewer attributes: those named, as `role=cardiologist`.
        fn restrict(&self, py: Python<'_>, keep: Texts) -> PyResult<Self> {
            let held: Vec<String> = self.attributes();
            if !keep.iter().all(|one| held.iter().any(|it| it == one)) {
                return Err(Error::Argument("attributes that the key has")).raise();
            }
            py.detach(|| {
                let wanted = keep.0;
                let mut keep = |it: &hippocrypt::policy::Attribute| wanted.contains(&it.to_string());
                self.inner.restrict(&mut keep, &mut Cache::new(), &mut SysRng)
            })
            .raise()
            .map(Self::new)
        }
    }
);
