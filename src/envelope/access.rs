//! The access part of a header: who can open, and under which consent.

use alloc::vec::Vec;

use crate::asymmetric::VerifyingKey;
use crate::error::{Error, Result};
use crate::tags;
use crate::transcript::Transcript;
use crate::wire::{Reader, Writer};

/// Most stanzas of one header.
pub const STANZAS: usize = 16;
/// Longest consent scope, in bytes.
pub const SCOPE_BYTES: usize = 4096;
/// Longest header, in bytes.
pub const HEADER_BYTES: usize = 256 * 1024;

/// One way to the data key, for one kind of key: `u8 type || u32 length || body`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stanza {
    pub(super) kind: u8,
    pub(super) body: Vec<u8>,
}

impl Stanza {
    /// An ABE policy under one authority.
    pub const POLICY: u8 = 1;
    /// A patient's capsule.
    pub const CAPSULE: u8 = 2;
    /// An ABE policy and a patient's capsule, both needed.
    pub const BOTH: u8 = 3;

    /// A stanza of a type and body; unknown types are legal and skipped by readers.
    ///
    /// # Errors
    /// [`Error::Argument`] for type 0, [`Error::TooLarge`] beyond the header's limit.
    pub fn new(kind: u8, body: Vec<u8>) -> Result<Self> {
        if kind == 0 {
            return Err(Error::Argument("stanza type 0"));
        }
        if body.len() > HEADER_BYTES {
            return Err(Error::TooLarge("stanza"));
        }
        Ok(Self { kind, body })
    }

    /// The type: see the constants here.
    #[must_use]
    pub fn kind(&self) -> u8 {
        self.kind
    }

    /// The body, whose meaning the type gives.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

/// The consent that records are sealed under, and what it allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentScope {
    /// The digest of the consent's Terms.
    pub terms: [u8; 32],
    /// What the consent allows, for the recipient to read: at most 4,096 bytes. It travels with
    /// every record, in clear.
    pub scope: Vec<u8>,
}

impl ConsentScope {
    /// What one record says: its digest is another for every record, so that records under one
    /// consent are not linked by it.
    pub(super) fn of_record(&self, envelope: &[u8; 16]) -> CarriedConsent {
        CarriedConsent {
            digest: digest(&self.terms, envelope),
            scope: self.scope.clone(),
        }
    }
}

/// The consent that a record travels with, as its header shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarriedConsent {
    pub(super) digest: [u8; 32],
    pub(super) scope: Vec<u8>,
}

impl CarriedConsent {
    /// SHA-256 over a tag, the digest of the consent's Terms and the envelope id.
    #[must_use]
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// What the consent allows, for the recipient to read: at most 4,096 bytes.
    #[must_use]
    pub fn scope(&self) -> &[u8] {
        &self.scope
    }
}

/// What a record with this envelope id says about Terms with this digest.
pub(super) fn digest(terms: &[u8; 32], envelope: &[u8; 16]) -> [u8; 32] {
    Transcript::new(tags::ENVELOPE_CONSENT)
        .item(terms)
        .item(envelope)
        .finish()
}

/// The access part (SPEC.md, section 8.3).
pub struct AccessPart {
    pub(super) consent: Option<CarriedConsent>,
    pub(super) stanzas: Vec<Stanza>,
    pub(super) writer: Option<Writing>,
}

/// Who wrote the access part, and the signature over it.
pub(super) struct Writing {
    pub(super) key: VerifyingKey,
    pub(super) signature: [u8; 64],
}

impl AccessPart {
    /// The consent, if the record travels with one. Whoever can open a record can rewrite this;
    /// only the signature of [`AccessPart::writer`] says who vouches for it, not the sender's.
    #[must_use]
    pub fn consent(&self) -> Option<&CarriedConsent> {
        self.consent.as_ref()
    }

    /// The stanzas, known and unknown.
    #[must_use]
    pub fn stanzas(&self) -> &[Stanza] {
        &self.stanzas
    }

    /// Who signed the access part as it stands.
    #[must_use]
    pub fn writer(&self) -> Option<&VerifyingKey> {
        self.writer.as_ref().map(|writing| &writing.key)
    }

    /// What the writer signs: everything before the writer's own field.
    pub(super) fn signed_bytes(&self) -> Result<Vec<u8>> {
        let mut body = Writer::new();
        body.flag(self.consent.is_some());
        if let Some(consent) = &self.consent {
            if consent.scope.len() > SCOPE_BYTES {
                return Err(Error::TooLarge("consent scope"));
            }
            body.bytes(&consent.digest);
            body.lp16(&consent.scope)?;
        }
        if self.stanzas.is_empty() || self.stanzas.len() > STANZAS {
            return Err(Error::Argument("1 to 16 stanzas"));
        }
        body.u8(self.stanzas.len() as u8);
        for stanza in &self.stanzas {
            body.u8(stanza.kind);
            body.lp32(&stanza.body)?;
        }
        Ok(body.into_vec())
    }

    /// The canonical bytes, their u32 length in front.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut body = Writer::new();
        body.bytes(&self.signed_bytes()?);
        body.flag(self.writer.is_some());
        if let Some(writing) = &self.writer {
            body.array(&writing.key.to_bytes())
                .array(&writing.signature);
        }
        let mut writer = Writer::new();
        writer.lp32(&body.into_vec())?;
        Ok(writer.into_vec())
    }

    /// Reads an access part, whose bytes behind the length are all of `bytes`.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let consent = if reader.flag()? {
            let digest = reader.array()?;
            Some(CarriedConsent {
                digest,
                scope: reader.lp16(SCOPE_BYTES)?.to_vec(),
            })
        } else {
            None
        };
        let count = usize::from(reader.u8()?);
        if count == 0 || count > STANZAS {
            return Err(Error::Length("stanzas"));
        }
        let mut stanzas = Vec::with_capacity(count);
        for _ in 0..count {
            let kind = reader.u8()?;
            if kind == 0 {
                return Err(Error::Field("stanza type"));
            }
            stanzas.push(Stanza {
                kind,
                body: reader.lp32(HEADER_BYTES)?.to_vec(),
            });
        }
        let writer = if reader.flag()? {
            let key = VerifyingKey::from_bytes(&reader.array()?)?;
            Some(Writing {
                key,
                signature: reader.array()?,
            })
        } else {
            None
        };
        reader.finish()?;
        Ok(Self {
            consent,
            stanzas,
            writer,
        })
    }
}
