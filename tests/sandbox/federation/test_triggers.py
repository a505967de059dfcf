"""Lambda triggers of a federated sign-in: facts of user-pools-config.md section 6."""

from collections.abc import Callable, Iterator

import pytest

from tests.sandbox.federation.travel import LUNA, Harbour, open_harbour, told, travel
from tests.sandbox.triggers.scene import Scene, make_scene
from tests.sandbox_fixture import RunningSandbox

ALL = ["PreSignUp", "PostConfirmation", "PreAuthentication", "PostAuthentication", "PreTokenGeneration"]
Build = Callable[[str, list[str], str], tuple[Harbour, Scene]]


@pytest.fixture
def build(sandbox: RunningSandbox) -> Iterator[Build]:
    made: list[Harbour] = []

    def make(name: str, triggers: list[str], body: str) -> tuple[Harbour, Scene]:
        scene = make_scene(sandbox, name, triggers, body)
        harbour = open_harbour(scene.pool, "triggered")
        made.append(harbour)
        return harbour, scene

    yield make
    for harbour in made:
        harbour.drop()


def test_a_new_face_is_a_sign_up_and_a_known_one_an_authentication(build: Build) -> None:
    harbour, scene = build("federated", ALL, "pass")
    for expected in (
        ["PreSignUp_ExternalProvider", "PostConfirmation_ConfirmSignUp", "TokenGeneration_HostedAuth"],
        ["PreAuthentication_Authentication", "PostAuthentication_Authentication", "TokenGeneration_HostedAuth"],
    ):
        before = len(scene.events())
        with harbour.browser() as browser:
            attempt, end = travel(harbour, browser, "luna")
            assert attempt.exchange(browser, told(end)["code"]).status_code == 200
        assert scene.sources()[before:] == expected
    first = scene.events()[0]
    assert first["userName"] == LUNA
    assert first["request"]["userAttributes"]["email"] == "luna@moonbook.example"


def test_a_trigger_that_refuses_keeps_a_new_face_out(build: Build) -> None:
    harbour, _ = build("federated-no", ["PreSignUp"], "raise Exception('members only')")
    with harbour.browser() as browser:
        answer = told(travel(harbour, browser, "luna")[1])
    assert answer["error_description"] == "PreSignUp failed with error members only"
    assert harbour.pool.idp.list_users(UserPoolId=harbour.pool.pool_id)["Users"] == []


def test_a_trigger_in_the_implicit_flow_does_not_ask_for_the_step_again(build: Build) -> None:
    harbour, scene = build("implicit", ["PreTokenGeneration"], "pass")
    harbour.pool.add_user("ada", email="ada@moonletter.example")
    harbour.allow(AllowedOAuthFlows=["implicit"], SupportedIdentityProviders=["COGNITO"])
    with harbour.browser() as browser:
        request = harbour.request(response_type="token", code_challenge="", code_challenge_method="").query
        asked = {name: value for name, value in request.items() if value}
        page = browser.go("oauth2/authorize", **asked)
        end = browser.submit(page, username="ada", password="Moonletter-2026")
    assert "#access_token=" in end.headers["location"]
    assert scene.sources() == ["TokenGeneration_HostedAuth"]


def test_who_gets_no_tokens_was_never_here(build: Build) -> None:
    lines = "if event['triggerSource'].startswith('Token'):\n    raise Exception('no moon')"
    harbour, scene = build("federated-implicit", ALL, lines)
    harbour.allow(AllowedOAuthFlows=["implicit"])
    with harbour.browser() as browser:
        end = travel(harbour, browser, "luna", response_type="token", code_challenge="", code_challenge_method="")[1]
    assert "error_description=PreTokenGeneration+failed+with+error+no+moon" in end.headers["location"]
    assert scene.sources() == ["PreSignUp_ExternalProvider", "TokenGeneration_HostedAuth"]
    assert harbour.pool.idp.list_users(UserPoolId=harbour.pool.pool_id)["Users"] == []


def test_a_function_has_the_last_word_on_what_a_provider_tells(build: Build) -> None:
    lines = (
        "if 'attributes' in event['request']:",
        "    seen = event['request']['attributes']['userInfo']",
        "    event['response']['userAttributesToMap'] = {'email': seen['email'].upper(), 'name': 'Revised'}",
    )
    harbour, scene = build("inbound", ["PreSignUp"], "\n".join(lines))
    inbound = {"InboundFederation": {"LambdaArn": scene.function_arn, "LambdaVersion": "V1_0"}}
    harbour.pool.idp.update_user_pool(
        UserPoolId=harbour.pool.pool_id, LambdaConfig=inbound, AutoVerifiedAttributes=["email"]
    )
    with harbour.browser() as browser:
        assert "code" in told(travel(harbour, browser, "luna")[1])
    user = harbour.user(LUNA)
    assert (user["email"], user["name"]) == ("LUNA@MOONBOOK.EXAMPLE", "Revised")
    assert scene.sources() == ["InboundFederation_ExternalProvider"]
    assert scene.events()[0]["request"]["providerName"] == "Moonbook"
