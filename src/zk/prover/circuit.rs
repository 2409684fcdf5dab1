//! The statement as constraints (SPEC.md, section 19.5).

use ark_bls12_381::Fr;
use ark_ff::{AdditiveGroup, BigInt};
use ark_r1cs_std::alloc::AllocVar;
use ark_r1cs_std::eq::EqGadget;
use ark_relations::gr1cs::SynthesisError;

use super::gadget::bits::{decompose, decompose_strictly, pack, witness as witness_bits};
use super::gadget::choice::is_at;
use super::gadget::permutation::Permutation;
use super::gadget::point::Point;
use super::gadget::signature::{CHALLENGE_BITS, SCALAR_BITS, verify};
use super::gadget::{Bit, Synthesis, System, Var, compare, mask, merkle, witness};
use super::private::Private;
use crate::zk::{PUBLIC_INPUTS, Use, poseidon};

/// Bits of the packed masks: categories, purposes, actions.
const MASKS: [usize; 3] = [64, 64, 16];
/// The category that no consent may have.
const UNLABELLED: usize = 63;
/// Bits of the packed times: from, until, the index in the revocation tree.
const TIME: usize = 64;
const INDEX: usize = 32;
/// Bits of a lowest node of the revocation tree, and of a place in it.
const BITMAP: usize = 128;
const BITMAP_PLACE: usize = 7;

/// What a constraint is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// pk is a point of the curve.
    Key,
    /// The leaf of pk lies under the enrolment root.
    Enrolment,
    /// The consent's masks are bits, the one of unlabelled content is 0.
    ConsentMasks,
    /// The request's masks are bits.
    RequestMasks,
    /// The request's masks are subsets of the consent's.
    Subset,
    /// The consent's times and index are bits.
    Times,
    /// The consent has begun.
    Begun,
    /// The consent has not ended.
    NotEnded,
    /// The message that was signed.
    Message,
    /// The challenge of the signature.
    Challenge,
    /// The equation of the signature.
    Signature,
    /// The bitmap lies under the revocation root at the consent's index.
    Revocation,
    /// The consent's bit is 0.
    NotRevoked,
    /// The record's subject is the patient.
    Subject,
    /// The nullifier.
    Nullifier,
    /// The pseudonym.
    Pseudonym,
    /// The binding cannot be changed in a proof.
    Binding,
}

/// The public inputs as variables, in the order of the statement.
struct Public {
    enrolment_root: Var,
    revocation_root: Var,
    now: Var,
    request_masks: Var,
    grantee: Var,
    vocabulary: Var,
    context: Var,
    nullifier: Var,
    pseudonym: Var,
    subject: Var,
    binding: Var,
}

impl Public {
    fn new(system: &System, values: &[Fr; PUBLIC_INPUTS]) -> Synthesis<Self> {
        let input = |value: Fr| Var::new_input(system.clone(), || Ok(value));
        let [a, b, c, d, e, f, g, h, i, j, k] = *values;
        Ok(Self {
            enrolment_root: input(a)?,
            revocation_root: input(b)?,
            now: input(c)?,
            request_masks: input(d)?,
            grantee: input(e)?,
            vocabulary: input(f)?,
            context: input(g)?,
            nullifier: input(h)?,
            pseudonym: input(i)?,
            subject: input(j)?,
            binding: input(k)?,
        })
    }
}

/// Where the constraints of each part begin.
pub(super) type Parts = Vec<(Part, usize)>;

/// Adds the constraints of the statement; returns where those of each part begin.
pub(super) fn synthesise(
    system: &System,
    hashes: &Hashes,
    public: &[Fr; PUBLIC_INPUTS],
    private: &Private,
) -> Synthesis<Parts> {
    let public = Public::new(system, public)?;
    let mut circuit = Circuit {
        system,
        hashes,
        parts: Vec::new(),
    };
    let key = circuit.key(private)?;
    circuit.enrolment(&key, &public.enrolment_root, private)?;
    let masks = circuit.masks(&public.request_masks, private)?;
    let times = circuit.times(&public.now, private)?;
    let message = circuit.message(&public, &masks, &times, private)?;
    circuit.signature(&key, &message.hash, private)?;
    let (_, index) = times.split_at(2 * TIME);
    circuit.revocation(index, &public.revocation_root, private)?;
    circuit.subject(&key, &public.subject, private)?;
    circuit.derived(&message.seed, &public)?;
    circuit.begin(Part::Binding);
    // The square is a variable: another binding needs another proof.
    let _ = &public.binding * &public.binding;
    Ok(circuit.parts)
}

/// The two permutations.
pub(super) struct Hashes {
    pub three: Permutation<3>,
    pub five: Permutation<5>,
}

impl Hashes {
    pub fn new() -> Self {
        Self {
            three: Permutation::new(poseidon::width_3()),
            five: Permutation::new(poseidon::width_5()),
        }
    }
}

struct Message {
    hash: Var,
    seed: Var,
}

struct Circuit<'a> {
    system: &'a System,
    hashes: &'a Hashes,
    parts: Parts,
}

impl Circuit<'_> {
    fn begin(&mut self, part: Part) {
        self.parts.push((part, self.system.num_constraints()));
    }

    fn private(&self, value: Fr) -> Synthesis<Var> {
        witness(self.system, || Ok(value))
    }

    fn key(&mut self, private: &Private) -> Synthesis<Point> {
        self.begin(Part::Key);
        let [x, y] = private.public_key;
        Point::new(self.system, x, y)
    }

    fn enrolment(&mut self, key: &Point, root: &Var, private: &Private) -> Synthesis<()> {
        self.begin(Part::Enrolment);
        let leaf = (self.hashes.three).hash(Use::Leaf, &[key.x.clone(), key.y.clone()])?;
        let path = &private.enrolment_path;
        let place = BigInt::from(private.enrolment_place);
        let place = witness_bits(self.system, Some(place), 2 * path.len())?;
        self.climb(Use::EnrolmentNode, leaf, &place, path)?
            .enforce_equal(root)
    }

    /// The root above a node at this place, with the children of every node on the way.
    fn climb(&self, of: Use, from: Var, place: &[Bit], path: &[[Fr; 4]]) -> Synthesis<Var> {
        let mut node = from;
        for (children, digit) in path.iter().zip(place.chunks(2)) {
            let [a, b, c, d] = *children;
            let children = [
                self.private(a)?,
                self.private(b)?,
                self.private(c)?,
                self.private(d)?,
            ];
            let hash = &self.hashes.five;
            node = merkle::step(self.system, hash, of, &node, digit, &children)?;
        }
        Ok(node)
    }

    /// The bits of the consent's masks, of which the request's are subsets.
    fn masks(&mut self, request: &Var, private: &Private) -> Synthesis<Vec<Bit>> {
        let width = MASKS.iter().sum();
        self.begin(Part::ConsentMasks);
        let consent = witness_bits(self.system, Some(private.masks), width)?;
        let unlabelled = consent.get(UNLABELLED).cloned();
        let unlabelled = Var::from(unlabelled.ok_or(SynthesisError::Unsatisfiable)?);
        unlabelled.enforce_equal(&Var::Constant(Fr::ZERO))?;
        self.begin(Part::RequestMasks);
        let request = decompose(request, width)?;
        self.begin(Part::Subset);
        mask::subset(self.system, &request, &consent)?;
        Ok(consent)
    }

    /// The bits of the consent's times and index, which now lies between.
    fn times(&mut self, now: &Var, private: &Private) -> Synthesis<Vec<Bit>> {
        self.begin(Part::Times);
        let times = witness_bits(self.system, Some(private.times), 2 * TIME + INDEX)?;
        let (from, rest) = times.split_at(TIME);
        let (until, _) = rest.split_at(TIME);
        let (from, until) = (pack(from)?, pack(until)?);
        // What lies between two numbers of 64 bits is one itself.
        self.begin(Part::Begun);
        compare::at_most(&from, now, TIME)?;
        self.begin(Part::NotEnded);
        compare::below(now, &until, TIME)?;
        Ok(times)
    }

    fn message(
        &mut self,
        public: &Public,
        masks: &[Bit],
        times: &[Bit],
        private: &Private,
    ) -> Synthesis<Message> {
        self.begin(Part::Message);
        let [high, low] = private.terms;
        let (high, low) = (self.private(high)?, self.private(low)?);
        let seed = self.private(private.seed)?;
        let hash = &self.hashes.five;
        let begin = [public.vocabulary.clone(), high, low, pack(masks)?];
        let begin = hash.hash(Use::Consent, &begin)?;
        let end = [begin, public.grantee.clone(), pack(times)?, seed.clone()];
        let hash = hash.hash(Use::ConsentEnd, &end)?;
        Ok(Message { hash, seed })
    }

    fn signature(&mut self, key: &Point, message: &Var, private: &Private) -> Synthesis<()> {
        self.begin(Part::Challenge);
        let [x, y] = private.commitment;
        let commitment = Point::new(self.system, x, y)?;
        let points = [&commitment.x, &commitment.y, &key.x, &key.y].map(Var::clone);
        let points = self.hashes.five.hash(Use::Commitment, &points)?;
        let challenge = [points, message.clone()];
        let challenge = self.hashes.three.hash(Use::Challenge, &challenge)?;
        let challenge = decompose_strictly(&challenge)?;
        let (challenge, _) = challenge.split_at(CHALLENGE_BITS);
        self.begin(Part::Signature);
        let response = witness_bits(self.system, Some(private.response), SCALAR_BITS)?;
        verify(self.system, key, &commitment, challenge, &response)
    }

    fn revocation(&mut self, index: &[Bit], root: &Var, private: &Private) -> Synthesis<()> {
        let bitmap = private.bitmap;
        let [low, high] = [bitmap as u64, (bitmap >> 64) as u64];
        let bitmap = BigInt::new([low, high, 0, 0]);
        let (place, path) = index.split_at(BITMAP_PLACE);
        self.begin(Part::Revocation);
        let bitmap = witness_bits(self.system, Some(bitmap), BITMAP)?;
        // The top digit is one bit: 25 bits are twelve digits and a half.
        let path: Vec<Bit> = path.iter().cloned().chain([Bit::FALSE]).collect();
        let children = &private.revocation_path;
        self.climb(Use::RevocationNode, pack(&bitmap)?, &path, children)?
            .enforce_equal(root)?;
        self.begin(Part::NotRevoked);
        let bitmap: Vec<Var> = bitmap.into_iter().map(Var::from).collect();
        is_at(self.system, place, &bitmap, &Var::Constant(Fr::ZERO))
    }

    fn subject(&mut self, key: &Point, subject: &Var, private: &Private) -> Synthesis<()> {
        self.begin(Part::Subject);
        let inputs = [key.x.clone(), key.y.clone(), self.private(private.opening)?];
        let hash = self.hashes.five.hash(Use::Subject, &inputs)?;
        hash.enforce_equal(subject)
    }

    fn derived(&mut self, seed: &Var, public: &Public) -> Synthesis<()> {
        let inputs = [seed.clone(), public.context.clone()];
        self.begin(Part::Nullifier);
        let hash = self.hashes.three.hash(Use::Nullifier, &inputs)?;
        hash.enforce_equal(&public.nullifier)?;
        self.begin(Part::Pseudonym);
        let hash = self.hashes.three.hash(Use::Pseudonym, &inputs)?;
        hash.enforce_equal(&public.pseudonym)
    }
}

#[cfg(test)]
mod tests;
