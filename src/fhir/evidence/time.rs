//! Times as FHIR and RFC 3339 write them.

use alloc::format;
use alloc::string::String;

use crate::error::{Error, Result};
use crate::policy::Date;

/// `YYYY-MM-DDThh:mm:ssZ`.
///
/// # Errors
/// [`Error::Time`] before 1970 and after 2079-06-06.
pub(super) fn instant(seconds: i64) -> Result<String> {
    let seconds = u64::try_from(seconds).map_err(|_| Error::Time("before 1970"))?;
    let day = Date::from_unix(seconds)?;
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    Ok(format!("{day}T{hour:02}:{minute:02}:{second:02}Z"))
}
