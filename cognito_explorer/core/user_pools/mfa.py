"""A user's second factors, as an administrator sees and resets them."""

from typing import TYPE_CHECKING

from cognito_explorer.core.errors import ExplorerError
from cognito_explorer.core.journal import Intent
from cognito_explorer.core.user_pools.pools import PoolDetail
from cognito_explorer.core.user_pools.users import User

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.type_defs import AdminSetUserMFAPreferenceRequestTypeDef

    from cognito_explorer.core.aws.door import Aws

# What Cognito says of a user who has registered no authenticator.
_NO_TOKEN = frozenset({"InvalidParameterException", "SoftwareTokenMFANotFoundException", "NotOffered"})


async def reset_mfa(aws: "Aws", pool_id: str, user: User, pool: PoolDetail | None = None) -> None:
    """Turn every second factor off (AdminSetUserMFAPreference) and forget the authenticator (AdminDeleteSoftwareToken).

    Two writes. The e-mail factor is named only where the pool has it: elsewhere Cognito refuses the whole.
    Raises ExplorerError.
    """
    request: AdminSetUserMFAPreferenceRequestTypeDef = {
        "UserPoolId": pool_id,
        "Username": user.username,
        "SMSMfaSettings": {"Enabled": False, "PreferredMfa": False},
        "SoftwareTokenMfaSettings": {"Enabled": False, "PreferredMfa": False},
    }
    if pool is not None and pool.mfa.has_email:
        request["EmailMfaSettings"] = {"Enabled": False, "PreferredMfa": False}
    who = f"user {user.username}"
    before, after = {"second factors": "as they were"}, {"second factors": "none"}
    intent = Intent(who, before, after, pool_id, target_id=user.sub)
    await aws.write(intent, aws.idp.admin_set_user_mfa_preference, **request)
    forget = Intent(who, {"authenticator": "as it was"}, {"authenticator": "none"}, pool_id, target_id=user.sub)
    try:
        await aws.write(forget, aws.idp.admin_delete_software_token, UserPoolId=pool_id, Username=user.username)
    except ExplorerError as error:
        if error.code not in _NO_TOKEN:
            raise
