"""Settings of user pools and app clients. An update resets what it does not name: they are read and sent whole."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cognito_explorer.core.journal import Intent

if TYPE_CHECKING:
    from cognito_explorer.core.aws.door import Aws

Settings = dict[str, Any]

POOL_TARGET, CLIENT_TARGET = "user pool ", "app client "
# What UpdateUserPool takes of what DescribeUserPool shows. The texts of messages before there were templates are left
# out: they must equal the template's, and come of it.
POOL_MEMBERS = frozenset({
    "AccountRecoverySetting", "AcrConfiguration", "AdminCreateUserConfig", "AutoVerifiedAttributes",
    "DcrConfiguration", "DeletionProtection", "DeviceConfiguration", "EmailConfiguration", "IssuerConfiguration",
    "KeyConfiguration", "LambdaConfig", "MfaConfiguration", "Policies", "SmsAuthenticationMessage",
    "SmsConfiguration", "UserAttributeUpdateSettings", "UserPoolAddOns", "UserPoolTags", "UserPoolTier",
    "VerificationMessageTemplate",
})  # fmt: skip
POOL_LEFT_OUT = frozenset({"EmailVerificationMessage", "EmailVerificationSubject", "SmsVerificationMessage"})
CLIENT_MEMBERS = frozenset({
    "AccessTokenValidity", "AllowedOAuthFlows", "AllowedOAuthFlowsUserPoolClient", "AllowedOAuthScopes",
    "AnalyticsConfiguration", "AuthSessionValidity", "CallbackURLs", "ClientName", "DefaultRedirectURI",
    "EnablePropagateAdditionalUserContextData", "EnableTokenRevocation", "ExplicitAuthFlows", "IdTokenValidity",
    "LogoutURLs", "PreventUserExistenceErrors", "ReadAttributes", "RefreshTokenRotation", "RefreshTokenValidity",
    "SupportedIdentityProviders", "TokenValidityUnits", "WriteAttributes",
})  # fmt: skip


async def pool_settings(aws: "Aws", pool_id: str) -> Settings:
    """A pool's settings as UpdateUserPool takes them. Raises NotFound, ExplorerError."""
    answer: Any = await aws.read(aws.idp.describe_user_pool, UserPoolId=pool_id)
    pool = answer["UserPool"]
    found = {name: pool[name] for name in sorted(POOL_MEMBERS) if name in pool}
    if "UserPoolTags" in found:
        # CloudFormation's own tags are shown, refused when sent, and stay.
        found["UserPoolTags"] = {k: v for k, v in found["UserPoolTags"].items() if not k.lower().startswith("aws:")}
    if "AdminCreateUserConfig" in found:
        # Cognito shows the days of a temporary password here, too, and refuses them where the policy has them.
        shown = found["AdminCreateUserConfig"]
        found["AdminCreateUserConfig"] = {k: v for k, v in shown.items() if k != "UnusedAccountValidityDays"}
    return found


async def client_settings(aws: "Aws", pool_id: str, client_id: str) -> Settings:
    """An app client's settings as UpdateUserPoolClient takes them. Raises NotFound, ExplorerError."""
    answer: Any = await aws.read(aws.idp.describe_user_pool_client, UserPoolId=pool_id, ClientId=client_id)
    client = answer["UserPoolClient"]
    return {name: client[name] for name in sorted(CLIENT_MEMBERS) if name in client}


async def update_pool(aws: "Aws", pool_id: str, changes: Mapping[str, Any]) -> None:
    """Change these members of a pool's settings and send the rest as it is now. Nothing is sent if all is so already.

    Raises ValueError for a member that UpdateUserPool does not take, WriteRefused, NotFound and ExplorerError.
    """
    _require(changes, POOL_MEMBERS)
    now = await pool_settings(aws, pool_id)
    wanted = {name: value for name, value in changes.items() if now.get(name) != value}
    if wanted:
        intent = Intent(f"{POOL_TARGET}{pool_id}", as_texts(now, wanted), as_texts(wanted, wanted), pool_id)
        await send_pool(aws, intent, pool_id, now | wanted)


async def update_client(aws: "Aws", pool_id: str, client_id: str, changes: Mapping[str, Any]) -> None:
    """Change these members of an app client's settings and send the rest as it is now; see `update_pool`."""
    _require(changes, CLIENT_MEMBERS)
    now = await client_settings(aws, pool_id, client_id)
    wanted = {name: value for name, value in changes.items() if now.get(name) != value}
    if wanted:
        intent = Intent(f"{CLIENT_TARGET}{client_id}", as_texts(now, wanted), as_texts(wanted, wanted), pool_id)
        await send_client(aws, intent, (pool_id, client_id), now | wanted)


async def set_deletion_protection(aws: "Aws", pool_id: str, *, is_on: bool) -> None:
    """Keep the pool from being deleted, or no longer. Raises as `update_pool` does."""
    await update_pool(aws, pool_id, {"DeletionProtection": "ACTIVE" if is_on else "INACTIVE"})


async def set_sign_up(aws: "Aws", pool_id: str, *, is_open: bool) -> None:
    """Let everyone sign up, or only administrators create users. Raises as `update_pool` does."""
    now = (await pool_settings(aws, pool_id)).get("AdminCreateUserConfig", {})
    await update_pool(aws, pool_id, {"AdminCreateUserConfig": {**now, "AllowAdminCreateUserOnly": not is_open}})


async def send_pool(aws: "Aws", intent: Intent, pool_id: str, settings: Settings) -> None:
    """Send settings whole (UpdateUserPool)."""
    await aws.write(intent, aws.idp.update_user_pool, UserPoolId=pool_id, **settings)


async def send_client(aws: "Aws", intent: Intent, place: tuple[str, str], settings: Settings) -> None:
    """Send settings whole (UpdateUserPoolClient). `place` is the pool's id and the client's."""
    pool_id, client_id = place
    await aws.write(intent, aws.idp.update_user_pool_client, UserPoolId=pool_id, ClientId=client_id, **settings)


def as_texts(settings: Mapping[str, Any], names: Mapping[str, object]) -> dict[str, str]:
    """Members as JSON, for the journal; "" for one that is not set."""
    return {name: as_text(settings[name]) if name in settings else "" for name in names}


def as_text(value: Any) -> str:
    """A member as JSON, always in one form."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _require(changes: Mapping[str, Any], members: frozenset[str]) -> None:
    if unknown := changes.keys() - members:
        raise ValueError(f"not a setting that can be updated: {', '.join(sorted(unknown))}")
