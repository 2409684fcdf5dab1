"""Every public function, class and method refuses what is of no type that it takes with a
TypeError, whichever argument it is: never a crash, and never a wrong success."""

from __future__ import annotations

import contextlib
import inspect
import pickle
from typing import Any

import hippocrypt as hc
import pytest
from hippocrypt import hazmat


class Nothing:
    """Of a type that no function takes."""


WRONG = Nothing()

# What takes anything, and why.
ANYTHING = {
    "OpenedBatch": "what open_batch gives",
    "Batch": "keeps the sealer until it seals",
    "OpenReader": "any object with read may be a file",
    "SessionReader": "any object with read may be a file",
}


def exceptions() -> set[str]:
    named = {name: getattr(hc, name) for name in hc.__all__}
    return {
        name for name, it in named.items() if isinstance(it, type) and issubclass(it, Exception)
    }


def callables() -> dict[str, Any]:
    """Every public function and class, and the static methods of the classes."""
    found: dict[str, Any] = {}
    for module in (hc, hazmat):
        for name in module.__all__:
            if name in exceptions():
                continue
            thing = getattr(module, name)
            found[name] = thing
            if isinstance(thing, type):
                for method, value in vars(thing).items():
                    if isinstance(value, (staticmethod, classmethod)) and method[0] != "_":
                        found[f"{name}.{method}"] = getattr(thing, method)
    return found


def signature(thing: Any) -> inspect.Signature | None:
    try:
        return inspect.signature(thing)
    except ValueError:
        return None  # A class that nobody makes.


CALLABLES = callables()


def arguments(shape: inspect.Signature) -> tuple[list[Any], dict[str, Any]]:
    """Something of no type for each parameter that has to be given."""
    positional, named = [], {}
    for name, parameter in shape.parameters.items():
        if name == "self" or parameter.default is not inspect.Parameter.empty:
            continue
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            named[name] = WRONG
        else:
            positional.append(WRONG)
    return positional, named


@pytest.mark.parametrize("name", sorted(CALLABLES))
def test_no_argument_of_a_wrong_type(name: str) -> None:
    call = CALLABLES[name]
    if name in ANYTHING:
        return
    shape = signature(call)
    if shape is None:
        with pytest.raises(TypeError):
            call(WRONG)
        return
    positional, named = arguments(shape)
    refused = (TypeError, *OTHERWISE.get(name, ()))
    if name in SLOW:
        pass
    elif positional or named:
        with pytest.raises(refused):
            call(*positional, **named)
    else:
        with contextlib.suppress(hc.CallError):
            call()
    # An unknown one, and one too many.
    with pytest.raises(TypeError):
        call(*positional, **named, no_such_argument=1)
    with pytest.raises(TypeError):
        call(*positional, *[WRONG] * 20, **named)
    # Each that may be left out, beside those that may not.
    for other, parameter in shape.parameters.items():
        has_default = parameter.default is not inspect.Parameter.empty
        if has_default and other not in ("self", *named):
            with pytest.raises(refused):
                call(*positional, **named, **{other: WRONG})


# What needs no argument and takes a minute.
SLOW = {"development_keys"}

# What is refused before the types: something without the methods of files, or without a reader.
OTHERWISE: dict[str, tuple[type[Exception], ...]] = {
    "seal_file": (AttributeError,),
    "open_file": (AttributeError,),
    "KeySource": (ValueError,),
}


def instances() -> dict[str, Any]:
    """One object of each class that is easily made."""
    patient, hospital = hc.Patient.generate(), hc.Authority.generate("hospital")
    user = hospital.issue("role=nurse", until="2070-12-31")
    signer, recipient, relay = hc.Signer.generate("s"), hc.Recipient.generate("r"), hc.Relay.generate("r")
    record = hc.Record("r", labels="conf=N")
    sealer = hc.Sealer(patient=patient.profile)
    sealed = sealer.seal(b"x", record=record)
    state = hc.PublisherState(patient)
    grant, shares = hc.make_grant(
        patient,
        recipient.public,
        "conf=N",
        relays=[relay.public],
        threshold=1,
        until="2070-12-31",
        state=state,
    )
    held = hc.HeldGrant(grant, recipient)
    trustees = [hc.Recipient.generate(name).public for name in "ab"]
    splitting, rotation = patient.split(trustees, threshold=2), patient.rotate()
    sharing, dealt = patient.new_sharing([relay.public], threshold=1)
    things = [
        patient,
        patient.profile,
        hospital,
        hospital.public,
        user,
        signer,
        signer.public,
        recipient,
        recipient.public,
        relay,
        relay.public,
        record,
        sealer,
        state,
        grant,
        shares[0],
        held,
        held.with_answers([]),
        hc.RelayService(relay),
        hc.Policy("a=b"),
        hc.LinkageKey.generate(),
        hc.LabelKey.generate(),
        hc.inspect(sealed),
        hc.open_record(sealed, key=patient),
        hc.SeenSuccessions(),
        hc.SeenCapsules(),
        hc.Vocabulary.carried(),
        splitting.shares[0],
        rotation.succession,
        sharing,
        dealt[0],
        hc.Carer("helper", signer.public, until="2070-12-31"),
        hc.Credential.issue(signer, recipient.public, "a=b", until="2070-12-31"),
    ]
    return {type(thing).__name__: thing for thing in things}


def test_methods_refuse_wrong_types_too() -> None:
    tried = 0
    for name, thing in instances().items():
        for method in dir(type(thing)):
            call = getattr(type(thing), method)
            if method[0] == "_" or not callable(call) or isinstance(
                inspect.getattr_static(type(thing), method), (staticmethod, classmethod)
            ):
                continue
            bound = getattr(thing, method)
            positional, named = arguments(inspect.signature(bound))
            if not positional and not named:
                continue
            with pytest.raises(TypeError):
                bound(*positional, **named)
                pytest.fail(f"{name}.{method}")
            with pytest.raises(TypeError):
                bound(*positional, **named, no_such_argument=1)
            tried += 1
    assert tried >= 40


def test_what_is_secret_is_never_pickled_nor_shown() -> None:
    secret = ("Patient", "Authority", "UserKey", "Signer", "Recipient", "Relay", "HeldGrant")
    secret += ("GrantedKey", "LinkageKey", "LabelKey")
    made = instances()
    for name in secret:
        with pytest.raises(TypeError):
            pickle.dumps(made[name])
        assert not hasattr(made[name], "to_bytes")
