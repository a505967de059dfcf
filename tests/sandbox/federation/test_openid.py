"""Signing in through an OpenID provider: facts of user-pools-config.md section 11 and hosted-ui.md sections 2 and 3."""

import json
from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from tests.sandbox.federation.travel import (
    LUNA,
    MOONBOOK_PEOPLE,
    Harbour,
    finish,
    make_harbour,
    moonbook_details,
    told,
    travel,
)
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture
def harbour(sandbox: RunningSandbox, request: pytest.FixtureRequest) -> Iterator[Harbour]:
    settings: dict[str, Any] = getattr(request, "param", {})
    made = make_harbour(sandbox, "harbour", **settings)
    yield made
    made.drop()


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def test_the_only_provider_of_a_client_is_gone_to_without_asking(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        page = browser.go("oauth2/authorize", **harbour.request().query)
    assert page.url.path == "/_providers/moonbook/authorize"
    assert page.url.params["redirect_uri"].endswith("/_hosted/harbour/oauth2/idpresponse")
    assert page.url.params["scope"] == "openid email profile"
    assert page.url.params["nonce"]
    assert "Luna Brandt" in page.text


def test_a_new_face_becomes_an_external_provider_user_with_mapped_attributes(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        attempt, end = travel(harbour, browser, "luna")
        answer = told(end)
        assert answer["state"] == attempt.query["state"]
        tokens = attempt.exchange(browser, answer["code"]).json()
    identity = claims_of(tokens["id_token"])
    assert identity["cognito:username"] == LUNA
    assert identity["email"] == "luna@moonbook.example"
    assert identity["email_verified"] is True
    assert identity["nonce"] == attempt.query["nonce"]
    (linked,) = identity["identities"]
    assert linked["userId"] == MOONBOOK_PEOPLE["luna"]
    assert (linked["providerName"], linked["providerType"], linked["primary"]) == ("Moonbook", "OIDC", "true")
    user = harbour.user(LUNA)
    assert (user["status"], user["name"]) == ("EXTERNAL_PROVIDER", "Luna Brandt")
    assert json.loads(user["identities"])[0]["userId"] == MOONBOOK_PEOPLE["luna"]


def test_each_sign_in_updates_what_is_mapped(harbour: Harbour) -> None:
    """user-pools-config.md 11: AttributeMapping, pool attribute to claim, at every sign-in."""
    with harbour.browser() as browser:
        travel(harbour, browser, "luna")
    changed = [{"Name": "name", "Value": "Somebody Else"}, {"Name": "nickname", "Value": "Lu"}]
    harbour.pool.idp.admin_update_user_attributes(
        UserPoolId=harbour.pool.pool_id, Username=LUNA, UserAttributes=changed
    )
    with harbour.browser() as browser:
        told(travel(harbour, browser, "luna")[1])
    user = harbour.user(LUNA)
    assert (user["name"], user["nickname"]) == ("Luna Brandt", "Lu")


def test_an_address_the_provider_does_not_vouch_for_is_unverified(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        told(travel(harbour, browser, "mina")[1])
    assert harbour.user(f"Moonbook_{MOONBOOK_PEOPLE['mina']}")["email_verified"] == "false"


def test_a_linked_identity_signs_in_as_the_local_user(harbour: Harbour) -> None:
    """user-pools-config.md 11: linking before the first federated sign-in, and the local profile answers."""
    harbour.pool.add_user("ada", email="ada@moonletter.example", email_verified="true")
    harbour.pool.idp.admin_link_provider_for_user(
        UserPoolId=harbour.pool.pool_id,
        DestinationUser={"ProviderName": "Cognito", "ProviderAttributeValue": "ada"},
        SourceUser={
            "ProviderName": "Moonbook",
            "ProviderAttributeName": "Cognito_Subject",
            "ProviderAttributeValue": MOONBOOK_PEOPLE["ada"],
        },
    )
    with harbour.browser() as browser:
        attempt, end = travel(harbour, browser, "ada")
        identity = claims_of(attempt.exchange(browser, told(end)["code"]).json()["id_token"])
    assert identity["cognito:username"] == "ada"
    assert identity["identities"][0]["primary"] == "false"
    assert harbour.user("ada")["status"] == "CONFIRMED"
    assert harbour.user("ada")["name"] == "Ada Lovelace"


def test_who_declines_at_the_provider_comes_back_with_access_denied(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        answer = told(travel(harbour, browser, "")[1])
    assert answer["error"] == "access_denied"
    assert "code" not in answer


def test_a_disabled_user_does_not_come_in(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        travel(harbour, browser, "luna")
    harbour.pool.idp.admin_disable_user(UserPoolId=harbour.pool.pool_id, Username=LUNA)
    with harbour.browser() as browser:
        answer = told(travel(harbour, browser, "luna")[1])
    assert answer["error_description"] == "User is disabled."


REQUIRED = [{"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": True}]
IMMUTABLE = [{"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": False}]


@pytest.mark.parametrize("harbour", [{"Schema": REQUIRED}], indirect=True)
def test_a_required_attribute_the_provider_does_not_tell_keeps_a_new_face_out(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        answer = told(travel(harbour, browser, "orion")[1])
    assert answer["error_description"].startswith("Invalid user attributes: Required attribute")


@pytest.mark.parametrize("harbour", [{"Schema": IMMUTABLE}], indirect=True)
def test_a_mapped_immutable_attribute_lets_people_in_once(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        assert "code" in told(travel(harbour, browser, "luna")[1])
    with harbour.browser() as browser:
        answer = told(travel(harbour, browser, "luna")[1])
    assert answer["error_description"] == "user.email: Attribute cannot be updated."


def test_an_attribute_the_client_may_not_write_keeps_people_out(harbour: Harbour) -> None:
    harbour.allow(WriteAttributes=["name"])
    with harbour.browser() as browser:
        answer = told(travel(harbour, browser, "luna")[1])
    assert "unauthorized attribute" in answer["error_description"]


@pytest.mark.parametrize("harbour", [{"UsernameAttributes": ["email"]}, {"AliasAttributes": ["email"]}], indirect=True)
def test_the_name_is_the_provider_and_subject_however_people_sign_in_otherwise(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        attempt, end = travel(harbour, browser, "luna")
        identity = claims_of(attempt.exchange(browser, told(end)["code"]).json()["id_token"])
    assert identity["cognito:username"] == LUNA


def test_a_wrong_client_secret_is_told_with_the_providers_status(harbour: Harbour) -> None:
    details = moonbook_details(harbour.sandbox, client_secret="wrong")
    harbour.update_provider("Moonbook", ProviderDetails=details)
    with harbour.browser() as browser:
        answer = told(travel(harbour, browser, "luna")[1])
    assert answer["error"] == "server_error"
    assert answer["error_description"] == "Moonbook Error - 401 error getting token"


def test_a_provider_stated_by_its_addresses_needs_no_discovery(harbour: Harbour) -> None:
    """user-pools-config.md 11: authorize_url, token_url, attributes_url, jwks_uri; attributes_request_method POST."""
    base = f"{harbour.sandbox.browser_origin}/_providers/moonbook"
    stated = {"authorize_url": f"{base}/authorize", "token_url": f"{base}/token", "jwks_uri": f"{base}/jwks"}
    details = moonbook_details(harbour.sandbox, attributes_url=f"{base}/userinfo", **stated)
    harbour.update_provider("Moonbook", ProviderDetails=details | {"attributes_request_method": "POST"})
    with harbour.browser() as browser:
        assert "code" in told(travel(harbour, browser, "luna")[1])


def test_the_built_in_provider_is_found_again_on_another_port(harbour: Harbour) -> None:
    issuer = "http://localhost:1/_providers/moonbook"
    harbour.update_provider("Moonbook", ProviderDetails=moonbook_details(harbour.sandbox, oidc_issuer=issuer))
    with harbour.browser() as browser:
        assert "code" in told(travel(harbour, browser, "luna")[1])


def test_an_answer_is_good_once_and_for_the_browser_that_set_out(harbour: Harbour) -> None:
    with harbour.browser() as browser, harbour.browser() as other:
        page = browser.go("oauth2/authorize", **harbour.request().query)
        callback = browser.http.post(
            str(page.url), data={"person": "luna"}, headers={"Origin": browser.origin}
        ).headers["location"]
        stolen = other._follow(other.http.get(callback))
        assert (stolen.status_code, "state_invalid" in stolen.text) == (400, True)
        late = browser._follow(browser.http.get(callback))
        assert (late.status_code, "state_invalid" in late.text) == (400, True)


def test_an_answer_after_five_minutes_is_too_late(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        page = browser.go("oauth2/authorize", **harbour.request().query)
        harbour.sandbox.advance(301)
        end = finish(browser, page, "luna")
    assert "state_invalid" in end.text


def test_the_providers_own_session_outlives_the_sign_out(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        told(travel(harbour, browser, "luna")[1])
        logout = {"client_id": harbour.pool.client_id, "logout_uri": "http://localhost:8400/logout"}
        assert browser.go("logout", **logout).headers["location"] == "http://localhost:8400/logout"
        attempt = harbour.request()
        again = browser.go("oauth2/authorize", **attempt.query)
        assert "code" in told(again)


@pytest.mark.parametrize("harbour", [{"UsernameAttributes": ["email"]}, {"AliasAttributes": ["email"]}], indirect=True)
def test_an_unlinked_identity_is_a_second_profile_beside_the_local_one(harbour: Harbour) -> None:
    """field-notes.md P20 and P21: duplicates, until somebody links them."""
    named = "ada@moonletter.example" if "email" in pool_of(harbour).get("UsernameAttributes", ()) else "ada"
    harbour.pool.add_user(named, email="ada@moonletter.example", email_verified="true")
    for _ in range(2):
        with harbour.browser() as browser:
            assert "code" in told(travel(harbour, browser, "ada")[1])
    users = harbour.pool.idp.list_users(UserPoolId=harbour.pool.pool_id, Filter='email = "ada@moonletter.example"')[
        "Users"
    ]
    assert {user["UserStatus"] for user in users} == {"CONFIRMED", "EXTERNAL_PROVIDER"}
    harbour.allow(ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])
    assert "AuthenticationResult" in harbour.pool.sign_in("ada@moonletter.example")


def pool_of(harbour: Harbour) -> dict[str, Any]:
    pool: dict[str, Any] = harbour.pool.idp.describe_user_pool(UserPoolId=harbour.pool.pool_id)["UserPool"]
    return pool
