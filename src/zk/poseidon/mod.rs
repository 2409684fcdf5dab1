//! Poseidon with x^5 over the scalar field, widths 3 and 5 (SPEC.md, section 19.1).
//!
//! Everything runs in time that does not depend on the inputs: keys' and consents' secrets go in.
//!
//! ```
//! use hippocrypt::zk::{Scalar, Use, poseidon};
//! let [x, y] = [3, 4].map(Scalar::from_u64);
//! assert!(poseidon::hash2(Use::Leaf, [x, y]) != poseidon::hash2(Use::Leaf, [y, x]));
//! ```

mod grain;

use alloc::{boxed::Box, vec::Vec};
use once_cell::race::OnceBox;
use zeroize::Zeroize;

use super::field::Use;
use crate::curve::Scalar;
use grain::Grain;

/// Full rounds of both widths: half of them before the partial ones, half behind.
pub const FULL_ROUNDS: usize = 8;
/// Partial rounds of width 3.
pub const PARTIAL_ROUNDS_3: usize = 57;
/// Partial rounds of width 5.
pub const PARTIAL_ROUNDS_5: usize = 60;

/// The constants of one width.
pub struct Constants<const WIDTH: usize> {
    rounds: Vec<[Scalar; WIDTH]>,
    matrix: [[Scalar; WIDTH]; WIDTH],
    partial_rounds: usize,
}

static WIDTH_3: OnceBox<Constants<3>> = OnceBox::new();
static WIDTH_5: OnceBox<Constants<5>> = OnceBox::new();

/// The constants of width 3.
#[must_use]
pub fn width_3() -> &'static Constants<3> {
    WIDTH_3.get_or_init(|| Box::new(Constants::generate(PARTIAL_ROUNDS_3)))
}

/// The constants of width 5.
#[must_use]
pub fn width_5() -> &'static Constants<5> {
    WIDTH_5.get_or_init(|| Box::new(Constants::generate(PARTIAL_ROUNDS_5)))
}

/// P3: the hash of up to two elements for one use; an absent one is zero.
#[must_use]
pub fn hash2(of: Use, [a, b]: [Scalar; 2]) -> Scalar {
    width_3().hash([of.tag(), a, b])
}

/// P5: the hash of up to four elements for one use; absent ones are zero.
#[must_use]
pub fn hash4(of: Use, [a, b, c, d]: [Scalar; 4]) -> Scalar {
    width_5().hash([of.tag(), a, b, c, d])
}

impl<const WIDTH: usize> Constants<WIDTH> {
    /// From the Grain register, without skipped matrices.
    fn generate(partial_rounds: usize) -> Self {
        // All three numbers are below a hundred.
        let mut grain = Grain::new(WIDTH as u32, FULL_ROUNDS as u32, partial_rounds as u32);
        let rounds = (0..FULL_ROUNDS + partial_rounds)
            .map(|_| core::array::from_fn(|_| grain.constant()))
            .collect();
        let (xs, ys) = (grain.reduced(WIDTH), grain.reduced(WIDTH));
        let mut matrix = [[Scalar::ZERO; WIDTH]; WIDTH];
        for (row, x) in matrix.iter_mut().zip(&xs) {
            for (entry, y) in row.iter_mut().zip(&ys) {
                // No sum is zero; the vectors would not come out otherwise.
                *entry = (*x + *y).invert().unwrap_or(Scalar::ZERO);
            }
        }
        Self {
            rounds,
            matrix,
            partial_rounds,
        }
    }

    /// What is added in each round.
    #[must_use]
    pub fn rounds(&self) -> &[[Scalar; WIDTH]] {
        &self.rounds
    }

    /// The matrix, row by row: new element i is the product of row i with the old elements.
    #[must_use]
    pub fn matrix(&self) -> &[[Scalar; WIDTH]; WIDTH] {
        &self.matrix
    }

    /// How many rounds have one box alone, on element 0.
    #[must_use]
    pub fn partial_rounds(&self) -> usize {
        self.partial_rounds
    }

    /// The permutation.
    pub fn permute(&self, state: &mut [Scalar; WIDTH]) {
        let before = FULL_ROUNDS / 2;
        let behind = before + self.partial_rounds;
        for (number, constants) in self.rounds.iter().enumerate() {
            for (element, constant) in state.iter_mut().zip(constants) {
                *element = *element + *constant;
            }
            let boxes = if (before..behind).contains(&number) {
                1
            } else {
                WIDTH
            };
            for element in state.iter_mut().take(boxes) {
                let square = *element * *element;
                *element = square * square * *element;
            }
            let old = *state;
            for (element, row) in state.iter_mut().zip(&self.matrix) {
                let terms = row.iter().zip(&old).map(|(m, s)| *m * *s);
                *element = terms.fold(Scalar::ZERO, |sum, term| sum + term);
            }
        }
    }

    /// Element 0 of the permutation's result.
    fn hash(&self, mut state: [Scalar; WIDTH]) -> Scalar {
        self.permute(&mut state);
        // There is an element 0: the widths are 3 and 5.
        let first = state.first().copied().unwrap_or(Scalar::ZERO);
        state.zeroize();
        first
    }
}
