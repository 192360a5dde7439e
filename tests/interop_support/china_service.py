"""Imports an SM2 key twice and an SM4 key once into what answers at AWS_ENDPOINT_URL_KMS, and uses them
beside OpenSSL and cryptography. Run in a folder of its own; says OK at the end."""

import subprocess

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

kms = boto3.client("kms", config=Config(read_timeout=600))
MESSAGE = b"a message that is signed"


def openssl(line):
    return subprocess.run(["openssl", *line.split()], check=True, capture_output=True).stdout


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


def read(name):
    with open(name, "rb") as file:
        return file.read()


def imported(spec, usage, algorithm, wrapping_key_spec, wrap):
    key_id = kms.create_key(Origin="EXTERNAL", KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["Arn"]
    issued = kms.get_parameters_for_import(
        KeyId=key_id, WrappingAlgorithm=algorithm, WrappingKeySpec=wrapping_key_spec
    )
    write("wrapping.der", issued["PublicKey"])
    openssl(wrap)
    kms.import_key_material(
        KeyId=key_id,
        ImportToken=issued["ImportToken"],
        EncryptedKeyMaterial=read("blob"),
        ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE",
    )
    return key_id


def refused(code, call, **request):
    try:
        call(**request)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return
    raise AssertionError(f"no {code}")


openssl("genpkey -algorithm SM2 -out key.pem")
openssl("pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out key.der")
openssl("pkey -in key.pem -pubout -outform DER -out public.der")
UNDER_SM2 = "pkeyutl -encrypt -pubin -inkey wrapping.der -keyform DER -in key.der -out blob"

# Signatures: what is signed here OpenSSL verifies, and the other way round.
key = imported("SM2", "SIGN_VERIFY", "SM2PKE", "SM2", UNDER_SM2)
published = kms.get_public_key(KeyId=key)
assert published["PublicKey"] == read("public.der")
assert published["SigningAlgorithms"] == ["SM2DSA"]
WITH = "-rawin -digest sm3 -pkeyopt distid:1234567812345678 -in message"
write("message", MESSAGE)
signed = kms.sign(KeyId=key, Message=MESSAGE, SigningAlgorithm="SM2DSA")
write("signature", signed["Signature"])
openssl(f"pkeyutl -verify -pubin -inkey public.der -keyform DER -sigfile signature {WITH}")
openssl(f"pkeyutl -sign -inkey key.pem -out signature {WITH}")
theirs = read("signature")
verified = kms.verify(KeyId=key, Message=MESSAGE, Signature=theirs, SigningAlgorithm="SM2DSA")
assert verified["SignatureValid"] is True
refused(
    "KMSInvalidSignatureException",
    kms.verify,
    KeyId=key,
    Message=MESSAGE + b".",
    Signature=theirs,
    SigningAlgorithm="SM2DSA",
)
# A digest is taken as it is: of Z and the message, which nobody here computes again.
digest = {"KeyId": key, "Message": bytes(32), "MessageType": "DIGEST", "SigningAlgorithm": "SM2DSA"}
signed = kms.sign(**digest)
assert kms.verify(**digest, Signature=signed["Signature"])["SignatureValid"] is True
refused("KMSInvalidSignatureException", kms.verify, **digest, Signature=theirs)
refused("ValidationException", kms.sign, **{**digest, "Message": bytes(31)})

# Encryption, both ways.
key = imported("SM2", "ENCRYPT_DECRYPT", "SM2PKE", "SM2", UNDER_SM2)
of = {"KeyId": key, "EncryptionAlgorithm": "SM2PKE"}
write("ciphertext", kms.encrypt(**of, Plaintext=b"x" * 1024)["CiphertextBlob"])
assert openssl("pkeyutl -decrypt -inkey key.pem -in ciphertext") == b"x" * 1024
openssl("pkeyutl -encrypt -pubin -inkey public.der -keyform DER -in message -out ciphertext")
assert kms.decrypt(**of, CiphertextBlob=read("ciphertext"))["Plaintext"] == MESSAGE
refused("InvalidCiphertextException", kms.decrypt, **of, CiphertextBlob=read("ciphertext")[:-1] + b"?")
refused("ValidationException", kms.encrypt, **of, Plaintext=b"x" * 1025)

# SM4, in the layout that `byok serve --help` gives.
openssl("rand -out key.der 16")
OAEP = "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256"
key = imported(
    "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "RSAES_OAEP_SHA_256", "RSA_2048", f"{UNDER_SM2} {OAEP}"
)
blob = kms.encrypt(KeyId=key, Plaintext=MESSAGE)["CiphertextBlob"]
assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == MESSAGE
at = 18 + 1 + 1 + blob[19] + 32
nonce, sealed, tag = blob[at : at + 12], blob[at + 12 : -16], blob[-16:]
sm4 = Cipher(algorithms.SM4(read("key.der")), modes.GCM(nonce, tag)).decryptor()
sm4.authenticate_additional_data(blob[:at])
assert sm4.update(sealed) + sm4.finalize() == MESSAGE
print("OK")
