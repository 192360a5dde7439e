"""Validates the documents of a Kubernetes manifest, and prints each as a line of JSON.

The schemas are those of the newest Kubernetes that kubernetes_validate has, and of 1.33, the first in which
all members of the example are stable. Unknown members are errors.
"""

import json
import sys

import kubernetes_validate
import yaml

with open(sys.argv[1], encoding="utf-8") as file:
    documents = list(yaml.safe_load_all(file))
for document in documents:
    for version in ("1.33", kubernetes_validate.latest_version()):
        kubernetes_validate.validate(document, version, strict=True)
    print(json.dumps(document))
