"""Holds resources to the models of the package fhir.resources: R4B for R4, which has the same
AuditEvent, Provenance and DocumentReference, and R5.

Each argument is a file with a list of [version, resource]. Prints how many were lawful."""

import json
import sys

from fhir.resources import R4B, get_fhir_model_class

MODELS = {"R4": R4B.get_fhir_model_class, "R5": get_fhir_model_class}

count = 0
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        for version, resource in json.load(file):
            model = MODELS[version](resource["resourceType"])
            model.model_validate(resource)
            count += 1
print(count)
