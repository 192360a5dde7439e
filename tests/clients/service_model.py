"""Whether responses are what the KMS service model of botocore says, member by member.

The body of each is looked at as it came: types, lengths, ranges, patterns, enums, members that must be
there, members that the model does not know; and what boto3 makes of it has all that is in it. A member, or a
value of an enum, that the model has and no answer had, fails with its name.
"""

import base64
import json
import re
from datetime import datetime

# Of what is not rehearsed, or of no key for imported key material.
NEVER = {
    "CiphertextForRecipient": "needs an enclave",
    "CloudHsmClusterId": "of custom key stores",
    "CloudTrailEventId": "there is no CloudTrail",
    "CustomKeyStoreId": "of custom key stores",
    "XksKeyConfiguration": "of custom key stores",
    "OnDemandRotationStartDate": "while a rotation is under way",
}
# Values of enums that no answer has.
NEVER_SAID = {
    ("DataKeyPairSpec", "ML_KEM_512"): "byok generates no such key pair",
    ("DataKeyPairSpec", "ML_KEM_768"): "byok generates no such key pair",
    ("DataKeyPairSpec", "ML_KEM_1024"): "byok generates no such key pair",
    ("KeyLastUsageTrackingOperation", "Decapsulate"): "of ML-KEM keys",
    ("KeyLastUsageTrackingOperation", "Encapsulate"): "of ML-KEM keys",
    ("KeyManagerType", "AWS"): "of keys that an AWS service manages",
    ("KeyState", "Unavailable"): "of custom key stores",
    ("KeyState", "Updating"): "while the primary Region is changed",
    ("OriginType", "AWS_CLOUDHSM"): "of custom key stores",
    ("OriginType", "EXTERNAL_KEY_STORE"): "of custom key stores",
    ("RotationType", "AUTOMATIC"): "after a period of automatic rotation",
}
# Texts that are empty, though the model has a shortest length for them.
EMPTY = {"GrantNameType": "in the example of the API Reference, a grant without a name"}
# What is there in some circumstances only, by the API Reference.
SOMETIMES = {
    "GrantConstraints": {"EncryptionContextEquals", "EncryptionContextSubset", "SourceArn"},
    "GrantListEntry": {
        "Constraints",
        "GranteePrincipal",
        "GranteeServicePrincipal",
        "RetiringPrincipal",
        "RetiringServicePrincipal",
    },
    "KeyMetadata": {
        "CurrentKeyMaterialId",
        "DeletionDate",
        "EncapsulationAlgorithms",
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
    "GetKeyRotationStatusResponse": {"NextRotationDate", "RotationPeriodInDays"},
    "GetPublicKeyResponse": {"EncryptionAlgorithms", "KeyAgreementAlgorithms", "SigningAlgorithms"},
    "DecryptResponse": {"KeyMaterialId"},
    "KeyLastUsageData": {"KmsRequestId", "Operation", "Timestamp"},
    "ReEncryptResponse": {"DestinationKeyMaterialId", "SourceKeyMaterialId"},
    "DeleteImportedKeyMaterialResponse": {"KeyMaterialId"},
    "ImportKeyMaterialResponse": {"KeyMaterialId"},
    "ReplicateKeyResponse": {"ReplicaTags"},
    "ScheduleKeyDeletionResponse": {"DeletionDate"},
    "ListAliasesResponse": {"NextMarker"},
    "ListGrantsResponse": {"NextMarker"},
    "ListKeyRotationsResponse": {"NextMarker"},
    "ListKeysResponse": {"NextMarker"},
    "ListResourceTagsResponse": {"NextMarker"},
}
# Of what a rehearsal does not have.
NEVER_IN = {
    "GetPublicKeyResponse": {"EncapsulationAlgorithms": "of ML-KEM keys, which are not imported"},
    "ListKeyPoliciesResponse": {"NextMarker": "a key has one policy"},
}
# What such a key has is what its KeyUsage needs.
ALGORITHMS = {
    "ENCAPSULATE_DECAPSULATE": "EncapsulationAlgorithms",
    "ENCRYPT_DECRYPT": "EncryptionAlgorithms",
    "GENERATE_VERIFY_MAC": "MacAlgorithms",
    "KEY_AGREEMENT": "KeyAgreementAlgorithms",
    "SIGN_VERIFY": "SigningAlgorithms",
}
TYPES = {"map": dict, "string": str, "blob": str, "boolean": bool, "integer": int, "list": list, "structure": dict}

served, states, seen, always, said = set(), set(), {}, {}, set()


def check(shape, value, path):
    """Whether `value`, of a JSON document, is what the model says."""
    if value == "" and shape.name in EMPTY:
        return
    kinds = (int, float) if shape.type_name == "timestamp" else TYPES[shape.type_name]
    assert isinstance(value, kinds) and (kinds is bool or not isinstance(value, bool)), (path, value)
    if shape.type_name == "structure":
        check_structure(shape, value, path)
    if shape.type_name == "list":
        for item in value:
            check(shape.member, item, path + "[]")
    if shape.type_name == "map":
        for name, item in value.items():
            check(shape.key, name, path + "{}")
            check(shape.value, item, path + "{}")
    if shape.type_name in ("string", "blob", "list"):
        len_of = len(base64.b64decode(value, validate=True)) if shape.type_name == "blob" else len(value)
        check_range(shape, len_of, path)
    if shape.type_name == "integer":
        check_range(shape, value, path)
    if shape.type_name == "string":
        # DescribeKey answers with the key spec under both names; the model has no newer one for the old.
        is_newer = shape.name == "CustomerMasterKeySpec"
        assert is_newer or not shape.enum or value in shape.enum, (path, value)
        said.add((shape.name, value))
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
    if http_response.status_code in (400, 412):
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


def enums_of(shape, path=()):
    """The enums in a shape, and in its parts."""
    if shape is None or shape.name in path:
        return
    if shape.type_name == "string" and shape.enum:
        yield shape
    parts = {"structure": lambda: shape.members.values(), "list": lambda: [shape.member]}
    for part in parts.get(shape.type_name, list)():
        yield from enums_of(part, (*path, shape.name))


def check_that_nothing_is_missing(service_model, operations):
    """Whether all operations were called, each member is where it always is, or was seen at least, and each value
    of an enum was."""
    assert set(operations) == served, set(operations) ^ served
    never = set()
    for shape, members in always.items():
        known = service_model.shape_for(shape).members.keys()
        absent = known - seen[shape]
        unexplained = absent - NEVER.keys() - NEVER_IN.get(shape, {}).keys()
        assert not unexplained, f"no answer has these members of {shape}: {unexplained}"
        never |= {name if name in NEVER else (shape, name) for name in absent}
        assert seen[shape] - members == SOMETIMES.get(shape, set()), (shape, seen[shape] - members)
    listed = NEVER.keys() | {(shape, name) for shape, names in NEVER_IN.items() for name in names}
    assert never == listed, f"answered, or no longer in the model: {listed - never}"
    outputs = [service_model.operation_model(operation).output_shape for operation in operations]
    enums = {enum.name: enum.enum for output in outputs for enum in enums_of(output)}
    unsaid = {(name, value) for name, values in enums.items() for value in values} - said
    assert unsaid <= NEVER_SAID.keys(), f"no answer has these values: {sorted(unsaid - NEVER_SAID.keys())}"
    stale = NEVER_SAID.keys() - unsaid
    assert not stale, f"answered, or no longer in the model: {sorted(stale)}"
    return (
        f"{len(operations)} operations, {len(always)} shapes, {sum(map(len, enums.values()))} values of enums, "
        f"{len(states)} kinds and states of keys"
    )
