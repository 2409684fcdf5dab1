"""Computes again, from SPEC.md and the papers alone, what the library made; compares byte for byte.

    python oracle.py FILE...

Each FILE is a vector in JSON, written by tests/reference/main.rs: byte strings in hexadecimal. The
program shares no code with the library: it stands on py_ecc's curve, and on cryptography's ciphers,
Ed25519, HPKE and Argon2. The bytes that it makes itself are those of make.py.
"""

import json
import sys
import traceback
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256

import capsules
import ciphertexts
import decisions
import envelopes
import grants
import key_files
import labels
import language
import proofs
import recoveries
import revocations
import sharings
import stored
import streams
import terms
from groups import G1, G2, encode1, hash1, product

PAIRING = "06fa588b89fdfb034dbc1c163ecb3dfac228f552b643c7294cc5f2c4dc170b84"


def unhex(value):
    """Strings in JSON are bytes in hexadecimal, whatever they are inside of."""
    if isinstance(value, str):
        return bytes.fromhex(value)
    if isinstance(value, list):
        return [unhex(it) for it in value]
    if isinstance(value, dict):
        return {name: unhex(it) for name, it in value.items()}
    return value


def check_groups():
    """The check value of SPEC.md, section 5, and the first vector of RFC 9380, appendix J.9.1."""
    assert sha256(product((G1, G2))).hexdigest() == PAIRING, "pairing"
    point = hash1(b"QUUX-V01-CS02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_", b"")
    assert encode1(point)[1:].hex().startswith("2926add2207b76ca4fa57a8734416c8d"), "hash to curve"


CHECKS = {
    "capsule": capsules.check,
    "grant": grants.check,
    "hidden_grant": grants.check,
    "ciphertext": ciphertexts.check,
    "envelope_policy": envelopes.check_envelope,
    "envelope_aes": envelopes.check_envelope,
    "envelope_capsule": envelopes.check_envelope,
    "envelope_blinded": envelopes.check_blinded,
    "envelope_both": envelopes.check_envelope,
    "envelope_detached": envelopes.check_envelope,
    "rewrap": envelopes.check_rewrap,
    "batch": streams.check_batch,
    "batch_unsigned": streams.check_batch,
    "session": streams.check_session,
    "session_interrupted": streams.check_session,
    "policies": language.check,
    "label_policies": language.check,
    "shares": ciphertexts.check_shares,
    "labels": labels.check,
    "signer": key_files.check_signer,
    "schema": key_files.check_schema,
    "backup": key_files.check_backup,
    "restricted": key_files.check_restricted,
    "locked": key_files.check_locked,
    "carers": key_files.check_carers,
    "fingerprints": key_files.check_fingerprints,
    "split": recoveries.check_split,
    "rotation_by_device": recoveries.check_rotation,
    "rotation_by_recovery": recoveries.check_rotation,
    "objection": recoveries.check_objection,
    "coupon": recoveries.check_coupon,
    "coupon_pack": recoveries.check_pack,
    "sharing": sharings.check_sharing,
    "refresh": sharings.check_refresh,
    "role_grant": sharings.check_role_grant,
    "revocations": revocations.check_list,
    "blame": revocations.check_blame,
    "terms": terms.check,
    "decisions": decisions.check,
    "signed_consent": terms.check_signed,
    "signed_consent_by_guardian": terms.check_signed,
    "signed_labels": terms.check_labels,
    "compiled": terms.check_compiled,
    "linkage": proofs.check_linkage,
    "publisher": revocations.check_publisher,
    "consent_key": proofs.check_key,
    "registry": proofs.check_registry,
    "provable_consent": proofs.check_consent,
    "proof": proofs.check_proof,
    "receipt": proofs.check_receipt,
    "relay_journal": stored.check_journal,
    "coupon_file": stored.check_file,
    "coupon_flash": stored.check_flash,
}


def check(task):
    """What is wrong with a vector, or None."""
    name, vector = task
    try:
        CHECKS[name](unhex(vector))
    except Exception:  # whatever it is, the two programs differ
        return traceback.format_exc()
    return None


def main(paths):
    check_groups()
    tasks = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            tasks += json.load(file).items()
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(check, tasks))
    for (name, _), wrong in zip(tasks, found, strict=True):
        print("agrees:" if wrong is None else "disagrees:", name)
        if wrong:
            print(name, wrong, file=sys.stderr)
    return any(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
