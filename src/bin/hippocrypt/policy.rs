//! `policy check`.

use hippocrypt::Error;
use hippocrypt::policy::Policy;
use serde_json::json;

use crate::args::PolicyCheck;
use crate::failure::{Failure, Outcome, Role};
use crate::{files, report, values};

/// Checks a policy.
pub fn check(args: &PolicyCheck) -> Outcome<()> {
    let policy = Policy::parse(values::text(&args.policy, "POLICY")?).role("POLICY")?;
    let formula = policy.formula()?;
    let rows = formula.rows().len();
    let (_, tau) = formula.occurrences();
    let size = policy.as_bytes().len();
    let stanza = stanza_bytes(size, rows, tau);

    let authority = args
        .authority
        .as_ref()
        .map(|path| files::authority(path, "--authority"))
        .transpose()?;
    let key = args
        .key
        .as_ref()
        .map(|path| files::user_key(path, "--key", args.unlock.passphrase_file.as_ref()))
        .transpose()?;
    let satisfied = key.as_ref().map(|key| key.satisfies(&policy)).transpose()?;
    let issued = key
        .as_ref()
        .zip(authority.as_ref())
        .map(|(key, it)| key.authority() == it.id());
    let schema = authority.as_ref().and_then(|it| it.schema());
    let known = schema.map(|schema| schema.check_policy(&policy));

    if args.json {
        report::json(&json!({
            "policy": policy.to_string(),
            "canonical_bytes": size,
            "leaves": policy.leaves(),
            "rows": rows,
            "tau": tau,
            "stanza_bytes": stanza,
            "schema_knows": known.as_ref().map(Result::is_ok),
            "key_satisfies": satisfied,
            "key_of_authority": issued,
        }))?;
    } else {
        let mut text = format!("policy     {policy}\n");
        text += &format!(
            "size       {} in canonical form; {} as typed, {} once comparisons are expanded\n",
            values::bytes(size as u64),
            values::counted(policy.leaves() as u64, "condition"),
            values::counted(rows as u64, "row"),
        );
        text += &format!(
            "in use     one value is asked for at most {}\n",
            values::counted(tau.into(), "time")
        );
        text += &format!(
            "cost       {} in each record before the clause on expiry; sealing takes {} in G1, \
             {} in G2 and one in Gt; opening at most {}, one final exponentiation, and sealing's \
             work again to check it\n",
            values::bytes(stanza as u64),
            values::counted(2 * rows as u64, "multiplication"),
            1 + u64::from(tau),
            values::counted(2 + u64::from(tau), "Miller loop"),
        );
        if let Some(satisfied) = satisfied {
            let answer = if satisfied {
                "satisfies the policy"
            } else {
                "does not satisfy the policy"
            };
            text += &format!("key        {answer}\n");
        }
        if let Some(issued) = issued {
            let answer = if issued {
                "was issued by this authority"
            } else {
                "is another authority's"
            };
            text += &format!("key        {answer}\n");
        }
        if let Some(day) = key.as_ref().and_then(|key| key.attributes().expires()) {
            text += &format!(
                "key        opens what is sealed until the end of {} (UTC) by default\n",
                values::day(day)
            );
        }
        text += match &known {
            Some(Ok(())) => "schema     knows every name and value of the policy\n",
            Some(Err(_)) => "schema     does not know every name and value of the policy\n",
            None => "warning    no schema: attribute names and values are not checked\n",
        };
        report::print(&text)?;
    }
    known.unwrap_or(Ok(())).role("POLICY")?;
    match (issued, satisfied) {
        (Some(false), _) => Err(Error::NoStanza).role("--key"),
        (_, Some(false)) => Err(Failure::from(Error::NotSatisfied)),
        _ => Ok(()),
    }
}

/// Bytes of the stanza: SPEC.md, sections on ciphertexts and stanzas.
fn stanza_bytes(policy: usize, rows: usize, tau: u16) -> usize {
    let ciphertext = 32 + 4 + policy + 96 * (1 + usize::from(tau)) + 48 * rows + 32;
    1 + 4 + ciphertext + 48
}
