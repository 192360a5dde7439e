"""Encrypts and decrypts with the package gmssl, which writes its parts one after the other.

    gmssl_peer.py encrypt X-AND-Y MODE MESSAGE
    gmssl_peer.py decrypt SCALAR MODE CIPHERTEXT

All but MODE in hex; the answer, too. MODE is 0 for C1C2C3 and 1 for C1C3C2, both without the 04 in front.
"""

import sys

from gmssl.sm2 import CryptSM2

verb, key, mode, data = sys.argv[1:]
# The constructor takes zeros and fours off the front of a public key that begins with 04.
sm2 = CryptSM2(private_key=key, public_key="", mode=int(mode))
sm2.public_key = key
print((sm2.encrypt if verb == "encrypt" else sm2.decrypt)(bytes.fromhex(data)).hex())
