//! `coupon mint`, `coupon add` and `coupon list`.

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::asymmetric::Signer;
use hippocrypt::keys::disk;
use hippocrypt::policy::{LabelSet, Labels};
use hippocrypt::pre::{Cache, CouponPack, CouponStore, FileCouponStore, PACK_BYTES, Stock};
use serde_json::{Value, json};

use crate::args::{CouponAdd, CouponList, CouponMint};
use crate::failure::{Outcome, Role};
use crate::output::Output;
use crate::report::{self, Notes};
use crate::{files, objects, patient, values};

/// Mints a pack.
pub fn mint(args: &CouponMint) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let pass = args.unlock.passphrase_file.as_ref();
    let device = objects::recipient(&args.device, "--for")?;
    let profile = objects::profile(&args.patient, "--patient")?;
    let labels = Labels::parse(values::texts(&args.labels, "--label")?).role("--label")?;
    let label_key = args.label_key.as_ref();
    let label_key = label_key
        .map(|path| objects::label_key(path, pass))
        .transpose()?;
    let set = match &label_key {
        Some(key) => LabelSet::blinded(&labels, key),
        None => LabelSet::from(&labels),
    };
    let count = values::number(&args.count, "--count")?;
    let count = usize::try_from(count)
        .map_err(|_| Error::TooLarge("the number"))
        .role("--count")?;
    let signer = args.sign.as_ref();
    let signer = signer
        .map(|path| files::signer_key(path, "--sign", pass))
        .transpose()?;
    let mut output = Output::create_binary(&args.output, args.force, disk::PUBLIC_MODE, "-o")?;
    // Tables pay for themselves from some ten on.
    let mut cache = match count {
        0..10 => Cache::new(),
        _ => Cache::with_tables(),
    };
    let minter = signer.as_ref().map(|it| it as &dyn Signer);
    let pack = profile
        .mint_pack(&device, (&set, count), minter, &mut cache, &mut SysRng)
        .role("--count")?;
    output.write_all(&pack.to_bytes()?).role("-o")?;
    let bytes = output.written();
    output.commit("-o")?;

    let mut notes = Notes::default();
    notes.say(format!(
        "{} for \"{}\", in {}",
        values::counted(count as u64, "coupon"),
        device.name(),
        values::bytes(bytes)
    ));
    notes.say(format!("  pack     {}", values::hex(pack.id())));
    notes.say(format!("  labels   {labels}"));
    notes.say(format!(
        "fingerprints, to compare: patient {}; device {}",
        profile.fingerprint().to_words(),
        device.fingerprint().to_words()
    ));
    if signer.is_none() {
        notes.say("warning: unsigned: the device can't tell who minted it");
    }
    let value = json!({
        "pack": values::hex(pack.id()),
        "count": count,
        "bytes": bytes,
        "labels": shown(&set),
        "patient": patient::fingerprint(&profile),
        "device": device.fingerprint().to_string(),
        "minter": signer.as_ref().map(|it| it.public().fingerprint().to_string()),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// Adds a pack to a store.
pub fn add(args: &CouponAdd) -> Outcome<()> {
    let pass = args.unlock.passphrase_file.as_ref();
    let key = objects::recipient_key(&args.key, pass)?;
    let from = args.from.as_ref();
    let from = from.map(|path| files::signer(path, "--from")).transpose()?;
    let bytes = disk::read_file(&args.pack, PACK_BYTES).role("FILE")?;
    let pack = CouponPack::from_bytes(&bytes).role("FILE")?;
    let minter = from.as_ref().map(|it| it.verifying_key());
    let coupons = pack.open(&key, minter.as_ref()).role("FILE")?;
    let labels = coupons.labels().clone();
    let mut store = FileCouponStore::open(&args.store).role("--store")?;
    let new = store.add(coupons).role("--store")?;

    let mut notes = Notes::default();
    if new > 0 {
        notes.say(format!("added {}", values::counted(new as u64, "coupon")));
    } else {
        notes.say("added nothing: the store had this pack before");
    }
    notes.say("delete the pack, and add it nowhere else");
    if from.is_none() {
        notes.say(
            "warning: without --from anybody could have minted it, and would read what it seals",
        );
    }
    let value = json!({
        "pack": values::hex(pack.id()),
        "added": new,
        "labels": shown(&labels),
        "patient": values::hex(pack.patient().as_bytes()),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}

/// Lists a store.
pub fn list(args: &CouponList) -> Outcome<()> {
    let stock = existing(&args.store, "--store")?.stock().role("--store")?;
    if args.json {
        let packs: Vec<Value> = stock.iter().map(value).collect();
        let left: usize = stock.iter().map(|it| it.left).sum();
        return report::json(&json!({ "packs": packs, "left": left }));
    }
    let mut text = String::new();
    for it in &stock {
        text += &format!(
            "{} of {} left  {}  pack {}, patient {}\n",
            it.left,
            it.minted,
            shown(&it.labels).join(", "),
            values::hex(&it.pack),
            values::hex(it.patient.as_bytes())
        );
    }
    report::print(&text)
}

/// A store that is there: nothing is begun where a name was mistyped.
pub fn existing(path: &OsStr, role: &'static str) -> Outcome<FileCouponStore> {
    if !Path::new(path).is_dir() {
        return Err(Error::Io("not found")).role(role);
    }
    FileCouponStore::open(path).role(role)
}

fn value(stock: &Stock) -> Value {
    json!({
        "pack": values::hex(&stock.pack),
        "patient": values::hex(stock.patient.as_bytes()),
        "labels": shown(&stock.labels),
        "minted": stock.minted,
        "left": stock.left,
    })
}

/// Labels as text, or what is blinded in hexadecimal digits.
fn shown(labels: &LabelSet) -> Vec<String> {
    match labels.to_labels() {
        Ok(labels) => labels.texts().map(str::to_owned).collect(),
        Err(_) => labels.iter().map(values::hex).collect(),
    }
}
