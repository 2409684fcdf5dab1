//! One part of the library as a firmware, to see what it costs beyond the firmware `empty`, all of
//! which it does too: which part is a feature.
//!
//! Those without an input of the host to work on are linked for their size alone, and fail when run.
#![cfg_attr(target_os = "none", no_std, no_main)]

hippocrypt_edge::firmware!(8 * 1024, super::run);

#[cfg(target_os = "none")]
extern crate alloc;

#[cfg(target_os = "none")]
fn run(board: hippocrypt_edge::probe::Emulated) -> hippocrypt::Result<()> {
    hippocrypt_edge::probe::around(board)?;
    part::run(board)
}

/// The cipher over a frame, in chunks as a session has them.
#[cfg(all(target_os = "none", any(feature = "part-aead", feature = "part-aes")))]
mod part {
    use hippocrypt::Result;
    use hippocrypt::symmetric::{Aead, Stream, Suite};
    use hippocrypt_edge::probe::{Emulated, FRAME, Heart, Instructions, recorded, report};

    #[cfg(feature = "part-aead")]
    const SUITE: Suite = Suite::ChaCha20Poly1305;
    #[cfg(feature = "part-aes")]
    const SUITE: Suite = Suite::Aes256Gcm;

    pub fn run(board: Emulated) -> Result<()> {
        let mut frame = [0; FRAME];
        frame.copy_from_slice(recorded(&mut Heart::new()));
        let stream = Stream::new(Aead::new(SUITE, &board.seed()));
        let clock = Instructions::start();
        for (number, chunk) in (0..).zip(frame.chunks_mut(1024)) {
            let tag = stream.seal_chunk(number, number == 14, chunk)?;
            core::hint::black_box(tag);
        }
        report("part_instructions", clock.count());
        Ok(())
    }
}

/// The digest of what is signed.
#[cfg(all(target_os = "none", feature = "part-digest"))]
mod part {
    use hippocrypt::Result;
    use hippocrypt::symmetric::Sha256;
    use hippocrypt_edge::probe::{Emulated, Heart, Instructions, recorded, report};

    pub fn run(_: Emulated) -> Result<()> {
        let frame = recorded(&mut Heart::new());
        let clock = Instructions::start();
        let mut digest = Sha256::new();
        frame.chunks(1024).for_each(|chunk| digest.update(chunk));
        digest.update(&[0; 15 * 16]);
        core::hint::black_box(digest.finish());
        report("part_instructions", clock.count());
        Ok(())
    }
}

/// One signature.
#[cfg(all(target_os = "none", feature = "part-signature"))]
mod part {
    use hippocrypt::Result;
    use hippocrypt::asymmetric::SigningKey;
    use hippocrypt_edge::probe::{Emulated, Instructions, report};

    pub fn run(board: Emulated) -> Result<()> {
        let key = SigningKey::from_seed(&board.seed());
        let clock = Instructions::start();
        core::hint::black_box(key.sign(&[&[0; 100]]));
        report("part_instructions", clock.count());
        Ok(())
    }
}

/// A session under a coupon in memory.
#[cfg(all(
    target_os = "none",
    any(feature = "part-session", feature = "part-signed")
))]
mod part {
    use hippocrypt::asymmetric::Signer;
    use hippocrypt::envelope::{Record, RecordId, SessionSealer};
    use hippocrypt::pre::Coupon;
    use hippocrypt::{Randomness, Result};
    use hippocrypt_edge::monitor::Board;
    use hippocrypt_edge::probe::{Emulated, recorded};

    struct Dice(Emulated);

    impl Randomness for Dice {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
            self.0.random(bytes)
        }
    }

    pub fn run(board: Emulated) -> Result<()> {
        #[cfg(feature = "part-signed")]
        let key = hippocrypt::asymmetric::SigningKey::from_seed(&board.seed());
        #[cfg(feature = "part-signed")]
        let key: Option<&dyn Signer> = Some(&key);
        // Hidden: the compiler fills an unused place of it with what others pass, Ed25519's functions.
        #[cfg(not(feature = "part-signed"))]
        let key: Option<&dyn Signer> = core::hint::black_box(None);
        let mut bytes = [0; 1024];
        let coupon = Coupon::from_bytes(board.file(b"coupon.bin\0", &mut bytes))?;
        let id = RecordId::ascii("ecg")?;
        let record = Record::for_coupon(id, coupon.labels()).chunk_size(1024)?;
        let mut session = SessionSealer::with_coupon(&record, coupon, key, &mut Dice(board))?;
        board.send(session.header())?;
        let frame = recorded(&mut hippocrypt_edge::probe::Heart::new());
        board.send(&session.segment(frame)?)?;
        board.send(&session.end()?)
    }
}

/// Sealing to a patient and opening, with pairings.
#[cfg(all(target_os = "none", feature = "part-core"))]
mod part {
    use alloc::boxed::Box;
    use hippocrypt::envelope::{Opener, PatientRecipient, Record, Sealer};
    use hippocrypt::policy::Labels;
    use hippocrypt::pre::{PatientKey, PatientProfile};
    use hippocrypt::{Randomness, Result};
    use hippocrypt_edge::monitor::Board;
    use hippocrypt_edge::probe::Emulated;

    struct Dice(Emulated);

    impl Randomness for Dice {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
            self.0.random(bytes)
        }
    }

    pub fn run(board: Emulated) -> Result<()> {
        let (mut profile, mut key) = ([0; 1024], [0; 1024]);
        let profile = PatientProfile::from_bytes(board.file(b"patient.pub\0", &mut profile))?;
        let key = PatientKey::from_bytes(board.file(b"patient.key\0", &mut key))?;
        let record = Record::new("ecg")?.labels(Labels::parse(["type=ECG"])?);
        let mut sealer = Sealer::new().recipient(Box::new(PatientRecipient::new(&profile)));
        let sealed = sealer.seal(&record, b"72/min", &mut Dice(board))?;
        let opened = Opener::new().patient(&key).open(&sealed)?;
        board.send(opened.plaintext.expose())
    }
}

/// Compiling a consent.
#[cfg(all(target_os = "none", feature = "part-fhir"))]
mod part {
    use hippocrypt::consent::Reading;
    use hippocrypt::consent::vocabulary::Vocabulary;
    use hippocrypt::fhir::{Document, NoResolver, Options, compile};
    use hippocrypt::{Error, Result};
    use hippocrypt_edge::probe::Emulated;

    pub fn run(board: Emulated) -> Result<()> {
        let mut bytes = [0; 4096];
        let document = Document::parse(board.file(b"consent.json\0", &mut bytes))?;
        let options = Options::new(Reading::R5Negate);
        let vocabulary = Vocabulary::hv1()?;
        let compiled = compile(&document, &options, &vocabulary, &NoResolver, [7; 32]);
        core::hint::black_box(compiled.map_err(|_| Error::Missing("terms")).map(drop))
    }
}

/// Verifying a proof of consent.
#[cfg(all(target_os = "none", feature = "part-zk"))]
mod part {
    use hippocrypt::Result;
    use hippocrypt::zk::{PreparedKey, Proof, ProofKey, PublicInputs, Trust};
    use hippocrypt_edge::probe::Emulated;

    pub fn run(board: Emulated) -> Result<()> {
        let mut bytes = [0; 4096];
        let key = ProofKey::from_bytes(board.file(b"proof.key\0", &mut bytes))?;
        let circuit = *key.circuit();
        let key = PreparedKey::new(key, &circuit, Trust::Development)?;
        let mut inputs = [0; _];
        board.file(b"inputs.bin\0", &mut inputs);
        let mut proof = [0; _];
        board.file(b"proof.bin\0", &mut proof);
        key.verify(
            &PublicInputs::from_bytes(&inputs)?,
            &Proof::from_bytes(&proof)?,
        )
    }
}
