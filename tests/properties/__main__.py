"""Print every property's figures beside their limits; exit 1 when one is on the wrong side."""

from __future__ import annotations

import argparse
import sys
import time

from tests.properties.all import PROPERTIES


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.properties")
    parser.add_argument("which", nargs="*", metavar="P", help="P1 … P10; all where none is named")
    parser.add_argument(
        "--quick", action="store_true", help="the few worlds that every change is tested with"
    )
    given = parser.parse_args()
    if unknown := set(given.which) - set(PROPERTIES):
        parser.error(f"no such property: {', '.join(sorted(unknown))}")
    holds = True
    for name in given.which or PROPERTIES:
        began = time.perf_counter()
        lines = PROPERTIES[name](quick=given.quick)
        holds &= all(line.holds for line in lines)
        print(*lines, f"      {time.perf_counter() - began:10.1f} s", sep="\n", flush=True)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
