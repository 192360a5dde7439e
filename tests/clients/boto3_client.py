"""boto3, as a client of `byok serve`: a line of JSON in, a line of JSON out.

A line names an `Operation` and its `Members` as the KMS API spells them, with blobs in base64. The
answer has the `Output`, spelled likewise, or the `Error`.
"""

import base64
import datetime
import json
import sys

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

BLOBS = {"CiphertextBlob", "EncryptedKeyMaterial", "ImportToken", "Message", "Plaintext"}


def encoded(value):
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    raise TypeError(type(value))


# A wrapping key takes long to make where much else is done: the limit of 60 seconds is not the test's.
client = boto3.client("kms", config=Config(read_timeout=600))
for line in sys.stdin:
    request = json.loads(line)
    members = request["Members"].items()
    members = {name: base64.b64decode(value) if name in BLOBS else value for name, value in members}
    try:
        answer = {"Output": getattr(client, xform_name(request["Operation"]))(**members)}
    except (BotoCoreError, ClientError) as error:
        answer = {"Error": str(error)}
    print(json.dumps(answer, default=encoded), flush=True)
