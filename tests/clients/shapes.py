"""Calls every operation that is served, for keys of every kind in every state; `service_model.py` looks at
what is answered. Arguments: the operations.
"""

import re
import sys
from datetime import datetime, timedelta, timezone

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from peer import wrap
from service_model import check_that_nothing_is_missing, look_at


# Key specs that AWS KMS generates, with their usage.
GENERATED = [("ECC_NIST_EDWARDS25519", "SIGN_VERIFY")]
GENERATED += [(f"ML_DSA_{size}", "SIGN_VERIFY") for size in (44, 65, 87)]
GENERATED += [(f"ML_KEM_{size}", "ENCAPSULATE_DECAPSULATE") for size in (512, 768, 1024)]
CONFIG = Config(retries={"total_max_attempts": 1}, read_timeout=600)


def client(region):
    made = boto3.client("kms", region_name=region, config=CONFIG)
    made.meta.events.register("after-call.kms.*", look_at)
    return made


kms, elsewhere, china = client("us-east-1"), client("eu-west-1"), client("cn-north-1")


def pkcs8(key):
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


RSA = pkcs8(rsa.generate_private_key(65537, 2048))
ED25519 = pkcs8(ed25519.Ed25519PrivateKey.generate())
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


def create(client=kms, **members):
    tags = [dict(TagKey="purpose", TagValue="shapes"), dict(TagKey="empty", TagValue="")]
    return client.create_key(Description="a key", Tags=tags, **members)["KeyMetadata"]["KeyId"]


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


def use_signing(algorithm, message=b"message", message_type="RAW"):
    def use(key_id):
        asked = dict(KeyId=key_id, Message=message, MessageType=message_type, SigningAlgorithm=algorithm)
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
    kms.replicate_key(KeyId=key_id, ReplicaRegion="ap-south-1")
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


def use_generated_keys():
    """Keys whose material AWS KMS generates are usable, rotated and replicated at once."""
    key_id = create(MultiRegion=True)
    describe(key_id, "Enabled")
    use_symmetric(key_id)
    kms.enable_key_rotation(KeyId=key_id, RotationPeriodInDays=90)
    kms.get_key_rotation_status(KeyId=key_id)
    kms.rotate_key_on_demand(KeyId=key_id)
    kms.list_key_rotations(KeyId=key_id, IncludeKeyMaterial="ALL_KEY_MATERIAL")
    kms.disable_key_rotation(KeyId=key_id)
    kms.replicate_key(KeyId=key_id, ReplicaRegion="eu-west-1")
    describe(key_id, "Enabled", elsewhere)
    use_mac(create(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC"))
    use_signing("ECDSA_SHA_384")(create(KeySpec="ECC_NIST_P384", KeyUsage="SIGN_VERIFY"))
    use_rsa_encryption(create(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT"))


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


def dry(call, **asked):
    """What a call answers as a dry run: its own class of exception, and nothing else."""
    try:
        call(DryRun=True, **asked)
    except kms.exceptions.DryRunOperationException as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400, error.response
    else:
        raise AssertionError(call)


def use_data_keys():
    key_id, rsa = create(), create(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")
    kms.get_key_last_usage(KeyId=key_id)
    asked = dict(KeyId=key_id, EncryptionContext={"a": "b"})
    dry(kms.generate_data_key, KeySpec="AES_128", **asked)
    sealed = kms.generate_data_key_without_plaintext(KeySpec="AES_128", **asked)["CiphertextBlob"]
    for name in kms.meta.service_model.shape_for("DataKeyPairSpec").enum:
        if name == "SM2":
            client, pair = china, dict(KeyId=create(china), KeyPairSpec=name)
        else:
            client, pair = kms, dict(KeyPairSpec=name, **asked)
        if name.startswith("ML_KEM"):
            continue
        dry(client.generate_data_key_pair, **pair)
        client.generate_data_key_pair(**pair)
        if not name.startswith("RSA"):
            client.generate_data_key_pair_without_plaintext(**pair)
    kms.generate_random(NumberOfBytes=32)
    moved = dict(CiphertextBlob=sealed, SourceEncryptionContext={"a": "b"})
    dry(kms.re_encrypt, DestinationKeyId=key_id, **moved)
    kms.re_encrypt(DestinationKeyId=key_id, **moved)
    for algorithm in ("RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"):
        there = dict(DestinationKeyId=rsa, DestinationEncryptionAlgorithm=algorithm)
        back = dict(SourceKeyId=rsa, SourceEncryptionAlgorithm=algorithm, DestinationKeyId=key_id)
        kms.re_encrypt(CiphertextBlob=kms.re_encrypt(**there, **moved)["CiphertextBlob"], **back)
    sm2 = [create(china, KeySpec="SM2", KeyUsage="ENCRYPT_DECRYPT") for _ in range(2)]
    algorithm = dict(SourceEncryptionAlgorithm="SM2PKE", DestinationEncryptionAlgorithm="SM2PKE")
    blob = china.encrypt(KeyId=sm2[0], Plaintext=b"m", EncryptionAlgorithm="SM2PKE")["CiphertextBlob"]
    china.re_encrypt(CiphertextBlob=blob, SourceKeyId=sm2[0], DestinationKeyId=sm2[1], **algorithm)


def agree():
    generated, imported = create(**agreement), create(Origin="EXTERNAL", **agreement)
    put(imported, P256)
    for one, other in ((generated, imported), (imported, generated)):
        peer = kms.get_public_key(KeyId=other)["PublicKey"]
        asked = dict(KeyId=one, KeyAgreementAlgorithm="ECDH", PublicKey=peer)
        dry(kms.derive_shared_secret, **asked)
        kms.derive_shared_secret(**asked)


def use_last():
    """Each operation that uses a key is the last use of that key."""
    symmetric, hmac = create(), create(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
    signing, agreeing = create(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY"), create(**agreement)
    message = dict(KeyId=signing, Message=b"m", SigningAlgorithm="ECDSA_SHA_256")
    text = dict(KeyId=hmac, Message=b"m", MacAlgorithm="HMAC_SHA_256")
    pair = dict(KeyId=symmetric, KeyPairSpec="ECC_NIST_P256")
    peer = kms.get_public_key(KeyId=agreeing)["PublicKey"]
    sealed = kms.encrypt(KeyId=symmetric, Plaintext=b"m")["CiphertextBlob"]
    for operation, asked in (
        ("Decrypt", dict(KeyId=symmetric, CiphertextBlob=sealed)),
        ("Encrypt", dict(KeyId=symmetric, Plaintext=b"m")),
        ("DeriveSharedSecret", dict(KeyId=agreeing, KeyAgreementAlgorithm="ECDH", PublicKey=peer)),
        ("GenerateDataKey", dict(KeyId=symmetric, KeySpec="AES_128")),
        ("GenerateDataKeyPair", pair),
        ("GenerateDataKeyPairWithoutPlaintext", pair),
        ("GenerateDataKeyWithoutPlaintext", dict(KeyId=symmetric, KeySpec="AES_128")),
        ("GenerateMac", text),
        ("ReEncrypt", dict(DestinationKeyId=symmetric, CiphertextBlob=sealed)),
        ("Sign", message),
        ("Verify", dict(Signature=kms.sign(**message)["Signature"], **message)),
        ("VerifyMac", dict(Mac=kms.generate_mac(**text)["Mac"], **text)),
    ):
        getattr(kms, xform_name(operation))(**asked)
        key_id = asked.get("KeyId", symmetric)
        assert kms.get_key_last_usage(KeyId=key_id)["KeyLastUsage"]["Operation"] == operation


def change_the_primary_region():
    key_id = create(MultiRegion=True)
    kms.replicate_key(KeyId=key_id, ReplicaRegion="eu-west-1")
    kms.update_primary_region(KeyId=key_id, PrimaryRegion="eu-west-1")
    describe(key_id, "Enabled")
    describe(key_id, "Enabled", elsewhere)


def describe_and_permit():
    key_id = create()
    kms.update_key_description(KeyId=key_id, Description="another")
    kms.untag_resource(KeyId=key_id, TagKeys=["purpose"])
    kms.put_key_policy(KeyId=key_id, PolicyName="default", Policy='{"Statement": []}')
    kms.list_key_policies(KeyId=key_id)


def grant():
    key_id = create()
    principal = "arn:aws:iam::111122223333:user/somebody"
    asked = dict(KeyId=key_id, GranteePrincipal=principal, RetiringPrincipal=principal)
    subset, equals = dict(EncryptionContextSubset={"a": "b"}), dict(EncryptionContextEquals={"a": "b"})
    source = dict(SourceArn="arn:aws:s3:us-east-1:111122223333:bucket/a")
    # Every operation of a grant is one of some kind of key.
    operations = set(kms.meta.service_model.shape_for("GrantOperation").enum)
    of_symmetric = {name for name in operations if re.search("crypt|DataKey|Grant|DescribeKey", name)}
    first = kms.create_grant(Operations=sorted(of_symmetric), Constraints=subset | source, **asked)
    kms.create_grant(Operations=["Decrypt"], Constraints=equals, Name="named", **asked)
    services = dict(GranteeServicePrincipal="a.b.com", RetiringServicePrincipal="a.b.com")
    third = kms.create_grant(KeyId=key_id, Operations=["Encrypt"], **services)
    for spec, usage, permitted in (
        ("HMAC_256", "GENERATE_VERIFY_MAC", ["GenerateMac", "VerifyMac"]),
        ("ECC_NIST_P256", "SIGN_VERIFY", ["Sign", "Verify", "GetPublicKey"]),
        ("ECC_NIST_P256", "KEY_AGREEMENT", ["DeriveSharedSecret"]),
        ("ML_KEM_512", "ENCAPSULATE_DECAPSULATE", ["Encapsulate", "Decapsulate"]),
    ):
        other = create(KeySpec=spec, KeyUsage=usage)
        kms.create_grant(KeyId=other, GranteePrincipal=principal, Operations=permitted)
        kms.list_grants(KeyId=other)
        operations -= set(permitted)
    assert operations == of_symmetric, operations ^ of_symmetric
    kms.encrypt(KeyId=key_id, Plaintext=b"message", GrantTokens=[first["GrantToken"]])
    kms.list_grants(KeyId=key_id)
    kms.list_grants(KeyId=key_id, Limit=1)
    kms.list_retirable_grants(RetiringPrincipal=principal)
    kms.revoke_grant(KeyId=key_id, GrantId=third["GrantId"])
    kms.retire_grant(GrantToken=first["GrantToken"])


def name():
    key_id = create(Origin="EXTERNAL")
    kms.create_alias(AliasName="alias/first", TargetKeyId=key_id)
    kms.create_alias(AliasName="alias/second", TargetKeyId=key_id)
    kms.update_alias(AliasName="alias/second", TargetKeyId=create(Origin="EXTERNAL"))
    describe("alias/first", "PendingImport")
    kms.list_aliases()
    kms.list_aliases(Limit=1)
    kms.list_aliases(KeyId=key_id)
    kms.delete_alias(AliasName="alias/first")


def create_every_kind():
    """Every kind that AWS KMS has in its standard partitions, and imports key material for."""
    model, made = kms.meta.service_model, 0
    for key_spec in model.shape_for("KeySpec").enum:
        for key_usage in model.shape_for("KeyUsageType").enum:
            try:
                key_id = create(Origin="EXTERNAL", KeySpec=key_spec, KeyUsage=key_usage)
            except ClientError:
                continue
            describe(key_id, "PendingImport")
            made += 1
    assert made == 19, made
    for key_spec, key_usage in GENERATED:
        describe(create(KeySpec=key_spec, KeyUsage=key_usage), "Enabled")
    for key_usage in ("SIGN_VERIFY", "ENCRYPT_DECRYPT", "KEY_AGREEMENT"):
        key_id = create(china, Origin="EXTERNAL", KeySpec="SM2", KeyUsage=key_usage)
        describe(key_id, "PendingImport", china)


go_through_life(b"m" * 32, use_symmetric)
go_through_life(b"m" * 32, use_mac, KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
go_through_life(P256, use_signing("ECDSA_SHA_256"), KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
go_through_life(K256, use_signing("ECDSA_SHA_256"), KeySpec="ECC_SECG_P256K1", KeyUsage="SIGN_VERIFY")
ed25519_key = dict(KeySpec="ECC_NIST_EDWARDS25519", KeyUsage="SIGN_VERIFY")
go_through_life(ED25519, use_signing("ED25519_SHA_512"), **ed25519_key)
go_through_life(ED25519, use_signing("ED25519_PH_SHA_512", b"d" * 64, "DIGEST"), **ed25519_key)
agreement = dict(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT")
go_through_life(P256, lambda key_id: kms.get_public_key(KeyId=key_id), **agreement)
go_through_life(RSA, use_signing("RSASSA_PSS_SHA_512"), KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
go_through_life(RSA, use_rsa_encryption, KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT", MultiRegion=True)
rotate()
replicate()
use_generated_keys()
list_and_tag()
use_data_keys()
agree()
use_last()
change_the_primary_region()
describe_and_permit()
grant()
name()
create_every_kind()
print(check_that_nothing_is_missing(kms.meta.service_model, sys.argv[1:]))
