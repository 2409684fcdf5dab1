//! `key show` and `key restrict`.

use std::io::Write;

use getrandom::SysRng;
use hippocrypt::abe::{Cache, UserKey};
use hippocrypt::keys::disk;
use hippocrypt::policy::{Attribute, Attributes};
use hippocrypt::{Error, Result};
use serde_json::{Map, Value, json};

use crate::args::{KeyRestrict, KeyShow};
use crate::authorities::Authorities;
use crate::failure::{Outcome, Role};
use crate::output::{Output, secret_text};
use crate::report::{self, Notes};
use crate::{files, passphrase, values};

/// Shows a key.
pub fn show(args: &KeyShow) -> Outcome<()> {
    let authorities = Authorities::read(&args.authorities)?;
    let key = files::user_key(&args.input, "FILE", args.unlock.passphrase_file.as_ref())?;
    let authority = key.authority().as_bytes();
    if args.json {
        let mut value = value(&key);
        value.insert("known_as".to_owned(), authorities.value(authority));
        return report::json(&value.into());
    }
    let mut text = format!("key         {}\n", values::hex(key.key_id()));
    text += &format!("issued by   {}\n", authorities.name(authority));
    if key.issued_at() != 0 {
        text += &format!("issued      {}\n", values::moment(key.issued_at()));
    }
    for attribute in key.attributes().iter() {
        text += &format!("attribute   {attribute}\n");
    }
    if let Some(day) = key.attributes().expires() {
        text += &format!(
            "opens       what is sealed until the end of {} (UTC)\n",
            values::day(day)
        );
    }
    report::print(&text)
}

/// Makes a key for fewer attributes.
pub fn restrict(args: &KeyRestrict) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let kept = values::texts(&args.keep, "--keep")?;
    let kept = kept.into_iter().map(Kept::read);
    let kept = kept.collect::<Result<Vec<_>>>().role("--keep")?;
    let mut output = Output::create(&args.output, args.force, disk::SECRET_MODE, "-o")?;
    let key = files::user_key(&args.key, "--key", args.unlock.passphrase_file.as_ref())?;
    for one in &kept {
        if !key.attributes().iter().any(|it| one.is(it)) {
            return Err(Error::Attribute("not in the key")).role("--keep");
        }
    }
    let passphrase = passphrase::protecting(
        args.new_passphrase_file.as_ref(),
        args.new_passphrase,
        "--new-passphrase-file",
    )?;

    let mut keep = |attribute: &Attribute| kept.iter().any(|one| one.is(attribute));
    let child = key
        .restrict(&mut keep, &mut Cache::new(), &mut SysRng)
        .role("--keep")?;
    let text = secret_text(&child.to_bytes(), passphrase.as_ref())?;
    output.write_all(text.expose().as_bytes()).role("-o")?;
    output.commit("-o")?;

    let mut notes = Notes::default();
    notes.say(format!(
        "key {} for {}",
        values::hex(child.key_id()),
        child.attributes()
    ));
    notes.say("a key in full: it can't be taken back apart from the one it was made from");
    let mut value = value(&child);
    value.insert("protected".to_owned(), json!(passphrase.is_some()));
    notes.finish(args.telling.quiet, args.telling.json, &value.into())
}

/// What of a key is to be kept.
enum Kept<'a> {
    /// All attributes with this name.
    Name(&'a str),
    /// This attribute.
    One(Attributes),
}

impl<'a> Kept<'a> {
    fn read(text: &'a str) -> Result<Self> {
        if text.contains('=') {
            Attributes::parse([text]).map(Self::One)
        } else {
            Ok(Self::Name(text))
        }
    }

    fn is(&self, attribute: &Attribute) -> bool {
        match self {
            Self::Name(name) => attribute.name() == *name,
            Self::One(one) => one.iter().any(|it| it == attribute),
        }
    }
}

/// A key for programs.
fn value(key: &UserKey) -> Map<String, Value> {
    let attributes = key.attributes();
    report::entries(json!({
        "key_id": values::hex(key.key_id()),
        "authority": values::hex(key.authority().as_bytes()),
        "attributes": attributes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "until": attributes.expires().map(|day| day.to_string()),
        "issued_at": if key.issued_at() == 0 { None } else { Some(key.issued_at()) },
    }))
}
