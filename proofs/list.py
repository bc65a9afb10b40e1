#!/usr/bin/env python3
"""Compares the documented API with the entry points that the proofs cover.

    list.py API.json SYMBOLS EXCEPTIONS

API.json is what rustdoc writes; SYMBOLS has a line for each exported symbol; EXCEPTIONS has `name: reason` lines. Every
public function, every method of a trait that is not derived, and what a trait of the library has for foreign types
must be among the symbols or the exceptions, and an exception must be one. The name of an exception may be a pattern. What is derived is the compiler's own code;
what is hidden from the documentation is not the API.
"""

import json
import re
import sys
from collections import Counter
from fnmatch import fnmatchcase


def main(api_file, symbols_file, exceptions_file):
    with open(api_file) as file:
        api = entry_points(json.load(file))
    with open(symbols_file) as file:
        covered = Counter(symbol_name(line) for line in file if line.startswith("fourwire"))
    with open(exceptions_file) as file:
        lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    exceptions = dict(line.split(" -- ", 1) for line in lines)

    def excepted(name):
        return any(fnmatchcase(name, pattern) for pattern in exceptions)

    wrong = [f"has no entry: {name}" for name, count in api.items() if covered[name] < count and not excepted(name)]
    wrong += [f"is not in the API: {name}" for name in covered if name not in api]
    wrong += [f"is not in the API: {name}" for name in exceptions if not any(fnmatchcase(each, name) for each in api)]
    wrong += [f"is covered, and is an exception: {name}" for name in exceptions if covered[name]]
    for line in wrong:
        print(line)
    if not wrong:
        counts = sum(api.values()), len(exceptions), sum(covered.values())
        print("{} entry points, {} exceptions, {} proved functions".format(*counts))
    return bool(wrong)


def symbol_name(symbol):
    """The path in a symbol, without arguments of any kind."""
    return re.sub(r"<[^<>]*>", "", symbol.split("(")[0].replace(" ", "")).strip()


def entry_points(doc):
    """Counts the implementations behind each name."""
    index, names = doc["index"], Counter()

    def subject(impl):
        """The type that an implementation is for, or is for references to: its identity, if it has a name."""
        inner = impl["inner"]["impl"]["for"]
        inner = inner["borrowed_ref"]["type"] if "borrowed_ref" in inner else inner
        return inner.get("resolved_path", {}).get("id")

    def functions(path, items):
        for item in map(str, items):
            if item in index and "function" in index[item]["inner"]:
                names["::".join(path) + "::" + index[item]["name"]] += 1

    def methods(owner, path, impl):
        inner = impl["inner"]["impl"]
        if inner["blanket_impl"] or inner["is_synthetic"] or "automatically_derived" in str(impl["attrs"]):
            return
        if subject(impl) == owner["id"]:
            of_trait = ":" + inner["trait"]["path"].split("::")[-1] if inner["trait"] else ""
            functions([*path[:-1], path[-1] + of_trait], inner["items"])

    def walk(item, path):
        (kind, inner), = item["inner"].items()
        path = path + [item["name"]] if item["name"] else path
        if kind == "module":
            for child in inner["items"]:
                walk(index[str(child)], path)
        elif kind == "use":
            target = index.get(str(inner["id"]))
            assert not inner["is_glob"], "a glob re-export is not followed"
            if target:
                walk(target, path)
        elif kind == "function":
            names["::".join(path)] += 1
        elif kind in ("struct", "enum", "union"):
            for impl in map(str, inner["impls"]):
                if impl in index:
                    methods(item, path, index[impl])
        elif kind == "trait":
            functions(path, [i for i in inner["items"] if index[str(i)]["inner"].get("function", {}).get("has_body")])
            for impl in map(str, inner["implementations"]):
                if impl in index and str(subject(index[impl])) not in index:
                    functions(path, index[impl]["inner"]["impl"]["items"])

    walk(index[str(doc["root"])], [])
    return names


sys.exit(main(*sys.argv[1:]))
