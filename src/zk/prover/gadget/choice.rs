//! One of several, by the bits of its place.

use ark_relations::gr1cs::SynthesisError;

use super::{Bit, Synthesis, System, Var, constrain};

/// Shows that of 2^n `items` the one whose place has these n bits, lowest first, is `expected`;
/// 2^n - 1 constraints.
pub fn is_at(system: &System, place: &[Bit], items: &[Var], expected: &Var) -> Synthesis<()> {
    if 1_usize.checked_shl(place.len() as u32) != Some(items.len()) {
        return Err(SynthesisError::Unsatisfiable);
    }
    let Some((last, lower)) = place.split_last() else {
        return Err(SynthesisError::Unsatisfiable);
    };
    let mut items = items.to_vec();
    for bit in lower {
        let halved = items.chunks_exact(2).map(|pair| match pair {
            [zero, one] => Ok(zero + (one - zero) * Var::from(bit.clone())),
            _ => Err(SynthesisError::Unsatisfiable),
        });
        items = halved.collect::<Synthesis<_>>()?;
    }
    match items.as_slice() {
        [zero, one] => constrain(
            system,
            &Var::from(last.clone()),
            &(one - zero),
            &(expected - zero),
        ),
        _ => Err(SynthesisError::Unsatisfiable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zk::prover::gadget::testing::{bits, bools, holds, system};
    use ark_bls12_381::Fr;

    #[test]
    fn every_place_names_its_item_and_no_other() {
        for width in 1..=3 {
            let count = 1_u64 << width;
            for place in 0..count {
                for expected in 0..=count {
                    let (system, [value]) = system([Fr::from(expected)]);
                    let bits = bits(&system, &bools(place, width));
                    let items: Vec<Var> = (0..count)
                        .map(|item| super::super::witness(&system, || Ok(Fr::from(item))).unwrap())
                        .collect();
                    let before = system.num_constraints();
                    is_at(&system, &bits, &items, &value).unwrap();
                    assert_eq!(system.num_constraints() - before, items.len() - 1);
                    assert_eq!(holds(&system), place == expected);
                }
            }
        }
    }

    #[test]
    fn every_bit_of_every_small_bitmap_is_looked_up() {
        for place in 0..8 {
            for bitmap in 0..256_u64 {
                let (system, [zero]) = system([Fr::from(0_u64)]);
                let place_bits = bits(&system, &bools(place, 3));
                let map = bits(&system, &bools(bitmap, 8));
                let map: Vec<Var> = map.into_iter().map(Var::from).collect();
                is_at(&system, &place_bits, &map, &zero).unwrap();
                assert_eq!(holds(&system), bitmap >> place & 1 == 0);
            }
        }
    }

    #[test]
    fn as_many_items_as_places() {
        let (system, [value]) = system([Fr::from(1_u64)]);
        let bits = bits(&system, &[true, false]);
        let items = [value.clone(), value.clone(), value.clone()];
        assert!(is_at(&system, &bits, &items, &value).is_err());
        assert!(is_at(&system, &[], &items[..1], &value).is_err());
    }
}
