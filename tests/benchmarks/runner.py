"""Runs measurements and prints them as one table.

Each `bench_<name>.py` beside this file has `measure() -> list[Row]`. Exit code 1 where one breaks or misses its goal.
"""

import argparse
import importlib
import json
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.row import Row

HERE = Path(__file__).resolve().parent
HEADINGS = ("name", "value", "unit", "peer", "peer's value", "ratio", "goal", "met")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the command line names, everything by default, and return the exit code."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args(arguments)
    known = sorted(file.stem.removeprefix("bench_") for file in HERE.glob("bench_*.py"))
    unknown = [name for name in options.names if name not in known]
    if unknown:
        parser.error(f"no benchmark is called {', '.join(unknown)}; there are: {', '.join(known)}")
    rows, broken = _measure_all(options.names or known)
    print(format_table(rows))
    if options.json:
        report = {"rows": [row.as_json() for row in rows], "broken": broken}
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 1 if broken or any(row.is_met is False for row in rows) else 0


def format_table(rows: Sequence[Row]) -> str:
    """The rows as a table of aligned columns."""
    cells = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def _cells(row: Row) -> tuple[str, ...]:
    met = {None: "", True: "yes", False: "NO"}[row.is_met]
    return (
        row.name,
        f"{row.value:.4g}",
        row.unit,
        row.peer,
        "" if row.peer_value is None else f"{row.peer_value:.4g}",
        "" if row.ratio is None else f"{row.ratio:.2f}",
        row.goal,
        met,
    )


def _measure_all(names: Sequence[str]) -> tuple[list[Row], list[str]]:
    rows: list[Row] = []
    broken: list[str] = []
    for name in names:
        print(f"measuring {name} … ", end="", file=sys.stderr, flush=True)
        started = time.monotonic()
        try:
            rows += importlib.import_module(f"tests.benchmarks.bench_{name}").measure()
        except Exception:  # noqa: BLE001  the other measurements go on, and the exit code tells
            broken.append(name)
            print("broken", file=sys.stderr)
            traceback.print_exc()
        else:
            print(f"{time.monotonic() - started:.1f} s", file=sys.stderr)
    return rows, broken


if __name__ == "__main__":
    raise SystemExit(main())
