#!/usr/bin/python3
"""tests/deploy/release_test.py: a release is made of a commit and verified; each way to spoil it is found.  TAP.
The images are those that are built already; in a clone of this tree, with a key made here."""
import json
import os
import re
import shutil
import subprocess
import tempfile

tests = 0
with open("platform/base/version.h") as SOURCE:
    VERSION = re.search(r'BASE_VERSION\s+"([0-9.]+)"', SOURCE.read()).group(1)
# SPDX 2.3: what a document, a package, a file, a relationship must have, and the words it may use.
DOCUMENT = {"spdxVersion", "dataLicense", "SPDXID", "name", "documentNamespace", "creationInfo", "packages", "files", "relationships"}
PACKAGE = {"SPDXID", "name", "versionInfo", "downloadLocation", "filesAnalyzed", "licenseConcluded", "licenseDeclared", "copyrightText"}
KINDS = {"DESCRIBES", "GENERATED_FROM", "CONTAINS", "BUILD_DEPENDENCY_OF", "BUILD_TOOL_OF"}
LICENCES = {"MIT", "BSD-3-Clause", "Apache-2.0 WITH LLVM-exception"}


def check(good, name, why=""):
    global tests
    tests += 1
    print("%sok %d - %s" % ("" if good else "not ", tests, name), flush=True)
    if not good:
        print("# " + str(why).replace("\n", "\n# "), flush=True)


def run(*words, **more):
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
    return done.returncode, done.stdout


def broken(sbom):
    """What of an SPDX 2.3 document is not as its schema says; of the schema, the parts that we use."""
    bad = ["the document lacks %s" % each for each in DOCUMENT - set(sbom)]
    if bad:
        return bad
    bad += ["SPDX-2.3, CC0-1.0"] * ((sbom["spdxVersion"], sbom["dataLicense"], sbom["SPDXID"]) != ("SPDX-2.3", "CC0-1.0", "SPDXRef-DOCUMENT"))
    bad += ["namespace"] * (not re.fullmatch(r"[a-z]+:[^#\s]+", sbom["documentNamespace"]))
    bad += ["created"] * (not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", sbom["creationInfo"]["created"]))
    bad += ["creators"] * (not all(re.match(r"(Tool|Person|Organization): ", each) for each in sbom["creationInfo"]["creators"]))
    extracted = {each["licenseId"] for each in sbom.get("hasExtractedLicensingInfos", ()) if len(each["extractedText"]) > 1000}
    bad += ["licence identifier %s" % each for each in extracted if not re.fullmatch(r"LicenseRef-[A-Za-z0-9.-]+", each)]
    for each in sbom["packages"]:
        bad += ["%s lacks %s" % (each.get("name"), field) for field in PACKAGE - set(each)]
        bad += ["licence of %s" % each["name"]] * (each.get("licenseDeclared") not in LICENCES | extracted)
    parts = sbom["packages"] + sbom["files"]
    for each in parts:
        bad += ["identifier %s" % each["SPDXID"]] * (not re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", each["SPDXID"]))
        bad += ["checksum of %s" % each["SPDXID"] for sum in each.get("checksums", ())
                if not re.fullmatch(r"[0-9a-f]{%d}" % {"SHA1": 40, "SHA256": 64}[sum["algorithm"]], sum["checksumValue"])]
    known = {each["SPDXID"] for each in parts} | {"SPDXRef-DOCUMENT"}
    bad += ["an identifier twice"] * (len(known) != len(parts) + 1)
    bad += ["no SHA1 of a file" for each in sbom["files"] if not any(sum["algorithm"] == "SHA1" for sum in each["checksums"])]
    for each in sbom["relationships"]:
        bad += [str(each)] * (each["relationshipType"] not in KINDS or not {each["spdxElementId"], each["relatedSpdxElement"]} <= known)
    return bad


def clone(folder):
    """This tree, and its build beside it."""
    run("git", "clone", "--quiet", ".", folder)
    shutil.copytree("deploy", folder + "/deploy", dirs_exist_ok=True)
    for kind in ("virtio", "xen", "hosted"):
        os.makedirs("%s/build/%s" % (folder, kind))
        for name in ("pinata.elf", "pinata.sym", "pinata"):
            if os.path.exists("build/%s/%s" % (kind, name)):
                shutil.copy("build/%s/%s" % (kind, name), "%s/build/%s" % (folder, kind))
    os.symlink(os.path.abspath("build/third-party"), folder + "/build/third-party")


def commit(folder):
    run("git", "add", "-A", cwd=folder)
    return run("git", "-c", "user.name=test", "-c", "user.email=test@test.invalid", "commit", "--quiet", "-m", "a test", cwd=folder)


def test_release(tree, environment):
    release = tree + "/deploy/release"
    with open(tree + "/CHANGES.md", "w") as f:
        f.write("# Changes\n\n## 0.0.1\n\n- Older.\n")
    commit(tree)
    code, said = run(release, env=dict(environment, VERSION=VERSION))
    check(code != 0 and "no section" in said, "a version that CHANGES.md does not know stops it", said)
    with open(tree + "/CHANGES.md", "w") as f:
        f.write("# Changes\n\n## %s\n\n- A test.\n\n## 0.0.1\n\n- Older.\n" % VERSION)
    code, said = run(release, env=dict(environment, VERSION=VERSION))
    check(code != 0 and "commit first" in said, "changes that are not committed stop it", said)
    commit(tree)
    for version, words in (("", "make release VERSION"), ("1.x", "make release VERSION"), ("7.7.7", "the sources are version " + VERSION)):
        code, said = run(release, env=dict(environment, VERSION=version))
        check(code != 0 and words in said, "version '%s' stops it" % version, said)
    code, said = run(release, env=dict(environment, VERSION=VERSION))
    check(code == 0, "a release is made", said)
    out = "%s/build/release/pinata-%s" % (tree, VERSION)
    with open(out + "/CHANGES") as f:
        text = f.read()
    check("A test." in text and "Older" not in text, "it has its section of the changes", text)
    licences = os.listdir(out + "/licences")
    check({"pinata", "bearssl", "lwip", "secp256k1", "newlib", "debian-libxen-dev", "debian-libc6"} <= set(licences) and
          any(each.startswith("debian-libslirp") for each in licences) and
          all(os.path.getsize("%s/licences/%s" % (out, each)) > 400 for each in licences), "it has the licence of everything that is linked", licences)
    with open(out + "/SHA256SUMS") as f:
        first = f.read()
    run(release, env=dict(environment, VERSION=VERSION))
    with open(out + "/SHA256SUMS") as f:
        check(f.read() == first, "made again of the same commit, it is the same to the bit")
    for kind in ("virtio", "xen"):
        with open("%s/pinata-%s.spdx.json" % (out, kind)) as f:
            sbom = json.load(f)
        check(broken(sbom) == [], "the SBOM of %s is SPDX 2.3" % kind, broken(sbom))
        contained = {each["relatedSpdxElement"] for each in sbom["relationships"] if each["relationshipType"] == "CONTAINS"}
        names = {each["name"] for each in sbom["packages"]}
        check(("xen-headers" in names) == (kind == "xen") and "newlib" in names, "and what it was built with", names)
        check(contained >= {"SPDXRef-Package-" + each for each in ("bearssl", "lwip", "secp256k1")}, "it says what is inside", contained)
    sbom["relationships"][0]["relatedSpdxElement"] = "SPDXRef-Nobody"
    del sbom["packages"][0]["licenseDeclared"], sbom["hasExtractedLicensingInfos"]
    check(len(broken(sbom)) == 4, "a broken SBOM would be seen", broken(sbom))
    return out


def test_verify(out, key, other):
    def spoil(name, deed, words, key=key):
        copy = out + "-spoilt"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(out, copy)
        deed(copy)
        code, said = run("deploy/verify-release", copy, key)
        check((code != 0) == (words != "good") and words in said, name, said)

    def append(name):
        def deed(folder):
            with open(folder + "/" + name, "ab") as f:
                f.write(b"x")
        return deed

    spoil("the release is good", lambda folder: None, "good")
    for name in ("pinata-virtio.elf", "pinata-xen.sym", "licences/lwip", "REPRODUCE", "image-hashes"):
        spoil("%s changed" % name, append(name), "a file is not what was signed")
    spoil("the sums changed", append("SHA256SUMS"), "the signature is wrong")
    spoil("a file more", append("extra"), "other files")
    spoil("a file less", lambda folder: os.remove(folder + "/CHANGES"), "a file is not")
    spoil("no signature", lambda folder: os.remove(folder + "/SHA256SUMS.minisig"), "not signed")
    spoil("another key", lambda folder: None, "the signature is wrong", other)


def main():
    if not shutil.which("minisign"):
        print("ok 1 - releases # SKIP no minisign on this machine\n1..1")
        return
    with tempfile.TemporaryDirectory(prefix="pinata-release-") as folder:
        for name in ("key", "other"):
            run("minisign", "-G", "-W", "-p", "%s/%s.pub" % (folder, name), "-s", "%s/%s.sec" % (folder, name))
        clone(folder + "/tree")
        # MAKE=true: what is built is there; REPRO=no: `make repro` has its own time.
        out = test_release(folder + "/tree", dict(os.environ, MAKE="true", REPRO="no", MINISIGN_KEY=folder + "/key.sec"))
        test_verify(out, folder + "/key.pub", folder + "/other.pub")
    print("1..%d" % tests)


main()
