"""The pages as a way to sign in, and what they count as: facts of auth-flows.md, tokens.md and api-quotas.md."""

import html
import re
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import jwt
import pytest

from cognito_explorer.sandbox.quotas import CODE_REDEMPTION, Asked, Buckets
from tests.sandbox.auth.second_factors import MAIL, PHONE, SES
from tests.sandbox.federation.travel import LUNA, MOONBOOK_PEOPLE, make_harbour, told, travel
from tests.sandbox.hosted_ui.browser import CALLBACK, Browser, SignIn, alert_of, answer_of
from tests.sandbox.pools import FLOWS, PASSWORD, SMS, PoolUnderTest, make_pool, refused
from tests.sandbox.triggers.scene import Scene, make_scene
from tests.sandbox_fixture import RunningSandbox

DOMAIN = "pages-facts"
ADMIN = "aws.cognito.signin.user.admin"
OAUTH: dict[str, Any] = {
    "ExplicitAuthFlows": [*FLOWS, "ALLOW_CUSTOM_AUTH"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", ADMIN],
    "SupportedIdentityProviders": ["COGNITO"],
    "CallbackURLs": [CALLBACK],
}
LINK = {"DefaultEmailOption": "CONFIRM_WITH_LINK"}
CUSTOM = ["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse", "UserMigration"]
MIGRATE = """
if event["triggerSource"] == "UserMigration_Authentication" and event["userName"].startswith("old"):
    event["response"].update(userAttributes={"email": "old@moon.example"}, finalUserStatus="CONFIRMED",
        messageAction="SUPPRESS")
    if event["userName"].startswith("old-texted"):
        event["response"].update(enableSMSMFA=True)
        if event["userName"] == "old-texted":
            event["response"]["userAttributes"]["phone_number"] = "+441632960100"
""".strip()


@pytest.fixture(scope="module")
def scene(sandbox: RunningSandbox) -> Scene:
    """A pool with a domain, a link in its mails, SMS for second factors and functions for custom sign-in."""
    settings = {"VerificationMessageTemplate": LINK, "SmsConfiguration": SMS, "EmailConfiguration": SES}
    made = make_scene(sandbox, DOMAIN, CUSTOM, MIGRATE, client=OAUTH, MfaConfiguration="OPTIONAL", **settings)
    made.pool.idp.create_user_pool_domain(UserPoolId=made.pool.pool_id, Domain=DOMAIN)
    return made


@pytest.fixture(scope="module")
def pool(scene: Scene) -> PoolUnderTest:
    scene.pool.add_user("ada", email=MAIL, email_verified="true")
    return scene.pool


@pytest.fixture
def browser(pool: PoolUnderTest) -> Iterator[Browser]:
    with Browser(pool.sandbox, DOMAIN) as opened:
        yield opened


@pytest.fixture
def hasty(pool: PoolUnderTest) -> Iterator[None]:
    """Rates are held to, and no bucket refills."""
    pool.sandbox.control("clock", {"is_frozen": True})
    pool.sandbox.control("faults", {"is_throttled": True})
    yield
    pool.sandbox.control("faults", {"is_throttled": False})
    pool.sandbox.control("clock", {"is_frozen": False})


def attempt_of(pool: PoolUnderTest, **changed: str) -> SignIn:
    return SignIn(**{"client_id": pool.client_id, "scope": f"openid {ADMIN}"} | changed)


def exhaust(pool: PoolUnderTest, number: int = 120) -> None:
    """Use up the rate of UserAuthentication, with sign-ins that cost nothing."""
    for each in range(number):
        given = {"USERNAME": f"nobody-{each}", "PASSWORD": "x"}
        with refused("ResourceNotFoundException"):
            pool.public.initiate_auth(AuthFlow="USER_PASSWORD_AUTH", ClientId="nobody", AuthParameters=given)


@pytest.mark.parametrize(("seconds", "is_good"), [(470, True), (490, False)])
def test_a_code_of_the_pages_resets_a_password_for_eight_minutes(
    pool: PoolUnderTest, browser: Browser, seconds: int, *, is_good: bool
) -> None:
    """auth-flows.md 1: managed login always 8 min for reset codes."""
    pool.add_user(f"late-{seconds}", email=f"late{seconds}@moonletter.example", email_verified="true")
    query = attempt_of(pool).query
    browser.submit(browser.go("forgotPassword", **query), username=f"late-{seconds}")
    code = pool.latest_code()
    pool.sandbox.advance(seconds)
    # The page itself is too old by now and has to be opened again.
    page = browser.go("confirmforgotPassword", **query, username=f"late-{seconds}")
    done = browser.submit(page, code=code, password="Another-moon-27", password_again="Another-moon-27")
    assert ("Your password has been changed" in done.text) is is_good
    if not is_good:
        assert alert_of(done) == "Invalid code provided, please request a code again."


@pytest.mark.parametrize(("seconds", "is_good"), [(170, True), (190, False)])
def test_a_second_factor_is_waited_for_three_minutes_on_the_pages(
    pool: PoolUnderTest, browser: Browser, seconds: int, *, is_good: bool
) -> None:
    """auth-flows.md 1: managed login always 3 min for MFA, whatever AuthSessionValidity says."""
    client_id = pool.add_client(**OAUTH, AuthSessionValidity=15)["ClientId"]
    name = f"texted-{seconds}"
    pool.add_user(name, phone_number=PHONE)
    pool.idp.admin_set_user_mfa_preference(
        UserPoolId=pool.pool_id, Username=name, SMSMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    page = browser.go("login", **attempt_of(pool, client_id=client_id).query)
    page = browser.submit(page, username=name, password=PASSWORD)
    code = pool.latest_code()
    pool.sandbox.advance(seconds)
    done = browser.submit(page, code=code)
    assert done.is_redirect is is_good
    if not is_good:
        assert alert_of(done) == "Invalid session for the user, session is expired."


def test_a_link_in_the_mail_confirms(pool: PoolUnderTest, browser: Browser) -> None:
    """auth-flows.md 8: code by link, `https://<domain>/confirmUser?...`"""
    mail = [{"Name": "email", "Value": "linked@moonletter.example"}]
    pool.public.sign_up(ClientId=pool.client_id, Username="linked", Password=PASSWORD, UserAttributes=mail)
    found = re.search(r'href="([^"]*/confirmUser\?[^"]*)"', pool.sandbox.messages()[0]["body"])
    assert found is not None
    link = html.unescape(found[1])
    assert link.startswith(f"{browser.base}/confirmUser?")
    assert browser.http.get(link).status_code == 200
    assert pool.status("linked") == "CONFIRMED"
    assert browser.http.get(link).status_code == 400
    assert pool.tokens("linked")


def test_the_link_confirms_for_a_client_of_the_api_alone(pool: PoolUnderTest, browser: Browser) -> None:
    """user-pools-config.md 5: CONFIRM_WITH_LINK needs a domain, and nothing of the client."""
    made = pool.idp.create_user_pool_client(UserPoolId=pool.pool_id, ClientName="api")["UserPoolClient"]
    mail = [{"Name": "email", "Value": "alone@moonletter.example"}]
    pool.public.sign_up(ClientId=made["ClientId"], Username="alone", Password=PASSWORD, UserAttributes=mail)
    found = re.search(r'href="([^"]*/confirmUser\?[^"]*)"', pool.sandbox.messages()[0]["body"])
    assert found is not None
    assert browser.http.get(html.unescape(found[1])).status_code == 200
    assert pool.status("alone") == "CONFIRMED"


def test_the_pages_know_no_custom_sign_in(scene: Scene, browser: Browser) -> None:
    """auth-flows.md 6: CUSTOM_AUTH is not available in managed login."""
    page = browser.go("login", **attempt_of(scene.pool).query)
    assert answer_of(browser.submit(page, username="ada", password=PASSWORD))["code"]
    assert not [source for source in scene.sources() if "AuthChallenge" in source]


@pytest.mark.parametrize("way", ["USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "pages"])
def test_people_migrate_where_the_password_is_sent(scene: Scene, browser: Browser, way: str) -> None:
    """auth-flows.md 2: UserMigration needs USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH or managed login."""
    pool, name = scene.pool, f"old-{way.lower()}"
    given = {"ClientId": pool.client_id, "AuthParameters": {"USERNAME": name, "PASSWORD": PASSWORD}}
    if way == "pages":
        page = browser.go("login", **attempt_of(pool).query)
        assert answer_of(browser.submit(page, username=name, password=PASSWORD))["code"]
    elif way.startswith("ADMIN"):
        done = pool.idp.admin_initiate_auth(UserPoolId=pool.pool_id, AuthFlow=way, **given)
        assert done["AuthenticationResult"]
    else:
        assert pool.public.initiate_auth(AuthFlow=way, **given)["AuthenticationResult"]
    assert pool.status(name) == "CONFIRMED"


def test_who_migrates_may_have_to_answer_by_text_message(pool: PoolUnderTest) -> None:
    """user-pools-config.md 6: UserMigration, enableSMSMFA; without a number for it the answer is no good."""
    assert pool.sign_in("old-texted")["ChallengeName"] == "SMS_MFA"
    with refused("InvalidLambdaResponseException"):
        pool.sign_in("old-texted-nowhere")


@pytest.mark.parametrize("is_tracking", [True, False])
def test_tokens_of_the_api_are_refreshed_at_the_endpoint_where_no_devices_are_known(
    sandbox: RunningSandbox, *, is_tracking: bool
) -> None:
    """auth-flows.md 7: tokens from API sign-in refresh at /oauth2/token only when device remembering is off."""
    devices = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
    settings: dict[str, Any] = {"DeviceConfiguration": devices} if is_tracking else {}
    pool, domain = make_pool(sandbox, client=OAUTH, **settings), f"devices-{is_tracking}".lower()
    pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain=domain)
    pool.add_user("ada")
    form = {
        "grant_type": "refresh_token",
        "client_id": pool.client_id,
        "refresh_token": pool.tokens("ada")["RefreshToken"],
    }
    with Browser(sandbox, domain) as browser:
        answer = browser.token(**form)
        own = attempt_of(pool)
        hosted = own.exchange(browser, own.code(browser)).json()
        again = browser.token(**form | {"refresh_token": hosted["refresh_token"]})
    assert answer.status_code == (400 if is_tracking else 200)
    assert answer.json().get("error") == ("invalid_grant" if is_tracking else None)
    assert again.status_code == 200


@pytest.mark.parametrize("is_basic", [True, False])
def test_the_endpoint_takes_the_plain_secret(pool: PoolUnderTest, browser: Browser, *, is_basic: bool) -> None:
    """auth-flows.md 1: the token endpoint takes the plain secret."""
    client = pool.add_client(**OAUTH, GenerateSecret=True)
    attempt = attempt_of(pool, client_id=client["ClientId"])
    code = attempt.code(browser)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    form["code_verifier"] = attempt.verifier
    key = (client["ClientId"], client["ClientSecret"])
    if is_basic:
        answer = browser.http.post(f"{browser.base}/oauth2/token", data=form, auth=key)
    else:
        answer = browser.token(**form, client_id=key[0], client_secret=key[1])
    assert claims(answer.json()["access_token"])["client_id"] == client["ClientId"]


def claims(token: str) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return found


@pytest.mark.parametrize("is_linked", [False, True])
def test_a_federated_user_has_identities(sandbox: RunningSandbox, *, is_linked: bool) -> None:
    """tokens.md 2 and 8: identities with its members as strings; primary; `Provider_subject` unless linked."""
    harbour = make_harbour(sandbox, f"identities-{is_linked}".lower())
    pool, person = harbour.pool, "mina" if is_linked else "luna"
    if is_linked:
        pool.add_user("local", email="local@moonletter.example")
        pool.idp.admin_link_provider_for_user(
            UserPoolId=pool.pool_id,
            DestinationUser={"ProviderName": "Cognito", "ProviderAttributeValue": "local"},
            SourceUser={
                "ProviderName": "Moonbook",
                "ProviderAttributeName": "Cognito_Subject",
                "ProviderAttributeValue": MOONBOOK_PEOPLE[person],
            },
        )
    with harbour.browser() as browser:
        attempt, back = travel(harbour, browser, person)
        tokens = attempt.exchange(browser, told(back)["code"]).json()
    own = claims(tokens["id_token"])
    (identity,) = own["identities"]
    assert identity.keys() == {"userId", "providerName", "providerType", "issuer", "primary", "dateCreated"}
    assert (identity["userId"], identity["providerName"]) == (MOONBOOK_PEOPLE[person], "Moonbook")
    assert (identity["providerType"], identity["primary"]) == ("OIDC", "false" if is_linked else "true")
    assert identity["dateCreated"].isdigit()
    assert len(identity["dateCreated"]) == 13
    assert own["cognito:username"] == claims(tokens["access_token"])["username"] == ("local" if is_linked else LUNA)


def test_disabling_ends_the_session_of_the_pages_and_signing_out_everywhere_does_not(
    pool: PoolUnderTest, browser: Browser
) -> None:
    """tokens.md 7: GlobalSignOut leaves the hosted cookie, AdminDisableUser ends it and enabling gives nothing back."""
    named = {"UserPoolId": pool.pool_id, "Username": "paused"}
    pool.add_user("paused")
    attempt = attempt_of(pool)
    attempt.code(browser, "paused")
    pool.idp.admin_user_global_sign_out(**named)
    assert answer_of(browser.go("oauth2/authorize", **attempt.query))["code"]
    pool.idp.admin_disable_user(**named)
    pool.idp.admin_enable_user(**named)
    assert browser.go("oauth2/authorize", **attempt.query).url.path.endswith("/login")


def test_a_step_of_the_pages_and_a_refresh_are_sign_ins_and_a_code_is_beside_them(
    pool: PoolUnderTest, browser: Browser, hasty: None
) -> None:
    """api-quotas.md 2: steps in managed login and refreshing count, a code has its own allocation; 429 (1)."""
    attempt, refresh = attempt_of(pool), pool.tokens("ada")["RefreshToken"]
    login = browser.go("login", **attempt.query)
    code = answer_of(browser.submit(login, username="ada", password=PASSWORD))["code"]
    exhaust(pool, 118)
    with Browser(pool.sandbox, DOMAIN) as other:
        page = other.go("login", **attempt.query)
        step = other.submit(page, username="ada", password=PASSWORD)
    assert (step.status_code, step.text) == (429, "Rate exceeded\n")
    form = {"grant_type": "refresh_token", "client_id": pool.client_id, "refresh_token": refresh}
    refreshed = browser.token(**form)
    assert (refreshed.status_code, refreshed.json()["error_description"]) == (429, "Rate exceeded")
    assert attempt.exchange(browser, code).status_code == 200
    with refused("TooManyRequestsException"):
        pool.sign_in("ada")


def test_a_first_password_and_the_pages_resets_are_recoveries(
    pool: PoolUnderTest, browser: Browser, hasty: None
) -> None:
    """api-quotas.md 2: answers to NEW_PASSWORD_REQUIRED and managed-login resets, UserAccountRecovery."""
    named = {"UserPoolId": pool.pool_id}
    pool.idp.admin_create_user(**named, Username="first", TemporaryPassword=PASSWORD, MessageAction="SUPPRESS")
    asked = pool.sign_in("first")
    forgot = browser.go("forgotPassword", **attempt_of(pool).query)
    for _ in range(30):
        with refused("UserNotFoundException"):
            pool.idp.admin_set_user_password(**named, Username="nobody-at-all", Password=PASSWORD)
    with refused("TooManyRequestsException"):
        pool.public.respond_to_auth_challenge(
            ClientId=pool.client_id,
            ChallengeName=asked["ChallengeName"],
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "first", "NEW_PASSWORD": "Another-moon-27"},
        )
    assert browser.submit(forgot, username="ada").status_code == 429


@pytest.mark.parametrize(
    ("grant", "number", "error"),
    [("authorization_code", 120, "invalid_grant"), ("client_credentials", 150, "invalid_scope")],
)
def test_the_endpoint_is_held_to_the_rate_of_each_grant(
    pool: PoolUnderTest, browser: Browser, hasty: None, grant: str, number: int, error: str
) -> None:
    """api-quotas.md 1 and 2: 120 codes and 150 client credentials a second at the token endpoint, then 429."""
    form = {"grant_type": grant, "client_id": pool.client_id, "code": "none", "redirect_uri": CALLBACK}
    if grant == "client_credentials":
        scope = [{"ScopeName": "read", "ScopeDescription": "read"}]
        pool.idp.create_resource_server(UserPoolId=pool.pool_id, Identifier="pages", Name="pages", Scopes=scope)
        machine = {"AllowedOAuthFlows": [grant], "AllowedOAuthScopes": ["pages/read"], "GenerateSecret": True}
        client = pool.add_client(**OAUTH | machine)
        form |= {"client_id": client["ClientId"], "client_secret": client["ClientSecret"], "scope": "pages/write"}
    answers = [browser.token(**form) for _ in range(number + 1)]
    assert [answer.json()["error"] for answer in answers[:-1]] == [error] * number
    last = answers[-1]
    assert (last.status_code, last.json()["error_description"]) == (429, "Rate exceeded")


def test_a_clients_300_a_second_come_from_any_address(pool: PoolUnderTest, hasty: None) -> None:
    """api-quotas.md 3: 300 RPS per app client, also where the form or the header names it."""
    url = f"{pool.sandbox.endpoint}/_hosted/{DOMAIN}/oauth2/token"
    # This system has one loopback address alone, which has no more than 300 either.
    other = "127.0.0.1" if sys.platform == "darwin" else "127.0.0.2"
    statuses = []
    for address, proof in (
        ("127.0.0.1", {"data": {"client_id": pool.client_id}}),
        (other, {"auth": (pool.client_id, "")}),
    ):
        with httpx.Client(transport=httpx.HTTPTransport(local_address=address)) as visitor:
            statuses += [visitor.post(url, **proof).status_code for _ in range(155)]
    assert statuses == [400] * 300 + [429] * 10


def test_codes_are_redeemed_at_the_rate_of_signing_in_beside_it() -> None:
    """api-quotas.md 2 †: redeeming an authorization code has its own allocation at the same rate."""
    buckets = Buckets()

    def admitted(operation: str) -> int:
        asked = Asked("cognito-idp", operation, "r")
        return sum(buckets.admit(asked, now=0.0) for _ in range(200))

    assert [admitted(CODE_REDEMPTION), admitted("InitiateAuth")] == [120, 120]
    bought = {"UserAuthentication": 180.0}
    asked = Asked("cognito-idp", CODE_REDEMPTION, "other")
    assert sum(buckets.admit(asked, now=0.0, bought=bought) for _ in range(200)) == 180


@pytest.mark.parametrize("operation", ["RespondToAuthChallenge", "AdminRespondToAuthChallenge"])
def test_answers_with_a_first_password_have_no_allowance(operation: str) -> None:
    """api-quotas.md 2: answers to NEW_PASSWORD_REQUIRED share the 30 of UserAccountRecovery."""
    buckets = Buckets()
    asked = Asked("cognito-idp", operation, "r", challenge="NEW_PASSWORD_REQUIRED")
    assert sum(buckets.admit(asked, now=0.0) for _ in range(100)) == 30
    assert not buckets.admit(Asked("cognito-idp", "ForgotPassword", "r"), now=0.0)
    assert buckets.admit(Asked("cognito-idp", operation, "r", challenge="SMS_MFA"), now=0.0)


def test_a_client_that_is_named_in_a_form_has_the_same_300() -> None:
    """api-quotas.md 3: 300 RPS per app client, named in the address, the form or the header."""
    buckets = Buckets()
    late = Asked("hosted-ui client", "moon", client_id="one")
    assert sum(buckets.admit(late, now=0.0) for _ in range(200)) == 200
    early = Asked("hosted-ui", "moon", client_id="one")
    assert sum(buckets.admit(early, now=0.0) for _ in range(200)) == 100
    assert buckets.admit(Asked("hosted-ui client", "moon", client_id="two"), now=0.0)
