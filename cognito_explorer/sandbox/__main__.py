"""Runs the sandbox: `cognito-explorer sandbox` or `python -m cognito_explorer.sandbox`."""

import argparse
import logging
import os
import re
import sys
from pathlib import Path

EXIT_DONE, EXIT_REFUSED, EXIT_IN_USE, EXIT_PORT_TAKEN = 0, 2, 3, 4

_EPILOG = """The sandbox listens on 127.0.0.1. When it is ready it prints one line of JSON: endpoint, access_key_id,
secret_access_key, control_token, region, version, pid. The same line stands in DIR/running.json while it runs.
exit codes: 0 done, 1 failed, 2 the command line is wrong or was refused, 3 the folder is in use, 4 the port is taken"""


def main(argv: list[str] | None = None) -> int:
    """Run the sandbox until it is told to stop, and return the exit code."""
    parser = _parser()
    try:
        options = parser.parse_args(argv)
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else EXIT_REFUSED
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    if hasattr(os, "umask"):
        os.umask(0o077)
    from cognito_explorer.sandbox.data_folder import DataFolder, FolderInUse, FolderRefused, reset_folder
    from cognito_explorer.sandbox.runner import Launch, PortTaken, SeedRefused, run

    try:
        if options.reset:
            reset_folder(options.data)
        folder = DataFolder(options.data)
    except FolderRefused as refused:
        return _complain(str(refused), EXIT_REFUSED)
    except FolderInUse as busy:
        return _complain(str(busy), EXIT_IN_USE)
    try:
        run(
            folder,
            Launch(
                port=options.port,
                seed=options.seed,
                seed_number=options.seed_number,
                region=options.region,
                has_local_issuer=options.issuer == "local",
                is_child=options.child,
            ),
        )
    except SeedRefused as refused:
        return _complain(str(refused), EXIT_REFUSED)
    except PortTaken as taken:
        return _complain(str(taken), EXIT_PORT_TAKEN)
    finally:
        folder.close()
    return EXIT_DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cognito-explorer sandbox",
        description="A local Cognito, with IAM, STS and S3 beside it.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=_port, default=0, help="port on 127.0.0.1 (default: a free one)")
    parser.add_argument(
        "--seed", type=_seed, metavar="WORLD", help="fill an empty folder: demo, broken, big:N or empty (default)"
    )
    parser.add_argument(
        "--seed-number", type=_number, metavar="N", help="ids, codes and secrets come in the same order each time"
    )
    parser.add_argument(
        "--issuer",
        choices=("aws", "local"),
        default="aws",
        help="who tokens say issued them: AWS (default), or this sandbox, for clients that insist on discovery",
    )
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder the sandbox lives in")
    parser.add_argument("--region", type=_region, default="us-east-1", help="the region named in the ready line")
    parser.add_argument("--reset", action="store_true", help="delete the folder first, if it is a sandbox's")
    parser.add_argument("--child", action="store_true", help="end when standard input is closed")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _region(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2}(?:-[a-z]+)+-[1-9]", text):
        raise argparse.ArgumentTypeError("a Region looks like us-east-1 or eu-central-1")
    return text


def _seed(text: str) -> str:
    if not re.fullmatch(r"demo|broken|empty|big:[1-9]\d{0,6}", text, re.ASCII):
        raise argparse.ArgumentTypeError("a world is demo, broken, empty or big:N, where N is 1 to 9999999")
    return text


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise argparse.ArgumentTypeError("a seed number is a number from 0 up, of at most 18 digits")
    return int(text)


def _complain(sentence: str, code: int) -> int:
    sys.stderr.write(f"cognito-explorer sandbox: {sentence}\n")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
