//! `batch list`.

use hippocrypt::envelope::Header;
use serde_json::json;

use crate::args::BatchList;
use crate::failure::{Outcome, Role};
use crate::files::{self, Input};
use crate::{report, values};

/// Lists the records of a batch.
pub fn run(args: &BatchList) -> Outcome<()> {
    let mut input = Input::open(&args.input, None)?;
    let header = Header::read_from(&mut input).role("FILE")?;
    let members = files::rest(&mut input, "FILE")?;
    let members = header.list_members(&members).role("FILE")?;
    if args.json {
        let listed = members
            .iter()
            .map(|member| json!({ "record": member.id.as_str(), "content_bytes": member.length }));
        return report::json(&json!({
            "record": header.fixed().record_id().as_str(),
            "members": listed.collect::<Vec<_>>(),
        }));
    }
    let mut text = String::new();
    for member in &members {
        let size = values::bytes(member.length);
        text.push_str(&format!("{size:>20}  {}\n", member.id.as_str()));
    }
    report::print(&text)
}
