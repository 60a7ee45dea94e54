"""tests/e2e/schema.py: JSON against a JSON Schema (draft 2020-12), for the words that deploy/schema uses; any other word is an error."""
import json
import re

KINDS = {"object": dict, "array": list, "string": str, "integer": int}
NOTES = {"$schema", "title", "description"}


def wrong(value, schema, where="$"):
    """Every complaint about `value`, as text."""
    found = []
    for word, rule in schema.items():
        if word in NOTES:
            continue
        if word == "type":
            good = isinstance(value, KINDS[rule]) and not isinstance(value, bool)
        elif word == "const":
            good = value == rule
        elif word == "enum":
            good = value in rule
        elif word == "pattern":
            good = not isinstance(value, str) or re.search(rule, value) is not None
        elif word == "minimum":
            good = not isinstance(value, int) or value >= rule
        elif word == "maxItems":
            good = not isinstance(value, list) or len(value) <= rule
        elif word == "required":
            good = not isinstance(value, dict) or all(name in value for name in rule)
        elif word == "items":
            good = True
            for i, each in enumerate(value if isinstance(value, list) else []):
                found += wrong(each, rule, "%s[%d]" % (where, i))
        elif word == "properties":
            good = True
            for name, each in rule.items():
                if isinstance(value, dict) and name in value:
                    found += wrong(value[name], each, where + "." + name)
        elif word == "additionalProperties":
            good = True
            for name in set(value if isinstance(value, dict) else ()) - set(schema.get("properties", ())):
                found += ["%s.%s: not in the schema" % (where, name)] if rule is False else wrong(value[name], rule, where + "." + name)
        else:
            raise ValueError("a word of JSON Schema that is not known here: " + word)
        if not good:
            found.append("%s: %r is against %s %r" % (where, value, word, rule))
    return found


def load(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)
