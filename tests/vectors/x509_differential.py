#!/usr/bin/python3
"""tests/vectors/x509_differential.py [CHAINS [SEED]]: x509_verify, `openssl verify -x509_strict` and BearSSL on the same chains.

Chains of two to four certificates are made with the openssl command from a seed, each with a few
random deviations, and the verifiers are asked several questions about each.  Every disagreement
must be one of the kinds in EXPLAINED below (README.md has the table with reasons); any other fails.
A run in which nothing was accepted, or nothing refused, by both, compared nothing, and fails too.
"""
import collections
import concurrent.futures
import os
import random
import subprocess
import sys
import tempfile
import time

PROGRAM = "build/conformance-san/x509_verify"
BEARSSL = "build/conformance/bearssl_verify"
CHAINS = int(sys.argv[1]) if len(sys.argv) > 1 else 120
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 1
DAY = 86400

AUTHORITY = {
    "bc": [("critical,CA:true", 60), ("critical,CA:true,pathlen:0", 3), ("critical,CA:true,pathlen:1", 3), ("CA:true", 1), ("critical,CA:false", 1), (None, 1)],
    "ku": [("critical,keyCertSign,cRLSign", 60), (None, 2), ("critical,digitalSignature", 1), ("keyCertSign", 2)],
    "eku": [(None, 50), ("serverAuth", 1), ("clientAuth", 1), ("serverAuth,clientAuth", 2), ("anyExtendedKeyUsage", 1)],
    "san": [(None, 1)],
    "nc": [(None, 30), ("critical,permitted;DNS:good.test", 2), ("critical,excluded;DNS:www.good.test", 1), ("permitted;DNS:good.test", 1),
           ("critical,permitted;IP:10.0.0.0/255.0.0.0", 1), ("critical,excluded;email:good.test", 1), ("critical,permitted;email:.good.test", 1)],
    "days": [(100, 40), (10, 1)],
}
LEAF = {
    "bc": [(None, 10), ("critical,CA:false", 30), ("critical,CA:true", 1)],
    "ku": [(None, 10), ("critical,digitalSignature", 30), ("critical,keyEncipherment", 1), ("critical,digitalSignature,keyCertSign", 1)],
    "eku": [(None, 3), ("serverAuth", 8), ("clientAuth", 3), ("serverAuth,clientAuth", 3), ("anyExtendedKeyUsage", 1), ("codeSigning", 1)],
    "san": [(None, 1), ("DNS:www.good.test", 6), ("DNS:*.good.test", 3), ("DNS:good.test,IP:10.0.2.15", 3), ("critical,DNS:www.good.test", 1),
            ("IP:192.0.2.1", 1), ("email:who@good.test", 2), ("DNS:www.evil.test", 1), ("DNS:w*.good.test", 1)],
    "nc": [(None, 1)],
    "days": [(50, 30), (5, 1)],
}
BOTH = {
    "ski": [("hash", 60), (None, 1)],
    "aki": [("keyid:always", 60), (None, 1)],
    "unknown": [(None, 60), ("critical,ASN1:NULL", 1), ("ASN1:NULL", 1)],
    "key": [("p256", 6), ("p384", 2), ("rsa", 2), ("p256b", 3)],
}
EXTENSIONS = [("bc", "basicConstraints"), ("ku", "keyUsage"), ("eku", "extendedKeyUsage"), ("san", "subjectAltName"),
              ("nc", "nameConstraints"), ("ski", "subjectKeyIdentifier"), ("aki", "authorityKeyIdentifier"), ("unknown", "1.2.3.4")]

Cert = collections.namedtuple("Cert", "name subject options path key issuer")


def openssl(*words, stdin=None):
    return subprocess.run(("openssl",) + words, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def must(done):
    if done.returncode != 0:
        raise SystemExit("openssl failed: " + " ".join(done.args) + "\n" + done.stdout)


def make_keys(folder):
    keys = {}
    for name, words in (("p256", ("EC", "ec_paramgen_curve:P-256")), ("p256b", ("EC", "ec_paramgen_curve:P-256")),
                        ("p384", ("EC", "ec_paramgen_curve:P-384")), ("rsa", ("RSA", "rsa_keygen_bits:2048"))):
        keys[name] = os.path.join(folder, name + ".key")
        must(openssl("genpkey", "-algorithm", words[0], "-pkeyopt", words[1], "-out", keys[name]))
    return keys


def choose(rng, table):
    return {name: rng.choices([v for v, _ in rows], [w for _, w in rows])[0] for name, rows in table.items()}


def make_cert(folder, keys, name, subject, options, issuer):
    """Sign `subject` by the issuer (itself when None); the cert's path."""
    path = os.path.join(folder, name)
    lines = ["%s = %s" % (oid, options[field]) for field, oid in EXTENSIONS
             if options[field] is not None and not (field == "aki" and issuer is None)]
    with open(path + ".ext", "w") as file:
        file.write("\n".join(lines) + "\n")
    key = keys[options["key"]]
    must(openssl("req", "-new", "-key", key, "-subj", "/" if subject == "" else "/CN=" + subject, "-out", path + ".csr"))
    words = ["x509", "-req", "-in", path + ".csr", "-extfile", path + ".ext", "-sha256", "-days", str(options["days"]),
             "-set_serial", str(abs(hash(name)) % 10 ** 9 + 1), "-out", path + ".pem"]
    words += ["-signkey", key] if issuer is None else ["-CA", issuer.path, "-CAkey", issuer.key]
    must(openssl(*words))
    return Cert(name, subject, options, path + ".pem", key, issuer)


def make_chain(folder, keys, number):
    rng = random.Random(SEED * 100000 + number)
    chain = [make_cert(folder, keys, "%d-root" % number, "root", dict(choose(rng, BOTH), **choose(rng, AUTHORITY)), None)]
    for level in range(rng.choices([0, 1, 2], [3, 5, 2])[0]):
        subject = rng.choices(["inter%d" % level, chain[-1].subject, ""], [40, 1, 1])[0]
        chain.append(make_cert(folder, keys, "%d-inter%d" % (number, level), subject, dict(choose(rng, BOTH), **choose(rng, AUTHORITY)), chain[-1]))
    subject = rng.choices(["leaf", ""], [12, 1])[0]
    chain.append(make_cert(folder, keys, "%d-leaf" % number, subject, dict(choose(rng, BOTH), **choose(rng, LEAF)), chain[-1]))
    return chain


def questions(rng):
    """(kind, name flag and value or None, days from now)"""
    names = [None, ("dns", "www.good.test"), ("dns", "good.test"), ("ip", "10.0.2.15"), ("email", "who@good.test"), ("dns", "www.evil.test")]
    return [("server", rng.choice(names[1:3]), 1), ("client", None, 1), (rng.choice(["server", "client"]), rng.choice(names), rng.choice([1, 1, 7, 20, 70, 200, -1]))]


def ask(folder, chain, question):
    kind, name, days = question
    when = str(int(time.time()) + days * DAY)
    untrusted = os.path.join(folder, chain[0].name + ".untrusted.pem")
    with open(untrusted, "w") as file:
        for cert in chain[1:-1]:
            with open(cert.path) as part:
                file.write(part.read())
    ours = subprocess.run([PROGRAM, "--ca", chain[0].path, "--untrusted", untrusted, "--cert", chain[-1].path, "--time", when, "--kind", kind] +
                          (["--" + name[0], name[1]] if name else []), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env=dict(os.environ, ASAN_OPTIONS="detect_leaks=0"))
    flags = {"dns": "-verify_hostname", "ip": "-verify_ip", "email": "-verify_email"}
    theirs = openssl("verify", "-x509_strict", "-CAfile", chain[0].path, "-no-CApath", "-no-CAstore", *(("-untrusted", untrusted) if len(chain) > 2 else ()), "-purpose", "ssl" + kind,
                     "-attime", when, *((flags[name[0]], name[1]) if name else ()), chain[-1].path)
    if ours.returncode not in (0, 1):
        raise SystemExit("x509_verify: exit %d: %s" % (ours.returncode, ours.stdout))
    return ours.returncode == 0, theirs.returncode == 0, ours.stdout.strip(), theirs.stdout.strip(), ask_bearssl(folder, chain, question, when)


def ask_bearssl(folder, chain, question, when):
    """"accepted", BearSSL's error number, or None for what can not be asked: addresses, mailboxes, clients."""
    kind, name, _ = question
    if kind != "server" or name and name[0] != "dns":
        return None
    path = os.path.join(folder, chain[0].name + ".chain.pem")
    with open(path, "w") as file:
        for cert in reversed(chain[1:]):
            with open(cert.path) as part:
                file.write(part.read())
    done = subprocess.run([BEARSSL, chain[0].path, path, when, name[1] if name else "-"], stdout=subprocess.PIPE, text=True)
    return "accepted" if done.returncode == 0 else done.stdout.strip() or "no key"


# Why the two may differ: (label, does it explain?) by our reason or theirs; README.md gives the reasons.
EXPLAINED = [
    ("authority without keyUsage", lambda chain, ours, our, their: ours and "error 92 " in their),
    ("excluded, and a wildcard may be it", lambda chain, ours, our, their: our.startswith("name outside") and
     any("excluded" in (c.options["nc"] or "") for c in chain) and "*" in chain[-1].options["san"]),
    ("wildcard within a label", lambda chain, ours, our, their: not ours and "w*" in (chain[-1].options["san"] or "")),
    ("name constraints not critical", lambda chain, ours, our, their: our.startswith("not as RFC 5280") and
     any((c.options["nc"] or "critical")[:8] != "critical" for c in chain)),
    ("keyEncipherment alone", lambda chain, ours, our, their: our.endswith("this purpose") and "keyEncipherment" in (chain[-1].options["ku"] or "")),
    ("an authority's certificate as the peer's", lambda chain, ours, our, their: our.endswith("this purpose") and "CA:true" in (chain[-1].options["bc"] or "")),
]


def value(cert, field):
    return cert.options[field] or ""


def root_deviates(root):
    return "pathlen" in value(root, "bc") or value(root, "bc")[:16] != "critical,CA:true" or value(root, "nc") or value(root, "eku") or \
        root.options["days"] != 100 or "critical" in value(root, "unknown") or value(root, "ku") and "keyCertSign" not in value(root, "ku")


# BearSSL knows of its trust anchor a name and a key; of a chain it looks at no purposes and no key identifiers.
EXPLAINED_BEARSSL = [
    ("no profile", lambda chain, ours, our, code: our.startswith("not as RFC 5280")),
    ("no purposes", lambda chain, ours, our, code: our.endswith("this purpose")),
    ("the anchor's certificate is not read", lambda chain, ours, our, code: not ours and root_deviates(chain[0])),
    ("name constraints are not processed, and refused", lambda chain, ours, our, code: ours and code == "57" and any("critical" in value(c, "nc") for c in chain[1:-1])),
    ("an issuer without a name", lambda chain, ours, our, code: our == "malformed or missing name" and any(c.subject == "" for c in chain[:-1])),
    ("a wildcard within a label", lambda chain, ours, our, code: "w*" in value(chain[-1], "san")),
]


def explain_bearssl(chain, ours, our_reason, code):
    for label, applies in EXPLAINED_BEARSSL:
        if applies(chain, ours, our_reason, code):
            return label
    return None


def explain(chain, ours, our_reason, their_reason):
    for label, applies in EXPLAINED:
        if applies(chain, ours, our_reason, their_reason):
            return label
    return None


def one(folder, keys, number):
    chain = make_chain(folder, keys, number)
    rng = random.Random(SEED * 7 + number)
    return [(chain, question) + ask(folder, chain, question) for question in questions(rng)]


def main():
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        keys = make_keys(folder)
        answers = [answer for chunk in pool.map(lambda n: one(folder, keys, n), range(CHAINS)) for answer in chunk]
    same = collections.Counter()
    kinds = collections.Counter()
    unexplained = []
    for chain, question, ours, theirs, our_reason, their_reason, bearssl in answers:
        if bearssl is not None and ours == (bearssl == "accepted"):
            same["bearssl"] += 1
        elif bearssl is not None:
            label = explain_bearssl(chain, ours, our_reason, bearssl)
            kinds[label and "BearSSL: " + label] += 1
            if label is None:
                unexplained.append((chain, question, our_reason, "BearSSL: " + bearssl))
        if ours == theirs:
            same[ours] += 1
            continue
        label = explain(chain, ours, our_reason, their_reason)
        kinds[label] += 1
        if label is None:
            unexplained.append((chain, question, our_reason, their_reason))
    print("1..1")
    good = same[True] > 0 and same[False] > 0 and not unexplained
    print("%s 1 - %d questions: both accept %d, both refuse %d, BearSSL agrees %d, differ as explained %d, unexplained %d" % (
        "ok" if good else "not ok", len(answers), same[True], same[False], same["bearssl"], sum(n for l, n in kinds.items() if l), len(unexplained)))
    for label, count in kinds.items():
        print("# %d x %s" % (count, label))
    for chain, question, our_reason, their_reason in unexplained[:int(os.environ.get("SHOW", "10"))]:
        print("# unexplained: %s\n#   ours: %s\n#   theirs: %s" % (question, our_reason, their_reason.replace("\n", " | ")))
        for cert in chain:
            print("#   %s '%s' %s" % (cert.name, cert.subject, {k: v for k, v in cert.options.items() if v is not None}))
    sys.exit(not good)


main()
