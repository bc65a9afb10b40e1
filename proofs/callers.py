#!/usr/bin/env python3
"""Says which functions in an object can panic: callers.py OBJECT LLVM-OBJDUMP."""

import re
import subprocess
import sys
from collections import defaultdict

command = [sys.argv[2], "-dr", "--no-show-raw-insn", "--demangle", sys.argv[1]]
text = subprocess.run(command, capture_output=True, text=True)
callers, function = defaultdict(set), None
for line in text.stdout.splitlines():
    if start := re.match(r"[0-9a-f]+ <(.*)>:$", line):
        function = start[1]
    elif call := re.search(r"\sR_\w+\s+(.*?)(?:[-+]0x[0-9a-f]+)?$", line):
        callers[call[1].removeprefix(".text.unlikely.").removeprefix(".text.")].add(function)

for callee in sorted(callers):
    if re.search(r"panic|unwrap_failed|expect_failed|_fail\b", callee):
        print(f"      {callee}")
        for caller in sorted(callers[callee]):
            print(f"          from {caller}")
