//! Handles that end: what was opened once and may be read from until a deadline.

use super::open::OpenedHeader;
use super::opened_batch::OpenedBatch;
use crate::error::{Error, Result};

/// An [`OpenedHeader`] or [`OpenedBatch`] that can be read from until a deadline, as often as
/// needed and without the key that unlocked it: for programs that open once, keep the handle and
/// must not keep it for ever.
///
/// This library has no clock: each use says what time it is. The first that comes at the deadline
/// or later wipes the data key, so that no clock turned back revives the handle. What was read
/// before is the caller's.
///
/// ```
/// # use hippocrypt::abe::AuthorityKey;
/// # use hippocrypt::envelope::{Expiry, Header, Opener, Record, Sealer};
/// # use hippocrypt::policy::{Attributes, Date, Policy};
/// # use hippocrypt::Error;
/// # let rng = &mut getrandom::SysRng;
/// # let hospital = AuthorityKey::generate("St. Elsewhere", rng)?;
/// # let doctor = Attributes::parse(["role=cardiologist"])?;
/// # let key = hospital.issue(&doctor, Date::parse("2027-12-31")?, rng)?;
/// # let policy = Policy::parse("role=cardiologist")?;
/// # let sealed = Sealer::new()
/// #     .policy(hospital.public(), policy, Expiry::Never)
/// #     .seal(&Record::new("obs-1")?, b"sinus rhythm", rng)?;
/// let (header, payload) = Header::from_bytes(&sealed)?;
/// let mut handle = Opener::new().key(&key).unlock(header)?.until(1_790_000_000);
/// let part = handle.at(1_789_999_999)?.open_range_of(payload, 0..5)?;
/// assert_eq!(part.expose(), b"sinus");
/// assert_eq!(handle.at(1_790_000_000).err(), Some(Error::NotValidNow));
/// assert_eq!(handle.at(0).err(), Some(Error::NotValidNow));
/// # Ok::<(), Error>(())
/// ```
pub struct Expiring<T> {
    /// Gone once the deadline was seen to have passed.
    opened: Option<T>,
    deadline: u64,
}

impl<T> Expiring<T> {
    /// What was opened, if `now`, in Unix seconds, is before the deadline.
    ///
    /// # Errors
    /// [`Error::NotValidNow`] from the deadline on, and ever after.
    pub fn at(&mut self, now: u64) -> Result<&T> {
        if now >= self.deadline {
            self.opened = None;
        }
        self.opened.as_ref().ok_or(Error::NotValidNow)
    }

    /// The first second, in Unix time, at which it no longer opens.
    #[must_use]
    pub fn deadline(&self) -> u64 {
        self.deadline
    }
}

impl OpenedHeader<'_> {
    /// A handle that ends at `deadline`, in Unix seconds, the first second not included.
    #[must_use]
    pub fn until(self, deadline: u64) -> Expiring<Self> {
        Expiring {
            opened: Some(self),
            deadline,
        }
    }
}

impl OpenedBatch<'_, '_> {
    /// As [`OpenedHeader::until`].
    #[must_use]
    pub fn until(self, deadline: u64) -> Expiring<Self> {
        Expiring {
            opened: Some(self),
            deadline,
        }
    }
}
