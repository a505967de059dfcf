"""Predicted tokens, held against those the sandbox issues."""

from dataclasses import replace
from typing import Any

import pytest

from cognito_explorer.core.auth.tokens import decode
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.insight.pool_facts import PreTokenTrigger
from cognito_explorer.core.insight.token_preview import DRAWN, PreviewRequest, group_claims, preview, why_hidden
from cognito_explorer.core.user_pools.app_clients import describe_app_client, parse_app_client
from cognito_explorer.core.user_pools.groups import Group, list_groups_for_user
from cognito_explorer.core.user_pools.users import User, find_user
from tests.sandbox.hosted_ui.browser import MACHINE, WEB, Browser, sign_in
from tests.sandbox_fixture import RunningSandbox

CLIENT = parse_app_client(
    {
        "ClientId": "web",
        "UserPoolId": "us-east-1_abc",
        "AllowedOAuthScopes": ["openid", "email"],
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthFlowsUserPoolClient": True,
        "CallbackURLs": ["https://app.example/"],
    }
)
ADA = User("ada", "s", "CONFIRMED", True, None, None, {"sub": "s", "email": "a@b.example", "name": "Ada"})
TRIGGER = PreTokenTrigger("arn:aws:lambda:us-east-1:123456789012:function:answers", "V2_0")


def group(name: str, role: str, precedence: int | None) -> Group:
    return Group(name, "", role, precedence, None, None)


def without_drawn(token: str) -> dict[str, Any]:
    return {name: value for name, value in decode(token).claims.items() if name not in DRAWN}


@pytest.mark.parametrize("username", ["ada", "grace", "linus"])
async def test_what_is_predicted_for_a_sign_in_is_what_is_issued(
    aws: Aws, demo_sandbox: RunningSandbox, pool_id: str, username: str
) -> None:
    issued = demo_sandbox.public_client("cognito-idp").initiate_auth(
        ClientId=WEB,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": "Moonletter-2026"},
    )["AuthenticationResult"]
    client, user = await describe_app_client(aws, pool_id, WEB), await find_user(aws, pool_id, username)
    groups = await list_groups_for_user(aws, pool_id, username)
    predicted = preview(PreviewRequest(client, user, groups))
    assert predicted.identity == without_drawn(issued["IdToken"])
    assert predicted.access == without_drawn(issued["AccessToken"])
    assert all("lists no ReadAttributes" in note for note in predicted.notes)


@pytest.mark.parametrize(
    ("scope", "resource"),
    [
        ("openid email", ""),
        ("openid", "https://articles.moonletter.example"),
        ("", ""),
        ("email aws.cognito.signin.user.admin", ""),
        ("openid profile", "http://localhost:9000/api"),
    ],
)
async def test_what_is_predicted_for_a_hosted_sign_in_is_what_is_issued(
    aws: Aws, demo_sandbox: RunningSandbox, pool_id: str, scope: str, resource: str
) -> None:
    asked = {"scope": scope} | ({"resource": resource} if resource else {})
    issued = sign_in(demo_sandbox, "grace", **asked)
    client, user = await describe_app_client(aws, pool_id, WEB), await find_user(aws, pool_id, "grace")
    groups = await list_groups_for_user(aws, pool_id, "grace")
    predicted = preview(PreviewRequest(client, user, groups, tuple(scope.split()), resource=resource))
    assert predicted.access == without_drawn(issued["access_token"])
    assert predicted.identity == (without_drawn(issued["id_token"]) if "id_token" in issued else {})
    assert bool(predicted.identity) is ("openid" in scope or not scope)


@pytest.mark.parametrize(("chosen", "resource"), [(1, ""), (0, ""), (1, "https://articles.moonletter.example")])
async def test_what_is_predicted_for_a_machine_is_what_is_issued(
    aws: Aws, demo_sandbox: RunningSandbox, pool_id: str, chosen: int, resource: str
) -> None:
    client = await describe_app_client(aws, pool_id, MACHINE)
    scopes = client.scopes[:chosen]
    form = {"client_id": MACHINE, "client_secret": client.secret, "scope": " ".join(scopes)}
    with Browser(demo_sandbox) as browser:
        issued = browser.token(grant_type="client_credentials", **form, resource=resource).json()
    predicted = preview(PreviewRequest(client, scopes=scopes, resource=resource))
    assert predicted.access == without_drawn(issued["access_token"])
    assert (predicted.identity, predicted.notes) == ({}, ())


def test_a_sign_in_through_the_api_is_bound_to_no_resource() -> None:
    assert "aud" not in preview(PreviewRequest(CLIENT, ADA, resource="https://api.example")).access


def test_scopes_choose_the_attributes_of_a_hosted_sign_in() -> None:
    predicted = preview(PreviewRequest(CLIENT, ADA, scopes=("openid", "email")))
    assert "email" in predicted.identity
    assert "name" not in predicted.identity
    assert (predicted.access["scope"], predicted.access["version"]) == ("openid email", 2)
    assert predicted.notes == ("name stays out. The sign-in did not ask for the scope profile.",)


def test_openid_alone_lets_every_readable_attribute_in() -> None:
    predicted = preview(PreviewRequest(CLIENT, ADA, scopes=("openid",)))
    assert {"email", "name"} <= set(predicted.identity)


def test_without_openid_there_is_no_id_token() -> None:
    predicted = preview(PreviewRequest(CLIENT, ADA, scopes=("email",)))
    assert predicted.identity == {}
    assert "Without the scope openid no ID token is issued." in predicted.notes


def test_a_machines_token_has_no_user() -> None:
    client = replace(CLIENT, scopes=("openid", "api/read"), oauth_flows=("client_credentials",))
    predicted = preview(PreviewRequest(client))
    assert predicted.identity == {}
    assert predicted.access["sub"] == predicted.access["client_id"] == "web"
    assert predicted.access["scope"] == "api/read"
    assert predicted.notes == ()


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (PreviewRequest(CLIENT, replace(ADA, is_enabled=False)), "disabled"),
        (PreviewRequest(CLIENT, replace(ADA, status="RESET_REQUIRED")), "RESET_REQUIRED"),
        (PreviewRequest(CLIENT, ADA, scopes=("openid", "phone")), "does not allow phone"),
        (PreviewRequest(CLIENT, ADA, scopes=("phone",)), "Without the scope openid no ID token"),
        (PreviewRequest(replace(CLIENT, read_attributes=("name",)), ADA, scopes=("email",)), "invalid_grant"),
        (PreviewRequest(replace(CLIENT, callback_urls=()), ADA, scopes=("openid",)), "cannot sign people in"),
        (PreviewRequest(CLIENT, trigger=TRIGGER), "gets events V2_0: about people alone"),
        (PreviewRequest(CLIENT), "unauthorized_client"),
        (PreviewRequest(CLIENT), "no scope that the machine could have"),
        (PreviewRequest(CLIENT, scopes=("openid",)), "does not allow openid"),
        (PreviewRequest(CLIENT, ADA, scopes=("openid",), resource="api"), "no absolute address"),
        (PreviewRequest(CLIENT, replace(ADA, attributes={"custom:plan": "paid"})), "custom:plan: the client lists no"),
    ],
)
def test_what_a_prediction_cannot_promise_is_noted(request_: PreviewRequest, words: str) -> None:
    assert any(words in note for note in preview(request_).notes)


@pytest.mark.parametrize(
    ("attribute", "read", "scopes", "words"),
    [
        ("sub", ("email",), ("email",), ""),
        ("email", (), None, ""),
        ("email", ("name",), None, "may not read email"),
        ("email_verified", (), ("email",), ""),
        ("custom:plan", (), ("email",), "scope profile"),
        ("dev:secret", (), None, "never in tokens"),
    ],
)
def test_an_attribute_is_kept_out_by_permission_or_scope(
    attribute: str, read: tuple[str, ...], scopes: tuple[str, ...] | None, words: str
) -> None:
    reason = why_hidden(replace(CLIENT, read_attributes=read), attribute, scopes)
    assert words in reason if words else reason == ""


def test_a_tie_of_different_roles_prefers_none() -> None:
    tied = group_claims((group("a", "A", 1), group("b", "B", 1)))
    assert tied == {"cognito:groups": ["a", "b"], "cognito:roles": ["A", "B"]}
    assert group_claims((group("a", "A", 1), group("b", "B", 2)))["cognito:preferred_role"] == "A"
    assert group_claims((group("a", "", 1),)) == {"cognito:groups": ["a"]}


def test_linked_identities_are_written_as_tokens_have_them() -> None:
    linked = replace(ADA, attributes={"identities": '[{"primary":true,"dateCreated":17,"userId":"1"}]'})
    predicted = preview(PreviewRequest(CLIENT, linked))
    assert predicted.identity["identities"] == [{"primary": "true", "dateCreated": "17", "userId": "1"}]


def test_a_damaged_link_is_shown_as_it_stands() -> None:
    linked = replace(ADA, attributes={"identities": "[{"})
    assert preview(PreviewRequest(CLIENT, linked)).identity["identities"] == "[{"
