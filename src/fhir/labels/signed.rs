//! Side files of labels that somebody answers for.

use alloc::vec::Vec;

use crate::asymmetric::{SIGNATURE, Signer, VerifyingKey};
use crate::error::{Error, Result};
use crate::keys::file;
use crate::tags::{self, Kind};
use crate::wire::Writer;

/// The largest side file that is signed, in bytes.
const FILE: usize = 2 << 20;

/// A side file with a signature over it.
///
/// What people say about records decides who opens them: whoever can exchange the file can open
/// what it closes. So whoever seals by it names the keys that may say so.
///
/// Bytes of the object's body (SPEC.md, section 17.1): LP32 file || signer's Ed25519 key (32) ||
/// u64 time of signing || signature (64) over a tag and all bytes before, the header included.
#[derive(Clone, Debug)]
pub struct SignedLabels {
    file: Vec<u8>,
    key: VerifyingKey,
    time: u64,
    signature: [u8; SIGNATURE],
}

impl SignedLabels {
    /// Signs a side file, which is taken as it is.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond 2 MiB; those of the signer.
    pub fn sign(side_file: &[u8], signer: &dyn Signer, time: u64) -> Result<Self> {
        if side_file.len() > FILE {
            return Err(Error::TooLarge("2 MiB of a side file"));
        }
        let mut signed = Self {
            file: side_file.to_vec(),
            key: signer.verifying_key(),
            time,
            signature: [0; SIGNATURE],
        };
        signed.signature = signer.sign(&signed.message()?)?;
        Ok(signed)
    }

    /// Reads the object; nothing of it is verified.
    ///
    /// # Errors
    /// The decoding errors.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        file::decode(Kind::SignedLabels, bytes, |reader| {
            Ok(Self {
                file: reader.lp32(FILE)?.to_vec(),
                key: VerifyingKey::from_bytes(reader.array_ref()?)?,
                time: reader.u64()?,
                signature: reader.array()?,
            })
        })
    }

    /// The object, with its checksum.
    ///
    /// # Errors
    /// None for what was signed or read; the encoder's are passed on.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut writer = self.body()?;
        writer.array(&self.signature);
        Ok(file::finish(writer).into_vec())
    }

    /// The side file, if one of these signed it: for [`Assertions::read`](super::Assertions::read).
    ///
    /// # Errors
    /// [`Error::Sender`] for another signer; [`Error::Verify`].
    pub fn verify(&self, asserters: &[VerifyingKey]) -> Result<&[u8]> {
        if !asserters.contains(&self.key) {
            return Err(Error::Sender);
        }
        self.key.verify(&[&self.message()?], &self.signature)?;
        Ok(&self.file)
    }

    /// When it was signed, as the signer says.
    #[must_use]
    pub fn time(&self) -> u64 {
        self.time
    }

    fn body(&self) -> Result<Writer> {
        let mut writer = file::begin(Kind::SignedLabels);
        writer
            .lp32(&self.file)?
            .array(&self.key.to_bytes())
            .u64(self.time);
        Ok(writer)
    }

    fn message(&self) -> Result<Vec<u8>> {
        Ok([tags::LABELS_SIGNATURE, self.body()?.as_slice()].concat())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::asymmetric::SigningKey;
    use crate::symmetric::sha256;

    #[test]
    fn only_named_signers_count_and_no_changed_byte() {
        let rng = &mut getrandom::SysRng;
        let (records, stranger) = (
            SigningKey::generate(rng).unwrap(),
            SigningKey::generate(rng).unwrap(),
        );
        let known = [records.verifying_key()];
        let bytes = SignedLabels::sign(b"{}", &records, 7)
            .and_then(|it| it.to_bytes())
            .unwrap();
        let read = SignedLabels::from_bytes(&bytes).unwrap();
        assert_eq!(read.verify(&known), Ok(&b"{}"[..]));
        assert_eq!(read.time(), 7);
        assert_eq!(read.verify(&[]), Err(Error::Sender));
        let forged = SignedLabels::sign(b"{}", &stranger, 7).unwrap();
        assert_eq!(forged.verify(&known), Err(Error::Sender));
        let length = bytes.len() - 32;
        for place in 0..length {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            // Whoever forges mends the checksum too.
            let checksum = sha256(&[&changed[..length]]);
            changed[length..].copy_from_slice(&checksum);
            let read = SignedLabels::from_bytes(&changed);
            let verified = read.and_then(|it| it.verify(&known).map(<[u8]>::to_vec));
            assert!(verified.is_err(), "{place}");
        }
    }
}
