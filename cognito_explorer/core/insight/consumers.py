"""Who would take a token: API Gateway, AppSync, load balancers, identity pools, Cognito itself, a verifier. Pure.

`SOURCES` names the document of each rule; what none of them says reads "depends", and so does every yes to a token
whose signature nobody checked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from cognito_explorer.core.auth.issuer_likeness import unlike_cognitos
from cognito_explorer.core.auth.jwt_reading import read_jwt
from cognito_explorer.core.auth.tokens import DecodedToken, issuer_of
from cognito_explorer.core.insight.consumer_times import of_units, time_trouble, time_trouble_with_iat
from cognito_explorer.core.insight.finding import TokenContext
from cognito_explorer.core.insight.party_findings import ADMIN_SCOPE, audiences_of, is_of_identity_pool
from cognito_explorer.core.insight.role_logins import APPLE, GOOGLE, login_of_token
from cognito_explorer.core.insight.signature_findings import too_short
from cognito_explorer.core.insight.token_findings import is_of_machine, scopes_of
from cognito_explorer.core.insight.verifier_rules import Decision, VerifierSettings, Will, ask_verifier


@dataclass(frozen=True, slots=True)
class ConsumerSettings:
    """How a consumer is set up. What is empty is not known, and then the answer may be "depends".

    `audiences` are an HTTP API authorizer's, `client_ids` a verifier's, `scopes` those of which a method or a verifier
    demands one, `groups` likewise; `identity_pool_clients` the app clients that the identity pool takes; `grace_s` is
    how long after exp and before nbf a verifier still takes a token (graceSeconds).
    """

    issuer: str = ""
    audiences: tuple[str, ...] = ()
    client_ids: tuple[str, ...] = ()
    token_use: Literal["", "id", "access"] = ""
    scopes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    identity_pool_clients: tuple[str, ...] | None = None
    grace_s: int = 0


@dataclass(frozen=True, slots=True)
class ConsumerAnswer:
    """Whether one consumer would take the token, the claim or header field that decides, and why, in a sentence.

    `source` is the document that the rule was read in.
    """

    consumer: str
    will: Will
    claim: str
    reason: str
    source: str = ""


_FOR_TARGETS = (
    "A load balancer wrote it for the targets behind it, which check it with the load balancer's key. What others take"
    " is the access token in x-amzn-oidc-accesstoken."
)
# A JWT has three parts; what is longer than any token that is taken anywhere is not read again.
_DOTS, _LONGEST_REREAD = 2, 100_000

_Rule = Callable[[DecodedToken, TokenContext, ConsumerSettings], Decision]


def ask_consumers(
    token: DecodedToken, context: TokenContext, settings: ConsumerSettings | None = None
) -> tuple[ConsumerAnswer, ...]:
    """Every consumer's answer, in one order. Nobody is said to take a token whose signature was not checked.

    ALB's authenticate-cognito is among those asked, though it never reads a token: people try.
    """
    wanted = settings or ConsumerSettings()
    spoiled = _spoiled(token, context) or _likeness(token, wanted)
    return tuple(_answer(name, token, context, wanted, spoiled) for name in _CONSUMERS)


def _answer(
    name: str, token: DecodedToken, context: TokenContext, settings: ConsumerSettings, spoiled: Decision | None
) -> ConsumerAnswer:
    if name == _ALB:
        return ConsumerAnswer(name, *_load_balancer(token, context, settings), SOURCES[name])
    times = _TIMES.get(name, time_trouble)
    found = spoiled or times(token, _now(context)) or _CONSUMERS[name](token, context, settings)
    timed = of_units(found, token, is_read_on=name == _VERIFIER)
    return ConsumerAnswer(name, *_if_unsigned(timed, name, context), SOURCES[name])


def _if_unsigned(found: Decision, name: str, context: TokenContext) -> Decision:
    """Each of them checks the signature first: what a forger may have written promises nothing."""
    will, _, reason = found
    by_cognito = name in _OF_COGNITO and context.live is not None and context.live.state == "accepted"
    if will != "yes" or _is_signed(context) or by_cognito:
        return found
    return "depends", "signature", f"On the signature, which was not checked. Otherwise yes. {reason}"


def _is_signed(context: TokenContext) -> bool:
    return context.signature is not None and context.signature.state == "valid"


def _spoiled(token: DecodedToken, context: TokenContext) -> Decision | None:
    """What every consumer refuses a token for, whatever the time is."""
    if token.payload == "token":
        return "no", "", "It is a nested JWT: give the inner token, which it carries instead of claims."
    if token.load_balancer:
        return "no", "signer", _FOR_TARGETS
    if token.kind == "refresh":
        return "no", "", "A refresh token is for the token endpoint alone."
    if _is_cut(token):
        lost = "its signature is missing" if "exp" in token.claims else "its times could not be read"
        return "no", "", f"It was cut off: {lost}. Copy the whole token again."
    if short := too_short(token):
        return "no", "signature", f"{short} It was cut off: copy the whole token again."
    check = context.signature
    if check is not None and check.state in ("invalid", "unknown key"):
        is_found = check.state == "invalid"
        return "no", "signature" if is_found else "kid", check.detail if is_found else "No key fits its signature."
    if token.header.get("alg") != "RS256" and token.pool_id:
        return "no", "alg", f"It is signed with {token.header.get('alg')}, not with RS256."
    return None


def _likeness(token: DecodedToken, settings: ConsumerSettings) -> Decision | None:
    """Nobody is advised to have a consumer trust an issuer that looks like Cognito's; somebody may have done so."""
    if token.issuer != settings.issuer and unlike_cognitos(token.issuer):
        return "no", "iss", "Its issuer only looks like Cognito's."
    return None


def _is_cut(token: DecodedToken) -> bool:
    """Whether a token ends too early; nobody but its raw form tells."""
    dots = token.raw.count(".")
    if token.payload == "cut" and not token.header:
        return True
    if dots < _DOTS:
        return bool(token.header) and (dots == 1 or not token.claims)
    if "exp" in token.claims or len(token.raw) > _LONGEST_REREAD:
        return dots == _DOTS and token.raw.endswith(".") and token.header.get("alg") != "none"
    read = read_jwt(token.raw)
    return read.form != "opaque" and not read.is_whole


def _now(context: TokenContext) -> datetime:
    return (context.now or datetime.now(UTC)) + (context.skew or timedelta())


def _pool_trouble(token: DecodedToken) -> Decision | None:
    if not token.pool_id:
        return "no", "iss", "Its issuer is not a user pool."
    if token.issuer != issuer_of(token.pool_id):
        return "no", "iss", "It is in the updated form of the issuer, which this does not know."
    return None


def _rest_api(token: DecodedToken, _context: TokenContext, _settings: ConsumerSettings) -> Decision:
    trouble = _pool_trouble(token)
    if trouble:
        return trouble
    if token.kind != "id":
        return "no", "token_use", "Without scopes on the method, the authorizer takes ID tokens alone."
    reason = "An ID token of a pool that the authorizer names. Its app client counts only for a token validation"
    return "yes", "token_use", f"{reason} expression, which is held against aud."


def _rest_api_with_scopes(token: DecodedToken, _context: TokenContext, settings: ConsumerSettings) -> Decision:
    trouble = _pool_trouble(token)
    if trouble:
        return trouble
    if token.kind != "access":
        return "no", "token_use", "With scopes on the method, the authorizer takes access tokens alone."
    will, claim, reason = _scope(token, settings.scopes, "the method")
    if will == "yes" and "aud" not in token.claims:
        reason += " A token validation expression would refuse it: that is held against aud, which it lacks."
    return will, claim, reason


def _http_api(token: DecodedToken, _context: TokenContext, settings: ConsumerSettings) -> Decision:
    if not token.header.get("kid"):
        return "no", "kid", "The authorizer finds the key by its id."
    if str(token.header.get("alg"))[:2] not in ("RS", "PS"):
        return "no", "alg", f"It knows algorithms of RSA alone; this is {str(token.header.get('alg'))[:40]}."
    if settings.issuer and token.issuer != settings.issuer:
        return "no", "iss", f"The authorizer's issuer is {settings.issuer}; every character counts."
    # client_id counts only where there is no aud.
    named = token.claims.get("aud")
    claim = "aud" if named is not None else "client_id"
    found = audiences_of(token) if named is None else tuple(named) if isinstance(named, list) else (named,)
    if not settings.audiences:
        return "depends", claim, f"The authorizer's audience must hold {_first(found)}."
    if not set(settings.audiences) & {each for each in found if isinstance(each, str)}:
        return "no", claim, f"{claim} is {_first(found)}, which is not in the authorizer's audience."
    if settings.scopes:
        return _scope(token, settings.scopes, "the route", _scopes_or_scp(token))
    return "yes", claim, f"{claim} is in the authorizer's audience."


def _app_sync(token: DecodedToken, _context: TokenContext, settings: ConsumerSettings) -> Decision:
    if not token.pool_id:
        return "no", "iss", "Its issuer is not a user pool."
    if token.issuer != issuer_of(token.pool_id):
        return "depends", "iss", "It is in the updated form of the issuer; whether AppSync knows it is not documented."
    if token.kind not in ("id", "access"):
        return "no", "token_use", "It takes ID and access tokens alone."
    if settings.client_ids and token.client_id not in settings.client_ids:
        return "no", _client_claim(token), f"The app client {token.client_id} does not match the API's expression."
    if settings.groups:
        return _groups(token, settings.groups)
    return "yes", "iss", "ID and access tokens of the API's pool; fields may demand groups besides."


def _load_balancer(_token: DecodedToken, _context: TokenContext, _settings: ConsumerSettings) -> Decision:
    return "no", "", "authenticate-cognito signs people in itself and reads its own cookie, never a token that is sent."


def _load_balancer_jwt(token: DecodedToken, context: TokenContext, settings: ConsumerSettings) -> Decision:
    if token.header.get("alg") != "RS256":
        return "no", "alg", f"It knows RS256 alone; this is signed with {str(token.header.get('alg'))[:40]}."
    if not token.issuer:
        return "no", "iss", "It demands iss."
    if not settings.issuer:
        return "depends", "iss", f"The rule's issuer must be {token.issuer[:200]}; it may demand ten more claims."
    if token.issuer != settings.issuer:
        return "no", "iss", f"The rule's issuer is {settings.issuer[:200]}; every character counts."
    right = "Signature, iss" if _is_signed(context) else "Of the rest, iss"
    return "yes", "iss", f"{right}, exp, nbf and iat are right. It looks at aud and scope only where the rule does."


def _identity_pool(token: DecodedToken, _context: TokenContext, settings: ConsumerSettings) -> Decision:
    if not token.pool_id:
        return _identity_pool_by_others(token)
    if token.kind != "id":
        return "no", "token_use", "Identity pools take ID tokens alone."
    if token.issuer != issuer_of(token.pool_id):
        return "depends", "iss", "Whether identity pools take the updated form of the issuer is not documented."
    known = settings.identity_pool_clients
    if known is None:
        return "depends", "aud", f"The identity pool must name the app client {token.client_id} of {token.pool_id}."
    if token.client_id not in known:
        return "no", "aud", "Token is not from a supported provider of this identity pool."
    return "yes", "aud", "The identity pool names this app client."


def _identity_pool_by_others(token: DecodedToken) -> Decision:
    login = login_of_token(token)
    if is_of_identity_pool(token):
        methods = token.claims.get("amr")
        if not isinstance(methods, list) or "authenticated" not in methods:
            return "no", "amr", "A guest's own token is no login."
        return "depends", "aud", f"It is a login of the identity pool {login.audience[:200] or 'nobody'} alone."
    if login.refusal:
        return "no", "iss", f"{login.refusal[:1].upper()}{login.refusal[1:]}"
    if login.provider in (GOOGLE, APPLE):
        return "depends", "aud", f"The identity pool must name {login.provider} with the app {login.audience[:200]}."
    return "depends", "iss", "The identity pool must name this issuer as an OpenID Connect provider."


def _get_user(token: DecodedToken, context: TokenContext, _settings: ConsumerSettings) -> Decision:
    trouble = _self_service_trouble(token, context)
    if trouble:
        return trouble
    if ADMIN_SCOPE not in scopes_of(token):
        return "no", "scope", f"It lacks {ADMIN_SCOPE}: “Access Token does not have required scopes”."
    return _live(context)


def _user_info(token: DecodedToken, context: TokenContext, _settings: ConsumerSettings) -> Decision:
    trouble = _self_service_trouble(token, context)
    if trouble:
        return trouble
    if "openid" not in scopes_of(token):
        return "no", "scope", "It lacks openid, which only sign-ins through the hosted UI bring."
    return _live(context)


def _verifier(token: DecodedToken, context: TokenContext, settings: ConsumerSettings) -> Decision:
    wanted = VerifierSettings(
        settings.issuer, settings.scopes, settings.groups, settings.token_use, settings.client_ids, settings.grace_s
    )
    return ask_verifier(token, _now(context).timestamp(), wanted)


def _self_service_trouble(token: DecodedToken, context: TokenContext) -> Decision | None:
    if not token.pool_id:
        return "no", "iss", "Its issuer is not a user pool."
    if token.kind != "access":
        return "no", "token_use", "It takes access tokens alone."
    if is_of_machine(token):
        return "no", "sub", "A machine's token: there is no user behind it."
    if context.live is not None and context.live.state == "refused":
        return "no", "", context.live.detail
    return None


def _live(context: TokenContext) -> Decision:
    if context.live is not None and context.live.state == "accepted":
        return "yes", "scope", context.live.detail
    return "yes", "scope", "Unless it was revoked or signed out since, which no claim tells."


def _scope(token: DecodedToken, wanted: tuple[str, ...], whose: str, held: tuple[str, ...] | None = None) -> Decision:
    found = scopes_of(token) if held is None else held
    if not wanted:
        return (
            "depends",
            "scope",
            f"One of its scopes must be among those of {whose}: {' '.join(found)[:200] or 'none'}.",
        )
    shared = [each for each in found if each in wanted]
    if shared:
        return "yes", "scope", f"{shared[0]} is among the scopes of {whose}."
    return (
        "no",
        "scope",
        f"{whose[:1].upper()}{whose[1:]} wants one of {' '.join(wanted)[:200]}; it holds {_first(found)}.",
    )


def _scopes_or_scp(token: DecodedToken) -> tuple[str, ...]:
    """Other issuers' tokens have their scopes in scp."""
    found = token.claims.get("scp")
    if "scope" in token.claims or found is None:
        return scopes_of(token)
    each_of = found.split() if isinstance(found, str) else found if isinstance(found, list) else ()
    return tuple(each for each in each_of if isinstance(each, str))


def _groups(token: DecodedToken, wanted: tuple[str, ...]) -> Decision:
    found = token.claims.get("cognito:groups")
    names = found if isinstance(found, list) else []
    if any(each in wanted for each in names):
        return "yes", "cognito:groups", "The user is in one of the groups."
    return "no", "cognito:groups", f"The user was in none of {', '.join(wanted)[:200]} when it was issued."


def _client_claim(token: DecodedToken) -> str:
    return "client_id" if token.kind == "access" else "aud"


def _first(values: tuple[object, ...]) -> str:
    return str(values[0])[:200] if values else "none"


_ALB = "ALB, authenticate-cognito"
_ALB_JWT = "ALB, JWT verification"
_HTTP_API = "HTTP API, JWT authorizer"
_VERIFIER = "aws-jwt-verify"
_GET_USER, _USER_INFO = "GetUser", "userInfo"
# When one of them took a token, Cognito has checked its signature.
_OF_COGNITO = (_GET_USER, _USER_INFO)
_CONSUMERS: dict[str, _Rule] = {
    "REST API, Cognito authorizer": _rest_api,
    "REST API, Cognito authorizer with scopes": _rest_api_with_scopes,
    _HTTP_API: _http_api,
    "AppSync, user pool": _app_sync,
    _ALB: _load_balancer,
    _ALB_JWT: _load_balancer_jwt,
    "Identity pool": _identity_pool,
    _GET_USER: _get_user,
    _USER_INFO: _user_info,
    _VERIFIER: _verifier,
}
SOURCES = {
    "REST API, Cognito authorizer": "API Gateway API reference, Authorizer; AWS re:Post, “401 Unauthorized errors"
    " from an API Gateway REST API endpoint”",
    "REST API, Cognito authorizer with scopes": "API Gateway developer guide, “Integrate a REST API with an Amazon"
    " Cognito user pool”; AWS re:Post, “401 Unauthorized errors from an API Gateway REST API endpoint”",
    _HTTP_API: "API Gateway developer guide, “Control access to HTTP APIs with JWT authorizers”",
    "AppSync, user pool": "AppSync API reference, UserPoolConfig",
    _ALB: "Elastic Load Balancing API reference, AuthenticateCognitoActionConfig",
    _ALB_JWT: "Elastic Load Balancing, “Verify JWTs using an Application Load Balancer”",
    "Identity pool": "Cognito developer guide, “Identity pools third-party identity providers”",
    _GET_USER: "Cognito API reference, GetUser",
    _USER_INFO: "Cognito developer guide, “The userInfo endpoint”",
    _VERIFIER: "awslabs/aws-jwt-verify 5.1.1, its source",
}
# Who looks at times otherwise than at exp, which must be there, and nbf.
_TIMES: dict[str, Callable[[DecodedToken, datetime], Decision | None]] = {
    _HTTP_API: time_trouble_with_iat,
    _ALB_JWT: time_trouble_with_iat,
    _VERIFIER: lambda _token, _now: None,
}
