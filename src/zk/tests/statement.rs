use super::sample::{NOW, enrolled, inputs, key, masks, scalar};
use crate::curve::Scalar;
use crate::error::Error;
use crate::zk::{Depth, Masks, PublicInputs, Witness};
use getrandom::SysRng;

#[test]
fn masks_without_meaning_are_refused() {
    for (categories, purposes, actions) in [(0, 1, 1), (1, 0, 1), (1, 1, 0), (1 << 63, 1, 1)] {
        assert!(matches!(
            Masks::new(categories, purposes, actions),
            Err(Error::Masks(_))
        ));
    }
    let all = Masks::new(u64::MAX >> 1, u64::MAX, u16::MAX).unwrap();
    assert_eq!(Masks::from_packed(&all.packed()), Ok(all));
    let beyond = all.packed() + Scalar::from_u64(1 << 63) + Scalar::ONE;
    assert!(matches!(Masks::from_packed(&beyond), Err(Error::Masks(_))));
    assert!(matches!(
        Masks::from_packed(&-Scalar::ONE),
        Err(Error::Masks(_))
    ));
}

#[test]
fn public_inputs_are_in_their_ranges_or_refused() {
    let bytes = inputs().to_bytes();
    assert!(PublicInputs::from_bytes(&bytes).unwrap() == inputs());
    for place in 0..11 {
        let mut beyond = bytes;
        beyond[32 * place..][..32].fill(0xff);
        assert_eq!(
            PublicInputs::from_bytes(&beyond).err(),
            Some(Error::ScalarRange)
        );
    }
    let mut scalars = inputs().to_scalars();
    scalars[2] = Scalar::from_u64(u64::MAX) + Scalar::ONE;
    assert_eq!(
        PublicInputs::from_scalars(&scalars).err(),
        Some(Error::Field("time of a proof"))
    );
}

fn statement(witness: &Witness) -> PublicInputs {
    let (context, binding) = (scalar(31), scalar(32));
    witness
        .public_inputs(NOW, masks(), context, binding)
        .unwrap()
}

/// Changes a witness or its statement, so that it is no longer true.
type Change = fn(&mut Witness, &mut PublicInputs);

#[test]
fn the_statement_holds_for_its_witness_alone() {
    let (_, witness) = enrolled(Depth::Ten);
    let own = statement(&witness);
    assert_eq!(witness.check(&own), Ok(()));
    let changes: [Change; 19] = [
        |_, it| it.enrolment_root = scalar(1),
        |_, it| it.revocation_root = scalar(1),
        |_, it| it.now = NOW + 100,
        |_, it| it.now = NOW - 101,
        |_, it| it.masks = Masks::new(0b1000, 0b10, 0b100).unwrap(),
        |_, it| it.masks = Masks::new(0b100, 0b110, 0b100).unwrap(),
        |_, it| it.masks = Masks::new(0b100, 0b10, 0b101).unwrap(),
        |_, it| it.grantee = scalar(1),
        |_, it| it.vocabulary = scalar(1),
        |_, it| it.context = scalar(1),
        |_, it| it.nullifier = scalar(1),
        |_, it| it.pseudonym = scalar(1),
        |_, it| it.subject = scalar(1),
        |it, _| it.key = *key(3).public(),
        |it, _| it.consent.index ^= 1,
        |it, _| it.consent.terms[31] ^= 1,
        |it, _| it.consent.seed = crate::Secret::new(scalar(78)),
        |it, _| it.opening = crate::Secret::new(scalar(89)),
        |it, _| it.signature = it.consent.sign(&key(3), &mut SysRng).unwrap(),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let (_, mut witness) = enrolled(Depth::Ten);
        let mut own = statement(&witness);
        change(&mut witness, &mut own);
        let refused = matches!(witness.check(&own), Err(Error::Unprovable(_)));
        assert!(refused, "change {number}");
    }
}

#[test]
fn the_terms_are_two_halves() {
    let (_, mut witness) = enrolled(Depth::Ten);
    witness.consent.terms = core::array::from_fn(|place| place as u8);
    let [high, low] = witness.consent.terms_halves();
    let [mut first, mut second] = [[0; 32]; 2];
    first[16..].copy_from_slice(&witness.consent.terms[..16]);
    second[16..].copy_from_slice(&witness.consent.terms[16..]);
    assert_eq!((high.to_bytes(), low.to_bytes()), (first, second));
}
