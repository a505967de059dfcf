"""The verbs of dev.py and their command line."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from checkout import LOCK, ROOT, child_environment, has_display
from checks import run_checks
from errors import EXIT_FAILED, EXIT_SETUP_FAILED, EXIT_USAGE, SetupError
from locking import resolve
from peers import SOURCES_AND_LOCKS, make_peers
from system_packages import require_system_packages
from virtual_environment import make_main_environment, sentence_for

EXIT_CODES = """exit codes: 0 done, 1 something failed (a check, a goal, the app), 2 the command line is wrong,
            3 this machine lacks something you have to install, 4 the set-up failed, 130 interrupted"""


def run_verb(arguments: list[str]) -> int:
    """Run the verb the command line names and return the exit code."""
    options = _parser().parse_args(arguments)
    verb: Callable[[argparse.Namespace], int] = options.verb
    try:
        return verb(options)
    except SetupError as error:
        sys.stdout.flush()
        print(f"dev.py: {error}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        sys.stdout.flush()
        print(f"dev.py: {sentence_for(str(error)) or 'The system refused something.'}\n    {error}", file=sys.stderr)
        return EXIT_SETUP_FAILED
    except KeyboardInterrupt:
        print("\ndev.py: interrupted", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dev.py", epilog=EXIT_CODES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")

    run = verbs.add_parser("run", help="set up what is missing and open the app")
    run.add_argument("--no-fallback", action="store_true", help="without a display, fail instead of taking pictures")
    run.add_argument("app_arguments", nargs="*", metavar="-- ARGUMENT", help="handed on to the app")
    run.set_defaults(verb=_run)

    test = verbs.add_parser("test", help="set up what is missing and run every check and test")
    test.add_argument("--full", action="store_true", help="run the long proofs whole, too")
    test.add_argument("-k", dest="selection", metavar="EXPRESSION", help="only these tests (pytest's -k), no checks")
    test.set_defaults(verb=_test)

    gallery = verbs.add_parser("gallery", help="drive the app through the main job and take a picture of each step")
    gallery.add_argument("folder", type=Path, metavar="DIR")
    gallery.set_defaults(verb=_gallery)

    bench = verbs.add_parser("bench", help="measure, and print a table with peers and goals")
    bench.add_argument("names", nargs="*", metavar="NAME", help="only these (bench_NAME.py)")
    bench.add_argument("--json", type=Path, metavar="FILE", help="write the rows to this file, too")
    bench.set_defaults(verb=_bench)

    lock = verbs.add_parser("lock", help="resolve the dependencies into the pinned, hashed lock files")
    lock.add_argument("--upgrade", action="store_true", help="take newer versions where there are any")
    lock.set_defaults(verb=_lock)
    return parser


def _run(options: argparse.Namespace) -> int:
    if not has_display() and options.no_fallback:
        print("dev.py: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set).", file=sys.stderr)
        return EXIT_FAILED
    require_system_packages(for_tests=False)
    python = make_main_environment()
    if not has_display():
        folder = Path(tempfile.mkdtemp(prefix="cognito-explorer-gallery-"))
        print("There is no display, so the main job is run off-screen and a picture of each step is taken.", flush=True)
        return _take_pictures(python, folder)
    command = [str(python), "-m", "cognito_explorer", *options.app_arguments]
    environment = child_environment(is_headless=False)
    if os.name != "nt":  # on Windows, exec gives the console back before the app has ended
        sys.stdout.flush()
        os.execve(command[0], command, environment)  # noqa: S606
    return subprocess.call(command, env=environment)


def _test(options: argparse.Namespace) -> int:
    require_system_packages(for_tests=True)
    python = make_main_environment()
    if options.full:
        os.environ.update(make_peers())
    return run_checks(python, is_full=options.full, selection=options.selection)


def _gallery(options: argparse.Namespace) -> int:
    folder: Path = options.folder.absolute()
    if folder.exists() and not folder.is_dir():
        print(f"dev.py: {folder} is not a folder.", file=sys.stderr)
        return EXIT_USAGE
    require_system_packages(for_tests=False)
    return _take_pictures(make_main_environment(), folder)


def _take_pictures(python: Path, folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    command = [str(python), str(ROOT / "tests" / "gallery.py"), str(folder)]
    environment = {**child_environment(is_headless=True), "PYTHONPATH": str(ROOT)}
    code = subprocess.call(command, cwd=ROOT, env=environment)
    count = sum(1 for _ in folder.rglob("*.png"))
    print(
        f"{count} pictures are in {folder}" if code == 0 else f"Stopped; {count} pictures are in {folder}", flush=True
    )
    return EXIT_FAILED if code else 0


def _bench(options: argparse.Namespace) -> int:
    require_system_packages(for_tests=False)
    python = make_main_environment()
    peers = make_peers()
    command = [str(python), str(ROOT / "tests" / "benchmarks" / "runner.py")]
    if options.json:
        command += ["--json", str(options.json.absolute())]
    environment = {**child_environment(is_headless=not has_display()), **peers, "PYTHONPATH": str(ROOT)}
    return subprocess.call([*command, *options.names], cwd=ROOT, env=environment)


def _lock(options: argparse.Namespace) -> int:
    resolve(((ROOT / "pyproject.toml", LOCK), *SOURCES_AND_LOCKS), is_upgrade=options.upgrade)
    return 0
