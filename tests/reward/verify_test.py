#!/usr/bin/python3
"""verify_test.py: `pinata-tool verify` against machines that tell the truth and machines that lie.

The machines are made here (TLS of OpenSSL, proofs of signer.py); e2e_test.py visits the real one.
"""
import hashlib
import http.server
import json
import os
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.parse

import signer
from node import Stories, tool

KEY = 3
ADDRESS = "bcrt1q0ht9tyks4vh7p5p904t340cr9nvahy7uevmqwj"
PROGRAM = bytes.fromhex("7dd65592d0ab2fe0d0257d571abf032cd9db93dc")
IMAGE = "11" * 32


def run(*words, **more):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)


def authority(folder, name, host="pinata"):
    """An authority and a server certificate of it: paths of PEM files."""
    path = os.path.join(folder, name)
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
        path + "-ca.key", "-out", path + "-ca.pem", "-subj", "/CN=" + name, "-days", "2")
    run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path + ".key",
        "-out", path + ".csr", "-subj", "/CN=pinata")
    with open(path + ".ext", "w") as file:
        file.write("subjectAltName=DNS:%s\nbasicConstraints=critical,CA:FALSE\n" % host)
    run("openssl", "x509", "-req", "-in", path + ".csr", "-CA", path + "-ca.pem", "-CAkey", path + "-ca.key",
        "-CAcreateserial", "-out", path + ".pem", "-days", "2", "-extfile", path + ".ext")
    return path


class Machine:
    """A Pinata that says what `lies` tells it to; everything else is true."""

    def __init__(self, folder, name="one", host="pinata", **lies):
        self.path, self.lies = authority(folder, name, host), lies
        with open(self.path + "-ca.pem") as file:
            self.pem = file.read()
        self.authority = hashlib.sha256(ssl.PEM_cert_to_DER_cert(self.pem)).hexdigest()
        self.boot, self.servers = int(time.time()) - 600, []
        for tls in (False, True):
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler(tls))
            if tls:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(self.path + ".pem", self.path + ".key")
                server.socket = context.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
            self.servers.append(server)

    def handler(self, tls):
        machine = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                status, body = machine.answer(urllib.parse.urlsplit(self.path), tls)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words):
                pass
        return Handler

    def answer(self, url, tls):
        lie = self.lies.get(("https:" if tls else "http:") + url.path, self.lies.get(url.path))
        if callable(lie):
            return lie(self, url)
        if lie is not None:
            return lie
        if url.path == "/proof":
            return 200, self.proof(urllib.parse.parse_qs(url.query)["nonce"][0])
        if url.path == "/status.json":
            return 200, json.dumps({"address": ADDRESS, "chain": "regtest", "version": "1.2.3", "image_sha256": IMAGE}).encode()
        return 200, {"/": b"a page", "/ca.pem": self.pem.encode()}[url.path]

    def text(self, nonce, **facts):
        facts = {"net": "regtest", "addr": ADDRESS, "image": IMAGE, "ca": self.authority, "boot": self.boot, "nonce": nonce,
                 "version": "1.2.3", **facts}
        return "pinata-proof-v2 net=%(net)s addr=%(addr)s version=%(version)s image=sha256:%(image)s ca=sha256:%(ca)s boot=%(boot)s " \
            "nonce=%(nonce)s" % facts

    def proof(self, nonce, key=KEY, **facts):
        text = self.text(nonce, **facts)
        return json.dumps({"text": text, "signature": signer.sign(key, PROGRAM, text), "address": ADDRESS}).encode()

    def visit(self, *options, check=0):
        done = tool("verify", "127.0.0.1", "--http-port", self.servers[0].server_port, "--https-port",
                    self.servers[1].server_port, "--json", *options, check=check)
        told = json.loads(done.out)
        results = {one["check"]: one["result"] for one in told["checks"]}
        assert told["failed"] == sum(one["result"] == "fail" for one in told["checks"])
        return results, {one["check"]: one["detail"] for one in told["checks"]}

    def close(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()


def manifest_of(folder, **changes):
    manifest = {"format": "pinata-manifest 1", "chain": "regtest", "address": ADDRESS, "birth_height": 0,
                "image_sha256": IMAGE, **changes}
    with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".json", delete=False) as file:
        json.dump(manifest, file)
    return file.name


def story_an_honest_machine(folder, nodes):
    machine = Machine(folder)
    results, _ = machine.visit("--manifest", manifest_of(folder))
    assert results == {"page": "pass", "tls": "pass", "authority": "pass", "fresh": "not checked", "proof": "pass",
                       "binding": "pass", "boot": "pass", "address": "pass", "status": "pass", "image": "pass",
                       "limits": "not checked"}, results
    results, _ = machine.visit()
    assert results["address"] == results["image"] == "not checked" and results["proof"] == "pass", results
    text = tool("verify", "127.0.0.1", "--http-port", machine.servers[0].server_port, "--https-port",
                machine.servers[1].server_port, check=0).out
    assert "pass         proof" in text and text.splitlines()[-1] == "7 passed, 0 failed, 4 not checked", text
    machine.close()


def story_lies_are_found(folder, nodes):
    manifest = manifest_of(folder)
    other = Machine(folder, "other")
    old = other.proof("00" * 32)

    def nonce(url):
        return urllib.parse.parse_qs(url.query)["nonce"][0]

    def proof(**facts):
        return {"/proof": lambda machine, url: (200, machine.proof(**{"nonce": nonce(url), **facts}))}

    for number, (failing, why, lies) in enumerate((
            ("proof", "not that of", proof(key=4)),
            ("proof", "another nonce", {"/proof": (200, old)}),
            ("proof", "not of the form", {"/proof": (200, b'{"text": "give me your coins", "signature": "smp"}')}),
            ("proof", "HTTP 404", {"/proof": (404, b"")}),
            ("proof", "try again", {"/proof": (429, b"")}),
            ("proof", "HTTP 200", {"/proof": (200, b"[")}),
            ("proof", "not of the form", proof(boot="007")),
            ("proof", "not of the form", proof(net="moon")),
            ("proof", "not of the form", proof(net="main")),
            ("proof", "not of the form", proof(nonce="00" * 31)),
            ("proof", "not of the form", proof(image=IMAGE.upper().replace("1", "A"))),
            ("proof", "not of the form", proof(version="1.2.3-mine")),
            ("proof", "not of the form", proof(version="1" * 16)),
            ("status", "does not agree", proof(version="1.2.4")),
            ("binding", "another authority", proof(ca="22" * 32)),
            ("boot", "minutes ago", proof(boot=int(time.time()) + 7200)),
            ("image", "another image", proof(image="33" * 32)),
            ("status", "does not agree", {"/status.json": (200, b'{"address": "x"}')}),
            ("status", "does not agree", {"/status.json": (404, b"")}),
            ("page", "HTTP 500", {"http:/": (500, b"")}),
            ("authority", "no certificate", {"http:/ca.pem": (200, b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----")}),
            ("authority", "is not the one", {"https:/ca.pem": (200, other.pem.encode())}),
            ("tls", "certificate", {"http:/ca.pem": (200, other.pem.encode())}))):
        machine = Machine(folder, "liar%d" % number, **lies)
        results, details = machine.visit("--manifest", manifest, check=1)
        assert results[failing] == "fail" and why in details[failing], (failing, why, results, details)
        machine.close()
    # Another name in the certificate than "pinata".
    machine = Machine(folder, "name", host="somebody")
    results, details = machine.visit(check=1)
    assert results["tls"] == "fail" and results["proof"] == "not checked", (results, details)
    machine.close()
    other.close()


def story_relayed_proofs_are_found(folder, nodes):
    """A machine without the key asks a real one and passes the proof on: the binding tells."""
    real = Machine(folder, "real")
    relay = Machine(folder, "relay", **{"/proof": lambda machine, url: real.answer(url, True)})
    results, details = relay.visit("--manifest", manifest_of(folder), check=1)
    assert results["proof"] == "pass" and results["binding"] == "fail", (results, details)
    real.close()
    relay.close()


def story_manifest_and_image_are_held_against_it(folder, nodes):
    machine = Machine(folder)
    results, _ = machine.visit("--manifest", manifest_of(folder, address="bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"),
                               check=1)
    assert results["address"] == "fail", results
    results, _ = machine.visit("--manifest", manifest_of(folder, image_sha256="44" * 32), check=1)
    assert results["image"] == "fail", results
    bad = tool("verify", "127.0.0.1", "--http-port", machine.servers[0].server_port, "--https-port",
               machine.servers[1].server_port, "--image", "/dev/null", check=4)
    assert "can not be read as an image" in bad.err
    machine.close()


def story_nobody_there(folder, nodes):
    down = tool("verify", "127.0.0.1", "--http-port", "1", "--https-port", "1", check=3)
    assert "does not answer" in down.err, down.err
    for words in ((), ("a", "b"), ("host", "--bundle", "x"), ("host", "--http-port", "0"), ("host", "--http-port", "65536")):
        tool("verify", *words, check=2)


if __name__ == "__main__":
    Stories(globals())
