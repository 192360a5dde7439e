"""What OpenSSL reads of BER differs between its versions: each is asked only what it is known to read."""

import re
import sys

from form import openssl

NAME = openssl("version").decode().strip()
VERSION = tuple(int(part) for part in re.match(r"OpenSSL (\d+)\.(\d+)\.(\d+)", NAME).groups())

# Tried: 3.0.17, 3.0.19 and 3.0.20 refuse an algorithm whose NULL has its length in more than one octet,
# 3.0.22 reads it. Later series were not tried.
READS_LONG_NULL = VERSION[:2] == (3, 0) and VERSION >= (3, 0, 22)

left_out = set()


def leave_out(what):
    """Prints, once, what this version is not asked."""
    if what not in left_out:
        left_out.add(what)
        print(f"left out: {NAME} is not asked to read {what}", file=sys.stderr)
