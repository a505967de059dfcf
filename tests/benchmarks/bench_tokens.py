"""What it takes to look for tokens in garbage, to check one beside bare PyJWT, and to see what was found; wall time."""

import base64
import gc
import json
import random
import string
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from cognito_explorer.core.auth.jwt_reading import read_jwt
from cognito_explorer.core.auth.signatures import KeySet, verify
from cognito_explorer.core.auth.token_text import find_tokens
from cognito_explorer.core.auth.tokens import issuer_of
from cognito_explorer.core.insight.finding import TokenContext
from cognito_explorer.core.insight.time_findings import time_findings
from cognito_explorer.core.insight.token_findings import examine
from tests.benchmarks.app_runs import app_environment, running_sandbox
from tests.benchmarks.row import Row

_LONG = 1_000_000
_ROUNDS, _AT_ONCE, _GARBAGE_ROUNDS = 60, 20, 5
_TIMEOUT_S = 180


def measure() -> list[Row]:
    """Garbage of many kinds, of which the slowest counts; then a 2 kB token with its keys at hand."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    document = {"keys": [public | {"kid": "k1", "alg": "RS256"}]}
    token = _token_of_2_kb(key)
    ours_ms, bare_ms = _side_by_side(token, document)
    return [
        Row(name="1 MB of garbage", value=max(_garbage_ms(each) for each in _garbage()), unit="ms", most=100),
        Row(
            name="signature and time checks",
            value=ours_ms,
            unit="ms",
            peer="bare PyJWT",
            peer_value=bare_ms,
            most_ratio=1.2,
        ),
        Row(name="2 kB token: found, read and examined", value=_whole_ms(token, document), unit="ms", most=16),
        *_painted(),
    ]


def _painted() -> list[Row]:
    """The real page, off-screen where there is no display; medians. Keys are at hand; the pool is asked meanwhile."""
    with tempfile.TemporaryDirectory() as folder, running_sandbox(Path(folder)) as ready:
        command = [sys.executable, "-m", "tests.benchmarks.paste_token", json.dumps(ready)]
        environment = app_environment(Path(folder))
        run = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, timeout=_TIMEOUT_S)
    found = json.loads(run.stdout)
    return [
        Row(name=f"2 kB token: pasted to painted, {words}", value=median(found[name]), unit="ms", most=16)
        for name, words in (("empty_ms", "first on its page"), ("full_ms", "after another"))
    ]


def _side_by_side(token: str, document: dict[str, Any]) -> tuple[float, float]:
    """Milliseconds of one check, ours and PyJWT's, in turns; medians. Both begin with the token's text."""
    keys = KeySet(document)
    bare_key = jwt.PyJWKSet.from_dict(document)["k1"]
    options: Any = {"verify_aud": False}

    def check() -> None:
        read = read_jwt(token)
        found = (verify(read, keys).state, *time_findings(read.decoded, datetime.now(UTC), None))
        assert found[0] == "valid"

    def check_bare() -> None:
        jwt.decode(token, bare_key, algorithms=["RS256"], options=options)

    ours, bare = [], []
    gc.collect()
    for _ in range(_ROUNDS):
        ours.append(_ms_of(check, _AT_ONCE))
        bare.append(_ms_of(check_bare, _AT_ONCE))
    return median(ours), median(bare)


def _whole_ms(token: str, document: dict[str, Any]) -> float:
    keys = KeySet(document)

    def take() -> None:
        read = read_jwt(find_tokens(f"Authorization: Bearer {token}")[0].text)
        examine(read.decoded, TokenContext(signature=verify(read, keys)), read.troubles)

    return median(_ms_of(take, 1) for _ in range(_ROUNDS))


def _garbage_ms(text: str) -> float:
    return median(_ms_of(lambda: find_tokens(text), 1) for _ in range(_GARBAGE_ROUNDS))


def _ms_of(work: Callable[[], Any], times: int) -> float:
    begun = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - begun) * 1_000 / times


def _garbage() -> list[str]:
    chance = random.Random(5)
    header = base64.urlsafe_b64encode(b'{"kid":"k1","alg":"RS256"}').decode().rstrip("=")
    twice = base64.b64encode(f"{{{header * 9}".encode()).decode()
    return [
        "".join(chance.choices(string.printable, k=_LONG)),
        "".join(chance.choices(string.ascii_letters + string.digits + "-_.", k=_LONG)),
        "eyJhbGciOi" * (_LONG // 10),
        "eyJhbGciOiJI." * (_LONG // 13),
        f"{header} " * (_LONG // 36),
        f"{header}\n" * (_LONG // 36),
        header + "." + "\n".join(["a" * 76] * (_LONG // 77)),
        "eyJ" + "[" * _LONG,
        '{"eyJ":' * (_LONG // 7),
        json.dumps(["eyJhbGciOi" + "x" * 20] * (_LONG // 34)),
        "eyJ" + "%25" * (_LONG // 3),
        f"{twice} " * (_LONG // len(twice)),
        "refresh_token=" * (_LONG // 14),
    ]


def _token_of_2_kb(key: rsa.RSAPrivateKey) -> str:
    now = int(time.time())
    claims = {
        "iss": issuer_of("us-east-1_abc"), "sub": "s", "aud": "c1", "token_use": "id", "exp": now + 3_600,
        "iat": now, "auth_time": now, "origin_jti": "o", "cognito:username": "ada",
        "cognito:groups": [f"group-{number}" for number in range(85)],
    }  # fmt: skip
    return jwt.encode(claims, key, "RS256", {"kid": "k1"})
