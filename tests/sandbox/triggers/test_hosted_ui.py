"""Triggers of people who come through the pages."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.sandbox.hosted_ui.browser import Browser, alert_of
from tests.sandbox.pools import PASSWORD
from tests.sandbox.triggers.scene import Scene, make_scene
from tests.sandbox.triggers.test_tokens import claims
from tests.sandbox_fixture import RunningSandbox

CALLBACK = "http://localhost:8400/callback"


def make(sandbox: RunningSandbox, name: str, triggers: list[str], body: str) -> Scene:
    client: dict[str, Any] = {
        "AllowedOAuthFlows": ["code", "implicit"],
        "AllowedOAuthScopes": ["openid", "email"],
        "AllowedOAuthFlowsUserPoolClient": True,
        "CallbackURLs": [CALLBACK],
        "SupportedIdentityProviders": ["COGNITO"],
    }
    scene = make_scene(sandbox, name, triggers, body, client=client)
    scene.pool.idp.create_user_pool_domain(UserPoolId=scene.pool.pool_id, Domain=name)
    scene.pool.add_user("ada", email="ada@moon.example")
    return scene


def enter(browser: Browser, scene: Scene, response_type: str = "code") -> Any:
    page = browser.go(
        "oauth2/authorize",
        client_id=scene.pool.client_id,
        redirect_uri=CALLBACK,
        response_type=response_type,
        scope="openid email",
    )
    return browser.submit(page, username="ada", password=PASSWORD)


def test_a_refusal_is_shown_on_the_page(sandbox: RunningSandbox) -> None:
    scene = make(sandbox, "page-refused", ["PreAuthentication"], "raise Exception('come back at night')")
    with Browser(sandbox, "page-refused") as browser:
        assert "come back at night" in alert_of(enter(browser, scene))


def test_tokens_for_a_code_are_made_with_the_trigger_and_the_code_is_spent_once(sandbox: RunningSandbox) -> None:
    triggers = ["PreAuthentication", "PostAuthentication", "PreTokenGeneration"]
    body = """
if event["triggerSource"] == "TokenGeneration_HostedAuth":
    event["response"]["claimsOverrideDetails"] = {"claimsToAddOrOverride": {"moon": "full"}}
""".strip()
    scene = make(sandbox, "page-tokens", triggers, body)
    with Browser(sandbox, "page-tokens") as browser:
        back = enter(browser, scene).headers["location"]
        form = {
            "grant_type": "authorization_code",
            "code": parse_qs(urlsplit(back).query)["code"][0],
            "client_id": scene.pool.client_id,
            "redirect_uri": CALLBACK,
        }
        tokens = browser.token(**form).json()
        assert browser.token(**form).json()["error"] == "invalid_grant"
    assert claims(tokens["id_token"])["moon"] == "full"
    assert scene.sources() == [
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
        "TokenGeneration_HostedAuth",
    ]


def test_the_implicit_flow_asks_each_trigger_once(sandbox: RunningSandbox) -> None:
    triggers = ["PreAuthentication", "PostAuthentication", "PreTokenGeneration"]
    scene = make(sandbox, "page-implicit", triggers, "pass")
    with Browser(sandbox, "page-implicit") as browser:
        back = enter(browser, scene, "token").headers["location"]
    assert "access_token" in urlsplit(back).fragment
    assert [source.partition("_")[0] for source in scene.sources()] == [
        "PreAuthentication",
        "PostAuthentication",
        "TokenGeneration",
    ]


def test_a_trigger_that_refuses_tokens_is_told_to_the_application(sandbox: RunningSandbox) -> None:
    scene = make(sandbox, "page-no-tokens", ["PreTokenGeneration"], "raise Exception('no tokens')")
    with Browser(sandbox, "page-no-tokens") as browser:
        back = enter(browser, scene).headers["location"]
        refused = browser.token(
            grant_type="authorization_code",
            code=parse_qs(urlsplit(back).query)["code"][0],
            client_id=scene.pool.client_id,
            redirect_uri=CALLBACK,
        )
    assert refused.status_code == 400
    assert refused.json() == {
        "error": "invalid_request",
        "error_description": "PreTokenGeneration failed with error no tokens",
    }


def test_registration_on_the_page_asks_the_triggers(sandbox: RunningSandbox) -> None:
    body = "event['response'].update(autoConfirmUser=True)"
    scene = make(sandbox, "page-signup", ["PreSignUp", "PostConfirmation"], body)
    with Browser(sandbox, "page-signup") as browser:
        query = {"client_id": scene.pool.client_id, "redirect_uri": CALLBACK, "response_type": "code"}
        page = browser.go("signup", **query)
        then = browser.submit(page, username="eve", password=PASSWORD, password_again=PASSWORD)
    assert "Your account is confirmed." in then.text
    assert scene.pool.status("eve") == "CONFIRMED"
    assert scene.sources()[-2:] == ["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"]


def test_a_trigger_that_refuses_tokens_in_the_implicit_flow_is_told_to_the_application(sandbox: RunningSandbox) -> None:
    scene = make(sandbox, "page-refused-tokens", ["PreTokenGeneration"], "raise Exception('no moon')")
    with Browser(sandbox, "page-refused-tokens") as browser:
        back = enter(browser, scene, "token")
        assert parse_qs(urlsplit(back.headers["location"]).fragment) == {
            "error": ["invalid_request"],
            "error_description": ["PreTokenGeneration failed with error no moon"],
        }
        assert "cognito" not in browser.http.cookies
