"""pki.py: throwaway certificates for interop tests, made by the openssl command in a temporary folder."""
import os
import subprocess


def run(*words):
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def authority(folder, name):
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-keyout", os.path.join(folder, name + ".key"), "-out", os.path.join(folder, name + ".crt"),
        "-subj", "/CN=" + name, "-days", "30", "-addext", "basicConstraints=critical,CA:TRUE",
        "-addext", "keyUsage=critical,keyCertSign")


KINDS = {"p256": ("ec", "-pkeyopt", "ec_paramgen_curve:P-256"), "p384": ("ec", "-pkeyopt", "ec_paramgen_curve:P-384"),
         "rsa": ("rsa:2048",)}


def leaf(folder, name, issuer, usage, days="20", kind="p256"):
    path = lambda extension: os.path.join(folder, name + extension)
    run("openssl", "req", "-newkey", *KINDS[kind], "-nodes", "-keyout", path(".key"), "-out", path(".csr"),
        "-subj", "/CN=" + name)
    with open(path(".ext"), "w") as out:
        out.write("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
                  "extendedKeyUsage=%s\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n" % usage)
    run("openssl", "x509", "-req", "-in", path(".csr"), "-CA", os.path.join(folder, issuer + ".crt"), "-CAkey",
        os.path.join(folder, issuer + ".key"), "-CAcreateserial", "-out", path(".crt"), "-days", days,
        "-extfile", path(".ext"))


def make(folder):
    """ca signs a server and a client of each kind of key; other is another authority with its own client."""
    for name in ("ca", "other"):
        authority(folder, name)
    for kind in KINDS:
        leaf(folder, "server-" + kind, "ca", "serverAuth", kind=kind)
        leaf(folder, "client-" + kind, "ca", "clientAuth", kind=kind)
    leaf(folder, "stranger", "other", "clientAuth")
