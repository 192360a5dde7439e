"""A form of a key: a file, and what is to be said of it."""

import os
import subprocess
from typing import NamedTuple

# The file of the passphrase is the test's to write.
PASSPHRASE = "TEST passphrase"
WITH_PASSPHRASE = "--passphrase-file passphrase"


class Form(NamedTuple):
    """What is in a file, its SourceFormat, the options that it needs, and a part of each remark on it."""

    name: str
    source_format: str
    content: bytes
    options: str = ""
    remarks: tuple[str, ...] = ()
    # What AWS KMS takes, of a key of its own.
    canonical: bytes | None = None


def run(*command, stdin=b"", **variables):
    """The standard output of a program, which must succeed."""
    environment = {**os.environ, **variables}
    done = subprocess.run(command, input=stdin, capture_output=True, env=environment)
    if done.returncode != 0:
        raise SystemExit(f"{command}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def openssl(line, stdin=b""):
    """`openssl` with arguments that hold no spaces, but for `PASS`, which becomes the passphrase."""
    words = [f"pass:{PASSPHRASE}" if word == "PASS" else word for word in line.split()]
    return run("openssl", *words, stdin=stdin)
