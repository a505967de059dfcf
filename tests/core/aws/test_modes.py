"""What each mode lets through: a table of operations, and parameters that decide."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_explorer.core.aws.modes import PoolFacts, may
from cognito_explorer.core.aws.operations import LISTED, Effect, effect_of
from cognito_explorer.core.profiles import Mode

KNOWN = PoolFacts(frozenset({"email"}), frozenset({"readers"}), frozenset({"editors"}))


def attributes(*names: str) -> dict[str, Any]:
    return {"UserAttributes": [{"Name": name, "Value": "x"} for name in names]}


@pytest.mark.parametrize(("service", "title"), sorted(LISTED))
def test_a_mode_lets_through_what_the_one_below_it_does(service: str, title: str) -> None:
    verdicts = [may(mode, service, title, {}).is_allowed for mode in get_args(Mode)]
    assert verdicts == sorted(verdicts)
    assert verdicts[-1], "admin does everything"
    assert verdicts[0] == (effect_of(service, title) in (Effect.READ, Effect.SIGN_IN))


@given(st.text(max_size=20), st.text(max_size=30))
def test_what_is_not_listed_needs_admin(service: str, title: str) -> None:
    if (service, title) not in LISTED:
        assert may("support", service, title, {}).needs == "admin"


@pytest.mark.parametrize(
    "title",
    [
        "AdminResetUserPassword",
        "AdminConfirmSignUp",
        "AdminEnableUser",
        "AdminDisableUser",
        "AdminUserGlobalSignOut",
        "AdminSetUserMFAPreference",
        "ResendConfirmationCode",
        "RevokeToken",
    ],
)
def test_support_helps_a_user(title: str) -> None:
    assert may("support", "cognito-idp", title, {}).is_allowed
    assert may("read-only", "cognito-idp", title, {}).needs == "support"


@pytest.mark.parametrize(
    "title", ["AdminSetUserPassword", "AdminDeleteUser", "SignUp", "UpdateUserPool", "CreateGroup"]
)
def test_support_does_no_administrators_work(title: str) -> None:
    verdict = may("support", "cognito-idp", title, {})
    assert (verdict.is_allowed, verdict.needs) == (False, "admin")
    assert verdict.reason


@pytest.mark.parametrize(
    ("parameters", "is_allowed"),
    [
        ({"MessageAction": "RESEND"}, True),
        ({"MessageAction": "RESEND", "TemporaryPassword": "Chosen-1"}, False),
        ({"MessageAction": "SUPPRESS"}, False),
        ({}, False),
    ],
)
def test_support_resends_an_invitation_but_creates_nobody(parameters: dict[str, Any], is_allowed: bool) -> None:
    assert may("support", "cognito-idp", "AdminCreateUser", parameters).is_allowed is is_allowed


@pytest.mark.parametrize(
    ("names", "facts", "is_allowed"),
    [
        (("name", "custom:plan"), KNOWN, True),
        (("phone_number",), KNOWN, True),
        (("email",), KNOWN, False),
        (("email_verified",), KNOWN, False),
        (("name", "email"), KNOWN, False),
        (("phone_number",), PoolFacts(), False),
        (("preferred_username",), PoolFacts(), False),
        (("name",), PoolFacts(), True),
    ],
)
def test_support_changes_no_alias(names: tuple[str, ...], facts: PoolFacts, is_allowed: bool) -> None:
    for title in ("AdminUpdateUserAttributes", "AdminDeleteUserAttributes"):
        key = attributes(*names) if title == "AdminUpdateUserAttributes" else {"UserAttributeNames": [*names]}
        assert may("support", "cognito-idp", title, key, facts).is_allowed is is_allowed


@pytest.mark.parametrize(("group", "is_allowed"), [("readers", True), ("editors", False), ("never seen", False)])
def test_support_touches_only_groups_without_a_role(group: str, is_allowed: bool) -> None:
    for title in ("AdminAddUserToGroup", "AdminRemoveUserFromGroup"):
        verdict = may("support", "cognito-idp", title, {"GroupName": group}, KNOWN)
        assert verdict.is_allowed is is_allowed
        assert is_allowed or group in verdict.reason


def test_only_read_only_asks_before_a_sign_in() -> None:
    asks = {mode: may(mode, "cognito-idp", "InitiateAuth", {}).must_ask for mode in get_args(Mode)}
    assert asks == {"read-only": True, "support": False, "admin": False}
