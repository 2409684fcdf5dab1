//! Requests of recipients to relays, and the relays' answers.

use hippocrypt::envelope::{Header, capsules};
use hippocrypt::pre::{
    Answer, Cache, Capsule, Claims, RecipientGrant, RecipientKey, Requests, Sight, VerifiedAnswer,
};
use hippocrypt::{Error, Result};
use serde_json::json;

use crate::answer::{New, Number};
use crate::argument::{Bytes, Flag, Lengths, Maybe, Pointers, Ref, Text, strings};
use crate::buffer::{Buffer, Words};
use crate::callback::Random;
use crate::inspect::hex;

object!(
    Requests,
    "hc_requests",
    hc_requests_from_bytes,
    hc_requests_to_bytes,
    hc_requests_free,
    checked
);
object!(
    Answer,
    "hc_answer",
    hc_answer_from_bytes,
    hc_answer_to_bytes,
    hc_answer_free,
    plain
);
noun!(VerifiedAnswer, "hc_verified_answer", Shared, /// Frees a verified answer.
    hc_verified_answer_free);

/// The capsules of the grant's patient in these records, each with the digest of its record.
fn asked(held: &RecipientGrant, records: &[&[u8]]) -> Result<Vec<(Capsule, [u8; 32])>> {
    let patient = held.grant().header().patient().id();
    let mut asked = Vec::new();
    for record in records {
        let (header, _) = Header::from_bytes(record)?;
        let before = asked.len();
        let own = capsules(&header)?
            .into_iter()
            .filter(|it| it.patient() == patient);
        asked.extend(own.map(|capsule| (capsule, *header.digest())));
        if asked.len() == before {
            return Err(Error::NoStanza);
        }
    }
    Ok(asked)
}

export! {
    /// Asks the relays of a grant for these records.
    fn hc_recipient_grant_request(held: Ref<RecipientGrant>, key: Ref<RecipientKey>, records: Pointers, lengths[count]: Lengths,
        blind: Flag, purpose: Maybe<Text>, action: Maybe<Text>, role: Maybe<Text>, break_glass: Flag, now: u64, random: Random)
        -> requests: New<Requests> {
        // SAFETY: the header asks for as many pointers as lengths, each to that many bytes.
        let records = unsafe { strings(records, lengths) }?;
        let mut claims = Claims::none();
        if let Some(code) = purpose {
            claims = claims.purpose(code)?;
        }
        if let Some(code) = action {
            claims = claims.action(code)?;
        }
        if let Some(code) = role {
            claims = claims.role(code)?;
        }
        if break_glass {
            claims = claims.break_glass();
        }
        let asked = asked(held, &records)?;
        let asked: Vec<(&Capsule, &[u8; 32])> = asked.iter().map(|(capsule, h)| (capsule, h)).collect();
        let sight = if blind { Sight::Blind } else { Sight::Open };
        Ok(held.request(key, &asked, sight, &claims, now, &mut random)?)
    }

    /// What the request to one relay says, as JSON: what the relay logs.
    fn hc_requests_describe(requests: Ref<Requests>, relay: u8) -> json: New<Words> {
        let request = requests.for_relay(relay).ok_or(Error::Missing("a request to this relay"))?;
        let claims = request.claims();
        Ok(Words::new(&json!({
            "grant": hex(request.grant()),
            "relay": request.relay(),
            "time": request.time(),
            "purpose": claims.claimed_purpose(),
            "action": claims.claimed_action(),
            "role": claims.claimed_role(),
            "break_glass": claims.claims_break_glass(),
            "blind": request.sight() == Sight::Blind,
            "capsules": request.records().map(|it| hex(it.0)).collect::<Vec<_>>(),
        }).to_string()))
    }

    /// Which relay answers.
    fn hc_answer_relay(answer: Ref<Answer>) -> relay: Number<u8> {
        Ok(answer.relay())
    }

    /// Verifies that the relay of the grant signed an answer.
    fn hc_answer_verify(answer: Ref<Answer>, held: Ref<RecipientGrant>) -> verified: New<VerifiedAnswer> {
        Ok(answer.clone().verify(held.grant())?)
    }

    /// Checks what a relay answered for these records, before anything is opened with it.
    fn hc_recipient_grant_check_answer(held: Ref<RecipientGrant>, answer: Ref<VerifiedAnswer>, records: Pointers, lengths[count]: Lengths) {
        // SAFETY: the header asks for as many pointers as lengths, each to that many bytes.
        let records = unsafe { strings(records, lengths) }?;
        let asked = asked(held, &records)?;
        let capsules: Vec<&Capsule> = asked.iter().map(|it| &it.0).collect();
        Ok(held.check_answer(answer, &capsules, &mut Cache::new())?)
    }
}
