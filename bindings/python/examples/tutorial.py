"""A study asks a hospital for data, and a participant withdraws: the whole way, on real records.

    python tutorial.py FOLDER

takes the FHIR examples that HL7 publishes (npm package hl7.fhir.r4.examples, unpacked in
target/examples), the record that this repository carries, and an ECG of pydicom; writes two
pictures into FOLDER, if matplotlib is there, and prints what happens.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterator, Optional

import hippocrypt as hc

ROOT = Path(__file__).resolve().parents[3]
NOW = 1_795_500_000  # A fixed day, so that the tutorial says the same next year.


@dataclass
class Participant:
    """Somebody of the cohort: their resources, and the key that they hold themselves."""

    name: str
    resources: list[dict[str, Any]]
    key: hc.Patient = field(default_factory=hc.Patient.generate)
    sealed: list[bytes] = field(default_factory=list)


@dataclass
class Story:
    """What the steps leave behind for each other, and for the pictures."""

    seconds: dict[str, float] = field(default_factory=dict)
    access: dict[str, dict[str, bool]] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


# 1. A cohort: observations and conditions, by the patient whom they are about.


def cohort() -> list[Participant]:
    people: dict[str, list[dict[str, Any]]] = {}
    for resource in resources():
        if resource.get("resourceType") in ("Observation", "Condition"):
            subject = resource.get("subject", {}).get("reference", "")
            people.setdefault(subject.replace("urn:uuid:", ""), []).append(resource)
    return [
        Participant(name, found)
        for name, found in sorted(people.items())
        if {it["resourceType"] for it in found} == {"Observation", "Condition"}
    ]


def resources() -> Iterator[dict[str, Any]]:
    published = ROOT / "target/examples/r4"
    for path in sorted(published.glob("*-*.json")):
        if path.name.startswith(("Observation-", "Condition-")):
            yield json.loads(path.read_text())
    bundles = [ROOT / "examples/data/bundle.json"]
    bundles += sorted((ROOT.parent / "shared/data/patients").glob("*_*.json"))
    for path in bundles:
        for entry in json.loads(path.read_text()).get("entry", []):
            yield entry["resource"]


# 2. The hospital seals each record once, to its patient. Labels stay readable to who stores it.


def seal_once(people: list[Participant]) -> None:
    for person in people:
        sealer = hc.Sealer(patient=person.key.profile)
        for number, resource in enumerate(person.resources):
            labels = [f"type={resource['resourceType']}", "conf=N"]
            record = hc.Record(f"r{number}", labels=labels, created=NOW)
            person.sealed.append(sealer.seal(json.dumps(resource).encode(), record=record))


# 3. Patients grant the study their observations, through relays that read nothing.


@dataclass
class Granted:
    state: hc.PublisherState
    grant: hc.Grant
    shares: list[hc.GrantShare]
    held: hc.HeldGrant


def grant_all(
    people: list[Participant], study: hc.Recipient, relays: list[hc.Relay]
) -> dict[str, Granted]:
    grants = {}
    for person in people:
        state = hc.PublisherState(person.key)
        grant, shares = hc.make_grant(
            person.key,
            study.public,
            "type=Observation and conf=N",
            relays=[relay.public for relay in relays],
            threshold=2,
            until="2027-12-31",
            state=state,
            purposes="HRESCH",
            start=NOW,
        )
        grants[person.name] = Granted(state, grant, shares, hc.HeldGrant(grant, study))
    return grants


# 4. The study asks, two of three relays answer, and the study opens what it was granted.


def extract(
    person: Participant,
    granted: Granted,
    services: list[hc.RelayService],
    used: list[tuple[str, int]],
    now: int,
) -> list[dict[str, Any]]:
    request = granted.held.request(person.sealed, purpose="HRESCH", skip=True, now=now)
    revocations = granted.state.publish(person.key, now=now)
    answers = [
        service.transform(
            request, grant=granted.grant, share=share, revocations=revocations, now=now
        )
        for service, share in zip(services[:2], granted.shares)
    ]
    key = granted.held.with_answers(answers)
    opened = []
    for sealed in person.sealed:
        try:
            opened.append(json.loads(hc.open(sealed, key=key)))
        except hc.NotSatisfied:
            continue  # A condition, which was not granted.
    used.append((person.name, now))  # A relay's own log says the same.
    return opened


# 5. An OMOP-shaped table for the analysts: values sealed by person under the roles of the study.


def omop(people: list[Participant], key: hc.LinkageKey) -> dict[str, dict[str, list[Any]]]:
    person: dict[str, list[Any]] = {"person_id": []}
    measurement: dict[str, list[Any]] = {"person_id": [], "concept": [], "date": [], "value": []}
    condition: dict[str, list[Any]] = {"person_id": [], "concept": [], "start": []}
    for one in people:
        identifier = hc.pseudonym(key, "study-12", one.name)[:16]
        person["person_id"].append(identifier)
        for resource in one.resources:
            coding = resource.get("code", {}).get("coding", [{}])[0]
            concept = f"{coding.get('system', '')}|{coding.get('code', '')}"
            if "valueQuantity" in resource:
                measurement["person_id"].append(identifier)
                measurement["concept"].append(concept)
                measurement["date"].append(resource.get("effectiveDateTime"))
                measurement["value"].append(float(resource["valueQuantity"]["value"]))
            elif resource["resourceType"] == "Condition":
                condition["person_id"].append(identifier)
                condition["concept"].append(concept)
                condition["start"].append(resource.get("onsetDateTime"))
    return {"person": person, "measurement": measurement, "condition_occurrence": condition}


def tables(people: list[Participant], story: Story) -> None:
    import pyarrow as pa
    from hippocrypt import arrow

    hospital = hc.Authority.generate("Research data office")
    policies = {
        "measurement": {"value": "role=analyst or role=clinician", "date": "role=clinician"},
        "condition_occurrence": {"concept": "role=clinician", "start": "role=clinician"},
    }
    made = omop(people, hc.LinkageKey.generate())
    sealed = {}
    with timed(story, "seal OMOP tables"):
        for name, columns in policies.items():
            table = pa.table(made[name])
            sealed[name] = arrow.seal_columns(
                table, columns, authority=hospital.public, by="person_id"
            )
    for role in ("analyst", "clinician", "visitor"):
        key = hospital.issue(f"role={role}", until="2070-12-31")
        can = story.access.setdefault(role, {})
        for name, columns in policies.items():
            _, denied = arrow.open_columns(sealed[name], key, on_denied="null")
            can.update({f"{name}.{column}": column not in denied.rows for column in columns})
    # One participant withdraws: the rows go, and with them the only pages that had the values.
    gone = made["person"]["person_id"][0]
    left = sealed["measurement"]
    left = left.filter(pa.array([it != gone for it in left.column("person_id").to_pylist()]))
    clinician = hospital.issue("role=clinician", until="2070-12-31")
    opened = arrow.open_columns(left, clinician)
    story.facts["rows before and after withdrawal"] = (
        sealed["measurement"].num_rows,
        opened.num_rows,
    )


# 6. Published consents: what each reading makes of them, and nothing that was guessed.


def consents(story: Story) -> None:
    paths = sorted((ROOT / "target/examples/r4").glob("Consent-*.json"))
    documents = [(path, "r4-typed") for path in paths]
    try:
        import genomde_consent_check

        mii = Path(genomde_consent_check.__file__).parent / "data"
        documents += [(path, "mii-2025") for path in sorted(mii.glob("*/examples/*.json"))]
    except ImportError:
        pass
    came: dict[str, Optional[int]] = {}
    for path, reading in documents:
        try:
            hc.Terms.from_fhir(path.read_text(), reading=reading, base="https://example.org/fhir")
            came[path.stem] = None
        except hc.Error as refused:
            came[path.stem] = refused.code
    story.facts["consents compiled"] = sorted(name for name, code in came.items() if not code)
    story.facts["consents refused"] = {name: code for name, code in came.items() if code}


# 7. An ECG as a stream, into a file that appears only when it is complete.


def waveform(person: Participant, folder: Path, story: Story) -> None:
    try:
        from pydicom.data import get_testdata_file
    except ImportError:
        return
    path = get_testdata_file("waveform_ecg.dcm", download=False)
    if path is None:
        return
    sealer = hc.Sealer(patient=person.key.profile)
    record = hc.Record("ecg", labels=["type=Observation", "conf=N"], created=NOW)
    target, again = folder / "ecg.hippo", folder / "ecg.dcm"
    with timed(story, "stream an ECG"):
        count = hc.seal_file(str(path), target, sealer=sealer, record=record, overwrite=True)
        hc.open_file(target, again, key=person.key, overwrite=True)
    story.facts["bytes of ECG"] = count
    assert again.read_bytes() == Path(str(path)).read_bytes()


class timed:
    """Notes how long a step took."""

    def __init__(self, story: Story, step: str) -> None:
        self.story, self.step = story, step

    def __enter__(self) -> None:
        self.begun = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.story.seconds[self.step] = time.perf_counter() - self.begun


def pictures(story: Story, folder: Path) -> list[Path]:
    try:
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import pyplot
    except ImportError:
        return []
    rows = list(story.access)
    columns = sorted({column for can in story.access.values() for column in can})
    figure, axes = pyplot.subplots(figsize=(8, 0.6 * len(rows) + 2.5), layout="constrained")
    cells = [[story.access[row].get(column) for column in columns] for row in rows]
    shades = [[{True: 1.0, False: 0.2, None: 0.0}[cell] for cell in row] for row in cells]
    axes.imshow(shades, cmap="Greens", vmin=0, vmax=1.4, aspect="auto")
    axes.set_xticks(range(len(columns)), columns, rotation=25, ha="right")
    axes.set_yticks(range(len(rows)), rows)
    for y, row in enumerate(cells):
        for x, cell in enumerate(row):
            said = {True: "opens", False: "closed", None: ""}[cell]
            axes.text(x, y, said, ha="center", va="center")
    axes.set_title("Who can open what (blank: not tried)")
    who = folder / "who-can-open-what.png"
    figure.savefig(who, dpi=120)

    steps = list(story.seconds)
    figure, axes = pyplot.subplots(figsize=(8, 0.4 * len(steps) + 1.5), layout="constrained")
    bars = axes.barh(steps, [story.seconds[step] * 1000 for step in steps], color="seagreen")
    axes.bar_label(bars, fmt="%.0f ms", padding=3)
    axes.invert_yaxis()
    axes.set_xlabel("milliseconds")
    axes.set_title("Time of each step")
    times = folder / "time-of-each-step.png"
    figure.savefig(times, dpi=120)
    pyplot.close("all")
    return [who, times]


def main(folder: Path) -> Story:
    story = Story()
    people = cohort()
    study = hc.Recipient.generate("study 12")
    relays = [hc.Relay.generate(name) for name in ("university", "ministry", "patients")]
    services = [hc.RelayService(relay, now=NOW) for relay in relays]
    used: list[tuple[str, int]] = []

    with timed(story, "seal the cohort once"):
        seal_once(people)
    with timed(story, "grant, all patients"):
        grants = grant_all(people, study, relays)
    extracted = {}
    with timed(story, "ask, transform and open"):
        for person in people:
            extracted[person.name] = extract(person, grants[person.name], services, used, NOW + 1)
    who, can = people[0], story.access.setdefault("study, by grant", {})
    for kind in ("Observation", "Condition"):
        can[f"records: {kind}"] = any(
            it["resourceType"] == kind for opened in extracted.values() for it in opened
        )

    # The first participant says stop.
    withdrawn = grants[who.name]
    withdrawn.state.revoke(who.key, withdrawn.grant, now=NOW + 10)
    try:
        extract(who, withdrawn, services, used, NOW + 11)
    except hc.Revoked as stopped:
        story.facts["after withdrawal"] = stopped.code
    story.facts["past use of who withdrew"] = [at for name, at in used if name == who.name]
    story.facts["participants"] = len(people)
    story.facts["records"] = sum(len(person.sealed) for person in people)
    story.facts["records extracted"] = sum(map(len, extracted.values()))

    with timed(story, "compile published consents"):
        consents(story)
    waveform(who, folder, story)
    tables(people, story)
    story.facts["pictures"] = [path.name for path in pictures(story, folder)]
    return story


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    target.mkdir(parents=True, exist_ok=True)
    told = main(target)
    for step, seconds in told.seconds.items():
        print(f"{step:30} {seconds * 1000:8.0f} ms")
    for fact, value in told.facts.items():
        print(f"{fact}: {value}")
