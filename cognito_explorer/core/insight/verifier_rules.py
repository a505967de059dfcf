"""What aws-jwt-verify's CognitoJwtVerifier decides, check by check in its own order, with the error it throws. Pure.

Source: awslabs/aws-jwt-verify 5.1.1, src/jwt.ts (decomposeUnverifiedJwt, validateJwtFields), src/jwt-verifier.ts,
src/cognito-verifier.ts (parseUserPoolId, validateCognitoJwtFields) and src/assert.ts.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

from cognito_explorer.core.auth.tokens import DecodedToken

Will = Literal["yes", "no", "depends"]
Decision = tuple[Will, str, str]

VERSION = "5.1.1"
_POOL_ID = re.compile(r"(?P<region>[a-z]{2}-(?:gov-)?[a-z]+-\d)_[a-zA-Z0-9]+")
_TEXTS = ("iss", "sub", "scope", "jti")
_TIMES = ("exp", "nbf", "iat")


@dataclass(frozen=True, slots=True)
class VerifierSettings:
    """What CognitoJwtVerifier was made with. `issuer` "" is the pool's own, `token_use` "" is tokenUse null.

    Without `client_ids`, clientId is not known. `grace_s` is graceSeconds. A customJwtCheck is somebody's own code:
    nothing is said of it.
    """

    issuer: str = ""
    scopes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    token_use: str = ""
    client_ids: tuple[str, ...] = ()
    grace_s: int = 0


def ask_verifier(token: DecodedToken, now_s: float, settings: VerifierSettings) -> Decision:
    """Whether it takes a token whose signature is right, the claim that decides, and why. `now_s`: epoch seconds."""
    claims = token.claims
    troubles = chain(
        _unreadable(token),
        _by_time(claims, now_s, settings.grace_s),
        _by_issuer(token, settings.issuer),
        _overlap("scope", _split(claims.get("scope")), settings.scopes, "JwtInvalidScopeError"),
        _overlap("cognito:groups", claims.get("cognito:groups"), settings.groups, "CognitoJwtInvalidGroupError"),
        _by_use(claims.get("token_use"), settings.token_use),
    )
    return next(troubles, None) or _by_client(claims, settings.client_ids)


def _unreadable(token: DecodedToken) -> Iterator[Decision]:
    """What is there, be it null, must be of its type; what is not there is never missed."""
    kid, claims = token.header.get("kid"), token.claims
    if not isinstance(kid, str) or not kid:
        yield "no", "kid", "The header names no key (KidNotFoundInJwksError)."
    for name in _TIMES:
        if name in claims and not _is_number(claims[name]):
            yield "no", name, f"{name} is not a number (JwtParseError)."
    for name in _TEXTS:
        if name in claims and not isinstance(claims[name], str):
            yield "no", name, f"{name} is not a text (JwtParseError)."
    if "aud" in claims and not _is_audience(claims["aud"]):
        yield "no", "aud", "aud is neither a text nor a list of texts (JwtParseError)."


def _by_time(claims: Mapping[str, Any], now_s: float, grace_s: int) -> Iterator[Decision]:
    """What has no exp does not expire, and the very second of exp still counts."""
    within = f", graceSeconds ({grace_s}) included" if grace_s else ""
    if _is_number(claims.get("exp")) and claims["exp"] + grace_s < now_s:
        yield "no", "exp", f"It has expired{within} (JwtExpiredError)."
    if _is_number(claims.get("nbf")) and claims["nbf"] - grace_s > now_s:
        yield "no", "nbf", f"It is not valid yet{within} (JwtNotBeforeError)."


def _by_issuer(token: DecodedToken, issuer: str) -> Iterator[Decision]:
    """The issuer is made of userPoolId, in the original form and of amazonaws.com alone."""
    found = token.issuer
    if issuer and found != issuer:
        yield (
            "no",
            "iss",
            f"iss is {found[:200] or 'absent'}; the verifier wants {issuer[:200]} (JwtInvalidIssuerError).",
        )
    pool_id = (issuer or found).rpartition("/")[2]
    match = _POOL_ID.fullmatch(pool_id)
    if match is None:
        yield "no", "iss", "Its issuer is not a user pool that userPoolId can name (ParameterValidationError)."
    elif found != (made := f"https://cognito-idp.{match['region']}.amazonaws.com/{pool_id}"):
        why = f"CognitoJwtVerifier {VERSION} makes {made} of userPoolId and knows no other form"
        yield "no", "iss", f"{why} (JwtInvalidIssuerError); JwtVerifier with issuer and jwksUri takes it."


def _by_use(found: Any, wanted: str) -> Iterator[Decision]:
    if found not in ("id", "access"):
        yield "no", "token_use", "token_use is neither id nor access (CognitoJwtInvalidTokenUseError)."
    if wanted and found != wanted:
        said = f"token_use is {found}; the verifier wants {wanted} (CognitoJwtInvalidTokenUseError)."
        yield "no", "token_use", said


def _by_client(claims: Mapping[str, Any], client_ids: tuple[str, ...]) -> Decision:
    """One text, even for aud: a list of audiences is refused."""
    claim = "aud" if claims.get("token_use") == "id" else "client_id"
    found = claims.get(claim)
    if not client_ids:
        return "depends", claim, f"The verifier's clientId must be {str(found)[:200]} (or null)."
    if not isinstance(found, str) or found not in client_ids:
        shown = str(found)[:200] if found else "absent"
        return "no", claim, f"{claim} is {shown}, which is not its clientId (CognitoJwtInvalidClientIdError)."
    return "yes", claim, f"{claim} is one of the verifier's. A customJwtCheck of its own is not looked at."


def _overlap(claim: str, found: Any, wanted: tuple[str, ...], error: str) -> Iterator[Decision]:
    """One of the values must be wanted; a member that is no text, met before it, is an error, too."""
    if not wanted:
        return
    values = [found] if isinstance(found, str) and found else found if isinstance(found, list) else []
    for each in values:
        if not isinstance(each, str):
            break
        if each in wanted:
            return
    yield "no", claim, f"The verifier wants one of {' '.join(wanted)[:200]} in {claim} ({error})."


def _split(scope: Any) -> Any:
    return scope.split(" ") if isinstance(scope, str) and scope else None


def _is_number(value: Any) -> bool:
    """As JavaScript reads it: a whole number of more than 308 digits is Infinity there."""
    try:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        return False


def _is_audience(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value))
