//! `batch seal`, `batch open` and `batch list`.

pub mod list;
pub mod open;
pub mod seal;

use std::collections::BTreeSet;

use hippocrypt::envelope::RecordId;
use hippocrypt::{Error, Result};

/// The names of the files that records go to: each one file in the folder, and another for each
/// on every system, those included that do not tell upper from lower case.
#[derive(Default)]
struct FileNames(BTreeSet<String>);

impl FileNames {
    fn add<'a>(&mut self, id: &'a RecordId) -> Result<&'a str> {
        let name = id.file_name()?;
        if self.0.insert(name.to_lowercase()) {
            Ok(name)
        } else {
            Err(Error::Duplicate("record id, upper and lower case aside"))
        }
    }
}
