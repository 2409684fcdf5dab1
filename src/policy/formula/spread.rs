//! Another way to give a shared secret back: through all rows at once.

use alloc::vec;
use alloc::vec::Vec;

use crate::curve::PublicScalar;
use crate::error::{Error, Result};
use crate::policy::formula::{Formula, Node};
use crate::share::{lagrange_at, lagrange_at_zero};

impl Formula {
    /// A random solution over all rows: coefficients w with sum of w\[row\] share\[row\] = secret
    /// for every sharing, uniform among all of them up to the length of what `random` gives.
    ///
    /// What holds for it holds for every choice of satisfied rows, but with the probability that
    /// `random` is guessed: whoever checks shares under it has checked them all. AND gates have
    /// one solution; an OR spreads its coefficient over its children, a threshold chooses among
    /// the relations of its points.
    pub(crate) fn spread(
        &self,
        random: &mut dyn FnMut() -> Result<PublicScalar>,
    ) -> Result<Vec<PublicScalar>> {
        let mut weights = vec![PublicScalar::from_u64(0); self.rows().len()];
        spread(&self.root, PublicScalar::ONE, random, &mut weights)?;
        Ok(weights)
    }
}

fn spread(
    node: &Node,
    weight: PublicScalar,
    random: &mut dyn FnMut() -> Result<PublicScalar>,
    weights: &mut [PublicScalar],
) -> Result<()> {
    let children = match node {
        Node::Leaf(row) => {
            let slot = weights.get_mut(*row).ok_or(Error::Argument("formula"))?;
            *slot = weight;
            return Ok(());
        }
        Node::And(children) | Node::Or(children) | Node::Threshold(_, children) => children,
    };
    let each: Vec<PublicScalar> = match node {
        Node::Leaf(_) => Vec::new(),
        Node::And(_) => vec![weight; children.len()],
        Node::Or(_) => {
            let mut rest = weight;
            let mut each = Vec::with_capacity(children.len());
            for _ in 1..children.len() {
                let part = random()?;
                rest = rest - part;
                each.push(part);
            }
            each.push(rest);
            each
        }
        Node::Threshold(needed, _) => threshold(*needed, children.len(), weight, random)?,
    };
    children
        .iter()
        .zip(each)
        .try_for_each(|(child, weight)| spread(child, weight, random, weights))
}

/// Random coefficients a with sum of a\[i\] f(i) = `weight` f(0) for all f of degree below
/// `needed`: those of the points behind the first `needed` are free, these make up for them.
fn threshold(
    needed: u16,
    count: usize,
    weight: PublicScalar,
    random: &mut dyn FnMut() -> Result<PublicScalar>,
) -> Result<Vec<PublicScalar>> {
    let first: Vec<u16> = (1..=needed).collect();
    let mut each: Vec<PublicScalar> = lagrange_at_zero(&first)?
        .into_iter()
        .map(|coefficient| coefficient * weight)
        .collect();
    let last = u16::try_from(count).map_err(|_| Error::Argument("formula"))?;
    for index in needed + 1..=last {
        let free = random()?;
        for (own, coefficient) in each.iter_mut().zip(lagrange_at(&first, index)?) {
            *own = *own - free * coefficient;
        }
        each.push(free);
    }
    Ok(each)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::Scalar;
    use crate::policy::{Literal, Policy};

    fn counting() -> impl FnMut() -> Result<PublicScalar> {
        let mut next = 1_000;
        move || {
            next += 17;
            Ok(PublicScalar::from_u64(next))
        }
    }

    #[test]
    fn gives_the_secret_back_and_leaves_no_row_out() {
        for text in [
            "a=x",
            "a=x and b=y and c=z",
            "a=x or b=y or c=z",
            "2 of (a=x, b=y, c=z)",
            "3 of (a=x, b=y or c=z, d=q and e=r, f=s, g=t)",
            "1 of (a=x, b=y) and 3 of (c=x, d=x, e=x)",
            "(a=x or b=y and 2 of (c=z, a=x, d=q)) and (a=x or level>=3)",
        ] {
            let formula = Policy::parse(text).unwrap().formula().unwrap();
            let fresh: Vec<Scalar> = (0..formula.columns() as u64)
                .map(|i| Scalar::from_u64(77 + i * i))
                .collect();
            let secret = Scalar::from_u64(123_456_789);
            let shares = formula.share(secret, &fresh).unwrap();
            let weights = formula.spread(&mut counting()).unwrap();
            let sum =
                weights
                    .iter()
                    .zip(&shares.of_row)
                    .fold(Scalar::ZERO, |sum, (&weight, &place)| {
                        sum + Scalar::from(weight) * shares.values[usize::from(place)]
                    });
            assert!(sum == secret, "{text}");
            assert!(weights.iter().all(|weight| !weight.is_zero()), "{text}");
        }
    }

    #[test]
    fn a_failing_source_fails() {
        let formula = Policy::parse("a=x or b=y").unwrap().formula().unwrap();
        let failed = formula.spread(&mut || Err(Error::Randomness));
        assert_eq!(failed.err(), Some(Error::Randomness));
        let one = Literal::text("a", "x");
        assert!(formula.rows().contains(&one));
    }
}
