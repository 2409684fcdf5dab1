//! Every name that the library exports, in order: a change here is a change for C programs, and
//! is reviewed as one. A test compares it with the header, a script with the built libraries.

use crate::authority::*;
use crate::buffer::*;
use crate::inspect::*;
use crate::key_file::*;
use crate::label::*;
use crate::library::*;
use crate::opened::*;
use crate::opener::*;
use crate::policy::*;
use crate::record::*;
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
    hc_buffer_data
    hc_buffer_free
    hc_buffer_length
    hc_error_name
    hc_error_text
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
    hc_opened_free
    hc_opened_metadata
    hc_opened_open_detached
    hc_opened_open_payload
    hc_opened_open_range
    hc_opened_sender
    hc_opener_add_key
    hc_opener_free
    hc_opener_new
    hc_opener_open
    hc_opener_open_stream
    hc_opener_unlock
    hc_policy_free
    hc_policy_from_bytes
    hc_policy_parse
    hc_policy_print
    hc_policy_to_bytes
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
    hc_sealer_add_policy
    hc_sealer_free
    hc_sealer_new
    hc_sealer_seal
    hc_sealer_seal_detached
    hc_sealer_seal_stream
    hc_sealer_set_sender
    hc_sealer_set_writer
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
    hc_text_free
    hc_text_length
    hc_text_string
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
    hc_version
    hc_vocabulary_free
    hc_vocabulary_hash
    hc_vocabulary_read
    hc_vocabulary_standard
}
