"""Every response has the members that the KMS service model of botocore gives it, and no other.

The body of each response is looked at as it came: types, lengths, ranges, patterns, enums, members that
must be there, members that the model does not know; and what boto3 makes of it has all that is in it.
Arguments: the operations that are served.
"""

import base64
import json
import re
import sys
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from peer import wrap

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


def client(region):
    made = boto3.client("kms", region_name=region, config=Config(retries={"total_max_attempts": 1}))
    made.meta.events.register("after-call.kms.*", look_at)
    return made


kms, elsewhere = client("us-east-1"), client("eu-west-1")


def pkcs8(key):
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


RSA = pkcs8(rsa.generate_private_key(65537, 2048))
P256, K256 = (pkcs8(ec.generate_private_key(curve)) for curve in (ec.SECP256R1(), ec.SECP256K1()))


def put(key_id, material, client=kms, **members):
    """Imports; for 30 days, if nothing else is said."""
    algorithm = "RSAES_OAEP_SHA_256" if len(material) < 190 else "RSA_AES_KEY_WRAP_SHA_256"
    wants = dict(KeyId=key_id, WrappingAlgorithm=algorithm, WrappingKeySpec="RSA_2048")
    parameters = client.get_parameters_for_import(**wants)
    blob = wrap(load_der_public_key(parameters["PublicKey"]), algorithm, material)
    members = members or dict(ValidTo=datetime.now(timezone.utc) + timedelta(days=30))
    token = parameters["ImportToken"]
    client.import_key_material(KeyId=key_id, ImportToken=token, EncryptedKeyMaterial=blob, **members)


def describe(key_id, state, client=kms):
    found = client.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"]
    assert found == state, (key_id, found, state)


def create(**members):
    tags = [dict(TagKey="purpose", TagValue="shapes"), dict(TagKey="empty", TagValue="")]
    return kms.create_key(Description="a key", Tags=tags, **members)["KeyMetadata"]["KeyId"]


def go_through_life(material, use, **members):
    """A key in each state, and everything that is done with it on the way."""
    key_id = create(Origin="EXTERNAL", **members)
    describe(key_id, "PendingImport")
    put(key_id, material)
    describe(key_id, "Enabled")
    use(key_id)
    put(key_id, material, ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE")
    describe(key_id, "Enabled")
    kms.disable_key(KeyId=key_id)
    describe(key_id, "Disabled")
    kms.enable_key(KeyId=key_id)
    kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
    describe(key_id, "PendingDeletion")
    kms.cancel_key_deletion(KeyId=key_id)
    describe(key_id, "Disabled")
    kms.delete_imported_key_material(KeyId=key_id)
    describe(key_id, "PendingImport")
    kms.schedule_key_deletion(KeyId=key_id)
    describe(key_id, "PendingDeletion")
    return key_id


def use_symmetric(key_id):
    sealed = kms.encrypt(KeyId=key_id, Plaintext=b"message", EncryptionContext={"a": "b"})
    kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext={"a": "b"})
    kms.generate_data_key(KeyId=key_id, KeySpec="AES_256")
    kms.get_key_rotation_status(KeyId=key_id)


def use_mac(key_id):
    asked = dict(KeyId=key_id, Message=b"message", MacAlgorithm="HMAC_SHA_256")
    kms.verify_mac(Mac=kms.generate_mac(**asked)["Mac"], **asked)


def use_signing(algorithm):
    def use(key_id):
        asked = dict(KeyId=key_id, Message=b"message", SigningAlgorithm=algorithm)
        kms.verify(Signature=kms.sign(**asked)["Signature"], **asked)
        kms.get_public_key(KeyId=key_id)

    return use


def use_rsa_encryption(key_id):
    asked = dict(KeyId=key_id, EncryptionAlgorithm="RSAES_OAEP_SHA_256")
    kms.decrypt(CiphertextBlob=kms.encrypt(Plaintext=b"message", **asked)["CiphertextBlob"], **asked)
    kms.get_public_key(KeyId=key_id)


def rotate():
    key_id = create(Origin="EXTERNAL")
    put(key_id, b"1" * 32)
    described = dict(ImportType="NEW_KEY_MATERIAL", KeyMaterialDescription="the second")
    put(key_id, b"2" * 32, ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE", **described)
    everything = dict(KeyId=key_id, IncludeKeyMaterial="ALL_KEY_MATERIAL")
    kms.list_key_rotations(**everything)
    kms.rotate_key_on_demand(KeyId=key_id)
    kms.list_key_rotations(KeyId=key_id)
    kms.list_key_rotations(Limit=1, **everything)
    describe(key_id, "Enabled")


def replicate():
    key_id = create(Origin="EXTERNAL", MultiRegion=True)
    put(key_id, b"m" * 32)
    kms.replicate_key(KeyId=key_id, ReplicaRegion="eu-west-1", Tags=[dict(TagKey="a", TagValue="b")])
    describe(key_id, "PendingImport", elsewhere)
    put(key_id, b"m" * 32, elsewhere)
    describe(key_id, "Enabled", elsewhere)
    describe(key_id, "Enabled")
    new = dict(ImportType="NEW_KEY_MATERIAL", ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE")
    put(key_id, b"n" * 32, **new)
    kms.list_key_rotations(KeyId=key_id, IncludeKeyMaterial="ALL_KEY_MATERIAL")
    elsewhere.list_key_rotations(KeyId=key_id, IncludeKeyMaterial="ALL_KEY_MATERIAL")
    kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
    describe(key_id, "PendingReplicaDeletion")
    elsewhere.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
    describe(key_id, "PendingDeletion", elsewhere)


def list_and_tag():
    key_id = create(Origin="AWS_KMS")
    describe(key_id, "Enabled")
    kms.get_key_rotation_status(KeyId=key_id)
    kms.list_key_rotations(KeyId=key_id, IncludeKeyMaterial="ALL_KEY_MATERIAL")
    kms.disable_key(KeyId=key_id)
    describe(key_id, "Disabled")
    kms.tag_resource(KeyId=key_id, Tags=[dict(TagKey="more", TagValue="x")])
    kms.list_resource_tags(KeyId=key_id)
    kms.list_resource_tags(KeyId=key_id, Limit=1)
    kms.get_key_policy(KeyId=key_id, PolicyName="default")
    kms.schedule_key_deletion(KeyId=key_id)
    describe(key_id, "PendingDeletion")
    kms.list_keys()
    kms.list_keys(Limit=2)


def create_every_kind():
    """Every kind that AWS KMS imports key material for, in its standard partitions."""
    enum = {member: model.shape_for(member).enum for member in ("KeySpec", "KeyUsageType")}
    made = 0
    for key_spec in enum["KeySpec"]:
        for key_usage in enum["KeyUsageType"]:
            try:
                key_id = create(Origin="EXTERNAL", KeySpec=key_spec, KeyUsage=key_usage)
            except ClientError:
                continue
            describe(key_id, "PendingImport")
            made += 1
    assert made == 18, made


model = kms.meta.service_model
go_through_life(b"m" * 32, use_symmetric)
go_through_life(b"m" * 32, use_mac, KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
go_through_life(P256, use_signing("ECDSA_SHA_256"), KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
go_through_life(K256, use_signing("ECDSA_SHA_256"), KeySpec="ECC_SECG_P256K1", KeyUsage="SIGN_VERIFY")
agreement = dict(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT")
go_through_life(P256, lambda key_id: kms.get_public_key(KeyId=key_id), **agreement)
go_through_life(RSA, use_signing("RSASSA_PSS_SHA_512"), KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
go_through_life(RSA, use_rsa_encryption, KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT", MultiRegion=True)
rotate()
replicate()
list_and_tag()
create_every_kind()

operations = sys.argv[1:]
assert set(operations) == served, set(operations) ^ served
for shape, members in always.items():
    known = model.shape_for(shape).members.keys()
    assert known - NEVER.keys() == seen[shape], (shape, known ^ seen[shape])
    assert seen[shape] - members == SOMETIMES.get(shape, set()), (shape, seen[shape] - members)
print(f"{len(operations)} operations, {len(always)} shapes, {len(states)} kinds and states of keys")
