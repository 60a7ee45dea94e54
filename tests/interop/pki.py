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


def leaf(folder, name, issuer, usage, days="20"):
    path = lambda extension: os.path.join(folder, name + extension)
    run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path(".key"),
        "-out", path(".csr"), "-subj", "/CN=" + name)
    with open(path(".ext"), "w") as out:
        out.write("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
                  "extendedKeyUsage=%s\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n" % usage)
    run("openssl", "x509", "-req", "-in", path(".csr"), "-CA", os.path.join(folder, issuer + ".crt"), "-CAkey",
        os.path.join(folder, issuer + ".key"), "-CAcreateserial", "-out", path(".crt"), "-days", days,
        "-extfile", path(".ext"))


def make(folder):
    """ca signs server, client; other is another authority with its own client."""
    for name in ("ca", "other"):
        authority(folder, name)
    leaf(folder, "server", "ca", "serverAuth")
    leaf(folder, "client", "ca", "clientAuth")
    leaf(folder, "stranger", "other", "clientAuth")
