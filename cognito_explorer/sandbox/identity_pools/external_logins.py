"""Logins of providers that are neither user pools nor the developer: OpenID Connect, SAML and the public ones."""

from collections.abc import Mapping
from typing import Any

from cognito_explorer.sandbox.identity_pools.login import (
    Login,
    TagDefaults,
    invalid_login,
    problem_with,
    unsupported_provider,
)
from cognito_explorer.sandbox.identity_pools.public_providers import verify_public
from cognito_explorer.sandbox.issuers import TokenProblem, client_of, registered_host, unverified_issuer, verify_token
from cognito_explorer.sandbox.saml_assertions import SamlProblem, read_assertion
from cognito_explorer.sandbox.world import World

_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
_SAML_DEFAULTS = TagDefaults(f"{_CLAIMS}/nameidentifier", f"{_CLAIMS}/name")
_OIDC_MARK = ":oidc-provider/"


def verify_external(world: World, pool: Mapping[str, Any], provider: str, token: str) -> Login:
    """One login, verified; raises NotAuthorizedException or ExternalServiceException."""
    if provider in pool.get("SupportedLoginProviders", {}):
        return verify_public(world, pool["SupportedLoginProviders"][provider], provider, token)
    if provider in pool.get("SamlProviderARNs", ()):
        return _verify_saml(world, provider, token)
    return _verify_openid(world, pool, provider, token)


def _verify_openid(world: World, pool: Mapping[str, Any], provider: str, token: str) -> Login:
    here = registered_host(world, provider)
    arns = pool.get("OpenIdConnectProviderARNs", ())
    arn = next((arn for arn in arns if registered_host(world, arn.partition(_OIDC_MARK)[2]) == here), "")
    registered = world.sts.directory.find_openid_provider(arn) if arn else None
    if registered is None:
        raise unsupported_provider()
    try:
        issuer = unverified_issuer(token)
        if issuer.partition("://")[2] != here:
            raise TokenProblem("issuer")
        claims = verify_token(world, token, issuer)
    except TokenProblem as problem:
        if problem.fault == "unreachable":
            # ExternalServiceException is for the public providers; of others only the token is blamed.
            raise invalid_login("Couldn't retrieve the keys of the provider.") from None
        raise problem_with(world, provider, problem) from None
    client_id = client_of(claims)
    if client_id not in registered.client_ids:
        raise unsupported_provider()
    # IAM's name for a built-in provider outlives a change of the sandbox's port; the name of the call does not.
    name = registered.host
    return Login(name, str(claims["sub"]), client_id, claims, mapping_key=arn, methods=(name,))


def _verify_saml(world: World, provider: str, encoded: str) -> Login:
    try:
        assertion = read_assertion(world, provider, encoded)
    except SamlProblem as problem:
        raise invalid_login(problem.text) from None
    claims = {name: values[0] if len(values) == 1 else list(values) for name, values in assertion.attributes.items()}
    claims.setdefault(_SAML_DEFAULTS.username, assertion.subject)
    return Login(
        provider,
        assertion.subject,
        assertion.audience,
        claims,
        mapping_key=provider,
        methods=(provider,),
        tag_defaults=_SAML_DEFAULTS,
    )
