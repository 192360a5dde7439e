"""What ssh-keygen writes: its own form, and those that -m names."""

import os
import tempfile

from form import PASSPHRASE, WITH_PASSPHRASE, Form, run


def ssh_keygen_forms(pem):
    is_rsa = b"RSA" in rewritten(pem, "-N", "", "-m", "PEM")
    return [
        *open_ssh_keygen_forms(pem),
        Form("ssh-keygen-m-pem.pem", "PKCS#1 PEM" if is_rsa else "SEC1 PEM", rewritten(pem, "-N", "", "-m", "PEM")),
        Form("ssh-keygen-m-pem.older.pem", *older(pem, is_rsa)),
        Form("ssh-keygen-m-pkcs8.pem", "PKCS#8 PEM", rewritten(pem, "-N", "", "-m", "PKCS8")),
    ]


def older(pem, is_rsa):
    """OpenSSL's older encrypted form, with its remark."""
    file = rewritten(pem, "-N", PASSPHRASE, "-m", "PEM")
    source_format = "encrypted PKCS#1 PEM" if is_rsa else "encrypted SEC1 PEM"
    return source_format, file, WITH_PASSPHRASE, ("AES-128-CBC with one round of MD5",)


def open_ssh_keygen_forms(file):
    """Its own form, of a key that it can read."""
    encrypted = ["-N", PASSPHRASE, "-a", "2"]
    cbc = rewritten(file, *encrypted, "-Z", "aes128-cbc")
    return [
        Form("openssh", "OpenSSH", rewritten(file, "-N", "")),
        Form("encrypted.openssh", "encrypted OpenSSH", rewritten(file, *encrypted), WITH_PASSPHRASE),
        Form("cbc.openssh", "encrypted OpenSSH", cbc, WITH_PASSPHRASE),
    ]


def rewritten(pem, *options):
    """The key as ssh-keygen -p leaves it."""
    with tempfile.NamedTemporaryFile() as file:
        os.chmod(file.name, 0o600)
        file.write(pem)
        file.flush()
        run("ssh-keygen", "-q", "-p", "-P", "", *options, "-f", file.name)
        with open(file.name, "rb") as again:
            return again.read()
