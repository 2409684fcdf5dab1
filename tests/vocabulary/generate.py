#!/usr/bin/env python3
"""Builds the vocabulary hv1 from the published code systems (SPEC.md 16.1).

usage: generate.py LABELS [--packages NODE_MODULES] [--carried FILE] > hv1.txt

LABELS holds the code systems as published. What is not among them comes from packages that
`npm install` puts into NODE_MODULES (hl7.terminology.r4@7.0.1, hl7.fhir.r4.examples@4.0.1,
hl7.fhir.r4b.examples@4.3.0, hl7.fhir.r5.examples@5.0.0); without them those sections (role, kin,
type) are taken from the carried FILE as they stand there.
"""

import argparse
import csv
import json
import pathlib
import sys
import xml.etree.ElementTree as xml

THO = "http://terminology.hl7.org/CodeSystem/"
HL7 = "CC0-1.0 Health Level Seven International, HL7 Terminology (THO)"
FHIR = "CC0-1.0 Health Level Seven International, HL7 FHIR"
MII = "urn:oid:2.16.840.1.113883.3.1937.777.24.5.3"
MII_SOURCE = f"{MII} 1.1.0 CC-BY-4.0 Medizininformatik-Initiative, MII CS Consent Policy; displays stripped"
DUO = "http://purl.obolibrary.org/obo/duo.owl"
DUO_SOURCE = f"{DUO} 81f5c3d9cc5a CC-BY-4.0 EMBL-EBI and GA4GH, Data Use Ontology (EBISPOT/DUO); ids and labels"

ALIASES = {
    "dcm": "http://dicom.nema.org/resources/ontology/DCM",
    "duo": DUO,
    "icd10cm": "http://hl7.org/fhir/sid/icd-10-cm",
    "loinc": "http://loinc.org",
    "mii": MII,
    "mime": "urn:ietf:bcp:13",
    "mondo": "http://purl.obolibrary.org/obo/mondo.owl",
    "npi": "http://hl7.org/fhir/sid/us-npi",
    "rxn": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "sct": "http://snomed.info/sct",
}

# URIs by which these systems are known elsewhere: their object identifiers, from the HL7 registry.
SPELLINGS = {
    "urn:oid:1.2.840.10008.2.16.4": ALIASES["dcm"],
    "urn:oid:2.16.840.1.113883.4.6": ALIASES["npi"],
    "urn:oid:2.16.840.1.113883.6.1": ALIASES["loinc"],
    "urn:oid:2.16.840.1.113883.6.88": ALIASES["rxn"],
    "urn:oid:2.16.840.1.113883.6.90": ALIASES["icd10cm"],
    "urn:oid:2.16.840.1.113883.6.96": ALIASES["sct"],
    "urn:oid:2.16.840.1.113883.5.4": THO + "v3-ActCode",
    "urn:oid:2.16.840.1.113883.5.8": THO + "v3-ActReason",
    "urn:oid:2.16.840.1.113883.5.25": THO + "v3-Confidentiality",
    "urn:oid:2.16.840.1.113883.5.90": THO + "v3-ParticipationType",
    "urn:oid:2.16.840.1.113883.5.111": THO + "v3-RoleCode",
}
# As FHIR STU3 wrote them.
for name in ("ActCode", "ActReason", "Confidentiality", "ParticipationType", "RoleCode"):
    SPELLINGS[f"http://hl7.org/fhir/v3/{name}"] = f"{THO}v3-{name}"
for name in ("consentaction", "consentcategorycodes", "consentscope"):
    SPELLINGS[f"http://hl7.org/fhir/{name}"] = THO + name

CONFIDENTIALITY = "ULMNRV"

# What a person would call it, and the codes this takes: the lists are hippocrypt's own.
PRESETS = {
    "genetics": ("GDIS SCA", "genetic conditions"),
    "mental-health": ("BH MH PSY PSYTHPN", "mental health"),
    "sexual-health": ("HIV PREGNANT SEX STD", "sexual and reproductive health"),
    "substance-use": ("ETH SUD", "alcohol and drugs"),
    "violence": ("MST SDV VIO", "violence and abuse"),
}

# Who a person or body is to a consent: information recipient, author, custodian.
ROLE_FLAGS = {"IRCP": "recipient", "PRCP": "recipient", "AUT": "author", "CST": "custodian"}

# Types that no resource has.
ABSTRACT_TYPES = {"Resource", "DomainResource", "CanonicalResource", "MetadataResource"}


class Concept:
    def __init__(self, code, display):
        self.code, self.display = code, display or code
        self.parents, self.flags = set(), set()
        self.retired = False


class System:
    """A FHIR CodeSystem in JSON."""

    def __init__(self, path):
        resource = json.loads(path.read_text(encoding="utf-8"))
        self.url, self.version = resource["url"], resource["version"]
        self.concepts = {}
        self._walk(resource["concept"], None)

    def _walk(self, concepts, parent):
        for raw in concepts:
            concept = self.concepts.setdefault(raw["code"], Concept(raw["code"], raw.get("display")))
            if parent:
                concept.parents.add(parent)
            for item in raw.get("property", []):
                value = next(v for k, v in item.items() if k.startswith("value"))
                if item["code"] in ("subsumedBy", "parent"):
                    concept.parents.add(value)
                elif item["code"] == "status" and value == "retired":
                    concept.retired = True
                elif item["code"] == "notSelectable" and value is True:
                    concept.flags.add("abstract")
                elif item["code"] == "abstract-type" and value is True:
                    concept.flags.add("abstract")
            if concept.code.startswith("_"):
                concept.flags.add("abstract")
            self._walk(raw.get("concept", []), concept.code)

    def below(self, *roots):
        """The active codes of the subtrees, with the parents that are among them."""
        kept = set(roots)
        while True:
            more = {c.code for c in self.concepts.values() if not c.retired and c.parents & kept}
            if more <= kept:
                break
            kept |= more
        chosen = []
        for code in sorted(kept):
            concept = self.concepts[code]
            concept.parents &= kept
            chosen.append(concept)
        return chosen

    def source(self, rest=HL7):
        return f"{self.url} {self.version} {rest}"


def line(code, parents, flags, display):
    joined = [",".join(sorted(part)) or "-" for part in (parents, flags)]
    return f"{code} {joined[0]} {joined[1]} {display.strip()}"


def section(name, sources, lines):
    # By code, as bytes: what stands before the first blank.
    ordered = sorted(lines, key=lambda it: it.split(" ", 1)[0].encode())
    return [f"section {name}", *(f"source {it}" for it in sorted(sources)), *ordered]


def concepts(name, system, chosen):
    return section(name, [system.source()], [line(c.code, c.parents, c.flags, c.display) for c in chosen])


def mii(path):
    space = "{http://hl7.org/fhir}"
    lines = []

    def walk(element, parent):
        for concept in element.findall(space + "concept"):
            code = concept.find(space + "code").get("value")
            flags = set()
            for item in concept.findall(space + "property"):
                if item.find(space + "code").get("value") == "status":
                    flags |= {"deprecated"} & {child.get("value") for child in item}
            display = concept.find(space + "display").get("value")
            lines.append(line(code, {parent} if parent else (), flags, display))
            walk(concept, code)

    walk(xml.parse(path).getroot(), None)
    return section("mii", [MII_SOURCE], lines)


def duo(path):
    lines = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            roots = {"DUO:0000001": "permission", "DUO:0000017": "modifier"}
            code, flags, parents = row["id"], set(), set()
            if code in roots:
                flags = {"abstract", roots[code]}
            else:
                permission = row["description"].startswith("This data use permission ")
                if not permission and not row["description"].startswith("This data use modifier "):
                    sys.exit(f"neither permission nor modifier: {code}")
                kind = "permission" if permission else "modifier"
                flags = {kind}
                parents = {root for root, its in roots.items() if its == kind}
            lines.append(line(code, parents, flags, row["label"]))
    return section("duo", [DUO_SOURCE], lines)


def roles(packages):
    system = System(packages / "hl7.terminology.r4" / "CodeSystem-v3-ParticipationType.json")
    chosen = system.below("PART")
    for concept in chosen:
        if concept.code in ROLE_FLAGS:
            concept.flags.add(ROLE_FLAGS[concept.code])
    return concepts("role", system, chosen)


def kin(packages):
    system = System(packages / "hl7.terminology.r4" / "CodeSystem-v3-RoleCode.json")
    return concepts("kin", system, system.below("_PersonalRelationshipRoleType", "DELEGATEE", "RESPRSN"))


def types(packages):
    names, sources = set(), []
    for package in ("hl7.fhir.r4.examples", "hl7.fhir.r4b.examples"):
        system = System(packages / package / "CodeSystem-resource-types.json")
        sources.append(system.source(FHIR))
        names |= set(system.concepts)
    system = System(packages / "hl7.fhir.r5.examples" / "CodeSystem-fhir-types.json")
    sources.append(system.source(FHIR))
    names |= {concept.code for concept in system.below("Resource")}
    flags = {name: {"abstract"} if name in ABSTRACT_TYPES else () for name in names}
    return section("type", sources, [line(name, (), flags[name], name) for name in names])


def carried(path, name):
    lines = path.read_text(encoding="utf-8").splitlines()
    start = lines.index(f"section {name}")
    rest = (at for at in range(start + 1, len(lines)) if lines[at].startswith("section "))
    return lines[start : next(rest, len(lines))]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("labels", type=pathlib.Path)
    parser.add_argument("--packages", type=pathlib.Path)
    parser.add_argument("--carried", type=pathlib.Path)
    args = parser.parse_args()

    def system(name):
        return System(args.labels / f"CodeSystem-{name}.json")

    def other(name, make):
        if args.packages:
            return make(args.packages)
        if args.carried:
            return carried(args.carried, name)
        sys.exit("give --packages or --carried")

    act, reason = system("v3-ActCode"), system("v3-ActReason")
    levels = system("v3-Confidentiality")
    sensitivities = act.below("_InformationSensitivityPolicy")
    for concept in sensitivities:
        if "abstract" not in concept.flags:
            concept.flags.add("pinned")
    below = dict(zip(CONFIDENTIALITY, ["-", *CONFIDENTIALITY]))

    out = ["hippocrypt vocabulary 1 hv1 -"]
    out += section("alias", [], [f"{alias} {url}" for alias, url in ALIASES.items()])
    out += section("spelling", [], [f"{other} {url}" for other, url in SPELLINGS.items()])
    out += concepts("purpose", reason, reason.below("PurposeOfUse"))
    out += section(
        "conf",
        [levels.source()],
        [line(c, {below[c]} - {"-"}, (), levels.concepts[c].display) for c in CONFIDENTIALITY],
    )
    out += concepts("sens", act, sensitivities)
    out += section("preset", [], [line(name, codes.split(), (), title) for name, (codes, title) in PRESETS.items()])
    out += concepts("obligation", act, act.below("ObligationPolicy"))
    out += concepts("refrain", act, act.below("RefrainPolicy"))
    out += concepts("directive", act, act.below("_ActConsentDirective"))
    out += concepts("consent-type", act, act.below("_ActConsentType"))
    out += concepts("law", act, act.below("_ActPrivacyLaw"))
    for name, file in (("act", "consentaction"), ("scope", "consentscope"), ("category", "consentcategorycodes")):
        of = system(file)
        out += concepts(name, of, of.below(*of.concepts))
    out += mii(args.labels / "CodeSystem-MiiConsentPolicyCodeSystem.xml")
    out += duo(args.labels / "duo.csv")
    out += other("role", roles)
    out += other("kin", kin)
    out += other("type", types)
    sys.stdout.buffer.write(("\n".join(out) + "\n").encode())


if __name__ == "__main__":
    main()
