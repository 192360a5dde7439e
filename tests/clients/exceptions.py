"""Every exception that the service model has for GetParametersForImport and ImportKeyMaterial reaches
boto3 as its own class, with AWS's HTTP status, code and text; and so do those that belong to every
operation.

REHEARSAL is an endpoint, LATER one that has its keys a day and an hour later, and TROUBLE one that fails
each operation once with each exception of `ON_PURPOSE`, in this order.
"""

import os

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.serialization import load_der_public_key
from peer import wrap

OPERATIONS = ["GetParametersForImport", "ImportKeyMaterial"]
ON_PURPOSE = ["DependencyTimeoutException", "KMSInternalException", "ThrottlingException", "AccessDeniedException"]
# Of no operation in the model, and of every operation at AWS.
COMMON = ["ValidationException", "ThrottlingException", "AccessDeniedException"]
UNKNOWN = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
FOREVER = {"ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"}
WANTED = {"WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"}


def client(variable):
    config = Config(retries={"total_max_attempts": 1}, read_timeout=600)
    return boto3.client("kms", endpoint_url=os.environ[variable], config=config)


kms, later, trouble = client("REHEARSAL"), client("LATER"), client("TROUBLE")


class Key:
    """A KMS key for imported key material, and what was asked for it."""

    def __init__(self, **members):
        self.arn = kms.create_key(**{"Origin": "EXTERNAL", **members})["KeyMetadata"]["Arn"]

    def parameters(self):
        parameters = kms.get_parameters_for_import(KeyId=self.arn, **WANTED)
        self.token = parameters["ImportToken"]
        self.public_key = load_der_public_key(parameters["PublicKey"])
        return self

    def wrap(self, material):
        return wrap(self.public_key, WANTED["WrappingAlgorithm"], material)


def ask(key_id, client=kms, **members):
    client.get_parameters_for_import(KeyId=key_id, **{**WANTED, **members})


def put(key_id, blob=b"\1" * 256, client=kms, token=None, **members):
    token = good.token if token is None else token
    members = members or FOREVER
    client.import_key_material(KeyId=key_id, ImportToken=token, EncryptedKeyMaterial=blob, **members)


good, spare = Key().parameters(), Key().parameters()
made_by_aws = Key(Origin="AWS_KMS")
ends = Key()
kms.schedule_key_deletion(KeyId=ends.arn, PendingWindowInDays=7)
put(spare.arn, spare.wrap(b"m" * 32), token=spare.token)

# What brings each about, and what AWS KMS says then.
CAUSES = {
    ("GetParametersForImport", "ValidationException"): (
        lambda: ask(good.arn, WrappingAlgorithm="RSA_AES_KEY_WRAP_SHA_256"),
        "Wrapping algorithm RSA_AES_KEY_WRAP_SHA_256 and wrapping key spec RSA_2048 cannot be used to import a "
        "SYMMETRIC_DEFAULT key.",
    ),
    ("ImportKeyMaterial", "ValidationException"): (
        lambda: put(good.arn, ExpirationModel="KEY_MATERIAL_EXPIRES"),
        "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES",
    ),
    ("ImportKeyMaterial", "InvalidImportTokenException"): (lambda: put(good.arn, token=spare.token), ""),
    ("ImportKeyMaterial", "ExpiredImportTokenException"): (lambda: put(good.arn, client=later), ""),
    ("ImportKeyMaterial", "InvalidCiphertextException"): (lambda: put(good.arn), ""),
    ("ImportKeyMaterial", "IncorrectKeyMaterialException"): (
        lambda: put(spare.arn, spare.wrap(b"n" * 32), token=spare.token),
        "",
    ),
}
for operation, call in zip(OPERATIONS, (ask, put)):
    CAUSES |= {
        (operation, "InvalidArnException"): (
            lambda call=call: call("alias/mine"),
            "Key Aliases are not supported for this operation.",
        ),
        (operation, "NotFoundException"): (
            lambda call=call: call(UNKNOWN),
            f"Key '{UNKNOWN}' does not exist",
        ),
        (operation, "UnsupportedOperationException"): (
            lambda call=call: call(made_by_aws.arn),
            f"{made_by_aws.arn} origin is AWS_KMS which is not valid for this operation.",
        ),
        (operation, "KMSInvalidStateException"): (
            lambda call=call: call(ends.arn),
            f"{ends.arn} is pending deletion.",
        ),
    }
    texts = {
        "ThrottlingException": "You have exceeded the rate at which you may call KMS. Reduce the frequency of "
        "your calls.",
        "AccessDeniedException": "User: arn:aws:iam::111122223333:user/rehearsal is not authorized to perform: "
        f"kms:{operation} because no identity-based policy allows the kms:{operation} action",
    }
    for name in ON_PURPOSE:
        CAUSES[operation, name] = (lambda call=call: call(good.arn, client=trouble), texts.get(name, ""))

model = botocore.session.get_session().get_service_data("kms")
modelled = {
    (operation, error["shape"]): model["shapes"][error["shape"]]
    for operation in OPERATIONS
    for error in model["operations"][operation]["errors"]
}
common = [(operation, name) for operation in OPERATIONS for name in COMMON]
assert CAUSES.keys() == modelled.keys() | set(common), CAUSES.keys() ^ (modelled.keys() | set(common))

for (operation, name), (cause, text) in CAUSES.items():
    shape = modelled.get((operation, name))
    expected = getattr(kms.exceptions, name) if shape else ClientError
    try:
        cause()
        raise SystemExit(f"{operation} did not raise {name}")
    except expected as error:
        raised = error
    assert type(raised) is expected, (operation, name, type(raised))
    status = 500 if shape and shape.get("fault") else 400
    said, metadata = raised.response["Error"], raised.response["ResponseMetadata"]
    seen = (raised.operation_name, said["Code"], said["Message"], metadata["HTTPStatusCode"])
    assert seen == (operation, name, text, status), seen
    assert len(metadata["RequestId"]) == 36, metadata
    print(f"{operation} {name}: {status} {text}")

# None of the refusals used the token up, or changed the key.
put(good.arn, good.wrap(b"m" * 32))
assert kms.describe_key(KeyId=good.arn)["KeyMetadata"]["KeyState"] == "Enabled"
print(f"{len(CAUSES)} exceptions")
