//! What a recipient asks a relay: to transform the capsules of some records.

use alloc::vec::Vec;

use super::capsule::{Capsule, Parts};
use super::conditions::Claims;
use super::context::PatientId;
use super::credential::{CREDENTIAL_BYTES, Credential};
use super::header::Grantee;
use super::party::RecipientKey;
use super::proof::Proof;
use super::recipient::RecipientGrant;
use crate::asymmetric::SIGNATURE;
use crate::curve::G2;
use crate::error::{Error, Result};
use crate::keys::file;
use crate::policy::LabelSet;
use crate::random::Randomness;
use crate::tags::{self, Kind};
use crate::wire::{Reader, Writer};

/// The most capsules of one request.
pub const REQUEST_ITEMS: usize = 4096;
/// The longest file of requests, in bytes.
pub const REQUESTS_BYTES: usize = 256 << 20;
/// One open item at its longest: 64 labels of 255 bytes and the rest.
const ITEM_BYTES: usize = 64 * 257 + 512;
/// The longest request, in bytes.
const REQUEST_BYTES: usize = CREDENTIAL_BYTES + REQUEST_ITEMS * ITEM_BYTES;

/// What a relay sees of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Its labels, checked against the capsule and the policy.
    Open,
    /// Only a digest: the recipient's key alone enforces the policy, and the relay's log says
    /// less.
    Blind,
}

/// One capsule to transform.
pub(super) struct Item {
    pub(super) digest: [u8; 32],
    pub(super) first: [u8; G2::BYTES],
    pub(super) proof: Proof,
    pub(super) binding: [u8; 32],
    /// In an open request.
    pub(super) labels: Option<LabelSet>,
}

/// A request to one relay, as it was read; the relay checks it.
///
/// Bytes (SPEC.md, section 14.7): digest of the grant (32) || u8 relay || u8 sight (0 open, 1
/// blind; 2 and 3 the same with u16 length and credential behind it) || purpose, action, role (u8 length and text each) || u8 break-glass || u64 time ||
/// nonce (16) || u16 count || items || signature (64). An item is h (32) || U (96) || proof (64)
/// and, in a blind request, d (32), in an open one, labels || TH (32) || masked message (32).
pub struct Request {
    pub(super) patient: PatientId,
    pub(super) grant: [u8; 32],
    pub(super) relay: u8,
    pub(super) credential: Option<Credential>,
    pub(super) claims: Claims,
    pub(super) time: u64,
    pub(super) nonce: [u8; 16],
    pub(super) items: Vec<Item>,
    signed: Vec<u8>,
    pub(super) signature: [u8; SIGNATURE],
}

impl Request {
    /// Which relay of the grant it is for.
    #[must_use]
    pub fn relay(&self) -> u8 {
        self.relay
    }

    /// The digest of the grant.
    #[must_use]
    pub fn grant(&self) -> &[u8; 32] {
        &self.grant
    }

    /// What the requester claims.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// Who the requester shows to be, under a grant to a role. The issuer whom it names has signed
    /// it; the relay checks the rest.
    #[must_use]
    pub fn credential(&self) -> Option<&Credential> {
        self.credential.as_ref()
    }

    /// What the relay sees of the records.
    #[must_use]
    pub fn sight(&self) -> Sight {
        match self.items.first() {
            Some(Item { labels: None, .. }) => Sight::Blind,
            _ => Sight::Open,
        }
    }

    /// When it was made, in Unix seconds.
    #[must_use]
    pub fn time(&self) -> u64 {
        self.time
    }

    /// How many capsules it asks for.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether it asks for none; such requests are refused.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// d of every capsule and h of its record: what the relay logs.
    pub fn records(&self) -> impl Iterator<Item = (&[u8; 32], &[u8; 32])> {
        self.items.iter().map(|item| (&item.digest, &item.binding))
    }

    /// What the signature covers.
    pub(super) fn signed(&self) -> &[u8] {
        &self.signed
    }

    /// Reads one request of the grant of `patient`: in open requests d is computed, not read, and
    /// hangs on the patient.
    fn read(bytes: &[u8], patient: &PatientId) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let grant = reader.array()?;
        let relay = reader.u8()?;
        let (sight, shown) = match reader.u8()? {
            0 => (Sight::Open, false),
            1 => (Sight::Blind, false),
            2 => (Sight::Open, true),
            3 => (Sight::Blind, true),
            _ => return Err(Error::Field("sight of a request")),
        };
        let credential = match shown {
            true => Some(Credential::from_bytes(reader.lp16(CREDENTIAL_BYTES)?)?),
            false => None,
        };
        let claims = Claims::read(&mut reader)?;
        let time = reader.u64()?;
        let nonce = reader.array()?;
        let count = usize::from(reader.u16()?);
        if count == 0 || count > REQUEST_ITEMS {
            return Err(Error::Length("capsules of a request"));
        }
        let items = (0..count)
            .map(|_| read_item(&mut reader, sight, patient))
            .collect::<Result<_>>()?;
        let signed = bytes.get(..reader.position()).unwrap_or_default().to_vec();
        let signature = reader.array()?;
        reader.finish()?;
        Ok(Self {
            patient: *patient,
            grant,
            relay,
            credential,
            claims,
            time,
            nonce,
            items,
            signed,
            signature,
        })
    }

    fn to_bytes(&self) -> Vec<u8> {
        [self.signed.as_slice(), &self.signature].concat()
    }
}

fn read_item(reader: &mut Reader<'_>, sight: Sight, patient: &PatientId) -> Result<Item> {
    let binding = reader.array()?;
    let first = reader.array()?;
    let proof = Proof::read(reader)?;
    let (digest, labels) = match sight {
        Sight::Blind => (reader.array()?, None),
        Sight::Open => {
            let labels = LabelSet::read(reader)?;
            let parts = Parts {
                labels: super::capsule::label_digest(&labels),
                first,
                rows: reader.array()?,
            };
            let masked = reader.array()?;
            (parts.digest(patient, &masked), Some(labels))
        }
    };
    Ok(Item {
        digest,
        first,
        proof,
        binding,
        labels,
    })
}

/// One request for each relay of a grant, each with a nonce of its own.
///
/// Bytes of the object's body: patient id (32) || u8 count || u32 length and request, each.
pub struct Requests {
    patient: PatientId,
    requests: Vec<Request>,
}

impl Requests {
    /// The requests, in the order of the relays.
    pub fn iter(&self) -> impl Iterator<Item = &Request> {
        self.requests.iter()
    }

    /// The request for the relay with this index.
    #[must_use]
    pub fn for_relay(&self, index: u8) -> Option<&Request> {
        self.requests.iter().find(|it| it.relay == index)
    }

    /// The file in binary.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond 256 MiB, which takes many relays: then ask in several files.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut writer = file::begin(Kind::Requests);
        writer.array(self.patient.as_bytes());
        writer.u8(self.requests.len() as u8);
        for request in &self.requests {
            writer.lp32(&request.to_bytes())?;
        }
        let bytes = file::finish(writer).into_vec();
        check_length(&bytes)?;
        Ok(bytes)
    }

    /// Reads the file; each relay checks its own request.
    ///
    /// # Errors
    /// The decoding errors.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        check_length(bytes)?;
        file::decode(Kind::Requests, bytes, |reader| {
            let patient = PatientId::from_bytes(reader.array()?);
            let count = usize::from(reader.u8()?);
            if count > super::committee::RELAYS {
                return Err(Error::Length("requests"));
            }
            let mut requests: Vec<Request> = Vec::with_capacity(count);
            for _ in 0..count {
                let bytes = reader.lp32(REQUEST_BYTES)?;
                let request = Request::read(bytes, &patient)?;
                if requests
                    .last()
                    .is_some_and(|before| before.relay >= request.relay)
                {
                    return Err(Error::NotCanonical("order of requests"));
                }
                requests.push(request);
            }
            Ok(Self { patient, requests })
        })
    }
}

/// The bound of a file of requests, written or read.
fn check_length(bytes: &[u8]) -> Result<()> {
    if bytes.len() > REQUESTS_BYTES {
        return Err(Error::TooLarge("requests"));
    }
    Ok(())
}

impl RecipientGrant {
    /// Asks every relay of the grant to transform these capsules, each with the digest h of its
    /// record's fixed part. SPEC.md, section 14.7.
    ///
    /// # Errors
    /// [`Error::NoStanza`] for another patient's capsule, [`Error::NotSatisfied`] for labels that
    /// the policy does not allow (relays would refuse, or answer in vain); [`Error::Argument`]
    /// for none or more than 4,096 capsules; [`Error::Credential`] under a grant to a role;
    /// [`Error::Sharing`] for a blind request under a standing sharing; [`Error::Randomness`].
    pub fn request(
        &self,
        key: &RecipientKey,
        capsules: &[(&Capsule, &[u8; 32])],
        sight: Sight,
        claims: &Claims,
        now: u64,
        rng: &mut dyn Randomness,
    ) -> Result<Requests> {
        if !matches!(self.grant().header().grantee, Grantee::Keys(_)) {
            return Err(Error::Credential("the grant is to a role"));
        }
        self.ask((key, None), capsules, sight, claims, now, rng)
    }

    /// The same under a grant to a role, with the requester's own key and credential.
    ///
    /// # Errors
    /// [`Error::Credential`] and [`Error::CredentialNotValidNow`], also for a key that is not the
    /// credential's; those of [`RecipientGrant::request`].
    pub fn request_in_role(
        &self,
        (key, credential): (&RecipientKey, &Credential),
        capsules: &[(&Capsule, &[u8; 32])],
        sight: Sight,
        claims: &Claims,
        now: u64,
        rng: &mut dyn Randomness,
    ) -> Result<Requests> {
        let Grantee::Role(role) = &self.grant().header().grantee else {
            return Err(Error::Credential("the grant asks for none"));
        };
        credential.check(role, now)?;
        if credential.keys() != key.public().keys() {
            return Err(Error::Credential("it is for another key"));
        }
        self.ask((key, Some(credential)), capsules, sight, claims, now, rng)
    }

    fn ask(
        &self,
        (key, credential): (&RecipientKey, Option<&Credential>),
        capsules: &[(&Capsule, &[u8; 32])],
        sight: Sight,
        claims: &Claims,
        now: u64,
        rng: &mut dyn Randomness,
    ) -> Result<Requests> {
        if capsules.is_empty() || capsules.len() > REQUEST_ITEMS {
            return Err(Error::Argument("a request has 1 to 4,096 capsules"));
        }
        let header = self.grant().header();
        if header.epoch().is_some() && sight == Sight::Blind {
            return Err(Error::Sharing("blind requests are refused under it"));
        }
        for (capsule, _) in capsules {
            if capsule.patient() != header.patient.id() {
                return Err(Error::NoStanza);
            }
            if !self.satisfies(capsule.labels()) {
                return Err(Error::NotSatisfied);
            }
        }
        let mut requests = Vec::with_capacity(header.relays.len());
        for relay in (1u8..).take(header.relays.len()) {
            let mut nonce = [0; 16];
            rng.fill(&mut nonce)?;
            let mut writer = Writer::with_capacity(256 + 512 * capsules.len());
            writer
                .array(self.grant().digest())
                .u8(relay)
                .u8(u8::from(sight == Sight::Blind) | u8::from(credential.is_some()) << 1);
            if let Some(credential) = credential {
                writer.lp16(&credential.to_bytes()?)?;
            }
            claims.write(&mut writer)?;
            writer.u64(now).array(&nonce).u16(capsules.len() as u16);
            let mut items = Vec::with_capacity(capsules.len());
            for (capsule, binding) in capsules {
                items.push(write_item(&mut writer, capsule, binding, sight)?);
            }
            let signed = writer.into_vec();
            let signature = key.signing().sign(&[tags::REQUEST_SIGNATURE, &signed]);
            requests.push(Request {
                patient: *header.patient.id(),
                grant: *self.grant().digest(),
                relay,
                credential: credential.cloned(),
                claims: claims.clone(),
                time: now,
                nonce,
                items,
                signed,
                signature,
            });
        }
        Ok(Requests {
            patient: *header.patient.id(),
            requests,
        })
    }
}

fn write_item(
    writer: &mut Writer,
    capsule: &Capsule,
    binding: &[u8; 32],
    sight: Sight,
) -> Result<Item> {
    writer.array(binding).array(capsule.first_bytes()?);
    capsule.proof().write(writer);
    let labels = match sight {
        Sight::Blind => {
            writer.array(capsule.digest());
            None
        }
        Sight::Open => {
            writer
                .bytes(&capsule.labels().to_bytes())
                .array(&capsule.parts()?.rows)
                .array(capsule.masked());
            Some(capsule.labels().clone())
        }
    };
    Ok(Item {
        digest: *capsule.digest(),
        first: *capsule.first_bytes()?,
        proof: *capsule.proof(),
        binding: *binding,
        labels,
    })
}

#[cfg(test)]
impl Requests {
    /// The request to one relay with its signed bytes changed, signed and read again.
    pub(super) fn forged(
        &self,
        relay: u8,
        key: &RecipientKey,
        change: impl FnOnce(&mut Vec<u8>),
    ) -> Self {
        let mut bytes = self.for_relay(relay).unwrap().signed.clone();
        change(&mut bytes);
        let signature = key.signing().sign(&[tags::REQUEST_SIGNATURE, &bytes]);
        bytes.extend_from_slice(&signature);
        Self {
            patient: self.patient,
            requests: [Request::read(&bytes, &self.patient).unwrap()].into(),
        }
    }
}
