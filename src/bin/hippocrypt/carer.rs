//! `patient carer`.

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::asymmetric::VerifyingKey;
use hippocrypt::keys::{Fingerprint, SignerPublic};
use hippocrypt::policy::{Date, LabelFrame, LabelPolicy};
use hippocrypt::pre::{Carer, CarerKind, RecipientPublic};
use serde_json::{Value, json};

use crate::args::PatientCarer;
use crate::failure::{Outcome, Role};
use crate::lock::Lock;
use crate::output::{Pair, secret_text};
use crate::report::Notes;
use crate::values::with_vocabularies;
use crate::{files, objects, patient, values};

/// Where date comparisons of a scope begin.
const FIRST_YEAR: u16 = 2000;

/// Names somebody who may sign for the patient, or nobody any more.
pub fn change(args: &PatientCarer) -> Outcome<()> {
    let public = files::public(&args.signer, "--signer")?;
    let signer = Named::read(&public).role("--signer")?;
    let named = named(args, signer.key)?;
    // Nobody else may replace the key meanwhile.
    let _lock = Lock::take(&args.key)?;
    let pass = args.unlock.passphrase_file.as_ref();
    let (key, passphrase) = objects::patient_key_locked(&args.key, pass)?;
    patient::check_beside(&args.key, key.profile())?;
    let before = key.profile().carers();
    let others = before.iter().filter(|it| *it.key() != signer.key);
    let mut carers: Vec<Carer> = others.cloned().collect();
    if args.remove && carers.len() == before.len() {
        return Err(Error::Missing("a carer with this key")).role("--signer");
    }
    carers.extend(named);
    let key = key.with_carers(carers, &mut SysRng).role("--signer")?;
    let pair = Pair::create(&args.key, true)?;
    let secret = secret_text(&key.to_bytes(), passphrase.as_ref())?;
    pair.write(&secret, &key.profile().to_bytes())?;

    let mut notes = Notes::default();
    notes.say(format!(
        "\"{}\" {}",
        signer.name,
        signer.fingerprint.to_words()
    ));
    for carer in key.profile().carers() {
        notes.say(line(carer));
    }
    notes.say(match signer.recipient {
        true => "what they may read a grant says (`grant new --carer`); guardians and attorneys may revoke grants within their scope",
        false => "with a signer's key they sign and read nothing; guardians and attorneys may revoke grants within their scope",
    });
    if args.remove {
        notes.say("grants to them go on until they end or are revoked (`grant revoke`)");
    }
    notes.say("give everybody the new profile: everybody can read who the carers are");
    let value = json!({
        "patient": patient::fingerprint(key.profile()),
        "sequence": key.profile().sequence(),
        "carers": key.profile().carers().iter().map(value).collect::<Vec<_>>(),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// Whom the file of a signer or recipient is of.
struct Named {
    key: VerifyingKey,
    name: String,
    fingerprint: Fingerprint,
    recipient: bool,
}

impl Named {
    fn read(public: &[u8]) -> hippocrypt::Result<Self> {
        match SignerPublic::from_bytes(public) {
            Err(Error::Kind(_)) => RecipientPublic::from_bytes(public).map(|it| Self {
                key: *it.verifying_key(),
                name: it.name().to_owned(),
                fingerprint: it.fingerprint(),
                recipient: true,
            }),
            read => read.map(|it| Self {
                key: it.verifying_key(),
                name: it.name().to_owned(),
                fingerprint: it.fingerprint(),
                recipient: false,
            }),
        }
    }
}

/// The carer that the flags name; none to remove.
fn named(args: &PatientCarer, key: VerifyingKey) -> Outcome<Option<Carer>> {
    // The parser of flags takes both or neither.
    let (Some(kind), Some(until)) = (&args.kind, &args.until) else {
        return Ok(None);
    };
    let kind = match values::text(kind, "--kind")? {
        "guardian" => CarerKind::Guardian,
        "attorney" => CarerKind::Attorney,
        "helper" => CarerKind::Helper,
        _ => return Err(Error::Argument("guardian, attorney or helper")).role("--kind"),
    };
    let until = values::date(until, "--until")?;
    let scope = args.scope.as_ref().map(|text| {
        let frame = LabelFrame::new(FIRST_YEAR, until).role("--until")?;
        let frame = with_vocabularies(frame, &args.vocabularies)?;
        LabelPolicy::parse(values::text(text, "--scope")?, &frame).role("--scope")
    });
    let end = until.next().and_then(Date::start).role("--until")?;
    let carer = Carer::new(kind, key, end, scope.transpose()?).role("--scope")?;
    Ok(Some(carer))
}

/// What a profile says of one carer, for people.
pub fn line(carer: &Carer) -> String {
    let scope = match carer.scope() {
        Some(scope) => format!("for {scope}"),
        None => "for everything".to_owned(),
    };
    format!(
        "  {} {} may sign {scope} until {}",
        kind(carer),
        Fingerprint::of_signer(carer.key()).to_words(),
        last_day(carer).map_or_else(|| values::moment(carer.until()), values::day)
    )
}

/// The same for programs.
pub fn value(carer: &Carer) -> Value {
    let fingerprint = Fingerprint::of_signer(carer.key());
    json!({
        "kind": kind(carer),
        "fingerprint": fingerprint.to_string(),
        "words": fingerprint.to_words(),
        "scope": carer.scope().map(ToString::to_string),
        "until": last_day(carer).map(|day| day.to_string()),
    })
}

/// In what place they stand, in words.
pub fn kind(carer: &Carer) -> &'static str {
    match carer.kind() {
        CarerKind::Guardian => "guardian",
        CarerKind::Attorney => "attorney",
        CarerKind::Helper => "helper",
    }
}

/// The last day on which they may sign.
pub fn last_day(carer: &Carer) -> Option<Date> {
    Date::from_unix(carer.until().checked_sub(1)?).ok()
}
