"""PreAuthentication, PostAuthentication and UserMigration."""

import threading
import time

import pytest

from tests.sandbox.auth.srp_client import SrpClient
from tests.sandbox.pools import PASSWORD, refused
from tests.sandbox.triggers.scene import Scene, make_scene
from tests.sandbox_fixture import RunningSandbox


def sign_in(scene: Scene, username: str = "ada", password: str = PASSWORD, **options: object) -> dict[str, object]:
    answer: dict[str, object] = scene.pool.public.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=scene.pool.client_id,
        AuthParameters={"USERNAME": username, "PASSWORD": password},
        **options,
    )
    return answer


def test_a_sign_in_asks_before_and_after(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "both", ["PreAuthentication", "PostAuthentication"], "pass")
    scene.pool.add_user("ada", email="ada@moon.example")
    assert "AuthenticationResult" in sign_in(scene, ClientMetadata={"a": "1"})
    before, after = scene.events()
    assert before["triggerSource"] == "PreAuthentication_Authentication"
    assert before["request"]["validationData"] == {"a": "1"}
    assert before["request"]["userAttributes"]["cognito:user_status"] == "CONFIRMED"
    assert after["triggerSource"] == "PostAuthentication_Authentication"
    assert after["request"]["newDeviceUsed"] is False
    assert "clientMetadata" not in after["request"]


@pytest.mark.parametrize("trigger", ["PreAuthentication", "PostAuthentication"])
def test_a_sign_in_can_be_refused(sandbox: RunningSandbox, trigger: str) -> None:
    scene = make_scene(sandbox, f"refuses-{trigger}", [trigger], "raise Exception('not now')")
    scene.pool.add_user("ada")
    with refused("UserLambdaValidationException", f"{trigger} failed with error not now"):
        sign_in(scene)


def test_a_refused_sign_in_does_not_count_as_a_wrong_password(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "uncounted", ["PreAuthentication"], "raise Exception('no')")
    scene.pool.add_user("ada")
    for _ in range(6):
        with refused("UserLambdaValidationException"):
            sign_in(scene, password="wrong-Password-1")


def test_srp_and_admin_sign_ins_ask_too(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "srp-asks", ["PreAuthentication"], "pass")
    scene.pool.add_user("ada")
    client = SrpClient(scene.pool.pool_id, PASSWORD)
    challenge = scene.pool.public.initiate_auth(
        AuthFlow="USER_SRP_AUTH",
        ClientId=scene.pool.client_id,
        AuthParameters={"USERNAME": "ada", "SRP_A": f"{client.public:x}"},
    )
    assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
    scene.pool.idp.admin_initiate_auth(
        UserPoolId=scene.pool.pool_id,
        ClientId=scene.pool.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )
    assert scene.sources() == ["PreAuthentication_Authentication"] * 2


def test_an_unknown_user_is_shown_only_where_users_are_hidden(sandbox: RunningSandbox) -> None:
    scene = make_scene(
        sandbox, "hidden", ["PreAuthentication"], "pass", client={"PreventUserExistenceErrors": "ENABLED"}
    )
    with refused("NotAuthorizedException", "Incorrect username or password."):
        sign_in(scene, "nobody")
    assert scene.events()[0]["request"]["userNotFound"] is True
    open_scene = make_scene(sandbox, "shown", ["PreAuthentication"], "pass")
    with refused("UserNotFoundException"):
        sign_in(open_scene, "nobody")
    assert open_scene.events() == []


def test_others_are_served_while_a_trigger_takes_its_time(sandbox: RunningSandbox) -> None:
    scene = make_scene(
        sandbox, "slow-trigger", ["PreAuthentication"], "import time; time.sleep(2)", function={"Timeout": 10}
    )
    scene.pool.add_user("ada")
    waiting = threading.Thread(target=sign_in, args=(scene,))
    waiting.start()
    longest = 0.0
    while waiting.is_alive():
        started = time.perf_counter()
        scene.pool.idp.describe_user_pool(UserPoolId=scene.pool.pool_id)
        longest = max(longest, time.perf_counter() - started)
    assert longest < 1
    assert scene.sources() == ["PreAuthentication_Authentication"]


def test_a_trigger_that_overruns_its_own_limit_is_unexpected(sandbox: RunningSandbox) -> None:
    body = "import time; time.sleep(30)"
    scene = make_scene(sandbox, "overruns", ["PreAuthentication"], body, function={"Timeout": 1})
    scene.pool.add_user("ada")
    with refused("UnexpectedLambdaException"):
        sign_in(scene)
    assert len(scene.events()) == 1


MIGRATE = """
if event["triggerSource"] == "UserMigration_Authentication" and event["request"]["password"] != "Moonletter-2026":
    raise Exception("Bad password")
event["response"].update(
    userAttributes={"email": event["userName"] + "@moon.example", "email_verified": "true", "nickname": "moved"},
    finalUserStatus="CONFIRMED", messageAction="SUPPRESS")
""".strip()


def test_an_unknown_user_is_migrated_with_the_first_sign_in(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "migrates", ["UserMigration", "PreSignUp"], MIGRATE)
    assert "AuthenticationResult" in sign_in(scene, "ada", ClientMetadata={"a": "1"})
    assert scene.pool.status("ada") == "CONFIRMED"
    assert "AuthenticationResult" in sign_in(scene, "ada")
    (event,) = scene.events()
    assert event["triggerSource"] == "UserMigration_Authentication"
    assert event["request"]["validationData"] == {"a": "1"}


def test_a_refused_migration_makes_nobody(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "migrates-not", ["UserMigration"], MIGRATE)
    with refused("UserLambdaValidationException", "UserMigration failed with error Bad password"):
        sign_in(scene, "ada", "Another-2026")
    with refused("UserNotFoundException"):
        scene.pool.status("ada")


def test_a_forgotten_password_migrates_too_and_sends_a_code(sandbox: RunningSandbox) -> None:
    scene = make_scene(sandbox, "migrates-reset", ["UserMigration"], MIGRATE)
    sent = scene.pool.public.forgot_password(ClientId=scene.pool.client_id, Username="ada")
    assert sent["CodeDeliveryDetails"]["Destination"] == "a***@m***"
    assert scene.pool.status("ada") == "RESET_REQUIRED"
    assert scene.sources() == ["UserMigration_ForgotPassword"]
    scene.pool.public.confirm_forgot_password(
        ClientId=scene.pool.client_id, Username="ada", ConfirmationCode=scene.pool.latest_code(), Password=PASSWORD
    )
    assert "AuthenticationResult" in sign_in(scene, "ada")
