"""The one tool of this checkout: set up, run, test, gallery, bench, lock.

Standard library only. This file keeps to old syntax, so that an unfit Python still gets a sentence, not a traceback;
everything else lives in the modules beside it.
"""

import os
import subprocess
import sys

OLDEST, NEWEST = (3, 11), (3, 13)


def main():  # type: () -> int
    """Find a fitting Python, then hand the command line on."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        sys.dont_write_bytecode = True  # the checkout stays clean
        sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
        from verbs import run_verb

        return run_verb(sys.argv[1:])
    return _run_with_other_python()


def _run_with_other_python():  # type: () -> int
    running = f"{sys.version_info[0]}.{sys.version_info[1]}"
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        version = f"3.{minor}"
        command = ["py", "-" + version] if os.name == "nt" else ["python" + version]
        probe = f"import sys; sys.exit(sys.version_info[:2] != (3, {minor}))"
        try:
            fits = subprocess.call([*command, "-c", probe], stderr=subprocess.DEVNULL) == 0
        except OSError:
            fits = False
        if fits:
            print(f"Python {running} does not fit; going on with Python {version}.", flush=True)
            return subprocess.call([*command, os.path.abspath(__file__), *sys.argv[1:]])  # noqa: PTH100
    age = "old" if sys.version_info[:2] < OLDEST else "new"
    sys.stderr.write(
        f"Python {running} is too {age}: Cognito Explorer needs Python 3.11, 3.12 or 3.13, and none of them is on the "
        "PATH.\nInstall one of them, then run this command with it, for example: python3.13 packaging/dev.py run\n"
    )
    return 3


if __name__ == "__main__":
    raise SystemExit(main())
