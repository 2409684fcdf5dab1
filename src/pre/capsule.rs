//! A key encapsulated to a patient under a record's labels, and its bytes.

use alloc::vec::Vec;

use super::context::PatientId;
use super::proof::Proof;
use crate::curve::{G1, G2};
use crate::error::{Error, Result};
use crate::policy::LabelSet;
use crate::tags;
use crate::transcript::Transcript;
use crate::wire::{Reader, Writer};

/// A key encapsulated to a patient under the labels of one record.
///
/// Bytes in a record (SPEC.md, section 14.3): patient id (32) || U (96) || T of each label, in
/// their order (48 each) || masked message (32) || proof (64). The labels stand in the record's
/// header and come from there. What was read has the right length and scalars in range; its
/// points are decoded by whoever computes with them.
#[derive(Clone)]
pub struct Capsule {
    patient: PatientId,
    labels: LabelSet,
    /// U || T.., as they travel.
    points: Vec<u8>,
    masked: [u8; 32],
    proof: Proof,
    digest: [u8; 32],
}

/// U and T, decoded and checked.
pub(super) struct Points {
    pub(super) first: G2,
    pub(super) rows: Vec<G1>,
}

impl Capsule {
    /// Bytes of a capsule in a record with this many labels.
    #[must_use]
    pub const fn length(labels: usize) -> usize {
        32 + G2::BYTES + G1::BYTES * labels + 32 + 64
    }

    pub(super) fn new(
        patient: PatientId,
        labels: LabelSet,
        points: Vec<u8>,
        masked: [u8; 32],
        digest: [u8; 32],
        proof: Proof,
    ) -> Self {
        Self {
            patient,
            labels,
            points,
            masked,
            proof,
            digest,
        }
    }

    /// Reads the capsule of a record whose header has these labels.
    ///
    /// # Errors
    /// [`Error::Label`] for a record without labels; [`Error::Truncated`],
    /// [`Error::TrailingBytes`], [`Error::ScalarRange`].
    pub fn from_bytes(bytes: &[u8], labels: &LabelSet) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let capsule = Self::read(&mut reader, labels)?;
        reader.finish()?;
        Ok(capsule)
    }

    pub(crate) fn read(reader: &mut Reader<'_>, labels: &LabelSet) -> Result<Self> {
        if labels.is_empty() {
            return Err(Error::Label("a capsule is made for one label or more"));
        }
        let patient = PatientId::from_bytes(reader.array()?);
        let points = reader.bytes(G2::BYTES + G1::BYTES * labels.len())?.to_vec();
        let masked = reader.array()?;
        let proof = Proof::read(reader)?;
        let digest = Parts::of(labels, &points)?.digest(&patient, &masked);
        Ok(Self {
            patient,
            labels: labels.clone(),
            points,
            masked,
            proof,
            digest,
        })
    }

    /// The bytes that stand in a record.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(Self::length(self.labels.len()));
        writer
            .array(self.patient.as_bytes())
            .bytes(&self.points)
            .array(&self.masked);
        self.proof.write(&mut writer);
        writer.into_vec()
    }

    /// Whom it is sealed to.
    #[must_use]
    pub fn patient(&self) -> &PatientId {
        &self.patient
    }

    /// The labels it is sealed under, as the record's header stores them.
    #[must_use]
    pub fn labels(&self) -> &LabelSet {
        &self.labels
    }

    /// d: the digest of everything in it but the proof, which is bound to d. Relays log it.
    #[must_use]
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    pub(super) fn masked(&self) -> &[u8; 32] {
        &self.masked
    }

    pub(super) fn proof(&self) -> &Proof {
        &self.proof
    }

    /// U as it travels.
    pub(super) fn first_bytes(&self) -> Result<&[u8; G2::BYTES]> {
        self.points.first_chunk().ok_or(Error::Truncated)
    }

    /// U || T.., as they travel.
    pub(super) fn point_bytes(&self) -> &[u8] {
        &self.points
    }

    /// The digests of labels and rows.
    pub(super) fn parts(&self) -> Result<Parts> {
        Parts::of(&self.labels, &self.points)
    }

    /// Decodes and checks U and every T.
    pub(super) fn decode_points(&self) -> Result<Points> {
        let mut reader = Reader::new(&self.points);
        Ok(Points {
            first: G2::from_bytes(reader.array_ref()?)?,
            rows: (0..self.labels.len())
                .map(|_| G1::from_bytes(reader.array_ref()?))
                .collect::<Result<_>>()?,
        })
    }

    /// Whether U and T are what an honest maker would have put there, from public data alone:
    /// the proof holds and e(prod T^r, g2) = e(prod H^r, U) under weights that follow from the
    /// capsule.
    ///
    /// # Errors
    /// [`Error::BadCapsule`] if not, the decoding errors of points.
    pub fn check(&self, cache: &mut super::Cache) -> Result<()> {
        let points = self.decode_points()?;
        super::check::capsule(self, &points, cache)
    }
}

/// What d is made of besides patient and masked message.
pub(super) struct Parts {
    /// LH: the digest of the labels.
    pub(super) labels: [u8; 32],
    /// U.
    pub(super) first: [u8; G2::BYTES],
    /// TH: the digest of T.
    pub(super) rows: [u8; 32],
}

impl Parts {
    pub(super) fn of(labels: &LabelSet, points: &[u8]) -> Result<Self> {
        let (first, rows) = points
            .split_first_chunk::<{ G2::BYTES }>()
            .ok_or(Error::Truncated)?;
        Ok(Self {
            labels: label_digest(labels),
            first: *first,
            rows: Transcript::new(tags::KP_ROWS).item(rows).finish(),
        })
    }

    /// d.
    pub(super) fn digest(&self, patient: &PatientId, masked: &[u8; 32]) -> [u8; 32] {
        Transcript::new(tags::KP_CAPSULE)
            .item(patient.as_bytes())
            .item(&self.labels)
            .item(&self.first)
            .item(&self.rows)
            .item(masked)
            .finish()
    }

    /// What the mask over the message hangs on.
    pub(super) fn header(&self) -> [u8; 160] {
        let mut header = [0; 160];
        let (labels, rest) = header.split_at_mut(32);
        let (first, rows) = rest.split_at_mut(G2::BYTES);
        labels.copy_from_slice(&self.labels);
        first.copy_from_slice(&self.first);
        rows.copy_from_slice(&self.rows);
        header
    }
}

/// LH: SHA-256 over a tag and the labels as they are stored.
pub(super) fn label_digest(labels: &LabelSet) -> [u8; 32] {
    Transcript::new(tags::KP_LABELS)
        .item(labels.as_bytes())
        .finish()
}
