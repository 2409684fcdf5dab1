use std::vec;

use super::*;
use crate::share::test_rng::Counting;

static_assertions::assert_not_impl_any!(Polynomial: Clone, core::fmt::Debug);
static_assertions::assert_not_impl_any!(Share: Clone, core::fmt::Debug, PartialEq);
static_assertions::assert_impl_all!(Share: Send, Sync);

fn share(index: u8, value: u64) -> Share {
    Share::new(index, Secret::new(Scalar::from_u64(value))).unwrap()
}

/// 5 + 7x + 2x^2, of threshold 3.
fn known() -> Polynomial {
    let coefficients = [5, 7, 2].map(Scalar::from_u64).to_vec();
    Polynomial {
        coefficients: Secret::new(coefficients),
    }
}

#[test]
fn shares_are_values_of_the_polynomial() {
    for (share, (index, value)) in
        known()
            .shares(4)
            .unwrap()
            .iter()
            .zip([(1, 14), (2, 27), (3, 44), (4, 65)])
    {
        assert_eq!(share.index(), index);
        assert!(*share.value().expose() == Scalar::from_u64(value));
    }
    assert!(
        *known().share(255).unwrap().value().expose()
            == Scalar::from_u64(5 + 7 * 255 + 2 * 255 * 255)
    );
}

#[test]
fn any_threshold_of_shares_recovers_in_any_order() {
    let secret = Scalar::from_u64(1234);
    for threshold in 1..=4 {
        let shares = Polynomial::hiding(&secret, threshold, &mut Counting::new(3))
            .unwrap()
            .shares(5)
            .unwrap();
        for chosen in 0_u32..1 << 5 {
            let mut subset: Vec<_> = shares
                .iter()
                .filter(|share| chosen >> (share.index() - 1) & 1 == 1)
                .collect();
            for _ in 0..2 {
                let recovered = recover(threshold, &subset);
                if subset.len() < usize::from(threshold) {
                    assert_eq!(recovered.err(), Some(Error::Missing("shares")));
                } else {
                    assert!(*recovered.unwrap().expose() == secret);
                }
                subset.reverse();
            }
        }
    }
}

#[test]
fn fewer_shares_are_consistent_with_every_secret() {
    let hidden = Polynomial::hiding(&Scalar::from_u64(42), 4, &mut Counting::new(1)).unwrap();
    let seen = [2, 5, 9];
    for other in [0, 1, 43, u64::MAX] {
        // f + (other - 42) * product of (1 - x/i) over the shares seen: as many coefficients, the
        // same shares, another secret.
        let mut coefficients = vec![Scalar::from_u64(other) - Scalar::from_u64(42)];
        for index in seen {
            let slope = -Scalar::from_u64(index).invert().unwrap();
            let shifted: Vec<_> = coefficients.iter().map(|&c| c * slope).collect();
            coefficients.push(Scalar::ZERO);
            for (coefficient, shifted) in coefficients[1..].iter_mut().zip(shifted) {
                *coefficient = *coefficient + shifted;
            }
        }
        assert_eq!(coefficients.len(), hidden.threshold());
        for (coefficient, &own) in coefficients.iter_mut().zip(hidden.coefficients()) {
            *coefficient = *coefficient + own;
        }
        let twin = Polynomial {
            coefficients: Secret::new(coefficients),
        };
        for index in seen.map(|index| index as u8) {
            let (a, b) = (twin.share(index).unwrap(), hidden.share(index).unwrap());
            assert!(a.value().expose() == b.value().expose());
        }
        assert!(twin.coefficients()[0] == Scalar::from_u64(other));
    }
}

#[test]
fn every_coefficient_but_the_secret_is_drawn_anew() {
    let draw = |seed| Polynomial::hiding(&Scalar::ZERO, 5, &mut Counting::new(seed)).unwrap();
    let (a, b) = (draw(1), draw(2));
    assert_eq!(a.threshold(), 5);
    let all: Vec<_> = a.coefficients()[1..]
        .iter()
        .chain(&b.coefficients()[1..])
        .map(Scalar::to_bytes)
        .collect();
    for (place, one) in all.iter().enumerate() {
        assert!(!all[..place].contains(one));
    }
    assert!(a.coefficients()[0].is_zero() && b.coefficients()[0].is_zero());
}

#[test]
fn a_failing_source_is_an_error() {
    // 64 bytes for each coefficient behind the secret; the source fails at the third.
    let refused = Polynomial::hiding(&Scalar::ONE, 4, &mut Counting::failing_after(2)).err();
    assert_eq!(refused, Some(Error::Randomness));
    assert!(Polynomial::hiding(&Scalar::ONE, 3, &mut Counting::failing_after(2)).is_ok());
}

#[test]
fn zero_and_unreachable_thresholds_are_refused() {
    let refused = Polynomial::hiding(&Scalar::ONE, 0, &mut Counting::new(1)).err();
    assert_eq!(refused, Some(Error::Argument("threshold")));
    assert_eq!(recover(0, &[]).err(), Some(Error::Argument("threshold")));
    let refused = known().shares(2).err();
    assert_eq!(
        refused,
        Some(Error::Argument("fewer shares than the threshold"))
    );
}

#[test]
fn the_index_zero_is_refused() {
    assert_eq!(known().share(0).err(), Some(Error::Argument("share index")));
    let refused = Share::new(0, Secret::new(Scalar::ONE)).err();
    assert_eq!(refused, Some(Error::Argument("share index")));
}

#[test]
fn two_shares_of_one_index_are_refused() {
    let (a, b, c, d) = (share(1, 14), share(2, 27), share(3, 44), share(4, 65));
    for shares in [
        [&a, &b, &a, &d, &c],
        [&a, &b, &c, &d, &b],
        [&a, &b, &c, &d, &d],
    ] {
        assert_eq!(
            recover(3, &shares).err(),
            Some(Error::Duplicate("share index"))
        );
    }
    // Also if the two say different things.
    let refused = recover(2, &[&a, &share(1, 15)]).err();
    assert_eq!(refused, Some(Error::Duplicate("share index")));
}

#[test]
fn surplus_shares_have_to_agree() {
    let (a, b, c, d) = (share(1, 14), share(2, 27), share(3, 44), share(4, 65));
    assert!(*recover(3, &[&d, &b, &a, &c]).unwrap().expose() == Scalar::from_u64(5));
    let wrong = share(4, 66);
    for shares in [[&a, &b, &c, &wrong], [&wrong, &b, &c, &a]] {
        assert_eq!(recover(3, &shares).err(), Some(Error::Verify));
    }
    // Without surplus nothing can tell, and the answer is another secret.
    assert!(*recover(3, &[&a, &b, &wrong]).unwrap().expose() != Scalar::from_u64(5));
}
