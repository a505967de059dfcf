"""Which provider a visitor goes to: facts of hosted-ui.md section 3 and user-pools-config.md section 11."""

from collections.abc import Iterator

import pytest

from tests.sandbox.federation.travel import Harbour, make_harbour, told, travel
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture(scope="module")
def harbour(sandbox: RunningSandbox) -> Iterator[Harbour]:
    made = make_harbour(sandbox, "doors", providers=("COGNITO", "Moonbook", "MoonlightCorp"))
    made.pool.idp.create_identity_provider(
        UserPoolId=made.pool.pool_id,
        ProviderName="Google",
        ProviderType="Google",
        ProviderDetails={
            "client_id": "1234.apps.googleusercontent.com",
            "client_secret": "s",
            "authorize_scopes": "email profile openid",
        },
        AttributeMapping={"email": "email"},
    )
    made.allow(SupportedIdentityProviders=["COGNITO", "Moonbook", "MoonlightCorp", "Google"])
    yield made
    made.drop()


def test_the_sign_in_page_offers_every_provider_of_the_client(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        page = browser.go("oauth2/authorize", **harbour.request().query)
    assert 'id="password"' in page.text
    for name in ("Moonbook", "MoonlightCorp", "Google"):
        assert f"identity_provider={name}" in page.text


def test_identity_provider_skips_the_choice(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        for name, path in (
            ("Moonbook", "/_providers/moonbook/authorize"),
            ("MoonlightCorp", "/_providers/moonlight/sso"),
        ):
            page = browser.go("oauth2/authorize", **harbour.request(identity_provider=name).query)
            assert page.url.path == path
        own = browser.go("oauth2/authorize", **harbour.request(identity_provider="COGNITO").query)
        assert 'id="password"' in own.text
        assert "identity_provider=Moonbook" not in own.text


def test_a_login_hint_goes_on_to_an_openid_provider_alone(harbour: Harbour) -> None:
    hint = {"login_hint": "luna@moonbook.example"}
    with harbour.browser() as browser:
        page = browser.go("oauth2/authorize", **harbour.request(identity_provider="Moonbook", **hint).query)
        assert page.url.params["login_hint"] == "luna@moonbook.example"
        page = browser.go("oauth2/authorize", **harbour.request(identity_provider="MoonlightCorp", **hint).query)
        assert "login_hint" not in page.url.params


def test_an_identifier_leads_to_its_provider_by_itself_or_by_a_mail_address(harbour: Harbour) -> None:
    harbour.update_provider("MoonlightCorp", IdpIdentifiers=["moonlight-corp.example", "corp"])
    with harbour.browser() as browser:
        for identifier in ("corp", "selma.frost@moonlight-corp.example"):
            page = browser.go("oauth2/authorize", **harbour.request(idp_identifier=identifier).query)
            assert page.url.path == "/_providers/moonlight/sso"
        login = browser.go("login", **harbour.request().query)
        assert "identity_provider=MoonlightCorp" not in login.text
        assert 'name="idp_identifier"' in login.text
    harbour.update_provider("MoonlightCorp", IdpIdentifiers=[])


def test_a_public_provider_is_played_by_the_sandbox(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        attempt = harbour.request(identity_provider="Google")
        page = browser.go("oauth2/authorize", **attempt.query)
        assert page.url.path == "/_providers/google/authorize"
        assert "played by the sandbox" in page.text
        assert page.url.params["client_id"] == "1234.apps.googleusercontent.com"
        assert "code" in told(browser.submit(page, person="luna"))
    user = harbour.user("Google_104771900016512340001")
    assert user["status"] == "EXTERNAL_PROVIDER"
    assert '"providerType":"Google"' in user["identities"]


def test_a_session_through_one_provider_is_none_through_another(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        told(travel(harbour, browser, "luna", identity_provider="Moonbook")[1])
        assert "code" in told(browser.go("oauth2/authorize", **harbour.request().query))
        page = browser.go("oauth2/authorize", **harbour.request(identity_provider="MoonlightCorp").query)
        assert page.url.path == "/_providers/moonlight/sso"


def test_a_client_without_cognito_takes_no_passwords(harbour: Harbour) -> None:
    client = harbour.pool.add_client(
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        SupportedIdentityProviders=["Moonbook", "MoonlightCorp"],
        CallbackURLs=["http://localhost:8400/callback"],
    )
    with harbour.browser() as browser:
        page = browser.go("login", **harbour.request(client_id=client["ClientId"], scope="openid").query)
        assert 'id="password"' not in page.text
        assert "identity_provider=Moonbook" in page.text
        for path in ("signup", "confirm", "forgotPassword", "confirmforgotPassword"):
            away = browser.go(path, **harbour.request(client_id=client["ClientId"], scope="openid").query)
            assert away.url.path.endswith("/login")


def test_a_deleted_provider_s_people_cannot_come_in_any_more(harbour: Harbour) -> None:
    with harbour.browser() as browser:
        page = browser.go("oauth2/authorize", **harbour.request(identity_provider="Google").query)
        harbour.pool.idp.delete_identity_provider(UserPoolId=harbour.pool.pool_id, ProviderName="Google")
        answer = told(browser.submit(page, person="ada"))
    assert answer["error"] == "unauthorized_client"
