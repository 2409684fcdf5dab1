//! hippocrypt for JavaScript: one entry that takes and gives byte strings; `index.mjs` makes
//! functions of it.

use std::cell::RefCell;

use hippocrypt::asymmetric::SigningKey;
use hippocrypt::envelope::{Header, Opener, PatientRecipient, Record, Sealer, Sender};
use hippocrypt::keys::SignerKey;
use hippocrypt::policy::Labels;
use hippocrypt::pre::{PatientKey, PatientProfile};
use hippocrypt::{Error, Randomness, Result, Secret};

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    /// Fills memory from the host's generator of random numbers; 0 for success.
    fn random(to: *mut u8, length: usize) -> u32;
}

/// The host's generator.
struct Host;

impl Randomness for Host {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        // SAFETY: the host writes so many bytes there and no others.
        match unsafe { random(bytes.as_mut_ptr(), bytes.len()) } {
            0 => Ok(()),
            _ => Err(Error::Randomness),
        }
    }
}

// One call at a time: a module has one thread.
thread_local! {
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static OUTPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Room for the input of the next call.
#[unsafe(no_mangle)]
pub extern "C" fn input(length: usize) -> *mut u8 {
    wipe();
    INPUT.with_borrow_mut(|bytes| {
        *bytes = vec![0; length];
        bytes.as_mut_ptr()
    })
}

/// What the last call gave.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    OUTPUT.with_borrow(|bytes| bytes.as_ptr())
}

/// How many bytes that are.
#[unsafe(no_mangle)]
pub extern "C" fn output_length() -> usize {
    OUTPUT.with_borrow(Vec::len)
}

/// Wipes what the last call took and gave.
#[unsafe(no_mangle)]
pub extern "C" fn wipe() {
    for bytes in [&INPUT, &OUTPUT] {
        bytes.with_borrow_mut(|bytes| {
            drop(Secret::from(std::mem::take(bytes)));
        });
    }
}

/// Does operation `number` on the input: 0, or the number of the error.
#[unsafe(no_mangle)]
pub extern "C" fn call(number: u32) -> u32 {
    let given = INPUT.with_borrow(|bytes| {
        let fields = fields(bytes)?;
        match number {
            0 => new_patient(),
            1 => new_signer(),
            2 => seal(&fields),
            3 => open(&fields),
            4 => verify(&fields),
            _ => Err(Error::Argument("operation")),
        }
    });
    match given {
        Ok(bytes) => {
            OUTPUT.with_borrow_mut(|output| *output = bytes);
            0
        }
        Err(error) => u32::from(error.code()),
    }
}

/// Byte strings, each behind its u32 length, little-endian.
fn fields(mut bytes: &[u8]) -> Result<Vec<&[u8]>> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk().ok_or(Error::Truncated)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (field, rest) = rest.split_at_checked(length).ok_or(Error::Truncated)?;
        all.push(field);
        bytes = rest;
    }
    Ok(all)
}

/// As [`fields`] reads them. They may be secrets, so the vector never grows.
fn joined(fields: &[&[u8]]) -> Vec<u8> {
    let mut all = Vec::with_capacity(fields.iter().map(|field| 4 + field.len()).sum());
    for field in fields {
        all.extend_from_slice(&(field.len() as u32).to_le_bytes());
        all.extend_from_slice(field);
    }
    all
}

fn field<'a>(fields: &[&'a [u8]], number: usize) -> Result<&'a [u8]> {
    fields.get(number).copied().ok_or(Error::Truncated)
}

fn text(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|_| Error::Text("not UTF-8"))
}

/// Gives key and profile.
fn new_patient() -> Result<Vec<u8>> {
    let key = PatientKey::generate(&mut Host)?;
    Ok(joined(&[
        key.to_bytes().expose(),
        &key.profile().to_bytes(),
    ]))
}

/// Gives key and public file.
fn new_signer() -> Result<Vec<u8>> {
    let key = SignerKey::new(SigningKey::from_seed(&Host.secret()?), "")?;
    Ok(joined(&[key.to_bytes().expose(), &key.public().to_bytes()]))
}

/// Takes profile, signer's key (empty for none), name, content, and each label; gives the record.
fn seal(fields: &[&[u8]]) -> Result<Vec<u8>> {
    let profile = PatientProfile::from_bytes(field(fields, 0)?)?;
    let signer = match field(fields, 1)? {
        [] => None,
        key => Some(SignerKey::from_bytes(key)?),
    };
    let labels = fields.iter().skip(4).map(|label| text(label));
    let labels = Labels::parse(labels.collect::<Result<Vec<_>>>()?)?;
    let record = Record::new(text(field(fields, 2)?)?)?.labels(labels);
    let mut sealer = Sealer::new().recipient(Box::new(PatientRecipient::new(&profile)));
    if let Some(signer) = &signer {
        sealer = sealer.sender(signer);
    }
    let sealed = sealer.seal(&record, field(fields, 3)?, &mut Host)?;
    Ok(joined(&[&sealed]))
}

/// Takes the patient's key and a record; gives the content, and who signed all of it.
fn open(fields: &[&[u8]]) -> Result<Vec<u8>> {
    let key = PatientKey::from_bytes(field(fields, 0)?)?;
    let opened = Opener::new().patient(&key).open(field(fields, 1)?)?;
    let sender = match opened.sender {
        Sender::Signed(key) => key.to_bytes().to_vec(),
        _ => Vec::new(),
    };
    Ok(joined(&[opened.plaintext.expose(), &sender]))
}

/// Takes a record; gives its name and who signed its header.
fn verify(fields: &[&[u8]]) -> Result<Vec<u8>> {
    let (header, _) = Header::from_bytes(field(fields, 0)?)?;
    let fixed = header.fixed();
    let sender = fixed
        .sender()
        .map_or(Vec::new(), |key| key.to_bytes().to_vec());
    Ok(joined(&[fixed.record_id().as_str().as_bytes(), &sender]))
}
