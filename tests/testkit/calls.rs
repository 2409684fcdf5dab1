//! What the table of the test kit can call, by name: for its tests, and for fuzzing.

use hippocrypt::abe::{AuthorityKey, AuthorityPublic, Ciphertext, UserKey};
use hippocrypt::consent::Terms;
use hippocrypt::envelope::{Header, Opener};
use hippocrypt::keys::{SignerKey, SignerPublic, file};
use hippocrypt::policy::{Attributes, LabelKey, LabelPolicy, Labels, Policy, Schema};
use hippocrypt::pre::{
    Answer, Coupon, CouponPack, Grant, GrantShare, PatientKey, PatientProfile, RecipientKey,
    RecipientPublic, RelayKey, RelayPublic, Requests, RevocationList, Unverified,
};
use hippocrypt::{Error, Result};

/// A decoder: the bytes that the value it reads is written as, where it has one encoding.
type Decoder = fn(&[u8]) -> Result<Option<Vec<u8>>>;

fn text(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|_| Error::Text("not UTF-8"))
}

/// Every decoder of one input.
pub const DECODERS: &[(&str, Decoder)] = &[
    ("authority-key", |it| {
        same(AuthorityKey::from_bytes(it)?.to_bytes().expose())
    }),
    ("authority-public", |it| {
        same(&AuthorityPublic::from_bytes(it)?.to_bytes())
    }),
    ("user-key", |it| {
        same(UserKey::from_bytes(it)?.to_bytes().expose())
    }),
    ("signer-key", |it| {
        same(SignerKey::from_bytes(it)?.to_bytes().expose())
    }),
    ("signer-public", |it| {
        same(&SignerPublic::from_bytes(it)?.to_bytes())
    }),
    ("label-key", |it| {
        same(LabelKey::from_bytes(it)?.to_bytes().expose())
    }),
    ("patient-key", |it| {
        same(PatientKey::from_bytes(it)?.to_bytes().expose())
    }),
    ("patient-profile", |it| {
        same(&PatientProfile::from_bytes(it)?.to_bytes())
    }),
    ("recipient-key", |it| {
        same(RecipientKey::from_bytes(it)?.to_bytes().expose())
    }),
    ("recipient-public", |it| {
        same(&RecipientPublic::from_bytes(it)?.to_bytes())
    }),
    ("relay-key", |it| {
        same(RelayKey::from_bytes(it)?.to_bytes().expose())
    }),
    ("relay-public", |it| {
        same(&RelayPublic::from_bytes(it)?.to_bytes())
    }),
    ("grant", |it| {
        same(&Grant::<Unverified>::from_bytes(it)?.to_bytes())
    }),
    ("grant-share", |it| {
        same(&GrantShare::from_bytes(it)?.to_bytes())
    }),
    ("requests", |it| {
        same(&Requests::from_bytes(it)?.to_bytes()?)
    }),
    ("answer", |it| same(&Answer::from_bytes(it)?.to_bytes())),
    ("revocation-list", |it| {
        same(&RevocationList::from_bytes(it)?.to_bytes())
    }),
    ("coupon", |it| {
        same(Coupon::from_bytes(it)?.into_bytes().expose())
    }),
    ("coupon-pack", |it| {
        same(&CouponPack::from_bytes(it)?.to_bytes()?)
    }),
    ("ciphertext", |it| {
        same(&Ciphertext::from_bytes(it)?.to_bytes())
    }),
    ("labels", |it| same(&Labels::from_bytes(it)?.to_bytes())),
    ("attributes", |it| {
        same(&Attributes::from_bytes(it)?.to_bytes())
    }),
    ("policy-bytes", |it| {
        same(&Policy::from_bytes(it)?.to_bytes())
    }),
    ("terms", |it| same(&Terms::from_bytes(it)?.to_bytes()?)),
    ("label-policy", |it| {
        LabelPolicy::from_bytes(it).map(|_| None)
    }),
    ("schema", |it| Schema::from_bytes(it).map(|_| None)),
    ("header", |it| Header::from_bytes(it).map(|_| None)),
    ("key-file", |it| file::read(it).map(|_| None)),
    ("policy", |it| Policy::parse(text(it)?).map(|_| None)),
    ("label-lines", |it| {
        Labels::parse(text(it)?.lines()).map(|_| None)
    }),
    ("attribute-lines", |it| {
        Attributes::parse(text(it)?.lines()).map(|_| None)
    }),
];

/// What takes a key file as well.
pub const OPENERS: &[&str] = &[
    "open-with-user-key",
    "open-with-patient-key",
    "session-with-patient-key",
];

fn same(bytes: &[u8]) -> Result<Option<Vec<u8>>> {
    Ok(Some(bytes.to_vec()))
}

/// Calls what `name` stands for. Bytes of a decoder that are accepted are the value's own.
pub fn call(name: &str, input: &[u8], keys: &[Vec<u8>]) -> Result<()> {
    if let Some((_, decode)) = DECODERS.iter().find(|(known, _)| *known == name) {
        if let Some(again) = decode(input)? {
            assert!(again == input, "{name}: a second encoding was accepted");
        }
        return Ok(());
    }
    match name {
        "open-with-user-key" => {
            let key = UserKey::from_bytes(&keys[0])?;
            Opener::new().key(&key).open(input).map(drop)
        }
        "open-with-patient-key" => {
            let key = PatientKey::from_bytes(&keys[0])?;
            Opener::new().patient(&key).open(input).map(drop)
        }
        "session-with-patient-key" => session(input, &PatientKey::from_bytes(&keys[0])?),
        _ => panic!("no such call: {name}"),
    }
}

/// All of a session, in order; without an end it is `Interrupted`.
fn session(input: &[u8], key: &PatientKey) -> Result<()> {
    let (header, mut unread) = Header::from_bytes(input)?;
    let mut opener = Opener::new().patient(key);
    let mut reader = opener.unlock(header)?.session()?;
    while reader.next(&mut unread)?.is_some() {}
    match (reader.status(), reader.missing()) {
        (hippocrypt::envelope::SessionStatus::Interrupted, _) => Err(Error::Interrupted),
        (_, [_, ..]) => Err(Error::SegmentsMissing),
        _ => Ok(()),
    }
}
