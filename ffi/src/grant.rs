//! Grants: what a patient allows a recipient, through relays.

use hippocrypt::asymmetric::VerifyingKey;
use hippocrypt::keys::SignerPublic;
use hippocrypt::policy::LabelPolicy;
use hippocrypt::pre::{
    Cache, Conditions, Grant, GrantShare, GrantTerms, GrantTo, PatientKey, RecipientGrant,
    RecipientKey, RecipientPublic, RelayPublic, Through, Verified,
};
use serde_json::json;

use crate::answer::{Fixed, New, NewList, Number};
use crate::argument::{Array, Bytes, Flag, Look, Mut, Ref, Refs, Texts};
use crate::buffer::{Buffer, Words, binary};
use crate::callback::Random;
use crate::inspect::hex;

/// What a grant will say.
pub struct Draft {
    policy: LabelPolicy,
    recipient: RecipientPublic,
    relays: Vec<RelayPublic>,
    threshold: u8,
    hide_policy: bool,
    not_before: u64,
    not_after: u64,
    conditions: Conditions,
    publisher: Option<VerifyingKey>,
    consent: Option<[u8; 32]>,
}

noun!(Draft, "hc_grant_draft", Exclusive, /// Frees a draft.
    hc_grant_draft_free);
noun!(Grant<Verified>, "hc_grant", Shared, /// Frees a grant.
    hc_grant_free);
noun!(RecipientGrant, "hc_recipient_grant", Shared, /// Wipes and frees an installed grant.
    hc_recipient_grant_free);
object!(
    GrantShare,
    "hc_grant_share",
    hc_grant_share_from_bytes,
    hc_grant_share_to_bytes,
    hc_grant_share_free,
    plain
);

export! {
    /// What a recipient may open, through which relays.
    fn hc_grant_draft_new(policy: Ref<LabelPolicy>, recipient: Ref<RecipientPublic>, relays[count]: Refs<RelayPublic>,
        threshold: u8, not_before: u64, not_after: u64) -> draft: New<Draft> {
        Ok(Draft {
            policy: policy.clone(),
            recipient: recipient.clone(),
            relays: relays.into_iter().cloned().collect(),
            threshold,
            hide_policy: false,
            not_before,
            not_after,
            conditions: Conditions::any(),
            publisher: None,
            consent: None,
        })
    }

    /// For these purposes only.
    fn hc_grant_draft_set_purposes(draft: Mut<Draft>, codes[count]: Texts) {
        draft.conditions = draft.conditions.clone().purposes(codes)?;
        Ok(())
    }

    /// For these actions only.
    fn hc_grant_draft_set_actions(draft: Mut<Draft>, codes[count]: Texts) {
        draft.conditions = draft.conditions.clone().actions(codes)?;
        Ok(())
    }

    /// To these roles only.
    fn hc_grant_draft_set_roles(draft: Mut<Draft>, codes[count]: Texts) {
        draft.conditions = draft.conditions.clone().roles(codes)?;
        Ok(())
    }

    /// In an emergency too.
    fn hc_grant_draft_allow_break_glass(draft: Mut<Draft>) {
        draft.conditions = draft.conditions.clone().allow_break_glass();
        Ok(())
    }

    /// Whether relays see the policy only as a digest.
    fn hc_grant_draft_set_hidden(draft: Mut<Draft>, hidden: Flag) {
        draft.hide_policy = hidden;
        Ok(())
    }

    /// The consent that the grant follows from.
    fn hc_grant_draft_set_consent(draft: Mut<Draft>, digest: Array<32>) {
        draft.consent = Some(*digest);
        Ok(())
    }

    /// Whose revocation lists count.
    fn hc_grant_draft_set_publisher(draft: Mut<Draft>, publisher: Ref<SignerPublic>) {
        draft.publisher = Some(publisher.verifying_key());
        Ok(())
    }

    /// The patient grants.
    fn hc_patient_key_grant(key: Ref<PatientKey>, draft: Look<Draft>, sequence: u64, random: Random)
        -> (grant: New<Grant<Verified>>, shares[count]: NewList<GrantShare>) {
        let terms = GrantTerms {
            recipient: GrantTo::Recipient(&draft.recipient),
            policy: &draft.policy,
            hide_policy: draft.hide_policy,
            through: Through::Relays { relays: &draft.relays, threshold: draft.threshold },
            sequence,
            not_before: draft.not_before,
            not_after: draft.not_after,
            conditions: draft.conditions.clone(),
            publisher: draft.publisher,
            consent: draft.consent,
        };
        Ok(key.grant(&terms, &mut Cache::new(), &mut random)?)
    }

    /// Reads a grant and verifies it.
    fn hc_grant_from_bytes(bytes[length]: Bytes) -> grant: New<Grant<Verified>> {
        Ok(binary(bytes, |bytes| Grant::from_bytes(bytes)?.verify())?)
    }

    /// The bytes of a grant.
    fn hc_grant_to_bytes(grant: Ref<Grant<Verified>>) -> bytes: New<Buffer> {
        Ok(Buffer::plain(grant.to_bytes()))
    }

    /// What a grant says, as JSON.
    fn hc_grant_describe(grant: Ref<Grant<Verified>>) -> json: New<Words> {
        Ok(Words::new(&describe(grant).to_string()))
    }

    /// What names a grant when it is revoked.
    fn hc_grant_id(grant: Ref<Grant<Verified>>) -> id: Fixed<16> {
        Ok(*grant.header().grant_id())
    }

    /// Which relay of the grant a share is for.
    fn hc_grant_share_index(share: Ref<GrantShare>) -> index: Number<u8> {
        Ok(share.index())
    }

    /// Installs a grant: opens and checks the recipient's part.
    fn hc_recipient_grant_install(grant: Ref<Grant<Verified>>, key: Ref<RecipientKey>) -> held: New<RecipientGrant> {
        Ok(RecipientGrant::install(grant.clone(), key, &mut Cache::new())?)
    }

    /// Whether the grant opens records with these labels.
    fn hc_recipient_grant_satisfies(held: Ref<RecipientGrant>, labels[count]: Texts) -> answer: Number<i32> {
        Ok(i32::from(held.satisfies(&crate::patient::label_set(labels)?)))
    }
}

fn describe(grant: &Grant<Verified>) -> serde_json::Value {
    let header = grant.header();
    let conditions = header.conditions();
    json!({
        "grant": hex(header.grant_id()),
        "sequence": header.sequence(),
        "patient": hex(header.patient().id().as_bytes()),
        "patient_fingerprint": header.patient().fingerprint().to_words(),
        "recipient_fingerprint": header.recipient().map(|it| it.to_words()),
        "not_before": header.not_before(),
        "not_after": header.not_after(),
        "threshold": header.threshold(),
        "relay_fingerprints": header.relays().map(|it| it.to_words()).collect::<Vec<_>>(),
        "policy": header.policy().map(|it| hex(it.as_bytes())),
        "purposes": conditions.allowed_purposes().collect::<Vec<_>>(),
        "actions": conditions.allowed_actions().collect::<Vec<_>>(),
        "roles": conditions.allowed_roles().collect::<Vec<_>>(),
        "break_glass": conditions.allows_break_glass(),
        "consent": header.consent().map(|it| hex(it)),
    })
}
