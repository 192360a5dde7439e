"""Validates JSON documents against the schemas of byok.

Reads lines of {"Case", "Schema", "Document"} from standard input, and prints each fault. Without a
fault it ends with status 0. It also checks the schemas themselves: they are sound, they permit no
unknown member, and those in AWS's form have the members of AWS's service model.
"""

import json
import pathlib
import sys

import botocore.session
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

FOLDER = pathlib.Path(sys.argv[1])
MARK = "botocore: "
# Objects that have members of any name.
OPEN = {"/properties/Environment"}


def objects(schema, place=""):
    """Returns each part of a schema that describes an object, with its place."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield place, schema
        for name, part in schema.items():
            yield from objects(part, f"{place}/{name}")
    elif isinstance(schema, list):
        for at, part in enumerate(schema):
            yield from objects(part, f"{place}/{at}")


def faults_of(name, schema, model):
    Draft202012Validator.check_schema(schema)
    for place, part in objects(schema):
        if part.get("additionalProperties") is not False and place not in OPEN:
            yield f"{name}{place} permits unknown members"
        comment = part.get("$comment", "")
        if comment.startswith(MARK):
            shape = model.shape_for(comment[len(MARK):])
            of_aws, ours = set(shape.members), set(part["properties"])
            if of_aws != ours:
                yield f"{name}{place}: {shape.name} of AWS has {sorted(of_aws ^ ours)} more or less"


def main():
    schemas = {path.name: json.loads(path.read_text()) for path in FOLDER.glob("*.json")}
    model = botocore.session.get_session().get_service_model("kms")
    faults = [fault for name, schema in sorted(schemas.items()) for fault in faults_of(name, schema, model)]
    registry = Registry().with_resources(
        (name, Resource.from_contents(schema)) for name, schema in schemas.items()
    )
    validators = {
        name: Draft202012Validator({"$ref": name}, registry=registry) for name in schemas
    }
    count = 0
    for line in sys.stdin:
        entry = json.loads(line)
        count += 1
        for error in validators[entry["Schema"]].iter_errors(entry["Document"]):
            place = "/".join(str(part) for part in error.absolute_path)
            faults.append(f"{entry['Case']}: {entry['Schema']}: /{place}: {error.message[:600]}")
    for fault in faults:
        print(fault)
    print(f"{count} documents, {len(schemas)} schemas", file=sys.stderr)
    sys.exit(1 if faults else 0)


main()
