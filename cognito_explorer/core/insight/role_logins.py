"""What is brought to an identity pool as a login, and whether its settings let it in. Pure.

Sources: developer guide, “Identity pools third-party identity providers” (the keys of Logins, and whose tokens they
take), “Developer-authenticated identities”; API reference, GetCredentialsForIdentity (Logins).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cognito_explorer.core.auth.tokens import DecodedToken
from cognito_explorer.core.identity_pools.identity_pools import IdentityPoolDetail, OtherProvider

Verdict = Literal["yes", "no", "skipped", "unknown"]

DEVELOPER = "cognito-identity.amazonaws.com"
GOOGLE, APPLE = "accounts.google.com", "appleid.apple.com"
# What the providers of opaque tokens call the app in what they say of one.
OPAQUE = {
    "graph.facebook.com": "app_id",
    "www.amazon.com": "client_id",
    "api.twitter.com": "",
    "www.digits.com": "",
}
_USER_POOL = "cognito-idp."


@dataclass(frozen=True, slots=True)
class RoleLogin:
    """One entry of Logins: `provider` is its key, `claims` what the token says, or the provider says of it.

    `audience` is the app that the token is for, "" where nothing tells. `refusal` says why this is no login at all.
    """

    provider: str
    claims: Mapping[str, Any] = field(default_factory=dict, repr=False)
    audience: str = ""
    refusal: str = ""

    @property
    def is_of_user_pool(self) -> bool:
        """Whether a user pool issued it."""
        return self.provider.startswith(_USER_POOL)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Whether a pool's settings let a login in, in a sentence.

    `mapping_key` is what RoleMappings call the provider, `tag_provider` what GetPrincipalTagAttributeMap does. `doubt`
    is what else is looked at, and not known here.
    """

    verdict: Verdict
    answer: str
    mapping_key: str = ""
    tag_provider: str = ""
    doubt: str = ""


def login_of_token(token: DecodedToken) -> RoleLogin:
    """The login that a token's issuer speaks of."""
    if token.pool_id:
        provider = f"{_USER_POOL}{token.issuer.partition('cognito-idp.')[2]}"
        said = {"access": "an access token", "refresh": "a refresh token"}.get(token.kind, "not a user pool's ID token")
        refusal = "" if token.kind == "id" else f"identity pools take ID tokens; this is {said}."
        return RoleLogin(provider, token.claims, token.client_id, refusal)
    if token.kind == "refresh" or not token.issuer:
        what = "a refresh token" if token.kind == "refresh" else "a token without an issuer"
        return RoleLogin("", refusal=f"identity pools take ID tokens; this is {what}.")
    provider = token.issuer.removeprefix("https://").removeprefix("http://")
    return login_as(provider, token.claims)


def login_as(provider: str, claims: Mapping[str, Any]) -> RoleLogin:
    """The login of a provider that is named by hand: its key in Logins, and what is known of the person."""
    return RoleLogin(provider, claims, _audience(provider, claims))


def accept(detail: IdentityPoolDetail, login: RoleLogin) -> Acceptance:
    """Whether a pool's own settings let a login in. Signature, expiry and a server-side check are not looked at."""
    if login.refusal:
        return Acceptance("no", f"No: {login.refusal}")
    if login.is_of_user_pool:
        return _accept_user_pool(detail, login)
    if login.provider == DEVELOPER:
        return _accept_developer(detail, login)
    found = next((each for each in detail.other_providers if _is_meant(each, login)), None)
    if found is None:
        return Acceptance("no", _not_listed(login))
    if found.kind == "OpenID Connect":
        return Acceptance(
            "yes",
            f"Yes: {found.name} is listed as an OpenID Connect provider.",
            found.detail,
            found.detail,
            f"IAM must list {login.audience or 'the client of the token'} among the client ids of {found.name}.",
        )
    if found.kind == "SAML":
        return Acceptance("yes", f"Yes: the SAML provider {found.name} is listed.", found.detail, found.detail)
    return _accept_app(found, login)


def provider_key(provider: OtherProvider) -> str:
    """What Logins call a provider: a host for OpenID Connect, an ARN for SAML."""
    if provider.kind == "SAML":
        return provider.detail
    return DEVELOPER if provider.kind == "Developer" else provider.name


def _accept_user_pool(detail: IdentityPoolDetail, login: RoleLogin) -> Acceptance:
    pool_id = login.provider.rpartition("/")[2]
    same_pool = [each for each in detail.user_pool_providers if each.pool_id == pool_id]
    found = next((each for each in same_pool if each.client_id == login.audience), None)
    if found is not None:
        key = f"{found.provider_name}:{found.client_id}"
        checked = "The sign-in must not have ended since (ServerSideTokenCheck)." if found.is_checked_at_server else ""
        answer = f"Yes: {found.pool_id} with the app client {found.client_id} is listed."
        return Acceptance("yes", answer, key, found.provider_name, checked)
    if same_pool:
        clients = ", ".join(each.client_id for each in same_pool)
        return Acceptance("no", f"No: aud is {login.audience}; of this user pool it takes {clients}.")
    return Acceptance("no", f"No: {pool_id} is not among its user pools.")


def _accept_developer(detail: IdentityPoolDetail, login: RoleLogin) -> Acceptance:
    """A token of GetOpenIdTokenForDeveloperIdentity names the identity pool and how the identity was proved."""
    if login.audience != detail.id:
        return Acceptance("no", f"No: the token is of the identity pool {login.audience or 'nobody'}.")
    methods = login.claims.get("amr")
    if not isinstance(methods, list) or "authenticated" not in methods:
        return Acceptance("no", "No: amr is not “authenticated”; a guest's own token is no login.")
    name = next((each.name for each in detail.other_providers if each.kind == "Developer"), "")
    by = f" Its backend vouches through {name}." if name in methods else ""
    return Acceptance("yes", f"Yes: the token is of this identity pool.{by}", name, name)


def _accept_app(found: OtherProvider, login: RoleLogin) -> Acceptance:
    apps = found.detail.split(";")
    if not login.audience:
        doubt = f"The token must be of the app {' or '.join(apps)}; nothing here tells whose it is."
        return Acceptance("yes", f"Yes: {found.kind} is listed.", found.name, found.name, doubt)
    if login.audience not in apps:
        return Acceptance("no", f"No: it is for the app {login.audience}; of {found.kind} it takes {', '.join(apps)}.")
    return Acceptance("yes", f"Yes: {found.kind} with the app {login.audience} is listed.", found.name, found.name)


def _is_meant(provider: OtherProvider, login: RoleLogin) -> bool:
    if provider.kind == "OpenID Connect":
        return provider.name.rstrip("/") == login.provider.rstrip("/")
    return provider.kind != "Developer" and provider_key(provider) == login.provider


def _not_listed(login: RoleLogin) -> str:
    if login.provider in OPAQUE or login.provider in (GOOGLE, APPLE):
        return f"No: {login.provider} is not among its public providers."
    if login.provider.startswith("arn:"):
        return f"No: {login.provider} is not among its SAML providers."
    return f"No: https://{login.provider} is not among its OpenID Connect providers."


def _audience(provider: str, claims: Mapping[str, Any]) -> str:
    """OpenID Connect: azp where there is one, else aud; Facebook and Amazon call the app otherwise."""
    if provider in OPAQUE:
        found = claims.get(OPAQUE[provider])
        return found if isinstance(found, str) else ""
    for name in ("azp", "aud"):
        found = claims.get(name)
        found = found[0] if isinstance(found, list) and len(found) == 1 else found
        if isinstance(found, str) and found:
            return found
    return ""
