"""`cognito-explorer token`: reads tokens from a file or standard input and says what is right and wrong with them."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from typing_extensions import override

from cognito_explorer.core.auth.clock_skew import ClockSkew, measure_skew
from cognito_explorer.core.auth.foreign_keys import keys_of_issuer
from cognito_explorer.core.auth.issuer_likeness import unlike_cognitos
from cognito_explorer.core.auth.jwt_reading import ReadJwt, read_jwt, with_inner
from cognito_explorer.core.auth.key_files import key_set_in
from cognito_explorer.core.auth.signatures import KeySet, KeySource, key_set_url, verify
from cognito_explorer.core.auth.token_hiding import ADVICE, holds_token, shortened, without_arguments
from cognito_explorer.core.auth.token_text import LONGEST, MOST_TOKENS, FoundToken, find_tokens, text_in, why_none
from cognito_explorer.core.auth.tokens import SignatureCheck
from cognito_explorer.core.aws.http import Http
from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.insight.consumers import ConsumerSettings, ask_consumers
from cognito_explorer.core.insight.finding import Finding, TokenContext
from cognito_explorer.core.insight.token_findings import examine
from cognito_explorer.core.insight.token_report import TokenReport, as_json, as_text

EXIT_NONE_FAILED, EXIT_FAILED, EXIT_NOTHING_FOUND = 0, 1, 2
# EX_USAGE and EX_IOERR of sysexits.h: a script must not take its own mistake for a text without tokens.
EXIT_USAGE, EXIT_NOT_WRITTEN = 64, 74
_LARGEST_KEY_SET = 1_000_000
_OFFLINE = "No keys were given: use --jwks FILE, or --fetch-jwks to ask the issuer."
_EPILOG = """FILE may hold anything with tokens in it: a token, a header, a curl command, a HAR, a cookie, a JSON
answer, an address. Nothing leaves this computer without --fetch-jwks, and then it is AWS's own issuer that is asked,
or the one that --issuer names. No token is printed whole.
exit codes: 0 nothing failed (what is unknown is printed), 1 something failed, 2 no token was found, 64 the command
line is wrong or names a file that cannot be read, 74 what was found could not be written"""
# What the app's advice is on a command line, by check.
_ADVICE = {
    "signature": "",  # the detail says it
    "key id": "Get the keys of today with --fetch-jwks. A verifier that keeps them for ever refuses good tokens.",
    "revocation": "To ask: aws cognito-idp get-user --access-token TOKEN.",
}
_CUT = f"only the first {LONGEST // 1_000_000} MB were read"
_MANY = f"{MOST_TOKENS} tokens are listed at most: there may be more"


class _CommandRefusedError(Exception):
    """The command line names something that cannot be used."""


def main(argv: list[str] | None = None) -> int:
    """Run the command and return the exit code."""
    try:
        options = _parser(sys.argv[1:] if argv is None else argv).parse_args(argv)
    except SystemExit as exit_:
        return EXIT_USAGE if exit_.code else EXIT_NONE_FAILED
    try:
        raw = _bytes_of(options.file)
        notes = [_CUT] if len(raw) > LONGEST else []
        text = text_in(raw[:LONGEST])
        found = find_tokens(text)
        notes += [_MANY] if len(found) >= MOST_TOKENS else []
        for note in notes:
            _complain(note, 0)
        if not found:
            return _complain(f"no token was found. {why_none(text)}", EXIT_NOTHING_FOUND)
        reports = asyncio.run(_report_all(found, options))
    except _CommandRefusedError as refused:
        return _complain(str(refused), EXIT_USAGE)
    if trouble := _write(as_json(reports, notes) if options.format == "json" else as_text(reports)):
        return _complain(f"the result could not be written: {trouble}", EXIT_NOT_WRITTEN)
    return EXIT_FAILED if any(each.verdict == "failed" for each in reports) else EXIT_NONE_FAILED


class _Parser(argparse.ArgumentParser):
    """Repeats no token that was given in a wrong place."""

    given: Sequence[str] = ()

    @override
    def error(self, message: str) -> NoReturn:
        advice = f"\n{ADVICE}" if any(map(holds_token, self.given)) else ""
        super().error(without_arguments(message, self.given) + advice)


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="cognito-explorer token",
        description="What is in tokens, and what is right and wrong with them.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.given = arguments
    parser.add_argument("file", metavar="FILE", help="a file, or - for standard input")
    keys = parser.add_mutually_exclusive_group()
    keys.add_argument("--jwks", type=Path, metavar="FILE", help="check signatures with these: a JWKS, a JWK or PEM")
    keys.add_argument("--fetch-jwks", action="store_true", help="fetch the issuer's keys; without it nothing is sent")
    parser.add_argument("--issuer", default="", metavar="URL", help="the issuer that is expected")
    parser.add_argument("--audience", default="", metavar="ID", help="the audience or app client id that is expected")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    return parser


def _bytes_of(name: str) -> bytes:
    """No more than is looked at, and one byte that tells whether there was more."""
    if name == "-" and sys.stdin is None:
        raise _CommandRefusedError("standard input is closed")
    try:
        if name == "-":
            return sys.stdin.buffer.read(LONGEST + 1)
        with Path(name).open("rb") as file:
            return file.read(LONGEST + 1)
    except OSError as trouble:
        raise _unreadable(name, trouble) from trouble
    except ValueError as trouble:
        # No system has a file whose name has a zero in it.
        raise _CommandRefusedError(f"{shortened(name)!r} is no name of a file") from trouble


def _unreadable(name: str, trouble: OSError) -> _CommandRefusedError:
    if holds_token(name):
        return _CommandRefusedError(f"{shortened(name)} cannot be read: {ADVICE}")
    return _CommandRefusedError(f"{name} cannot be read: {trouble.strerror}")


async def _report_all(found: Sequence[FoundToken], options: argparse.Namespace) -> list[TokenReport]:
    given = _key_set_in(options.jwks) if options.jwks else None
    http = Http.standalone()
    try:
        keys = _Keys(given, http if options.fetch_jwks else None, options.issuer)
        return [report for each in found for report in await _reports_on(each, keys, options)]
    finally:
        http.close()


async def _reports_on(found: FoundToken, keys: "_Keys", options: argparse.Namespace) -> list[TokenReport]:
    """On a token, and on those that it carries inside."""
    return [
        await _report(replace(found, where=where), token, keys, options)
        for token, where in with_inner(read_jwt(found.text), found.where)
    ]


async def _report(found: FoundToken, token: ReadJwt, keys: "_Keys", options: argparse.Namespace) -> TokenReport:
    if token.form == "opaque" and found.named == "refresh":
        token = replace(token, kind="refresh", troubles=())
    check = None if token.kind == "refresh" else await keys.check(token)
    context = TokenContext(signature=check, issuer=options.issuer, audience=options.audience, clock=keys.clock)
    findings = tuple(_advised(each) for each in examine(token.decoded, context, token.troubles))
    if token.form not in ("signed", "part"):
        return TokenReport(found, token, findings)
    expected = (options.audience,) if options.audience else ()
    settings = ConsumerSettings(options.issuer, audiences=expected, client_ids=expected)
    return TokenReport(found, token, findings, ask_consumers(token.decoded, context, settings))


def _advised(finding: Finding) -> Finding:
    """The app's advice put as it is true here."""
    if finding.verdict == "passed" or finding.check not in _ADVICE:
        return finding
    if finding.check == "signature" and finding.claim == "kid":
        return replace(finding, remedy=_ADVICE["key id"])
    is_asked = finding.check != "signature" or finding.verdict == "unknown"
    if finding.check == "revocation" and not finding.remedy.startswith("Ask GetUser"):
        # It cannot be asked there.
        return finding
    return replace(finding, remedy=_ADVICE[finding.check]) if is_asked else finding


class _Keys:
    """The keys tokens are checked with: those of a file, or each issuer's own, fetched once."""

    def __init__(self, given: KeySet | None, http: Http | None, consented: str) -> None:
        self._given = given
        self._http = http
        self._consented = consented
        self._fetched: dict[str, KeySet | str] = {}
        self.clock: ClockSkew | None = None

    async def check(self, token: ReadJwt) -> SignatureCheck:
        keys = self._given or await self._of_issuer(token.decoded.issuer)
        if isinstance(keys, str):
            return SignatureCheck("not checked", keys)
        return verify(token, keys)

    async def _of_issuer(self, issuer: str) -> KeySet | str:
        """The keys of an issuer, or why there are none."""
        if self._http is None:
            return _OFFLINE
        if issuer not in self._fetched:
            try:
                self._fetched[issuer] = await self._fetch(self._http, issuer)
            except ExplorerError as error:
                self._fetched[issuer] = f"{error.title} {error.hint}".strip()
        return self._fetched[issuer]

    async def _fetch(self, http: Http, issuer: str) -> KeySet | str:
        url = key_set_url(issuer)
        if url:
            self.clock = await measure_skew(http, url)
            return KeySet(await http.key_set(url), KeySource("aws"))
        if issuer != self._consented and (difference := unlike_cognitos(issuer)):
            return f"Keys are fetched from AWS's issuers alone: this one differs from Cognito's by {difference}."
        if not issuer or issuer != self._consented:
            return (
                f"Keys are fetched from AWS's issuers alone. If you trust this one, name it: --issuer {issuer}".strip()
            )
        return await keys_of_issuer(http, issuer)


def _key_set_in(path: Path) -> KeySet:
    try:
        with path.open("rb") as file:
            return KeySet(key_set_in(file.read(_LARGEST_KEY_SET)), KeySource("file", path.name))
    except OSError as trouble:
        raise _unreadable(str(path), trouble) from trouble
    except ValueError as reason:
        raise _CommandRefusedError(f"{shortened(str(path))} {reason}") from reason


def _write(text: str) -> str:
    """To standard output, whatever its encoding. Why that could not be done, or "": a reader may have had enough."""
    if sys.stdout is None:
        return "standard output is closed"
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _let_go_of_output()
    except OSError as trouble:
        _let_go_of_output()
        return str(trouble.strerror)
    return ""


def _let_go_of_output() -> None:
    """Python would write what is left once more when it ends, and complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _complain(sentence: str, code: int) -> int:
    if sys.stderr is not None:
        sys.stderr.write(f"cognito-explorer token: {sentence}\n")
    return code
