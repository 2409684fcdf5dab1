//! What a verifier relies on, and what comes of it.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use getrandom::SysRng;
use hippocrypt::Error;
use hippocrypt::asymmetric::VerifyingKey;
use hippocrypt::consent::Vocabulary;
use hippocrypt::envelope::Header;
use hippocrypt::proof::{Asked, Coverage, Extraction, KnownLabels, RecordClaim};
use hippocrypt::zk::{
    CheckedProof, Checkpoint, Freshness, PreparedKey, ProofPolicy, ProofReceipt, ProofVerifier,
    Provenance, RegistryDirectory, ReplayStore, SignedProof, Trust,
};
use serde_json::{Value, json};

use super::{document, parties, registry, setup};
use crate::args::Relied as Args;
use crate::consent::vocabulary;
use crate::failure::{Failure, Outcome, Role};
use crate::{files, objects, values};

/// The ending of sealed records in a directory.
const ENDING: &str = "hippo";
/// Most records of one command.
const RECORDS: usize = 1 << 20;

/// Everything that was named, read and checked.
pub struct Relied {
    pub asked: Asked,
    pub key: PreparedKey,
    pub registry: VerifyingKey,
    pub checkpoints: Vec<Checkpoint>,
    pub proofs: Vec<SignedProof>,
    receipts: Vec<ProofReceipt>,
    pub records: Vec<hippocrypt::Result<RecordClaim>>,
    now: u64,
}

/// What was found out.
pub enum Found {
    /// That someone consented, by each proof.
    Someone(Vec<hippocrypt::Result<CheckedProof>>),
    /// Which records are covered.
    Records(Extraction),
}

impl Relied {
    pub fn read(args: &Args) -> Outcome<Self> {
        let vocabulary = vocabulary(&args.words)?;
        let asked = document::read(&args.request, &vocabulary)?;
        if let Some(path) = &args.verifier {
            let own = files::signer(path, "--verifier")?.verifying_key();
            if own != asked.request().verifier {
                return Err(Error::Statement("a request of another verifier")).role("--request");
            }
        }
        let key = setup::verifying(&args.keys)?;
        let trust = match &args.pin {
            Some(digest) => Trust::Pinned(values::digest(digest, "--pin")?),
            None => Trust::Development,
        };
        let circuit = key.depth().circuit();
        let key = PreparedKey::new(key, circuit, trust).role("--keys")?;
        let pinned = registry::key(&args.place.registry, args.registry_key.as_ref())?;
        let directory = RegistryDirectory::open(&args.place.registry);
        let checkpoints = directory.checkpoints(&pinned).role(registry::ROLE)?;
        let custodians = parties::signers(&args.custodians, "--custodian")?;
        let label_key = args.label_key.as_ref();
        let label_key = label_key
            .map(|path| objects::label_key(path, args.unlock.passphrase_file.as_ref()))
            .transpose()?;
        let claims = Claims {
            custodians: &custodians,
            vocabulary: &vocabulary,
            blinded: label_key
                .as_ref()
                .map(|key| KnownLabels::new(key, &vocabulary, &asked.request().buckets)),
        };
        let records = records(&args.records, &claims)?;
        Ok(Self {
            key,
            registry: pinned,
            checkpoints,
            proofs: each(&args.proofs, "PROOF", SignedProof::from_bytes)?,
            receipts: receipts(args)?,
            records,
            asked,
            now: values::now()?,
        })
    }

    /// Verifies all of it.
    pub fn verify(
        &self,
        one_use: bool,
        mut replay: Option<&mut dyn ReplayStore>,
    ) -> Outcome<Found> {
        let policy = ProofPolicy {
            one_use,
            ..ProofPolicy::default()
        };
        let verifier = ProofVerifier::new(&self.key, &self.checkpoints, policy)?;
        let times = self.proofs.iter().enumerate().map(|(place, proof)| {
            let received = self.receipts.get(place).map(Freshness::Received);
            (proof, received.unwrap_or(Freshness::Now(self.now)))
        });
        let times: Vec<_> = times.collect();
        if self.records.is_empty() {
            let someone = times.iter().map(|(proof, time)| {
                let asked = &self.asked;
                match &mut replay {
                    Some(store) => {
                        asked.verify_that_someone_consented(&verifier, proof, *time, *store)
                    }
                    None => asked.check_that_someone_consented(&verifier, proof, *time),
                }
            });
            return Ok(Found::Someone(someone.collect()));
        }
        let found =
            self.asked
                .verify_extraction(&verifier, &self.records, &times, replay, &mut SysRng)?;
        Ok(Found::Records(found))
    }

    /// Who made the keys, in words.
    pub fn provenance(&self) -> String {
        match self.key.key().provenance() {
            Provenance::Development => {
                "one party, for tests: whoever it is can prove anything".to_owned()
            }
            Provenance::Ceremony { id, .. } => format!("the ceremony {}", values::hex(id)),
        }
    }
}

impl Found {
    /// Each proof's outcome.
    pub fn proofs(&self) -> &[hippocrypt::Result<CheckedProof>] {
        match self {
            Self::Someone(proofs) => proofs,
            Self::Records(found) => found.proofs(),
        }
    }

    /// What there is to complain of; nothing where every proof is right and every record covered.
    pub fn complaint(&self) -> Option<Error> {
        let refused = self.proofs().iter().find_map(|it| it.as_ref().err());
        match self {
            _ if refused.is_some() => refused.cloned(),
            Self::Records(found) if !found.is_complete() => {
                Some(Error::Statement("records that no proof covers"))
            }
            _ => None,
        }
    }

    /// The same for programs. Records and proofs are numbered from 1.
    pub fn value(&self) -> Value {
        let proofs = self.proofs().iter().enumerate().map(|(place, proof)| {
            json!({
                "proof": place + 1,
                "verified": proof.is_ok(),
                "pseudonym": proof.as_ref().ok().map(pseudonym),
                "error": proof.as_ref().err().map(Error::code),
            })
        });
        let proofs: Vec<Value> = proofs.collect();
        match self {
            Self::Someone(_) => json!({"shows": "someone consented", "proofs": proofs}),
            Self::Records(found) => json!({
                "shows": "which records are covered",
                "covered": found.covered(),
                "not_covered": found.rows().len() - found.covered(),
                "proofs": proofs,
                "records": found.rows().iter().map(|row| json!({
                    "record": row.record + 1,
                    "covered": matches!(row.coverage, Coverage::Covered(_)),
                    "proof": match row.coverage {
                        Coverage::Covered(place) | Coverage::Refused(place, _) => Some(place + 1),
                        _ => None,
                    },
                    "reason": reason(&row.coverage),
                })).collect::<Vec<_>>(),
            }),
        }
    }
}

/// The first 8 bytes of a pseudonym: enough to tell those of one study apart.
pub fn pseudonym(proof: &CheckedProof) -> String {
    let mut digits = values::hex(&proof.inputs().pseudonym.to_bytes());
    digits.truncate(16);
    digits
}

/// Why a record is not covered.
pub fn reason(coverage: &Coverage) -> Option<String> {
    match coverage {
        Coverage::Covered(_) => None,
        Coverage::Beyond => Some("its labels are beyond the request".to_owned()),
        Coverage::OtherRecord => Some("the request is about another record".to_owned()),
        Coverage::NoProof => Some("no proof is about its patient".to_owned()),
        Coverage::Refused(place, error) => {
            Some(format!("proof {} was refused: {error}", place + 1))
        }
        Coverage::NotUsable(error) => Some(error.to_string()),
    }
}

fn each<T>(
    paths: &[OsString],
    role: &'static str,
    read: impl Fn(&[u8]) -> hippocrypt::Result<T>,
) -> Outcome<Vec<T>> {
    let numbered = paths.iter().enumerate();
    numbered
        .map(|(place, path)| {
            let about = |error| Failure::about(format!("{role} {}", place + 1), error);
            let bytes = hippocrypt::keys::disk::read_file(path, super::SMALL).map_err(about)?;
            read(&bytes).map_err(about)
        })
        .collect()
}

fn receipts(args: &Args) -> Outcome<Vec<ProofReceipt>> {
    let Some(log) = &args.log_key else {
        return Ok(Vec::new());
    };
    if !args.received.is_empty() && args.received.len() != args.proofs.len() {
        return Err(Error::Argument("one receipt for each proof")).role("--received");
    }
    let log = files::signer(log, "--log-key")?.verifying_key();
    each(&args.received, "--received", |bytes| {
        ProofReceipt::from_bytes(bytes, &log)
    })
}

/// Reads the headers of records; what is wrong with one stands in its place.
fn records(
    paths: &[OsString],
    claims: &Claims<'_>,
) -> Outcome<Vec<hippocrypt::Result<RecordClaim>>> {
    let mut files: Vec<PathBuf> = Vec::new();
    for path in paths {
        if !fs::metadata(path).role("--record")?.is_dir() {
            files.push(path.into());
            continue;
        }
        let mut inside = Vec::new();
        for entry in fs::read_dir(path).role("--record")? {
            let entry = entry.role("--record")?.path();
            if entry.extension().is_some_and(|it| it == ENDING) {
                inside.push(entry);
            }
        }
        inside.sort();
        files.extend(inside);
    }
    if files.len() > RECORDS {
        return Err(Error::TooLarge("records")).role("--record");
    }
    Ok(files.iter().map(|path| claims.read(path)).collect())
}

/// What records are read with.
struct Claims<'a> {
    custodians: &'a [VerifyingKey],
    vocabulary: &'a Vocabulary,
    blinded: Option<KnownLabels<'a>>,
}

impl Claims<'_> {
    fn read(&self, path: &Path) -> hippocrypt::Result<RecordClaim> {
        let header = Header::read_from(&mut BufReader::new(File::open(path)?))?;
        match &self.blinded {
            Some(known) if header.fixed().label_key_id().is_some() => {
                let labels = known.of(header.fixed())?;
                let key = known.key();
                RecordClaim::of_blinded(&header, self.custodians, self.vocabulary, &labels, key)
            }
            _ => RecordClaim::of(&header, self.custodians, self.vocabulary),
        }
    }
}
