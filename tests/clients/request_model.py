"""Whether `byok serve` knows every member of a request that the KMS service model of botocore has, and every
value of its enums. Arguments: the operations that are served.

Each request here has one member, with a value that no such member takes. A member that is known gets a
refusal for its type or for its value; one that is unknown is ignored. So AWS's next member or value fails
here with its name.
"""

import json
import os
import re
import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

# Members that are ignored, or refused without a look at their type, each with the reason.
IGNORED = {
    "ResourceOwners": "there is one account",
}
# Values of an enum that are unknown in every Region, each with the reason.
UNKNOWN_VALUES = {}
# A standard Region, and one of the China Regions, which have other values.
REGIONS = ["us-east-1", "cn-north-1"]
WRONG = {
    "blob": 7,
    "boolean": "x",
    "integer": "x",
    "list": "x",
    "map": "x",
    "string": 7,
    "structure": "x",
    "timestamp": [],
}

ENDPOINT = urlsplit(os.environ["AWS_ENDPOINT_URL"])
model = botocore.session.get_session().get_service_model("kms")


def ask(operation, body, region="us-east-1"):
    """The exception and the text that a request gets."""
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": f"TrentService.{operation}",
    }
    request = AWSRequest("POST", ENDPOINT.geturl() + "/", headers, json.dumps(body).encode())
    SigV4Auth(Credentials("AKIDEXAMPLE", "secret"), "kms", region).add_auth(request)
    connection = HTTPConnection(ENDPOINT.netloc, timeout=600)
    connection.request("POST", "/", request.body, dict(request.headers.items()))
    answer = json.loads(connection.getresponse().read() or b"{}")
    connection.close()
    return answer.get("__type", ""), answer.get("message", "")


def wrong_values(shape):
    """Values of other types: in place of the whole, and of each of its parts."""
    yield "", WRONG[shape.type_name]
    if shape.type_name == "map":
        for path, value in wrong_values(shape.value):
            yield "{}" + path, {"a": value}
    if shape.type_name == "list" and shape.member.type_name == "structure":
        for name, part in shape.member.members.items():
            for path, value in wrong_values(part):
                yield f"[].{name}{path}", [{**dict.fromkeys(shape.member.members, "x"), name: value}]


def known_values(operation, member):
    """The values that the refusal of another value lists, in all Regions together."""
    found = set()
    for region in REGIONS:
        _, text = ask(operation, {member: "byok"}, region)
        path = member[0].lower() + member[1:]
        sets = re.findall(rf"Value 'byok' at '{path}' failed .*?enum value set: \[([^]]*)\]", text)
        assert sets, (operation, member, text)
        found |= set(sets[0].split(", "))
    return found


members, values, ignored, unknown = 0, 0, set(), set()
for operation in sys.argv[1:]:
    for member, shape in model.operation_model(operation).input_shape.members.items():
        if member in IGNORED:
            exception, _ = ask(operation, {member: WRONG[shape.type_name]})
            assert exception != "SerializationException", f"{operation}.{member} is known: it is not IGNORED"
            ignored.add(member)
            continue
        for path, value in wrong_values(shape):
            exception, text = ask(operation, {member: value})
            assert exception == "SerializationException", f"{operation}.{member}{path} is unknown: {exception} {text}"
            members += 1
        if shape.type_name == "string" and shape.enum:
            missing = set(shape.enum) - known_values(operation, member)
            for value in missing:
                assert (shape.name, value) in UNKNOWN_VALUES, f"{operation}.{member}: {value} is unknown"
            unknown |= {(shape.name, value) for value in missing}
            values += len(shape.enum)
assert ignored == IGNORED.keys(), f"no longer in the model: {IGNORED.keys() - ignored}"
assert unknown == UNKNOWN_VALUES.keys(), f"known, or no longer in the model: {UNKNOWN_VALUES.keys() - unknown}"
print(f"{len(sys.argv) - 1} operations, {members} members and parts, {values} values, {len(ignored)} members ignored")
