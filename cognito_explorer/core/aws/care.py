"""Which writes take something away from somebody: in production the thing's name is typed before they are sent.

What is not listed as harmless takes something away, so that no new write is forgotten.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from cognito_explorer.core.aws.operations import Effect, effect_of

Facts = Mapping[str, str]

# They add, or they set what can be set back; UpdateGroup cannot take away a role. A message that is sent again
# replaces the one before it.
_HARMLESS = """
    AddCustomAttributes AddUserPoolClientSecret AdminAddUserToGroup AdminConfirmSignUp AdminCreateUser AdminEnableUser
    AdminLinkProviderForUser AdminUpdateAuthEventFeedback CompleteWebAuthnRegistration ConfirmDevice ConfirmSignUp
    CreateGroup CreateIdentityPool CreateIdentityProvider CreateManagedLoginBranding CreateResourceServer CreateTerms
    CreateUserImportJob CreateUserPool CreateUserPoolClient CreateUserPoolDomain CreateUserPoolReplica
    GetOpenIdTokenForDeveloperIdentity GetUserAttributeVerificationCode ResendConfirmationCode SignUp
    StartUserImportJob TagResource UpdateAuthEventFeedback UpdateGroup VerifyUserAttribute
"""
HARMLESS = frozenset(_HARMLESS.split())


def takes_away(service: str, title: str, before: Facts, after: Facts) -> bool:
    """Whether a call takes something away. `before` and `after` are what it changes, as the journal has it."""
    if effect_of(service, title) in (Effect.READ, Effect.SIGN_IN):
        return False
    if service.startswith("cognito-"):
        if title in HARMLESS:
            return False
        if title in _LOOKED_AT:
            return _LOOKED_AT[title](before, after)
    return True


def _empties(before: Facts, after: Facts) -> bool:
    """A value that is set to nothing is deleted (AdminUpdateUserAttributes)."""
    return any(before.get(name) and not value for name, value in after.items())


def _weakens(before: Facts, after: Facts) -> bool:
    """Whether settings lose a member, a pool its protection, or everyone the way to sign up."""
    if _empties(before, after) or _setting(after, "DeletionProtection") == "INACTIVE":
        return True
    creation = _setting(after, "AdminCreateUserConfig")
    if isinstance(creation, dict) and creation.get("AllowAdminCreateUserOnly"):
        return True
    return any(_loses(_setting(before, name), _setting(after, name)) for name in after)


def _loses(then: Any, now: Any) -> bool:
    if isinstance(then, dict) and isinstance(now, dict):
        return any(name not in now or _loses(value, now[name]) for name, value in then.items())
    return isinstance(then, list) and isinstance(now, list) and any(each not in now for each in then)


def _setting(facts: Facts, name: str) -> Any:
    text = facts.get(name)
    return json.loads(text) if text else None


_LOOKED_AT: dict[str, Callable[[Facts, Facts], bool]] = {
    "AdminUpdateUserAttributes": _empties,
    "UpdateUserAttributes": _empties,
    "UpdateUserPool": _weakens,
    "UpdateUserPoolClient": _weakens,
}
