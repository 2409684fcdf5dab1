//! `proof registry`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::asymmetric::{Signer, VerifyingKey};
use hippocrypt::keys::SignerKey;
use hippocrypt::zk::{Depth, PlaceRevocation, Registry, RegistryDirectory};
use serde_json::json;

use super::parties;
use crate::args::{
    InRegistry, RegistryApply, RegistryCheckpoint, RegistryNew, RegistryPlace, Unlock,
};
use crate::failure::{Outcome, Role};
use crate::output::{Pair, secret_text};
use crate::report::Notes;
use crate::{files, passphrase, values};

/// Which flag an error is about.
pub const ROLE: &str = "--registry";

/// The registry's files of keys.
pub fn file(registry: &OsString, name: &str) -> PathBuf {
    Path::new(registry).join(name)
}

/// A registry whose key is here.
pub struct Open {
    directory: RegistryDirectory,
    signer: SignerKey,
    now: u64,
}

impl Open {
    pub fn read(place: &InRegistry, unlock: &Unlock) -> Outcome<Self> {
        let path = file(&place.registry, "registry.key");
        let pass = unlock.passphrase_file.as_ref();
        Ok(Self {
            directory: RegistryDirectory::open(&place.registry),
            signer: files::signer_key(path.as_os_str(), ROLE, pass)?,
            now: values::now()?,
        })
    }

    /// Changes the registry and signs its roots.
    pub fn change<T>(
        &self,
        change: impl FnOnce(&mut Registry, &dyn Signer, u64) -> hippocrypt::Result<T>,
    ) -> Outcome<T> {
        let (signer, now) = (&self.signer, self.now);
        let changed = self
            .directory
            .change(now, signer, |it| change(it, signer, now));
        changed.role(ROLE)
    }
}

/// The key that a registry's word is checked with.
pub fn key(registry: &OsString, pinned: Option<&OsString>) -> Outcome<VerifyingKey> {
    let public = match pinned {
        Some(path) => files::signer(path, "--registry-key")?,
        None => files::signer(file(registry, "registry.pub").as_os_str(), ROLE)?,
    };
    Ok(public.verifying_key())
}

/// The height of a tree.
pub fn depth(levels: u8) -> Outcome<Depth> {
    Depth::from_levels(levels)
        .map_err(|_| Error::Argument("10 or 16"))
        .role("--levels")
}

/// Begins a registry.
pub fn new(args: &RegistryNew) -> Outcome<()> {
    let levels = values::small(&args.levels, "--levels")?;
    let depth = depth(levels)?;
    std::fs::create_dir_all(&args.place.registry).role(ROLE)?;
    let pair = Pair::create(
        file(&args.place.registry, "registry.key").as_os_str(),
        false,
    )?;
    let signer = SignerKey::generate("registry", &mut SysRng)?;
    let protect = &args.protect;
    let passphrase = passphrase::protecting(
        protect.passphrase_file.as_ref(),
        protect.passphrase,
        "--passphrase-file",
    )?;
    let secret = secret_text(&signer.to_bytes(), passphrase.as_ref())?;
    let public = signer.public();
    let registry = Registry::new(public.verifying_key(), depth);
    let directory = RegistryDirectory::create(&args.place.registry, &registry).role(ROLE)?;
    pair.write(&secret, &public.to_bytes())?;
    directory
        .change(values::now()?, &signer, |_| Ok(()))
        .role(ROLE)?;

    let fingerprint = public.fingerprint();
    let mut notes = Notes::default();
    notes.say(format!("registry of 2^{} patients", 2 * depth.levels()));
    notes.say(format!("fingerprint: {}", fingerprint.to_words()));
    notes.say("give everybody the directory, but for registry.key");
    let value = json!({
        "levels": depth.levels(),
        "fingerprint": fingerprint.to_string(),
        "words": fingerprint.to_words(),
        "protected": passphrase.is_some(),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// Gives a place for one consent.
pub fn place(args: &RegistryPlace) -> Outcome<()> {
    let revoker = parties::revoker(&args.revoker)?;
    let registry = Open::read(&args.place, &args.unlock)?;
    let receipt =
        registry.change(|it, signer, now| it.give_place(&revoker, now, signer, &mut SysRng))?;
    super::write(&args.output, args.force, &receipt.to_bytes())?;

    let mut notes = Notes::default();
    notes.say(format!("place {}", receipt.index()));
    let value = json!({"index": receipt.index(), "time": receipt.time()});
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// Takes in a revocation.
pub fn apply(args: &RegistryApply) -> Outcome<()> {
    let bytes = super::object(&args.input, "FILE")?;
    let revocation = PlaceRevocation::from_bytes(&bytes).role("FILE")?;
    let registry = Open::read(&args.place, &args.unlock)?;
    registry.change(|it, _, _| it.revoke(&revocation))?;

    let mut notes = Notes::default();
    notes.say(format!("revoked: place {}", revocation.index()));
    let value = json!({"index": revocation.index()});
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// Signs the roots as they are.
pub fn checkpoint(args: &RegistryCheckpoint) -> Outcome<()> {
    let registry = Open::read(&args.place, &args.unlock)?;
    let checkpoint = registry.change(|it, signer, now| it.checkpoint(now, signer))?;

    let mut notes = Notes::default();
    notes.say(format!("roots at {}", values::moment(checkpoint.time())));
    let value = json!({
        "time": checkpoint.time(),
        "enrolment_root": values::hex(&checkpoint.enrolment_root().to_bytes()),
        "revocation_root": values::hex(&checkpoint.revocation_root().to_bytes()),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}
