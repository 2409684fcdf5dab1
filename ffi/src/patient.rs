//! Patients: their keys, profiles, and how a lost key comes back.

use hippocrypt::policy::Labels;
use hippocrypt::pre::{
    PatientKey, PatientProfile, RecipientKey, RecipientPublic, ReleasedShare, SeedBackup,
    Succession, TrusteeShare, Verified,
};

use crate::answer::{Fixed, New, NewList, NewOrNone, Number};
use crate::argument::{Bytes, Ref, Refs, Text};
use crate::buffer::{Buffer, Words, binary};
use crate::callback::{Random, Store};

object!(
    PatientKey,
    "hc_patient_key",
    hc_patient_key_from_bytes,
    hc_patient_key_to_bytes,
    hc_patient_key_free,
    secret,
    hc_patient_key_load,
    hc_patient_key_store
);
object!(
    PatientProfile,
    "hc_patient_profile",
    hc_patient_profile_from_bytes,
    hc_patient_profile_to_bytes,
    hc_patient_profile_free,
    plain
);
object!(
    TrusteeShare,
    "hc_trustee_share",
    hc_trustee_share_from_bytes,
    hc_trustee_share_to_bytes,
    hc_trustee_share_free,
    plain
);
object!(
    ReleasedShare,
    "hc_released_share",
    hc_released_share_from_bytes,
    hc_released_share_to_bytes,
    hc_released_share_free,
    plain
);
object!(
    SeedBackup,
    "hc_seed_backup",
    hc_seed_backup_from_bytes,
    hc_seed_backup_to_bytes,
    hc_seed_backup_free,
    plain
);
noun!(Succession<Verified>, "hc_succession", Shared, /// Frees a succession.
    hc_succession_free);

export! {
    /// A new patient.
    fn hc_patient_key_generate(random: Random) -> key: New<PatientKey> {
        Ok(PatientKey::generate(&mut random)?)
    }

    /// The half that everybody may have.
    fn hc_patient_key_profile(key: Ref<PatientKey>) -> profile: New<PatientProfile> {
        Ok(key.profile().clone())
    }

    /// Splits the recovery secret among trustees for the first time.
    fn hc_patient_key_split(key: Ref<PatientKey>, trustees[trustee_count]: Refs<RecipientPublic>, threshold: u8, random: Random)
        -> (next: New<PatientKey>, shares[share_count]: NewList<TrusteeShare>) {
        let trustees: Vec<RecipientPublic> = trustees.into_iter().cloned().collect();
        let split = key.split(&trustees, threshold, &mut random)?;
        Ok((split.key, split.shares))
    }

    /// Splits a new recovery secret among trustees, old or new.
    fn hc_patient_key_split_again(key: Ref<PatientKey>, trustees[trustee_count]: Refs<RecipientPublic>, threshold: u8, random: Random)
        -> (next: New<PatientKey>, shares[share_count]: NewList<TrusteeShare>, succession: NewOrNone<Succession<Verified>>) {
        let trustees: Vec<RecipientPublic> = trustees.into_iter().cloned().collect();
        let split = key.split_again(&trustees, threshold, &mut random)?;
        Ok((split.key, split.shares, split.succession))
    }

    /// The key, from shares that trustees released to this device.
    fn hc_patient_key_recover(shares[share_count]: Refs<ReleasedShare>, device: Ref<RecipientKey>, backups[backup_count]: Refs<SeedBackup>)
        -> key: New<PatientKey> {
        let shares: Vec<ReleasedShare> = shares.into_iter().cloned().collect();
        let backups: Vec<SeedBackup> = backups.into_iter().cloned().collect();
        Ok(PatientKey::recover(&shares, device, &backups)?)
    }

    /// A successor with a new seed.
    fn hc_patient_key_rotate(key: Ref<PatientKey>, random: Random)
        -> (next: New<PatientKey>, succession: New<Succession<Verified>>, backup: NewOrNone<SeedBackup>) {
        let rotation = key.rotate(&mut random)?;
        Ok((rotation.key, rotation.succession, rotation.backup))
    }

    /// What names the patient in records.
    fn hc_patient_profile_id(profile: Ref<PatientProfile>) -> id: Fixed<32> {
        Ok(*profile.id().as_bytes())
    }

    /// Twelve words to compare over the telephone.
    fn hc_patient_profile_fingerprint(profile: Ref<PatientProfile>) -> words: New<Words> {
        Ok(Words::new(&profile.fingerprint().to_words()))
    }

    /// A drill: whether a share is whole, and opens with the trustee's key.
    fn hc_trustee_share_check(share: Ref<TrusteeShare>, key: Ref<RecipientKey>) {
        Ok(share.check(key)?)
    }

    /// Whether a share is of the split that the profile speaks of.
    fn hc_trustee_share_is_current(share: Ref<TrusteeShare>, profile: Ref<PatientProfile>) {
        Ok(share.is_current(profile)?)
    }

    /// The patient whose share it is, as the split knew them.
    fn hc_trustee_share_profile(share: Ref<TrusteeShare>) -> profile: New<PatientProfile> {
        Ok(share.profile().clone())
    }

    /// Which share it is, and how many of how many give the key back.
    fn hc_trustee_share_numbers(share: Ref<TrusteeShare>) -> (index: Number<u8>, threshold: Number<u8>, count: Number<u8>) {
        let (threshold, count) = share.trustees();
        Ok((share.index(), threshold, count))
    }

    /// Releases a share to the device that recovers.
    fn hc_trustee_share_release(share: Ref<TrusteeShare>, key: Ref<RecipientKey>, device: Ref<RecipientPublic>, random: Random)
        -> released: New<ReleasedShare> {
        Ok(share.release(key, device, &mut random)?)
    }

    /// Reads a succession and verifies it, for who knows the earlier profile.
    fn hc_succession_verify(bytes[length]: Bytes, known: Ref<PatientProfile>) -> succession: New<Succession<Verified>> {
        Ok(binary(bytes, |bytes| Succession::from_bytes(bytes)?.verify(known))?)
    }

    /// The bytes of a succession.
    fn hc_succession_to_bytes(succession: Ref<Succession<Verified>>) -> bytes: New<Buffer> {
        Ok(Buffer::plain(succession.to_bytes()))
    }

    /// The later profile.
    fn hc_succession_later(succession: Ref<Succession<Verified>>) -> profile: New<PatientProfile> {
        Ok(succession.later().clone())
    }
}

/// Labels as capsules have them.
pub fn label_set(labels: Vec<&str>) -> hippocrypt::Result<hippocrypt::policy::LabelSet> {
    Ok((&Labels::parse(labels)?).into())
}
