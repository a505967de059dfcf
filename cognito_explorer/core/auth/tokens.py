"""Tokens: the set a sign-in yields, and reading one without trusting it."""

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

from cognito_explorer.core.errors import InvalidInput

TokenKind = Literal["id", "access", "refresh", "other"]
Payload = Literal["claims", "token", "cut"]
SignatureState = Literal["valid", "invalid", "unknown key", "not checked"]

# A JWT from Cognito stays far below this; anything longer was pasted by mistake.
_LONGEST = 100_000
_ISSUER = re.compile(
    r"https://(?:issuer-)?cognito-idp\.(?P<region>[a-z0-9-]+)\.amazonaws\.(?:com|com\.cn|eu)/(?P<pool>[\w-]+_[0-9a-zA-Z]+)"
)


_LOAD_BALANCER = re.compile(r"arn:aws[a-z-]*:elasticloadbalancing:([a-z0-9-]+):\d*:loadbalancer/app/[\w/-]+")


@dataclass(frozen=True, slots=True)
class TokenSet:
    """What one sign-in yielded. `expires_at` is the access token's; an absent token is ""."""

    pool_id: str
    client_id: str
    received_at: datetime
    expires_at: datetime
    id_token: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecodedToken:
    """A token taken apart, nothing in it trusted. An encrypted refresh token has a header at most, and no claims.

    `payload` is "token" of a nested JWT, whose claims are another token's, and "cut" where claims may be missing.
    """

    kind: TokenKind
    raw: str = field(repr=False)
    header: dict[str, Any] = field(default_factory=dict, repr=False)
    claims: dict[str, Any] = field(default_factory=dict, repr=False)
    payload: Payload = "claims"

    @property
    def issuer(self) -> str:
        """The iss claim, or "". A load balancer's iss is whom it asked for the claims, not who issued them."""
        return "" if self.load_balancer else _text(self.claims.get("iss"))

    @property
    def load_balancer(self) -> str:
        """The ARN of the load balancer that wrote it into x-amzn-oidc-data, or ""."""
        return load_balancer_in(self.header)

    @property
    def pool_id(self) -> str:
        """The user pool's id out of a Cognito issuer, or ""."""
        return _pool_of(self.issuer)

    @property
    def client_id(self) -> str:
        """Whom the token is for: aud of an ID token, client_id of an access token."""
        return _text(self.claims.get("client_id")) or _text(self.claims.get("aud"))

    @property
    def username(self) -> str:
        """The username, or "" in a machine's token."""
        return _text(self.claims.get("cognito:username")) or _text(self.claims.get("username"))

    @property
    def expires_at(self) -> datetime | None:
        """The exp claim as a time; a load balancer has it in the header, too."""
        named = self.claims.get("exp")
        return instant(self.header.get("exp") if named is None and self.load_balancer else named)


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """Whether a key of the right set signed the token. `detail` is a sentence.

    `signer` is "AWS", or the endpoint or file the key came from, or the file that has no key for it; `known_key_ids`
    are those of the whole set.
    """

    state: SignatureState
    detail: str
    key_id: str = ""
    signer: str = ""
    known_key_ids: tuple[str, ...] = ()


def decode(token: str) -> DecodedToken:
    """Take a token apart. "Bearer " and white space around and inside it are forgiven.

    Raises InvalidInput, saying what is wrong with it.
    """
    text = "".join(token.split())
    text = text[6:] if text.lower().startswith("bearer") else text
    if not text:
        raise InvalidInput("There is no token here.", "Paste an ID, access or refresh token.")
    if len(text) > _LONGEST:
        raise InvalidInput("This is far too long for a token.", "Copy the token alone: three parts joined by dots.")
    parts = text.split(".")
    if len(parts) == 5:
        return DecodedToken("refresh", text, _object(parts[0], "first", "header"))
    if len(parts) != 3:
        hint = f"A token has three parts joined by dots; this has {len(parts)}. Copy the whole of it."
        raise InvalidInput("This is not a token.", hint)
    claims = _object(parts[1], "second", "claims")
    return DecodedToken(kind_of(claims), text, _object(parts[0], "first", "header"), claims)


def load_balancer_in(header: dict[str, Any]) -> str:
    """The ARN in the header of a load balancer's user claims, "" in any other.

    Elastic Load Balancing, "Authenticate users using an Application Load Balancer": nobody else writes signer and
    client there.
    """
    signer = header.get("signer")
    is_one = isinstance(signer, str) and "client" in header and _LOAD_BALANCER.fullmatch(signer)
    return str(signer) if is_one else ""


def load_balancer_key_url(token: DecodedToken) -> str:
    """Where AWS publishes the key of a load balancer's user claims, as PEM; "" where region or kid make no address."""
    found, key_id = _LOAD_BALANCER.fullmatch(token.load_balancer), _text(token.header.get("kid"))
    if found is None or not re.fullmatch(r"[A-Za-z0-9-]{1,80}", key_id):
        return ""
    region = found[1]
    if region.startswith("us-gov-"):
        return f"https://s3-{region}.amazonaws.com/aws-elb-public-keys-prod-{region}/{key_id}"
    return f"https://public-keys.auth.elb.{region}.amazonaws.{domain_of(region)}/{key_id}"


@lru_cache(maxsize=64)
def _pool_of(issuer: str) -> str:
    """Whoever looks through a token asks some twenty times."""
    found = _ISSUER.fullmatch(issuer)
    return found["pool"] if found else ""


def issuer_of(pool_id: str) -> str:
    """The issuer Cognito writes into a pool's tokens (the original form)."""
    region = pool_id.partition("_")[0]
    return f"https://cognito-idp.{region}.amazonaws.{domain_of(region)}/{pool_id}"


def domain_of(region: str) -> str:
    """What follows "amazonaws." in the hosts of a Region: each partition has its own domain."""
    if region.startswith("cn-"):
        return "com.cn"
    return "eu" if region.startswith("eusc-") else "com"


def jwks_url(pool_id: str, endpoint_url: str = "") -> str:
    """Where a pool's public keys are: at the issuer, or at the sandbox when a profile names an endpoint."""
    base = f"{endpoint_url.rstrip('/')}/{pool_id}" if endpoint_url else issuer_of(pool_id)
    return f"{base}/.well-known/jwks.json"


def token_set(answer: dict[str, Any], pool_id: str, client_id: str, *, refresh_token: str = "") -> TokenSet:
    """The record for a token endpoint's answer. `refresh_token` stays in use when the answer brings none."""
    now = datetime.now(UTC)
    return TokenSet(
        pool_id=pool_id,
        client_id=client_id,
        received_at=now,
        expires_at=now + timedelta(seconds=int(answer.get("expires_in", 0))),
        id_token=_text(answer.get("id_token")),
        access_token=_text(answer.get("access_token")),
        refresh_token=_text(answer.get("refresh_token")) or refresh_token,
        scopes=_scopes(_text(answer.get("access_token"))),
    )


def is_same_sign_in(one: TokenSet, other: TokenSet) -> bool:
    """Whether both came of one sign-in, however often they were refreshed since: origin_jti tells, or auth_time."""
    return _sign_in_of(one) == _sign_in_of(other)


def _sign_in_of(tokens: TokenSet) -> tuple[object, ...]:
    try:
        claims = decode(tokens.access_token or tokens.id_token).claims
    except InvalidInput:
        return (tokens.access_token, tokens.id_token, tokens.refresh_token)
    return (*(claims.get(name) for name in ("iss", "sub", "origin_jti", "auth_time")), tokens.client_id)


def instant(value: object) -> datetime | None:
    """An epoch-seconds claim as a time, or None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def kind_of(claims: dict[str, Any]) -> TokenKind:
    """What the claim token_use says a token is; "other" for anything but id and access."""
    use = claims.get("token_use")
    if use == "id":
        return "id"
    return "access" if use == "access" else "other"


def _object(part: str, ordinal: str, name: str) -> dict[str, Any]:
    try:
        found = json.loads(base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as trouble:
        hint = f"Its {ordinal} part (the {name}) cannot be read. Copy the whole token again."
        raise InvalidInput("This token is damaged.", hint) from trouble
    if not isinstance(found, dict):
        raise InvalidInput("This token is damaged.", f"Its {ordinal} part (the {name}) is not a JSON object.")
    return found


def _scopes(access_token: str) -> tuple[str, ...]:
    try:
        return tuple(_text(decode(access_token).claims.get("scope")).split())
    except InvalidInput:
        return ()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
