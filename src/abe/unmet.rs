//! Why a key does not satisfy a policy, from public data alone.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::user_key::UserKey;
use crate::error::Result;
use crate::policy::{Attributes, Date, Policy};

/// A clause of a policy that a key does not meet, and whether it once did.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unmet {
    /// The key lacks attributes for this clause.
    Lacks(Policy),
    /// The key ended with this day. A renewed one meets the clause.
    Ended(Date, Policy),
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lacks(clause) => write!(f, "the key lacks: {clause}"),
            Self::Ended(end, clause) => write!(
                f,
                "the key ended with {end}; the record asks for {clause}: a renewed key opens it"
            ),
        }
    }
}

impl UserKey {
    /// What stands between this key and a policy of its authority: the [clauses](Policy::clauses)
    /// that it does not meet, none where it satisfies the policy. No secret is used.
    ///
    /// ```
    /// # use hippocrypt::{abe::AuthorityKey, policy::{Attributes, Date, Policy}};
    /// # let mut rng = getrandom::SysRng;
    /// let hospital = AuthorityKey::generate("St. Elsewhere", &mut rng)?;
    /// let nurse = Attributes::parse(["role=nurse"])?;
    /// let key = hospital.issue(&nurse, Date::parse("2027-12-31")?, &mut rng)?;
    /// let unmet = key.unmet(&Policy::parse("role=nurse and dept=icu")?)?;
    /// assert_eq!(unmet[0].to_string(), "the key lacks: dept=icu");
    /// # Ok::<(), hippocrypt::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Policy::formula`].
    pub fn unmet(&self, policy: &Policy) -> Result<Vec<Unmet>> {
        if self.satisfies(policy)? {
            return Ok(Vec::new());
        }
        let renewed = renewed(self.attributes())?;
        let mut unmet = Vec::new();
        for clause in policy.clauses()? {
            if self.satisfies(&clause)? {
                continue;
            }
            let literals = renewed.literals();
            let formula = clause.formula()?;
            let once = formula.is_satisfied(&|literal| literals.contains(literal));
            unmet.push(match self.attributes().expires() {
                Some(end) if once => Unmet::Ended(end, clause),
                _ => Unmet::Lacks(clause),
            });
        }
        Ok(unmet)
    }
}

/// The same attributes in a key that does not end.
fn renewed(attributes: &Attributes) -> Result<Attributes> {
    let own: Vec<String> = attributes
        .iter()
        .filter(|it| !matches!(it.name(), "issued" | "expires"))
        .map(ToString::to_string)
        .collect();
    Attributes::parse(own.iter().map(String::as_str))?
        .with_validity(attributes.issued(), Some(Date::MAX))
}
