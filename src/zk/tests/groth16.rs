use super::sample::{inputs, scalar};
use crate::curve::{G1, G2, Scalar};
use crate::error::Error;
use crate::zk::known_key::{CIRCUIT, Trapdoor, prepared};
use crate::zk::{PreparedKey, Proof, ProofKey, Provenance, Trust};
use getrandom::SysRng;

#[test]
fn a_proof_is_of_its_inputs_alone() {
    let (trapdoor, key) = (Trapdoor::new(), prepared());
    let proof = trapdoor.prove(&inputs(), 1);
    let proof = Proof::from_bytes(&proof.to_bytes()).unwrap();
    key.verify(&inputs(), &proof).unwrap();
    let scalars = inputs().to_scalars();
    key.verify_scalars(&scalars, &proof).unwrap();
    for place in 0..scalars.len() {
        let mut other = scalars;
        // The lowest bit of masks and times is a lawful change, too.
        other[place] = other[place] + Scalar::from_u64(2);
        assert_eq!(
            key.verify_scalars(&other, &proof),
            Err(Error::Verify),
            "input {place}"
        );
    }
    for (a, b, c) in [(1, 0, 0), (0, 1, 0), (0, 0, 1)] {
        let other = Proof {
            a: proof.a + G1::generator() * &Scalar::from_u64(a),
            b: proof.b + G2::generator() * &Scalar::from_u64(b),
            c: proof.c + G1::generator() * &Scalar::from_u64(c),
        };
        assert_eq!(key.verify(&inputs(), &other), Err(Error::Verify));
    }
}

#[test]
fn the_number_of_inputs_has_to_be_that_of_the_key() {
    let (trapdoor, key) = (Trapdoor::new(), prepared());
    let proof = trapdoor.prove(&inputs(), 1);
    let mut scalars = inputs().to_scalars().to_vec();
    scalars.push(Scalar::ZERO);
    assert_eq!(
        key.verify_scalars(&scalars, &proof),
        Err(Error::InputCount(12))
    );
    scalars.truncate(10);
    assert_eq!(
        key.verify_scalars(&scalars, &proof),
        Err(Error::InputCount(10))
    );
}

#[test]
fn a_batch_is_refused_for_one_wrong_proof() {
    let (trapdoor, key) = (Trapdoor::new(), prepared());
    let mut all: Vec<_> = (0..5)
        .map(|salt| {
            let mut own = inputs();
            own.binding = scalar(900 + salt);
            (own, trapdoor.prove(&own, salt))
        })
        .collect();
    key.verify_batch(&all, &mut SysRng).unwrap();
    assert_eq!(key.verify_batch(&[], &mut SysRng), Err(Error::Verify));
    let right = all[3];
    all[3].0.now += 1;
    assert_eq!(key.verify_batch(&all, &mut SysRng), Err(Error::Verify));
    all[3] = right;
    // Two errors that cancel without weights.
    all[1].1.c = all[1].1.c + G1::generator();
    all[2].1.c = all[2].1.c - G1::generator();
    assert_eq!(key.verify_batch(&all, &mut SysRng), Err(Error::Verify));
}

#[test]
fn keys_of_development_and_others_are_refused() {
    let trapdoor = Trapdoor::new();
    let refused = |key: ProofKey, circuit: &[u8; 32], trust| {
        matches!(
            PreparedKey::new(key, circuit, trust),
            Err(Error::ProofKey(_))
        )
    };
    let development = trapdoor.key(Provenance::Development);
    let pinned = Trust::Pinned(development.digest());
    assert!(refused(development.clone(), &CIRCUIT, pinned));
    assert!(refused(development, &[8; 32], Trust::Development));
    let ceremony = trapdoor.key(Provenance::Ceremony {
        id: [1; 32],
        transcript: [2; 32],
    });
    let pinned = Trust::Pinned(ceremony.digest());
    assert!(refused(ceremony.clone(), &CIRCUIT, Trust::Pinned([0; 32])));
    assert!(refused(ceremony.clone(), &[8; 32], pinned));
    PreparedKey::new(ceremony, &CIRCUIT, pinned).unwrap();
}

#[test]
fn keys_survive_their_bytes() {
    for provenance in [
        Provenance::Development,
        Provenance::Ceremony {
            id: [1; 32],
            transcript: [2; 32],
        },
    ] {
        let key = Trapdoor::new().key(provenance);
        let read = ProofKey::from_bytes(&key.to_bytes()).unwrap();
        assert_eq!(read.to_bytes(), key.to_bytes());
        assert_eq!(read.digest(), key.digest());
        assert_eq!(*read.provenance(), provenance);
    }
}
