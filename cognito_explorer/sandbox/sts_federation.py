"""AssumeRoleWithWebIdentity and AssumeRoleWithSAML: somebody whom another provider signed in becomes a role."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.federation.addresses import provider_url
from cognito_explorer.sandbox.identity_pools.identity_pools import find_identity_pool
from cognito_explorer.sandbox.identity_pools.open_id_tokens import (
    ISSUER,
    PROVIDER,
    principal_tags_of,
    transitive_tags_of,
    verify_open_id_token,
)
from cognito_explorer.sandbox.identity_pools.public_providers import ACCESS_TOKENS, access_token_claims
from cognito_explorer.sandbox.issuers import TokenProblem, client_of, registered_host, unverified_issuer, verify_token
from cognito_explorer.sandbox.saml_assertions import (
    AWS_ATTRIBUTES,
    AwsAssertion,
    SamlProblem,
    name_qualifier,
    read_assertion,
)
from cognito_explorer.sandbox.sts import Context, WebIdentity
from cognito_explorer.sandbox.sts_inputs import CHAINED_LIMIT_S, role_answer, role_duration, session_policies
from cognito_explorer.sandbox.world import World

_TAG = f"{AWS_ATTRIBUTES}PrincipalTag:"
# The claim and the attribute that name the person behind a session. Source: IAM user guide, "Monitor and control
# actions taken with assumed roles".
_SOURCE_CLAIM = "https://aws.amazon.com/source_identity"
_SOURCE_ATTRIBUTE = f"{AWS_ATTRIBUTES}SourceIdentity"
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_SAML_CODES = {
    "unknown provider": ("InvalidIdentityToken", 400),
    "invalid": ("InvalidIdentityToken", 400),
    "expired": ("ExpiredTokenException", 400),
    "rejected": ("IDPRejectedClaim", 403),
}
# What condition keys call audience and subject of providers that give access tokens.
_KEY_NAMES = {"graph.facebook.com": ("app_id", "id"), "www.amazon.com": ("app_id", "user_id")}
# Whom trust policies know by name, without an entry in IAM: who plays them here.
_PUBLIC = {"google": "accounts.google.com"}


class WebToken:
    """A verified token of a web identity: `principal` is what trust policies call its provider, `host` its keys."""

    def __init__(self, principal: str, host: str, claims: Mapping[str, Any]) -> None:
        self.principal = principal
        self.host = host
        self.claims = claims

    @property
    def audience(self) -> str:
        """Whom it was issued to."""
        return client_of(self.claims)

    def keys(self) -> Context:
        """The condition keys that stay with the session."""
        audience, subject = _KEY_NAMES.get(self.host, ("aud", "sub"))
        found: Context = {f"{self.host}:{audience}": self.audience, f"{self.host}:{subject}": str(self.claims["sub"])}
        methods = self.claims.get("amr")
        if isinstance(methods, list):
            found[f"{self.host}:amr"] = tuple(str(each) for each in methods)
        return found

    def passing_keys(self) -> Context:
        """The condition keys that trust policies alone see."""
        given = {"email": self.claims.get("email"), "oaud": self.claims.get("aud")}
        return {f"{self.host}:{name}": value for name, value in given.items() if isinstance(value, str)}


def assume_role_with_web_identity(world: World, params: dict[str, Any], around: Context) -> dict[str, Any]:
    """The answer to AssumeRoleWithWebIdentity."""
    token = _read(world, params)
    role = world.sts.find_role(params["RoleArn"])
    identity = WebIdentity(
        role_arn=params["RoleArn"],
        session_name=params["RoleSessionName"],
        claims=token.keys(),
        passing_claims={**around, **token.passing_keys()},
        principal_tags=principal_tags_of(token.claims),
        transitive_tags=transitive_tags_of(token.claims),
        session_policies=session_policies(params, world.sts.directory),
        duration_s=role_duration(params, role) if role else CHAINED_LIMIT_S,
        principal=token.principal,
        source_identity=_source_identity(token.claims.get(_SOURCE_CLAIM)),
    )
    issued = world.sts.assume_role_with_web_identity(world, identity)
    about = {
        "SubjectFromWebIdentityToken": token.claims["sub"],
        "Audience": token.audience,
        "Provider": token.principal,
    }
    return {**role_answer(issued, params), **about, **_source_answer(identity)}


def assume_role_with_saml(world: World, params: dict[str, Any], around: Context) -> dict[str, Any]:
    """The answer to AssumeRoleWithSAML."""
    provider = params["PrincipalArn"]
    try:
        said = read_assertion(world, provider, params["SAMLAssertion"])
    except SamlProblem as problem:
        code, status = _SAML_CODES[problem.fault]
        raise ServiceError(code, problem.text, status=status) from None
    _check_offer(said, params)
    role = world.sts.find_role(params["RoleArn"])
    qualifier = name_qualifier(said.issuer, world.account_id, provider)
    identity = WebIdentity(
        role_arn=params["RoleArn"],
        session_name=said.first(f"{AWS_ATTRIBUTES}RoleSessionName"),
        claims={"SAML:namequalifier": qualifier, "SAML:sub": said.subject, "SAML:sub_type": said.subject_type},
        passing_claims={
            **around,
            "SAML:aud": said.recipient,
            "SAML:iss": said.issuer,
            "SAML:doc": _document(world, provider),
        },
        principal_tags={
            name.removeprefix(_TAG): next(iter(values), "")
            for name, values in said.attributes.items()
            if name.startswith(_TAG)
        },
        transitive_tags=said.attributes.get(f"{AWS_ATTRIBUTES}TransitiveTagKeys", ()),
        session_policies=session_policies(params, world.sts.directory),
        duration_s=_saml_duration(said, params, lambda asked: role_duration(asked, role) if role else CHAINED_LIMIT_S),
        principal=provider,
        action="sts:AssumeRoleWithSAML",
        source_identity=_source_identity(said.first(_SOURCE_ATTRIBUTE)),
    )
    answer = role_answer(world.sts.assume_role_with_web_identity(world, identity), params)
    return {
        **answer,
        **_source_answer(identity),
        "Subject": said.subject,
        "SubjectType": said.subject_type,
        "Issuer": said.issuer,
        "Audience": said.recipient,
        "NameQualifier": qualifier,
    }


def _read(world: World, params: Mapping[str, Any]) -> WebToken:
    token = params["WebIdentityToken"]
    if "ProviderId" in params:
        return _read_access_token(world, params["ProviderId"], token)
    try:
        issuer = unverified_issuer(token)
        if issuer == ISSUER:
            return _read_identity_pools(world, token)
        player = next((key for key in _PUBLIC if issuer == provider_url(world, key)), None)
        if player is not None:
            return WebToken(_PUBLIC[player], _PUBLIC[player], verify_token(world, token, issuer))
        return _read_registered(world, issuer, token)
    except TokenProblem as problem:
        raise _refusal(world, problem) from None


def _read_identity_pools(world: World, token: str) -> WebToken:
    """A token of an identity pool, be it a developer's, is for STS only where the classic flow is allowed."""
    claims = verify_open_id_token(world, token)
    pool = find_identity_pool(world, str(claims["aud"]))
    if pool is None or not pool.get("AllowClassicFlow"):
        raise ServiceError("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", status=403)
    return WebToken(PROVIDER, PROVIDER, claims)


def _read_registered(world: World, issuer: str, token: str) -> WebToken:
    """A token of a provider that IAM knows."""
    host = issuer.partition("://")[2]
    providers = world.sts.directory.openid_providers()
    provider = next((each for each in providers if registered_host(world, each.host) == host), None)
    if provider is None:
        raise _invalid(f"No OpenIDConnect provider found in your account for {issuer}")
    claims = verify_token(world, token, issuer)
    if client_of(claims) not in provider.client_ids:
        raise _invalid("Incorrect token audience")
    return WebToken(provider.arn, provider.host, claims)


def _read_access_token(world: World, provider: str, token: str) -> WebToken:
    if provider not in ACCESS_TOKENS:
        raise _invalid(f"{provider} is no provider of access tokens")
    found = access_token_claims(world, provider, token)
    if found is None:
        raise ServiceError("IDPRejectedClaim", f"{provider} rejected the access token", status=403)
    app = str(found[ACCESS_TOKENS[provider][1]])
    return WebToken(provider, provider, {**found, "sub": found["user_id"], "aud": app})


def _refusal(world: World, problem: TokenProblem) -> ServiceError:
    if problem.fault == "expired":
        now, end = (datetime.fromtimestamp(at, UTC) for at in (world.clock.now(), problem.expires_at))
        text = (
            f"Token expired: current date/time {now:%Y-%m-%dT%H:%M:%SZ} must be before the expiration date/time"
            f" {end:%Y-%m-%dT%H:%M:%SZ}"
        )
        return ServiceError("ExpiredTokenException", text)
    if problem.fault == "unreachable":
        text = "The identity provider could not be reached to verify the token; the sandbox asks none but this machine."
        return ServiceError("IDPCommunicationError", text)
    if problem.fault == "keyless":
        return _invalid(
            "Couldn't retrieve verification key from your identity provider,"
            " please reference AssumeRoleWithWebIdentity documentation for requirements"
        )
    return _invalid("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")


def _check_offer(said: AwsAssertion, params: Mapping[str, Any]) -> None:
    """The assertion itself says which roles it is good for, and what the session is called."""
    wanted = {params["RoleArn"], params["PrincipalArn"]}
    offers = said.attributes.get(f"{AWS_ATTRIBUTES}Role", ())
    if not any({part.strip() for part in offer.split(",")} == wanted for offer in offers):
        raise ServiceError("AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML", status=403)
    if not said.first(f"{AWS_ATTRIBUTES}RoleSessionName"):
        raise _invalid("RoleSessionName is required in AuthnResponse")
    if not _SESSION_NAME.fullmatch(said.first(f"{AWS_ATTRIBUTES}RoleSessionName")):
        raise _invalid("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}")


def _saml_duration(said: AwsAssertion, params: Mapping[str, Any], limit: Callable[[Mapping[str, Any]], int]) -> int:
    """The shorter of what the call and what the assertion asks for."""
    asked = said.first(f"{AWS_ATTRIBUTES}SessionDuration")
    if not re.fullmatch(r"\d{1,9}", asked, re.ASCII):
        return limit(params)
    offered = {"DurationSeconds": max(900, int(asked))}
    return min(limit(params), limit(offered)) if "DurationSeconds" in params else limit(offered)


def _source_identity(stated: object) -> str:
    """What a provider calls the person behind the session; empty where it says nothing."""
    if stated in (None, ""):
        return ""
    if not isinstance(stated, str) or not _SESSION_NAME.fullmatch(stated):
        raise _invalid("The source identity must match [a-zA-Z_0-9+=,.@-]{2,64}")
    return stated


def _source_answer(identity: WebIdentity) -> dict[str, str]:
    return {"SourceIdentity": identity.source_identity} if identity.source_identity else {}


def _document(world: World, provider: str) -> str:
    return f"{world.account_id}/{provider.rpartition('/')[2]}"


def _invalid(text: str) -> ServiceError:
    return ServiceError("InvalidIdentityToken", text)
