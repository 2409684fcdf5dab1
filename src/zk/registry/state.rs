//! Everything that a registry keeps, and its rules.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use super::{Checkpoint, PlaceReceipt, PlaceRevocation};
use crate::asymmetric::{Signer, VerifyingKey};
use crate::error::{Error, Result};
use crate::keys::file;
use crate::random::Randomness;
use crate::tags::Kind;
use crate::wire::Reader;
use crate::zk::field::{self, Use};
use crate::zk::poseidon::hash2;
use crate::zk::sparse_tree::SparseTree;
use crate::zk::{
    ConsentPublicKey, Depth, EnrolmentPath, ProvenKey, REVOCATION_LEVELS, RevocationPath, Scalar,
};

/// Most entries of one list of a stored registry.
const ENTRIES: usize = 1 << 24;
/// Draws of a free place before the registry gives up: with half of all places taken, one in 2^64
/// searches that should succeed does not.
const DRAWS: usize = 64;

/// A registry of keys that sign consents, and of places of consents that can be revoked.
///
/// It holds no secret: signing takes the registry's Ed25519 key as an argument. Whoever fills a
/// registry decides who counts as a patient; proofs say nothing about that.
///
/// Bytes of the object's body (SPEC.md, section 19.2): registry's Ed25519 key (32) || u8 levels ||
/// u32 count of keys, each 32 || u32 count of places, in ascending order, each u32 index ||
/// revoker's Ed25519 key (32) || u8 1 if revoked || the nodes of the enrolment tree || those of the
/// revocation tree.
#[derive(Clone)]
pub struct Registry {
    key: VerifyingKey,
    depth: Depth,
    /// The enrolled keys in the order of their places.
    keys: Vec<[u8; 32]>,
    known: BTreeSet<[u8; 32]>,
    enrolment: SparseTree,
    places: BTreeMap<u32, Place>,
    revocation: SparseTree,
}

#[derive(Clone, Copy)]
struct Place {
    revoker: [u8; 32],
    revoked: bool,
}

impl Registry {
    /// An empty registry that signs with this key.
    #[must_use]
    pub fn new(key: VerifyingKey, depth: Depth) -> Self {
        let nobody = hash2(Use::EmptyLeaf, [Scalar::ZERO; 2]);
        // Places that were never given read as revoked.
        let revoked = field::of_u128(u128::MAX);
        Self {
            key,
            depth,
            keys: Vec::new(),
            known: BTreeSet::new(),
            enrolment: SparseTree::new(Use::EnrolmentNode, depth.levels(), nobody),
            places: BTreeMap::new(),
            revocation: SparseTree::new(Use::RevocationNode, REVOCATION_LEVELS, revoked),
        }
    }

    /// The key that it signs with: what verifiers pin.
    #[must_use]
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// The height of the enrolment tree.
    #[must_use]
    pub fn depth(&self) -> Depth {
        self.depth
    }

    /// How many keys are enrolled.
    #[must_use]
    pub fn enrolled(&self) -> usize {
        self.keys.len()
    }

    /// Enrols a key; gives its place. The key's type refuses the identity, small orders and keys
    /// whose holder did not prove to have the secret.
    ///
    /// # Errors
    /// [`Error::Registry`] for a key that is enrolled, and when all places are taken.
    pub fn enrol(&mut self, key: &ProvenKey) -> Result<u32> {
        let key = key.key();
        let bytes = key.to_bytes();
        if self.known.contains(&bytes) {
            return Err(Error::Registry("this key is enrolled"));
        }
        let full = Error::Registry("no place is left");
        let place = u32::try_from(self.keys.len()).map_err(|_| full.clone())?;
        if u64::from(place) >= self.depth.places() || self.keys.len() >= ENTRIES {
            return Err(full);
        }
        self.keys.push(bytes);
        self.known.insert(bytes);
        self.enrolment.set(place, key.leaf());
        Ok(place)
    }

    /// Gives a place for one consent, drawn at random among the free ones, to whoever has the
    /// revoker's key. It is never given again.
    ///
    /// # Errors
    /// [`Error::Registry`] for another registry's signer, or when none is found;
    /// [`Error::Randomness`]; those of the signer.
    pub fn give_place(
        &mut self,
        revoker: &VerifyingKey,
        time: u64,
        signer: &dyn Signer,
        rng: &mut dyn Randomness,
    ) -> Result<PlaceReceipt> {
        self.own(signer)?;
        if self.places.len() >= ENTRIES {
            return Err(Error::Registry("no place is left"));
        }
        let index = self.free(rng)?;
        let receipt = PlaceReceipt::sign(signer, index, *revoker, time)?;
        let place = Place {
            revoker: revoker.to_bytes(),
            revoked: false,
        };
        self.places.insert(index, place);
        self.place_bitmap(index);
        Ok(receipt)
    }

    fn free(&self, rng: &mut dyn Randomness) -> Result<u32> {
        for _ in 0..DRAWS {
            let mut bytes = [0; 4];
            rng.fill(&mut bytes)?;
            let index = u32::from_be_bytes(bytes);
            if !self.places.contains_key(&index) {
                return Ok(index);
            }
        }
        Err(Error::Registry("no place is left"))
    }

    /// Revokes a consent, for good; a second time changes nothing.
    ///
    /// # Errors
    /// [`Error::Registry`] for a place that was never given; [`Error::Verify`] unless the key of
    /// its receipt signed.
    pub fn revoke(&mut self, revocation: &PlaceRevocation) -> Result<()> {
        let index = revocation.index();
        let place = self.places.get_mut(&index);
        let place = place.ok_or(Error::Registry("a place that was never given"))?;
        revocation.check(&self.key, &VerifyingKey::from_bytes(&place.revoker)?)?;
        place.revoked = true;
        self.place_bitmap(index);
        Ok(())
    }

    /// The 128 bits around a place.
    fn bitmap(&self, index: u32) -> u128 {
        let given = self.places.range(index & !127..=index | 127);
        let in_force = given.filter(|(_, place)| !place.revoked);
        in_force.fold(u128::MAX, |bits, (index, _)| bits & !(1 << (index & 127)))
    }

    fn place_bitmap(&mut self, index: u32) {
        let bitmap = field::of_u128(self.bitmap(index));
        self.revocation.set(index >> 7, bitmap);
    }

    /// Both roots as they are now, signed.
    ///
    /// # Errors
    /// [`Error::Registry`] for another registry's signer; those of the signer.
    pub fn checkpoint(&self, time: u64, signer: &dyn Signer) -> Result<Checkpoint> {
        self.own(signer)?;
        let roots = (self.enrolment.root(), self.revocation.root());
        Checkpoint::sign(signer, time, self.depth, roots.0, roots.1)
    }

    /// Whether these are the roots that it has now.
    #[must_use]
    pub fn has_roots_of(&self, checkpoint: &Checkpoint) -> bool {
        checkpoint.enrolment_root() == self.enrolment.root()
            && checkpoint.revocation_root() == self.revocation.root()
    }

    fn own(&self, signer: &dyn Signer) -> Result<()> {
        if signer.verifying_key() == self.key {
            Ok(())
        } else {
            Err(Error::Registry("the signing key is another registry's"))
        }
    }

    /// The path of an enrolled key.
    ///
    /// # Errors
    /// [`Error::Registry`] for a key that is not enrolled.
    pub fn enrolment_path(&self, key: &ConsentPublicKey) -> Result<EnrolmentPath> {
        let bytes = key.to_bytes();
        let place = self.keys.iter().position(|it| *it == bytes);
        let place = place.and_then(|place| u32::try_from(place).ok());
        let place = place.ok_or(Error::Registry("this key is not enrolled"))?;
        EnrolmentPath::new(place, self.enrolment.path(place))
    }

    /// The path of a consent's place, whether it was given or not.
    #[must_use]
    pub fn revocation_path(&self, index: u32) -> RevocationPath {
        let mut siblings = [[Scalar::ZERO; 3]; REVOCATION_LEVELS];
        for (to, from) in siblings.iter_mut().zip(self.revocation.path(index >> 7)) {
            *to = from;
        }
        RevocationPath::new(index, self.bitmap(index), siblings)
    }

    /// The object, with its checksum.
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut writer = file::begin(Kind::ConsentRegistry);
        writer
            .array(&self.key.to_bytes())
            .u8(self.depth.levels() as u8);
        // ENTRIES at most.
        writer.u32(self.keys.len() as u32);
        for key in &self.keys {
            writer.array(key);
        }
        writer.u32(self.places.len() as u32);
        for (index, place) in &self.places {
            writer.u32(*index).array(&place.revoker).flag(place.revoked);
        }
        self.enrolment.write(&mut writer)?;
        self.revocation.write(&mut writer)?;
        Ok(file::finish(writer).into_vec())
    }

    /// Reads a registry. Its nodes are not computed anew: a path from it counts only where its
    /// root is that of a signed checkpoint.
    ///
    /// # Errors
    /// The decoding errors.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        file::decode(Kind::ConsentRegistry, bytes, Self::read)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let key = VerifyingKey::from_bytes(reader.array_ref()?)?;
        let mut registry = Self::new(key, Depth::from_levels(reader.u8()?)?);
        for _ in 0..count(reader, 32)? {
            let key = reader.array()?;
            if !registry.known.insert(key) {
                return Err(Error::NotCanonical("keys of a registry"));
            }
            registry.keys.push(key);
        }
        if registry.keys.len() as u64 > registry.depth.places() {
            return Err(Error::Length("keys of a registry"));
        }
        for _ in 0..count(reader, 37)? {
            let index = reader.u32()?;
            let last = registry.places.last_key_value();
            if last.is_some_and(|(last, _)| *last >= index) {
                return Err(Error::NotCanonical("places of a registry"));
            }
            let place = Place {
                revoker: reader.array()?,
                revoked: reader.flag()?,
            };
            registry.places.insert(index, place);
        }
        registry.enrolment = registry.enrolment.read(reader)?;
        registry.revocation = registry.revocation.read(reader)?;
        Ok(registry)
    }
}

/// The number of entries of a list.
fn count(reader: &mut Reader<'_>, entry: usize) -> Result<usize> {
    let count = reader.u32()? as usize;
    if count > ENTRIES || count.saturating_mul(entry) > reader.remaining() {
        return Err(Error::Length("list of a registry"));
    }
    Ok(count)
}
