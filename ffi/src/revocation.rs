//! Revocations: the lists that relays ask for, and the state of who publishes them.

use hippocrypt::pre::{PatientKey, PublisherState, RevocationList};

use crate::answer::{New, Number};
use crate::argument::{Array, Bytes, Look, Mut, Ref};
use crate::buffer::{Buffer, binary};

object!(
    RevocationList,
    "hc_revocation_list",
    hc_revocation_list_from_bytes,
    hc_revocation_list_to_bytes,
    hc_revocation_list_free,
    plain
);
noun!(PublisherState, "hc_publisher_state", Exclusive, /// Frees a publisher's state: keep its bytes before.
    hc_publisher_state_free);

export! {
    /// The state of a patient who has granted and revoked nothing yet.
    fn hc_publisher_state_new(key: Ref<PatientKey>) -> state: New<PublisherState> {
        Ok(PublisherState::new(*key.profile().signing_key()))
    }

    /// Reads the patient's state.
    fn hc_publisher_state_from_bytes(bytes[length]: Bytes, key: Ref<PatientKey>) -> state: New<PublisherState> {
        let owner = key.profile().signing_key();
        Ok(binary(bytes, |bytes| PublisherState::from_bytes(bytes, owner))?)
    }

    /// The bytes of the state.
    fn hc_publisher_state_to_bytes(state: Look<PublisherState>) -> bytes: New<Buffer> {
        Ok(Buffer::plain(state.to_bytes()?))
    }

    /// The number of the next grant.
    fn hc_publisher_state_next_grant(state: Mut<PublisherState>, now: u64) -> sequence: Number<u64> {
        Ok(state.next_grant(now)?)
    }

    /// Revokes a grant.
    fn hc_publisher_state_revoke(state: Mut<PublisherState>, key: Ref<PatientKey>, grant: Array<16>, now: u64) {
        Ok(state.revoke(key, grant, now)?)
    }

    /// Revokes every grant until now.
    fn hc_publisher_state_revoke_all(state: Mut<PublisherState>, key: Ref<PatientKey>, now: u64) {
        state.revoke_all(key, now)?;
        Ok(())
    }

    /// Revokes every grant, also later ones: the key has a successor.
    fn hc_publisher_state_retire(state: Mut<PublisherState>, key: Ref<PatientKey>, now: u64) {
        Ok(state.retire(key, now)?)
    }

    /// Takes over the entries of a list from before.
    fn hc_publisher_state_take(state: Mut<PublisherState>, list: Ref<RevocationList>) {
        Ok(state.take(list)?)
    }

    /// A current list.
    fn hc_publisher_state_publish(state: Mut<PublisherState>, key: Ref<PatientKey>, now: u64) -> list: New<RevocationList> {
        Ok(state.publish_as(key, now)?)
    }
}
