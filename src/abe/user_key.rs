//! A holder's key for a set of attributes.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::Cache;
use super::public::{AuthorityId, AuthorityPublic};
use crate::curve::{G1, G2, Gt, PublicScalar, Right, multi_scalar_g1, pairing_product};
use crate::error::{Error, Result};
use crate::keys::file;
use crate::policy::{Attributes, Date, Literal, Policy};
use crate::random::Randomness;
use crate::secret::Secret;
use crate::symmetric::hkdf;
use crate::tags::{self, Kind};
use crate::wire::Reader;

/// Longest attribute set in a key, in bytes.
pub(super) const ATTRIBUTE_BYTES: usize = 32 * 1024;

/// What the authority notes about the act of issuing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Issued {
    /// When, in Unix seconds; 0 when unknown. Information only: nothing is bound to it.
    pub at: u64,
    /// The attribute `issued`, which policies can compare; none unless asked for.
    pub attribute: Option<Date>,
}

/// A holder's key.
///
/// Bytes of the object's body (SPEC.md, section 6.2): authority id (32) || key id (16) || u64
/// time of issue || u16 length || attributes || sk3 (96) || sk2 (48) || sk1 (48 for each literal
/// of the attributes, in their order).
pub struct UserKey {
    authority: AuthorityId,
    key_id: [u8; 16],
    issued_at: u64,
    attributes: Attributes,
    pub(super) literals: Vec<Literal>,
    /// Positions in `literals`, ascending by literal: decapsulation looks up every row.
    ascending: Vec<u16>,
    pub(super) components: Components,
    rejection: Secret<[u8; 32]>,
}

/// sk1, sk2 and sk3.
pub(super) struct Components {
    pub(super) first: Secret<Vec<G1>>,
    pub(super) second: Secret<G1>,
    pub(super) third: G2,
}

impl UserKey {
    pub(super) fn assemble(
        authority: AuthorityId,
        key_id: [u8; 16],
        issued_at: u64,
        attributes: Attributes,
        components: Components,
    ) -> Self {
        let literals = attributes.literals();
        let mut ascending: Vec<u16> = (0u16..).take(literals.len()).collect();
        ascending.sort_by_key(|&at| literals.get(usize::from(at)));
        let rejection = Secret::build(|_| ());
        let mut key = Self {
            authority,
            key_id,
            issued_at,
            attributes,
            literals,
            ascending,
            components,
            rejection,
        };
        // z hangs on the whole key, so a re-randomised copy rejects differently.
        key.rejection = hkdf(&[], key.to_bytes().expose(), &[tags::CP_REJECT_SECRET]);
        key
    }

    /// The authority that issued it.
    #[must_use]
    pub fn authority(&self) -> &AuthorityId {
        &self.authority
    }

    /// A random number for inventories: information, bound to nothing.
    #[must_use]
    pub fn key_id(&self) -> &[u8; 16] {
        &self.key_id
    }

    /// When it was issued, in Unix seconds, 0 if unknown: information, bound to nothing.
    #[must_use]
    pub fn issued_at(&self) -> u64 {
        self.issued_at
    }

    /// What the key is for.
    #[must_use]
    pub fn attributes(&self) -> &Attributes {
        &self.attributes
    }

    /// Whether the key's attributes satisfy `policy`: public data on both sides.
    ///
    /// # Errors
    /// Those of [`Policy::formula`].
    pub fn satisfies(&self, policy: &Policy) -> Result<bool> {
        let formula = policy.formula()?;
        Ok(formula.is_satisfied(&|literal| self.component(literal).is_some()))
    }

    /// Whether every part of the key is what this authority issues for these attributes:
    /// `e(sk2,g2) = E e(b,sk3)` and `e(sk1[x],g2) = e(H(x),sk3)` for all x, checked together
    /// under random 128-bit weights. SPEC.md, section 7.2.
    ///
    /// # Errors
    /// [`Error::NoStanza`] for another authority's key, [`Error::Verify`] when a part is wrong,
    /// [`Error::Randomness`].
    pub fn check(
        &self,
        authority: &AuthorityPublic,
        cache: &mut Cache,
        rng: &mut dyn Randomness,
    ) -> Result<()> {
        if self.authority != *authority.id() {
            return Err(Error::NoStanza);
        }
        let mut weights = Vec::with_capacity(self.literals.len());
        for _ in &self.literals {
            let mut bytes = [0; 16];
            rng.fill(&mut bytes)?;
            weights.push(PublicScalar::from_u128(u128::from_be_bytes(bytes)));
        }
        let hashes: Vec<G1> = self
            .literals
            .iter()
            .map(|literal| cache.hash(literal))
            .collect();
        let left = self.second() + multi_scalar_g1(self.components.first.expose(), &weights);
        let right = cache.base() + multi_scalar_g1(&hashes, &weights);
        let product = pairing_product(&[
            (left, Right::Point(&G2::generator())),
            (-right, Right::Point(&self.components.third)),
        ]);
        let expected: &Gt = authority.parameter();
        if product == *expected {
            Ok(())
        } else {
            Err(Error::Verify)
        }
    }

    /// The canonical bytes of the secret object, for a key file or a key store: 242 bytes, the
    /// attributes' bytes and 48 for each literal.
    #[must_use]
    pub fn to_bytes(&self) -> Secret<Vec<u8>> {
        let attributes = self.attributes.to_bytes();
        let mut writer = file::begin(Kind::UserKey);
        writer
            .array(self.authority.as_bytes())
            .array(&self.key_id)
            .u64(self.issued_at);
        writer.u16(attributes.len() as u16).bytes(&attributes); // at most ATTRIBUTE_BYTES
        writer
            .array(&self.components.third.to_bytes())
            .array(&self.second().to_bytes());
        let first = Zeroizing::new(G1::batch_to_bytes(self.components.first.expose()));
        first.iter().for_each(|component| {
            writer.array(component);
        });
        file::finish(writer).into_secret()
    }

    /// Reads exactly the bytes of [`UserKey::to_bytes`].
    ///
    /// # Errors
    /// The decoding errors (100-115) and those of attributes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let parsed = file::decode(Kind::UserKey, bytes, Parsed::read)?;
        let Parsed {
            authority,
            key_id,
            issued_at,
            attributes,
            third,
            points,
        } = parsed;
        // As `issue` makes them: with an end that does not lie before the beginning.
        match (attributes.issued(), attributes.expires()) {
            (_, None) => return Err(Error::Field("a key without an end")),
            (Some(issued), Some(end)) if end < issued => {
                return Err(Error::Field("a key that ends before it begins"));
            }
            _ => {}
        }
        let mut points = Reader::new(points);
        let third = G2::from_bytes(third)?;
        let second = Secret::new(G1::from_bytes(points.array_ref()?)?);
        let mut first = Vec::with_capacity(points.remaining() / G1::BYTES);
        while !points.is_empty() {
            first.push(G1::from_bytes(points.array_ref()?)?);
        }
        let components = Components {
            first: Secret::new(first),
            second,
            third,
        };
        Ok(Self::assemble(
            authority, key_id, issued_at, attributes, components,
        ))
    }

    /// sk1 for `literal`, if the key has it.
    pub(super) fn component(&self, literal: &Literal) -> Option<G1> {
        let found = self
            .ascending
            .binary_search_by_key(&Some(literal), |&at| self.literals.get(usize::from(at)))
            .ok()?;
        let at = usize::from(*self.ascending.get(found)?);
        self.components.first.expose().get(at).copied()
    }

    pub(super) fn second(&self) -> G1 {
        *self.components.second.expose()
    }

    pub(super) fn third(&self) -> G2 {
        self.components.third
    }

    pub(super) fn rejection(&self) -> &Secret<[u8; 32]> {
        &self.rejection
    }
}

/// A key's fields as read: only the attributes are decoded, for they tell the length.
struct Parsed<'a> {
    authority: AuthorityId,
    key_id: [u8; 16],
    issued_at: u64,
    attributes: Attributes,
    third: &'a [u8; G2::BYTES],
    /// sk2 and every sk1.
    points: &'a [u8],
}

impl<'a> Parsed<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self> {
        let authority = AuthorityId::from_bytes(reader.array()?);
        let (key_id, issued_at) = (reader.array()?, reader.u64()?);
        let attributes = Attributes::from_bytes(reader.lp16(ATTRIBUTE_BYTES)?)?;
        let third = reader.array_ref()?;
        let points = reader.bytes(G1::BYTES * (1 + attributes.literals().len()))?;
        Ok(Self {
            authority,
            key_id,
            issued_at,
            attributes,
            third,
            points,
        })
    }
}
