"""CUSTOM_AUTH by three triggers."""

from typing import Any

import pytest

from tests.sandbox.auth.srp_client import SrpClient
from tests.sandbox.pools import PASSWORD, make_pool, refused
from tests.sandbox.triggers.scene import Scene, make_scene
from tests.sandbox_fixture import RunningSandbox

TRIGGERS = ["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"]
RIDDLE = """
source, request, response = event["triggerSource"].split("_")[0], event["request"], event["response"]
if source == "DefineAuthChallenge":
    rounds = request["session"]
    if rounds and rounds[-1]["challengeName"] == "SRP_A":
        response.update(challengeName="PASSWORD_VERIFIER", issueTokens=False, failAuthentication=False)
    elif rounds and rounds[-1]["challengeName"] == "CUSTOM_CHALLENGE" and rounds[-1]["challengeResult"]:
        response.update(issueTokens=True, failAuthentication=False)
    elif len(rounds) >= 3:
        response.update(issueTokens=False, failAuthentication=True)
    else:
        response.update(challengeName="CUSTOM_CHALLENGE", issueTokens=False, failAuthentication=False)
elif source == "CreateAuthChallenge":
    response.update(publicChallengeParameters={"riddle": "what is full once a month?"},
        privateChallengeParameters={"answer": "moon"}, challengeMetadata="RIDDLE")
else:
    response["answerCorrect"] = request["challengeAnswer"] == request["privateChallengeParameters"]["answer"]
""".strip()


def start(scene: Scene, username: str = "ada", **parameters: str) -> dict[str, Any]:
    answer: dict[str, Any] = scene.pool.public.initiate_auth(
        AuthFlow="CUSTOM_AUTH",
        ClientId=scene.pool.client_id,
        AuthParameters={"USERNAME": username, **parameters},
    )
    return answer


def answer(scene: Scene, session: str, text: str, username: str = "ada") -> dict[str, Any]:
    answered: dict[str, Any] = scene.pool.public.respond_to_auth_challenge(
        ClientId=scene.pool.client_id,
        ChallengeName="CUSTOM_CHALLENGE",
        Session=session,
        ChallengeResponses={"USERNAME": username, "ANSWER": text},
        ClientMetadata={"try": text},
    )
    return answered


def test_a_right_answer_gives_tokens(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "riddle", TRIGGERS, RIDDLE)
    scene.pool.add_user("ada")
    asked = start(scene)
    assert asked["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert asked["ChallengeParameters"] == {"USERNAME": "ada", "riddle": "what is full once a month?"}
    assert "AuthenticationResult" in answer(scene, asked["Session"], "moon")
    events = scene.events()
    assert [event["triggerSource"].partition("_")[0] for event in events] == [
        "DefineAuthChallenge",
        "CreateAuthChallenge",
        "VerifyAuthChallengeResponse",
        "DefineAuthChallenge",
    ]
    assert events[0]["request"]["session"] == []
    assert events[2]["request"]["privateChallengeParameters"] == {"answer": "moon"}
    assert events[2]["request"]["clientMetadata"] == {"try": "moon"}
    assert events[3]["request"]["session"] == [
        {"challengeName": "CUSTOM_CHALLENGE", "challengeResult": True, "challengeMetadata": "RIDDLE"}
    ]


def test_wrong_answers_are_asked_again_until_it_is_refused(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "riddle-wrong", TRIGGERS, RIDDLE)
    scene.pool.add_user("ada")
    session = start(scene)["Session"]
    for _ in range(2):
        asked = answer(scene, session, "sun")
        assert asked["ChallengeName"] == "CUSTOM_CHALLENGE"
        with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
            answer(scene, session, "moon")
        session = asked["Session"]
    with refused("NotAuthorizedException", "Incorrect username or password."):
        answer(scene, session, "sun")
    with refused("NotAuthorizedException", "Invalid session for the user, session can only be used once."):
        answer(scene, session, "moon")


def test_the_password_can_be_proven_first(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "riddle-srp", TRIGGERS, RIDDLE)
    scene.pool.add_user("ada")
    srp = SrpClient(scene.pool.pool_id, PASSWORD)
    asked = start(scene, CHALLENGE_NAME="SRP_A", SRP_A=f"{srp.public:x}")
    assert asked["ChallengeName"] == "PASSWORD_VERIFIER"
    then = scene.pool.public.respond_to_auth_challenge(
        ClientId=scene.pool.client_id,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses=srp.answer(asked["ChallengeParameters"]),
    )
    assert then["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert [entry["challengeName"] for entry in scene.events()[1]["request"]["session"]] == [
        "SRP_A",
        "PASSWORD_VERIFIER",
    ]
    assert "AuthenticationResult" in answer(scene, then["Session"], "moon")


def test_a_hidden_unknown_user_plays_along_and_gets_nothing(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "riddle-hidden", TRIGGERS, RIDDLE, client={"PreventUserExistenceErrors": "ENABLED"})
    asked = start(scene, "nobody")
    assert asked["ChallengeName"] == "CUSTOM_CHALLENGE"
    with refused("NotAuthorizedException", "Incorrect username or password."):
        answer(scene, asked["Session"], "moon", "nobody")
    assert all(event["request"]["userNotFound"] for event in scene.events())


def test_an_unknown_user_is_unknown_where_users_are_shown(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "riddle-unknown", TRIGGERS, RIDDLE)
    with refused("UserNotFoundException"):
        start(scene, "nobody")


def test_a_pool_without_the_triggers_is_configured_wrongly(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox, client={"ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH"]})
    pool.add_user("ada")
    with refused("InvalidUserPoolConfigurationException"):
        start(Scene(pool, "", ""))


@pytest.mark.parametrize(
    "body", ["pass", "event['response']['issueTokens'] = 'yes'", "event['response']['challengeName'] = 'OTHER'"]
)
def test_a_decision_that_is_none_is_an_invalid_response(sandbox: RunningSandbox, body: str) -> None:
    scene = make_scene(sandbox, f"undecided-{abs(hash(body))}", TRIGGERS, body)
    scene.pool.add_user("ada")
    with refused("InvalidLambdaResponseException"):
        start(scene)


@pytest.mark.parametrize(("mode", "is_let_in"), [("ENFORCED", False), ("AUDIT", True), ("", True)])
def test_threat_protection_has_a_mode_of_its_own_here(sandbox: RunningSandbox, mode: str, *, is_let_in: bool) -> None:
    """user-pools-config.md 8: AdvancedSecurityAdditionalFlows.CustomAuthMode AUDIT or ENFORCED."""
    more = {"AdvancedSecurityAdditionalFlows": {"CustomAuthMode": mode}} if mode else {}
    add_ons = {"AdvancedSecurityMode": "ENFORCED", **more}
    name = f"riddle-risk-{mode.lower()}-end"
    scene = make_scene(sandbox, name, TRIGGERS, RIDDLE, UserPoolTier="PLUS", UserPoolAddOns=add_ons)
    pool = scene.pool
    pool.add_user("ada")
    block = {"HighAction": {"Notify": False, "EventAction": "BLOCK"}}
    pool.idp.set_risk_configuration(UserPoolId=pool.pool_id, AccountTakeoverRiskConfiguration={"Actions": block})

    def play(address: str) -> dict[str, Any]:
        asked = pool.public.initiate_auth(
            AuthFlow="CUSTOM_AUTH",
            ClientId=pool.client_id,
            AuthParameters={"USERNAME": "ada"},
            UserContextData={"IpAddress": address},
        )
        return answer(scene, asked["Session"], "moon")

    assert play("198.51.100.7")["AuthenticationResult"]
    if is_let_in:
        assert play("203.0.113.9")["AuthenticationResult"]
    else:
        with refused("NotAuthorizedException", "Unable to login because of security reasons"):
            play("203.0.113.9")
    event = pool.idp.admin_list_user_auth_events(UserPoolId=pool.pool_id, Username="ada")["AuthEvents"][0]
    assert event["EventResponse"] == ("Pass" if is_let_in else "Fail")
    assert event["EventRisk"].get("RiskLevel") == ("High" if mode else None)
