//! What a record is, before it is sealed.

use hippocrypt::envelope::{Record, Suite};
use hippocrypt::policy::{LabelKey, Labels};

use crate::answer::New;
use crate::argument::{Bytes, Mut, Ref, Text, Texts};
use crate::fault::Fault;

noun!(Record, "hc_record", Exclusive, /// Frees a record's description.
    hc_record_free);

export! {
    /// A record of this name, without labels and time.
    fn hc_record_new(id: Text) -> record: New<Record> {
        Ok(Record::new(id)?)
    }

    /// When it is sealed.
    fn hc_record_set_created(record: Mut<Record>, unix_seconds: u64) {
        *record = record.clone().created(unix_seconds);
        Ok(())
    }

    /// Its labels.
    fn hc_record_set_labels(record: Mut<Record>, labels[count]: Texts) {
        *record = record.clone().labels(Labels::parse(labels)?);
        Ok(())
    }

    /// Its labels, so that only holders of a key can tell them.
    fn hc_record_set_blinded_labels(record: Mut<Record>, labels[count]: Texts, key: Ref<LabelKey>) {
        *record = record.clone().blinded_labels(&Labels::parse(labels)?, key);
        Ok(())
    }

    /// The vocabulary that the labels are from.
    fn hc_record_set_vocabulary(record: Mut<Record>, vocabulary: Ref<hippocrypt::consent::Vocabulary>) {
        *record = record.clone().vocabulary(*vocabulary.hash());
        Ok(())
    }

    /// Bytes that stay readable.
    fn hc_record_set_clear_metadata(record: Mut<Record>, bytes[length]: Bytes) {
        *record = record.clone().clear_metadata(bytes)?;
        Ok(())
    }

    /// Bytes that are sealed with the header.
    fn hc_record_set_sealed_metadata(record: Mut<Record>, bytes[length]: Bytes) {
        *record = record.clone().sealed_metadata(bytes)?;
        Ok(())
    }

    /// What encrypts the payload.
    fn hc_record_set_suite(record: Mut<Record>, suite: u8) {
        let suite = Suite::from_byte(suite).map_err(|_| Fault::Value)?;
        *record = record.clone().suite(suite);
        Ok(())
    }

    /// In chunks of how many bytes.
    fn hc_record_set_chunk_size(record: Mut<Record>, bytes: u32) {
        *record = record.clone().chunk_size(bytes)?;
        Ok(())
    }
}
