#!/usr/bin/env python3
"""Says whose the panics are that are left in a program: blame.py CODE.ll EXCUSES

CODE.ll is LLVM's text, with debug information, which knows in which functions of the source a call stands: the one that
makes it, and those that it was inlined into. EXCUSES has `FILE FUNCTION -- reason` lines, patterns, for functions of
Rust's own library that keep a check which a machine cannot see through.

From each call that panics the way leads outwards, through Rust's library. If it meets an excuse, that is all. If it first
comes to a function of ours, we are to blame: we have called something that can panic for its arguments' sake. If it ends
within the library, it goes on where that function is called.
"""

import re
import sys
from collections import Counter, defaultdict
from fnmatch import fnmatchcase

LIBRARY = re.compile(r"library/(?:core|alloc)/src/(.*)")
NAME = r'@("[^"]*"|[\w.$-]+)'
CALL = re.compile(rf"\b(?:call|invoke)\b[^@]*{NAME}\(")
PLACE = re.compile(r"!dbg !(\d+)")
NODE = re.compile(r"!(\d+) = (?:distinct )?!(DI\w+)\((.*)\)$")
FIELD = re.compile(r'(\w+): !?("[^"]*"|\d+)')


def main(code, excuses):
    with open(excuses) as file:
        lines = [line.split(" -- ")[0].split() for line in file if line.strip() and not line.startswith("#")]
    with open(code) as file:
        callers, pointed_at, nodes = read(file)
    excused, wrong, looked_at = Counter(), [], {"a_panic_is_reachable"}
    todo = list(looked_at)
    while todo:
        callee = todo.pop()
        if callee in pointed_at:
            wrong.append(f"{callee} can panic, and is called by a pointer")
        for caller, place in callers[callee]:
            for file, function in frames(nodes, place):
                library = LIBRARY.search(file)
                found = library and next((x for x in lines if fits(library[1], x[0]) and fits(function, x[1])), None)
                if found:
                    excused[" ".join(found)] += 1
                    break
                if not library:
                    wrong.append(f"{function} in {file} calls {callee}")
                    break
            else:
                if caller not in looked_at:
                    looked_at.add(caller)
                    todo.append(caller)
    for line in sorted(set(wrong)):
        print(f"      {line}")
    if not wrong:
        print(f"{excused.total()} checks of Rust's library, none of ours")
    return bool(wrong)


def fits(name, pattern):
    return fnmatchcase(name, pattern)


def read(file):
    """Where each function is called, which functions are also used otherwise, and the nodes of debug information."""
    callers, pointed_at, nodes, function, whole = defaultdict(list), set(), {}, None, None
    for line in file:
        if node := NODE.match(line):
            nodes[node[1]] = node[2], {key: value.strip('"') for key, value in FIELD.findall(node[3])}
            continue
        names = [name.strip('"') for name in re.findall(NAME, line)]
        if line.startswith(("define ", "declare ")):
            function, whole = names[0], PLACE.search(line)
            continue
        if call := CALL.search(line):
            names.remove(call[1].strip('"'))
            place = PLACE.search(line) or whole
            callers[call[1].strip('"')].append((function, place and place[1]))
        pointed_at.update(names)
    return callers, pointed_at, nodes


def frames(nodes, place):
    """The functions of the source that a place is in, from the inside: their files and names."""
    while place:
        kind, fields = nodes[place]
        scope, place = (fields["scope"], fields.get("inlinedAt")) if kind == "DILocation" else (place, None)
        while nodes[scope][0] != "DISubprogram":
            scope = nodes[scope][1]["scope"]
        fields = nodes[scope][1]
        # The panic handler, which the linker puts where core calls it.
        if "rust_begin_unwind" not in fields.get("linkageName", ""):
            yield nodes[fields["file"]][1]["filename"], fields["name"].split("<")[0]


sys.exit(main(*sys.argv[1:]))
