//! Grants, as everybody sees them.

use hippocrypt::pre::{Grant, GrantShare, Verified};
use pyo3::prelude::*;

use crate::input::hex;

pub fn read_grant(bytes: &[u8]) -> hippocrypt::Result<Grant<Verified>> {
    Grant::from_bytes(bytes)?.verify()
}

public_class!(
    /// A patient's grant; its signature was checked.
    PyGrant, "Grant", Grant<Verified>, read_grant, {
        /// The 16 bytes that name it, in hexadecimal digits.
        #[getter]
        fn id(&self) -> String {
            hex(self.inner.header().grant_id())
        }

        /// What may be opened.
        #[getter]
        fn policy(&self) -> Option<String> {
            self.inner.header().policy().map(ToString::to_string)
        }

        /// From when relays serve, in Unix seconds.
        #[getter]
        fn not_before(&self) -> u64 {
            self.inner.header().not_before()
        }

        /// From when relays no longer serve, in Unix seconds.
        #[getter]
        fn not_after(&self) -> u64 {
            self.inner.header().not_after()
        }

        /// How many relays must answer.
        #[getter]
        fn threshold(&self) -> u8 {
            self.inner.header().threshold()
        }

        /// Whether it is to everybody in a role, by a policy over attributes; None for a grant to one
        /// recipient.
        #[getter]
        fn role(&self) -> Option<String> {
            self.inner.header().role().map(|it| it.policy().to_string())
        }

        /// Whether it goes through a standing sharing: then the relays have their shares already.
        #[getter]
        fn is_standing(&self) -> bool {
            self.inner.header().epoch().is_some()
        }

        /// Whether it shows its policy to relays; its digest alone where it does not.
        #[getter]
        fn hides_policy(&self) -> bool {
            self.inner.header().policy().is_none()
        }

        /// The purposes of use that requests may claim; any if there are none.
        #[getter]
        fn purposes(&self) -> Vec<String> {
            let purposes = self.inner.header().conditions().allowed_purposes();
            purposes.map(str::to_owned).collect()
        }

        fn __repr__(&self) -> String {
            format!("<hippocrypt.Grant {}>", self.id())
        }
    }
);

public_class!(
    /// One relay's share of a grant, sealed to that relay.
    PyGrantShare, "GrantShare", GrantShare, GrantShare::from_bytes, {
        /// Which relay of the grant it is for, from 1.
        #[getter]
        fn index(&self) -> u8 {
            self.inner.index()
        }

        fn __repr__(&self) -> String {
            format!("<hippocrypt.GrantShare {}>", self.inner.index())
        }
    }
);
