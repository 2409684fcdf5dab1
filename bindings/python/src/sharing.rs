//! Standing sharings: relays get their shares once, for many grants.

use hippocrypt::Result;
use hippocrypt::pre::{
    Cache, PatientKey, RefreshDealing, RefreshInvitation, RefreshStatement, RelayPublic,
    SharingEnd, SharingShare, StandingSharing,
};
use pyo3::prelude::*;

use getrandom::SysRng;

use crate::error::Raise;
use crate::input::hex;
use crate::party::{PyPatientProfile, PyRelayPublic};

public_class!(
    /// A patient's sharing among relays for many grants: what everybody may have. Revoking one of
    /// its grants hangs on each relay keeping the revocation, since their shares stay.
    PyStandingSharing, "StandingSharing", StandingSharing, StandingSharing::from_bytes, {
        /// The 16 bytes that name it, in hexadecimal digits: the same in all epochs.
        #[getter]
        fn id(&self) -> String {
            hex(self.inner.id())
        }

        /// Which sharing of this name it is, from 1.
        #[getter]
        fn epoch(&self) -> u64 {
            self.inner.epoch()
        }

        /// How many relays must answer.
        #[getter]
        fn threshold(&self) -> u8 {
            self.inner.threshold()
        }

        /// Twelve words of each relay's fingerprint, in their order.
        #[getter]
        fn relays(&self) -> Vec<String> {
            self.inner.relays().map(|it| it.to_words()).collect()
        }

        /// Whose it is.
        #[getter]
        fn patient(&self) -> PyPatientProfile {
            PyPatientProfile::new(self.inner.patient().clone())
        }

        fn __repr__(&self) -> String {
            format!("<hippocrypt.StandingSharing {}, epoch {}>", self.id(), self.inner.epoch())
        }
    }
);

public_class!(
    /// One relay's share of a standing sharing, sealed to that relay.
    PySharingShare, "SharingShare", SharingShare, SharingShare::from_bytes, {
        /// Which relay of the sharing it is for, from 1.
        #[getter]
        fn index(&self) -> u8 {
            self.inner.index()
        }

        fn __repr__(&self) -> String {
            format!("<hippocrypt.SharingShare {}>", self.inner.index())
        }
    }
);

public_class!(
    /// A patient's word that an epoch of a sharing has ended.
    PySharingEnd, "SharingEnd", SharingEnd, SharingEnd::from_bytes, {
        /// What has ended.
        #[getter]
        fn sharing(&self) -> PyStandingSharing {
            PyStandingSharing::new(self.inner.sharing().clone())
        }

        /// When the patient ended it, in Unix seconds.
        #[getter]
        fn time(&self) -> u64 {
            self.inner.time()
        }

        fn __repr__(&self) -> &'static str {
            "<hippocrypt.SharingEnd>"
        }
    }
);

/// A message of relays who refresh their shares: who sends it, and of which refresh it is.
macro_rules! refresh_class {
    ($(#[$doc:meta])* $class:ident, $name:literal, $inner:ty, { $($more:tt)* }) => {
        public_class!(
            $(#[$doc])*
            $class, $name, $inner, <$inner>::from_bytes, {
                /// The number of the refresh, from 1.
                #[getter]
                fn number(&self) -> u32 {
                    self.inner.number()
                }

                fn __repr__(&self) -> String {
                    format!(concat!("<hippocrypt.", $name, " {}>"), self.inner.number())
                }

                $($more)*
            }
        );
    };
}

refresh_class!(
    /// A relay begins a refresh.
    PyRefreshInvitation, "RefreshInvitation", RefreshInvitation, {
        /// Which relay of the sharing sends it, from 1.
        #[getter]
        fn index(&self) -> u8 {
            self.inner.index()
        }
    }
);

refresh_class!(
    /// What a relay deals to all of them.
    PyRefreshDealing, "RefreshDealing", RefreshDealing, {
        /// Which relay of the sharing sends it, from 1.
        #[getter]
        fn index(&self) -> u8 {
            self.inner.index()
        }
    }
);

refresh_class!(
    /// What the next shares commit to, by the relays that signed it. Recipients name a relay with it
    /// that answers wrongly.
    PyRefreshStatement, "RefreshStatement", RefreshStatement, {
        /// How many relays have signed it.
        #[getter]
        fn signatures(&self) -> usize {
            self.inner.signatures()
        }
    }
);

/// A sharing and the share of each relay.
pub type Dealt = (PyStandingSharing, Vec<PySharingShare>);

/// A new sharing, or the next epoch of one.
pub fn deal(
    py: Python<'_>,
    key: &PatientKey,
    relays: &[Bound<'_, PyRelayPublic>],
    threshold: u8,
    after: Option<&Bound<'_, PyStandingSharing>>,
) -> PyResult<Dealt> {
    let relays = relays.iter().map(|it| (*it.get().inner).clone());
    let relays: Vec<RelayPublic> = relays.collect();
    let after = after.map(|it| it.get().inner.clone());
    let dealt = py.detach(|| -> Result<_> {
        let (cache, rng) = (&mut Cache::new(), &mut SysRng);
        match &after {
            None => key.new_sharing(&relays, threshold, cache, rng),
            Some(before) => key.next_sharing(before, &relays, threshold, cache, rng),
        }
    });
    let (sharing, shares) = dealt.raise()?;
    Ok((
        PyStandingSharing::new(sharing),
        shares.into_iter().map(PySharingShare::new).collect(),
    ))
}

/// Ends an epoch.
pub fn end(
    py: Python<'_>,
    key: &PatientKey,
    sharing: &PyStandingSharing,
    now: u64,
) -> PyResult<PySharingEnd> {
    py.detach(|| key.end_sharing(&sharing.inner, now, &mut Cache::new()))
        .raise()
        .map(PySharingEnd::new)
}
