//! From powers of tau to the key of a circuit.

use ark_bls12_381::{Bls12_381, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_groth16::{ProvingKey, VerifyingKey};
use ark_poly::domain::DomainCoeff;
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use ark_relations::gr1cs::Matrix;

use super::powers::VerifiedPowers;
use crate::error::{Error, Result};
use crate::zk::prover::matrices::Matrices;

/// Sums of fewer terms are computed one by one.
const FEW: usize = 8;

/// The powers in the Lagrange basis: its polynomials at tau.
struct Lagrange {
    tau_1: Vec<G1Affine>,
    tau_2: Vec<G2Affine>,
    alpha: Vec<G1Affine>,
    beta: Vec<G1Affine>,
}

/// The key with gamma = delta = 1.
///
/// # Errors
/// [`Error::TooLarge`] for a circuit beyond the powers.
pub fn initial_key(matrices: &Matrices, powers: &VerifiedPowers) -> Result<ProvingKey<Bls12_381>> {
    let powers = powers.powers();
    let n = matrices.domain();
    let too_few = Error::TooLarge("constraints for these powers");
    let (Some(tau_1), Some(tau_2), Some(alpha), Some(beta)) = (
        powers.tau_1.get(..n),
        powers.tau_2.get(..n),
        powers.alpha.get(..n),
        powers.beta.get(..n),
    ) else {
        return Err(too_few);
    };
    let domain = Radix2EvaluationDomain::<Fr>::new(n).ok_or(too_few.clone())?;
    let lagrange = Lagrange {
        tau_1: basis(&domain, tau_1),
        tau_2: basis(&domain, tau_2),
        alpha: basis(&domain, alpha),
        beta: basis(&domain, beta),
    };
    let [alpha_g1, beta_g1] = [one(alpha)?, one(beta)?];
    let mut key = assemble(matrices, &lagrange)?;
    key.vk.alpha_g1 = alpha_g1;
    key.vk.beta_g2 = powers.beta_2;
    key.beta_g1 = beta_g1;
    // tau^i (tau^n - 1) for i < n - 1.
    let upper = powers.tau_1.get(n..2 * n - 1).ok_or(too_few)?;
    let products: Vec<G1Projective> = (upper.iter().zip(tau_1))
        .map(|(upper, lower)| upper.into_group() - lower)
        .collect();
    key.h_query = G1Projective::normalize_batch(&products);
    Ok(key)
}

/// Everything that is a sum over constraints; the rest is left at the generators.
fn assemble(matrices: &Matrices, lagrange: &Lagrange) -> Result<ProvingKey<Bls12_381>> {
    let [in_a, in_b, in_c] = matrices.rows.as_slice() else {
        return Err(Error::ProvingKey("a circuit without constraints"));
    };
    // The public inputs have rows of their own behind the constraints: A is 1 there.
    let one = Fr::from(1_u64);
    let inputs = (0..matrices.inputs).map(|column| vec![(one, column)]);
    let in_a: Matrix<Fr> = in_a.iter().cloned().chain(inputs).collect();
    let count = matrices.variables;
    let Lagrange {
        tau_1,
        tau_2,
        alpha,
        beta,
    } = lagrange;
    let rest = [(&in_a, &beta[..]), (in_b, alpha), (in_c, tau_1)];
    let mut rest = columns::<G1Projective>(&rest, count)?;
    let l_query = rest.split_off(matrices.inputs);
    let (one_1, one_2) = (G1Affine::generator(), G2Affine::generator());
    Ok(ProvingKey {
        vk: VerifyingKey {
            alpha_g1: one_1,
            beta_g2: one_2,
            gamma_g2: one_2,
            delta_g2: one_2,
            gamma_abc_g1: rest,
        },
        beta_g1: one_1,
        delta_g1: one_1,
        a_query: columns::<G1Projective>(&[(&in_a, tau_1)], count)?,
        b_g1_query: columns::<G1Projective>(&[(in_b, tau_1)], count)?,
        b_g2_query: columns::<G2Projective>(&[(in_b, tau_2)], count)?,
        h_query: Vec::new(),
        l_query,
    })
}

/// For each column the sum over all rows of its coefficient times the row's point.
fn columns<G: VariableBaseMSM<ScalarField = Fr>>(
    sources: &[(&Matrix<Fr>, &[G::MulBase])],
    count: usize,
) -> Result<Vec<G::MulBase>> {
    let outside = || Error::ProvingKey("a circuit beyond its domain");
    let mut terms = vec![(Vec::new(), Vec::new()); count];
    for (matrix, points) in sources {
        if matrix.len() > points.len() {
            return Err(outside());
        }
        for (row, point) in matrix.iter().zip(*points) {
            for (coefficient, column) in row {
                let (bases, factors) = terms.get_mut(*column).ok_or_else(outside)?;
                bases.push(*point);
                factors.push(*coefficient);
            }
        }
    }
    let sums: Vec<G> = (terms.iter())
        .map(|(bases, factors)| sum(bases, factors))
        .collect();
    Ok(G::batch_convert_to_mul_base(&sums))
}

fn sum<G: VariableBaseMSM<ScalarField = Fr>>(points: &[G::MulBase], factors: &[Fr]) -> G {
    // A few are not worth the tables; most of those are 1 or -1.
    if points.len() >= FEW {
        return G::msm_unchecked(points, factors);
    }
    let one = Fr::from(1_u64);
    let product = |(point, factor): (&G::MulBase, &Fr)| {
        let point = G::from(*point);
        match *factor {
            factor if factor == one => point,
            factor if factor == -one => -point,
            factor => point * factor,
        }
    };
    points.iter().zip(factors).map(product).sum()
}

/// The polynomials' values of which these points are the coefficients' powers.
fn basis<P>(domain: &Radix2EvaluationDomain<Fr>, points: &[P]) -> Vec<P>
where
    P: AffineRepr<ScalarField = Fr>,
    P::Group: CurveGroup<Affine = P> + DomainCoeff<Fr>,
{
    let points: Vec<P::Group> = points.iter().map(|point| point.into_group()).collect();
    P::Group::normalize_batch(&domain.ifft(&points))
}

fn one(points: &[G1Affine]) -> Result<G1Affine> {
    points.first().copied().ok_or(Error::Truncated)
}
