//! The audit event of a broken glass. A server makes it of a relay's log with the library: the tool
//! has no command for it.

use super::people::{EMERGENCY, People};
use super::wishes::Wishes;
use hippocrypt::consent::{Terms, Vocabulary, decide};
use hippocrypt::fhir::evidence::{DecisionDraft, DecisionRecord, Mechanism, Party, Version};
use hippocrypt::fhir::read_request;
use serde_json::Value;
use std::fs;

/// The doctor's reference, which the consent does not name.
const DOCTOR: &str = "Practitioner/emergency-doctor";

/// The AuditEvent (FHIR R4) of what stands in the last line of a relay's log.
pub(super) fn audit_event(
    people: &People<'_>,
    wishes: &Wishes,
    log: &Value,
) -> Result<Value, String> {
    let draft = draft(people, wishes, log)?;
    let record = DecisionRecord::check(draft).map_err(|error| error.to_string())?;
    let event = record.emergency_event(Version::R4);
    let event = event.map_err(|error| error.to_string())?;
    serde_json::from_str(&event.to_string()).map_err(|error| error.to_string())
}

/// What the consent says of the doctor's request, and by what means the records were released all
/// the same.
fn draft(people: &People<'_>, wishes: &Wishes, log: &Value) -> Result<DecisionDraft, String> {
    let wrong = |error: hippocrypt::Error| error.to_string();
    let text = |name: &str| {
        let text = log.get(name).and_then(Value::as_str);
        text.ok_or_else(|| format!("the log has no {name}"))
    };
    let vocabulary = Vocabulary::hv1().map_err(wrong)?;
    let terms = fs::read(people.verify()?).map_err(|error| error.to_string())?;
    let terms = Terms::from_bytes(&terms).map_err(wrong)?;
    let asked = people.request((&wishes.patient, DOCTOR, EMERGENCY), (&[], text("time")?));
    let asked = read_request(asked.to_string().as_bytes(), &vocabulary, 0);
    let asked = asked.map_err(|refusal| refusal.error.to_string())?;
    let grant = Mechanism::Grant(id(text("grant")?).ok_or("the log has no grant")?);
    let decision = decide(&terms, &asked);
    let mut draft = DecisionDraft::new(&terms, &asked, decision, grant).map_err(wrong)?;
    let base = people.base;
    let party = |reference: &str| Party {
        reference: format!("{base}/{reference}"),
        ..Party::default()
    };
    draft.user = party(DOCTOR);
    draft.client = party("Device/emergency-room");
    draft.server = party("Device/relay-1");
    draft.consents = vec![format!("{base}/{}", wishes.consent)];
    draft.description = "The records that somebody has labelled".into();
    draft.emergency = Some("the patient cannot be asked".into());
    Ok(draft)
}

/// 16 bytes of 32 hexadecimal digits.
fn id(digits: &str) -> Option<[u8; 16]> {
    let number = u128::from_str_radix(digits, 16).ok();
    number.filter(|_| digits.len() == 32).map(u128::to_be_bytes)
}
