"""Whether responses are what the KMS service model of botocore says, member by member.

The body of each is looked at as it came: types, lengths, ranges, patterns, enums, members that must be
there, members that the model does not know; and what boto3 makes of it has all that is in it.
"""

import base64
import json
import re
from datetime import datetime

# Of what is not rehearsed, or of no key for imported key material.
NEVER = {
    "CiphertextForRecipient": "needs an enclave",
    "CloudHsmClusterId": "of custom key stores",
    "CustomKeyStoreId": "of custom key stores",
    "XksKeyConfiguration": "of custom key stores",
    "EncapsulationAlgorithms": "of ML-KEM keys",
    "RotationPeriodInDays": "of automatic rotation",
    "NextRotationDate": "of automatic rotation",
    "OnDemandRotationStartDate": "while a rotation is under way",
}
# What is there in some circumstances only, by the API Reference.
SOMETIMES = {
    "KeyMetadata": {
        "CurrentKeyMaterialId",
        "DeletionDate",
        "EncryptionAlgorithms",
        "ExpirationModel",
        "KeyAgreementAlgorithms",
        "MacAlgorithms",
        "MultiRegionConfiguration",
        "PendingDeletionWindowInDays",
        "SigningAlgorithms",
        "ValidTo",
    },
    "RotationsListEntry": {
        "ExpirationModel",
        "ImportState",
        "KeyMaterialDescription",
        "RotationDate",
        "RotationType",
        "ValidTo",
    },
    "GetPublicKeyResponse": {"EncryptionAlgorithms", "KeyAgreementAlgorithms", "SigningAlgorithms"},
    "DecryptResponse": {"KeyMaterialId"},
    "DeleteImportedKeyMaterialResponse": {"KeyMaterialId"},
    "ImportKeyMaterialResponse": {"KeyMaterialId"},
    "ScheduleKeyDeletionResponse": {"DeletionDate"},
    "ListKeyRotationsResponse": {"NextMarker"},
    "ListKeysResponse": {"NextMarker"},
    "ListResourceTagsResponse": {"NextMarker"},
}
# What such a key has is what its KeyUsage needs.
ALGORITHMS = {
    "ENCRYPT_DECRYPT": "EncryptionAlgorithms",
    "GENERATE_VERIFY_MAC": "MacAlgorithms",
    "KEY_AGREEMENT": "KeyAgreementAlgorithms",
    "SIGN_VERIFY": "SigningAlgorithms",
}
TYPES = {"string": str, "blob": str, "boolean": bool, "integer": int, "list": list, "structure": dict}

served, states, seen, always = set(), set(), {}, {}


def check(shape, value, path):
    """Whether `value`, of a JSON document, is what the model says."""
    kinds = (int, float) if shape.type_name == "timestamp" else TYPES[shape.type_name]
    assert isinstance(value, kinds) and (kinds is bool or not isinstance(value, bool)), (path, value)
    if shape.type_name == "structure":
        check_structure(shape, value, path)
    if shape.type_name == "list":
        for item in value:
            check(shape.member, item, path + "[]")
    if shape.type_name in ("string", "blob", "list"):
        len_of = len(base64.b64decode(value, validate=True)) if shape.type_name == "blob" else len(value)
        check_range(shape, len_of, path)
    if shape.type_name == "integer":
        check_range(shape, value, path)
    if shape.type_name == "string":
        assert not shape.enum or value in shape.enum, (path, value)
        pattern = shape.metadata.get("pattern", ".*")
        assert re.fullmatch(pattern, value, re.DOTALL), (path, value, pattern)


def check_structure(shape, value, path):
    unknown = value.keys() - shape.members.keys()
    missing = set(shape.required_members) - value.keys()
    assert not unknown and not missing, (path, unknown, missing)
    seen.setdefault(shape.name, set()).update(value)
    always.setdefault(shape.name, set(value)).intersection_update(value)
    for name, part in value.items():
        check(shape.members[name], part, f"{path}.{name}")
    conditions = {"KeyMetadata": check_key, "RotationsListEntry": check_material}
    conditions.get(shape.name, check_page)(value)


def check_range(shape, value, path):
    metadata = shape.metadata
    assert metadata.get("min", 0) <= value <= metadata.get("max", value), (path, value, metadata)


def check_page(listing):
    assert ("NextMarker" in listing) == listing.get("Truncated", False), listing


def check_material(entry):
    """Which members a material has in which circumstances, by the API Reference."""
    is_pending = entry["KeyMaterialState"].startswith("PENDING")
    assert ("RotationDate" in entry) == ("RotationType" in entry), entry
    assert not is_pending or "RotationDate" not in entry, entry
    assert ("ValidTo" in entry) == (entry.get("ExpirationModel") == "KEY_MATERIAL_EXPIRES"), entry
    assert ("ExpirationModel" in entry) == (entry.get("ImportState") == "IMPORTED"), entry


def check_key(key):
    """Which members a key has in which circumstances, by the API Reference."""
    state, external = key["KeyState"], key["Origin"] == "EXTERNAL"
    states.add((state, key["KeySpec"], key["MultiRegion"], key["Origin"]))
    symmetric, expires = key["KeySpec"] == "SYMMETRIC_DEFAULT", key.get("ExpirationModel")
    for usage, member in ALGORITHMS.items():
        assert (member in key) == (key["KeyUsage"] == usage), key
    assert key["Enabled"] == (state == "Enabled"), key
    assert key["CustomerMasterKeySpec"] == key["KeySpec"], key
    assert ("DeletionDate" in key) == (state == "PendingDeletion"), key
    assert ("PendingDeletionWindowInDays" in key) == (state == "PendingReplicaDeletion"), key
    assert ("MultiRegionConfiguration" in key) == key["MultiRegion"], key
    assert ("ValidTo" in key) == (expires == "KEY_MATERIAL_EXPIRES"), key
    assert expires is None or external, key
    assert (expires is not None) == external or state not in ("Enabled", "Disabled"), key
    assert "CurrentKeyMaterialId" not in key or symmetric, key
    assert key["Arn"].endswith(":key/" + key["KeyId"]) and key["AWSAccountId"] in key["Arn"], key


def is_whole(raw, parsed):
    """Whether boto3 has all that came."""
    if isinstance(raw, dict):
        return raw.keys() == parsed.keys() - {"ResponseMetadata"} and all(
            is_whole(part, parsed[name]) for name, part in raw.items()
        )
    if isinstance(raw, list):
        return len(raw) == len(parsed) and all(map(is_whole, raw, parsed))
    if isinstance(parsed, bytes):
        return base64.b64decode(raw) == parsed
    if isinstance(parsed, datetime):
        return abs(parsed.timestamp() - raw) < 0.001
    return raw == parsed


def look_at(http_response, parsed, model, **_):
    body, name = http_response.content, model.name
    if http_response.status_code == 400:
        assert json.loads(body).keys() <= {"__type", "message"}, body
        return
    assert http_response.status_code == 200, (name, body)
    assert http_response.headers["Content-Type"] == "application/x-amz-json-1.1", name
    served.add(name)
    if model.output_shape is None:
        assert body == b"", (name, body)
        return
    raw = json.loads(body)
    check(model.output_shape, raw, name)
    assert is_whole(raw, parsed), (name, raw, parsed)


def check_that_nothing_is_missing(service_model, operations):
    """Whether all operations were called, and each member is where it always is, or was seen at least."""
    assert set(operations) == served, set(operations) ^ served
    for shape, members in always.items():
        known = service_model.shape_for(shape).members.keys()
        assert known - NEVER.keys() == seen[shape], (shape, known ^ seen[shape])
        assert seen[shape] - members == SOMETIMES.get(shape, set()), (shape, seen[shape] - members)
    return f"{len(operations)} operations, {len(always)} shapes, {len(states)} kinds and states of keys"
