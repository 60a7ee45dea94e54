#!/usr/bin/python3
"""keys_test.py PROGRAM: the forms in which tls_server takes a key and a chain, and those that it refuses, saying why."""
import os
import re
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
number = 0


def check(name, good, detail=""):
    global number
    number += 1
    print("%s %d - %s" % ("ok" if good else "not ok", number, name), flush=True)
    if not good:
        print(detail)


def openssl(*words):
    done = subprocess.run(("openssl",) + words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise SystemExit("openssl %s: %s" % (" ".join(words), done.stdout.decode()))


def read(path):
    with open(path) as file:
        return file.read()


def write(path, text):
    with open(path, "w", newline="") as file:
        file.write(text)


def certificate(name, *key):
    openssl("genpkey", *key, "-out", name + ".key")
    openssl("req", "-x509", "-new", "-key", name + ".key", "-subj", "/CN=" + name, "-days", "10", "-out", name + ".crt")


def make():
    certificate("p256", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    certificate("p384", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384")
    certificate("rsa", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
    certificate("small", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024")
    certificate("pss", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048")
    certificate("p521", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521")
    certificate("ed25519", "-algorithm", "ED25519")
    certificate("other", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    openssl("ec", "-in", "p256.key", "-out", "sec1.key")
    openssl("ec", "-in", "p384.key", "-out", "sec1-384.key")
    openssl("ec", "-in", "p256.key", "-no_public", "-out", "no-public.key")
    openssl("rsa", "-in", "rsa.key", "-traditional", "-out", "pkcs1.key")
    openssl("ecparam", "-name", "prime256v1", "-out", "parameters.pem")
    write("with-parameters.key", read("parameters.pem") + read("sec1.key"))
    write("crlf.key", read("p256.key").replace("\n", "\r\n"))
    write("crlf.crt", read("p256.crt").replace("\n", "\r\n"))
    write("text.key", "Bag Attributes\n    friendlyName: -----\nKey Attributes: <No Attributes>\n" + read("p256.key"))
    write("text.crt", "subject=CN = p256\n\n" + read("p256.crt") + "trailing words\n")
    write("chain.crt", read("p256.crt") + read("other.crt") + read("rsa.crt"))
    write("both.pem", read("p256.key") + read("p256.crt"))
    openssl("pkcs8", "-topk8", "-in", "p256.key", "-passout", "pass:x", "-out", "encrypted.key")
    openssl("rsa", "-in", "rsa.key", "-traditional", "-aes128", "-passout", "pass:x", "-out", "encrypted1.key")
    write("nothing.pem", "no key here\n")
    write("cut.key", read("p256.key")[:100])


def start(cert, key):
    return subprocess.Popen([PROGRAM, "--listen", "127.0.0.1:0", "--cert", cert, "--key", key], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def accepted(name, cert, key, certificates=1):
    server = start(cert, key)
    line = server.stdout.readline().decode()
    if not line.startswith("listening "):
        check(name, False, server.stderr.read().decode())
        return
    done = subprocess.run(["openssl", "s_client", "-connect", line.split()[1], "-showcerts", "-ign_eof"], input=b"GET / HTTP/1.0\r\n\r\n",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    server.terminate()
    code, text = server.wait(60), done.stdout.decode(errors="replace")
    check(name, code == 0 and "\nok\n" in text and len(re.findall("BEGIN CERTIFICATE", text)) == certificates,
          "exit %d\n%s" % (code, text))
    server.stdout.close()
    server.stderr.close()


def refused(name, cert, key, why):
    server = start(cert, key)
    try:
        out, err = server.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        server.kill()
        out, err = server.communicate()
    check("%s: %s" % (name, why), server.returncode == 2 and why in err.decode() and out == b"", err.decode() + out.decode())


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    make()
    accepted("PKCS#8, P-256", "p256.crt", "p256.key")
    accepted("PKCS#8, P-384", "p384.crt", "p384.key")
    accepted("PKCS#8, RSA", "rsa.crt", "rsa.key")
    accepted("SEC1, P-256", "p256.crt", "sec1.key")
    accepted("SEC1, P-384", "p384.crt", "sec1-384.key")
    accepted("SEC1 without the public key", "p256.crt", "no-public.key")
    accepted("SEC1 behind EC PARAMETERS", "p256.crt", "with-parameters.key")
    accepted("PKCS#1", "rsa.crt", "pkcs1.key")
    accepted("lines that end in CR LF", "crlf.crt", "crlf.key")
    accepted("text around the blocks", "text.crt", "text.key")
    accepted("a chain of three", "chain.crt", "p256.key", 3)
    accepted("key and certificate in one file", "both.pem", "both.pem")
    refused("encrypted PKCS#8", "p256.crt", "encrypted.key", "is encrypted")
    refused("encrypted PKCS#1", "rsa.crt", "encrypted1.key", "is encrypted")
    refused("RSA of 1,024 bits", "small.crt", "small.key", "is of a kind that is not known")
    refused("RSA-PSS", "pss.crt", "pss.key", "is of a kind that is not known")
    refused("P-521", "p521.crt", "p521.key", "is of a kind that is not known")
    refused("Ed25519", "ed25519.crt", "ed25519.key", "is of a kind that is not known")
    refused("another's key", "p256.crt", "other.key", "is not the certificate's key")
    refused("a key of another kind", "p256.crt", "rsa.key", "is not the certificate's key")
    refused("no key", "p256.crt", "nothing.pem", "has no private key")
    refused("half a key", "p256.crt", "cut.key", "has no private key")
    refused("no certificate", "nothing.pem", "p256.key", "has no certificate")
    refused("no file", "absent.crt", "p256.key", "can not be opened")
print("1..%d" % number)
