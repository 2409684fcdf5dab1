//! The relays of a sharing, as headers and standing sharings name them.

use alloc::vec::Vec;

use super::party::PartyKeys;
use crate::error::{Error, Result};
use crate::wire::{Reader, Writer};

/// The most relays of one sharing.
pub(super) const RELAYS: usize = 64;

/// The rules of every sharing among relays.
pub(super) fn check_relays(relays: &[PartyKeys], threshold: u8) -> Result<()> {
    let count = relays.len();
    if count == 0 || count > RELAYS {
        return Err(Error::Argument("a grant has 1 to 64 relays"));
    }
    if threshold == 0 || usize::from(threshold) > count {
        return Err(Error::Argument("a threshold is 1 to the number of relays"));
    }
    let twice = relays.iter().enumerate().any(|(at, keys)| {
        relays
            .iter()
            .take(at)
            .any(|before| before.hpke == keys.hpke || before.signing == keys.signing)
    });
    if twice {
        return Err(Error::Duplicate("relay"));
    }
    Ok(())
}

/// u8 threshold || u8 count || keys of the relays.
pub(super) fn read_relays(reader: &mut Reader<'_>) -> Result<(u8, Vec<PartyKeys>)> {
    let threshold = reader.u8()?;
    let count = usize::from(reader.u8()?);
    if count > RELAYS {
        return Err(Error::Length("relays"));
    }
    let relays = (0..count)
        .map(|_| PartyKeys::read(reader))
        .collect::<Result<_>>()?;
    Ok((threshold, relays))
}

/// The same, written.
pub(super) fn write_relays(writer: &mut Writer, threshold: u8, relays: &[PartyKeys]) {
    writer.u8(threshold).u8(relays.len() as u8); // at most RELAYS
    for keys in relays {
        keys.write(writer);
    }
}
