//! Making a grant.

use alloc::vec::Vec;

use zeroize::{Zeroize, Zeroizing};

use super::Cache;
use super::committee::RELAYS;
use super::grant::{Grant, GrantShare, Verified};
use super::grant_terms::{GrantTerms, GrantTo, Through};
use super::header::{Dealt, GrantHeader, Grantee, POLICY_BYTES, ShownPolicy};
use super::party::PartyKeys;
use super::patient::PatientKey;
use crate::asymmetric::hpke;
use crate::curve::{G1, G2, Scalar};
use crate::error::{Error, Result};
use crate::policy::{Formula, LabelPolicy};
use crate::random::Randomness;
use crate::secret::Secret;
use crate::share::{Commitment, Polynomial};
use crate::symmetric::hkdf_extract;
use crate::tags;
use crate::transcript::{Transcript, Xof};
use crate::wire::Writer;

/// The sharing of a grant: x, what it commits to, and, unless the relays have it already, the
/// polynomial behind their shares.
struct Blinding {
    x: Secret<Scalar>,
    commitment: Commitment,
    polynomial: Option<Polynomial>,
}

impl PatientKey {
    /// Grants `terms.recipient` what satisfies `terms.policy`: the grant, and a share for each
    /// relay in their order, but for relays of a standing sharing, who have theirs. SPEC.md,
    /// section 14.5.
    ///
    /// Every scalar, and the ephemeral keys that parts are sealed with, follow from the patient's
    /// seed, 32 fresh bytes, and the header with the policy: a source that repeats itself never
    /// gives two policies the same shares, whose difference would open everything, and one that
    /// can be foreseen gives nothing away.
    ///
    /// # Errors
    /// [`Error::Argument`], [`Error::Duplicate`], [`Error::Time`], [`Error::Carer`] for the terms;
    /// [`Error::TooLarge`] for a policy of more than 128 KiB; [`Error::Sharing`] for a standing
    /// sharing of somebody else, or a policy that is hidden from its relays; those of
    /// [`SealPart`](super::SealPart); [`Error::Randomness`].
    pub fn grant(
        &self,
        terms: &GrantTerms<'_>,
        cache: &mut Cache,
        rng: &mut dyn Randomness,
    ) -> Result<(Grant<Verified>, Vec<GrantShare>)> {
        let (relays, threshold) = match &terms.through {
            Through::Relays { relays, threshold } => (
                relays.iter().map(|it| it.keys().clone()).collect(),
                *threshold,
            ),
            Through::Standing(sharing) => (sharing.relays.clone(), sharing.threshold),
        };
        if relays.len() > RELAYS {
            return Err(Error::Argument("a grant has 1 to 64 relays"));
        }
        if terms.policy.as_bytes().len() > POLICY_BYTES {
            return Err(Error::TooLarge("policy of a grant"));
        }
        let formula = terms.policy.formula()?;
        let salt = rng.secret()?;
        let mut header = GrantHeader {
            grant_id: [0; 16],
            sequence: terms.sequence,
            patient: self.profile().clone(),
            grantee: match terms.recipient {
                GrantTo::Recipient(recipient) => Grantee::Keys(recipient.keys().clone()),
                GrantTo::Role(sealer) => Grantee::Role(sealer.role().clone()),
            },
            policy: ShownPolicy::Open(terms.policy.clone()),
            not_before: terms.not_before,
            not_after: terms.not_after,
            conditions: terms.conditions.clone(),
            publisher: terms
                .publisher
                .unwrap_or_else(|| self.signing().verifying_key()),
            consent: terms.consent,
            epoch: None,
            sharing_id: [0; 16],
            threshold,
            relays,
        };
        // While the policy is shown: relays will not see what is hidden.
        header.check_its_carer()?;
        if terms.hide_policy {
            header.policy = ShownPolicy::Blind(blind(salt.expose(), terms.policy));
        }
        rng.fill(&mut header.grant_id)?;
        match &terms.through {
            Through::Relays { .. } => rng.fill(&mut header.sharing_id)?,
            Through::Standing(sharing) => {
                header.sharing_id = sharing.id;
                header.epoch = Some(sharing.epoch);
            }
        }
        header.check()?;

        let mut coins = self.coins(&header, terms.policy, rng)?;
        let blinding = self.blinding(&terms.through, &mut coins, cache)?;
        let rows = self.deal(&formula, &blinding.x, &mut coins, cache)?;
        let components = component_digest(rows.expose());
        let dealt = Dealt::new(header, &blinding.commitment, components)?;
        let digest = dealt.digest();

        let mut part = Writer::with_capacity(64 + rows.expose().len());
        if terms.hide_policy {
            part.array(salt.expose()).lp32(terms.policy.as_bytes())?;
        }
        part.bytes(rows.expose());
        let part = part.into_secret();
        let sealed = match terms.recipient {
            GrantTo::Recipient(recipient) => {
                let info = [tags::GRANT_TO_RECIPIENT, &digest].concat();
                let keys = recipient.keys();
                hpke::seal(&keys.hpke, &info, &[], part.expose(), &mut coins)?
            }
            GrantTo::Role(sealer) => sealer.seal_part(&part, &digest, &mut coins)?,
        };

        let mut shares = Vec::new();
        if let Some(polynomial) = &blinding.polynomial {
            for (index, keys) in (1u8..).zip(&dealt.header.relays) {
                let info = relay_info(&digest, index);
                shares.push(GrantShare {
                    grant: digest,
                    index,
                    sealed: seal_share(polynomial, index, keys, &info, &mut coins)?,
                });
            }
        }
        let signature = self.signing().sign(&[tags::GRANT_SIGNATURE, &digest]);
        Ok((Grant::assemble(dealt, signature, sealed), shares))
    }

    /// The stream that all scalars of a grant come from.
    fn coins(
        &self,
        header: &GrantHeader,
        policy: &LabelPolicy,
        rng: &mut dyn Randomness,
    ) -> Result<Xof> {
        let fresh = rng.secret()?;
        let salt = Transcript::new(tags::GRANT_COINS)
            .item(header.before_dealing()?.as_slice())
            .item(policy.as_bytes())
            .item(fresh.expose())
            .finish();
        let prk = hkdf_extract(&salt, self.grant_secret().expose());
        Ok(Xof::new(prk, tags::GRANT_COIN_STREAM))
    }

    /// x and, for a sharing of the grant's own, the polynomial with f(0) = x.
    fn blinding(
        &self,
        through: &Through<'_>,
        coins: &mut Xof,
        cache: &mut Cache,
    ) -> Result<Blinding> {
        match through {
            Through::Relays { threshold, .. } => {
                let x = coins.scalar()?;
                let polynomial = Polynomial::hiding(x.expose(), *threshold, coins)?;
                Ok(Blinding {
                    x,
                    commitment: polynomial.commit(|power| cache.second_power(power)),
                    polynomial: Some(polynomial),
                })
            }
            Through::Standing(sharing) => Ok(Blinding {
                x: self.sharing_secret(sharing, cache)?,
                commitment: sharing.commitment()?,
                polynomial: None,
            }),
        }
    }

    /// D = g1^lambda H(label)^rho and R = g2^(rho x) of each row, where lambda shares alpha / x,
    /// and rho is fresh for every row: one rho for two rows is a break. D of every row, then R of
    /// every row, as they travel.
    fn deal(
        &self,
        formula: &Formula,
        x: &Secret<Scalar>,
        coins: &mut Xof,
        cache: &mut Cache,
    ) -> Result<Secret<Vec<u8>>> {
        let inverse = Secret::new(x.expose().invert().ok_or(Error::Randomness)?);
        let secret = Secret::new(*self.alpha().expose() * *inverse.expose());
        let mut fresh = Secret::new(Vec::with_capacity(formula.columns()));
        for _ in 0..formula.columns() {
            fresh.expose_mut().push(*coins.scalar()?.expose());
        }
        let shares = formula.share(*secret.expose(), fresh.expose())?;
        let mut powers: Secret<Vec<G1>> = Secret::new(Vec::with_capacity(shares.values.len()));
        for share in &shares.values {
            powers.expose_mut().push(cache.first_power(share));
        }
        let rows = formula.rows().len();
        let mut first: Secret<Vec<G1>> = Secret::new(Vec::with_capacity(rows));
        let mut second: Secret<Vec<G2>> = Secret::new(Vec::with_capacity(rows));
        for (label, &place) in formula.rows().iter().zip(&shares.of_row) {
            let rho = coins.scalar()?;
            let power = powers
                .expose()
                .get(usize::from(place))
                .ok_or(Error::Argument("formula"))?;
            let hashed = cache.hash(label.as_bytes()) * rho.expose();
            first.expose_mut().push(*power + hashed);
            let exponent: Secret<Scalar> = Secret::new(*rho.expose() * *x.expose());
            second
                .expose_mut()
                .push(cache.second_power(exponent.expose()));
        }
        let mut bytes = Writer::with_capacity(rows * (G1::BYTES + G2::BYTES));
        let first = Zeroizing::new(G1::batch_to_bytes(first.expose()));
        bytes.bytes(first.as_flattened());
        let second = Zeroizing::new(G2::batch_to_bytes(second.expose()));
        bytes.bytes(second.as_flattened());
        Ok(bytes.into_secret())
    }
}

/// One relay's share of a polynomial, sealed to the relay.
pub(super) fn seal_share(
    polynomial: &Polynomial,
    index: u8,
    keys: &PartyKeys,
    info: &[u8],
    rng: &mut dyn Randomness,
) -> Result<[u8; 80]> {
    let share = polynomial.share(index)?;
    if share.value().expose().is_zero() {
        return Err(Error::Randomness);
    }
    let mut bytes = share.value().expose().to_bytes();
    let sealed = hpke::seal(&keys.hpke, info, &[], &bytes, rng);
    bytes.zeroize();
    sealed?
        .try_into()
        .map_err(|_| Error::TooLarge("sealed share"))
}

/// KEYC: the digest of the recipient's components.
pub(super) fn component_digest(rows: &[u8]) -> [u8; 32] {
    Transcript::new(tags::GRANT_COMPONENTS).item(rows).finish()
}

/// What a header shows of a policy that relays do not see.
pub(super) fn blind(salt: &[u8; 32], policy: &LabelPolicy) -> [u8; 32] {
    Transcript::new(tags::GRANT_POLICY)
        .item(salt)
        .item(policy.as_bytes())
        .finish()
}

/// HPKE info of one relay's share.
pub(super) fn relay_info(grant: &[u8; 32], index: u8) -> Vec<u8> {
    [tags::GRANT_TO_RELAY, grant, &[index]].concat()
}
