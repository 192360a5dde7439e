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
do = sm2.encrypt if verb == "encrypt" else sm2.decrypt
result = do(bytes.fromhex(data))
while result is None and verb == "encrypt":
    # The key stream was all zero, as one in 256 is for a single byte: GB/T 32918.4, 6.1, A5, draws again.
    result = do(bytes.fromhex(data))
print(result.hex())
