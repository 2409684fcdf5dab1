//! Phase 1: powers of a number that nobody knows.

use ark_bls12_381::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Field;
use zeroize::Zeroize;

use super::knowledge::{Knowledge, Role, read_g1};
use super::ratio::{same, sum_1, sum_2, weights};
use crate::curve::Scalar;
use crate::error::{Error, Result};
use crate::random::Randomness;
use crate::symmetric::sha256;
use crate::tags::{self, Kind};
use crate::transcript::Transcript;
use crate::wire::{Reader, Writer, read_header, write_header};
use crate::zk::prover::field;
use crate::zk::prover::points::{self, Check};

/// The suite byte of this version.
const SUITE: u8 = 1;
/// The largest domain: 2^15 constraints and inputs.
const MOST_LOG: u8 = 15;
/// The most contributions.
pub const MOST_CONTRIBUTIONS: usize = 1024;
/// Bytes of one contribution.
const RECORD: usize = 3 * (48 + Knowledge::BYTES);

/// Powers as they were read or made; nothing is known of them.
///
/// For a domain of n = 2^k: tau^i in G1 for i < 2n - 1, tau^i in G2, alpha tau^i in G1 and
/// beta tau^i in G1 for i < n, beta in G2; and what each contribution changed tau, alpha and beta
/// to, with its proofs. Bytes of the file (SPEC.md, section 19.6): header (8) || u8 k || u16
/// contributions || these, compressed || the points, uncompressed || SHA-256 of all that.
pub struct Powers {
    log: u8,
    pub(super) tau_1: Vec<G1Affine>,
    pub(super) tau_2: Vec<G2Affine>,
    pub(super) alpha: Vec<G1Affine>,
    pub(super) beta: Vec<G1Affine>,
    pub(super) beta_2: G2Affine,
    contributions: Vec<Contribution>,
}

/// Powers of which everything was checked.
pub struct VerifiedPowers(Powers);

/// Three points, and the proofs for each.
#[derive(Clone)]
struct Contribution {
    after: [G1Affine; 3],
    proofs: [Knowledge; 3],
}

const ROLES: [Role; 3] = [Role::Tau, Role::Alpha, Role::Beta];

impl Powers {
    /// Powers of 1 for a domain of 2^`log`: nothing is hidden before somebody contributed. Every
    /// circuit of this version fits 2^14.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond 2^15.
    pub fn new(log: u8) -> Result<Self> {
        if log > MOST_LOG {
            return Err(Error::TooLarge("powers"));
        }
        let n = 1 << log;
        let (one_1, one_2) = (G1Affine::generator(), G2Affine::generator());
        Ok(Self {
            log,
            tau_1: vec![one_1; 2 * n - 1],
            tau_2: vec![one_2; n],
            alpha: vec![one_1; n],
            beta: vec![one_1; n],
            beta_2: one_2,
            contributions: Vec::new(),
        })
    }

    /// The domain's size, as a power of two.
    #[must_use]
    pub const fn log(&self) -> u8 {
        self.log
    }

    /// Puts three fresh secrets into the powers and forgets them; takes a minute or two for 2^14.
    /// Returns the transcript's hash, which the contributor publishes.
    ///
    /// # Errors
    /// [`Error::Randomness`]; [`Error::TooLarge`] after 1,024 contributions.
    pub fn contribute(&mut self, rng: &mut dyn Randomness) -> Result<[u8; 32]> {
        if self.contributions.len() == MOST_CONTRIBUTIONS {
            return Err(Error::TooLarge("contributions"));
        }
        let before = self.now();
        let transcript = self.transcript();
        let mut secrets = [Fr::ONE; 3];
        for secret in &mut secrets {
            *secret = field::from(&Scalar::random(rng)?);
        }
        let contribution = contribution(&secrets, &before, &transcript?, rng);
        if contribution.is_ok() {
            self.multiply(&secrets);
        }
        secrets.zeroize();
        self.contributions.push(contribution?);
        self.transcript()
    }

    fn multiply(&mut self, [tau, alpha, beta]: &[Fr; 3]) {
        let one = Fr::ONE;
        self.tau_1 = times_powers_1(&self.tau_1, one, *tau);
        self.tau_2 = times_powers_2(&self.tau_2, one, *tau);
        self.alpha = times_powers_1(&self.alpha, *alpha, *tau);
        self.beta = times_powers_1(&self.beta, *beta, *tau);
        self.beta_2 = (self.beta_2 * *beta).into_affine();
    }

    /// tau, alpha and beta in G1, as the last contribution says.
    fn now(&self) -> [G1Affine; 3] {
        let last = self.contributions.last();
        last.map_or([G1Affine::generator(); 3], |last| last.after)
    }

    /// The hash over all contributions.
    ///
    /// # Errors
    /// None that can happen.
    pub fn transcript(&self) -> Result<[u8; 32]> {
        self.contributions().map(|hashes| match hashes.last() {
            Some(last) => *last,
            None => self.beginning(),
        })
    }

    fn beginning(&self) -> [u8; 32] {
        Transcript::new(tags::ZK_POWERS).item(&[self.log]).finish()
    }

    /// The hash after each contribution.
    ///
    /// # Errors
    /// None that can happen.
    pub fn contributions(&self) -> Result<Vec<[u8; 32]>> {
        let mut hash = self.beginning();
        let next = |contribution: &Contribution| {
            let mut record = Writer::with_capacity(RECORD);
            contribution.write(&mut record)?;
            hash = Transcript::new(tags::ZK_POWERS)
                .item(&hash)
                .item(record.as_slice())
                .finish();
            Ok(hash)
        };
        self.contributions.iter().map(next).collect()
    }

    /// Checks everything: each contribution's proofs, and that the points are powers of what the
    /// last one left.
    ///
    /// # Errors
    /// [`Error::Ceremony`] with the contribution that is wrong, or 0 for the powers themselves and
    /// where nobody contributed; [`Error::Randomness`].
    pub fn verify(self, rng: &mut dyn Randomness) -> Result<VerifiedPowers> {
        if self.contributions.is_empty() {
            return Err(Error::Ceremony(0, "nobody contributed"));
        }
        let mut before = [G1Affine::generator(); 3];
        let mut transcript = self.beginning();
        let hashes = self.contributions()?;
        for (number, (contribution, hash)) in (1..).zip(self.contributions.iter().zip(hashes)) {
            let points = before.iter().zip(&contribution.after);
            for ((role, (from, to)), proof) in ROLES.iter().zip(points).zip(&contribution.proofs) {
                if !proof.verifies(*role, &transcript, from, to)? {
                    return Err(Error::Ceremony(number, "a proof does not verify"));
                }
            }
            before = contribution.after;
            transcript = hash;
        }
        if !self.are_powers_of(&before, rng)? {
            return Err(Error::Ceremony(0, "the points are not the powers"));
        }
        Ok(VerifiedPowers(self))
    }

    fn are_powers_of(&self, after: &[G1Affine; 3], rng: &mut dyn Randomness) -> Result<bool> {
        let (one_1, one_2) = (G1Affine::generator(), G2Affine::generator());
        let [tau, alpha, beta] = *after;
        // Of a domain of one there is no tau in G2.
        let tau_2 = self.tau_2.get(1).copied();
        let tau_2 = tau_2.ok_or(Error::Ceremony(0, "too few powers"))?;
        let begin = self.tau_1.first() == Some(&one_1)
            && self.tau_2.first() == Some(&one_2)
            && self.tau_1.get(1) == Some(&tau)
            && self.alpha.first() == Some(&alpha)
            && self.beta.first() == Some(&beta)
            && same(one_1, tau, one_2, tau_2)
            && same(one_1, beta, one_2, self.beta_2);
        if !begin {
            return Ok(false);
        }
        for powers in [&self.tau_1, &self.alpha, &self.beta] {
            let weights = weights(powers.len().saturating_sub(1), rng)?;
            let [lower, upper] = neighbours(powers);
            let (lower, upper) = (sum_1(lower, &weights)?, sum_1(upper, &weights)?);
            if !same(lower, upper, one_2, tau_2) {
                return Ok(false);
            }
        }
        let weights = weights(self.tau_2.len().saturating_sub(1), rng)?;
        let [lower, upper] = neighbours(&self.tau_2);
        let (lower, upper) = (sum_2(lower, &weights)?, sum_2(upper, &weights)?);
        Ok(same(one_1, tau, lower, upper))
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// None that can happen.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::with_capacity(Self::length(self.log, self.contributions.len()));
        write_header(&mut writer, SUITE, Kind::Powers);
        writer.u8(self.log).u16(self.contributions.len() as u16);
        for contribution in &self.contributions {
            contribution.write(&mut writer)?;
        }
        points::write(&mut writer, &self.tau_1)?;
        points::write(&mut writer, &self.tau_2)?;
        points::write(&mut writer, &self.alpha)?;
        points::write(&mut writer, &self.beta)?;
        points::write(&mut writer, &[self.beta_2])?;
        let checksum = sha256(&[writer.as_slice()]);
        writer.array(&checksum);
        Ok(writer.into_vec())
    }

    /// The longest file: of 2^15 with as many contributions as there may be.
    #[must_use]
    pub fn longest() -> usize {
        Self::length(MOST_LOG, MOST_CONTRIBUTIONS)
    }

    fn length(log: u8, contributions: usize) -> usize {
        let n = 1 << log;
        let points = (4 * n - 1) * points::G1_BYTES + (n + 1) * points::G2_BYTES;
        11 + contributions * RECORD + points + 32
    }

    /// Reads a file; that every point is in its group is checked here.
    ///
    /// # Errors
    /// The decoding errors, [`Error::Checksum`], [`Error::NotOnCurve`], [`Error::NotInSubgroup`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let suite = read_header(&mut reader, Kind::Powers)?;
        if suite != SUITE {
            return Err(Error::Suite(suite));
        }
        let log = reader.u8()?;
        if log > MOST_LOG {
            return Err(Error::Length("powers"));
        }
        let count = reader.count16(MOST_CONTRIBUTIONS, RECORD)?;
        let body = frame(bytes, Self::length(log, count))?;
        let contributions = (0..count).map(|_| Contribution::read(&mut reader));
        let contributions = contributions.collect::<Result<_>>()?;
        let (n, check) = (1 << log, Check::Group);
        let powers = Self {
            log,
            contributions,
            tau_1: points::read::<Curve1>(&mut reader, 2 * n - 1, check)?,
            tau_2: points::read::<Curve2>(&mut reader, n, check)?,
            alpha: points::read::<Curve1>(&mut reader, n, check)?,
            beta: points::read::<Curve1>(&mut reader, n, check)?,
            beta_2: one(points::read::<Curve2>(&mut reader, 1, check)?)?,
        };
        if powers.to_bytes()?.strip_suffix(&sha256(&[body])[..]) != Some(body) {
            return Err(Error::NotCanonical("powers"));
        }
        Ok(powers)
    }
}

type Curve1 = ark_bls12_381::g1::Config;
type Curve2 = ark_bls12_381::g2::Config;

/// What stands before the checksum of a file of exactly this length.
pub fn frame(bytes: &[u8], length: usize) -> Result<&[u8]> {
    match bytes.len().cmp(&length) {
        std::cmp::Ordering::Less => return Err(Error::Truncated),
        std::cmp::Ordering::Greater => return Err(Error::TrailingBytes),
        std::cmp::Ordering::Equal => {}
    }
    let (body, checksum) = bytes.split_last_chunk::<32>().ok_or(Error::Truncated)?;
    if sha256(&[body]) != *checksum {
        return Err(Error::Checksum);
    }
    Ok(body)
}

/// The only point of a list.
pub fn one<P: Copy>(points: Vec<P>) -> Result<P> {
    points.first().copied().ok_or(Error::Truncated)
}

impl VerifiedPowers {
    /// Powers of known numbers, for tests.
    #[cfg(test)]
    pub(super) fn of(log: u8, secrets: &[Fr; 3]) -> Self {
        let mut powers = Powers::new(log).unwrap();
        powers.multiply(secrets);
        Self(powers)
    }

    /// The powers.
    #[must_use]
    pub const fn powers(&self) -> &Powers {
        &self.0
    }
}

impl Contribution {
    fn write(&self, writer: &mut Writer) -> Result<()> {
        for (after, proof) in self.after.iter().zip(&self.proofs) {
            writer.array(&points::compressed::<48>(after)?);
            proof.write(writer)?;
        }
        Ok(())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let mut next = || -> Result<_> { Ok((read_g1(reader)?, Knowledge::read(reader)?)) };
        let [(a, p), (b, q), (c, r)] = [next()?, next()?, next()?];
        Ok(Self {
            after: [a, b, c],
            proofs: [p, q, r],
        })
    }
}

fn contribution(
    secrets: &[Fr; 3],
    before: &[G1Affine; 3],
    transcript: &[u8; 32],
    rng: &mut dyn Randomness,
) -> Result<Contribution> {
    let mut next = |role, secret: &Fr, before: &G1Affine| {
        let after = (*before * *secret).into_affine();
        Knowledge::prove(secret, role, transcript, &after, rng).map(|proof| (after, proof))
    };
    let [tau, alpha, beta] = secrets;
    let [tau_before, alpha_before, beta_before] = before;
    let (a, p) = next(Role::Tau, tau, tau_before)?;
    let (b, q) = next(Role::Alpha, alpha, alpha_before)?;
    let (c, r) = next(Role::Beta, beta, beta_before)?;
    Ok(Contribution {
        after: [a, b, c],
        proofs: [p, q, r],
    })
}

#[cfg(test)]
impl Powers {
    pub(super) fn remove_contribution(&mut self, at: usize) {
        self.contributions.remove(at);
    }

    pub(super) fn swap_contributions(&mut self) {
        self.contributions.swap(0, 1);
    }
}

/// Point i times first * step^i.
fn times_powers_1(points: &[G1Affine], first: Fr, step: Fr) -> Vec<G1Affine> {
    let factors = std::iter::successors(Some(first), |factor| Some(*factor * step));
    let products: Vec<G1Projective> = (points.iter().zip(factors))
        .map(|(point, factor)| *point * factor)
        .collect();
    G1Projective::normalize_batch(&products)
}

fn times_powers_2(points: &[G2Affine], first: Fr, step: Fr) -> Vec<G2Affine> {
    let factors = std::iter::successors(Some(first), |factor| Some(*factor * step));
    let products: Vec<G2Projective> = (points.iter().zip(factors))
        .map(|(point, factor)| *point * factor)
        .collect();
    G2Projective::normalize_batch(&products)
}

/// All but the last, and all but the first.
fn neighbours<P>(points: &[P]) -> [&[P]; 2] {
    let lower = points.split_last().map_or(&[][..], |(_, rest)| rest);
    let upper = points.split_first().map_or(&[][..], |(_, rest)| rest);
    [lower, upper]
}
