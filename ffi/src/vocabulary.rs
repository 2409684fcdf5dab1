//! Vocabularies: the codes that labels and consents are made of.

use hippocrypt::consent::Vocabulary;

use crate::answer::{Fixed, New};
use crate::argument::{Bytes, Ref};

noun!(Vocabulary, "hc_vocabulary", Shared, /// Frees a vocabulary.
    hc_vocabulary_free);

export! {
    /// The vocabulary that the release carries.
    fn hc_vocabulary_standard() -> vocabulary: New<Vocabulary> {
        Ok(Vocabulary::hv1()?)
    }

    /// Reads a vocabulary's text.
    fn hc_vocabulary_read(text[length]: Bytes) -> vocabulary: New<Vocabulary> {
        Ok(Vocabulary::read(text)?)
    }

    /// What names it in records and consents.
    fn hc_vocabulary_hash(vocabulary: Ref<Vocabulary>) -> hash: Fixed<32> {
        Ok(*vocabulary.hash())
    }
}
