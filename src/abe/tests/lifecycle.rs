//! Keys restricted, and authorities split and recovered.

use super::super::AuthorityShare;
use super::*;

#[test]
fn a_restricted_key_opens_what_is_left_to_it() {
    let authority = authority();
    let parent = key(
        &authority,
        &["role=nurse", "dept=icu", "dept=er", "level=3"],
    );
    let mut keep = |attribute: &crate::policy::Attribute| {
        let text = alloc::format!("{attribute}");
        text == "dept=icu" || text == "level:u8=3"
    };
    let child = parent
        .restrict(&mut keep, &mut Cache::new(), &mut rng(60))
        .unwrap();
    let text = alloc::format!("{}", child.attributes());
    assert_eq!(text, "dept=icu, expires:date=2027-12-31, level:u8=3");
    assert_eq!(
        child.check(authority.public(), &mut Cache::new(), &mut rng(61)),
        Ok(())
    );
    for (policy, parents, childs) in [
        ("dept=icu and level>=3", true, true),
        ("dept=er", true, false),
        ("role=nurse", true, false),
        ("dept=icu and expires>=2027-12-31", true, true),
        ("dept=icu and expires>=2028-01-01", false, false),
    ] {
        let sealed = seal(&authority, policy);
        assert_eq!(opens(&parent, &sealed), parents, "{policy}");
        assert_eq!(opens(&child, &sealed), childs, "{policy}");
    }
}

#[test]
fn clauses_that_a_key_does_not_meet_are_named_and_ended_ones_apart() {
    let authority = authority();
    let key = key(&authority, &["role=nurse", "level=3"]);
    for (policy, unmet) in [
        ("role=nurse and level>=3", &[][..]),
        ("dept=icu or role=nurse", &[]),
        (
            "dept=icu or dept=er",
            &["the key lacks: dept=icu or dept=er"],
        ),
        (
            "role=nurse and dept=icu and level>=4",
            &["the key lacks: dept=icu", "the key lacks: level:u8>=4"],
        ),
        (
            "dept=icu and expires>=2028-01-01",
            &[
                "the key lacks: dept=icu",
                "the key ended with 2027-12-31; the record asks for expires:date>=2028-01-01: \
                 a renewed key opens it",
            ],
        ),
        // What no key of hers has had.
        (
            "issued>=2030-01-01",
            &["the key lacks: issued:date>=2030-01-01"],
        ),
    ] {
        let found = key.unmet(&Policy::parse(policy).unwrap()).unwrap();
        let found: Vec<_> = found.iter().map(|it| alloc::format!("{it}")).collect();
        assert_eq!(found, unmet, "{policy}");
    }
}

#[test]
fn a_child_shares_no_group_element_with_its_parent_or_siblings() {
    let authority = authority();
    let parent = key(&authority, &["a=x", "b=y"]);
    let child = |seed| {
        parent
            .restrict(&mut |_| true, &mut Cache::new(), &mut rng(seed))
            .unwrap()
            .to_bytes()
    };
    let (parent, one, two) = (parent.to_bytes(), child(1), child(2));
    // Authority id and attributes are the same, every point differs.
    let points = |bytes: &Secret<Vec<u8>>| -> Vec<Vec<u8>> {
        let bytes = bytes.expose();
        bytes[bytes.len() - 32 - 43 * 48..bytes.len() - 32]
            .chunks(48)
            .map(<[u8]>::to_vec)
            .collect()
    };
    for (left, right) in [(&parent, &one), (&one, &two), (&parent, &two)] {
        assert!(
            points(left)
                .iter()
                .all(|point| !points(right).contains(point))
        );
    }
}

#[test]
fn restricting_to_nothing_is_refused_and_parts_of_parent_and_child_do_not_mix() {
    let authority = authority();
    let parent = key(&authority, &["a=x", "b=x"]);
    let refused = parent
        .restrict(&mut |_| false, &mut Cache::new(), &mut rng(1))
        .err();
    assert!(matches!(refused, Some(Error::Attribute(_))));
    let mut keep = |attribute: &crate::policy::Attribute| attribute.name() == "a";
    let mut child = parent
        .restrict(&mut keep, &mut Cache::new(), &mut rng(1))
        .unwrap();
    // The parent's part for b=x put into the child does not open.
    let sealed = seal(&authority, "a=x and b=x");
    let whole = key(&authority, &["a=x", "b=x"]);
    let parts: Vec<_> = whole
        .literals
        .iter()
        .map(|literal| {
            child
                .component(literal)
                .or(parent.component(literal))
                .unwrap()
        })
        .collect();
    let (second, third) = (child.second(), child.third());
    child = whole;
    child.components.first = Secret::new(parts);
    child.components.second = Secret::new(second);
    child.components.third = third;
    assert!(!opens(&child, &sealed));
}

#[test]
fn any_threshold_of_parts_gives_the_authority_back() {
    let authority = authority();
    let parts = || authority.split(3, 5, &mut rng(70)).unwrap();
    for chosen in [[0, 1, 2], [4, 2, 0], [1, 3, 4]] {
        let some: Vec<AuthorityShare> = parts()
            .into_iter()
            .map(|part| AuthorityShare::from_bytes(part.to_bytes().expose()).unwrap())
            .enumerate()
            .filter(|(at, _)| chosen.contains(at))
            .map(|(_, part)| part)
            .collect();
        let again = AuthorityKey::recover(&some).unwrap();
        assert_eq!(again.to_bytes().expose(), authority.to_bytes().expose());
    }
    assert!(AuthorityKey::recover(&parts()).is_ok(), "all of them too");
}

#[test]
fn wrong_parts_are_refused_by_type() {
    let authority = authority();
    let parts = |seed| authority.split(2, 3, &mut rng(seed)).unwrap();
    let too_few = AuthorityKey::recover(&parts(1)[..1]).err();
    assert!(matches!(too_few, Some(Error::Missing(_))));
    assert!(matches!(
        AuthorityKey::recover(&[]).err(),
        Some(Error::Missing(_))
    ));
    let mut twice = parts(1);
    twice.truncate(1);
    twice.extend(parts(1).into_iter().take(1));
    assert!(matches!(
        AuthorityKey::recover(&twice).err(),
        Some(Error::Duplicate(_))
    ));
    let mut mixed = parts(1);
    mixed.truncate(1);
    mixed.extend(parts(2).into_iter().skip(1).take(1));
    assert!(matches!(
        AuthorityKey::recover(&mixed).err(),
        Some(Error::Argument(_))
    ));
    let changed_at = |part: &AuthorityShare, at: usize, to: &dyn Fn(u8) -> u8| {
        let bytes = part.to_bytes();
        let mut bytes = bytes.expose().clone();
        bytes[at] = to(bytes[at]);
        let content = bytes.len() - 32;
        let sum = crate::symmetric::sha256(&[&bytes[..content]]);
        bytes[content..].copy_from_slice(&sum);
        AuthorityShare::from_bytes(&bytes)
    };
    // One that agrees in all but the authority, the splitting, the threshold or the sealed key.
    let sealed = parts(1)[0].to_bytes().expose().len() - 33;
    for at in [8, 8 + 32, 8 + 32 + 16, sealed] {
        let mut wrong = parts(1);
        wrong[2] = changed_at(&wrong[2], at, &|byte| byte ^ 1).unwrap();
        let refused = AuthorityKey::recover(&wrong).err();
        assert!(matches!(refused, Some(Error::Argument(_))), "{at}");
    }
    for (at, value, error) in [
        (8 + 32 + 16, 0, Some(Error::Field("threshold"))),
        (8 + 32 + 16, 1, Some(Error::Field("threshold"))),
        (8 + 32 + 16, 2, None),
        (8 + 32 + 17, 0, Some(Error::Field("index of a share"))),
    ] {
        assert_eq!(changed_at(&parts(1)[0], at, &|_| value).err(), error);
    }
    // A part whose share was changed, checksum and all: alone among two, and among three.
    let changed =
        |part: &AuthorityShare| changed_at(part, 8 + 32 + 16 + 2 + 31, &|byte| byte ^ 1).unwrap();
    for count in [2, 3] {
        let mut wrong = parts(1);
        wrong[0] = changed(&wrong[0]);
        wrong.truncate(count);
        assert_eq!(
            AuthorityKey::recover(&wrong).err(),
            Some(Error::Open),
            "{count}"
        );
    }
    for (threshold, count) in [(0, 3), (1, 3), (4, 3)] {
        let refused = authority.split(threshold, count, &mut rng(1)).err();
        assert!(matches!(refused, Some(Error::Argument(_))));
    }
}

#[test]
fn a_part_keeps_its_bytes_and_no_shorter_one_is_read() {
    let authority = authority();
    let parts = authority.split(2, 2, &mut rng(1)).unwrap();
    let bytes = parts[0].to_bytes();
    for length in 0..bytes.expose().len() {
        assert!(AuthorityShare::from_bytes(&bytes.expose()[..length]).is_err());
    }
    let again = AuthorityShare::from_bytes(bytes.expose()).unwrap();
    assert_eq!(again.to_bytes().expose(), bytes.expose());
    assert_eq!((again.threshold(), again.index()), (2, 1));
    // What is sealed has a tag, at least.
    let (sealed, body) = (8 + 32 + 16 + 2 + 32, bytes.expose());
    for (length, error) in [
        (15, Some(Error::Length("sealed authority key"))),
        (16, None),
    ] {
        let mut short = body[..sealed].to_vec();
        short.extend_from_slice(&[0, length]);
        short.resize(short.len() + usize::from(length), 7);
        let sum = crate::symmetric::sha256(&[&short]);
        short.extend_from_slice(&sum);
        assert_eq!(AuthorityShare::from_bytes(&short).err(), error);
    }
    assert_eq!((parts[1].threshold(), parts[1].index()), (2, 2));
}

#[test]
fn an_authority_has_a_name_and_signs_with_its_own_key() {
    use crate::asymmetric::Signer;
    for (length, fits) in [(0, false), (1, true), (128, true), (129, false)] {
        let named = AuthorityKey::generate(&"n".repeat(length), &mut rng(1));
        assert_eq!(named.is_ok(), fits, "{length}");
    }
    let authority = authority();
    let signature = Signer::sign(&authority, b"message").unwrap();
    let key = authority.public().verifying_key();
    assert_eq!(Signer::verifying_key(&authority), *key);
    assert!(key.verify(&[b"message"], &signature).is_ok());
    assert!(key.verify(&[b"another"], &signature).is_err());
}

#[test]
fn digests_of_ciphertexts_differ_as_they_do() {
    let authority = authority();
    let digest = |policy| seal(&authority, policy).0.digest();
    assert_eq!(digest("a=b"), digest("a=b"));
    assert_ne!(digest("a=b"), digest("a=c"));
}
