//! Key files as text, and under a passphrase.

use hippocrypt::keys::{LockCost, file, lock, unlock};

use crate::answer::New;
use crate::argument::{Bytes, Maybe, Text};
use crate::buffer::{Buffer, Words, binary};
use crate::callback::Random;

export! {
    /// The PEM armour of an object.
    fn hc_armour(bytes[length]: Bytes) -> text: New<Words> {
        Ok(Words::new(file::armour(bytes)?.expose()))
    }

    /// The object in its armour, or in binary as it is.
    fn hc_unarmour(either[length]: Bytes) -> bytes: New<Buffer> {
        Ok(Buffer::secret(file::read(either)?))
    }

    /// An object under a passphrase.
    fn hc_lock(bytes[length]: Bytes, passphrase: Text, random: Random) -> locked: New<Buffer> {
        let object = binary(bytes, |bytes| Ok(hippocrypt::Secret::new(bytes.to_vec())))?;
        Ok(Buffer::plain(lock(&object, passphrase, LockCost::DEFAULT, &mut random)?))
    }

    /// The object under its passphrase.
    fn hc_unlock(locked[length]: Bytes, passphrase: Maybe<Text>) -> bytes: New<Buffer> {
        Ok(Buffer::secret(binary(locked, |bytes| unlock(bytes, passphrase))?))
    }
}
