#!/usr/bin/python3
"""packages.py SUITE DIR: bring the Debian packages of the Xen laboratory into DIR/debs and unpack
them into DIR/root.  Nothing is installed on this machine: a private apt, with its own state
under DIR/apt and an empty package database, downloads from the mirrors that this machine's own
apt names, and checks signatures as apt does.  Needs no root.
"""
import os
import shutil
import subprocess
import sys

# What differs between the releases: the version in the packages' names, and one renamed library.
RELEASES = {"bookworm": "4.17", "trixie": "4.20"}
LIBRARIES = """libxentoolcore1 libxentoollog1 libxencall1 libxendevicemodel1 libxenevtchn1
    libxenforeignmemory1 libxengnttab1 libxenhypfs1 libxenstore4 libyajl2 libc6 libgcc-s1
    libuuid1 zlib1g libbz2-1.0 liblzma5 libzstd1 libtinfo6""".split()
TOOLS = "xenstore-utils busybox-static".split()
KEYRINGS = ["/usr/share/keyrings/debian-archive-keyring." + end for end in ("pgp", "gpg")]


def sites():
    """The mirrors of this machine's apt: (releases proper, security updates or None)."""
    lines = subprocess.run(["apt-get", "indextargets", "--format", "$(SITE) $(RELEASE)",
                            "Created-By: Packages", "Origin: Debian"],
                           check=True, stdout=subprocess.PIPE, text=True).stdout.split("\n")
    main = security = None
    for line in lines:
        site, _, release = line.partition(" ")
        if release.endswith("-security"):
            security = security or site
        elif site and not release.endswith("-updates"):
            main = main or site
    if not main:
        sys.exit("xenlab: apt names no Debian mirror; run apt-get update first")
    return main, security


def private_apt(suite, place):
    """Prepare the private apt; return the options that select it."""
    for folder in ("etc/apt/apt.conf.d", "etc/apt/preferences.d", "etc/apt/sources.list.d",
                   "var/lib/apt/lists/partial", "var/cache/apt/archives/partial", "var/lib/dpkg"):
        os.makedirs(f"{place}/{folder}", exist_ok=True)
    for name in os.listdir("/etc/apt/apt.conf.d"):		# a proxy may be named there
        shutil.copy(f"/etc/apt/apt.conf.d/{name}", f"{place}/etc/apt/apt.conf.d/")
    open(f"{place}/var/lib/dpkg/status", "w").close()
    keyring = next(path for path in KEYRINGS if os.path.exists(path))
    main, security = sites()
    with open(f"{place}/etc/apt/sources.list", "w") as out:
        print(f"deb [signed-by={keyring}] {main} {suite} main", file=out)
        if security:		# the hypervisor and the kernel come from there when it is newer
            print(f"deb [signed-by={keyring}] {security} {suite}-security main", file=out)
    user = subprocess.run(["id", "-un"], stdout=subprocess.PIPE, text=True).stdout.strip()
    return ["-o", f"Dir={place}", "-o", f"Dir::State::status={place}/var/lib/dpkg/status",
            "-o", f"APT::Sandbox::User={user}", "-o", "Acquire::Retries=3"]


def fetch(suite, place):
    if suite not in RELEASES:
        sys.exit(f"xenlab: no such release here: {suite}")
    place = os.path.abspath(place)
    version = RELEASES[suite]
    options = private_apt(suite, place + "/apt")
    subprocess.run(["apt-get", *options, "-qq", "update"], check=True)
    depends = subprocess.run(["apt-cache", *options, "depends", "linux-image-amd64"],
                             check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    kernel = depends[depends.index("Depends:") + 1]	# the generic one: cloud has no XEN_DOM0
    wanted = [f"xen-hypervisor-{version}-amd64", f"xen-utils-{version}", f"libxenmisc{version}",
              kernel, *TOOLS, *LIBRARIES]
    for folder in ("debs", "root"):
        shutil.rmtree(f"{place}/{folder}", ignore_errors=True)
        os.makedirs(f"{place}/{folder}")
    subprocess.run(["apt-get", *options, "-qq", "download", *wanted], check=True, cwd=place + "/debs")
    for name in sorted(os.listdir(place + "/debs")):
        subprocess.run(["dpkg-deb", "-x", f"{place}/debs/{name}", place + "/root"], check=True)


def headers(suite, place):
    """Xen's public headers of that release: DIR/root/usr/include/xen."""
    place = os.path.abspath(place)
    options = private_apt(suite, place + "/apt")
    subprocess.run(["apt-get", *options, "-qq", "update"], check=True)
    os.makedirs(place + "/debs", exist_ok=True)
    subprocess.run(["apt-get", *options, "-qq", "download", "libxen-dev"], check=True, cwd=place + "/debs")
    for name in sorted(os.listdir(place + "/debs")):
        subprocess.run(["dpkg-deb", "-x", f"{place}/debs/{name}", place + "/root"], check=True)


if __name__ == "__main__":
    fetch(sys.argv[1], sys.argv[2])
