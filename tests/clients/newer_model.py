"""Writes the KMS service model of botocore with one thing more, as a newer version may have it. Arguments: a
folder for AWS_DATA_PATH, the shape, and the member or the value of an enum that it gets.
"""

import json
import os
import sys

import botocore.session

folder, shape, name = sys.argv[1:]
model = botocore.session.get_session().get_component("data_loader").load_service_model("kms", "service-2")
changed = model["shapes"][shape]
if "members" in changed:
    changed["members"][name] = {"shape": "KeyIdType"}
else:
    changed["enum"].append(name)
os.makedirs(f"{folder}/kms/2014-11-01")
with open(f"{folder}/kms/2014-11-01/service-2.json", "w") as file:
    json.dump(model, file)
