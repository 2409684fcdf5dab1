//! `seal --fhir`.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::abe::AuthorityPublic;
use hippocrypt::consent::vocabulary::Vocabulary;
use hippocrypt::consent::{Attributes, Audience, Phrases, SignedConsent, VerifiedConsent, explain};
use hippocrypt::envelope::{Header, Subject, patient_of};
use hippocrypt::fhir::labels::{Assertions, LabelOptions, Labelled, Labeller};
use hippocrypt::fhir::{Bundle, Json};
use hippocrypt::keys::{SignerKey, disk};
use hippocrypt::lifecycle::{Chart, ChartSealer, Group, relevant, scope};
use hippocrypt::pre::PatientProfile;
use serde_json::{Value, json};

use crate::args::Seal;
use crate::failure::{Outcome, Role};
use crate::output::Output;
use crate::progress;
use crate::report::{self, Notes};
use crate::{files, labels, objects, proof, values, vocabulary};

/// The largest bundle and the largest side file, in bytes.
const LIMIT: usize = 256 << 20;
/// Most recipients of a closed list, and the largest file of it.
const RECIPIENTS: usize = 4096;

/// What the flags name, read and checked; nothing is written yet.
struct Wanted {
    vocabulary: Vocabulary,
    consent: VerifiedConsent,
    patient: PatientProfile,
    authority: Option<AuthorityPublic>,
    everyone: Option<Vec<Attributes>>,
    signer: Option<SignerKey>,
    scope: String,
    subject: Option<Subject>,
    now: u64,
}

/// What came of it.
#[derive(Default)]
struct Sealed {
    groups: Vec<Value>,
    resources: usize,
    there: usize,
    bytes: u64,
    unlabelled: usize,
    /// Whether nobody signed the labels.
    unanswered: bool,
}

/// Seals a bundle as a folder of batches.
pub fn run(args: &Seal, path: &OsString) -> Outcome<()> {
    report::check_json(args.telling.json, &args.output)?;
    let wanted = Wanted::read(args)?;
    let bytes = disk::read_file(path, LIMIT).role("--fhir")?;
    let bundle = Bundle::parse(&bytes).role("--fhir")?;
    let (assertions, answered) = match &args.labels_file {
        Some(path) => labels::read(path, &args.labels_from, &wanted.vocabulary)?,
        None => (Assertions::default(), true),
    };
    let base = args.base.as_ref();
    let base = base.map(|it| values::text(it, "--base")).transpose()?;
    let options = LabelOptions {
        base: base.map(str::to_owned),
        day: args.days,
        instance: true,
        ..LabelOptions::default()
    };
    let mut labeller = Labeller::new(&wanted.vocabulary, &assertions, options).role("--base")?;
    for resource in bundle.resources() {
        if let Some(address) = resource.address() {
            labeller.know_one(address, resource.json()).role("--fhir")?;
        }
    }

    let mut sealed = Sealed::default();
    let subject = wanted.consent.terms().subject.clone();
    let chart = Chart::new(&bundle, Some(&subject), base, |resource| {
        let labelled: Labelled = labeller.label(resource.json(), resource.address())?;
        sealed.unlabelled += usize::from(!labelled.has_confidentiality());
        match args.all_labels {
            true => Ok(labelled.labels),
            false => relevant(&labelled.labels, wanted.consent.terms()),
        }
    })
    .role("--fhir")?;
    let sealer = wanted.sealer()?;
    // Everything that can be refused is refused before the first batch is written.
    for group in chart.groups() {
        sealer.readers(group.labels()).role("--consent")?;
    }
    let folder = Path::new(&args.output);
    begin(folder, args.resume || args.force, &chart)?;
    let bar = progress::counter(chart.groups().len() as u64);
    for group in chart.groups() {
        one(args, folder, (&wanted, &sealer), group, &mut sealed)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    sealed.unanswered = !answered;
    tell(args, &wanted, &sealed)
}

impl Wanted {
    fn read(args: &Seal) -> Outcome<Self> {
        let pass = args.unlock.passphrase_file.as_ref();
        let missing = |what, flag| Err(Error::Missing(what)).role(flag);
        let Some(consent) = &args.consent else {
            return missing("the signed consent", "--consent");
        };
        let Some(patient) = &args.readers.patient else {
            return missing("the patient's profile", "--patient");
        };
        let vocabulary = match &args.vocabulary {
            Some(path) => vocabulary::read(path, "--vocabulary")?,
            None => Vocabulary::hv1()?,
        };
        let patient = objects::profile(patient, "--patient")?;
        let now = values::now()?;
        let signed = SignedConsent::from_bytes(&objects::either(consent, "--consent")?);
        let consent = signed
            .and_then(|it| it.verify(&patient, now))
            .role("--consent")?;
        let words = explain(
            consent.terms(),
            &vocabulary,
            Audience::Patient,
            &Phrases::english()?,
        );
        let scope = scope(&words.role("--consent")?.to_string());
        let authority = args.readers.authority.as_ref();
        let signer = args.about.sign.as_ref();
        Ok(Self {
            vocabulary,
            consent,
            patient,
            authority: authority
                .map(|path| files::authority(path, "--authority"))
                .transpose()?,
            everyone: args.recipients.as_ref().map(everyone).transpose()?,
            signer: signer
                .map(|path| files::signer_key(path, "--sign", pass))
                .transpose()?,
            scope,
            subject: args
                .about
                .subject
                .as_ref()
                .map(|path| proof::read_subject(path, "--subject"))
                .transpose()?,
            now,
        })
    }

    fn sealer(&self) -> Outcome<ChartSealer<'_>> {
        let sealer = ChartSealer::new(&self.consent, &self.vocabulary, &self.scope, self.now);
        let mut sealer = sealer.role("--consent")?.patient(&self.patient)?;
        if let Some(authority) = &self.authority {
            sealer = sealer.authority(authority, self.everyone.as_deref());
        }
        if let Some(signer) = &self.signer {
            sealer = sealer.sender(signer);
        }
        Ok(match &self.subject {
            Some(subject) => sealer.subject(subject.clone()),
            None => sealer,
        })
    }
}

/// The closed list of recipients: an array of objects `{"prac": ["…"], "org": ["…"], "role": []}`.
fn everyone(path: &OsString) -> Outcome<Vec<Attributes>> {
    let role = "--recipients";
    let shape = || Error::Argument("a list of recipients as `seal --help` describes it");
    let file = Json::parse(&disk::read_file(path, LIMIT).role(role)?).role(role)?;
    let mut all = Vec::new();
    for somebody in file.elements() {
        let listed = |it: &Json| matches!(it, Json::Array(_));
        // A single value is no list: read as an empty one it would say that there is none.
        if !matches!(somebody, Json::Object(_))
            || !somebody.members().iter().all(|(_, it)| listed(it))
        {
            return Err(shape()).role(role);
        }
        let mut attributes = Vec::new();
        let mut without = Vec::new();
        for (key, values) in somebody.members() {
            if values.elements().is_empty() {
                without.push(key.to_string());
            }
            for value in values.elements() {
                let value = value.as_str().ok_or_else(shape).role(role)?;
                attributes.push(format!("{key}={value}"));
            }
        }
        let known = Attributes::of(attributes.iter().map(String::as_str)).role(role)?;
        let known = without.iter().try_fold(known, |it, key| it.without(key));
        all.push(known.role(role)?);
    }
    if all.is_empty() || all.len() > RECIPIENTS {
        return Err(shape()).role(role);
    }
    Ok(all)
}

fn begin(folder: &Path, again: bool, chart: &Chart<'_>) -> Outcome<()> {
    if !again && folder.read_dir().is_ok_and(|mut it| it.next().is_some()) {
        return Err(Error::Exists).role("-o");
    }
    // Batches of other labels would stay, open to whom they were open to, and be taken for parts
    // of this chart.
    let own: BTreeSet<OsString> = chart.groups().iter().map(file_name).collect();
    for entry in folder.read_dir().into_iter().flatten() {
        let path = entry.role("-o")?.path();
        let is_batch = path.extension().is_some_and(|it| it == "hippo");
        if is_batch && !path.file_name().is_some_and(|it| own.contains(it)) {
            return Err(Error::Argument(
                "a folder without batches that are not of this chart and these labels",
            ))
            .role("-o");
        }
    }
    fs::create_dir_all(folder).role("-o")
}

fn file_name(group: &Group<'_>) -> OsString {
    format!("{}.hippo", group.name()).into()
}

/// Seals one group, unless that was done before.
fn one(
    args: &Seal,
    folder: &Path,
    (wanted, sealer): (&Wanted, &ChartSealer<'_>),
    group: &Group<'_>,
    sealed: &mut Sealed,
) -> Outcome<()> {
    let path: PathBuf = folder.join(file_name(group));
    let count = group.members().len();
    sealed.resources += count;
    if args.resume && is_there(&path, group, wanted)? {
        sealed.there += 1;
        return Ok(());
    }
    let (bytes, readers) = sealer.seal(group, &mut SysRng).role("--consent")?;
    let force = args.force || args.resume;
    let mut output = Output::create(path.as_os_str(), force, disk::PUBLIC_MODE, "-o")?;
    output.write_all(&bytes).role("-o")?;
    output.commit("-o")?;
    sealed.bytes += bytes.len() as u64;
    sealed.groups.push(json!({
        "batch": group.name(),
        "labels": group.labels().texts().collect::<Vec<_>>(),
        "resources": count,
        "policy": readers.holders.as_ref().map(|it| &it.text),
        "policy_until": readers.holders.as_ref().and_then(|it| it.until),
    }));
    Ok(())
}

/// Whether the batch is there: for this patient, under this consent, with these labels and with
/// records of these places and sizes. Files appear whole or not at all.
fn is_there(path: &Path, group: &Group<'_>, wanted: &Wanted) -> Outcome<bool> {
    let Ok(bytes) = fs::read(path) else {
        return Ok(false);
    };
    let (header, members) = Header::from_bytes(&bytes).role("-o")?;
    let found = header.list_members(members).role("-o")?;
    let found = found.iter().map(|it| (it.id.as_str(), it.length));
    let own = group.members().iter();
    let own = own.map(|(id, resource)| (id.as_str(), resource.as_str().len() as u64));
    let mut stanzas = header.access().stanzas().iter();
    let patient = wanted.patient.id();
    Ok(found.eq(own)
        && header.is_under(&wanted.consent.terms().digest()?)
        && header.fixed().labels() == Some(group.labels())
        && header.fixed().vocabulary() == Some(wanted.vocabulary.hash())
        && stanzas.any(|it| patient_of(it).is_ok_and(|it| it == *patient)))
}

fn tell(args: &Seal, wanted: &Wanted, sealed: &Sealed) -> Outcome<()> {
    let mut notes = Notes::default();
    notes.say(format!(
        "sealed {} as {}, {}",
        values::counted(sealed.resources as u64, "resource"),
        values::counted((sealed.groups.len() + sealed.there) as u64, "batch")
            .replace("batchs", "batches"),
        values::bytes(sealed.bytes),
    ));
    if sealed.there > 0 {
        notes.say(format!("{} of them were there already", sealed.there));
    }
    if sealed.unlabelled > 0 {
        notes.say(format!(
            "warning: nobody has labelled {}: rules about labels open them for nobody",
            values::counted(sealed.unlabelled as u64, "resource")
        ));
    }
    if sealed.unanswered {
        notes.say("warning: nobody signed the labels: whoever could change the file decided who can open what");
    }
    notes.say("stays readable to whoever stores them: labels, policies, sizes, times, how many");
    notes.say("what the consent permits travels with every record, readable too");
    let closed = sealed.groups.iter().filter(|it| it["policy"].is_null());
    if wanted.authority.is_some() {
        notes.say(format!(
            "{} of the batches written now open for no key of the authority, only for the patient and by grants",
            closed.count()
        ));
    }
    if wanted.signer.is_none() {
        notes.say("warning: unsigned: whoever can open a record can make another");
    }
    notes.say(format!(
        "the patient's fingerprint, to compare: {}",
        wanted.patient.fingerprint().to_words()
    ));
    let value = json!({
        "resources": sealed.resources,
        "unlabelled": sealed.unlabelled,
        "labels_signed": args.labels_file.is_some() && !sealed.unanswered,
        "batches": sealed.groups,
        "batches_there": sealed.there,
        "sealed_bytes": sealed.bytes,
        "consent": values::hex(&wanted.consent.terms().digest()?),
    });
    notes.finish(args.telling.quiet, args.telling.json, &value)
}
