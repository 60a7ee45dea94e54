"""tests/proofs/functions.py: what prove.py and complete.py need to know of our C: which functions a file defines, with which
parameters, and whom they call.  Our style makes that easy: a definition's name stands at the beginning of its line, its
body ends with a brace there, and a one-line body is on the line of the name.
"""
import functools
import os
import re

KEYWORDS = {"if", "while", "for", "switch", "return", "sizeof", "PRE", "POST", "ASSIGNS"}


class Function:
    def __init__(self, name, params, body):
        self.name, self.params, self.body = name, params, body


def split_params(text):
    """(name, declaration of a local variable of the parameter's type) of each parameter."""
    found = []
    text = re.sub(r"\s+", " ", text).strip()
    if text in ("", "void"):
        return found
    for param in text.split(","):
        param = param.strip()
        name = re.search(r"(\w+)\s*(?:\[[^]]*\])?$", param).group(1)
        if param.endswith("]"):
            param = re.sub(r"(\w+)\s*\[[^]]*\]$", r"*\1", param)
        found.append((name, param))
    return found


@functools.lru_cache(None)
def read(root, path):
    """The functions that a file defines, by name."""
    with open(os.path.join(root, path)) as file:
        text = re.sub(r"/\*.*?\*/|//[^\n]*", lambda m: re.sub(r"[^\n]", " ", m.group(0)), file.read(), flags=re.S)
    found = {}
    for match in re.finditer(r"^(\w+)\(", text, re.M):
        name, at, depth = match.group(1), match.end(), 1
        while depth > 0:
            depth += {"(": 1, ")": -1}.get(text[at], 0)
            at += 1
        params = text[match.end():at - 1]
        brace, semi = text.find("{", at), text.find(";", at)
        between = re.sub(r"^(PRE|POST|ASSIGNS)\(.*", "", text[at:max(at, brace)], flags=re.M)
        if name.startswith("__") or brace < 0 or (0 <= semi < brace and ";" in between) or name.isupper():
            continue
        line_end = text.find("\n", brace)
        if text[brace:line_end].rstrip().endswith("}"):
            end = line_end
        else:
            end = text.find("\n}", brace)
        found[name] = Function(name, split_params(params), text[brace:end])
    return found


@functools.lru_cache(None)
def helpers(root):
    """Small functions of headers that are inlined wherever they are called."""
    found = {}
    for path in ("platform/base/span.h", "platform/base/ct.h", "tlsstack/x509_oid.h", "netstack/bucket.h"):
        found.update(read(root, path))
    return found


def replaced(root, proof, proofs):
    """Which callees of a proof are taken by their contracts: those with a contract row, through all that are inlined."""
    known = dict(helpers(root), **read(root, proof.path))
    keep = proof.flags.get("inline", "").split(",")
    use, seen, todo = set(), {proof.function}, [proof.function]
    while todo:
        body = known[todo.pop()].body + "".join(also + "(" for also in proof.flags.get("also", "").split(","))
        for callee in re.findall(r"\b(\w+)\(", body):
            if callee in seen or callee in KEYWORDS:
                continue
            seen.add(callee)
            row = proofs.get(proof.path + ":" + callee)
            if row is None and (callee not in known or callee in helpers(root)):
                row = next((p for p in proofs.values() if p.function == callee), None)
            if row is not None and callee not in keep and not {"harness", "alone"} & set(row.flags):
                use.add(callee)
            elif callee in known:
                todo.append(callee)
    use.update(name for name in proof.flags.get("trust", "").split(",") if name)
    return sorted(use)


def spell_out(root, path, where):
    """A copy of a source in which functions declared by the name of their type have prototypes: CBMC 6.6 fails on the former.
    And in which the index of an array that is a member of a struct is checked: see check_members."""
    with open(os.path.join(root, path)) as file:
        text = file.read()
    for match in list(re.finditer(r"^static (reader|hs_handler) ([\w,\s]+);", text, re.M)):
        result, params = TYPES[match.group(1)]
        text = text.replace(match.group(0), "\n".join("static %s %s(%s);" % (result, name.strip(), params) for name in match.group(2).split(",")))
    text = check_members(text)
    os.makedirs(os.path.dirname(os.path.join(where, path)), exist_ok=True)
    with open(os.path.join(where, path), "w") as file:
        file.write(text)


def balanced(text, at, step):
    """The place of the bracket that belongs to the one at `at`."""
    depth = 0
    while True:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(text[at], 0)
        if depth == 0:
            return at
        at += step


def member_before(text, at):
    """Where the expression begins that ends before `at`, if it is a member of what a pointer or an index leads to; else None."""
    begin, links, member = at, "", None
    while True:
        while text[begin - 1] in ")]":
            links += text[begin - 1]
            begin = balanced(text, begin - 1, -1)
        word = re.search(r"\w*$", text[max(0, begin - 80):begin]).group(0)
        begin -= len(word)
        link = "->" if text[begin - 2:begin] == "->" else "." if text[begin - 1] == "." and text[begin - 2] not in "{, \t" else ""
        member = link if member is None else member
        if not link:
            return begin if member and ("->" in links or "]" in links) else None
        links += link
        begin -= len(link)


PROOF_INDEX = """#ifndef PROOF_NUM
#define PROOF_NUM(a) (__builtin_types_compatible_p(__typeof__(a), __typeof__(&(a)[0])) || sizeof(a) == sizeof((a)[0]) ? ~0ul : sizeof(a) / sizeof((a)[0]))
static inline unsigned long proof_index(unsigned long at, unsigned long num) { __CPROVER_assert(at < num, "member array_bounds"); return at; }
#endif
#line 1
"""


def check_members(text):
    """CBMC 6.6 bounds x->member[i] by the end of *x, not of the member, and forgets a write in between: so each such index goes
    through a function that asserts it.  An array of one stands for one of unknown length (Xen's rings)."""
    code = re.sub(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])+'|^#[^\n]*", lambda m: re.sub(r"[^\n]", " ", m.group(0)), text, flags=re.S | re.M)
    for match in list(re.finditer(r"\b(PRE|POST|ASSIGNS|LOOP_\w+)\(", code)):
        end = balanced(code, match.end() - 1, 1)
        code = code[:match.start()] + re.sub(r"[^\n]", " ", code[match.start():end]) + code[end:]
    edits = []
    for match in re.finditer(r"(?<=[\w\])])\[", code):
        begin, end = member_before(code, match.start()), balanced(code, match.start(), 1)
        if begin is not None and not re.fullmatch(r"[A-Z0-9_]+", code[match.end():end]):	# the compilers check constants
            edits += [(match.end(), "proof_index("), (end, ", PROOF_NUM(%s))" % text[begin:match.start()])]
    for at, more in sorted(edits, reverse=True):
        text = text[:at] + more + text[at:]
    return PROOF_INDEX + text if edits else text


TYPES = {
    "reader": ("bool", "struct x509_cert *cert, struct cursor *in"),
    "hs_handler": ("struct tls_err", "struct tls_conn *conn, union hs_payload *next, const struct hs_input *in, enum hs_state *to"),
}


def write_results(path, proved, proofs):
    """results.list: function, what was proved of it, seconds.  What was not run now keeps its line."""
    old = {}
    if os.path.exists(path):
        with open(path) as file:
            old = {line.split(" | ")[0]: float(line.split(" | ")[2]) for line in file if not line.startswith("#")}
    old.update(proved)
    with open(path, "w") as file:
        file.write("# written by prove.py --results: function | property | seconds of CPU (of the wall where an older prove.py measured)\n")
        for key in proofs:
            if key not in old:
                continue
            flags = proofs[key].flags
            how = "no undefined behaviour under its state's invariant, loops unwound" if "harness" in flags else \
                "no undefined behaviour, termination, contract"
            how += "".join("; bounded: " + flags["bounded"] for _ in [0] if "bounded" in flags)
            how += "".join("; trusting " + flags["trust"].replace(",", ", ") for _ in [0] if "trust" in flags)
            meant = [what for flag, what in (("truncates", "conversions"), ("wraps", "unsigned wrap-around")) if flag in flags]
            file.write("%s | %s%s | %.1f\n" % (key, how, "; not checked: " + " and ".join(meant) if meant else "", old[key]))
