"""The lines of decoders that were run, from a trace of LLVM's: python3 coverage.py FILE.lcov

A decoder is a function of src/ whose name says that it reads (from_bytes, read, parse, decode, and longer names that
begin so), and every function of wire's reader, armour, text and JSON. Lines are those that the compiler counts.
"""

import re
import sys
from pathlib import Path

NAMES = re.compile(r"^\s*(?:pub(?:\([a-z() ]*\))? )?(?:const )?fn ((?:from_bytes|read|parse|decode)\w*)")
ANY = re.compile(r"^\s*(?:pub(?:\([a-z() ]*\))? )?(?:const )?fn (\w+)")
WHOLE = ("src/wire/reader.rs", "src/wire/armour.rs", "src/wire/text.rs", "src/wire/json/", "src/wire/header.rs")
# What reads no bytes from outside; or from a directory, a flash or a stream, with tests of its own.
OUTSIDE = ("/tests", "src/bin/", "testing", "src/consent/explain/", "src/lifecycle/", "src/fhir/evidence/", "src/fhir/residual.rs")
OUTSIDE += ("_store.rs", "src/keys/di", "state_file.rs", "journal.rs", "coupon/registry.rs", "directory.rs", "src/envelope/io/")
OUTSIDE += ("src/zk/prover/",)


def hits(path):
    found, file = {}, None
    for line in Path(path).read_text().splitlines():
        kind, _, rest = line.partition(":")
        if kind == "SF":
            file = found.setdefault(rest, {})
        elif kind == "DA":
            number, count = rest.split(",")[:2]
            file[int(number)] = max(int(count), file.get(int(number), 0))
    return found


def functions(lines, pattern):
    """Name, first and last line of each: rustfmt closes a function as far to the right as it began."""
    for at, line in enumerate(lines):
        match = pattern.match(line)
        if not match or line.rstrip().endswith(";"):
            continue
        indent = re.match(r"\s*", line).group()
        end = at if line.endswith("}") else next(i for i in range(at, len(lines)) if lines[i] == indent + "}")
        yield match.group(1), at + 1, end + 1


def main(path):
    root = Path.cwd()
    total, run, rows, missed = 0, 0, [], []
    for name, counts in sorted(hits(path).items()):
        name = str(Path(name).relative_to(root)) if Path(name).is_absolute() else name
        if not name.startswith("src/") or any(part in name for part in OUTSIDE):
            continue
        lines = Path(name).read_text().splitlines()
        tests = next((i for i, line in enumerate(lines) if line.startswith("#[cfg(test)]") and "mod tests {" in lines[i + 1]), len(lines))
        chosen = {}
        for function, first, last in functions(lines[:tests], ANY if name.startswith(WHOLE) else NAMES):
            own = {at: counts[at] for at in range(first, last + 1) if at in counts}
            chosen |= own
            if own and not any(own.values()):
                missed.append(f"{name}: {function}")
        if chosen:
            done = sum(count > 0 for count in chosen.values())
            rows.append((done / len(chosen), name, done, len(chosen)))
            total, run = total + len(chosen), run + done
    for share, name, done, lines in sorted(rows):
        print(f"{share:7.1%} {done:5} of {lines:5}  {name}")
    for name in missed:
        print(f"not run: {name}")
    print(f"decoders: {run} of {total} lines run, {run / total:.1%}, in {len(rows)} files")


main(sys.argv[1])
