//! Proofs of consent: keys, the registry's words, a consent that can be proven, a proof with its receipt.

use hippocrypt::asymmetric::SigningKey;
use hippocrypt::zk::{
    Checkpoint, Consent, ConsentKey, Depth, Masks, PlaceReceipt, PlaceRevocation, PreparedKey,
    ProofKey, ProofReceipt, ProvableConsent, ProvenKey, Registry, Scalar, SignedProof, Trust,
    binding, context, grantee, vocabulary,
};
use hippocrypt::{Randomness, Secret};
use serde_json::{Value, json};

use crate::vectors::{NOW, Recorder, hex};

/// Made once: a proof is another one each time, and takes seconds. The files are those of ffi/tests/proof.
const KEY: &[u8] = include_bytes!("../../ffi/tests/proof/key.bin");
const PROOF: &[u8] = include_bytes!("../../ffi/tests/proof/proof.bin");
const VERIFIER: &[u8] = include_bytes!("../../ffi/tests/proof/verifier.pub");
const STUDY: &str = "study 12";

const PATIENT: [u8; 32] = [70; 32];
const REGISTRY: u8 = 72;
const LOG: u8 = 73;
const REVOKER: u8 = 74;
const GRANTEE: u8 = 75;

fn signer(seed: u8) -> SigningKey {
    SigningKey::from_seed(&Secret::new([seed; 32]))
}

fn key() -> ConsentKey {
    ConsentKey::from_seed(&Secret::new([71; 32])).unwrap()
}

pub fn proofs() -> Value {
    json!({
        "consent_key": consent_key(),
        "registry": registry(),
        "provable_consent": provable(),
        "proof": proof(),
        "receipt": receipt(),
    })
}

fn element(scalar: &Scalar) -> String {
    hex(scalar.to_bytes())
}

fn consent_key() -> Value {
    let source = &mut Recorder::new(110);
    let proven = ProvenKey::prove(&key(), &PATIENT, source).unwrap();
    let subject = Scalar::from_u64(9);
    json!({
        "seed": hex([71; 32]),
        "patient": hex(PATIENT),
        "public": hex(key().public().to_bytes()),
        "coordinates": key().public().coordinates().each_ref().map(element),
        "leaf": element(&key().public().leaf()),
        "r": element(&subject),
        "subject": element(&key().public().subject(&subject)),
        "drawn": source.drawn(),
        "proven": hex(proven.to_bytes()),
    })
}

fn registry() -> Value {
    let own = signer(REGISTRY);
    let mut registry = Registry::new(own.verifying_key(), Depth::Ten);
    let none = registry.checkpoint(NOW, &own).unwrap();
    let proven = ProvenKey::prove(&key(), &PATIENT, &mut Recorder::new(111)).unwrap();
    assert_eq!(registry.enrol(&proven), Ok(0));
    let source = &mut Recorder::new(112);
    let revoker = signer(REVOKER);
    let revoked_by = revoker.verifying_key();
    let receipt: PlaceReceipt = registry.give_place(&revoked_by, NOW, &own, source).unwrap();
    let given = registry.checkpoint(NOW + 1, &own).unwrap();
    let revocation = PlaceRevocation::sign(&revoker, registry.key(), receipt.index()).unwrap();
    registry.revoke(&revocation).unwrap();
    let revoked: Checkpoint = registry.checkpoint(NOW + 2, &own).unwrap();
    let roots = [&none, &given, &revoked].map(|it| {
        json!({
            "enrolment": element(&it.enrolment_root()),
            "revocation": element(&it.revocation_root()),
        })
    });
    json!({
        "signer": hex([REGISTRY; 32]),
        "revoker": hex([REVOKER; 32]),
        "time": NOW,
        "levels": 10,
        "key": hex(key().public().to_bytes()),
        "drawn": source.drawn(),
        "index": receipt.index(),
        "receipt": hex(receipt.to_bytes()),
        "revocation": hex(revocation.to_bytes()),
        "roots": roots,
        "checkpoint": hex(revoked.to_bytes()),
        "registry": hex(registry.to_bytes().unwrap()),
    })
}

fn provable() -> Value {
    let source = &mut Recorder::new(113);
    let mut wide = [0; 64];
    source.fill(&mut wide).unwrap();
    let consent = Consent {
        vocabulary: [3; 32],
        terms: [4; 32],
        masks: Masks::new(0b1011, 4, 1).unwrap(),
        grantee: signer(GRANTEE).verifying_key(),
        not_before: NOW,
        expires: NOW + 86_400,
        index: 0x0102_0304,
        seed: Secret::new(Scalar::from_wide(&wide)),
    };
    let context = context(&signer(LOG).verifying_key(), STUDY).unwrap();
    let values = json!({
        "seed": element(consent.seed.expose()),
        "message": element(&consent.message().unwrap()),
        "context": element(&context),
        "nullifier": element(&consent.nullifier(&context)),
        "pseudonym": element(&consent.pseudonym(&context)),
    });
    let source = &mut Recorder::new(114);
    let signed = ProvableConsent::sign(consent, &key(), source).unwrap();
    json!({
        "key_seed": hex([71; 32]),
        "grantee": hex([GRANTEE; 32]),
        "verifier": hex([LOG; 32]),
        "study": hex(STUDY),
        "vocabulary": hex([3; 32]),
        "terms": hex([4; 32]),
        "masks": [0b1011, 4, 1],
        "not_before": NOW,
        "expires": NOW + 86_400,
        "index": 0x0102_0304,
        "values": values,
        "drawn": source.drawn(),
        "signed": hex(signed.to_bytes().expose()),
    })
}

/// The proof holds, and its public inputs are what a verifier computes.
fn proof() -> Value {
    let key = ProofKey::from_bytes(KEY).unwrap();
    let proof = SignedProof::from_bytes(PROOF).unwrap();
    let circuit = *key.circuit();
    let prepared = PreparedKey::new(key, &circuit, Trust::Development).unwrap();
    assert_eq!(prepared.verify(proof.inputs(), proof.proof()), Ok(()));
    let verifier = hippocrypt::keys::SignerPublic::from_bytes(VERIFIER).unwrap();
    let standard = hippocrypt::consent::Vocabulary::hv1().unwrap();
    let inputs = proof.inputs();
    let own = grantee(proof.grantee()).unwrap();
    let words = vocabulary(standard.hash()).unwrap();
    let study = context(&verifier.verifying_key(), STUDY).unwrap();
    let (request, about, nonce) = ([0x11; 32], [0x22; 32], [0x33; 32]);
    let bound = binding(&request, &about, &verifier.verifying_key(), b"", &nonce).unwrap();
    assert!(*proof.request() == request);
    for (given, computed) in [
        (&inputs.grantee, &own),
        (&inputs.vocabulary, &words),
        (&inputs.context, &study),
        (&inputs.binding, &bound),
    ] {
        assert_eq!(given.to_bytes(), computed.to_bytes());
    }
    json!({
        "key": hex(KEY),
        "key_digest": hex(prepared.key().digest()),
        "verifier": hex(VERIFIER),
        "study": hex(STUDY),
        "vocabulary": hex(standard.hash()),
        "request": hex(request),
        "about": hex(about),
        "nonce": hex(nonce),
        "inputs": inputs.to_scalars().each_ref().map(element),
        "proof": hex(PROOF),
        "digest": hex(proof.digest()),
    })
}

fn receipt() -> Value {
    let proof = SignedProof::from_bytes(PROOF).unwrap();
    let receipt = ProofReceipt::sign(&signer(LOG), &proof, NOW).unwrap();
    json!({
        "log": hex([LOG; 32]),
        "proof": hex(PROOF),
        "time": NOW,
        "receipt": hex(receipt.to_bytes()),
    })
}
