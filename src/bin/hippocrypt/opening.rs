//! What records are opened with, and whose records are accepted.

use std::ffi::OsString;

use hippocrypt::Error;
use hippocrypt::abe::UserKey;
use hippocrypt::asymmetric::VerifyingKey;
use hippocrypt::envelope::{
    AcceptedSenders, BothHolder, CapsuleOpener, Header, OpenedHeader, Opener, Owner, Sender,
    policy_of,
};
use hippocrypt::keys::{Fingerprint, SignerPublic};
use hippocrypt::pre::PatientKey;
use serde_json::{Value, json};

use crate::args::Keys;
use crate::failure::{Failure, Outcome};
use crate::files;
use crate::granted::Granted;
use crate::objects::ReaderKey;
use crate::report::Notes;

/// Every way to a data key that was given.
pub struct Keyring {
    users: Vec<UserKey>,
    patients: Vec<PatientKey>,
    granted: Option<Granted>,
}

impl Keyring {
    /// Reads what the flags name; `pass` is where passphrases come from.
    pub fn read(args: &Keys, pass: Option<&OsString>) -> Outcome<Self> {
        let (mut users, mut patients, mut recipients) = (Vec::new(), Vec::new(), Vec::new());
        for path in &args.keys {
            match ReaderKey::read(path, pass)? {
                ReaderKey::User(key) => users.push(*key),
                ReaderKey::Patient(key) => patients.push(*key),
                ReaderKey::Recipient(key) => recipients.push(*key),
            }
        }
        let granted = Granted::read(args, &recipients, &users)?;
        Ok(Self {
            users,
            patients,
            granted,
        })
    }

    /// An opener that tries each of them, and each pair for records that ask for two.
    pub fn opener(&self) -> Opener<'_> {
        let mut opener = self.users.iter().fold(Opener::new(), Opener::key);
        for capsules in self.capsule_openers() {
            opener = opener.capsules(capsules);
        }
        for user in &self.users {
            for capsules in self.capsule_openers() {
                opener = opener.unwrap_with(Box::new(BothHolder::new(user, capsules)));
            }
        }
        opener
    }

    /// The keys that authorities issued.
    pub fn users(&self) -> &[UserKey] {
        &self.users
    }

    /// The patients' own keys.
    pub fn patients(&self) -> &[PatientKey] {
        &self.patients
    }

    /// A recipient's grant.
    pub fn granted(&self) -> Option<&Granted> {
        self.granted.as_ref()
    }

    fn capsule_openers(&self) -> impl Iterator<Item = Box<dyn CapsuleOpener + '_>> {
        let patients = self.patients.iter().map(|key| {
            let opener: Box<dyn CapsuleOpener + '_> = Box::new(Owner::new(key));
            opener
        });
        patients.chain(self.granted.iter().map(Granted::opener))
    }
}

/// Unlocks the header of the record that is `role`: what is malformed is the record, what does not
/// fit is not its fault, and under which authority it is sealed everybody may read.
pub fn unlock<'a>(
    opener: &mut Opener<'a>,
    header: Header,
    role: &'static str,
) -> Outcome<OpenedHeader<'a>> {
    let mut under: Vec<[u8; 32]> = Vec::new();
    for stanza in header.access().stanzas() {
        if let Ok((authority, _)) = policy_of(stanza)
            && !under.contains(&authority)
        {
            under.push(authority);
        }
    }
    opener.unlock(header).map_err(|error| match error {
        Error::NoStanza if !under.is_empty() => Failure::other_authority(&under),
        error if (100..200).contains(&error.code()) => Failure::new(role, error),
        error => error.into(),
    })
}

/// The senders of `--from`.
pub struct Senders {
    files: Vec<SignerPublic>,
    keys: Vec<VerifyingKey>,
}

impl Senders {
    /// Reads their public files.
    pub fn read(paths: &[OsString]) -> Outcome<Self> {
        let files = paths
            .iter()
            .map(|path| files::signer(path, "--from"))
            .collect::<Outcome<Vec<_>>>()?;
        let keys = files.iter().map(SignerPublic::verifying_key).collect();
        Ok(Self { files, keys })
    }

    /// Those alone, or anyone if none was named.
    pub fn accepted(&self) -> AcceptedSenders<'_> {
        match self.keys.as_slice() {
            [] => AcceptedSenders::Any,
            keys => AcceptedSenders::Known(keys),
        }
    }

    /// Says who sent a record.
    pub fn tell(&self, sender: &Sender, notes: &mut Notes) {
        let words = key(sender).map(Fingerprint::of_signer);
        let words = words.map(Fingerprint::to_words).unwrap_or_default();
        let named = self
            .name(sender)
            .map(|name| format!(" \"{name}\" (the name is the key's own claim)"))
            .unwrap_or_default();
        notes.say(match sender {
            Sender::Signed(_) => format!("signed by{named} {words}"),
            Sender::HeaderSigned(_) => format!(
                "header signed by{named} {words}; a part does not show who signed the content"
            ),
            Sender::Unsigned => "unsigned: anybody who can open it could have made it".to_owned(),
        });
    }

    /// The same for programs.
    pub fn value(&self, sender: &Sender) -> Value {
        let fingerprint = key(sender).map(Fingerprint::of_signer);
        json!({
            "status": match sender {
                Sender::Signed(_) => "signed",
                Sender::HeaderSigned(_) => "header_signed",
                Sender::Unsigned => "unsigned",
            },
            "fingerprint": fingerprint.map(|it| it.to_string()),
            "words": fingerprint.map(Fingerprint::to_words),
            "claimed_name": self.name(sender),
        })
    }

    fn name(&self, sender: &Sender) -> Option<&str> {
        self.files
            .iter()
            .find(|known| Some(&known.verifying_key()) == key(sender))
            .map(SignerPublic::name)
            .filter(|name| !name.is_empty())
    }
}

fn key(sender: &Sender) -> Option<&VerifyingKey> {
    match sender {
        Sender::Signed(key) | Sender::HeaderSigned(key) => Some(key),
        Sender::Unsigned => None,
    }
}
