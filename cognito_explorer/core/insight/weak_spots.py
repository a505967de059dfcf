"""What makes a good token risky: lives too long, says too much, is too big for those who carry it."""

from collections.abc import Iterator
from datetime import timedelta

from cognito_explorer.core.auth.tokens import DecodedToken, instant
from cognito_explorer.core.durations import in_words
from cognito_explorer.core.insight.finding import Finding
from cognito_explorer.core.personal_claims import personal_claims
from cognito_explorer.core.user_pools.app_clients import AppClient

# A user pool writes them whatever anybody sets.
_ALWAYS_IN = frozenset({"username", "cognito:username", "sub"})
_MOST_NAMES = 12
# The smallest limits a header meets on its way: a cookie of 4,096 bytes, nginx's 8 kB buffer, API Gateway's 10,240.
_LIMITS = (
    (16_384, "load balancers, which take 16 kB for a header"),
    (10_240, "API Gateway, which takes 10,240 bytes of headers in all"),
    (8_192, "nginx and many proxies, which take 8 kB for a header by default"),
    (4_096, "a browser's cookie of 4,096 bytes"),
)
_LONGEST = timedelta(hours=24)
_WHY_PERSONAL = "Whoever carries, logs or receives a token can read it."
_LEAVE_OUT = "Leave them out in the pre token generation trigger; ask userInfo where they are needed."
_ITS_MAKER = "Find out what wrote it, and refuse it where only Cognito's tokens are expected."
_WHY_SIZE = "What is beyond a limit is refused with 400, 413 or 431, for those users alone who are in many groups."


def weak_spots(token: DecodedToken, client: AppClient | None) -> Iterator[Finding]:
    """Lifetime against the client's settings, people's data in it, and its size."""
    lifetime = _lifetime(token, client)
    if lifetime is not None:
        yield lifetime
    yield from _personal_data(token)
    yield _size(token)


def _personal_data(token: DecodedToken) -> Iterator[Finding]:
    personal = personal_claims(token.claims)
    if not personal:
        return
    rest = len(personal) - _MOST_NAMES
    says = f"It says {', '.join(personal[:_MOST_NAMES])[:400]}{f' and {rest} more' if rest > 0 else ''}"
    avoidable = [name for name in personal if not token.pool_id or name not in _ALWAYS_IN]
    if avoidable and token.kind != "id":
        detail = f"{says}, and goes to every API and into their logs."
        remedy = _LEAVE_OUT if token.pool_id else "Have its issuer leave them out of what goes to APIs."
        yield Finding(
            "warn",
            "It tells who the user is.",
            detail,
            "personal data",
            _claim(avoidable[0], token),
            _WHY_PERSONAL,
            remedy,
        )
    else:
        detail = f"{says}: anybody who holds it can read that; it is signed, not encrypted."
        yield Finding(
            "info", "It holds personal data.", detail, "personal data", _claim(personal[0], token), _WHY_PERSONAL
        )


def _claim(way: str, token: DecodedToken) -> str:
    """The claim that a way leads into."""
    return next((name for name in token.claims if way == name or way.startswith(f"{name}.")), "")


def _lifetime(token: DecodedToken, client: AppClient | None) -> Finding | None:
    issued_at, expires_at = instant(token.claims.get("iat")), token.expires_at
    if issued_at is None or expires_at is None:
        return None
    lives = expires_at - issued_at
    why = "A stolen token works until it expires; revoking it does not reach those who check signature and time alone."
    if lives <= timedelta():
        detail = "exp is not after iat."
        return Finding("bad", "It was never valid.", detail, "lifetime", "exp", why, _ITS_MAKER)
    if token.pool_id and lives > _LONGEST + timedelta(seconds=1):
        detail = f"It lives {in_words(lives)}; Cognito gives 24 hours at most. Something else wrote it."
        return Finding("warn", "It lives longer than Cognito allows.", detail, "lifetime", "exp", why, _ITS_MAKER)
    if client is None or token.kind not in ("id", "access"):
        return None
    is_set = client.id_token_validity if token.kind == "id" else client.access_token_validity
    if abs(lives - is_set) > timedelta(seconds=2):
        detail = f"It lives {in_words(lives)}; the app client is set to {in_words(is_set)} now. Changed since, perhaps."
        remedy = "Refresh to get one that lives as long as is set now."
        return Finding("warn", "Its lifetime is not the app client's.", detail, "lifetime", "exp", why, remedy)
    return Finding("ok", "Its lifetime is the app client's.", in_words(lives), "lifetime", "exp", why)


def _size(token: DecodedToken) -> Finding:
    size = len(token.raw)
    places = [place for limit, place in _LIMITS if size > limit]
    if places:
        detail = f"It has {size:,} characters: too many for {'; for '.join(places)}."
        remedy = "Fewer groups and attributes in it; the client's read permissions decide."
        return Finding("warn", "It is large.", detail, "size", "", _WHY_SIZE, remedy)
    return Finding("ok", "It fits into headers and cookies.", f"{size:,} characters.", "size", "", _WHY_SIZE)
