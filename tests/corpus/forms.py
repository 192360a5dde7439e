"""Makes keys, and of each key a file in every form that its owner may have.

    forms.py FOLDER KEY_SPEC...

The makers are OpenSSL, ssh-keygen, keytool, NSS, node, cryptography and jwcrypto. `KEY_SPEC.canonical` is what AWS
KMS takes, `NAME.canonical` the same of a file with a key of its own. For every other file there is a line on standard output: the key spec, the name, the
SourceFormat that it has, the options that it needs, and a part of each remark on it.
"""

import os
import sys

import keytool
import pkcs12_files
import private_keys
import raw_keys

OF_PRIVATE_KEYS = {
    "RSA_2048": "2048",
    "RSA_3072": "3072",
    "RSA_4096": "4096",
    "ECC_NIST_P256": "prime256v1",
    "ECC_NIST_P384": "secp384r1",
    "ECC_NIST_P521": "secp521r1",
    "ECC_SECG_P256K1": "secp256k1",
}
OF_RAW_KEYS = {
    "SYMMETRIC_DEFAULT": 32,
    "HMAC_224": 28,
    "HMAC_256": 32,
    "HMAC_384": 48,
    "HMAC_512": 64,
}


def main(folder, *key_specs):
    os.chdir(folder)
    for key_spec in key_specs:
        if key_spec in OF_RAW_KEYS:
            canonical, forms = raw_keys.make(OF_RAW_KEYS[key_spec])
            forms += keytool.secret_key_forms(key_spec)
            forms += pkcs12_files.secret_key_forms(key_spec)
        elif key_spec == "ECC_NIST_EDWARDS25519":
            canonical, forms = private_keys.make_ed25519()
        else:
            canonical, forms = private_keys.make(key_spec, OF_PRIVATE_KEYS[key_spec])
        with open(f"{key_spec}.canonical", "wb") as file:
            file.write(canonical)
        for form in forms:
            name = f"{key_spec}.{form.name}"
            with open(name, "wb") as file:
                file.write(form.content)
            if form.canonical:
                with open(f"{name}.canonical", "wb") as file:
                    file.write(form.canonical)
            print(key_spec, name, form.source_format, form.options, *form.remarks, sep="\t")


main(*sys.argv[1:])
