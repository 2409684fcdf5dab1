//! Phase 2: from powers to the keys of one circuit.

use ark_bls12_381::{Bls12_381, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Field;
use ark_groth16::ProvingKey as Points;
use zeroize::Zeroize;

use super::beacon;
use super::knowledge::{Knowledge, Role, read_g1};
use super::lagrange::initial_key;
use super::powers::{MOST_CONTRIBUTIONS, VerifiedPowers, frame};
use super::ratio::{same, sum_1, weights};
use crate::curve::Scalar;
use crate::error::{Error, Result};
use crate::random::Randomness;
use crate::symmetric::sha256;
use crate::tags::{self, Kind};
use crate::transcript::Transcript;
use crate::wire::{Reader, Writer, read_header, write_header};
use crate::zk::prover::ProvingKey;
use crate::zk::prover::matrices::Matrices;
use crate::zk::prover::points::{self, Check};
use crate::zk::prover::{field, key_points, setup};
use crate::zk::{Depth, Provenance};

/// The suite byte of this version.
const SUITE: u8 = 1;
/// Bytes of the shortest contribution: of a beacon.
const SHORTEST: usize = 1 + 48 + 33;

/// A key in the making as it was read or made; nothing is known of it.
///
/// Bytes of the file (SPEC.md, section 19.6): header (8) || u8 levels of the enrolment tree ||
/// id (32) || u16 contributions || these || the points of the key || SHA-256 of all that.
pub struct Ceremony {
    depth: Depth,
    id: [u8; 32],
    contributions: Vec<Contribution>,
    key: Points<Bls12_381>,
}

/// A ceremony of which everything was checked.
pub struct VerifiedCeremony {
    ceremony: Ceremony,
    circuit: [u8; 32],
    hashes: Vec<[u8; 32]>,
}

/// delta in G1 after it, and why it is right.
#[derive(Clone)]
struct Contribution {
    after: G1Affine,
    by: By,
}

#[derive(Clone)]
enum By {
    /// Somebody who knew a secret.
    Party(Box<Knowledge>),
    /// A public number, hashed 2^rounds times.
    Beacon { value: [u8; 32], rounds: u8 },
}

impl Ceremony {
    /// Begins with the key that follows from the powers; takes minutes.
    ///
    /// # Errors
    /// [`Error::TooLarge`] if the powers are too few.
    pub fn new(depth: Depth, powers: &VerifiedPowers) -> Result<Self> {
        Self::begin(depth, &setup::matrices(depth)?, powers)
    }

    pub(super) fn begin(depth: Depth, circuit: &Matrices, powers: &VerifiedPowers) -> Result<Self> {
        let key = initial_key(circuit, powers)?;
        let mut bytes = Writer::with_capacity(key_points::length(&key));
        key_points::write(&mut bytes, &key)?;
        let id = Transcript::new(tags::ZK_CEREMONY)
            .item(&circuit.id())
            .item(&powers.powers().transcript()?)
            .item(&sha256(&[bytes.as_slice()]))
            .finish();
        Ok(Self {
            depth,
            id,
            contributions: Vec::new(),
            key,
        })
    }

    /// The height of the enrolment trees that the keys are for.
    #[must_use]
    pub const fn depth(&self) -> Depth {
        self.depth
    }

    /// The hash over what the ceremony began with: circuit, powers, first key.
    #[must_use]
    pub const fn id(&self) -> &[u8; 32] {
        &self.id
    }

    /// Puts a fresh secret into the key and forgets it. Returns the transcript's hash, which the
    /// contributor publishes and later looks for in the verified ceremony.
    ///
    /// # Errors
    /// [`Error::Ceremony`] after the beacon; [`Error::Randomness`]; [`Error::TooLarge`] after
    /// 1,024 contributions.
    pub fn contribute(&mut self, rng: &mut dyn Randomness) -> Result<[u8; 32]> {
        self.check_open()?;
        let mut secret = field::from(&Scalar::random(rng)?);
        let transcript = self.transcript()?;
        let after = (self.key.delta_g1 * secret).into_affine();
        let proof = Knowledge::prove(&secret, Role::Delta, &transcript, &after, rng);
        let done = proof.and_then(|proof| self.add(secret, after, By::Party(Box::new(proof))));
        secret.zeroize();
        done?;
        self.transcript()
    }

    /// Ends the ceremony with a number that everybody sees and nobody could know or choose before,
    /// as a later block of a public chain, hashed 2^`rounds` times. Returns the transcript's hash.
    ///
    /// # Errors
    /// [`Error::Ceremony`] after another beacon; [`Error::TooLarge`] for more than 2^40 rounds.
    pub fn close(&mut self, value: [u8; 32], rounds: u8) -> Result<[u8; 32]> {
        self.check_open()?;
        let number = beacon::number(&value, rounds)?;
        let after = (self.key.delta_g1 * number).into_affine();
        self.add(number, after, By::Beacon { value, rounds })?;
        self.transcript()
    }

    fn check_open(&self) -> Result<()> {
        if self.contributions.len() == MOST_CONTRIBUTIONS {
            return Err(Error::TooLarge("contributions"));
        }
        match self.contributions.last() {
            Some(Contribution {
                by: By::Beacon { .. },
                ..
            }) => Err(Error::Ceremony(
                self.contributions.len() as u32,
                "the beacon has ended it",
            )),
            _ => Ok(()),
        }
    }

    fn add(&mut self, secret: Fr, after: G1Affine, by: By) -> Result<()> {
        let inverse = secret.inverse().ok_or(Error::Randomness)?;
        self.key.delta_g1 = after;
        self.key.vk.delta_g2 = (self.key.vk.delta_g2 * secret).into_affine();
        self.key.h_query = times(&self.key.h_query, inverse);
        self.key.l_query = times(&self.key.l_query, inverse);
        self.contributions.push(Contribution { after, by });
        Ok(())
    }

    /// The hash over all contributions.
    ///
    /// # Errors
    /// None that can happen.
    pub fn transcript(&self) -> Result<[u8; 32]> {
        Ok(self.hashes()?.last().copied().unwrap_or(self.id))
    }

    /// The hash after each contribution.
    fn hashes(&self) -> Result<Vec<[u8; 32]>> {
        let mut hash = self.id;
        let next = |contribution: &Contribution| {
            let mut record = Writer::new();
            contribution.write(&mut record)?;
            hash = Transcript::new(tags::ZK_CONTRIBUTION)
                .item(&hash)
                .item(record.as_slice())
                .finish();
            Ok(hash)
        };
        self.contributions.iter().map(next).collect()
    }

    /// Checks everything: that the ceremony began with these powers and this version's circuit,
    /// every contribution, and every point that contributions change; takes minutes.
    ///
    /// # Errors
    /// [`Error::Ceremony`] with the contribution that is wrong, or 0 for what is about none of
    /// them; [`Error::Randomness`].
    pub fn verify(
        self,
        powers: &VerifiedPowers,
        rng: &mut dyn Randomness,
    ) -> Result<VerifiedCeremony> {
        let circuit = setup::matrices(self.depth)?;
        self.verify_for(&circuit, powers, rng)
    }

    pub(super) fn verify_for(
        self,
        circuit: &Matrices,
        powers: &VerifiedPowers,
        rng: &mut dyn Randomness,
    ) -> Result<VerifiedCeremony> {
        let first = Self::begin(self.depth, circuit, powers)?;
        if first.id != self.id {
            return Err(Error::Ceremony(0, "of other powers, or another circuit"));
        }
        let hashes = self.hashes()?;
        let delta = self.verify_contributions(&hashes)?;
        if delta != self.key.delta_g1 {
            return Err(Error::Ceremony(0, "delta is not the last contribution's"));
        }
        if !self.follows_from(&first.key, rng)? {
            return Err(Error::Ceremony(0, "points of the key are wrong"));
        }
        Ok(VerifiedCeremony {
            ceremony: self,
            circuit: circuit.id(),
            hashes,
        })
    }

    /// Follows the contributions; answers what the last one made of delta.
    fn verify_contributions(&self, hashes: &[[u8; 32]]) -> Result<G1Affine> {
        let mut delta = G1Affine::generator();
        let mut transcript = self.id;
        for (number, (contribution, hash)) in (1..).zip(self.contributions.iter().zip(hashes)) {
            let Contribution { after, by } = contribution;
            let right = match by {
                By::Party(proof) => proof.verifies(Role::Delta, &transcript, &delta, after)?,
                By::Beacon { value, rounds } => {
                    if number as usize != hashes.len() {
                        return Err(Error::Ceremony(number, "a beacon that does not end it"));
                    }
                    (delta * beacon::number(value, *rounds)?).into_affine() == *after
                }
            };
            if !right {
                return Err(Error::Ceremony(number, "a proof does not verify"));
            }
            delta = *after;
            transcript = *hash;
        }
        Ok(delta)
    }

    /// Whether only delta and what is divided by it changed, and that by the same number.
    fn follows_from(&self, first: &Points<Bls12_381>, rng: &mut dyn Randomness) -> Result<bool> {
        let (key, one) = (&self.key, G2Affine::generator());
        let delta = key.vk.delta_g2;
        let same_rest = key.vk.alpha_g1 == first.vk.alpha_g1
            && key.vk.beta_g2 == first.vk.beta_g2
            && key.vk.gamma_g2 == first.vk.gamma_g2
            && key.vk.gamma_abc_g1 == first.vk.gamma_abc_g1
            && key.beta_g1 == first.beta_g1
            && key.a_query == first.a_query
            && key.b_g1_query == first.b_g1_query
            && key.b_g2_query == first.b_g2_query
            && key.h_query.len() == first.h_query.len()
            && key.l_query.len() == first.l_query.len();
        if !same_rest || !same(G1Affine::generator(), key.delta_g1, one, delta) {
            return Ok(false);
        }
        for (now, before) in [
            (&key.h_query, &first.h_query),
            (&key.l_query, &first.l_query),
        ] {
            let weights = weights(now.len(), rng)?;
            let (now, before) = (sum_1(now, &weights)?, sum_1(before, &weights)?);
            if !same(now, before, one, delta) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// None that can happen.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let records = self.contributions.len() * (1 + 48 + Knowledge::BYTES);
        let mut writer = Writer::with_capacity(75 + records + key_points::length(&self.key));
        write_header(&mut writer, SUITE, Kind::Ceremony);
        writer.u8(self.depth.levels() as u8).array(&self.id);
        writer.u16(self.contributions.len() as u16);
        for contribution in &self.contributions {
            contribution.write(&mut writer)?;
        }
        key_points::write(&mut writer, &self.key)?;
        let checksum = sha256(&[writer.as_slice()]);
        writer.array(&checksum);
        Ok(writer.into_vec())
    }

    /// Reads a file; that every point is in its group is checked here.
    ///
    /// # Errors
    /// The decoding errors, [`Error::Checksum`], [`Error::NotOnCurve`], [`Error::NotInSubgroup`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let body = frame(bytes, bytes.len())?;
        let mut reader = Reader::new(body);
        let suite = read_header(&mut reader, Kind::Ceremony)?;
        if suite != SUITE {
            return Err(Error::Suite(suite));
        }
        let depth = Depth::from_levels(reader.u8()?)?;
        let id = reader.array()?;
        let count = reader.count16(MOST_CONTRIBUTIONS, SHORTEST)?;
        let contributions = (0..count).map(|_| Contribution::read(&mut reader));
        let contributions = contributions.collect::<Result<_>>()?;
        let key = key_points::read(&mut reader, Check::Group)?;
        reader.finish()?;
        let ceremony = Self {
            depth,
            id,
            contributions,
            key,
        };
        if ceremony.to_bytes()? != bytes {
            return Err(Error::NotCanonical("ceremony"));
        }
        Ok(ceremony)
    }
}

impl VerifiedCeremony {
    /// The ceremony, to contribute more.
    #[must_use]
    pub fn into_ceremony(self) -> Ceremony {
        self.ceremony
    }

    /// The hash after each contribution, in their order: contributors look for their own.
    #[must_use]
    pub fn contributions(&self) -> &[[u8; 32]] {
        &self.hashes
    }

    /// The keys.
    ///
    /// # Errors
    /// [`Error::Ceremony`] if nobody contributed, or no beacon ended it.
    pub fn finish(self) -> Result<ProvingKey> {
        let count = self.hashes.len() as u32;
        let (Some(transcript), true) = (self.hashes.last().copied(), self.hashes.len() >= 2) else {
            return Err(Error::Ceremony(count, "nobody contributed"));
        };
        if self.ceremony.check_open().is_ok() {
            return Err(Error::Ceremony(count, "no beacon has ended it"));
        }
        let id = self.ceremony.id;
        let provenance = Provenance::Ceremony { id, transcript };
        let (depth, key) = (self.ceremony.depth, self.ceremony.key);
        ProvingKey::new(depth, self.circuit, provenance, key)
    }
}

impl Contribution {
    fn write(&self, writer: &mut Writer) -> Result<()> {
        writer.array(&points::compressed::<48>(&self.after)?);
        match &self.by {
            By::Party(proof) => proof.write(writer.u8(0)),
            By::Beacon { value, rounds } => {
                writer.u8(1).array(value).u8(*rounds);
                Ok(())
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let after = read_g1(reader)?;
        let by = match reader.u8()? {
            0 => By::Party(Box::new(Knowledge::read(reader)?)),
            1 => By::Beacon {
                value: reader.array()?,
                rounds: reader.u8()?,
            },
            _ => return Err(Error::Field("contribution")),
        };
        Ok(Self { after, by })
    }
}

#[cfg(test)]
impl Ceremony {
    pub(super) fn key_mut(&mut self) -> &mut Points<Bls12_381> {
        &mut self.key
    }

    /// The second contribution has the proof of the first.
    pub(super) fn copy_proof(&mut self) {
        self.contributions[1].by = self.contributions[0].by.clone();
    }
}

fn times(points: &[G1Affine], factor: Fr) -> Vec<G1Affine> {
    let products: Vec<G1Projective> = points.iter().map(|point| *point * factor).collect();
    G1Projective::normalize_batch(&products)
}
