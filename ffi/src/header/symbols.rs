//! Every name that the library exports, in order: a change here is a change for C programs, and
//! is reviewed as one. A test compares it with the header, a script with the built libraries.

use crate::authority::*;
use crate::batch::*;
use crate::buffer::*;
use crate::consent::*;
use crate::coupon::*;
use crate::grant::*;
use crate::inspect::*;
use crate::key_file::*;
use crate::label::*;
use crate::library::*;
use crate::opened::*;
use crate::opener::*;
use crate::party::*;
use crate::patient::*;
use crate::policy::*;
use crate::proof::*;
use crate::record::*;
use crate::relay::*;
use crate::request::*;
use crate::requirements::*;
use crate::revocation::*;
use crate::sealer::*;
use crate::signer::*;
use crate::user_key::*;
use crate::vocabulary::*;

macro_rules! symbols {
    ($($name:ident)+) => {
        /// Each name with the prototype that its Rust type has in C.
        pub fn prototypes() -> Vec<(&'static str, String)> {
            vec![$((stringify!($name), $name::prototype())),+]
        }
    };
}

symbols! {
    hc_answer_free
    hc_answer_from_bytes
    hc_answer_relay
    hc_answer_to_bytes
    hc_answer_verify
    hc_armour
    hc_authority_key_free
    hc_authority_key_from_bytes
    hc_authority_key_generate
    hc_authority_key_issue
    hc_authority_key_load
    hc_authority_key_public
    hc_authority_key_recover
    hc_authority_key_split
    hc_authority_key_store
    hc_authority_key_to_bytes
    hc_authority_public_fingerprint
    hc_authority_public_free
    hc_authority_public_from_bytes
    hc_authority_public_name
    hc_authority_public_to_bytes
    hc_authority_share_free
    hc_authority_share_from_bytes
    hc_authority_share_load
    hc_authority_share_store
    hc_authority_share_to_bytes
    hc_batch_sealer_close
    hc_batch_sealer_free
    hc_batch_sealer_member
    hc_buffer_data
    hc_buffer_free
    hc_buffer_length
    hc_checkpoint_free
    hc_checkpoint_from_bytes
    hc_checkpoint_time
    hc_coupon_pack_free
    hc_coupon_pack_from_bytes
    hc_coupon_pack_to_bytes
    hc_coupon_store_add
    hc_coupon_store_free
    hc_coupon_store_left
    hc_coupon_store_open
    hc_decide
    hc_error_name
    hc_error_text
    hc_fhir_context_add
    hc_fhir_context_free
    hc_fhir_context_new
    hc_grant_describe
    hc_grant_draft_allow_break_glass
    hc_grant_draft_free
    hc_grant_draft_new
    hc_grant_draft_set_actions
    hc_grant_draft_set_consent
    hc_grant_draft_set_hidden
    hc_grant_draft_set_publisher
    hc_grant_draft_set_purposes
    hc_grant_draft_set_roles
    hc_grant_free
    hc_grant_from_bytes
    hc_grant_id
    hc_grant_share_free
    hc_grant_share_from_bytes
    hc_grant_share_index
    hc_grant_share_to_bytes
    hc_grant_to_bytes
    hc_inspect
    hc_label_key_free
    hc_label_key_from_bytes
    hc_label_key_generate
    hc_label_key_load
    hc_label_key_store
    hc_label_key_to_bytes
    hc_label_policy_blinded
    hc_label_policy_free
    hc_label_policy_from_bytes
    hc_label_policy_parse
    hc_label_policy_to_bytes
    hc_last_error
    hc_lock
    hc_opened_batch_count
    hc_opened_batch_find
    hc_opened_batch_free
    hc_opened_batch_id
    hc_opened_batch_open
    hc_opened_free
    hc_opened_metadata
    hc_opened_open_detached
    hc_opened_open_payload
    hc_opened_open_range
    hc_opened_sender
    hc_opener_accept_senders
    hc_opener_add_both
    hc_opener_add_grant
    hc_opener_add_key
    hc_opener_add_patient
    hc_opener_free
    hc_opener_new
    hc_opener_open
    hc_opener_open_batch
    hc_opener_open_stream
    hc_opener_set_requirements
    hc_opener_unlock
    hc_patient_key_free
    hc_patient_key_from_bytes
    hc_patient_key_generate
    hc_patient_key_grant
    hc_patient_key_load
    hc_patient_key_profile
    hc_patient_key_recover
    hc_patient_key_rotate
    hc_patient_key_split
    hc_patient_key_split_again
    hc_patient_key_store
    hc_patient_key_to_bytes
    hc_patient_profile_fingerprint
    hc_patient_profile_free
    hc_patient_profile_from_bytes
    hc_patient_profile_id
    hc_patient_profile_mint
    hc_patient_profile_to_bytes
    hc_policy_free
    hc_policy_from_bytes
    hc_policy_parse
    hc_policy_print
    hc_policy_to_bytes
    hc_proof_expectation_free
    hc_proof_expectation_new
    hc_proof_expectation_set_subject
    hc_proof_key_digest
    hc_proof_key_free
    hc_proof_key_from_bytes
    hc_proof_receipt_free
    hc_proof_receipt_from_bytes
    hc_proof_verifier_free
    hc_proof_verifier_new
    hc_proof_verifier_verify
    hc_publisher_state_free
    hc_publisher_state_from_bytes
    hc_publisher_state_new
    hc_publisher_state_next_grant
    hc_publisher_state_publish
    hc_publisher_state_retire
    hc_publisher_state_revoke
    hc_publisher_state_revoke_all
    hc_publisher_state_take
    hc_publisher_state_to_bytes
    hc_recipient_grant_check_answer
    hc_recipient_grant_free
    hc_recipient_grant_install
    hc_recipient_grant_request
    hc_recipient_grant_satisfies
    hc_recipient_key_free
    hc_recipient_key_from_bytes
    hc_recipient_key_generate
    hc_recipient_key_load
    hc_recipient_key_public
    hc_recipient_key_store
    hc_recipient_key_to_bytes
    hc_recipient_public_fingerprint
    hc_recipient_public_free
    hc_recipient_public_from_bytes
    hc_recipient_public_name
    hc_recipient_public_to_bytes
    hc_record_free
    hc_record_new
    hc_record_set_blinded_labels
    hc_record_set_chunk_size
    hc_record_set_clear_metadata
    hc_record_set_created
    hc_record_set_labels
    hc_record_set_sealed_metadata
    hc_record_set_suite
    hc_record_set_vocabulary
    hc_relay_key_free
    hc_relay_key_from_bytes
    hc_relay_key_generate
    hc_relay_key_load
    hc_relay_key_public
    hc_relay_key_store
    hc_relay_key_to_bytes
    hc_relay_public_fingerprint
    hc_relay_public_free
    hc_relay_public_from_bytes
    hc_relay_public_name
    hc_relay_public_to_bytes
    hc_relay_share_free
    hc_relay_share_index
    hc_relay_share_install
    hc_relay_share_transform
    hc_relay_state_free
    hc_relay_state_in_memory
    hc_relay_state_open
    hc_released_share_free
    hc_released_share_from_bytes
    hc_released_share_to_bytes
    hc_replay_store_free
    hc_replay_store_in_memory
    hc_replay_store_open
    hc_requests_describe
    hc_requests_free
    hc_requests_from_bytes
    hc_requests_to_bytes
    hc_requirements_free
    hc_requirements_new
    hc_revocation_list_free
    hc_revocation_list_from_bytes
    hc_revocation_list_to_bytes
    hc_sealer_add_both
    hc_sealer_add_coupons
    hc_sealer_add_patient
    hc_sealer_add_policy
    hc_sealer_add_unchecked_policy
    hc_sealer_begin_batch
    hc_sealer_free
    hc_sealer_new
    hc_sealer_rewrap
    hc_sealer_seal
    hc_sealer_seal_batch
    hc_sealer_seal_detached
    hc_sealer_seal_stream
    hc_sealer_set_consent
    hc_sealer_set_requirements
    hc_sealer_set_sender
    hc_sealer_set_writer
    hc_seed_backup_free
    hc_seed_backup_from_bytes
    hc_seed_backup_to_bytes
    hc_signed_consent_by_carer
    hc_signed_consent_by_patient
    hc_signed_consent_free
    hc_signed_consent_from_bytes
    hc_signed_consent_is_of_document
    hc_signed_consent_to_bytes
    hc_signed_consent_verify
    hc_signed_proof_free
    hc_signed_proof_from_bytes
    hc_signed_proof_grantee
    hc_signed_proof_pseudonym
    hc_signed_proof_to_bytes
    hc_signer_key_free
    hc_signer_key_from_bytes
    hc_signer_key_generate
    hc_signer_key_load
    hc_signer_key_public
    hc_signer_key_store
    hc_signer_key_to_bytes
    hc_signer_public_fingerprint
    hc_signer_public_free
    hc_signer_public_from_bytes
    hc_signer_public_key
    hc_signer_public_name
    hc_signer_public_to_bytes
    hc_succession_free
    hc_succession_later
    hc_succession_to_bytes
    hc_succession_verify
    hc_terms_compile
    hc_terms_describe
    hc_terms_digest
    hc_terms_explain
    hc_terms_explain_json
    hc_terms_free
    hc_terms_from_bytes
    hc_terms_to_bytes
    hc_text_free
    hc_text_length
    hc_text_string
    hc_trustee_share_check
    hc_trustee_share_free
    hc_trustee_share_from_bytes
    hc_trustee_share_is_current
    hc_trustee_share_numbers
    hc_trustee_share_profile
    hc_trustee_share_release
    hc_trustee_share_to_bytes
    hc_unarmour
    hc_unlock
    hc_user_key_attributes
    hc_user_key_check
    hc_user_key_free
    hc_user_key_from_bytes
    hc_user_key_load
    hc_user_key_restrict
    hc_user_key_satisfies
    hc_user_key_store
    hc_user_key_to_bytes
    hc_verified_answer_free
    hc_verified_consent_free
    hc_verified_consent_signer
    hc_verified_consent_terms
    hc_version
    hc_vocabulary_free
    hc_vocabulary_hash
    hc_vocabulary_read
    hc_vocabulary_standard
}
