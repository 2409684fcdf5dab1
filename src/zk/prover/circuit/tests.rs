use std::collections::BTreeSet;
use std::sync::OnceLock;

use ark_bls12_381::Fr;
use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};
use ark_relations::gr1cs::SynthesisMode;

use super::super::field;
use super::super::matrices::Matrices;
use super::super::testing::{INDEX, elements, patient, rng};
use super::*;
use crate::zk::Depth;
use crate::zk::poseidon::hash4;

type Inputs = [Fr; PUBLIC_INPUTS];

const PROVE: SynthesisMode = SynthesisMode::Prove {
    construct_matrices: true,
    generate_lc_assignments: false,
};

/// Values without constraints.
const ASSIGN: SynthesisMode = SynthesisMode::Prove {
    construct_matrices: false,
    generate_lc_assignments: false,
};

fn build(mode: SynthesisMode, public: &Inputs, private: &Private) -> (Matrices, Vec<Fr>, Parts) {
    Matrices::build(mode, |system| {
        synthesise(system, &Hashes::new(), public, private)
    })
    .unwrap()
}

/// The part that a constraint is of.
fn part(parts: &[(Part, usize)], constraint: usize) -> Part {
    let begun = parts.iter().take_while(|(_, begin)| *begin <= constraint);
    begun.last().unwrap().0
}

/// The constraints for trees of ten levels, which no value changes.
fn circuit() -> &'static (Matrices, Parts) {
    static CIRCUIT: OnceLock<(Matrices, Parts)> = OnceLock::new();
    CIRCUIT.get_or_init(|| {
        let (public, private) = elements(Depth::Ten);
        let (matrices, _, parts) = build(PROVE, &public, &private);
        (matrices, parts)
    })
}

/// The parts whose constraints do not hold.
fn broken(public: &Inputs, private: &Private) -> Vec<Part> {
    let (_, assignment, _) = build(ASSIGN, public, private);
    let (matrices, parts) = circuit();
    let broken = matrices.broken(&assignment);
    let broken: BTreeSet<Part> = broken.map(|at| part(parts, at)).collect();
    broken.into_iter().collect()
}

/// What is broken after a change of the true statement.
fn after(change: impl FnOnce(&mut Inputs, &mut Private)) -> Vec<Part> {
    let (mut public, mut private) = elements(Depth::Ten);
    change(&mut public, &mut private);
    broken(&public, &private)
}

/// The patient signs what the private inputs say now.
fn sign(public: &Inputs, private: &mut Private) {
    let scalar = |element: Fr| field::to_scalar(&element).unwrap();
    let [high, low] = private.terms.map(scalar);
    let masks = scalar(private.masks.into());
    let first = [scalar(public[5]), high, low, masks];
    let first = hash4(Use::Consent, first);
    let times = scalar(private.times.into());
    let end = [first, scalar(public[4]), times, scalar(private.seed)];
    let message = hash4(Use::ConsentEnd, end);
    let signature = patient()
        .sign(Use::Commitment, &message, &mut rng(77))
        .unwrap();
    private.commitment = signature.nonce_coordinates().map(|x| field::from(&x));
    let answer = Fr::from_le_bytes_mod_order(&signature.answer_bytes());
    private.response = answer.into_bigint();
}

/// The revocation tree has this bitmap now.
fn put(bitmap: u128, public: &mut Inputs, private: &mut Private) {
    private.bitmap = bitmap;
    let mut node = Fr::from(bitmap);
    let mut place = INDEX >> 7;
    for children in &mut private.revocation_path {
        children[(place & 3) as usize] = node;
        place >>= 2;
        let scalars = children.map(|child| field::to_scalar(&child).unwrap());
        node = field::from(&hash4(Use::RevocationNode, scalars));
    }
    public[1] = node;
}

#[test]
fn the_circuit_fits_its_domain_and_is_always_the_same() {
    for (depth, most) in [(Depth::Ten, 1 << 14), (Depth::Sixteen, 1 << 15)] {
        let (public, private) = elements(depth);
        let (set_up, _, _) = build(
            SynthesisMode::Setup,
            &[Fr::ZERO; PUBLIC_INPUTS],
            &Private::blank(depth.levels()),
        );
        let (proving, assignment, _) = build(PROVE, &public, &private);
        assert_eq!(proving.broken(&assignment).count(), 0);
        assert_eq!(assignment.len(), proving.variables);
        assert_eq!(set_up.id(), proving.id(), "constraints depend on values");
        assert_eq!(set_up.inputs, PUBLIC_INPUTS + 1);
        let constraints = set_up.constraints();
        assert!(constraints + set_up.inputs <= most, "{constraints}");
        let expected = match depth {
            Depth::Ten => 12_901,
            Depth::Sixteen => 14_713,
        };
        assert_eq!(constraints, expected, "SPEC.md has this number");
    }
}

#[test]
fn a_row_names_each_column_once_in_order_and_no_zero() {
    let (matrices, _) = circuit();
    for row in matrices.rows.iter().flatten() {
        assert!(row.windows(2).all(|pair| pair[0].1 < pair[1].1));
        assert!(row.iter().all(|(factor, _)| *factor != Fr::ZERO));
    }
}

#[test]
fn every_public_input_is_in_a_constraint_of_its_part() {
    let none: &[Part] = &[];
    for (at, expected) in [
        (0, &[Part::Enrolment][..]),
        (1, &[Part::Revocation]),
        (4, &[Part::Signature]),
        (5, &[Part::Signature]),
        (6, &[Part::Nullifier, Part::Pseudonym]),
        (7, &[Part::Nullifier]),
        (8, &[Part::Pseudonym]),
        (9, &[Part::Subject]),
        // Another binding is another true statement.
        (10, none),
    ] {
        let found = after(|public, _| public[at] += Fr::ONE);
        assert_eq!(found, expected, "input {at}");
    }
}

#[test]
fn the_enrolled_key_is_the_one_that_signed_and_the_subject() {
    let other = after(|_, private| {
        let point = crate::zk::ConsentKey::from_seed(&crate::Secret::build(|s| s.fill(1)));
        let point = point.unwrap().public().coordinates();
        private.public_key = point.map(|x| field::from(&x));
    });
    assert_eq!(other, [Part::Enrolment, Part::Signature, Part::Subject]);
    let off = after(|_, private| private.public_key[0] += Fr::ONE);
    assert!(off.contains(&Part::Key));
    for (level, child) in [(0, 0), (0, 1), (4, 3), (9, 2)] {
        let found = after(|_, private| private.enrolment_path[level][child] += Fr::ONE);
        assert_eq!(found, [Part::Enrolment], "level {level}, child {child}");
    }
    for bit in [0, 1, 10, 19] {
        let found = after(|_, private| private.enrolment_place ^= 1 << bit);
        assert_eq!(found, [Part::Enrolment], "bit {bit} of the place");
    }
}

#[test]
fn the_request_lies_within_the_consent() {
    let request = |value: u64| Fr::from(value);
    for (bits, good) in [
        (0b0011, true),
        (0b1011, true),
        (0b0100, false),
        (1 << 63, false),
    ] {
        let found = after(|public, _| public[3] = request(bits));
        assert_eq!(found.is_empty(), good);
        assert!(good || found == [Part::Subset], "{found:?}");
    }
    // One bit of purposes and actions that the consent lacks.
    for power in [64, 128] {
        let bit = Fr::from(2_u64).pow([power]);
        let found = after(|public, _| public[3] += if power == 64 { bit } else { bit + bit });
        assert_eq!(found, [Part::Subset]);
    }
    let beyond = after(|public, _| public[3] += Fr::from(2_u64).pow([144]));
    assert_eq!(beyond, [Part::RequestMasks]);
    let wider = after(|public, private| {
        public[3] = request(0b0100);
        private.masks.0[0] |= 0b0100;
    });
    assert_eq!(wider, [Part::Signature]);
}

#[test]
fn no_consent_is_for_unlabelled_content() {
    let found = after(|public, private| {
        private.masks.0[0] |= 1 << 63;
        sign(public, private);
    });
    assert_eq!(found, [Part::ConsentMasks]);
}

#[test]
fn the_consent_is_in_force_from_its_first_second_to_its_last() {
    for (now, expected) in [
        (999_u64, &[Part::Begun][..]),
        (1_000, &[]),
        (1_999, &[]),
        (2_000, &[Part::NotEnded]),
        (u64::MAX, &[Part::NotEnded]),
    ] {
        let found = after(|public, _| public[2] = Fr::from(now));
        assert_eq!(found, expected, "{now}");
    }
    let beyond = after(|public, _| public[2] += Fr::from(1_u128 << 64));
    assert_eq!(beyond, [Part::Begun, Part::NotEnded]);
    let negative = after(|public, _| public[2] = -Fr::ONE);
    assert_eq!(negative, [Part::Begun]);
    let ever = after(|public, private| {
        private.times.0[1] = u64::MAX;
        sign(public, private);
        public[2] = Fr::from(u64::MAX - 1);
    });
    assert!(ever.is_empty());
}

#[test]
fn every_field_of_the_consent_is_signed() {
    for terms in 0..2 {
        let found = after(|_, private| private.terms[terms] += Fr::ONE);
        assert_eq!(found, [Part::Signature]);
    }
    for bit in [0, 64, 128, 143] {
        let found = after(|public, private| {
            public[3] = Fr::from(1_u64);
            private.masks.0[bit / 64] ^= 1 << (bit % 64);
        });
        assert!(found.contains(&Part::Signature));
    }
    let earlier = after(|_, private| private.times.0[0] -= 1);
    assert_eq!(earlier, [Part::Signature]);
    let longer = after(|_, private| private.times.0[1] += 1);
    assert_eq!(longer, [Part::Signature]);
    let seed = after(|_, private| private.seed += Fr::ONE);
    assert_eq!(seed, [Part::Signature, Part::Nullifier, Part::Pseudonym]);
}

#[test]
fn the_signature_is_one() {
    let answer = after(|_, private| {
        private.response.add_with_carry(&BigInt::from(1_u64));
    });
    assert_eq!(answer, [Part::Signature]);
    let off = after(|_, private| private.commitment[1] += Fr::ONE);
    assert!(off.contains(&Part::Challenge));
    // (0, -1) is a point of order 2, and R with it added one of the curve.
    let small = after(|_, private| private.commitment = private.commitment.map(|x| -x));
    assert_eq!(small, [Part::Signature]);
}

#[test]
fn a_revoked_consent_is_refused_and_so_is_another_place() {
    let (_, private) = elements(Depth::Ten);
    let bitmap = private.bitmap;
    assert!(after(|public, private| put(bitmap, public, private)).is_empty());
    assert!(after(|public, private| put(0, public, private)).is_empty());
    let revoked = after(|public, private| put(u128::MAX, public, private));
    assert_eq!(revoked, [Part::NotRevoked]);
    let hidden = after(|_, private| private.bitmap = 0);
    assert_eq!(hidden, [Part::Revocation]);
    // All of the index: the place of the bit, and every digit of the path.
    for bit in [0, 3, 6, 7, 8, 20, 29, 30, 31] {
        let found = after(|public, private| {
            private.times.0[2] ^= 1 << bit;
            sign(public, private);
        });
        let expected = if bit < 7 {
            Part::NotRevoked
        } else {
            Part::Revocation
        };
        assert_eq!(found, [expected], "bit {bit} of the index");
    }
    for child in [0, 3] {
        let found = after(|_, private| private.revocation_path[12][child] += Fr::ONE);
        assert_eq!(found, [Part::Revocation]);
    }
}

#[test]
fn the_subject_opens_with_its_own_number_alone() {
    let found = after(|_, private| private.opening += Fr::ONE);
    assert_eq!(found, [Part::Subject]);
}

#[test]
fn no_variable_can_be_changed_alone() {
    let (public, private) = elements(Depth::Ten);
    let (matrices, parts) = circuit();
    let (_, assignment, _) = build(ASSIGN, &public, &private);
    assert_eq!(matrices.broken(&assignment).count(), 0);
    let mut users = vec![Vec::new(); matrices.variables];
    for matrix in &matrices.rows {
        for (at, row) in matrix.iter().enumerate() {
            for (_, column) in row {
                users[*column].push(at);
            }
        }
    }
    let holds = |assignment: &[Fr], at: usize| {
        let side = |matrix: usize| {
            let row = matrices.rows[matrix][at].iter();
            row.map(|(factor, column)| *factor * assignment[*column])
                .sum::<Fr>()
        };
        side(0) * side(1) == side(2)
    };
    let mut changed = assignment.clone();
    let mut free = Vec::new();
    let mut caught = BTreeSet::new();
    for (column, users) in users.iter().enumerate() {
        let value = assignment[column];
        // The next number, the other bit, and one far away.
        for other in [
            value + Fr::ONE,
            Fr::ONE - value,
            value + Fr::from(u128::MAX),
        ] {
            changed[column] = other;
            let found: Vec<usize> = (users.iter().copied())
                .filter(|at| !holds(&changed, *at))
                .collect();
            if found.is_empty() && other != value {
                free.push(column);
            }
            caught.extend(found.iter().map(|at| part(parts, *at)));
        }
        changed[column] = value;
    }
    assert!(free.is_empty(), "free to change: {free:?}");
    // The binding is caught here, where proofs for the changed statement are not made anew.
    let all: BTreeSet<Part> = parts.iter().map(|(part, _)| *part).collect();
    assert_eq!(caught, all);
}
