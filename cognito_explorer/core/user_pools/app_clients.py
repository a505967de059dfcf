"""App clients: who may ask this pool for tokens, and how."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cognito_explorer.core.aws.pages import Pages, Paging

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

_MOST_NAMES = 200
_UNITS = {
    "seconds": timedelta(seconds=1),
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
}


@dataclass(frozen=True, slots=True)
class AppClientSummary:
    """A row of ListUserPoolClients."""

    client_id: str
    name: str


@dataclass(frozen=True, slots=True)
class AppClient:
    """An app client as DescribeUserPoolClient shows one; the secret comes in clear.

    `read_attributes` is empty where the client was left with Cognito's own choice of attributes to read.
    """

    client_id: str
    name: str
    pool_id: str
    secret: str = field(repr=False)
    auth_flows: tuple[str, ...]
    oauth_flows: tuple[str, ...]
    scopes: tuple[str, ...]
    callback_urls: tuple[str, ...]
    logout_urls: tuple[str, ...]
    is_oauth_enabled: bool
    identity_providers: tuple[str, ...]
    access_token_validity: timedelta
    id_token_validity: timedelta
    refresh_token_validity: timedelta
    is_revocation_enabled: bool
    hides_unknown_users: bool
    read_attributes: tuple[str, ...] = ()
    rotates_refresh_tokens: bool = False
    rotation_grace: timedelta = timedelta()

    @property
    def has_secret(self) -> bool:
        """Whether the client must prove itself with a secret."""
        return bool(self.secret)

    @property
    def can_sign_in(self) -> bool:
        """Whether the hosted UI will let people sign in with this client and a code."""
        return self.is_oauth_enabled and "code" in self.oauth_flows and bool(self.callback_urls)


def list_app_clients(aws: "Aws", pool_id: str) -> Pages[AppClientSummary]:
    """Pages of a pool's app clients, ids and names only."""
    return aws.pages(
        Paging("UserPoolClients"), _parse_summary, aws.idp.list_user_pool_clients, UserPoolId=pool_id, MaxResults=60
    )


async def list_client_names(aws: "Aws", pool_id: str) -> dict[str, str]:
    """The names of a pool's first 200 app clients by id. Raises ExplorerError."""
    return {client.client_id: client.name for client in await list_app_clients(aws, pool_id).collect(_MOST_NAMES)}


async def describe_app_client(aws: "Aws", pool_id: str, client_id: str) -> AppClient:
    """Everything about an app client. Raises NotFound."""
    answer = await aws.read(aws.idp.describe_user_pool_client, UserPoolId=pool_id, ClientId=client_id)
    return parse_app_client(answer["UserPoolClient"])


def parse_app_client(client: Any) -> AppClient:
    """The record for a UserPoolClientType."""
    units = client.get("TokenValidityUnits", {})
    rotation = client.get("RefreshTokenRotation", {})
    return AppClient(
        client_id=client["ClientId"],
        name=client.get("ClientName", ""),
        pool_id=client.get("UserPoolId", ""),
        secret=client.get("ClientSecret", ""),
        auth_flows=tuple(client.get("ExplicitAuthFlows", ())),
        oauth_flows=tuple(client.get("AllowedOAuthFlows", ())),
        scopes=tuple(client.get("AllowedOAuthScopes", ())),
        callback_urls=tuple(client.get("CallbackURLs", ())),
        logout_urls=tuple(client.get("LogoutURLs", ())),
        is_oauth_enabled=client.get("AllowedOAuthFlowsUserPoolClient", False),
        identity_providers=tuple(client.get("SupportedIdentityProviders", ())),
        access_token_validity=_validity(client.get("AccessTokenValidity"), units.get("AccessToken"), "hours", 1),
        id_token_validity=_validity(client.get("IdTokenValidity"), units.get("IdToken"), "hours", 1),
        refresh_token_validity=_validity(client.get("RefreshTokenValidity"), units.get("RefreshToken"), "days", 30),
        is_revocation_enabled=client.get("EnableTokenRevocation", False),
        hides_unknown_users=client.get("PreventUserExistenceErrors") == "ENABLED",
        read_attributes=tuple(client.get("ReadAttributes", ())),
        rotates_refresh_tokens=rotation.get("Feature") == "ENABLED",
        rotation_grace=timedelta(seconds=rotation.get("RetryGracePeriodSeconds", 0)),
    )


def _parse_summary(row: Any) -> AppClientSummary:
    return AppClientSummary(row["ClientId"], row.get("ClientName", ""))


def _validity(amount: int | None, unit: str | None, default_unit: str, default_amount: int) -> timedelta:
    """0 and nothing mean Cognito's default."""
    if not amount:
        return _UNITS[default_unit] * default_amount
    return _UNITS[unit or default_unit] * amount
