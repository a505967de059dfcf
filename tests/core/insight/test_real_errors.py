"""Errors as the sandbox really gives them: each leads to its entry, and the check that can tell confirms the cause."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.insight.configuration import Subject, Verdict
from cognito_explorer.core.insight.explanation_checks import check_causes
from cognito_explorer.core.insight.explanations import explain, is_error_text
from cognito_explorer.sandbox.seeds import misconfigurations as wrong
from cognito_explorer.sandbox.seeds.directory import DEMO_PASSWORD
from tests.sandbox.hosted_ui.browser import Browser, SignIn
from tests.sandbox_fixture import RunningSandbox, start_sandbox

Call = Callable[[RunningSandbox], object]
NEWS = wrong.NEWS_POOL_ID
PROVIDER = f"cognito-idp.us-east-1.amazonaws.com/{NEWS}"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """The broken world, with users in every state beside its own."""
    running = start_sandbox(tmp_path_factory.mktemp("broken") / "world", "--seed", "broken")
    idp = running.client("cognito-idp")
    flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made = idp.create_user_pool_client(UserPoolId=NEWS, ClientName="srp-only", ExplicitAuthFlows=flows)
    running.ready["srp_only"] = made["UserPoolClient"]["ClientId"]
    for name in ("locked", "resetting"):
        idp.admin_create_user(UserPoolId=NEWS, Username=name, UserAttributes=verified(name), MessageAction="SUPPRESS")
        idp.admin_set_user_password(UserPoolId=NEWS, Username=name, Password=DEMO_PASSWORD, Permanent=True)
    idp.admin_disable_user(UserPoolId=NEWS, Username="locked")
    idp.admin_reset_user_password(UserPoolId=NEWS, Username="resetting")
    idp.sign_up(ClientId=wrong.WEB_CLIENT_ID, Username="nova", Password=DEMO_PASSWORD, UserAttributes=address("nova"))
    yield running
    assert running.stop() == 0


def address(name: str) -> list[dict[str, str]]:
    """An address for a new user."""
    return [{"Name": "email", "Value": f"{name}@newsroom.example"}]


def verified(name: str) -> list[dict[str, str]]:
    """The same, proved to be theirs."""
    return [*address(name), {"Name": "email_verified", "Value": "true"}]


def sign_in(client_id: str, username: str, **more: str) -> Call:
    """A sign-in with the right password."""
    given = {"USERNAME": username, "PASSWORD": DEMO_PASSWORD} | more
    return lambda here: here.public_client("cognito-idp").initiate_auth(
        ClientId=client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=given
    )


def public(operation: str, **parameters: Any) -> Call:
    """A call without a signature."""
    service = "cognito-identity" if "Identity" in str(parameters) else "cognito-idp"
    return lambda here: getattr(here.public_client(service), operation)(**parameters)


def admin(operation: str, **parameters: Any) -> Call:
    """An administrator's call."""
    return lambda here: getattr(here.client("cognito-idp"), operation)(**parameters)


def id_token(here: RunningSandbox, client_id: str, username: str) -> str:
    """The ID token of a real sign-in."""
    answer: Any = sign_in(client_id, username)(here)
    return str(answer["AuthenticationResult"]["IdToken"])


def credentials(identity_pool_id: str, client_id: str, username: str) -> Call:
    """What an app does for credentials."""

    def ask(here: RunningSandbox) -> object:
        identity = here.public_client("cognito-identity")
        logins = {PROVIDER: id_token(here, client_id, username)}
        found = identity.get_id(IdentityPoolId=identity_pool_id, Logins=logins)["IdentityId"]
        return identity.get_credentials_for_identity(IdentityId=found, Logins=logins)

    return ask


def guest(here: RunningSandbox) -> object:
    """A guest of a pool that lets none in."""
    return here.public_client("cognito-identity").get_id(IdentityPoolId=wrong.RULES_IDENTITY_POOL_ID)


def subject(username: str = "", client_id: str = wrong.WEB_CLIENT_ID, identity_pool_id: str = "") -> Subject:
    """What the page in front is about."""
    return Subject(NEWS, client_id, username, identity_pool_id)


# What is done, what the page is about, the entry, the check that has to be confirmed, and a part of its evidence.
CASES: tuple[tuple[str, Call, Subject, str, str, str], ...] = (
    ("disabled", sign_in(wrong.WEB_CLIENT_ID, "locked"), subject("locked"), "user-disabled", "user_disabled", "locked"),
    (
        "unconfirmed",
        sign_in(wrong.WEB_CLIENT_ID, "nova"),
        subject("nova"),
        "not-confirmed",
        "user_unconfirmed",
        "UNCONFIRMED",
    ),
    (
        "reset required",
        sign_in(wrong.WEB_CLIENT_ID, "resetting"),
        subject("resetting"),
        "reset-required",
        "user_reset_required",
        "RESET_REQUIRED",
    ),
    (
        "temporary password expired",
        sign_in(wrong.WEB_CLIENT_ID, "otto"),
        subject("otto"),
        "invitation-expired",
        "invitation_expired",
        "otto",
    ),
    (
        "nobody of this name",
        sign_in(wrong.WEB_CLIENT_ID, "nobody"),
        subject("nobody"),
        "wrong-credentials",
        "user_missing",
        "nobody",
    ),
    (
        "no secret hash",
        sign_in(wrong.SINGLE_PAGE_CLIENT_ID, "vera"),
        subject("vera"),
        "secret-hash-missing",
        "client_has_secret",
        "single-page has a secret",
    ),
    (
        "wrong secret hash",
        sign_in(wrong.SINGLE_PAGE_CLIENT_ID, "vera", SECRET_HASH="bm90IGEgaGFzaA=="),
        subject("vera"),
        "secret-hash-wrong",
        "client_has_secret",
        "single-page has a secret",
    ),
    (
        "flow not enabled",
        lambda here: sign_in(here.ready["srp_only"], "vera")(here),
        subject("vera", ""),
        "flow-not-enabled",
        "flow_not_enabled",
        "Missing: ALLOW_USER_PASSWORD_AUTH. srp-only",
    ),
    (
        "client of another pool",
        admin(
            "admin_initiate_auth",
            UserPoolId=NEWS,
            ClientId=wrong.LEGACY_CLIENT_ID,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "vera", "PASSWORD": DEMO_PASSWORD},
        ),
        subject("vera"),
        "client-missing",
        "client_missing",
        f"It belongs to the pool broken-legacy ({wrong.LEGACY_POOL_ID})",
    ),
    (
        "pool of another Region",
        admin("describe_user_pool", UserPoolId="eu-west-1_AbCdEfGhI"),
        Subject(),
        "pool-missing",
        "pool_missing",
        "Its id belongs to eu-west-1, and this connection looks at us-east-1",
    ),
    (
        "invited and asks for a new password",
        public("forgot_password", ClientId=wrong.WEB_CLIENT_ID, Username="ines"),
        subject("ines"),
        "cannot-reset",
        "user_invited",
        "FORCE_CHANGE_PASSWORD",
    ),
    (
        "confirmed already",
        admin("admin_confirm_sign_up", UserPoolId=NEWS, Username="vera"),
        subject("vera"),
        "cannot-confirm",
        "user_confirmed",
        "CONFIRMED",
    ),
    (
        "no group",
        admin("get_group", UserPoolId="eu-west-1_AbCdEfGhI", GroupName="x"),
        Subject(),
        "pool-missing",
        "pool_missing",
        "eu-west-1",
    ),
    (
        "guests are off",
        guest,
        subject(identity_pool_id=wrong.RULES_IDENTITY_POOL_ID),
        "guests-off",
        "guests_off",
        "no guests",
    ),
    (
        "provider of the identity pool is another client",
        credentials(wrong.NEWS_IDENTITY_POOL_ID, wrong.WEB_CLIENT_ID, "vera"),
        subject("vera", identity_pool_id=wrong.NEWS_IDENTITY_POOL_ID),
        "provider-missing",
        "provider_missing",
        "not among them",
    ),
    (
        "identity pool of another Region",
        lambda here: here.public_client("cognito-identity").get_id(
            IdentityPoolId="eu-west-1:62726f6b-656e-4e65-8773-2d706f6f6c31"
        ),
        Subject(),
        "identity-pool-missing",
        "identity_pool_missing",
        "belongs to eu-west-1",
    ),
)


async def confirmed(aws: Aws, text: str, about: Subject, check: str) -> Verdict:
    """The verdict of a check, which stands among the confirmed ones at the top."""
    found = await check_causes(aws, explain(text), about)
    verdict = next(each.verdict for each in found if each.cause.check == check)
    assert verdict is not None
    assert verdict.state == "confirmed", verdict
    first = found[0].verdict
    assert first is not None
    assert first.state == "confirmed"
    return verdict


@pytest.mark.parametrize(
    ("call", "about", "entry_id", "check", "evidence"), [each[1:] for each in CASES], ids=[each[0] for each in CASES]
)
async def test_a_real_refusal_is_explained_and_its_cause_confirmed(
    newsroom: Aws, broken: RunningSandbox, call: Call, about: Subject, entry_id: str, check: str, evidence: str
) -> None:
    with pytest.raises(ClientError) as refused:
        call(broken)
    text = str(refused.value)
    if about.client_id == "":
        about = Subject(about.pool_id, broken.ready["srp_only"], about.username)
    assert is_error_text(text)
    assert explain(text).entry_id == entry_id
    assert evidence in (await confirmed(newsroom, text, about, check)).evidence


async def test_an_address_in_use_is_found_with_whose_it_is(newsroom: Aws, broken: RunningSandbox) -> None:
    idp = broken.client("cognito-idp")
    settings = {"AliasAttributes": ["email"], "AutoVerifiedAttributes": ["email"]}
    pool_id = idp.create_user_pool(PoolName="aliases", **settings)["UserPool"]["Id"]
    for name in ("first", "second"):
        own = verified(name)
        idp.admin_create_user(UserPoolId=pool_id, Username=name, UserAttributes=own, MessageAction="SUPPRESS")
    with pytest.raises(ClientError) as refused:
        idp.admin_update_user_attributes(UserPoolId=pool_id, Username="second", UserAttributes=verified("first"))
    text = str(refused.value)
    assert explain(text).entry_id == "alias-exists"
    verdict = await confirmed(newsroom, text, Subject(pool_id, "", "first@newsroom.example"), "address_taken")
    assert "first" in verdict.evidence


@pytest.mark.parametrize(
    ("changed", "check", "evidence"),
    [
        ({"redirect_uri": wrong.APP_CALLBACK}, "callback_mismatch", "differs at character 34"),
        ({"redirect_uri": wrong.REGISTERED_CALLBACK, "scope": "openid articles.read"}, "scope_not_allowed", "articles"),
        ({"redirect_uri": wrong.REGISTERED_CALLBACK, "response_type": "token"}, "grant_off", "Asked for: implicit"),
        ({"redirect_uri": wrong.REGISTERED_CALLBACK, "identity_provider": "Moonlight"}, "idp_not_enabled", "Moonlight"),
    ],
)
async def test_the_address_of_a_sign_in_tells_what_is_wrong_with_it(
    newsroom: Aws, broken: RunningSandbox, changed: dict[str, str], check: str, evidence: str
) -> None:
    attempt = SignIn(client_id=wrong.WEB_CLIENT_ID, **({"scope": "openid"} | changed))
    sent = str(httpx.URL(f"{broken.browser_origin}/_hosted/broken-newsroom/oauth2/authorize", params=attempt.query))
    with Browser(broken, "broken-newsroom") as browser:
        answer = browser.go("oauth2/authorize", **attempt.query)
    ended = answer.headers.get("location", str(answer.url))
    assert explain(ended).is_known, "where the browser ends is known, too"
    assert explain(sent).entry_id == "sign-in-address"
    assert evidence in (await confirmed(newsroom, sent, Subject(), check)).evidence
    if "identity_provider" not in changed:
        found = await check_causes(newsroom, explain(sent), Subject())
        assert next(each.verdict.state for each in found if each.verdict and each.cause.check == "idp_not_enabled") == (
            "ruled out"
        )


async def test_the_page_of_a_mismatch_tells_the_pool_by_its_address(newsroom: Aws, broken: RunningSandbox) -> None:
    attempt = SignIn(client_id=wrong.WEB_CLIENT_ID, redirect_uri=wrong.APP_CALLBACK, scope="openid")
    with Browser(broken, "broken-newsroom") as browser:
        ended = str(browser.go("oauth2/authorize", **attempt.query).url)
    assert explain(ended).entry_id == "redirect-mismatch"
    found = await check_causes(newsroom, explain(ended), Subject())
    registered = next(each.verdict for each in found if each.cause.check == "callback_mismatch")
    assert registered is not None
    assert wrong.REGISTERED_CALLBACK in registered.evidence, "what is registered is told even without what was sent"


async def test_defects_of_a_trust_policy_are_found_after_a_real_refusal(newsroom: Aws, broken: RunningSandbox) -> None:
    with pytest.raises(ClientError) as refused:
        credentials(wrong.RULES_IDENTITY_POOL_ID, wrong.WEB_CLIENT_ID, "vera")(broken)
    text = str(refused.value)
    about = subject("vera", identity_pool_id=wrong.RULES_IDENTITY_POOL_ID)
    assert explain(text).is_known
    found = await check_causes(newsroom, explain(text), about)
    assert any(each.verdict is not None and each.verdict.state == "confirmed" for each in found), text


async def test_tags_of_a_session_matter_only_where_claims_are_mapped(newsroom: Aws, broken: RunningSandbox) -> None:
    text = "InvalidIdentityPoolConfigurationException: Check assigned IAM roles for this pool."
    about = subject("vera", identity_pool_id=wrong.NEWS_IDENTITY_POOL_ID)
    found = await check_causes(newsroom, explain(text), about)
    before = next(each.verdict for each in found if each.cause.check == "trust_tags")
    assert before is not None
    assert before.state == "ruled out"
    identity = broken.client("cognito-identity")
    place = {"IdentityPoolId": wrong.NEWS_IDENTITY_POOL_ID, "IdentityProviderName": PROVIDER}
    identity.set_principal_tag_attribute_map(**place, UseDefaults=True)
    try:
        verdict = await confirmed(newsroom, text, about, "trust_tags")
    finally:
        identity.set_principal_tag_attribute_map(**place, PrincipalTags={})
    assert "does not allow sts:TagSession" in verdict.evidence
