"""signer.py: BIP-322 simple for P2WPKH in plain Python, slow and on its own: for a machine that lies.

Not a test.  Keys here guard nothing, so nothing is constant time.
"""
import base64
import hashlib
import os
import struct

P = 2**256 - 2**32 - 977
N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141
G = (0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798,
     0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8)


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if a[1] != b[1]:
            return None
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, P) % P
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P) % P
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(number, point=G):
    sum_ = None
    while number:
        if number & 1:
            sum_ = add(sum_, point)
        point, number = add(point, point), number >> 1
    return sum_


def public_key(key):
    x, y = times(key)
    return bytes([2 + (y & 1)]) + x.to_bytes(32, "big")


def twice(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def der(r, s):
    def integer(value):
        data = value.to_bytes(33, "big").lstrip(b"\0")
        return (b"\0" if data[0] & 0x80 else b"") + data
    parts = b"".join(bytes([2, len(data)]) + data for data in (integer(r), integer(s)))
    return bytes([0x30, len(parts)]) + parts


def sign(key, program, text):
    """The proof, "smp" included, of `text` by the P2WPKH address whose hash is `program`."""
    tag = hashlib.sha256(b"BIP0322-signed-message").digest()
    message = hashlib.sha256(tag + tag + text.encode()).digest()
    to_spend = (bytes(4) + b"\1" + bytes(32) + b"\xff" * 4 + b"\x22\0\x20" + message + bytes(4) + b"\1" + bytes(8) +
                b"\x16\0\x14" + program + bytes(4))
    outpoint = twice(to_spend) + bytes(4)
    digest = int.from_bytes(twice(
        bytes(4) + twice(outpoint) + twice(bytes(4)) + outpoint + b"\x19\x76\xa9\x14" + program + b"\x88\xac" + bytes(12) +
        twice(bytes(8) + b"\1\x6a") + bytes(4) + struct.pack("<I", 1)), "big")
    nonce = int.from_bytes(os.urandom(32), "big") % (N - 1) + 1
    r = times(nonce)[0] % N
    s = pow(nonce, -1, N) * (digest + r * key) % N
    signature, public = der(r, min(s, N - s)) + b"\1", public_key(key)
    witness = b"\2" + bytes([len(signature)]) + signature + bytes([len(public)]) + public
    return "smp" + base64.b64encode(witness).decode()
