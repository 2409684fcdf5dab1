//! The Fujisaki-Okamoto skeleton that every encryption scheme here is wrapped in.
//!
//! A scheme that only resists passive attackers becomes one that resists tampering: the
//! randomness of an encryption is derived from a random message, the message travels masked by
//! the scheme's own shared element, and whoever opens derives the randomness again and compares.
//! There is no way around this wrapper in the public interface.
//!
//! ```text
//! PRK   = HKDF-Extract(salt = H(coins tag; context, statement), ikm = m)
//! coins = HKDF-Expand(PRK, scalar tag || u32 j, 64) mod q      k1 = HKDF-Expand(PRK, key tag, 32)
//! c     = m xor HKDF(salt = H(mask tag; context, header), ikm = shared element, info = mask tag)
//! key   = HKDF(salt = empty, ikm = k1, info = key tag || digest of the ciphertext || binding)
//! ```
//! `H` is the length-prefixed transcript hash. Fujisaki and Okamoto, J. Cryptology 26 (2013);
//! implicit rejection after Hofheinz, Hoevelmanns and Kiltz, TCC 2017. SPEC.md, section 7.

use subtle::{Choice, ConditionallySelectable};

use crate::error::Result;
use crate::random::Randomness;
use crate::secret::Secret;
use crate::symmetric::{hkdf, hkdf_expand, hkdf_extract};
use crate::transcript::{Transcript, Xof};

/// The domain tags of one scheme under this skeleton.
pub(crate) struct Tags {
    pub(crate) coins: &'static [u8],
    pub(crate) coin_scalar: &'static [u8],
    pub(crate) coin_key: &'static [u8],
    pub(crate) mask: &'static [u8],
    pub(crate) key: &'static [u8],
}

/// The random message m that everything follows from: 32 bytes.
pub(crate) struct Message(Secret<[u8; 32]>);

/// What a message determines: the scheme's randomness and the key that only the message gives.
pub(crate) struct Coins {
    /// The scheme's scalars, in the scheme's fixed order.
    pub(crate) scalars: Xof,
    key: CoinKey,
}

/// k1: the part of the coins that the key of a ciphertext is made from, and all that whoever has
/// a finished ciphertext needs of them.
pub(crate) struct CoinKey(Secret<[u8; 32]>);

impl Message {
    pub(crate) fn random(rng: &mut dyn Randomness) -> Result<Self> {
        rng.secret().map(Self)
    }

    /// Randomness bound to the scheme's context (suite and public key) and to the statement
    /// (policy or labels): swap either and the comparison fails.
    pub(crate) fn coins(&self, tags: &Tags, context: &[u8], statement: &[u8]) -> Result<Coins> {
        let salt = Transcript::new(tags.coins)
            .item(context)
            .item(statement)
            .finish();
        let prk = hkdf_extract(&salt, self.0.expose());
        let key = Secret::try_build(|out| hkdf_expand(&prk, &[tags.coin_key], out))?;
        Ok(Coins {
            scalars: Xof::new(prk, tags.coin_scalar),
            key: CoinKey(key),
        })
    }

    /// The masked message c that travels; [`Message::unmask`] is the same operation.
    pub(crate) fn mask(
        &self,
        tags: &Tags,
        context: &[u8],
        header: &[u8],
        shared: &[u8],
    ) -> [u8; 32] {
        let pad = Self::pad(tags, context, header, shared);
        let mut masked = [0; 32];
        xor(&mut masked, self.0.expose(), pad.expose());
        masked
    }

    /// The message inside `masked`, or 32 meaningless bytes when `shared` is not the element
    /// that masked it: only the comparison of the randomness tells.
    pub(crate) fn unmask(
        tags: &Tags,
        context: &[u8],
        header: &[u8],
        shared: &[u8],
        masked: &[u8; 32],
    ) -> Self {
        let pad = Self::pad(tags, context, header, shared);
        Self(Secret::build(|message| xor(message, masked, pad.expose())))
    }

    fn pad(tags: &Tags, context: &[u8], header: &[u8], shared: &[u8]) -> Secret<[u8; 32]> {
        let salt = Transcript::new(tags.mask)
            .item(context)
            .item(header)
            .finish();
        hkdf(&salt, shared, &[tags.mask])
    }
}

impl Coins {
    /// The key of a ciphertext: bound to its digest and to what it is used for.
    pub(crate) fn into_key(
        self,
        tags: &Tags,
        digest: &[u8; 32],
        binding: &[u8; 32],
    ) -> Secret<[u8; 32]> {
        self.key.into_key(tags, digest, binding)
    }

    /// k1 alone; the scalars are wiped.
    pub(crate) fn into_coin_key(self) -> CoinKey {
        self.key
    }
}

impl CoinKey {
    /// As it was written down.
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Secret::build(|out: &mut [u8; 32]| {
            out.copy_from_slice(bytes);
        }))
    }

    /// To write it down.
    pub(crate) fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }

    /// As [`Coins::into_key`].
    pub(crate) fn into_key(
        self,
        tags: &Tags,
        digest: &[u8; 32],
        binding: &[u8; 32],
    ) -> Secret<[u8; 32]> {
        hkdf(&[], self.0.expose(), &[tags.key, digest, binding])
    }
}

/// The key of a ciphertext that does not open under `rejection`, the reader's own secret: as
/// random as a real one to everybody else, and always the same.
pub(crate) fn rejection_key(
    tag: &'static [u8],
    rejection: &Secret<[u8; 32]>,
    digest: &[u8; 32],
    binding: &[u8; 32],
) -> Secret<[u8; 32]> {
    hkdf(&[], rejection.expose(), &[tag, digest, binding])
}

/// `accepted` where `choice` holds, else `rejected`, without a branch.
pub(crate) fn select(
    choice: Choice,
    accepted: &Secret<[u8; 32]>,
    rejected: &Secret<[u8; 32]>,
) -> Secret<[u8; 32]> {
    Secret::build(|out| {
        for ((out, yes), no) in out.iter_mut().zip(accepted.expose()).zip(rejected.expose()) {
            *out = u8::conditional_select(no, yes, choice);
        }
    })
}

fn xor(out: &mut [u8; 32], left: &[u8; 32], right: &[u8; 32]) {
    for ((out, left), right) in out.iter_mut().zip(left).zip(right) {
        *out = left ^ right;
    }
}
