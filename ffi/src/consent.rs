//! Consents: compiled from FHIR, said in words, decided on, signed.

use hippocrypt::consent::{
    Audience, ConflictRule, ConsentSigner, Outcome, Phrases, PurposeMode, Reading, SignedConsent,
    Terms, VerifiedConsent, Vocabulary, decide_together, explain,
};
use hippocrypt::fhir::{Context, Document, Options, compile, read_request};
use hippocrypt::keys::SignerKey;
use hippocrypt::pre::{CarerKind, PatientKey, PatientProfile};
use hippocrypt::{Error, Randomness};
use serde_json::{Value, json};

use crate::answer::{Fixed, MaybeNew, New, Number};
use crate::argument::{Bytes, Flag, Look, Maybe, Mut, Ref, Refs, Text};
use crate::buffer::{Buffer, Words};
use crate::callback::Random;
use crate::fault::Fault;
use crate::inspect::hex;

object!(
    Terms,
    "hc_terms",
    hc_terms_from_bytes,
    hc_terms_to_bytes,
    hc_terms_free,
    checked
);
object!(
    SignedConsent,
    "hc_signed_consent",
    hc_signed_consent_from_bytes,
    hc_signed_consent_to_bytes,
    hc_signed_consent_free,
    checked
);
noun!(VerifiedConsent, "hc_verified_consent", Shared, /// Frees a verified consent.
    hc_verified_consent_free);
noun!(Context, "hc_fhir_context", Exclusive, /// Frees a context.
    hc_fhir_context_free);

/// A zone in minutes east of UTC.
fn zone(minutes: i32) -> Result<i16, Fault> {
    i16::try_from(minutes).map_err(|_| Error::Argument("a zone is at most 14 hours").into())
}

fn words(
    terms: &Terms,
    vocabulary: &Vocabulary,
    audience: &str,
    phrases: Option<&str>,
) -> Result<hippocrypt::consent::Explanation, Fault> {
    let audience = Audience::from_name(audience).ok_or(Error::Argument("patient or carer"))?;
    let phrases = phrases.map_or_else(Phrases::english, Phrases::read)?;
    Ok(explain(terms, vocabulary, audience, &phrases)?)
}

export! {
    /// Resources that a consent may refer to.
    fn hc_fhir_context_new(base: Maybe<Text>) -> context: New<Context> {
        Ok(Context::new(base)?)
    }

    /// Adds a resource or a bundle.
    fn hc_fhir_context_add(context: Mut<Context>, json[length]: Bytes) {
        Ok(context.add(&Document::parse(json)?)?)
    }

    /// Compiles a FHIR Consent.
    fn hc_terms_compile(document[length]: Bytes, reading: Text, base: Maybe<Text>, zone_minutes: i32, all_purposes: Flag,
        accept_alternation: Flag, context: Maybe<Look<Context>>, vocabulary: Ref<Vocabulary>, random: Random)
        -> (terms: New<Terms>, report: MaybeNew<Words>) {
        let document = Document::parse(document)?;
        let reading = Reading::from_name(reading).filter(|it| *it != Reading::Native);
        let mut options = Options::new(reading.ok_or(Error::Argument("r4-typed, pcf-1.1, r5-negate or mii-2025"))?);
        options.base = base.map(str::to_owned);
        options.zone = zone(zone_minutes)?;
        options.purpose_mode = if all_purposes { PurposeMode::AllOf } else { PurposeMode::AnyOf };
        options.accept_alternation = accept_alternation;
        let mut salt = [0; 32];
        random.fill(&mut salt)?;
        let empty;
        let context = match &context {
            Some(context) => &**context,
            None => {
                empty = Context::new(base)?;
                &empty
            }
        };
        let compiled = compile(&document, &options, vocabulary, context, salt)
            .map_err(|failure| Fault::Library(failure.error(), Some(failure.to_string())))?;
        let report = json!({
            "warnings": compiled.warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "without_effect": compiled.noted,
        });
        Ok((compiled.terms, Words::new(&report.to_string())))
    }

    /// Every part of the Terms, as JSON.
    fn hc_terms_describe(terms: Ref<Terms>) -> json: New<Words> {
        Ok(Words::new(&terms.to_json()?.to_string()))
    }

    /// What names the Terms.
    fn hc_terms_digest(terms: Ref<Terms>) -> digest: Fixed<32> {
        Ok(terms.digest()?)
    }

    /// What the Terms permit and forbid, in plain words.
    fn hc_terms_explain(terms: Ref<Terms>, vocabulary: Ref<Vocabulary>, audience: Text, phrases: Maybe<Text>) -> text: New<Words> {
        Ok(Words::new(&words(terms, vocabulary, audience, phrases)?.to_string()))
    }

    /// The same part by part, as JSON.
    fn hc_terms_explain_json(terms: Ref<Terms>, vocabulary: Ref<Vocabulary>, audience: Text, phrases: Maybe<Text>) -> json: New<Words> {
        Ok(Words::new(&words(terms, vocabulary, audience, phrases)?.to_json().to_string()))
    }

    /// Decides a request.
    fn hc_decide(consents[count]: Refs<Terms>, request[length]: Bytes, vocabulary: Ref<Vocabulary>, zone_minutes: i32, conflict: Text)
        -> (outcome: Number<u32>, decision: MaybeNew<Words>) {
        let rule = ConflictRule::from_name(conflict);
        let rule = rule.ok_or(Error::Argument("deny-overrides, newest-wins or refuse"))?;
        let request = read_request(request, vocabulary, zone(zone_minutes)?)
            .map_err(|refusal| Fault::Library(refusal.error.clone(), Some(refusal.to_string())))?;
        let consents: Vec<Terms> = consents.into_iter().cloned().collect();
        let (decision, place) = decide_together(&consents, &request, rule)?;
        let outcome = match decision.outcome {
            Outcome::Permit => 1,
            Outcome::Deny => 2,
            _ => 3,
        };
        let digest = place.and_then(|place| consents.get(place)).map(Terms::digest).transpose()?;
        let own: Value = serde_json::from_str(&decision.to_json().to_string()).map_err(|_| Fault::Panic)?;
        let answer = json!({ "decision": own, "consent": place, "digest": digest.map(|it| hex(&it)) });
        Ok((outcome, Words::new(&answer.to_string())))
    }

    /// The patient signs.
    fn hc_signed_consent_by_patient(terms: Ref<Terms>, key: Ref<PatientKey>, time: u64) -> consent: New<SignedConsent> {
        Ok(SignedConsent::by_patient(terms.clone(), key, time)?)
    }

    /// A carer signs.
    fn hc_signed_consent_by_carer(terms: Ref<Terms>, patient: Ref<PatientProfile>, carer: Ref<SignerKey>, time: u64)
        -> consent: New<SignedConsent> {
        Ok(SignedConsent::by_carer(terms.clone(), patient, carer, time)?)
    }

    /// Checks who signed.
    fn hc_signed_consent_verify(consent: Ref<SignedConsent>, patient: Ref<PatientProfile>, received: u64) -> verified: New<VerifiedConsent> {
        Ok(consent.verify(patient, received)?)
    }

    /// Whether the Terms were made from this document.
    fn hc_signed_consent_is_of_document(consent: Ref<SignedConsent>, document[length]: Bytes) -> answer: Number<i32> {
        Ok(i32::from(consent.is_of_document(document)))
    }

    /// What was consented to.
    fn hc_verified_consent_terms(verified: Ref<VerifiedConsent>) -> terms: New<Terms> {
        Ok(verified.terms().clone())
    }

    /// Who signed, and when.
    fn hc_verified_consent_signer(verified: Ref<VerifiedConsent>) -> (signer: Number<u32>, time: Number<u64>) {
        let signer = match verified.signer() {
            ConsentSigner::Patient => 0,
            ConsentSigner::Carer(CarerKind::Guardian) => 1,
            ConsentSigner::Carer(CarerKind::Attorney) => 2,
            ConsentSigner::Carer(CarerKind::Helper) => 3,
        };
        Ok((signer, verified.time()))
    }
}
