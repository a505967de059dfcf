"""Checks of an app client and its hosted UI against what an error says."""

from cognito_explorer.core.durations import in_words
from cognito_explorer.core.errors import ExplorerError, NotFound
from cognito_explorer.core.insight.configuration import (
    Configuration,
    Unknowable,
    Verdict,
    confirmed,
    decide,
    ruled_out,
    unknown,
)
from cognito_explorer.core.user_pools.domains import describe_domain

_OIDC_SCOPES = frozenset({"openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"})
_ADMIN_SCOPE = "aws.cognito.signin.user.admin"
_OF_SCOPE = {"email": ("email", "email_verified"), "phone": ("phone_number", "phone_number_verified")}


def difference(sent: str, registered: tuple[str, ...]) -> str:
    """Where an address differs from the registered one that is most like it, counted from 1; "" where it is equal."""
    if sent in registered:
        return ""
    if not registered:
        return f"registered: nothing; sent: `{sent}`"
    nearest = max(registered, key=lambda each: (_common(sent, each), -abs(len(each) - len(sent))))
    return f"registered: `{nearest}`; sent: `{sent}`; differs at character {_common(sent, nearest) + 1}"


async def client_missing(here: Configuration) -> Verdict:
    """Whether the pool lacks the app client."""
    try:
        client = await here.client()
    except NotFound:
        return confirmed(f"The pool {here.pool_id} has no app client {here.client_id}.{await _whose(here)}")
    return ruled_out(f"The pool has it: {client.name} ({client.client_id}).")


async def client_has_secret(here: Configuration) -> Verdict:
    """Whether the client has a secret."""
    client = await here.client()
    said = "has a secret: SECRET_HASH is needed" if client.has_secret else "has no secret: SECRET_HASH must be left out"
    return decide(client.has_secret, f"The app client {client.name} {said}.")


async def client_has_no_secret(here: Configuration) -> Verdict:
    """Whether the client has no secret."""
    client = await here.client()
    return decide(
        not client.has_secret, f"The app client {client.name} has {'a' if client.has_secret else 'no'} secret."
    )


async def client_hides_users(here: Configuration) -> Verdict:
    """Whether unknown users are hidden."""
    client = await here.client()
    state = "ENABLED" if client.hides_unknown_users else "LEGACY"
    return decide(client.hides_unknown_users, f"PreventUserExistenceErrors of {client.name} is {state}.")


async def flow_not_enabled(here: Configuration) -> Verdict:
    """Whether the flow that was asked for is off."""
    client = await here.client()
    has = ", ".join(client.auth_flows) or "none, so only SRP, custom and refresh"
    if not here.clues.auth_flow:
        return unknown(f"The error names no flow. {client.name} allows: {has}.")
    wanted = f"ALLOW_{here.clues.auth_flow}"
    is_on = wanted in client.auth_flows or wanted.removeprefix("ALLOW_") in client.auth_flows
    return decide(not is_on, f"{'Allowed' if is_on else 'Missing'}: {wanted}. {client.name} has: {has}.")


async def admin_flow_off(here: Configuration) -> Verdict:
    """Whether an admin flow was asked for that the client does not allow."""
    client = await here.client()
    is_on = bool({"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"} & set(client.auth_flows))
    is_admin = here.clues.operation.startswith("Admin") or here.clues.auth_flow.startswith("ADMIN")
    if not is_admin:
        return ruled_out("No admin operation was called.")
    return decide(not is_on, f"ALLOW_ADMIN_USER_PASSWORD_AUTH is {'on' if is_on else 'off'} for {client.name}.")


async def callback_mismatch(here: Configuration) -> Verdict:
    """Whether the address that was sent is not registered, and where it differs."""
    client = await here.client()
    sent = here.clues.redirect_uri
    if not sent:
        urls = ", ".join(client.callback_urls) or "nothing"
        return unknown(
            f"redirect_uri is not in the text: paste the whole address. {client.name} has registered: {urls}."
        )
    where = difference(sent, client.callback_urls)
    return confirmed(where) if where else ruled_out(f"`{sent}` is registered with {client.name}.")


async def logout_mismatch(here: Configuration) -> Verdict:
    """Whether the address to go to after signing out is not registered, and where it differs."""
    client = await here.client()
    sent = here.clues.logout_uri
    if not sent:
        urls = ", ".join(client.logout_urls) or "nothing"
        return unknown(f"No logout_uri is in the text. {client.name} has registered for signing out: {urls}.")
    where = difference(sent, client.logout_urls)
    return confirmed(where) if where else ruled_out(f"`{sent}` is registered with {client.name}.")


async def scope_unreadable(here: Configuration) -> Verdict:
    """Whether the client may not read an attribute that one of its scopes stands for."""
    client = await here.client()
    if not client.read_attributes:
        return ruled_out(f"{client.name} may read every standard attribute.")
    wanted = [name for scope, names in _OF_SCOPE.items() if scope in client.scopes for name in names]
    missing = [name for name in wanted if name not in client.read_attributes]
    said = f"{client.name} may not read: {', '.join(missing)}." if missing else f"{client.name} may read them."
    return decide(bool(missing), said)


async def scope_not_allowed(here: Configuration) -> Verdict:
    """Whether a scope was asked for that the client does not allow."""
    client = await here.client()
    has = " ".join(client.scopes) or "none"
    if not here.clues.scopes:
        return unknown(f"No scope is in the text: paste the authorize address. {client.name} allows: {has}.")
    missing = [scope for scope in here.clues.scopes if scope not in client.scopes]
    said = f"Not allowed: {' '.join(missing)}." if missing else "Every scope that was asked for is allowed."
    return decide(bool(missing), f"{said} {client.name} allows: {has}.")


async def scopes_exist(here: Configuration) -> Verdict:
    """Whether a scope belongs to no resource server."""
    if not here.clues.scopes:
        return unknown("No scope is in the text.")
    known = await here.scopes()
    missing = [scope for scope in here.clues.scopes if scope not in _OIDC_SCOPES and scope not in known]
    return decide(bool(missing), f"No resource server has: {' '.join(missing)}." if missing else "Every scope exists.")


async def admin_scope_missing(here: Configuration) -> Verdict:
    """Whether the client does not allow the scope for self-service."""
    client = await here.client()
    is_missing = client.is_oauth_enabled and _ADMIN_SCOPE not in client.scopes
    return decide(is_missing, f"{client.name} allows: {' '.join(client.scopes) or 'no scopes'}.")


async def oauth_off(here: Configuration) -> Verdict:
    """Whether OAuth is switched off."""
    client = await here.client()
    return decide(
        not client.is_oauth_enabled, f"OAuth is {'on' if client.is_oauth_enabled else 'off'} for {client.name}."
    )


async def grant_off(here: Configuration) -> Verdict:
    """Whether the grant that was asked for is not allowed."""
    client = await here.client()
    has = ", ".join(client.oauth_flows) or "none"
    wanted = {"token": "implicit"}.get(here.clues.response_type, here.clues.response_type)
    if not wanted:
        return decide("code" not in client.oauth_flows, f"{client.name} allows the grants: {has}.")
    return decide(wanted not in client.oauth_flows, f"Asked for: {wanted}. {client.name} allows the grants: {has}.")


async def grants_mixed(here: Configuration) -> Verdict:
    """Whether client_credentials stands beside another grant."""
    client = await here.client()
    is_mixed = "client_credentials" in client.oauth_flows and len(client.oauth_flows) > 1
    return decide(is_mixed, f"{client.name} allows the grants: {', '.join(client.oauth_flows) or 'none'}.")


async def idp_not_enabled(here: Configuration) -> Verdict:
    """Whether the identity provider is not enabled for the client."""
    client = await here.client()
    has = ", ".join(client.identity_providers) or "none"
    wanted = here.clues.provider
    if not wanted and here.clues.redirect_uri and not here.clues.code:
        return ruled_out("The address names no provider: people choose one on the page.")
    if not wanted:
        return unknown(f"No provider is in the text. {client.name} has: {has}.")
    return decide(wanted not in client.identity_providers, f"Asked for: {wanted}. {client.name} has: {has}.")


async def revocation_off(here: Configuration) -> Verdict:
    """Whether token revocation is off."""
    client = await here.client()
    state = "on" if client.is_revocation_enabled else "off"
    return decide(not client.is_revocation_enabled, f"EnableTokenRevocation is {state} for {client.name}.")


async def no_domain(here: Configuration) -> Verdict:
    """Whether the pool has no domain, or none that is active."""
    pool = await here.pool()
    name = pool.custom_domain or pool.domain
    if not name:
        return confirmed(f"The pool {pool.name} has no domain.")
    domain = await describe_domain(here.aws, name)
    return decide(domain.status != "ACTIVE", f"The domain {name} is {domain.status}.")


async def no_branding(here: Configuration) -> Verdict:
    """Whether the domain shows managed login and the client has no style for it."""
    pool = await here.pool()
    name = pool.custom_domain or pool.domain
    if not name:
        return ruled_out(f"The pool {pool.name} has no domain at all.")
    domain = await describe_domain(here.aws, name)
    if domain.managed_login_version < 2:
        return ruled_out(f"The domain {name} shows the classic hosted UI, which needs no style.")
    client = await here.client()
    read = here.aws.idp.describe_managed_login_branding_by_client
    try:
        await here.aws.read(read, UserPoolId=pool.id, ClientId=client.client_id)
    except NotFound:
        return confirmed(f"The domain {name} shows managed login, and {client.name} has no branding style.")
    except ExplorerError as refused:
        raise Unknowable(f"It could not be read: {refused.title}") from refused
    return ruled_out(f"{client.name} has a branding style.")


async def refresh_validity(here: Configuration) -> Verdict:
    """How long refresh tokens live."""
    client = await here.client()
    return unknown(f"Refresh tokens of {client.name} live {in_words(client.refresh_token_validity)}.")


async def access_validity(here: Configuration) -> Verdict:
    """How long access tokens live."""
    client = await here.client()
    return unknown(f"Access tokens of {client.name} live {in_words(client.access_token_validity)}.")


async def id_validity(here: Configuration) -> Verdict:
    """How long ID tokens live."""
    client = await here.client()
    return unknown(f"ID tokens of {client.name} live {in_words(client.id_token_validity)}.")


async def _whose(here: Configuration) -> str:
    """Which other pool has the client that this one lacks, as a sentence, or ""."""
    try:
        pool = await here.pool_of_client(here.client_id)
    except (ExplorerError, Unknowable):
        return ""
    if pool is None:
        return f" No other pool of {here.aws.region} that was looked at has it."
    return f" It belongs to the pool {pool.name} ({pool.id})."


def _common(left: str, right: str) -> int:
    pairs = enumerate(zip(left, right, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(left), len(right)))
