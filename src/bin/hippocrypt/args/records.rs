//! Flags of the commands that seal and open.

use std::ffi::OsString;

use clap::Args;

use super::{About, Keys, Readers, Telling, Unlock};

/// Seal a record so that only keys which satisfy a policy open it, or a patient and whom the patient
/// grants it to.
///
/// A grant decides by the record's labels: give all that a patient may want to decide by. With a
/// policy and a patient there are two ways to the record, with --both one that needs both.
///
/// The record id, labels, policy, sender, time and sizes stay readable to whoever stores the
/// record, and with --patient a number that links the patient's records: never put a name, a
/// medical record number or a diagnosis there. By default the policy gets `and expires>=TODAY`:
/// keys that had ended by the day of sealing do not open the record.
///
/// What a policy can say: `hippocrypt policy check --help`.
///
/// A profile is a JSON object. `require` lists what a record must have at least: policy,
/// policy:FILE (under the authority of this public file, named from the profile's folder; or
/// policy: and an authority's id), capsule, both, or type:N; `sender` is true if it must be
/// signed.
#[derive(Args)]
#[command(after_help = "\
Examples:
  hippocrypt seal --authority hospital.pub --policy 'role=cardiologist and dept=icu' \\
    --label type=Observation --record obs-1 --sign ward.key -o obs.hippo obs.json
  hippocrypt seal --patient patient.pub --label type=Observation --label conf=N \\
    --label ym=2026-11 --record r1 -o obs.hippo obs.json
  tar c chart | hippocrypt seal --authority hospital.pub --policy 'role=auditor' \\
    --record chart-7 -o - - > chart.hippo
  hippocrypt seal --authority hospital.pub --policy 'role=radiologist' --record scan-9 \\
    --detached scan.header -o scan.payload scan.dcm
  hippocrypt seal --patient patient.pub --coupons coupons --label type=ECG \\
    --label ym=2026-11 --record frame-7 -o frame.hippo frame.ecg
  ecg-monitor | hippocrypt seal --patient patient.pub --coupons coupons --label type=ECG \
    --label ym=2026-11 --sign monitor.key --record night-7 --session --segment-bytes 14400 \
    --segment-seconds 10 -o night.hippo -
  hippocrypt seal --fhir bundle.json --labels labels.json --consent signed.hc \
    --patient patient.pub --authority hospital.pub --base https://ehr.example/fhir -o chart")]
pub struct Seal {
    #[command(flatten)]
    pub readers: Readers,
    /// Seal to the patient with a coupon from this store (see `coupon add`), which has exactly these labels: nothing is computed on the curve. It is spent even if sealing fails
    #[arg(
        long,
        value_name = "DIR",
        requires = "patient",
        conflicts_with = "both"
    )]
    pub coupons: Option<OsString>,
    #[command(flatten)]
    pub about: About,
    /// Bytes in a chunk, 1024 to 1048576: smaller ones make finer ranges and cost 16 bytes each
    #[arg(
        long,
        value_name = "BYTES",
        default_value = "65536",
        allow_negative_numbers = true
    )]
    pub chunk_size: OsString,
    /// Write the header to this file, apart from the payload: it can be rewrapped, and stored in a database, while the payload never changes
    #[arg(long, value_name = "FILE")]
    pub detached: Option<OsString>,
    /// Seal a recording in segments, as it comes: each is on the disk, and can be opened, before the next is read. It ends with its input, or when it is asked to (Ctrl-C). If it is killed what was sealed stays; a recording that goes on is another session
    #[arg(long, conflicts_with = "detached")]
    pub session: bool,
    /// End a segment after so many bytes, 1 to 67108864 (65536 if it is not said)
    #[arg(
        long,
        value_name = "BYTES",
        requires = "session",
        allow_negative_numbers = true
    )]
    pub segment_bytes: Option<OsString>,
    /// End a segment so long after its first byte, if it is not full by then
    #[arg(
        long,
        value_name = "SECONDS",
        requires = "session",
        allow_negative_numbers = true
    )]
    pub segment_seconds: Option<OsString>,
    /// Seal a FHIR bundle of one patient as a folder of batches (-o), one for each set of labels: to --patient, and to the holders of keys of --authority whom --consent permits them
    #[arg(
        long,
        value_name = "BUNDLE",
        group = "named",
        requires = "consent",
        requires = "patient",
        conflicts_with_all = ["policy", "both", "profile", "coupons", "labels", "label_key", "detached", "session", "meta", "sealed_meta", "created", "sign_access", "input"]
    )]
    pub fhir: Option<OsString>,
    /// With --fhir: the consent, signed (`consent sign`)
    #[arg(long, value_name = "FILE", group = "whom", requires = "fhir")]
    pub consent: Option<OsString>,
    /// With --fhir: what people said about the resources, by Type/id, and who said it; nothing is inferred, and what nobody labelled opens under no rule about labels
    #[arg(long = "labels", value_name = "FILE", requires = "fhir")]
    pub labels_file: Option<OsString>,
    /// With --fhir: take --labels only if this signer signed it (`labels sign`); give several to accept each
    #[arg(long, value_name = "FILE", requires = "labels_file")]
    pub labels_from: Vec<OsString>,
    /// With --fhir: the address below which relative references lie, as for `consent compile`
    #[arg(long, value_name = "URL", requires = "fhir")]
    pub base: Option<OsString>,
    /// With --fhir: label records with their day instead of their month
    #[arg(long, requires = "fhir")]
    pub days: bool,
    /// With --fhir: give all labels that a resource shows (codes, authors, encounters, which resource it is), not only those that the consent decides by: the patient can grant by more, batches get smaller, and whoever stores them learns more
    #[arg(long, requires = "fhir")]
    pub all_labels: bool,
    /// With --fhir: everybody who has a key, where the consent forbids somebody or permits everybody: [{"prac": ["https://…"], "org": ["…"], "role": []}, …] with all that each one has
    #[arg(long, value_name = "FILE", requires = "fhir")]
    pub recipients: Option<OsString>,
    /// With --fhir: the vocabulary that consent and labels are written in, instead of hv1
    #[arg(long, value_name = "FILE", requires = "fhir")]
    pub vocabulary: Option<OsString>,
    /// With --fhir: go on where the same command was interrupted; batches that are there stay
    #[arg(long, requires = "fhir", conflicts_with = "force")]
    pub resume: bool,
    /// The sealed record to write (`-`: standard output)
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace an existing file
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
    /// What is sealed (`-`: standard input)
    #[arg(value_name = "FILE", required_unless_present = "fhir")]
    pub input: Option<OsString>,
}

/// Open a sealed record.
///
/// The output appears only when the whole record has been read and verified. With `-o -` verified
/// chunks go out as they come, so a failure near the end leaves a beginning on standard output:
/// look at the exit code. Without --from any sender is accepted, and whoever can open a record can
/// forge one: name the senders you trust.
///
/// The output is readable by you alone (mode 0600).
///
/// Of a folder (`seal --fhir`) every batch is opened that the keys open, and one FHIR bundle is
/// written with their resources, each byte for byte as it was sealed.
///
/// Of a session (`seal --session`) all whole segments are opened. If it has no end, the output is
/// written and the command ends with error 336; if segments are missing, with error 337 and a line
/// for each gap. With --incomplete both are done (exit code 0), and a session that is damaged opens
/// to what stands before the damage. Without it a damaged one gives no output.
#[derive(Args)]
#[command(after_help = "\
Examples:
  hippocrypt open --key icu.key --from ward.pub -o copy.json obs.hippo
  hippocrypt open --key study.key --grant grant.hg --part part-1 --part part-2 -o copy.json obs.hippo
  hippocrypt open --key icu.key --range 0..4096 -o - scan.hippo | xxd
  hippocrypt open --key icu.key --header scan.header -o scan.dcm scan.payload
  hippocrypt open --key daughter.key --grant grant.hg --part part-1 --from monitor.pub \
    --follow -o - night.hippo | ecg-viewer")]
pub struct Open {
    #[command(flatten)]
    pub keys: Keys,
    /// Where to write the proof against a relay that answered wrongly, which `blame check` verifies; nothing is written if none did
    #[arg(long, value_name = "FILE", requires = "grant")]
    pub blame: Option<OsString>,
    /// Open no record that lacks what this profile demands
    #[arg(long, value_name = "FILE")]
    pub profile: Option<OsString>,
    /// Accept records signed by this sender only; give several to accept each
    #[arg(long, value_name = "FILE")]
    pub from: Vec<OsString>,
    /// Only the bytes from A on and before B; shows at most who signed the header, so not with --from
    #[arg(
        long,
        value_name = "A..B",
        conflicts_with = "from",
        allow_negative_numbers = true
    )]
    pub range: Option<OsString>,
    /// Of a session that grows: go on until its end is there; with `-o -` every segment comes out as soon as it is whole
    #[arg(long, conflicts_with = "range")]
    pub follow: bool,
    /// Stop following when nothing came for so long
    #[arg(
        long,
        value_name = "SECONDS",
        requires = "follow",
        allow_negative_numbers = true
    )]
    pub idle: Option<OsString>,
    /// Take what is whole of a session that has no end, lacks segments, or is damaged
    #[arg(long, conflicts_with = "range")]
    pub incomplete: bool,
    /// The record's header, where it is a file of its own
    #[arg(long, value_name = "FILE")]
    pub header: Option<OsString>,
    /// Write the encrypted metadata to this file
    #[arg(long, value_name = "FILE")]
    pub meta_output: Option<OsString>,
    /// The opened record to write (`-`: standard output)
    #[arg(long = "output", short, value_name = "FILE")]
    pub output: OsString,
    /// Replace existing files
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
    /// The sealed record (`-`: standard input)
    #[arg(value_name = "FILE")]
    pub input: OsString,
}

/// Rewrite who can open records, without touching the records.
///
/// Takes sealed records, or folders with records that end in .hippo, and replaces each file when
/// its new header is complete. What is in the record, its labels and its sender's signature stay
/// byte for byte. Run it again after an interruption: records that are as asked for are passed
/// over. A session that somebody still writes to is left as it is, and the command ends with
/// error 506 when the others are done.
///
/// It takes nothing from whoever could open a record before: they may have kept it.
#[derive(Args)]
#[command(after_help = "\
Example:
  hippocrypt rewrap --key old.key --key new.key --authority new-hospital.pub \
    --policy 'role=cardiologist' --replace chart/ --header scan.header")]
pub struct Rewrap {
    #[command(flatten)]
    pub keys: Keys,
    #[command(flatten)]
    pub readers: Readers,
    /// Those who could open a record before still can, beside the new ones
    #[arg(long, required_unless_present = "replace", conflicts_with = "replace")]
    pub keep: bool,
    /// Only the new policy opens the records from now on
    #[arg(long)]
    pub replace: bool,
    /// Sign the new list of those who can open it
    #[arg(long, value_name = "FILE")]
    pub sign_access: Option<OsString>,
    #[command(flatten)]
    pub unlock: Unlock,
    #[command(flatten)]
    pub telling: Telling,
    /// A header in a file of its own, to rewrite like a record; give it once for each
    #[arg(long = "header", value_name = "FILE")]
    pub headers: Vec<OsString>,
    /// The sealed records, or folders of them
    #[arg(value_name = "PATH", required_unless_present = "headers")]
    pub inputs: Vec<OsString>,
}
