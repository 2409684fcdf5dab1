//! An authority's key in parts, of which some are enough.

use alloc::vec::Vec;

use zeroize::Zeroize;

use super::authority::AuthorityKey;
use super::public::{AuthorityId, NAME_BYTES};
use crate::curve::Scalar;
use crate::error::{Error, Result};
use crate::keys::file;
use crate::policy::SCHEMA_BYTES;
use crate::random::Randomness;
use crate::secret::Secret;
use crate::share::{Polynomial, Share, recover};
use crate::symmetric::{Aead, Suite, TAG, hkdf};
use crate::tags::{self, Kind};
use crate::wire::Reader;

/// Longest authority key, sealed: all but name and schema, these, and the code. Fits a u16.
const SEALED_BYTES: usize = 110 + NAME_BYTES + SCHEMA_BYTES + TAG;
const _: () = assert!(SEALED_BYTES <= u16::MAX as usize);
/// The backup key seals one message.
const NONCE: [u8; 12] = [0; 12];

/// One of n parts of an authority's key; any t of them give it back, fewer say nothing of it.
///
/// Bytes of the object's body (SPEC.md, section 6.2): authority id (32) || backup id (16) || u8
/// threshold || u8 index from 1 || share (32) || LP16 sealed authority key. Whoever gathers t
/// parts **is** the authority.
pub struct AuthorityShare {
    authority: AuthorityId,
    backup_id: [u8; 16],
    threshold: u8,
    share: Share,
    sealed: Vec<u8>,
}

impl AuthorityKey {
    /// Splits the key in `count` parts, of which any `threshold` give it back: the key is sealed
    /// under a random scalar, and that is shared by Shamir's scheme. Every splitting is of its
    /// own: parts of two can't be mixed.
    ///
    /// # Errors
    /// [`Error::Argument`] unless 2 <= `threshold` <= `count`, [`Error::Randomness`].
    pub fn split(
        &self,
        threshold: u8,
        count: u8,
        rng: &mut dyn Randomness,
    ) -> Result<Vec<AuthorityShare>> {
        if threshold < 2 || threshold > count {
            return Err(Error::Argument("threshold: from 2 to the number of parts"));
        }
        let mut backup_id = [0; 16];
        rng.fill(&mut backup_id)?;
        let secret = Secret::new(Scalar::random(rng)?);
        let authority = *self.public().id();
        let key = sealing_key(secret.expose(), &authority, &backup_id);
        let mut plain = self.to_bytes();
        let tag = key.seal_in_place(&NONCE, &[], plain.expose_mut())?;
        let sealed = [plain.expose(), &tag[..]].concat();
        let shares = Polynomial::hiding(secret.expose(), threshold, rng)?.shares(count)?;
        let part = |share| AuthorityShare {
            authority,
            backup_id,
            threshold,
            share,
            sealed: sealed.clone(),
        };
        Ok(shares.into_iter().map(part).collect())
    }

    /// The key again, from at least as many parts of one splitting as its threshold asks for.
    ///
    /// # Errors
    /// [`Error::Missing`] for too few parts, [`Error::Duplicate`] for one given twice,
    /// [`Error::Argument`] for parts of different splittings, [`Error::Open`] when a part was
    /// changed.
    pub fn recover(parts: &[AuthorityShare]) -> Result<Self> {
        let first = parts
            .first()
            .ok_or(Error::Missing("parts of the authority's key"))?;
        if !parts.iter().all(|part| part.belongs_with(first)) {
            return Err(Error::Argument("parts of different splittings"));
        }
        let shares: Vec<&Share> = parts.iter().map(|part| &part.share).collect();
        let secret = match recover(first.threshold, &shares) {
            Err(Error::Verify) => return Err(Error::Open),
            other => other?,
        };
        let key = sealing_key(secret.expose(), &first.authority, &first.backup_id);
        let (body, tag) = first.sealed.split_last_chunk::<TAG>().ok_or(Error::Open)?;
        let mut plain = Secret::new(body.to_vec());
        key.open_in_place(&NONCE, &[], plain.expose_mut(), tag)
            .map_err(|_| Error::Open)?;
        let key = Self::from_bytes(plain.expose()).map_err(|_| Error::Open)?;
        if *key.public().id() == first.authority {
            Ok(key)
        } else {
            Err(Error::Open)
        }
    }
}

impl AuthorityShare {
    /// The authority.
    #[must_use]
    pub fn authority(&self) -> &AuthorityId {
        &self.authority
    }

    /// How many parts give the key back.
    #[must_use]
    pub fn threshold(&self) -> u8 {
        self.threshold
    }

    /// Which part this is, from 1.
    #[must_use]
    pub fn index(&self) -> u8 {
        self.share.index()
    }

    /// The canonical bytes of the secret object.
    #[must_use]
    pub fn to_bytes(&self) -> Secret<Vec<u8>> {
        let mut writer = file::begin(Kind::AuthorityShare);
        writer
            .array(self.authority.as_bytes())
            .array(&self.backup_id);
        writer.u8(self.threshold).u8(self.share.index());
        let mut value = self.share.value().expose().to_bytes();
        writer.array(&value);
        value.zeroize();
        writer.u16(self.sealed.len() as u16).bytes(&self.sealed); // at most SEALED_BYTES
        file::finish(writer).into_secret()
    }

    /// Reads exactly the bytes of [`AuthorityShare::to_bytes`].
    ///
    /// # Errors
    /// The decoding errors (100-115).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        file::decode(Kind::AuthorityShare, bytes, |reader: &mut Reader<'_>| {
            let authority = AuthorityId::from_bytes(reader.array()?);
            let backup_id = reader.array()?;
            let (threshold, index) = (reader.u8()?, reader.u8()?);
            if threshold < 2 {
                return Err(Error::Field("threshold"));
            }
            if index == 0 {
                return Err(Error::Field("index of a share"));
            }
            let value = Secret::new(Scalar::from_bytes(reader.array_ref()?)?);
            let sealed = reader.lp16(SEALED_BYTES)?;
            if sealed.len() < TAG {
                return Err(Error::Length("sealed authority key"));
            }
            let share = Share::new(index, value)?;
            Ok(Self {
                authority,
                backup_id,
                threshold,
                share,
                sealed: sealed.to_vec(),
            })
        })
    }

    fn belongs_with(&self, other: &Self) -> bool {
        self.authority == other.authority
            && self.backup_id == other.backup_id
            && self.threshold == other.threshold
            && self.sealed == other.sealed
    }
}

fn sealing_key(secret: &Scalar, authority: &AuthorityId, backup_id: &[u8; 16]) -> Aead {
    let secret = Secret::new(secret.to_bytes());
    let info: [&[u8]; 3] = [tags::AUTHORITY_BACKUP, authority.as_bytes(), backup_id];
    Aead::new(Suite::ChaCha20Poly1305, &hkdf(&[], secret.expose(), &info))
}
