"""What a profile's mode lets through: read-only reads, support helps one user at a time, admin does everything.

What an operation does stands in `operations.py`; what support may do is the list below, and of some only with
parameters that hand nobody more than they had.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cognito_explorer.core.aws.operations import Effect, effect_of
from cognito_explorer.core.profiles import Mode

# Where a pool's aliases are not known, each of these may be what somebody signs in with.
POSSIBLE_ALIASES = frozenset({"email", "phone_number", "preferred_username"})

_SUPPORT = """
    AdminConfirmSignUp AdminDeleteSoftwareToken AdminDisableUser AdminEnableUser AdminResetUserPassword
    AdminRevokeUserSession AdminSetUserMFAPreference AdminSetUserSettings AdminUserGlobalSignOut GlobalSignOut
    ResendConfirmationCode RevokeToken RevokeUserSession
"""


@dataclass(frozen=True, slots=True)
class PoolFacts:
    """What is known of a user pool: `aliases` are what users sign in with or get codes for a new password at.

    They are None until somebody has described the pool; groups that no list has shown are in neither set.
    """

    aliases: frozenset[str] | None = None
    groups_without_role: frozenset[str] = frozenset()
    groups_with_role: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a mode lets a call through: `reason` says why not, `needs` which mode would.

    `must_ask`: it signs somebody in, which under read-only is asked about once.
    """

    is_allowed: bool
    reason: str = ""
    needs: Mode | None = None
    must_ask: bool = False


# A group may have got a role since somebody listed it.
MEMBERSHIPS = frozenset({"AdminAddUserToGroup", "AdminRemoveUserFromGroup"})
_SUPPORT_MAY = frozenset(_SUPPORT.split())
_ALLOWED = Verdict(is_allowed=True)
UNKNOWN = PoolFacts()


def may(mode: Mode, service: str, title: str, parameters: Mapping[str, Any], facts: PoolFacts = UNKNOWN) -> Verdict:
    """Whether a mode lets an operation through. `title` is AWS's name; what is not listed counts as admin write."""
    effect = effect_of(service, title)
    if effect is Effect.READ or mode == "admin":
        return _ALLOWED
    if effect is Effect.SIGN_IN:
        return Verdict(is_allowed=True, must_ask=mode == "read-only")
    trouble = _no_support(service, title, parameters, facts)
    if trouble:
        return Verdict(is_allowed=False, reason=trouble, needs="admin")
    if mode == "support":
        return _ALLOWED
    return Verdict(is_allowed=False, reason="This profile is read-only.", needs="support")


def _no_support(service: str, title: str, parameters: Mapping[str, Any], facts: PoolFacts) -> str:
    """Why support may not do this, or ""."""
    if service == "cognito-idp" and title in _SUPPORT_MAY:
        return ""
    look = _LOOKED_AT.get(title) if service == "cognito-idp" else None
    return look(parameters, facts) if look else f"{title} is an administrator's work."


def _no_creation(parameters: Mapping[str, Any], _facts: PoolFacts) -> str:
    if parameters.get("MessageAction") != "RESEND":
        return "Support sends an invitation again, but creates no users."
    # Whoever chooses the password can sign in with it.
    return "Support chooses no temporary passwords." if parameters.get("TemporaryPassword") else ""


def _no_attributes(parameters: Mapping[str, Any], facts: PoolFacts) -> str:
    pairs = parameters.get("UserAttributes") or ()
    names = {str(pair["Name"]) for pair in pairs} | {str(name) for name in parameters.get("UserAttributeNames") or ()}
    aliases = POSSIBLE_ALIASES if facts.aliases is None else facts.aliases
    # Whoever marks an address as verified makes it an alias that works.
    taken = sorted(name for name in names if name.removesuffix("_verified") in aliases)
    if not taken:
        return ""
    unknown = " as long as the pool's settings are not known" if facts.aliases is None else ""
    return f"Users sign in or recover with {', '.join(taken)}{unknown or ' here'}: support does not change it."


def _no_membership(parameters: Mapping[str, Any], facts: PoolFacts) -> str:
    group = str(parameters.get("GroupName", ""))
    if group in facts.groups_with_role:
        return f"The group {group} carries a role, and with it permissions in AWS."
    known = group in facts.groups_without_role
    return "" if known else f"It is not known whether the group {group} carries a role: list the pool's groups first."


_LOOKED_AT: dict[str, Callable[[Mapping[str, Any], PoolFacts], str]] = {
    "AdminCreateUser": _no_creation,
    "AdminUpdateUserAttributes": _no_attributes,
    "AdminDeleteUserAttributes": _no_attributes,
    "AdminAddUserToGroup": _no_membership,
    "AdminRemoveUserFromGroup": _no_membership,
}
