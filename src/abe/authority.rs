//! An authority's secret key.

use alloc::vec::Vec;

use zeroize::Zeroize;

use super::public::{AuthorityPublic, NAME_BYTES, read_schema, write_schema};
use crate::asymmetric::{SIGNATURE, Signer, SigningKey, VerifyingKey};
use crate::curve::{G1, Gt, Scalar};
use crate::error::{Error, Result};
use crate::keys::file;
use crate::policy::Schema;
use crate::random::Randomness;
use crate::secret::Secret;
use crate::tags::Kind;
use crate::wire::{Reader, text};

/// What issues keys: whoever holds it can make a key for any attributes and so open every
/// record sealed under this authority.
///
/// It always holds its public half, so the two can't be confused. Bytes of the object's body
/// (SPEC.md, section 6.2): alpha (32) || Ed25519 seed (32) || u8 length || name || optional LP32
/// schema.
pub struct AuthorityKey {
    alpha: Secret<Scalar>,
    seed: Secret<[u8; 32]>,
    public: AuthorityPublic,
}

impl AuthorityKey {
    /// A new authority under a name of 1 to 128 bytes for people to read.
    ///
    /// # Errors
    /// [`Error::Argument`] or [`Error::Text`] for the name, [`Error::Randomness`].
    pub fn generate(name: &str, rng: &mut dyn Randomness) -> Result<Self> {
        if name.is_empty() || name.len() > NAME_BYTES {
            return Err(Error::Argument("name: 1 to 128 bytes"));
        }
        text::check(name)?;
        let alpha = Secret::new(Scalar::random(rng)?);
        Self::assemble(alpha, rng.secret()?, name, None)
    }

    /// The same authority with another schema, or none: issues keys for attributes that the
    /// schema knows only, and has it in its public file, signed anew.
    ///
    /// The authority id, all keys and all ciphertexts stay as they are; the public file must be
    /// given out again.
    ///
    /// # Errors
    /// None that an authority's key, which is checked, should give.
    pub fn with_schema(self, schema: Option<Schema>) -> Result<Self> {
        let signing_key = SigningKey::from_seed(&self.seed);
        let old = &self.public;
        let public = AuthorityPublic::sign(*old.parameter(), old.name(), schema, &signing_key)?;
        Ok(Self { public, ..self })
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> &AuthorityPublic {
        &self.public
    }

    /// The canonical bytes of the secret object, for a key file or a key store.
    #[must_use]
    pub fn to_bytes(&self) -> Secret<Vec<u8>> {
        let name = self.public.name().as_bytes();
        let mut writer = file::begin(Kind::AuthorityKey);
        let mut alpha = self.alpha.expose().to_bytes();
        writer.array(&alpha).array(self.seed.expose());
        alpha.zeroize();
        writer.u8(name.len() as u8).bytes(name); // at most NAME_BYTES
        write_schema(&mut writer, self.public.schema());
        file::finish(writer).into_secret()
    }

    /// Reads exactly the bytes of [`AuthorityKey::to_bytes`].
    ///
    /// # Errors
    /// The decoding errors (100-115), those of [`Schema::from_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let (alpha, seed, name, schema) = file::decode(Kind::AuthorityKey, bytes, read)?;
        let alpha = Secret::new(Scalar::from_bytes(alpha)?);
        if alpha.expose().is_zero() {
            return Err(Error::ScalarRange);
        }
        let seed = Secret::build(|out| out.copy_from_slice(seed));
        Self::assemble(alpha, seed, name, schema)
    }

    /// g1^alpha: as secret as alpha, for publishing it would let anybody open everything.
    pub(super) fn blinding(&self) -> Secret<G1> {
        Secret::new(G1::generator() * self.alpha.expose())
    }

    fn assemble(
        alpha: Secret<Scalar>,
        seed: Secret<[u8; 32]>,
        name: &str,
        schema: Option<Schema>,
    ) -> Result<Self> {
        let parameter = Gt::generator().pow(alpha.expose());
        let signing_key = SigningKey::from_seed(&seed);
        let public = AuthorityPublic::sign(parameter, name, schema, &signing_key)?;
        Ok(Self {
            alpha,
            seed,
            public,
        })
    }
}

/// With its Ed25519 key, under tags of their own: credentials beside its public file.
impl Signer for AuthorityKey {
    fn verifying_key(&self) -> VerifyingKey {
        *self.public.verifying_key()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; SIGNATURE]> {
        Ok(SigningKey::from_seed(&self.seed).sign(&[message]))
    }
}

/// alpha, seed and name, in the places where they lie; the schema, which is public, read.
type Read<'a> = (&'a [u8; 32], &'a [u8; 32], &'a str, Option<Schema>);

fn read<'a>(reader: &mut Reader<'a>) -> Result<Read<'a>> {
    let (alpha, seed) = (reader.array_ref()?, reader.array_ref()?);
    let name = reader.text8(NAME_BYTES)?;
    if name.is_empty() {
        return Err(Error::Length("name"));
    }
    Ok((alpha, seed, name, read_schema(reader)?))
}
