//! `credential issue` and `credential show`.

use std::io::Write;

use hippocrypt::Error;
use hippocrypt::abe::AuthorityKey;
use hippocrypt::asymmetric::Signer;
use hippocrypt::keys::{Fingerprint, SignerKey, disk, file};
use hippocrypt::policy::{Attributes, Date};
use hippocrypt::pre::Credential;
use serde_json::{Value, json};

use crate::args::{CredentialIssue, CredentialShow};
use crate::failure::{Outcome, Role};
use crate::grant::party;
use crate::output::Output;
use crate::report::{self, Notes};
use crate::{files, objects, schema, values};

/// Issues a credential.
pub fn issue(args: &CredentialIssue) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let texts = values::texts(&args.attributes, "--attr")?;
    let attributes = Attributes::parse(texts.iter().copied()).role("--attr")?;
    let until = values::date(&args.until, "--until")?;
    let not_after = until.next().and_then(Date::start).role("--until")?;
    let not_before = match &args.from {
        Some(day) => values::date(day, "--from")?.start().role("--from")?,
        None => values::now()?,
    };
    let holder = objects::recipient(&args.to, "--to")?;
    let mut output = Output::create(&args.output, args.force, disk::PUBLIC_MODE, "-o")?;
    let object = files::secret(&args.key, "--key", args.unlock.passphrase_file.as_ref())?;
    // The kind stands in the file.
    let signer: Box<dyn Signer> = match AuthorityKey::from_bytes(object.expose()) {
        Err(Error::Kind(_)) => Box::new(SignerKey::from_bytes(object.expose()).role("--key")?),
        authority => {
            let authority = authority.role("--key")?;
            if let Some(known) = authority.public().schema() {
                schema::check_attributes(known, &texts)?;
            }
            Box::new(authority)
        }
    };
    let credential =
        Credential::issue(&*signer, &holder, attributes, not_before, not_after).role("--until")?;
    let text = file::armour(&credential.to_bytes()?)?;
    output.write_all(text.expose().as_bytes()).role("-o")?;
    output.commit("-o")?;

    let mut notes = Notes::default();
    for line in lines(&credential) {
        notes.say(line);
    }
    notes.say(format!(
        "the holder calls itself \"{}\": compare its fingerprint",
        holder.name()
    ));
    notes.say("it can't be called back: relays accept it until its last day");
    notes.finish(args.telling.quiet, args.telling.json, &value(&credential))
}

/// Shows a credential.
pub fn show(args: &CredentialShow) -> Outcome<()> {
    let credential = objects::credential(&args.credential, "FILE")?;
    if args.json {
        return report::json(&value(&credential));
    }
    let text: String = lines(&credential)
        .iter()
        .map(|line| format!("{line}\n"))
        .collect();
    report::print(&text)
}

fn lines(credential: &Credential) -> Vec<String> {
    let issuer = Fingerprint::of_signer(credential.issuer());
    [
        ("holder", credential.holder().to_words()),
        ("attributes", credential.attributes().to_string()),
        ("issuer", issuer.to_words()),
        ("from", values::moment(credential.not_before())),
        (
            "until",
            format!("before {}", values::moment(credential.not_after())),
        ),
    ]
    .map(|(name, text)| format!("{name:<12}{text}"))
    .into()
}

fn value(credential: &Credential) -> Value {
    json!({
        "holder": party(credential.holder()),
        "attributes": credential.attributes().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "issuer": party(Fingerprint::of_signer(credential.issuer())),
        "not_before": credential.not_before(),
        "not_after": credential.not_after(),
    })
}
