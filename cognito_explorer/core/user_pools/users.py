"""Users of a pool: the list, the search Cognito offers, and what an administrator may do to one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from cognito_explorer.core.aws.pages import Pages, Paging
from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.journal import Intent
from cognito_explorer.core.user_pools.attributes import changed_attributes

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.type_defs import AdminCreateUserRequestTypeDef, AttributeTypeTypeDef

    from cognito_explorer.core.aws.door import Aws

# ListUsers' Filter knows these and no custom attribute.
SEARCHABLE = (
    "email",
    "phone_number",
    "username",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "sub",
    "cognito:user_status",
    "status",
)
_LONGEST_FILTER = 256
# Whoever changes the one without the other makes it unproven.
_FLAGS = {"email": "email_verified", "phone_number": "phone_number_verified"}
_USERS = Paging("Users", "PaginationToken")

Invitation = Literal["EMAIL", "SMS", "none"]


@dataclass(frozen=True, slots=True)
class User:
    """A user as ListUsers shows one. `status` is Cognito's raw word; `is_enabled` is a separate switch."""

    username: str
    sub: str
    status: str
    is_enabled: bool
    created_at: datetime | None
    modified_at: datetime | None
    attributes: dict[str, str]

    @property
    def email(self) -> str:
        """The e-mail address, or ""."""
        return self.attributes.get("email", "")

    @property
    def name(self) -> str:
        """The full name, put together where only its parts are set."""
        parts = (self.attributes.get("given_name", ""), self.attributes.get("family_name", ""))
        return self.attributes.get("name", "") or " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class UserQuery:
    """One search: an attribute out of SEARCHABLE, a value, and whether its beginning is enough."""

    attribute: str
    value: str
    is_prefix: bool = True

    @property
    def filter(self) -> str:
        """The Filter of ListUsers; quotes and backslashes in the value are escaped. Raises InvalidInput."""
        if self.attribute not in SEARCHABLE:
            hint = f"Cognito searches by {', '.join(SEARCHABLE[:8])} and status only."
            raise InvalidInput(f"Cognito cannot search by {self.attribute}.", hint)
        value = self.value.replace("\\", "\\\\").replace('"', '\\"')
        text = f'{self.attribute} {"^=" if self.is_prefix else "="} "{value}"'
        if len(text) > _LONGEST_FILTER:
            raise InvalidInput("The search text is too long.", "Cognito takes about 230 characters; the start will do.")
        return text


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user to create. An empty password lets Cognito make one; `invitation` is how it is sent."""

    username: str
    attributes: Mapping[str, str]
    temporary_password: str = field(default="", repr=False)
    invitation: Invitation = "EMAIL"


def list_users(aws: "Aws", pool_id: str, *, page_size: int = 60) -> Pages[User]:
    """Pages of users in Cognito's order (ListUsers, at most 60 a page; not billed, unlike AdminGetUser)."""
    return aws.pages(_USERS, parse_user, aws.idp.list_users, UserPoolId=pool_id, Limit=page_size)


def search_users(aws: "Aws", pool_id: str, query: UserQuery, *, page_size: int = 60) -> Pages[User]:
    """Pages of users whose attribute starts with (or is) a value. Raises InvalidInput for an impossible query."""
    return aws.pages(_USERS, parse_user, aws.idp.list_users, UserPoolId=pool_id, Limit=page_size, Filter=query.filter)


async def find_user(aws: "Aws", pool_id: str, username: str) -> User | None:
    """One user as the list shows them now, or None; ListUsers may lag a second behind a write."""
    query = UserQuery("username", username, is_prefix=False)
    found = await search_users(aws, pool_id, query, page_size=1).next_page()
    return found[0] if found else None


async def create_user(aws: "Aws", pool_id: str, new_user: NewUser) -> User:
    """Create a user in FORCE_CHANGE_PASSWORD (AdminCreateUser). Check the attributes with `check_new_user` first."""
    after = {"username": new_user.username, "invitation": new_user.invitation} | _filled(new_user.attributes)
    request: AdminCreateUserRequestTypeDef = {
        "UserPoolId": pool_id,
        "Username": new_user.username,
        "UserAttributes": _pairs(_filled(new_user.attributes)),
    }
    if new_user.temporary_password:
        request["TemporaryPassword"] = new_user.temporary_password
    if new_user.invitation == "none":
        request["MessageAction"] = "SUPPRESS"
    else:
        request["DesiredDeliveryMediums"] = [new_user.invitation]
    intent = Intent(f"user {new_user.username}", after=after, scope=pool_id)
    answer = await aws.write(intent, aws.idp.admin_create_user, **request)
    return parse_user(answer["User"])


async def resend_invitation(aws: "Aws", pool_id: str, user: User, *, medium: Literal["EMAIL", "SMS"] = "EMAIL") -> None:
    """Send the invitation again with a new temporary password and a new validity period (AdminCreateUser RESEND)."""
    await aws.write(
        _intent(pool_id, user, {"invitation": "sent before"}, {"invitation": f"sent again by {medium}"}),
        aws.idp.admin_create_user,
        UserPoolId=pool_id,
        Username=user.username,
        MessageAction="RESEND",
        DesiredDeliveryMediums=[medium],
    )


async def confirm_user(aws: "Aws", pool_id: str, user: User) -> None:
    """Confirm a sign-up without its code (AdminConfirmSignUp); the address stays unverified."""
    intent = _intent(pool_id, user, {"status": user.status}, {"status": "CONFIRMED"})
    await aws.write(intent, aws.idp.admin_confirm_sign_up, UserPoolId=pool_id, Username=user.username)


async def enable_user(aws: "Aws", pool_id: str, user: User) -> None:
    """Let a disabled user sign in again (AdminEnableUser); ended sessions stay ended."""
    intent = _intent(pool_id, user, {"enabled": _word(user.is_enabled)}, {"enabled": "yes"})
    await aws.write(intent, aws.idp.admin_enable_user, UserPoolId=pool_id, Username=user.username)


async def disable_user(aws: "Aws", pool_id: str, user: User) -> None:
    """Keep a user from signing in, and end their sessions (AdminDisableUser)."""
    intent = _intent(pool_id, user, {"enabled": _word(user.is_enabled)}, {"enabled": "no"})
    await aws.write(intent, aws.idp.admin_disable_user, UserPoolId=pool_id, Username=user.username)


async def reset_password(aws: "Aws", pool_id: str, user: User) -> None:
    """Void the password and send a code to choose a new one (AdminResetUserPassword)."""
    intent = _intent(pool_id, user, {"status": user.status}, {"status": "RESET_REQUIRED"})
    await aws.write(intent, aws.idp.admin_reset_user_password, UserPoolId=pool_id, Username=user.username)


async def set_password(aws: "Aws", pool_id: str, user: User, password: str, *, is_permanent: bool) -> None:
    """Set a password (AdminSetUserPassword): permanent, or temporary and to be changed at the next sign-in."""
    after = {"status": "CONFIRMED" if is_permanent else "FORCE_CHANGE_PASSWORD", "password": "a new one"}
    await aws.write(
        _intent(pool_id, user, {"status": user.status, "password": "the old one"}, after),
        aws.idp.admin_set_user_password,
        UserPoolId=pool_id,
        Username=user.username,
        Password=password,
        Permanent=is_permanent,
    )


async def sign_out_user(aws: "Aws", pool_id: str, user: User) -> None:
    """Revoke all refresh and access tokens (AdminUserGlobalSignOut).

    The hosted UI's cookie and services that only check signatures are not reached.
    """
    intent = _intent(pool_id, user, {"sessions": "as they were"}, {"sessions": "signed out everywhere"})
    await aws.write(intent, aws.idp.admin_user_global_sign_out, UserPoolId=pool_id, Username=user.username)


async def delete_user(aws: "Aws", pool_id: str, user: User) -> None:
    """Delete a user for good (AdminDeleteUser). The username can be used again, the sub never is."""
    before = {"username": user.username, "status": user.status} | user.attributes
    intent = _intent(pool_id, user, before, {})
    await aws.write(intent, aws.idp.admin_delete_user, UserPoolId=pool_id, Username=user.username)


async def update_attributes(
    aws: "Aws", pool_id: str, user: User, wanted: Mapping[str, str], *, kept: Collection[str] = ()
) -> dict[str, str]:
    """Send what differs between the user's attributes and `wanted` (AdminUpdateUserAttributes); "" deletes one.

    Returns what was sent; {} when nothing differs. A changed e-mail becomes unverified unless email_verified is
    sent in the same call: `kept` names what is sent though it does not differ. Check with `check_changes` first.
    """
    changes = changed_attributes(user.attributes, wanted)
    if not changes:
        return {}
    changes |= {name: wanted.get(name, "") for name in kept}
    after = changes | {flag: "false" for name, flag in _FLAGS.items() if name in changes and flag not in changes}
    before = {name: user.attributes.get(name, "false" if name in _FLAGS.values() else "") for name in after}
    await aws.write(
        _intent(pool_id, user, before, after),
        aws.idp.admin_update_user_attributes,
        UserPoolId=pool_id,
        Username=user.username,
        UserAttributes=_pairs(changes),
    )
    return changes


def parse_user(row: Any) -> User:
    """The record for a UserType."""
    # AdminGetUser names the same list UserAttributes.
    pairs = row.get("Attributes") or row.get("UserAttributes") or ()
    attributes = {pair["Name"]: pair.get("Value", "") for pair in pairs}
    return User(
        username=row["Username"],
        sub=attributes.get("sub", ""),
        status=row.get("UserStatus", "UNKNOWN"),
        is_enabled=row.get("Enabled", True),
        created_at=row.get("UserCreateDate"),
        modified_at=row.get("UserLastModifiedDate"),
        attributes=attributes,
    )


def _intent(pool_id: str, user: User, before: Mapping[str, str], after: Mapping[str, str]) -> Intent:
    return Intent(f"user {user.username}", before, after, scope=pool_id, target_id=user.sub)


def _pairs(attributes: Mapping[str, str]) -> "list[AttributeTypeTypeDef]":
    return [{"Name": name, "Value": value} for name, value in attributes.items()]


def _filled(attributes: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in attributes.items() if value}


def _word(is_so: bool) -> str:
    return "yes" if is_so else "no"
