//! Policies in canonical bytes, and parts of an authority's key.

use hippocrypt::Result;
use hippocrypt::abe::{AuthorityKey, AuthorityShare};
use hippocrypt::keys::file;
use hippocrypt::policy::Policy;

use super::counting::peak;
use super::trials::{all_refused, bounded, each_damage, objects, with_checksum};

/// Damaged bytes are refused, or are the one encoding of another policy.
#[test]
fn policies() {
    let mut accepted = 0;
    for (seed, text) in (40..).zip([
        "role=cardiologist",
        "role=cardiologist and (dept=icu or dept in {er, cardiology}) and level:u8>=3",
        "2 of (senior=yes, board=yes, irb=2026-117) and licensed:date>=2026-01-01 or org=x",
        "not level:u8<2 and icd10:code=E11* and ward:code in {A1, B*} and n:u32 in 5..70000",
        "not (m:u16!=300 and not level in {1, 2, 250}) or role=\"with \\\"quotes\\\"\"",
    ]) {
        let good = Policy::parse(text).unwrap();
        each_damage(seed, good.as_bytes(), |name, bad| {
            let (answer, memory) = peak(|| Policy::from_bytes(bad));
            bounded(name, memory, bad.len());
            match answer {
                Err(error) => assert!((100..300).contains(&error.code()), "{name}: {error}"),
                Ok(policy) => {
                    accepted += 1;
                    assert_eq!(policy.as_bytes(), bad, "{name}");
                    let printed = policy.to_string();
                    assert_eq!(
                        Policy::parse(&printed).unwrap().as_bytes(),
                        bad,
                        "{printed}"
                    );
                }
            }
        });
    }
    assert!(accepted > 0, "another letter in a value is another policy");
}

fn part(bytes: &[u8]) -> Result<AuthorityShare> {
    AuthorityShare::from_bytes(file::read(bytes)?.expose())
}

#[test]
fn parts_of_an_authority() {
    let it = objects();
    let parts = it.authority.split(2, 3, &mut getrandom::SysRng).unwrap();
    let good = parts[0].to_bytes();
    all_refused(50, good.expose(), part);
    let text = file::armour(good.expose()).unwrap();
    all_refused(51, text.expose().as_bytes(), part);

    // Damage behind the right checksum: refused with the others, never another authority.
    let whole = it.authority.to_bytes();
    let mut accepted = 0;
    each_damage(52, good.expose(), |name, bad| {
        let bad = with_checksum(bad);
        let (damaged, memory) = peak(|| part(&bad));
        bounded(name, memory, bad.len());
        let Ok(damaged) = damaged else { return };
        accepted += 1;
        let damaged = [damaged, part(parts[1].to_bytes().expose()).unwrap()];
        let (recovered, memory) = peak(|| AuthorityKey::recover(&damaged));
        bounded(name, memory, bad.len());
        match recovered {
            // Only the checksum was damaged, and is right again.
            Ok(authority) => {
                assert_eq!(bad, *good.expose(), "{name}");
                assert_eq!(authority.to_bytes().expose(), whole.expose());
            }
            Err(error) => assert!(
                matches!(error.code(), 1..=7 | 100..=115 | 300),
                "{name}: {error}"
            ),
        }
    });
    assert!(accepted > 0, "nothing else binds what is in a part");
}
