"""Every cause that can be confirmed is confirmed in the world where everything is wrong, and ruled out elsewhere."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from cognito_explorer.core.aws.call_log import LoggedCall
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.operations import Effect, effect_of
from cognito_explorer.core.insight.client_checks import difference
from cognito_explorer.core.insight.configuration import Configuration, Subject
from cognito_explorer.core.insight.explanation_checks import (
    CheckedCause,
    check_against,
    check_causes,
    check_named,
    grounds_of,
)
from cognito_explorer.core.insight.explanations import catalogue, explain
from cognito_explorer.core.insight.trust_defects import trust_defects
from cognito_explorer.sandbox.seeds import misconfigurations as wrong
from tests.core.conftest import profile_of
from tests.sandbox_fixture import RunningSandbox, start_sandbox

NEWS = Subject(pool_id=wrong.NEWS_POOL_ID)
WEB = Subject(pool_id=wrong.NEWS_POOL_ID, client_id=wrong.WEB_CLIENT_ID)
PAGE = Subject(pool_id=wrong.NEWS_POOL_ID, client_id=wrong.SINGLE_PAGE_CLIENT_ID)
LEGACY = Subject(pool_id=wrong.LEGACY_POOL_ID, client_id=wrong.LEGACY_CLIENT_ID)
IN_NEWS = Subject(wrong.NEWS_POOL_ID, wrong.WEB_CLIENT_ID, "vera", wrong.NEWS_IDENTITY_POOL_ID)
BY_RULES = Subject(wrong.NEWS_POOL_ID, wrong.WEB_CLIENT_ID, "vera", wrong.RULES_IDENTITY_POOL_ID)
BARE = Subject(wrong.NEWS_POOL_ID, wrong.WEB_CLIENT_ID, "vera", wrong.BARE_IDENTITY_POOL_ID)
NO_CONTACT = "Cannot reset password for the user as there is no registered/verified email or phone_number"
HOSTED = "https://broken-newsroom.auth.us-east-1.amazoncognito.com/error?client_id=" + wrong.WEB_CLIENT_ID
SCHEMA = "NotAuthorizedException: Attributes did not conform to the schema: birthdate: The attribute is required"
LOGIN = "NotAuthorizedException: Token is not from a supported provider of this identity pool."
AMBIGUOUS = "NotAuthorizedException: Role mapping: the role cannot be resolved."
ROLES = "InvalidIdentityPoolConfigurationException: Check assigned IAM roles for this pool."
CLASSIC = "InvalidParameterException: Basic (classic) flow is not enabled, please use enhanced flow."


def of(username: str, pool_id: str = wrong.NEWS_POOL_ID) -> Subject:
    """A user of a pool."""
    return Subject(pool_id=pool_id, username=username)


# What somebody pastes, what it is about, the check that must be confirmed, and a part of its evidence.
CASES = (
    ("NotAuthorizedException: Incorrect username or password.", of("otto"), "invitation_expired", "expired"),
    ("NotAuthorizedException: Incorrect username or password.", of("nobody"), "user_missing", "no user “nobody”"),
    ("NotAuthorizedException: Incorrect username or password.", of("mara"), "username_case", "“Mara”"),
    (
        "NotAuthorizedException: Incorrect username or password.",
        of("hugo.new@newsroom.example"),
        "contact_unverified",
        "hugo",
    ),
    ("NotAuthorizedException: Incorrect username or password.", WEB, "client_hides_users", "ENABLED"),
    (f"InvalidParameterException: {NO_CONTACT}", of("ines"), "contact_unverified", "email_verified is “false”"),
    (f"InvalidParameterException: {NO_CONTACT}", of("theo"), "verified_capital", "“True” and not “true”"),
    (
        "NotAuthorizedException: User password cannot be reset in the current state.",
        of("ines"),
        "user_invited",
        "FORCE",
    ),
    ("AliasExistsException: An account with the email already exists.", of("luna"), "address_twice", "Moonbook_"),
    ("AliasExistsException: An account with the email already exists.", of("luna"), "address_federated", "Moonbook_"),
    ("LimitExceededException: Exceeded daily email limit", NEWS, "default_mail_sender", "50 messages"),
    ("MFAMethodNotFoundException: none", of("petra", wrong.LEGACY_POOL_ID), "mfa_required", "is ON"),
    (f"InvalidParameterException: {SCHEMA.partition(': ')[2]}", LEGACY, "required_attributes", "birthdate"),
    (
        "?error=invalid_request&error_description=email: Attribute+cannot+be+updated.",
        LEGACY,
        "immutable_mapped",
        "Moonbook maps email",
    ),
    (
        f"{HOSTED}&error=redirect_mismatch&redirect_uri={wrong.APP_CALLBACK}",
        NEWS,
        "callback_mismatch",
        "differs at character 34",
    ),
    ("An error was encountered with the requested page.", LEGACY, "no_domain", "has no domain"),
    ("An error was encountered with the requested page.", WEB, "no_branding", "no branding style"),
    ("NotAuthorizedException: SECRET_HASH was not received", PAGE, "client_has_secret", "single-page has a secret"),
    ("NotAuthorizedException: Unable to verify secret hash", WEB, "client_has_no_secret", "web has no secret"),
    (
        "?error=unauthorized_client&response_type=code",
        Subject(wrong.NEWS_POOL_ID, wrong.IMPLICIT_CLIENT_ID),
        "grant_off",
        "implicit",
    ),
    ("?error=unauthorized_client&identity_provider=Moonbook", PAGE, "idp_not_enabled", "Moonbook"),
    (
        "?error=invalid_scope&scope=openid",
        Subject(wrong.NEWS_POOL_ID, wrong.SCOPELESS_CLIENT_ID),
        "scope_not_allowed",
        "openid",
    ),
    ("?error=invalid_scope&scope=https://api.newsroom.example/articles.write", WEB, "scopes_exist", "articles.write"),
    ("NotAuthorizedException: Access Token does not have required scopes", WEB, "admin_scope_missing", "openid"),
    (
        "UnsupportedOperationException: no",
        Subject(wrong.NEWS_POOL_ID, wrong.LONG_LIVED_CLIENT_ID),
        "revocation_off",
        "off",
    ),
    (
        "InvalidParameterException: ADMIN_USER_PASSWORD_AUTH flow not enabled for this client",
        WEB,
        "flow_not_enabled",
        "Missing",
    ),
    (
        "InvalidParameterException: ADMIN_USER_PASSWORD_AUTH flow not enabled for this client",
        WEB,
        "admin_flow_off",
        "off",
    ),
    (f"User pool client {wrong.GONE_CLIENT_ID} does not exist.", NEWS, "client_missing", "no app client"),
    (
        f"ResourceNotFoundException: User pool {wrong.GONE_POOL_ID} does not exist.",
        Subject(),
        "pool_missing",
        "no user pool",
    ),
    (LOGIN, IN_NEWS, "provider_missing", "not among them"),
    (LOGIN, IN_NEWS, "provider_gone", wrong.GONE_CLIENT_ID),
    (LOGIN, BARE, "provider_gone", wrong.GONE_POOL_ID),
    (ROLES, BARE, "no_role", "authenticated"),
    (ROLES, IN_NEWS, "trust_audience", "NewsroomEditor wants aud"),
    (ROLES, IN_NEWS, "trust_action", "NewsroomPhotographer allows sts:AssumeRole"),
    (ROLES, BY_RULES, "trust_principal", "NewsroomIntern trusts cognito-identity.amazon.com and not"),
    (ROLES, BY_RULES, "trust_principal", "NewsroomFunction trusts lambda.amazonaws.com"),
    (AMBIGUOUS, IN_NEWS, "ambiguous_groups", "editors (10, NewsroomEditor), photographers"),
    (AMBIGUOUS, Subject(wrong.NEWS_POOL_ID, "", "hugo", wrong.NEWS_IDENTITY_POOL_ID), "groups_without_role", "readers"),
    (AMBIGUOUS, IN_NEWS, "mapping_denies", "Deny"),
    (AMBIGUOUS, BY_RULES, "mapping_client", wrong.GONE_CLIENT_ID),
    (CLASSIC, BY_RULES, "classic_with_mappings", "is on"),
    (CLASSIC, IN_NEWS, "classic_off", "is off"),
    ("Unauthenticated access is not supported for this identity pool.", BY_RULES, "guests_off", "no guests"),
    (
        "User: arn:aws:sts::1:assumed-role/NewsroomGuest/CognitoIdentityCredentials is not authorized to perform:"
        " secretsmanager:GetSecretValue because no session policy allows the action",
        IN_NEWS,
        "guest_service",
        "not on the guests' list",
    ),
)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """The broken world."""
    running = start_sandbox(tmp_path_factory.mktemp("broken") / "world", "--seed", "broken")
    yield running
    assert running.stop() == 0


def verdicts(found: tuple[CheckedCause, ...]) -> dict[str, str]:
    """The state of each check."""
    return {each.cause.check: each.verdict.state for each in found if each.verdict is not None}


@pytest.mark.parametrize(
    ("text", "subject", "check", "evidence"), CASES, ids=[f"{each[2]}-{at}" for at, each in enumerate(CASES)]
)
async def test_a_cause_is_confirmed_first(
    newsroom: Aws, text: str, subject: Subject, check: str, evidence: str
) -> None:
    found = await check_causes(newsroom, explain(text), subject)
    states = [each.verdict.state if each.verdict else "cannot be known" for each in found]
    assert states == sorted(states, key=["confirmed", "cannot be known", "ruled out"].index)
    ours = next(each for each in found if each.cause.check == check)
    assert ours.verdict is not None
    assert (ours.verdict.state, evidence in ours.verdict.evidence) == ("confirmed", True), ours.verdict


async def test_a_disabled_user_is_found_and_others_are_not_suspected(newsroom: Aws, broken: RunningSandbox) -> None:
    idp = broken.client("cognito-idp")
    idp.admin_disable_user(UserPoolId=wrong.NEWS_POOL_ID, Username="vera")
    try:
        found = verdicts(await check_causes(newsroom, explain("User is disabled."), of("vera")))
    finally:
        idp.admin_enable_user(UserPoolId=wrong.NEWS_POOL_ID, Username="vera")
    assert found == {"user_disabled": "confirmed"}
    after = await check_causes(newsroom, explain("User is disabled."), of("vera"))
    assert verdicts(after) == {"user_disabled": "ruled out"}


async def test_without_a_subject_nothing_is_known_and_nothing_is_asked(newsroom: Aws) -> None:
    found = await check_causes(newsroom, explain("Unable to verify secret hash"), Subject())
    assert set(verdicts(found).values()) == {"cannot be known"}
    assert newsroom.calls.recent() == ()


@pytest.mark.parametrize(
    "text", [f"{HOSTED}&error=redirect_mismatch", f"client_id={wrong.WEB_CLIENT_ID} redirect_mismatch"]
)
async def test_the_pool_is_found_by_its_domain_or_its_client(newsroom: Aws, text: str) -> None:
    found = await check_causes(newsroom, explain(text), Subject())
    assert verdicts(found)["client_missing"] == "ruled out"


async def test_every_check_of_the_catalogue_ends_in_a_verdict_and_only_reads(newsroom: Aws) -> None:
    calls: list[LoggedCall] = []
    newsroom.calls.subscribe(calls.append)
    checks = {cause.check: cause for entry in catalogue() for cause in entry.causes if cause.check}
    for subject in (IN_NEWS, BY_RULES, BARE, LEGACY, of("ines"), Subject("us-east-1_Nowhere1", "nobody", "x", "y")):
        for text in (f"{HOSTED}&error=redirect_mismatch&redirect_uri=x&scope=y", SCHEMA, LOGIN):
            found = await check_causes(newsroom, replace(explain(text), causes=tuple(checks.values())), subject)
            assert all(each.verdict.evidence for each in found if each.verdict)
    assert calls
    assert {effect_of(call.service, call.operation) for call in calls} == {Effect.READ}


async def test_each_check_looks_at_the_kind_of_pool_it_is_said_to(newsroom: Aws) -> None:
    found = explain(f"{HOSTED}&error=redirect_mismatch&redirect_uri=x&scope=a/b")
    for cause in {cause.check: cause for entry in catalogue() for cause in entry.causes if cause.check}.values():
        here = Configuration(newsroom, found.clues, IN_NEWS)
        await check_against(here, replace(found, causes=(cause,)))
        assert here.grounds == grounds_of(cause.check), cause.check


def test_every_check_that_the_catalogue_names_is_there() -> None:
    names = {cause.check for entry in catalogue() for cause in entry.causes if cause.check}
    assert all(asyncio.iscoroutinefunction(check_named(name)) for name in names)


@pytest.mark.parametrize(
    ("sent", "registered", "said"),
    [
        (
            "https://a/cb/",
            ("https://a/cb",),
            "registered: `https://a/cb`; sent: `https://a/cb/`; differs at character 13",
        ),
        ("http://a", ("https://b", "https://a"), "registered: `https://b`; sent: `http://a`; differs at character 5"),
        ("https://a", ("https://a",), ""),
        ("https://a", (), "registered: nothing; sent: `https://a`"),
    ],
)
def test_the_place_of_a_difference_is_told(sent: str, registered: tuple[str, ...], said: str) -> None:
    assert difference(sent, registered) == said


@pytest.mark.parametrize("document", [None, "", "{", "[]", {"Statement": {"Effect": "Allow", "Principal": "*"}}])
def test_a_trust_policy_of_any_shape_is_read(document: object) -> None:
    assert "principal" in trust_defects(document, "us-east-1:1", "authenticated")


def test_a_condition_on_a_key_that_is_never_there_is_told() -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": "cognito-identity.amazonaws.com"},
        "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
        "Condition": {
            "StringEquals": {"cognito-identity.amazon.com:aud": "us-east-1:1"},
            "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "unauthenticated"},
        },
    }
    defects = trust_defects({"Statement": [statement]}, "us-east-1:1", "authenticated")
    assert set(defects) == {"audience", "amr"}
    assert "cognito-identity.amazon.com:aud" in defects["audience"]


async def test_what_aws_says_of_the_callers_policies_is_taken_for_known(demo_sandbox: RunningSandbox) -> None:
    said = (
        "An error occurred (AccessDeniedException) when calling the ListUsers operation: User:"
        " arn:aws:sts::210987654321:assumed-role/Support/ada is not authorized to perform: cognito-idp:ListUsers on"
        " resource: arn:aws:cognito-idp:us-east-1:210987654321:userpool/us-east-1_Moonlettr because no identity-based"
        " policy allows the cognito-idp:ListUsers action"
    )
    aws = await Aws.open(profile_of(demo_sandbox))
    first = (await check_causes(aws, explain(said), Subject("us-east-1_Moonlettr")))[0]
    aws.close()
    assert first.cause.check == "role_known"
    assert first.verdict is not None
    assert first.verdict.state == "confirmed"
    assert first.verdict.evidence == (
        "AWS says so itself: no identity-based policy allows cognito-idp:ListUsers. Whose policies: those of the role"
        " Support."
    )
