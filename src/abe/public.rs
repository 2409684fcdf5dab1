//! An authority's public file.

use alloc::string::String;
use alloc::vec::Vec;

use crate::asymmetric::{SigningKey, VerifyingKey};
use crate::curve::Gt;
use crate::error::{Error, Result};
use crate::keys::{Fingerprint, file};
use crate::policy::{SCHEMA_BYTES, Schema};
use crate::tags::{self, Kind};
use crate::transcript::Transcript;
use crate::wire::{Reader, Writer};

/// Longest name of an authority, in bytes.
pub(super) const NAME_BYTES: usize = 128;

/// Which authority: SHA-256 over a tag and the public parameter E alone, 32 bytes. A new schema
/// or signing key leaves it as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuthorityId([u8; 32]);

impl AuthorityId {
    /// The id with these bytes; whether there is such an authority shows no id.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// What everybody may know of an authority: enough to seal under its policies.
///
/// Bytes of the object's body (SPEC.md, section 6.2): E (576) || Ed25519 key (32) ||
/// u8 length || name || optional LP32 schema || self-signature (64). The self-signature shows that the
/// file is whole; that it is the right authority's, only its fingerprint, compared over another
/// channel, shows.
#[derive(Clone)]
pub struct AuthorityPublic {
    id: AuthorityId,
    parameter: Gt,
    verifying_key: VerifyingKey,
    name: String,
    schema: Option<Schema>,
    /// E, key, name and schema, as they travel; signed with the header before them.
    signed: Vec<u8>,
    signature: [u8; 64],
}

impl AuthorityPublic {
    pub(super) fn sign(
        parameter: Gt,
        name: &str,
        schema: Option<Schema>,
        signing_key: &SigningKey,
    ) -> Result<Self> {
        let verifying_key = signing_key.verifying_key();
        let signed = signed_part(&parameter, &verifying_key, name, schema.as_ref())?;
        let header = file::begin(Kind::AuthorityPublic);
        let message = [tags::AUTHORITY_SIGNATURE, header.as_slice(), &signed];
        let signature = signing_key.sign(&message);
        let (id, name) = (id(&parameter), name.into());
        Ok(Self {
            id,
            parameter,
            verifying_key,
            name,
            schema,
            signed,
            signature,
        })
    }

    /// The authority's id.
    #[must_use]
    pub fn id(&self) -> &AuthorityId {
        &self.id
    }

    /// The name the authority gave itself: unverified text for people.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The attributes that the authority issues keys for, if it says: signed with the rest of
    /// the file.
    #[must_use]
    pub fn schema(&self) -> Option<&Schema> {
        self.schema.as_ref()
    }

    /// The key under which the authority signs its public statements.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying_key
    }

    /// What two people compare to know that they hold the same file.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let mut key = self.id.0.to_vec();
        key.extend_from_slice(&self.verifying_key.to_bytes());
        Fingerprint::of(Kind::AuthorityPublic, &key)
    }

    pub(super) fn parameter(&self) -> &Gt {
        &self.parameter
    }

    /// The canonical bytes of the whole object, checksum included.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = file::begin(Kind::AuthorityPublic);
        writer.bytes(&self.signed).array(&self.signature);
        file::finish(writer).into_vec()
    }

    /// Reads exactly the bytes of [`AuthorityPublic::to_bytes`].
    ///
    /// # Errors
    /// The decoding errors (100-115), those of [`Schema::from_bytes`]; [`Error::Verify`] when the self-signature fails.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let parsed = file::decode(Kind::AuthorityPublic, bytes, Parsed::read)?;
        let verifying_key = VerifyingKey::from_bytes(&parsed.key)?;
        let header = file::begin(Kind::AuthorityPublic);
        let message = [tags::AUTHORITY_SIGNATURE, header.as_slice(), parsed.signed];
        verifying_key
            .verify(&message, &parsed.signature)
            .map_err(|_| Error::Verify)?;
        // Last, because it is the costly one: the parameter is in the group and not one.
        let parameter = Gt::from_bytes(parsed.parameter)?;
        Ok(Self {
            id: id(&parameter),
            parameter,
            verifying_key,
            name: parsed.name.into(),
            schema: parsed.schema,
            signed: parsed.signed.to_vec(),
            signature: parsed.signature,
        })
    }
}

/// A public file's fields as read, nothing checked but their places.
struct Parsed<'a> {
    parameter: &'a [u8; Gt::BYTES],
    key: [u8; 32],
    name: &'a str,
    schema: Option<Schema>,
    signed: &'a [u8],
    signature: [u8; 64],
}

impl<'a> Parsed<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self> {
        let mut whole = reader.clone();
        let parameter = reader.array_ref()?;
        let key = reader.array()?;
        let name = reader.text8(NAME_BYTES)?;
        if name.is_empty() {
            return Err(Error::Length("name"));
        }
        let schema = read_schema(reader)?;
        let signed = whole.bytes(whole.remaining() - reader.remaining())?;
        Ok(Self {
            parameter,
            key,
            name,
            schema,
            signed,
            signature: reader.array()?,
        })
    }
}

fn id(parameter: &Gt) -> AuthorityId {
    AuthorityId(
        Transcript::new(tags::CP_AUTHORITY)
            .item(&parameter.to_bytes())
            .finish(),
    )
}

/// The flag and, if it is 1, the schema: the last field of key and public file alike.
pub(super) fn write_schema(writer: &mut Writer, schema: Option<&Schema>) {
    writer.flag(schema.is_some());
    if let Some(schema) = schema {
        let bytes = schema.as_bytes();
        writer.u32(bytes.len() as u32).bytes(bytes); // at most SCHEMA_BYTES
    }
}

pub(super) fn read_schema(reader: &mut Reader<'_>) -> Result<Option<Schema>> {
    if !reader.flag()? {
        return Ok(None);
    }
    Schema::from_bytes(reader.lp32(SCHEMA_BYTES)?).map(Some)
}

fn signed_part(
    parameter: &Gt,
    key: &VerifyingKey,
    name: &str,
    schema: Option<&Schema>,
) -> Result<Vec<u8>> {
    let mut writer = Writer::new();
    writer
        .array(&parameter.to_bytes())
        .array(&key.to_bytes())
        .lp8(name.as_bytes())?;
    write_schema(&mut writer, schema);
    Ok(writer.into_vec())
}
