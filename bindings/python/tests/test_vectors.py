"""The vectors of tests/vectors, frozen by Rust, through Python: each is checked, or listed with a
reason. What Rust draws at random for them has no door here, so making is compared where nothing is
drawn, and reading and opening everywhere."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
from collections.abc import Callable
from typing import Any

import hippocrypt as hc
import pytest
from conftest import ROOT
from hippocrypt import hazmat

FOLDER = ROOT / "tests/vectors"
BASE = "https://example.org/fhir"

# Without a door in Python, and why.
NO_DOOR = {
    ("policy.json", "shares"): "ciphertexts outside a record: points do not cross",
    ("policy.json", "label_policies"): "policies over labels are texts; their bytes are in grants",
    ("recovery.json", "coupon"): "a coupon outside its pack would be used twice",
}

Check = Callable[[dict[str, Any]], None]
CHECKS: dict[tuple[str, str], Check] = {}


def checks(file: str, *names: str) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        CHECKS.update({(f"{file}.json", name): check for name in names})
        return check

    return register


def all_vectors() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (path.name, name): vector
        for path in FOLDER.glob("*.json")
        for name, vector in json.loads(path.read_text()).items()
    }


VECTORS = all_vectors()


def test_every_vector_is_checked_or_listed() -> None:
    assert len(VECTORS) >= 43
    assert set(CHECKS) | set(NO_DOOR) == set(VECTORS)
    assert not set(CHECKS) & set(NO_DOOR)


def raw(digits: str) -> bytes:
    return bytes.fromhex(digits)


def text(digits: str) -> str:
    return raw(digits).decode()


def plain(value: Any) -> Any:
    """A value whose texts are in hexadecimal digits, as JSON has it."""
    if isinstance(value, dict):
        return {name: plain(it) for name, it in value.items()}
    if isinstance(value, list):
        return [plain(it) for it in value]
    return text(value) if isinstance(value, str) else value


def key(digits: str) -> Any:
    """A secret object, which comes back as it was."""
    read = hc.read_key(raw(digits))
    assert hazmat.secret_bytes(read).hex() == digits
    return read


def signer(seed: str, name: bytes = b"") -> hc.Signer:
    """The signer of a seed, in the object that SPEC.md, section 6.2, says."""
    body = b"HIPPO\1\1\x13" + raw(seed) + bytes([len(name)]) + name
    read = hc.read_key(body + hashlib.sha256(body).digest())
    assert isinstance(read, hc.Signer)
    return read


def code(call: Callable[[], object]) -> int:
    with pytest.raises(hc.Error) as refused:
        call()
    return refused.value.code


@checks("ciphertext", "ciphertext")
def an_authority_its_key_and_its_policy(it: dict[str, Any]) -> None:
    authority, user = key(it["authority_key"]), key(it["user_key"])
    public = hc.AuthorityPublic.from_bytes(raw(it["authority"]))
    assert public == authority.public and public.name == text(it["name"])
    assert user.authority_id == public.id
    user.check(public)
    policy = hc.Policy.from_bytes(raw(it["policy"]))
    assert policy.to_bytes().hex() == it["policy"] and user.satisfies(policy)
    sealed = hc.seal(b"x", record="r", authority=authority.public, policy=policy, expiry=None)
    assert hc.open(sealed, key=user) == b"x"


@checks("capsule", "capsule")
def a_patient(it: dict[str, Any]) -> None:
    patient = key(it["patient_key"])
    # The vector holds the body of the profile, which its object has behind 8 bytes.
    assert it["profile"] in patient.profile.to_bytes().hex()
    labels = [text(label) for label in it["labels"]]
    record = hc.Record("r", labels=[it for it in labels if not it.startswith(("y=", "ym="))])
    sealed = hc.seal(b"x", record=record, patient=patient.profile)
    assert hc.open(sealed, key=patient) == b"x" and hc.inspect(sealed).labels == labels


# Keys


@checks("key", "signer")
def a_signer(it: dict[str, Any]) -> None:
    own = key(it["key"])
    assert own.public.to_bytes().hex() == it["public"]


@checks("key", "locked")
def a_locked_key(it: dict[str, Any]) -> None:
    locked, passphrase = raw(it["locked"]), text(it["passphrase"])
    opened = hc.read_key(locked, passphrase=passphrase)
    assert hazmat.secret_bytes(opened).hex() == it["object"]
    assert code(lambda: hc.read_key(locked)) == 304
    assert code(lambda: hc.read_key(locked, passphrase=passphrase + "!")) == 300


@checks("key", "fingerprints")
def fingerprints(it: dict[str, Any]) -> None:
    kinds = [hc.AuthorityPublic, hc.PatientProfile, hc.RecipientPublic, hc.SignerPublic]
    for kind, case in zip(kinds, it["of"]):
        public = kind.from_bytes(raw(case["public"]))
        assert len(public.fingerprint.split()) == 12
        assert public.to_bytes().hex() == case["public"]
        others = [other for other in it["of"] if other is not case]
        assert all(kind_refuses(kind, other["public"]) for other in others)


def kind_refuses(kind: Any, digits: str) -> bool:
    return code(lambda: kind.from_bytes(raw(digits))) == 105


@checks("key", "restricted")
def a_key_for_fewer_attributes(it: dict[str, Any]) -> None:
    whole, less = key(it["user_key"]), key(it["restricted"])
    assert set(less.attributes) < set(whole.attributes)
    assert whole.restrict(less.attributes).attributes == less.attributes
    assert less.authority_id == whole.authority_id and less.expires == whole.expires


@checks("key", "schema")
def an_authority_with_a_schema(it: dict[str, Any]) -> None:
    authority = key(it["authority_key"])
    assert authority.public.to_bytes().hex() == it["authority"] and it["schema"] in it["authority"]
    nurse = authority.issue("role=rn", until="2070-12-31")
    sealer = hc.Sealer(authority=authority.public, policy="role=rn")
    assert hc.open(sealer.seal(b"x", record="r"), key=nurse) == b"x"
    for unknown in ("role=nobody", "nothing=at-all"):
        refused = hc.Sealer(authority=authority.public, policy=unknown)
        with pytest.raises(hc.PolicyError):
            refused.seal(b"x", record="r")
        allowed = hc.Sealer(authority=authority.public, policy=unknown, allow_unknown=True)
        allowed.seal(b"x", record="r")
    with pytest.raises(hc.PolicyError):
        authority.issue("role=nobody", until="2070-12-31")


@checks("key", "backup")
def parts_of_an_authority(it: dict[str, Any]) -> None:
    parts = [key(part) for part in it["parts"]]
    assert [part.index for part in parts] == [1, 2, 3]
    for pair in (parts[:2], parts[1:], parts[::2]):
        assert hazmat.secret_bytes(hc.Authority.recover(pair)).hex() == it["authority_key"]
    assert code(lambda: hc.Authority.recover(parts[:1])) == 7


@checks("key", "carers")
def carers(it: dict[str, Any]) -> None:
    before, later = key(it["patient_key"]), key(it["later_key"])
    later.profile.require_follows(before.profile)
    named = [(carer.key.hex(), carer.not_after, carer.kind) for carer in later.profile.carers]
    kinds = {1: "guardian", 2: "attorney", 3: "helper"}
    assert named == [(one["key"], one["until"], kinds[one["kind"]]) for one in it["carers"]]
    scoped = [carer.scope is not None for carer in later.profile.carers]
    assert scoped == [bool(one["scope"]) for one in it["carers"]]


# Policies and labels


@checks("policy", "policies")
def policies(it: dict[str, Any]) -> None:
    for case in it["of"]:
        policy = hc.Policy(text(case["text"]))
        assert policy.to_bytes().hex() == case["policy"]
        assert hc.Policy.from_bytes(raw(case["policy"])) == policy == hc.Policy(str(policy))


@checks("policy", "labels")
def labels(it: dict[str, Any]) -> None:
    patient, given = hc.Patient.generate(), [text(label) for label in it["given"]]
    sealed = hc.seal(b"", record=hc.Record("r", labels=given), patient=patient.profile)
    shown = hc.inspect(sealed).labels
    assert shown is not None
    # Each label is u16 length and text, behind their number.
    frozen = raw(it["labels"])
    written = b"".join(len(one).to_bytes(2, "big") + one.encode() for one in shown)
    assert frozen[0] == len(shown) and frozen[1:] == written
    record = hc.Record("r", labels=given, label_key=key(it["label_key"]))
    blinded = hc.seal(b"", record=record, patient=patient.profile)
    assert raw(it["blinded"])[1:] in blinded and written not in blinded


# Records


@checks("envelope", "envelope_aes", "envelope_capsule", "envelope_policy", "envelope_blinded")
def a_record(it: dict[str, Any]) -> None:
    sealed, about = raw(it["envelope"]), it["record"]
    owner = key(it.get("user_key") or it["patient_key"])
    by = key(it["sender"]).public if "sender" in it else None
    opened = hc.open_record(sealed, key=owner, senders=by)
    assert opened.plaintext.hex() == it["plaintext"]
    assert opened.sender == (by.key if by else None)
    header = opened.header
    assert (header.record, header.created) == (text(about["id"]), about["created"])
    assert header.chunk_size == about["chunk"]
    assert header.suite == {1: "chacha20-poly1305", 2: "aes-256-gcm"}[about["suite"]]
    assert (header.metadata or b"").hex() == (about["clear"] or "")
    assert (opened.sealed_metadata or b"").hex() == (about["metadata"] or "")
    if about["label_key"] is None:
        assert header.labels == [text(label) for label in about["labels"]]
    else:
        assert header.labels is None and all(raw(label) in sealed for label in about["labels"])
    if "consent" in it:
        assert header.consent_scope == text(it["consent"]["scope"])
    changed = bytearray(sealed)
    changed[-1] ^= 1
    assert code(lambda: hc.open(changed, key=owner)) >= 100


@checks("envelope", "envelope_both")
def a_record_for_both(it: dict[str, Any]) -> None:
    sealed, keys = raw(it["envelope"]), [key(it["user_key"]), key(it["patient_key"])]
    assert hc.open(sealed, key=keys).hex() == it["plaintext"]
    for one in keys:
        assert code(lambda: hc.open(sealed, key=one)) == 303


@checks("envelope", "envelope_detached")
def a_record_in_two_parts(it: dict[str, Any]) -> None:
    header, payload = raw(it["envelope"]), raw(it["object"])
    by = key(it["sender"]).public
    for owner in (key(it["user_key"]), key(it["patient_key"])):
        assert hc.open(payload, key=owner, header=header, senders=by).hex() == it["plaintext"]


@checks("envelope", "rewrap")
def a_rewrapped_record(it: dict[str, Any]) -> None:
    before, after = raw(it["before"]), raw(it["envelope"])
    (earlier,), (later,) = it["earlier_keys"].values(), it["later_keys"].values()
    assert hc.open(before, key=key(earlier)).hex() == it["plaintext"]
    assert hc.open(after, key=key(later)).hex() == it["plaintext"]
    assert code(lambda: hc.open(before, key=key(later))) == 303


@checks("stream", "batch", "batch_unsigned")
def a_batch(it: dict[str, Any]) -> None:
    by = key(it["sender"]).public if it["sender"] else None
    opened = hc.open_batch(raw(it["batch"]), key=key(it["user_key"]), senders=by)
    assert [[name.encode().hex(), data.hex()] for name, data in opened.items()] == it["members"]


@checks("stream", "session", "session_interrupted")
def a_session(it: dict[str, Any]) -> None:
    owner, by = key(it["patient_key"]), key(it["sender"]).public if it.get("sender") else None
    file = io.BytesIO(raw(it["session"]))
    reader = hc.SessionReader(file, key=owner, senders=by, incomplete=True)
    found = {segment.number: segment.plaintext.hex() for segment in reader}
    there = {
        number: content
        for number, content in enumerate(it["segments"])
        if number not in it["lost"]
    }
    assert found == there and reader.ended == it["ended"]
    if it["ended"] and not it["lost"]:
        reader.require_whole()
    else:
        assert code(reader.require_whole) in (336, 337)


# Grants


@checks("grant", "grant", "hidden_grant")
def a_grant_and_what_relays_answered(it: dict[str, Any]) -> None:
    grant = hc.Grant.from_bytes(raw(it["grant"]))
    assert grant.to_bytes().hex() == it["grant"] and grant.hides_policy == it["terms"]["hidden"]
    assert (grant.not_before, grant.not_after) == (
        it["terms"]["not_before"],
        it["terms"]["not_after"],
    )
    assert grant.purposes == [text(one) for one in it["terms"]["conditions"][0]]
    recipient = key(it["recipient_key"])
    public = hc.RecipientPublic.from_bytes(raw(it["recipient"]))
    assert recipient.public == public
    for digits in it["shares"]:
        assert hc.GrantShare.from_bytes(raw(digits)).to_bytes().hex() == digits
    held = hc.HeldGrant(grant, recipient)
    answers = [raw(answer) for answer in it["answers"]]
    held.with_answers(answers)
    changed = bytearray(answers[0])
    changed[-1] ^= 1
    assert code(lambda: held.with_answers([changed])) >= 100
    nothing_without_a_list(it, grant, it["open_requests"])


def nothing_without_a_list(it: dict[str, Any], grant: hc.Grant, requests: str) -> None:
    """The vector has no key of its patient, whose list of revocations relays want to see: somebody
    else's does not count."""
    stranger = hc.Patient.generate()
    revocations = hc.PublisherState(stranger).publish(stranger, now=it["time"])
    for number in it["answered"]:
        service = hc.RelayService(key(it["relay_keys"][number - 1]), now=it["time"])
        share = hc.GrantShare.from_bytes(raw(it["shares"][number - 1]))
        asked: dict[str, Any] = {"grant": grant, "share": share, "now": it["time"]}
        assert code(lambda: service.transform(raw(requests), revocations=revocations, **asked)) == 405


@checks("sharing", "role_grant")
def a_grant_to_a_role(it: dict[str, Any]) -> None:
    hospital = key(it["hospital_key"])
    assert hospital.public.to_bytes().hex() == it["hospital"]
    credential = hc.Credential.from_bytes(raw(it["credential"]))
    recipient = key(it["recipient_key"])
    # Signatures draw nothing: the credential is issued again, byte for byte.
    again = hc.Credential.issue(
        hospital, recipient.public, credential.attributes, until="2026-12-24", start=it["not_before"]
    )
    assert credential.not_after == it["not_after"]
    assert again.not_before == credential.not_before and again.issuer == credential.issuer
    assert credential.holder == recipient.public.fingerprint
    grant = hc.Grant.from_bytes(raw(it["grant"]))
    user = key(it["user_key"])
    held = hc.HeldGrant(grant, user, requester=recipient, credential=credential)
    held.with_answers([raw(answer) for answer in it["answers"]])
    assert code(lambda: hc.HeldGrant(grant, recipient)) == 303


@checks("sharing", "sharing")
def a_standing_sharing(it: dict[str, Any]) -> None:
    sharing = hc.StandingSharing.from_bytes(raw(it["sharing"]))
    assert (sharing.epoch, sharing.threshold) == (it["epoch"], it["threshold"])
    relays = [key(one) for one in it["relay_keys"]]
    assert sharing.relays == [relay.public.fingerprint for relay in relays]
    patient = key(it["patient_key"])
    assert sharing.patient == patient.profile
    # The end is a signature alone.
    assert patient.end_sharing(sharing, now=it["end_time"]).to_bytes().hex() == it["end"]
    assert hc.SharingEnd.from_bytes(raw(it["end"])).sharing == sharing
    for number, share in enumerate(it["shares"], 1):
        assert hc.SharingShare.from_bytes(raw(share)).index == number


@checks("sharing", "refresh")
def a_refresh(it: dict[str, Any]) -> None:
    kinds = {
        "invitations": hc.RefreshInvitation,
        "dealings": hc.RefreshDealing,
        "statements": hc.RefreshStatement,
    }
    for name, kind in kinds.items():
        for digits in it[name]:
            message = kind.from_bytes(raw(digits))  # type: ignore[attr-defined]
            assert message.to_bytes().hex() == digits and message.number == 1
    whole = hc.RefreshStatement.from_bytes(raw(it["whole"]))
    assert whole.signatures == len(it["relay_keys"])


# Recovery and revocation


@checks("recovery", "split")
def a_split(it: dict[str, Any]) -> None:
    trustees, device = [key(one) for one in it["trustees"]], key(it["device"])
    later = key(it["later_key"])
    assert later.profile.trustees == (it["threshold"], len(trustees))
    later.profile.require_follows(key(it["patient_key"]).profile)
    for digits, trustee in zip(it["shares"], trustees):
        share = hc.TrusteeShare.from_bytes(raw(digits))
        share.check(trustee)
        share.require_current(later.profile)
        assert share.to_bytes().hex() == digits
    released = [hc.ReleasedShare.from_bytes(raw(one)) for one in it["released"]]
    recovered = hc.Patient.recover(released, device=device, known=later.profile)
    assert hazmat.secret_bytes(recovered).hex() == it["recovered"]


@checks("recovery", "rotation_by_device", "rotation_by_recovery")
def a_rotation(it: dict[str, Any]) -> None:
    before, later = key(it["patient_key"]), key(it["later_key"])
    succession = hc.Succession.from_bytes(raw(it["succession"]))
    assert before.profile.follow([succession]) == later.profile
    assert succession.signed_by == ("device" if it["seed_backup"] else "recovery")
    if it["seed_backup"]:
        backup = hc.SeedBackup.from_bytes(raw(it["seed_backup"]))
        assert backup.sequence == later.profile.sequence


@checks("recovery", "objection")
def an_objection(it: dict[str, Any]) -> None:
    patient, succession = key(it["patient_key"]), hc.Succession.from_bytes(raw(it["succession"]))
    # A signature draws nothing.
    assert patient.object(succession).to_bytes().hex() == it["objection"]
    seen = hc.SeenSuccessions()
    with pytest.raises(hc.Error):
        patient.profile.follow([succession], wait=60, seen=seen, now=it["time"])
    assert seen.to_bytes().hex() == it["seen"]


@checks("recovery", "coupon_pack")
def coupons(it: dict[str, Any]) -> None:
    patient, device = key(it["patient_key"]), key(it["device"])
    minter = signer(it["minter"]).public
    labels = [text(label) for label in it["labels"]]
    with tempfile.TemporaryDirectory() as folder:
        store = hc.CouponStore(f"{folder}/coupons")
        count = store.add(raw(it["pack"]), key=device, minter=minter)
        assert count >= 1 and store.stock()[0][1:] == (patient.profile.id, count, count)
        sealer = hc.Sealer(patient=patient.profile, coupons=store)
        # What the library adds to a set of labels by itself is not given.
        given = [label for label in labels if label != "ym=unknown"]
        sealed = sealer.seal(b"x", record=hc.Record("r", labels=given))
        assert hc.open(sealed, key=patient) == b"x"


@checks("revocation", "revocations")
def revocations(it: dict[str, Any]) -> None:
    patient = key(it["patient_key"])
    state = hc.PublisherState(patient)
    state.take(raw(it["empty"]))
    state.take(raw(it["list"]))
    listed = state.publish(patient, now=it["list_time"] + 1)
    # Both entries are in what is published after, each as it was signed: behind header, publisher,
    # number, time and their number, and before signature and checksum.
    begin, end = 8 + 32 + 8 + 8 + 4, -(64 + 32)
    assert len(it["entries"]) == 2 and len(listed) == len(raw(it["list"]))
    assert listed[begin:end] == raw(it["list"])[begin:end]
    assert listed[:begin] != raw(it["list"])[:begin]
    for place in (20, -40):
        changed = bytearray(raw(it["list"]))
        changed[place] ^= 1
        assert code(lambda: state.take(changed)) >= 100


@checks("revocation", "blame")
def blame(it: dict[str, Any]) -> None:
    relay, words, grant = hc.check_blame(raw(it["blame"]))
    assert relay == it["relay"] and grant.to_bytes().hex() == it["grant"]
    assert len(words.split()) == 12 and it["answer"] in it["blame"]


# Consents


def reading(document: str, name: str) -> hc.Terms:
    return hc.Terms.from_fhir(raw(document), reading=text(name), base=BASE)


@checks("consent", "compiled")
def compiled(it: dict[str, Any]) -> None:
    for case in it["of"]:
        outcome = case["outcome"]
        if "refused" in outcome:
            with pytest.raises(hc.ConsentError) as refused:
                reading(case["document"], case["reading"])
            wanted = [f"{one['error']} {text(one['path'])}" for one in outcome["refused"]]
            lines = refused.value.reasons
            assert len(lines) == len(wanted)
            for line, start in zip(lines, wanted):
                number, place = start.split()
                assert number in line and place in line
            continue
        terms = reading(case["document"], case["reading"])
        found, frozen = terms.to_dict(), plain(outcome["json"])
        for drawn in ("salt", "digest"):
            assert found.pop(drawn) != frozen.pop(drawn)
        assert found == frozen and terms.noted == plain(outcome["noted"])
        again = hc.Terms.from_bytes(raw(outcome["terms"]))
        assert again.to_bytes().hex() == outcome["terms"]


@checks("consent", "terms")
def terms_in_binary(it: dict[str, Any]) -> None:
    terms = hc.Terms.from_bytes(raw(it["bytes"]))
    assert terms.to_bytes().hex() == it["bytes"] and terms.digest.hex() == it["digest"]
    assert terms.to_dict() == plain(it["json"])


@checks("consent", "decisions")
def decisions(it: dict[str, Any]) -> None:
    terms = hc.Terms.from_bytes(raw(it["terms"]))
    for case in it["of"]:
        decision, said = hc.decide(terms, raw(case["request"])), plain(case["decision"])
        assert decision.outcome == text(case["outcome"]) == said["decision"]
        assert (decision.by, decision.rule) == (said["by"], said["rule"])
        assert decision.missing == [fact["fact"] for fact in said["missing"]]
        assert decision.obligations == said["obligations"]


@checks("consent", "signed_consent", "signed_consent_by_guardian")
def signed_consents(it: dict[str, Any]) -> None:
    patient, terms = key(it["patient_key"]), hc.Terms.from_bytes(raw(it["terms"]))
    if it["guardian"] is None:
        signed = hc.sign_consent(terms, patient=patient, now=it["time"])
    else:
        carer = signer(it["guardian"])
        signed = hc.sign_consent(terms, carer=carer, profile=patient.profile, now=it["time"])
    assert signed.hex() == it["consent"]
    verified = hc.verify_consent(raw(it["consent"]), profile=patient.profile, received=it["time"])
    assert verified.signer == ("patient" if it["guardian"] is None else "guardian")
    assert verified.terms.digest == terms.digest and verified.time == it["time"]


@checks("consent", "signed_labels")
def signed_labels(it: dict[str, Any]) -> None:
    made = hc.sign_labels(raw(it["file"]), signer=signer(it["seed"]), now=it["time"])
    assert made.hex() == it["signed"]


@pytest.mark.parametrize(("file", "name"), sorted(CHECKS))
def test_vector(file: str, name: str) -> None:
    CHECKS[file, name](VECTORS[file, name])
