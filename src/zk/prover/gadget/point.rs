//! Points of Jubjub, -x^2 + y^2 = 1 + d x^2 y^2, in affine coordinates.
//!
//! -1 is a square modulo q and d is none, so the addition law is complete: on points of the curve
//! no denominator below is zero, whatever their order.

use ark_bls12_381::Fr;
use ark_ec::twisted_edwards::TECurveConfig;
use ark_ec::{AdditiveGroup, AffineRepr, CurveGroup};
use ark_ed_on_bls12_381::{EdwardsAffine, EdwardsProjective, JubjubConfig};
use ark_ff::Field;
use ark_relations::gr1cs::SynthesisError;

use super::{Bit, Synthesis, System, Var, constrain, quotient, witness};

/// A point of which the caller knows, or shows, that it is on the curve.
#[derive(Clone)]
pub struct Point {
    pub x: Var,
    pub y: Var,
}

impl Point {
    /// A point of the prover's choice on the curve; 3 constraints.
    pub fn new(system: &System, x: Fr, y: Fr) -> Synthesis<Self> {
        let x = witness(system, || Ok(x))?;
        let y = witness(system, || Ok(y))?;
        let (x_square, y_square) = (&x * &x, &y * &y);
        let d = Var::Constant(JubjubConfig::COEFF_D);
        let difference = &y_square - &x_square - Fr::ONE;
        constrain(system, &(d * x_square), &y_square, &difference)?;
        Ok(Self { x, y })
    }

    /// The sum; 6 constraints.
    pub fn add(&self, system: &System, other: &Self) -> Synthesis<Self> {
        let crossed = &self.x * &other.y;
        let crossed_back = &self.y * &other.x;
        let both = (&self.x + &self.y) * (&other.x + &other.y);
        let product = &crossed * &crossed_back * JubjubConfig::COEFF_D;
        let x = &crossed + &crossed_back;
        let y = both - &x;
        Ok(Self {
            x: quotient(system, &x, &(&product + Fr::ONE))?,
            y: quotient(system, &y, &(Var::Constant(Fr::ONE) - product))?,
        })
    }

    /// The sum with itself; 5 constraints.
    pub fn double(&self, system: &System) -> Synthesis<Self> {
        let crossed = &self.x * &self.y;
        let sum = &self.x + &self.y;
        let squares = &sum * &sum - &crossed - &crossed;
        let product = &crossed * &crossed * JubjubConfig::COEFF_D;
        Ok(Self {
            x: quotient(system, &(&crossed + &crossed), &(&product + Fr::ONE))?,
            y: quotient(system, &squares, &(Var::Constant(Fr::ONE) - product))?,
        })
    }

    /// Shows that both are the same point; 2 constraints.
    pub fn enforce_equal(&self, system: &System, other: &Self) -> Synthesis<()> {
        let one = Var::Constant(Fr::ONE);
        constrain(system, &self.x, &one, &other.x)?;
        constrain(system, &self.y, &one, &other.y)
    }

    /// The multiple by a number of an even count of bits, lowest first; 22 constraints for each
    /// two bits, 5 less in all.
    pub fn times(&self, system: &System, bits: &[Bit]) -> Synthesis<Self> {
        let twice = self.double(system)?;
        let thrice = twice.add(system, self)?;
        let mut sum: Option<Self> = None;
        for pair in bits.rchunks(2) {
            let [low, high] = pair else {
                return Err(SynthesisError::Unsatisfiable);
            };
            let part = Self::small_multiple(self, &twice, &thrice, low, high);
            sum = Some(match sum {
                None => part,
                Some(sum) => sum.double(system)?.double(system)?.add(system, &part)?,
            });
        }
        sum.ok_or(SynthesisError::Unsatisfiable)
    }

    /// 0, 1, 2 or 3 times the point; 6 constraints.
    fn small_multiple(once: &Self, twice: &Self, thrice: &Self, low: &Bit, high: &Bit) -> Self {
        let (low, high) = (Var::from(low.clone()), Var::from(high.clone()));
        let choose = |zero: Fr, one: &Var, two: &Var, three: &Var| {
            let even = &low * (one - zero) + zero;
            let odd = two + &low * (three - two);
            &even + &high * (odd - &even)
        };
        Self {
            x: choose(Fr::ZERO, &once.x, &twice.x, &thrice.x),
            y: choose(Fr::ONE, &once.y, &twice.y, &thrice.y),
        }
    }
}

/// The multiple of a constant point by a number whose count of bits three divides, lowest first;
/// 9 constraints for each three bits, 6 less in all.
pub fn fixed_base(system: &System, base: EdwardsAffine, bits: &[Bit]) -> Synthesis<Point> {
    let mut base = base.into_group();
    let mut sum: Option<Point> = None;
    for window in bits.chunks(3) {
        let (table, next) = multiples(base);
        base = next;
        let part = look_up(window, &table)?;
        sum = Some(match sum {
            None => part,
            Some(sum) => sum.add(system, &part)?,
        });
    }
    sum.ok_or(SynthesisError::Unsatisfiable)
}

/// 0 to 7 times the point, and 8 times.
fn multiples(base: EdwardsProjective) -> ([EdwardsAffine; 8], EdwardsProjective) {
    let mut next = EdwardsProjective::ZERO;
    let table = std::array::from_fn(|_| {
        let entry = next.into_affine();
        next += base;
        entry
    });
    (table, next)
}

/// The entry of a constant table; 3 constraints.
fn look_up(bits: &[Bit], table: &[EdwardsAffine; 8]) -> Synthesis<Point> {
    let [first, second, third] = bits else {
        return Err(SynthesisError::Unsatisfiable);
    };
    let [first, second, third] = [first, second, third].map(|bit| Var::from(bit.clone()));
    let both = &first * &second;
    // Of four constants, by the first two bits: linear in them and their product.
    let quarter = |[zero, one, two, three]: [Fr; 4]| {
        &first * (one - zero) + &second * (two - zero) + &both * (three - two - one + zero) + zero
    };
    let choose = |[a, b, c, d, e, f, g, h]: [Fr; 8]| {
        let low = quarter([a, b, c, d]);
        let difference = quarter([e, f, g, h]) - &low;
        low + &third * difference
    };
    Ok(Point {
        x: choose(table.map(|entry| entry.x)),
        y: choose(table.map(|entry| entry.y)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zk::prover::gadget::testing::{bits, bools, holds};
    use ark_r1cs_std::GR1CSVar;
    use ark_relations::gr1cs::ConstraintSystem;

    fn generator() -> EdwardsAffine {
        JubjubConfig::GENERATOR
    }

    fn allocate(system: &System, point: EdwardsAffine) -> Point {
        Point::new(system, point.x, point.y).unwrap()
    }

    fn value(point: &Point) -> EdwardsAffine {
        EdwardsAffine::new_unchecked(point.x.value().unwrap(), point.y.value().unwrap())
    }

    /// Points of every order that divides eight, and a few others.
    fn points() -> Vec<EdwardsAffine> {
        // (0, -1) has order 2; the points with y = 0 have order 4.
        let two = EdwardsAffine::new_unchecked(Fr::ZERO, -Fr::ONE);
        let x = (-Fr::ONE).sqrt().unwrap();
        let four = EdwardsAffine::new_unchecked(x, Fr::ZERO);
        let other = (generator().into_group() * ark_ed_on_bls12_381::Fr::from(77_u64)).into();
        let mixed = (generator().into_group() + four).into();
        vec![EdwardsAffine::zero(), two, four, generator(), other, mixed]
    }

    #[test]
    fn sums_are_those_of_the_curve_for_points_of_any_order() {
        for left in points() {
            assert!(left.is_on_curve());
            for right in points() {
                let system = ConstraintSystem::new_ref();
                let (a, b) = (allocate(&system, left), allocate(&system, right));
                let before = system.num_constraints();
                let sum = a.add(&system, &b).unwrap();
                assert_eq!(system.num_constraints() - before, 6);
                let double = a.double(&system).unwrap();
                assert_eq!(system.num_constraints() - before, 11);
                assert!(holds(&system));
                assert_eq!(value(&sum), (left + right).into_affine());
                assert_eq!(value(&double), (left + left).into_affine());
            }
        }
    }

    #[test]
    fn a_point_off_the_curve_is_refused() {
        let system = ConstraintSystem::new_ref();
        Point::new(&system, generator().x, generator().y + Fr::ONE).unwrap();
        assert!(!holds(&system));
    }

    #[test]
    fn small_multiples_are_exact() {
        for number in 0..64_u64 {
            let system = ConstraintSystem::new_ref();
            let base = allocate(&system, generator());
            let bits = bits(&system, &bools(number, 6));
            let before = system.num_constraints();
            let variable = base.times(&system, &bits).unwrap();
            assert_eq!(system.num_constraints() - before, 3 * 22 - 5);
            let before = system.num_constraints();
            let fixed = fixed_base(&system, generator(), &bits).unwrap();
            assert_eq!(system.num_constraints() - before, 2 * 9 - 6);
            let expected = generator() * ark_ed_on_bls12_381::Fr::from(number);
            assert_eq!(value(&variable), expected.into_affine());
            assert_eq!(value(&fixed), expected.into_affine());
            assert!(holds(&system));
            variable.enforce_equal(&system, &fixed).unwrap();
            assert!(holds(&system));
            variable.enforce_equal(&system, &base).unwrap();
            assert_eq!(holds(&system), number == 1);
        }
    }

    #[test]
    fn counts_of_bits_that_do_not_fit_are_refused() {
        let system = ConstraintSystem::new_ref();
        let base = allocate(&system, generator());
        let bits = bits(&system, &bools(5, 5));
        assert!(base.times(&system, &bits).is_err());
        assert!(base.times(&system, &[]).is_err());
        assert!(fixed_base(&system, generator(), &bits).is_err());
        assert!(fixed_base(&system, generator(), &[]).is_err());
    }
}
