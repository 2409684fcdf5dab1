//! Sharing a secret by a formula.

use alloc::vec::Vec;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::curve::Scalar;
use crate::error::{Error, Result};
use crate::policy::formula::{Formula, Node};

/// The shares of a secret, one for each row, each distinct value once.
///
/// All leaves that are children of one OR have the same share, also through an OR inside the OR:
/// what is computed from a share is computed once for them. Wiped on drop.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Shares {
    /// The values.
    pub(crate) values: Vec<Scalar>,
    /// For every row the place of its value in `values`.
    #[zeroize(skip)]
    pub(crate) of_row: Vec<u16>,
}

impl Formula {
    /// Shares `secret`, blinded by [`Formula::columns`] independent random scalars.
    ///
    /// Every gate hands a share to each of its children, beginning with the secret at the root:
    /// an AND of n children takes v1..v(n-1) from `fresh` and hands out s + v1, v2 - v1, ...,
    /// -v(n-1); an OR hands out s to each; k of n takes v1..v(k-1) and hands to child i, counted
    /// from 1, s + v1 i + ... + v(k-1) i^(k-1). A gate takes its scalars before its children do.
    ///
    /// # Errors
    /// [`Error::Argument`] unless `fresh` holds exactly as many scalars as there are columns.
    pub(crate) fn share(&self, secret: Scalar, fresh: &[Scalar]) -> Result<Shares> {
        let rows = self.rows.len();
        let mut dealer = Dealer {
            fresh,
            // All of the room at once: a vector that grows leaves its old contents behind.
            shares: Shares {
                values: Vec::with_capacity(rows),
                of_row: Vec::with_capacity(rows),
            },
        };
        dealer
            .deal(&self.root, &secret, &mut None)
            .filter(|()| dealer.fresh.is_empty())
            .ok_or(Error::Argument("number of fresh scalars"))?;
        Ok(dealer.shares)
    }
}

struct Dealer<'a> {
    /// The scalars that no gate has taken yet.
    fresh: &'a [Scalar],
    shares: Shares,
}

impl<'a> Dealer<'a> {
    /// Hands `secret` to a node; `None` when the fresh scalars run out. `slot` is the place of
    /// `secret` among the values, once a leaf has needed it.
    fn deal(&mut self, node: &Node, secret: &Scalar, slot: &mut Option<u16>) -> Option<()> {
        match node {
            Node::Leaf(_) => {
                let place = match *slot {
                    Some(place) => place,
                    None => {
                        let place = u16::try_from(self.shares.values.len()).ok()?;
                        self.shares.values.push(*secret);
                        *slot = Some(place);
                        place
                    }
                };
                self.shares.of_row.push(place);
                Some(())
            }
            Node::Or(children) | Node::Threshold(1, children) => children
                .iter()
                .try_for_each(|child| self.deal(child, secret, slot)),
            Node::And(children) => {
                let taken = self.take(children.len().checked_sub(1)?)?;
                let last = [Scalar::ZERO];
                let mut carried = Zeroizing::new(*secret);
                children
                    .iter()
                    .zip(taken.iter().chain(&last))
                    .try_for_each(|(child, &blind)| {
                        let share = Zeroizing::new(*carried + blind);
                        *carried = -blind;
                        self.deal(child, &share, &mut None)
                    })
            }
            Node::Threshold(needed, children) => {
                let taken = self.take(usize::from(*needed).checked_sub(1)?)?;
                (1..).zip(children).try_for_each(|(index, child)| {
                    let place = Scalar::from_u64(index);
                    let mut share = Zeroizing::new(Scalar::ZERO);
                    for &coefficient in taken.iter().rev() {
                        *share = (*share + coefficient) * place;
                    }
                    *share = *share + *secret;
                    self.deal(child, &share, &mut None)
                })
            }
        }
    }

    fn take(&mut self, count: usize) -> Option<&'a [Scalar]> {
        let (taken, rest) = self.fresh.split_at_checked(count)?;
        self.fresh = rest;
        Some(taken)
    }
}
