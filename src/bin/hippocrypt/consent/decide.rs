//! `consent decide`.

use hippocrypt::Error;
use hippocrypt::consent::{
    self, Audience, By, ConflictRule, Decision, Fact, Outcome as Answer, Phrases, Terms,
    Vocabulary, decide_together,
};
use hippocrypt::fhir::read_request;
use hippocrypt::keys::disk;
use serde_json::json;

use super::source::{Sources, vocabulary};
use super::{audit, describe};
use crate::args::ConsentDecide;
use crate::failure::{Failure, Outcome, Role};
use crate::{report, values};

/// The largest request, in bytes.
const REQUEST: usize = 4 << 20;

/// Decides a request.
pub fn decide(args: &ConsentDecide) -> Outcome<()> {
    let rule = ConflictRule::from_name(values::text(&args.conflict, "--conflict")?)
        .ok_or(Error::Argument("deny-overrides, newest-wins or refuse"))
        .role("--conflict")?;
    let vocabulary = vocabulary(&args.words)?;
    let zone = args.how.zone.as_ref();
    let zone = zone.map_or(Ok(0), |zone| values::zone(zone, "--zone"))?;
    let bytes = disk::read_file(&args.request, REQUEST).role("--request")?;
    let request = read_request(&bytes, &vocabulary, zone)
        .map_err(|refusal| Failure::about(format!("--request: {}", refusal.path), refusal.error))?;
    let sources = Sources::new(&args.how, &vocabulary, args.json)?.read_all(&args.inputs)?;
    let consents: Vec<Terms> = sources.into_iter().map(|source| source.terms).collect();

    let (decision, place) = decide_together(&consents, &request, rule)?;
    let deciding = place.and_then(|place| consents.get(place));
    // Where none decided, all of them said nothing: the event names the first.
    if let Some(terms) = deciding.or(consents.first()) {
        audit::write(args, terms, &request, &decision)?;
    }
    if args.json {
        let mut value = report::entries(describe::value(&decision.to_json())?);
        value.insert("consent".into(), json!(place.map(|place| place + 1)));
        let digest = deciding.map(Terms::digest).transpose()?;
        value.insert("digest".into(), json!(digest.map(|it| values::hex(&it))));
        value.insert("conflict".into(), json!(rule.name()));
        report::json(&value.into())?;
    } else {
        let mut text = format!("decision    {}\n", decision.outcome.code());
        if let (Some(place), Some(terms)) = (place, deciding) {
            let count = consents.len();
            text += &format!("consent     {} of {count}\n", place + 1);
            text += &format!("digest      {}\n", values::hex(&terms.digest()?));
        }
        text += &because(&decision, deciding, &vocabulary)?;
        report::print(&text)?;
    }
    match decision.outcome {
        Answer::Permit => Ok(()),
        _ => Err(Error::NotPermitted.into()),
    }
}

/// What decided, what was open, and what is owed.
fn because(decision: &Decision, terms: Option<&Terms>, vocabulary: &Vocabulary) -> Outcome<String> {
    let reason = match decision.by {
        By::Subject => "no consent is about this patient".to_owned(),
        By::NotYetValid => "the consent is not valid yet".to_owned(),
        By::Expired => "the consent is valid no longer".to_owned(),
        By::Vocabulary => {
            "the consent's codes are of another vocabulary, so what it forbids can't be told"
                .to_owned()
        }
        By::Rule(place) => rule(place, terms, vocabulary)?,
        By::Base => "no rule fits, so what the consent says to begin with holds".to_owned(),
        _ => decision.by.code().to_owned(),
    };
    let mut text = format!("because     {}\n", reason.trim());
    for fact in &decision.missing {
        let refusal = fact.refusal();
        let number = refusal.map_or(String::new(), |number| format!(" ({number})"));
        text += &format!("not known   {}{number}\n", missing(*fact));
    }
    if !decision.obligations.is_empty() {
        text += &format!("owed        {}\n", decision.obligations.join(", "));
    }
    Ok(text)
}

/// The rule in words.
fn rule(place: usize, terms: Option<&Terms>, vocabulary: &Vocabulary) -> Outcome<String> {
    let number = format!("rule {}", place + 1);
    let Some(terms) = terms else {
        return Ok(number);
    };
    let words = consent::explain(terms, vocabulary, Audience::Patient, &Phrases::english()?)?;
    let Some(rule) = words.rule(place) else {
        return Ok(number);
    };
    let effect = rule.effect.name();
    let conditions = rule.conditions.iter();
    let conditions: String = conditions
        .map(|it| format!("\n            - {}", it.text))
        .collect();
    Ok(format!("{number}, {effect}{conditions}"))
}

fn missing(fact: Fact) -> &'static str {
    match fact {
        Fact::Recipient => "who asks",
        Fact::Purpose => "for which purpose",
        Fact::Permission => "on which permission the request relies",
        Fact::Confidentiality => "how confidential the record is",
        Fact::Sensitivity => "how sensitive the record is",
        Fact::Type => "of which type the record is",
        Fact::Document => "which document it is",
        Fact::Code => "which codes the record carries",
        Fact::Date => "whether the record's date lies in the time",
        Fact::Author => "who made the record",
        Fact::Record => "which record it is and what it is linked to",
        _ => "something about the request",
    }
}
