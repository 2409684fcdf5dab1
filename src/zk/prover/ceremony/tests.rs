use ark_bls12_381::{Bls12_381, Fr, G1Projective, G2Projective};
use ark_ec::PrimeGroup;
use ark_ff::{Field, UniformRand};
use ark_groth16::Groth16;
use ark_r1cs_std::alloc::AllocVar;
use ark_r1cs_std::fields::FieldVar;
use ark_relations::gr1cs::{ConstraintSynthesizer, ConstraintSystemRef, SynthesisMode};

use super::knowledge::Knowledge;
use super::lagrange::initial_key;
use super::*;
use crate::error::{Error, Result};
use crate::random::Randomness;
use crate::symmetric::sha256;
use crate::zk::prover::ProvingKey;
use crate::zk::prover::field;
use crate::zk::prover::gadget::{Synthesis, System, Var, constrain};
use crate::zk::prover::matrices::Matrices;
use crate::zk::prover::random::Source;
use crate::zk::prover::testing::{elements, rng};
use crate::zk::{Depth, PreparedKey, Provenance, Trust};

/// 2^4: four constraints and twelve inputs.
const LOG: u8 = 4;

/// A circuit with the statement's public inputs: somebody knows a root of the third one.
fn small(system: &System, inputs: &[Fr; 11], root: Fr) -> Synthesis<()> {
    let input = |value: &Fr| Var::new_input(system.clone(), || Ok(*value));
    let inputs = inputs.iter().map(input).collect::<Synthesis<Vec<_>>>()?;
    let root = Var::new_witness(system.clone(), || Ok(root))?;
    let square = root.square()?;
    let shifted = &square * Fr::from(5_u64) + Fr::from(3_u64);
    let product = &shifted * &inputs[10];
    let _ = &product * &square;
    constrain(system, &square, &Var::Constant(Fr::ONE), &inputs[2])
}

struct Small;

impl ConstraintSynthesizer<Fr> for Small {
    fn generate_constraints(self, system: ConstraintSystemRef<Fr>) -> Synthesis<()> {
        small(&system, &[Fr::ONE; 11], Fr::ONE)
    }
}

fn circuit() -> Matrices {
    let mode = SynthesisMode::Setup;
    let (circuit, _, ()) =
        Matrices::build(mode, |system| small(system, &[Fr::ONE; 11], Fr::ONE)).unwrap();
    assert_eq!(circuit.domain(), 1 << LOG);
    circuit
}

fn powers() -> Powers {
    let mut powers = Powers::new(LOG).unwrap();
    let first = powers.contribute(&mut rng(1)).unwrap();
    let second = powers.contribute(&mut rng(2)).unwrap();
    assert_eq!(powers.contributions().unwrap(), [first, second]);
    powers
}

fn verified() -> VerifiedPowers {
    powers().verify(&mut rng(3)).unwrap()
}

fn ceremony(powers: &VerifiedPowers) -> Ceremony {
    let mut ceremony = Ceremony::begin(Depth::Ten, &circuit(), powers).unwrap();
    ceremony.contribute(&mut rng(4)).unwrap();
    ceremony.contribute(&mut rng(5)).unwrap();
    ceremony.close([6; 32], 3).unwrap();
    ceremony
}

#[test]
fn the_first_key_is_the_one_that_the_secrets_give() {
    let [alpha, beta] = [11_u64, 13].map(Fr::from);
    // The generator draws tau itself, first of all.
    let tau = Fr::rand(&mut Source::new(&mut rng(9)));
    let powers = VerifiedPowers::of(LOG, &[tau, alpha, beta]);
    let ours = initial_key(&circuit(), &powers).unwrap();
    let theirs = Groth16::<Bls12_381>::generate_parameters_with_qap(
        Small,
        alpha,
        beta,
        Fr::ONE,
        Fr::ONE,
        G1Projective::generator(),
        G2Projective::generator(),
        &mut Source::new(&mut rng(9)),
    );
    assert!(ours == theirs.unwrap());
}

#[test]
fn a_circuit_beyond_the_powers_is_refused() {
    let few = VerifiedPowers::of(LOG - 1, &[Fr::from(2_u64); 3]);
    let refused = Ceremony::begin(Depth::Ten, &circuit(), &few);
    assert!(matches!(refused, Err(Error::TooLarge(_))));
    assert!(matches!(Powers::new(16), Err(Error::TooLarge(_))));
    let one = Powers::new(0).unwrap();
    assert!(one.verify(&mut rng(1)).is_err());
}

/// What these contributions came to once, so that files of before stay what they were: SHA-256 of the powers, of the
/// ceremony, and of the key for proving.
const POWERS: &str = "6da44456f6f3be2fcabdb8a74b929e87d7b8df96061052010f03331251055df8";
const CEREMONY: &str = "ef20ccbaa3d341d577469af4a15e69105d6db97c71c0d0d7f324f47ff4f0293b";
const KEY: &str = "d3abccc4b42b0ca015b352e3735b7a2e2da6e60d800bd62b4521e0f7ac39fa48";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_keys_of_a_ceremony_prove_and_verify() {
    let bytes = powers().to_bytes().unwrap();
    assert_eq!(hex(&sha256(&[&bytes])), POWERS);
    let powers = Powers::from_bytes(&bytes).unwrap();
    let powers = powers.verify(&mut rng(3)).unwrap();
    let bytes = ceremony(&powers).to_bytes().unwrap();
    assert_eq!(hex(&sha256(&[&bytes])), CEREMONY);
    let ceremony = Ceremony::from_bytes(&bytes).unwrap();
    let circuit = circuit();
    let id = *ceremony.id();
    let verified = ceremony.verify_for(&circuit, &powers, &mut rng(7)).unwrap();
    assert_eq!(verified.contributions().len(), 3);
    let transcript = verified.contributions()[2];
    let key = verified.finish().unwrap();
    let expected = Provenance::Ceremony { id, transcript };
    assert_eq!(*key.proof_key().provenance(), expected);

    // The file, read with its digest and without.
    let bytes = key.to_bytes().unwrap();
    let digest = key.digest().unwrap();
    assert_eq!(digest, sha256(&[&bytes]));
    assert_eq!(hex(&digest), KEY);
    let key = ProvingKey::from_pinned(&bytes, &digest).unwrap();
    assert!(ProvingKey::from_bytes(&bytes).unwrap().to_bytes().unwrap() == bytes);

    damaged_keys_are_refused(&bytes, &digest);

    let (mut public, _) = elements(Depth::Ten);
    public[2] = Fr::from(1_521_u64);
    let mode = SynthesisMode::Prove {
        construct_matrices: true,
        generate_lc_assignments: false,
    };
    let build =
        |root: u64| Matrices::build(mode, |system| small(system, &public, Fr::from(root))).unwrap();
    let (matrices, assignment, ()) = build(39);
    let proof = key
        .prove_assignment(&matrices, &assignment, &mut rng(8))
        .unwrap();
    let trust = Trust::Pinned(key.proof_key().digest());
    let verifier = PreparedKey::new(key.proof_key().clone(), &circuit.id(), trust).unwrap();
    let inputs = public.map(|input| field::to_scalar(&input).unwrap());
    assert_eq!(verifier.verify_scalars(&inputs, &proof), Ok(()));

    // A false statement, and a circuit that the key is not for.
    let (matrices, assignment, ()) = build(40);
    let refused = key.prove_assignment(&matrices, &assignment, &mut rng(8));
    assert!(matches!(refused, Err(Error::Unprovable(_))));
    let other = |system: &System| {
        small(system, &public, Fr::from(39_u64))?;
        Var::new_witness(system.clone(), || Ok(Fr::ONE)).map(|_| ())
    };
    let (matrices, assignment, ()) = Matrices::build(mode, other).unwrap();
    let refused = key.prove_assignment(&matrices, &assignment, &mut rng(8));
    assert!(matches!(refused, Err(Error::ProvingKey(_))));
}

/// Every bit of the file's beginning, and some of the rest.
fn damaged_keys_are_refused(bytes: &[u8], digest: &[u8; 32]) {
    for at in (0..bytes.len()).step_by(61).chain(0..12) {
        let mut damaged = bytes.to_vec();
        damaged[at] ^= 1 << (at % 8);
        let other = Some(Error::ProvingKey("not the one that was pinned"));
        assert_eq!(ProvingKey::from_pinned(&damaged, digest).err(), other);
        assert!(ProvingKey::from_bytes(&damaged).is_err(), "byte {at}");
    }
    let longer = [bytes, &[0]].concat();
    assert_eq!(
        ProvingKey::from_bytes(&longer).err(),
        Some(Error::TrailingBytes)
    );
    let shorter = &bytes[..bytes.len() - 1];
    assert_eq!(
        ProvingKey::from_bytes(shorter).err(),
        Some(Error::Truncated)
    );
}

#[test]
fn nobody_contributes_behind_the_beacon_and_no_key_comes_without_both() {
    let powers = verified();
    let circuit = circuit();
    let finish = |ceremony: Ceremony| {
        let verified = ceremony.verify_for(&circuit, &powers, &mut rng(7)).unwrap();
        verified.finish().err()
    };
    let refused = |number, what| Some(Error::Ceremony(number, what));
    let begin = || Ceremony::begin(Depth::Ten, &circuit, &powers).unwrap();
    assert_eq!(finish(begin()), refused(0, "nobody contributed"));
    let mut beacon_alone = begin();
    beacon_alone.close([1; 32], 0).unwrap();
    assert_eq!(finish(beacon_alone), refused(1, "nobody contributed"));
    let mut open = begin();
    open.contribute(&mut rng(1)).unwrap();
    open.contribute(&mut rng(1)).unwrap();
    assert_eq!(finish(open), refused(2, "no beacon has ended it"));
    let mut closed = ceremony(&powers);
    let ended = Err(Error::Ceremony(3, "the beacon has ended it"));
    assert_eq!(closed.contribute(&mut rng(1)), ended);
    assert_eq!(closed.close([1; 32], 0), ended);
    let much = begin().close([1; 32], 41);
    assert_eq!(much, Err(Error::TooLarge("rounds of a beacon")));
}

#[test]
fn a_failing_source_fails_and_changes_nothing() {
    struct Failing(usize);
    impl Randomness for Failing {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
            bytes.fill(5);
            self.0 = self.0.checked_sub(1).ok_or(Error::Randomness)?;
            Ok(())
        }
    }
    for calls in 0..6 {
        let mut powers = powers();
        let before = powers.to_bytes().unwrap();
        let failed = powers.contribute(&mut Failing(calls));
        assert_eq!(failed, Err(Error::Randomness), "{calls} calls");
        assert!(powers.to_bytes().unwrap() == before);
    }
    for calls in 0..2 {
        let mut ceremony = ceremony_open();
        let before = ceremony.to_bytes().unwrap();
        let failed = ceremony.contribute(&mut Failing(calls));
        assert_eq!(failed, Err(Error::Randomness), "{calls} calls");
        assert!(ceremony.to_bytes().unwrap() == before);
    }
    assert_eq!(
        powers().verify(&mut Failing(3)).err(),
        Some(Error::Randomness)
    );
}

fn ceremony_open() -> Ceremony {
    Ceremony::begin(Depth::Ten, &circuit(), &verified()).unwrap()
}

/// The bytes with a checksum that fits them.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.len() - 32;
    let checksum = sha256(&[&bytes[..end]]);
    bytes[end..].copy_from_slice(&checksum);
    bytes
}

/// Places of a file: all of its beginning, and some of the rest.
fn places(length: usize, records: usize) -> impl Iterator<Item = usize> {
    (0..11)
        .chain((11..records).step_by(23))
        .chain((records..length).step_by(487))
}

#[test]
fn damaged_powers_are_refused() {
    let good = powers().to_bytes().unwrap();
    let check = |bytes: &[u8]| Powers::from_bytes(bytes)?.verify(&mut rng(1)).map(|_| ());
    assert_eq!(check(&good), Ok(()));
    for at in places(good.len(), 11 + 6 * (48 + Knowledge::BYTES)) {
        let mut bytes = good.clone();
        bytes[at] ^= 1 << (at % 8);
        assert!(check(&bytes).is_err(), "byte {at}");
        assert!(
            at >= good.len() - 32 || check(&sealed(bytes)).is_err(),
            "byte {at}, sealed"
        );
    }
    assert_eq!(check(&good[..good.len() - 1]), Err(Error::Truncated));
    let mut longer = good.clone();
    longer.push(0);
    assert_eq!(check(&longer), Err(Error::TrailingBytes));
}

#[test]
fn powers_with_one_wrong_point_are_refused() {
    let length = 63 + 16 + 16 - 1;
    for at in [0, 1, 2, 30, 31, 32, 33, 46, 47, 48, 49, 61, 62] {
        let mut powers = powers();
        match at {
            0..=30 => powers.tau_1[at] = powers.tau_1[at + 1 - 2 * (at / 30)],
            31 => powers.tau_2[1] = powers.tau_2[2],
            32 => powers.tau_2[15] = powers.tau_2[14],
            33 => powers.beta_2 = powers.tau_2[1],
            34..=47 => powers.alpha[at - 33] = powers.alpha[at - 34],
            _ => powers.beta[at - 48] = powers.beta[at - 47],
        }
        let refused = powers.verify(&mut rng(1)).err();
        let expected = Error::Ceremony(0, "the points are not the powers");
        assert_eq!(refused, Some(expected), "{at} of {length}");
    }
}

#[test]
fn contributions_in_another_order_or_left_out_are_refused() {
    for leave_out in [0, 1] {
        let mut powers = powers();
        powers.remove_contribution(leave_out);
        assert!(powers.verify(&mut rng(1)).is_err());
    }
    let mut powers = powers();
    powers.swap_contributions();
    let first = powers.verify(&mut rng(1)).err();
    assert_eq!(first, Some(Error::Ceremony(1, "a proof does not verify")));
}

#[test]
fn damaged_ceremonies_are_refused() {
    let powers = verified();
    let circuit = circuit();
    let good = ceremony(&powers).to_bytes().unwrap();
    let check = |bytes: &[u8]| -> Result<_> {
        let ceremony = Ceremony::from_bytes(bytes)?;
        let verified = ceremony.verify_for(&circuit, &powers, &mut rng(1))?;
        let transcript = *verified.contributions().last().unwrap();
        let key = verified.finish()?;
        Ok((transcript, *key.proof_key().provenance()))
    };
    let whole = check(&good).unwrap();
    let levels = 8;
    for at in places(good.len(), 43 + 3 * (48 + Knowledge::BYTES)) {
        let mut bytes = good.clone();
        bytes[at] ^= 1 << (at % 8);
        assert!(check(&bytes).is_err(), "byte {at}");
        // What the levels are the circuit says, which here is none of this version's.
        if at < good.len() - 32 && at != levels {
            assert!(check(&sealed(bytes)).is_err(), "byte {at}, sealed");
        }
    }
    assert!(check(&good[..good.len() - 1]).is_err());
    assert_eq!(check(&good).unwrap(), whole);

    let other = Powers::new(LOG).unwrap();
    let mut other = other;
    other.contribute(&mut rng(77)).unwrap();
    let other = other.verify(&mut rng(1)).unwrap();
    let refused = ceremony(&powers)
        .verify_for(&circuit, &other, &mut rng(1))
        .err();
    let expected = Error::Ceremony(0, "of other powers, or another circuit");
    assert_eq!(refused, Some(expected));
}

#[test]
fn a_contribution_with_another_ones_proof_is_refused() {
    let powers = verified();
    let mut ceremony = ceremony(&powers);
    ceremony.copy_proof();
    let refused = ceremony.verify_for(&circuit(), &powers, &mut rng(1)).err();
    let expected = Error::Ceremony(2, "a proof does not verify");
    assert_eq!(refused, Some(expected));
}

#[test]
fn every_changed_point_is_compared() {
    let powers = verified();
    let circuit = circuit();
    let changes: [fn(&mut Ceremony); 8] = [
        |it| it.key_mut().h_query[3] = it.key_mut().h_query[4],
        |it| it.key_mut().l_query[0] = it.key_mut().l_query[1],
        |it| it.key_mut().vk.delta_g2 = it.key_mut().vk.beta_g2,
        |it| it.key_mut().a_query[13] = it.key_mut().a_query[12],
        |it| it.key_mut().b_g1_query[13] = it.key_mut().a_query[12],
        |it| it.key_mut().b_g2_query[13] = it.key_mut().vk.beta_g2,
        |it| it.key_mut().vk.gamma_abc_g1[2] = it.key_mut().vk.gamma_abc_g1[3],
        |it| it.key_mut().beta_g1 = it.key_mut().delta_g1,
    ];
    for (number, change) in changes.iter().enumerate() {
        let mut ceremony = ceremony(&powers);
        change(&mut ceremony);
        let refused = ceremony.verify_for(&circuit, &powers, &mut rng(1)).err();
        let expected = Error::Ceremony(0, "points of the key are wrong");
        assert_eq!(refused, Some(expected), "change {number}");
    }
    // A delta of which the transcript does not tell.
    let mut ceremony = ceremony(&powers);
    ceremony.key_mut().delta_g1 = ceremony.key_mut().beta_g1;
    let refused = ceremony.verify_for(&circuit, &powers, &mut rng(1)).err();
    let expected = Error::Ceremony(0, "delta is not the last contribution's");
    assert_eq!(refused, Some(expected));
}
