//! What a deployment demands of every record.

use hippocrypt::abe::AuthorityPublic;
use hippocrypt::envelope::{Profile, Required};

use crate::answer::New;
use crate::argument::{Flag, Refs};
use crate::fault::Fault;

noun!(Profile, "hc_requirements", Shared, /// Frees requirements.
    hc_requirements_free);

/// The bits of the header's constants.
const ALL: u32 = 0b111;

export! {
    /// Demands stanzas of types, policies of authorities, and a sender.
    fn hc_requirements_new(types: u32, authorities[count]: Refs<AuthorityPublic>, sender: Flag) -> requirements: New<Profile> {
        if types & !ALL != 0 {
            return Err(Fault::Value);
        }
        let kinds = [Required::POLICY, Required::CAPSULE, Required::BOTH];
        let kinds = kinds.into_iter().enumerate().filter(|(bit, _)| types & (1 << bit) != 0).map(|it| it.1);
        let authorities = authorities.into_iter().map(|it| Required::PolicyOf(*it.id()));
        Ok(Profile::new(kinds.chain(authorities), sender)?)
    }
}
