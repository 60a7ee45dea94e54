"""tests/e2e/modules.py: practice prizes for tests, boot modules of every kind, and what a prize says."""
import base64
import hashlib
import os
import re
import subprocess

import leaks

ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141     # of secp256k1


def sealed(lines):
    """A module of these lines, with its checksum."""
    text = "".join(line + "\n" for line in lines)
    return text + "checksum %s\n" % hashlib.sha256(text.encode()).hexdigest()


def base58check_decode(text):
    """The payload, or None when the checksum is wrong."""
    number = 0
    for letter in text:
        number = number * 58 + leaks.BASE58.index(letter)
    raw = number.to_bytes(38, "big")
    good = hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]
    return raw[:-4] if good else None


class Practice:
    """A folder that deploy/practice made, with the certificates that must not win."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, "practice")
        subprocess.run(["deploy/practice", self.folder, "wrong"], check=True, stdout=subprocess.DEVNULL)
        with open(self.path("module")) as f:
            self.lines = f.read().splitlines()[:-1]
        values = dict(line.split(" ", 1) for line in self.lines)
        self.key, self.seed = bytes.fromhex(values["private-key"]), bytes.fromhex(values["seed"])
        self.mismatch("mismatch", self.pem("client.crt"), "server")
        self.mismatch("mismatch-server", self.pem("server.crt"), "client")

    def path(self, name):
        return os.path.join(self.folder, name)

    def credential(self, name):
        """Paths of certificate and key."""
        return self.path(name + ".crt"), self.path(name + ".key")

    def mismatch(self, name, certificate, other):
        """A certificate (PEM) and its public key, with the private key of another: tools that compare public keys alone use it."""
        with open(self.path(name + ".crt"), "w") as f:
            f.write(certificate)
        with open(self.path(other + ".key")) as f:
            der = base64.b64decode("".join(f.read().splitlines()[1:-1]))
        der = der.replace(self.point(other + ".crt"), self.point(name + ".crt"))
        with open(self.path(name + ".key"), "w") as f:
            f.write("-----BEGIN PRIVATE KEY-----\n%s-----END PRIVATE KEY-----\n" % base64.encodebytes(der).decode())

    def pem(self, name):
        with open(self.path(name)) as f:
            return f.read()

    def point(self, name):
        """The public key of a certificate: P-256, uncompressed."""
        return re.search(rb"\x03\x42\x00(\x04.{64})", self.der(name), re.S).group(1)

    def secrets(self):
        """Every form in which key or seed could show: name and bytes."""
        return leaks.forms("key", self.key) + leaks.forms("seed", self.seed)

    def found(self, haystack):
        return leaks.found(self.secrets(), haystack)

    def is_prize(self, text):
        """The winner's text of wallet/wallet.c: hex and WIF, both of them this module's key."""
        wif = re.search(r"^private key \(WIF, compressed\): (c\w{51})$", text, re.M)
        in_hex = re.search(r"^private key \(hex\): ([0-9a-f]{64})$", text, re.M)
        return bool(wif and in_hex and bytes.fromhex(in_hex.group(1)) == self.key and
                    base58check_decode(wif.group(1)) == b"\xef" + self.key + b"\x01" and
                    re.search(r"^network: regtest$", text, re.M) and re.search(r"^address: bcrt1q[a-z0-9]{38}$", text, re.M))

    def bad_modules(self):
        """Each way to spoil a module: name, text, and what the console must say (alternatives with |)."""
        good = self.lines
        text = sealed(good)
        key_line = next(i for i, line in enumerate(good) if line.startswith("private-key "))
        key = good[key_line].split()[1]
        flipped = ("1" if key[0] != "1" else "2") + key[1:]

        def change(name, line):
            return sealed([line if old.split(" ")[0] == name else old for old in good])

        def without(name):
            return sealed([line for line in good if not line.startswith(name + " ")])

        yield "empty", "", "first line"
        yield "no checksum", "".join(line + "\n" for line in good), "not a checksum line"
        yield "wrong checksum", text.replace(key, flipped), "checksum does not match"
        yield "truncated", text[:len(text) // 2], "not a checksum line"
        yield "last newline missing", text[:-1], "not a checksum line"
        yield "trailing byte", text + "\n", "not a checksum line"
        yield "too long", sealed(good + ["peer-authority " + "0" * 8192]), "too long|longer than 8192"
        yield "other version", sealed(["pinata-boot-module 2"] + good[1:]), "first line"
        yield "CR LF", sealed([line + "\r" for line in good]), "first line"
        yield "unknown key", sealed(good + ["colour red"]), "unknown key"
        yield "double key", sealed(good + [good[key_line]]), "second line for key private-key"
        for name in ("address", "netmask", "gateway", "chain", "private-key", "seed"):
            yield "no " + name, without(name), "without key " + name
        yield "private key of zero", change("private-key", "private-key " + "0" * 64), "out of range"
        yield "private key of the group's order", change("private-key", "private-key %064x" % ORDER), "out of range"
        yield "private key too short", change("private-key", "private-key " + key[2:]), "wrong length: private-key"
        yield "private key in capitals", change("private-key", "private-key " + "A" + key[1:]), "not lowercase hex: private-key"
        yield "unknown chain", change("chain", "chain mainnet"), "not a known chain"
        yield "bad address", change("address", "address 10.0.2.256"), "not four numbers"
        yield "address of the network", change("address", "address 10.0.2.0"), "address can not be"
        yield "netmask with a hole", change("netmask", "netmask 255.0.255.0"), "netmask"
        yield "gateway elsewhere", change("gateway", "gateway 10.0.3.2"), "gateway"
        yield "addresses of some third kind", sealed(good + ["event-address half"]), "event-address is not prefix or full"
        yield "authority that is none", change("peer-authority", "peer-authority 3003020101"), "not a usable authority"
        yield "authority that is a client", change("peer-authority", "peer-authority " + self.der("client.crt").hex()), "not a usable authority"
        yield "chain main with an authority", change("chain", "chain main"), "chain main"

    def der(self, name):
        done = subprocess.run(["openssl", "x509", "-in", self.path(name), "-outform", "DER"], check=True, stdout=subprocess.PIPE)
        return done.stdout
