//! SPEC.md's table of errors is the library's own: same numbers, same names, none twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use hippocrypt::Error;

/// A row of the table: `| 300 | Open | … |`. A number that is no longer given out stays in the
/// table with the name `retired`.
type Row = (u16, String);

/// The rows of the first table below a heading that says "Errors".
fn table(spec: &str) -> Result<Vec<Row>, String> {
    let heading = |line: &&str| line.starts_with('#') && line.to_lowercase().contains("errors");
    let lines = spec.lines().skip_while(|line| !heading(line)).skip(1);
    let section = lines.take_while(|line| !line.starts_with('#'));
    let rows: Vec<Vec<&str>> = section
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            line.trim_matches('|')
                .split('|')
                .map(|cell| cell.trim().trim_matches('`'))
                .collect()
        })
        .collect();
    let [_head, rule, rows @ ..] = rows.as_slice() else {
        return Err("no table below a heading that says \"Errors\"".into());
    };
    if rule
        .iter()
        .any(|cell| cell.is_empty() || !cell.trim_matches(['-', ':']).is_empty())
    {
        return Err("the table has no rule below its head".into());
    }
    let mut table: Vec<Row> = Vec::new();
    for row in rows {
        let [number, name, ..] = row.as_slice() else {
            return Err(format!("row without a name: {row:?}"));
        };
        let number: u16 = number
            .parse()
            .map_err(|_| format!("not a number: {number}"))?;
        if table.last().is_some_and(|(before, _)| *before >= number) {
            return Err(format!("{number} is not above the row before it"));
        }
        table.push((number, (*name).to_owned()));
    }
    Ok(table)
}

/// Where the two tables differ.
fn differences(spec: &[Row], library: &[(u16, &str)]) -> Vec<String> {
    let given: Vec<&Row> = spec.iter().filter(|(_, name)| name != "retired").collect();
    let in_spec = |row: &(u16, &str)| {
        given
            .iter()
            .any(|(number, name)| (*number, name.as_str()) == *row)
    };
    let missing = library
        .iter()
        .filter(|row| !in_spec(row))
        .map(|row| format!("not in SPEC.md: {row:?}"));
    let extra = given
        .iter()
        .filter(|(number, name)| !library.contains(&(*number, name.as_str())));
    missing
        .chain(extra.map(|row| format!("only in SPEC.md: {row:?}")))
        .collect()
}

#[test]
fn the_table_of_spec_is_the_table_of_the_library() {
    let spec =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/SPEC.md")).expect("SPEC.md");
    let wrong = differences(&table(&spec).unwrap(), Error::TABLE);
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_number_of_the_library_is_given_once_and_in_order() {
    assert!(Error::TABLE.windows(2).all(|pair| pair[0].0 < pair[1].0));
}

const SAMPLE: &str = "# SPEC\n| 1 | Elsewhere | x |\n## 9. Errors\ntext\n\n| number | name | meaning |\n|---|:--|---|\n\
    | 100 | `Truncated` | the end |\n| 101 | retired | was Odd |\n| 300 | Open | no |\n\n| 1 | Another | x |\n";

#[test]
fn the_table_is_found_and_read() {
    let rows = table(SAMPLE).unwrap();
    assert_eq!(
        rows,
        [
            (100, "Truncated".to_owned()),
            (101, "retired".to_owned()),
            (300, "Open".to_owned())
        ]
    );
    assert!(differences(&rows, &[(100, "Truncated"), (300, "Open")]).is_empty());
}

#[test]
fn a_difference_is_caught() {
    let rows = table(SAMPLE).unwrap();
    assert_eq!(
        differences(&rows, &[(100, "Truncated")]).len(),
        1,
        "a row too many"
    );
    assert_eq!(
        differences(&rows, &[(100, "Truncated"), (300, "Open"), (301, "Verify")]).len(),
        1,
        "a row missing"
    );
    assert_eq!(
        differences(&rows, &[(100, "Truncated"), (300, "Closed")]).len(),
        2,
        "another name"
    );
    assert_eq!(
        differences(&rows, &[(100, "Truncated"), (302, "Open")]).len(),
        2,
        "another number"
    );
    assert_eq!(
        differences(&rows, &[(100, "Truncated"), (101, "Odd"), (300, "Open")]).len(),
        1,
        "a retired number again"
    );
}

#[test]
fn a_table_that_cannot_be_read_is_refused() {
    assert!(table("# Nothing here\n").is_err());
    assert!(table("## Errors\nno table\n## Next\n| n | m |\n|--|--|\n| 1 | A |\n").is_err());
    for (from, to) in [
        ("| 300 | Open", "| 3oo | Open"),
        ("| 300 | Open", "| 101 | Open"),
        ("|---|:--|---|\n", ""),
    ] {
        assert!(table(&SAMPLE.replace(from, to)).is_err(), "{from} -> {to}");
    }
}
