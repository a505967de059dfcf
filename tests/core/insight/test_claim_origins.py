"""Where claims come from and what the pool says of them now, in tables and on a real pool."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cognito_explorer.core.auth.tokens import DecodedToken, decode, issuer_of
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.insight.claim_origins import NOT_KNOWN, SAME, absent_claims, differences, origins_of
from cognito_explorer.core.insight.known_changes import KnownChange
from cognito_explorer.core.insight.pool_facts import PoolFacts, PreTokenTrigger, parse_trigger, read_pool_facts
from cognito_explorer.core.user_pools.app_clients import AppClient, parse_app_client
from cognito_explorer.core.user_pools.groups import Group
from cognito_explorer.core.user_pools.users import User
from tests.sandbox_fixture import RunningSandbox

POOL_ID = "us-east-1_abc"
DEMO_POOL_ID = "us-east-1_Moonlettr"
WEB = "3moonletterweb7k2q9v5d1h8s"
ROLE = "arn:aws:iam::1:role/"
TRIGGER = PreTokenTrigger("arn:aws:lambda:us-east-1:1:function:add-tenant", "V2_0")


def client(**changes: Any) -> AppClient:
    return replace(parse_app_client({"ClientId": "web", "ClientName": "web", "UserPoolId": POOL_ID}), **changes)


def user(**attributes: str) -> User:
    return User("ada", "s", "CONFIRMED", True, None, None, {"sub": "s", **attributes})


def group(name: str, precedence: int | None = None, role: str = "") -> Group:
    return Group(name, "", role and ROLE + role, precedence, None, None)


def token(kind: Any = "id", **claims: Any) -> DecodedToken:
    fixed = {"iss": issuer_of(POOL_ID), "sub": "s", "client_id" if kind == "access" else "aud": "web"}
    return DecodedToken(kind, "raw", {}, fixed | claims)


def facts(**changes: Any) -> PoolFacts:
    known = PoolFacts(user(email="a@b.example"), (), client(), is_trigger_known=True)
    return replace(known, **changes)


def test_an_unchanged_attribute_is_the_same_and_says_who_let_it_in() -> None:
    origin = origins_of(token(email="a@b.example"), facts(client=client(read_attributes=("email",))))["email"]
    assert (origin.comes_from, origin.now, origin.difference) == ("attribute", SAME, "")
    assert "web may read email (ReadAttributes)." in origin.why


def test_a_changed_attribute_says_its_value_of_today() -> None:
    known = facts(user=user(**{"custom:plan": "annual"}))
    origin = origins_of(token(**{"custom:plan": "paid"}), known)["custom:plan"]
    assert (origin.now, origin.difference) == ("annual", "custom:plan is annual now: refresh.")


ISSUED = datetime(2026, 11, 30, 12, tzinfo=UTC)


def changed(minutes: int, name: str, before: str, after: str) -> KnownChange:
    return KnownChange(ISSUED + timedelta(minutes=minutes), name, before, after)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ((), "was added after this token was issued: refresh."),
        ((changed(3, "paid", "not a member", "member"),), "was added 3 minutes after this token was issued: refresh."),
        ((changed(-3, "paid", "not a member", "member"),), "was added after this token was issued: refresh."),
        (
            (changed(9, "paid", "member", "not a member"), changed(3, "paid", "not a member", "member")),
            "was added after this token was issued: refresh.",
        ),
        ((changed(3, "editors", "not a member", "member"),), "was added after this token was issued: refresh."),
    ],
)
def test_the_journal_tells_how_long_after_its_issue_a_group_was_added(
    changes: tuple[KnownChange, ...], said: str
) -> None:
    known = facts(groups=(group("paid"),), changes=changes)
    claims = token(**{"cognito:groups": [], "iat": int(ISSUED.timestamp())})
    assert origins_of(claims, known)["cognito:groups"].difference == f"The group “paid” {said}"


def test_groups_that_came_at_several_times_and_their_roles_are_told_apart() -> None:
    changes = (changed(9, "b", "not a member", "member"), changed(3, "a", "not a member", "member"))
    known = facts(groups=(group("a", 1, "A"), group("b", 2), group("c", 3), group("d", 4)), changes=changes)
    claims = token(**{"cognito:groups": [], "cognito:roles": [], "iat": int(ISSUED.timestamp())})
    said = {name: origin.difference for name, origin in origins_of(claims, known).items()}
    assert said["cognito:groups"] == (
        "The group “a” was added 3 minutes after this token was issued: refresh."
        " The group “b” was added 9 minutes after this token was issued: refresh."
        " The groups “c”, “d” were added after this token was issued: refresh."
    )
    assert said["cognito:roles"] == f"The role “{ROLE}A” was added 3 minutes after this token was issued: refresh."


def test_the_last_group_that_was_left_is_told_with_its_time() -> None:
    known = facts(groups=(), changes=(changed(3, "paid", "member", "not a member"),))
    origin = origins_of(token(**{"cognito:groups": ["paid"], "iat": int(ISSUED.timestamp())}), known)["cognito:groups"]
    said = "The group “paid” was taken away 3 minutes after this token was issued: refresh."
    assert (origin.now, origin.difference) == ("− paid", said)


def test_a_token_without_groups_tells_when_its_user_came_into_one() -> None:
    known = facts(groups=(group("paid"),), changes=(changed(3, "paid", "not a member", "member"),))
    absent = absent_claims(token(iat=int(ISSUED.timestamp())), known)
    said = "The group “paid” was added 3 minutes after this token was issued: refresh."
    assert [(each.now, each.reason) for each in absent if each.name == "cognito:groups"] == [('["paid"]', said)]


def test_the_journal_tells_when_an_attribute_was_changed() -> None:
    known = facts(user=user(**{"custom:plan": "annual"}), changes=(changed(90, "custom:plan", "paid", "annual"),))
    claims = token(**{"custom:plan": "paid", "iat": int(ISSUED.timestamp())})
    said = "custom:plan is annual now: refresh. It was changed 1 hour 30 minutes after this token was issued."
    assert origins_of(claims, known)["custom:plan"].difference == said


def test_verified_flags_are_compared_as_booleans() -> None:
    known = facts(user=user(email_verified="true"))
    assert origins_of(token(email_verified=True), known)["email_verified"].now == SAME
    assert origins_of(token(email_verified=False), known)["email_verified"].now == "true"


def test_groups_that_came_and_went_are_named() -> None:
    known = facts(groups=(group("editors"), group("paid")))
    origin = origins_of(token(**{"cognito:groups": ["paid", "free"]}), known)["cognito:groups"]
    assert origin.now == "+ editors − free"
    assert "The group “editors” was added after this token was issued: refresh." in origin.difference
    assert "The group “free” was taken away" in origin.difference


def test_a_preferred_role_that_a_tie_takes_away_is_none_now() -> None:
    known = facts(groups=(group("a", 1, "A"), group("b", 1, "B")))
    origin = origins_of(token(**{"cognito:preferred_role": ROLE + "A"}), known)["cognito:preferred_role"]
    assert origin.now == "none"


def test_a_mapped_attribute_names_the_provider() -> None:
    known = facts(mapped_from={"email": "Moonbook's mail"})
    origin = origins_of(token(email="a@b.example"), known)["email"]
    assert origin.comes_from == "mapped attribute"
    assert "Filled from Moonbook's mail" in origin.why


@pytest.mark.parametrize(
    ("kind", "known", "comes_from", "words"),
    [
        ("id", facts(trigger=TRIGGER), "pre-token trigger", "Added by add-tenant (event V2_0)."),
        ("access", facts(trigger=replace(TRIGGER, version="V1_0")), "unknown", "cannot add claims to access"),
        ("id", facts(), "unknown", "no pre token generation trigger now"),
        ("id", PoolFacts(), "pre-token trigger", "Probably"),
    ],
)
def test_a_private_claim_is_laid_to_the_trigger(kind: str, known: PoolFacts, comes_from: str, words: str) -> None:
    origin = origins_of(token(kind, tenant="x"), known)["tenant"]
    assert origin.comes_from == comes_from
    assert words in origin.why


@pytest.mark.parametrize(
    ("name", "value", "comes_from", "words"),
    [
        ("act", {"sub": "m"}, "token exchange", "as the actor's"),
        ("azp", "web", "Cognito", "issued to"),
        ("device_key", "us-east-1_1", "the sign-in", "tracks devices"),
        ("aud", "https://api.example", "request", "or that of a token exchange"),
    ],
)
@pytest.mark.parametrize("trigger", [None, TRIGGER])
def test_what_cognito_writes_now_and_then_is_not_laid_to_a_trigger(
    trigger: PreTokenTrigger | None, name: str, value: Any, comes_from: str, words: str
) -> None:
    origin = origins_of(token("access", **{name: value}), facts(trigger=trigger))[name]
    assert origin.comes_from == comes_from
    assert words in origin.why
    assert origin.difference == ""


def test_a_lifetime_that_was_changed_since_is_told() -> None:
    known = facts(client=client(id_token_validity=timedelta(minutes=5)))
    assert origins_of(token(iat=0, exp=300), known)["exp"].now == SAME
    assert origins_of(token(iat=0, exp=3_600), known)["exp"].now == "300 s"


def test_a_scope_the_client_lost_is_told() -> None:
    origin = origins_of(token("access", scope="openid email"), facts(client=client(scopes=("openid",))))["scope"]
    assert origin.now == "− email"


@pytest.mark.parametrize(
    ("name", "value", "changes", "either"),
    [
        ("scope", "openid articles/read", {"client": client(scopes=("openid",))}, "allow articles/read any longer"),
        ("cognito:groups", ["paid"], {"groups": ()}, "“paid” was taken away after this token was issued"),
        ("email", "b@b.example", {}, "it was changed since (email is a@b.example now)"),
        ("custom:plan", "paid", {}, "it was changed since (custom:plan is not set now)"),
        ("cognito:preferred_role", "r", {}, "cognito:preferred_role would be none now"),
    ],
)
def test_a_difference_that_the_trigger_may_have_made_is_not_known(
    name: str, value: Any, changes: dict[str, Any], either: str
) -> None:
    known = facts(trigger=TRIGGER, **changes)
    origin = origins_of(token("access" if name == "scope" else "id", **{name: value}), known)[name]
    assert (origin.now, origin.difference) == (NOT_KNOWN, "")
    assert origin.doubt.startswith("Not known: either ")
    assert either in origin.doubt
    assert "or add-tenant " in origin.doubt


def test_a_difference_that_the_journal_knows_is_known_whatever_the_trigger_does() -> None:
    added = changed(3, "paid", "not a member", "member")
    known = facts(groups=(group("paid"),), changes=(added,), trigger=TRIGGER)
    origin = origins_of(token(**{"cognito:groups": [], "iat": int(ISSUED.timestamp())}), known)["cognito:groups"]
    assert (origin.now, origin.doubt) == ("+ paid", "")
    assert origin.difference == "The group “paid” was added 3 minutes after this token was issued: refresh."


def test_scopes_are_beyond_a_trigger_of_the_first_version() -> None:
    known = facts(client=client(scopes=("openid",)), trigger=replace(TRIGGER, version="V1_0"))
    assert origins_of(token("access", scope="openid email"), known)["scope"].now == "− email"


def test_what_the_user_has_and_the_token_lacks_has_a_reason() -> None:
    known = facts(client=client(read_attributes=("name",)), groups=(group("paid"),))
    absent = {each.name: each.reason for each in absent_claims(token(), known)}
    assert "may not read email (ReadAttributes)" in absent["email"]
    assert "refresh" in absent["cognito:groups"]


def test_a_scope_may_be_what_keeps_an_attribute_out_of_a_hosted_token() -> None:
    absent = absent_claims(token(at_hash="x"), facts())
    assert [each.reason.partition(",")[0] for each in absent] == ["The sign-in did not ask for the scope email"]


def test_a_deleted_user_is_told_first() -> None:
    known = PoolFacts(is_user_gone=True)
    assert differences(token(), known)[0].startswith("The pool has no user of this sub")


def test_a_user_who_has_another_sub_now_is_not_said_to_be_deleted() -> None:
    known = PoolFacts(is_user_gone=True, namesake=user())
    origin = origins_of(token(sub="other"), known)["sub"]
    assert (origin.now, origin.difference.partition(":")[0]) == ("s", "No user has this sub; the user ada has another")
    assert not any("deleted" in said for said in differences(token(sub="other"), known))


async def test_the_user_of_the_name_is_looked_up_where_the_sub_is_nobodys(aws: Aws) -> None:
    claims = {"iss": issuer_of(DEMO_POOL_ID), "sub": "00000000-0000-4000-8000-000000000000", "aud": WEB}
    found = await read_pool_facts(aws, DecodedToken("id", "raw", {}, claims | {"cognito:username": "ada"}))
    assert found.is_user_gone
    assert found.namesake is not None
    assert found.namesake.username == "ada"


def test_a_foreign_issuers_claims_come_from_it() -> None:
    foreign = DecodedToken("other", "raw", {}, {"iss": "https://id.example", "x": 1})
    assert "https://id.example" in origins_of(foreign, PoolFacts())["x"].why


@pytest.mark.parametrize(
    ("config", "found"),
    [
        ({}, None),
        ({"PreTokenGeneration": "arn"}, PreTokenTrigger("arn", "V1_0")),
        (
            {"PreTokenGenerationConfig": {"LambdaArn": "arn", "LambdaVersion": "V3_0"}, "PreTokenGeneration": "arn"},
            PreTokenTrigger("arn", "V3_0"),
        ),
    ],
)
def test_the_trigger_is_read_with_its_event(config: dict[str, Any], found: PreTokenTrigger | None) -> None:
    assert parse_trigger({"LambdaConfig": config}) == found


async def test_every_claim_of_a_real_token_has_an_origin_and_agrees_with_the_pool(
    aws: Aws, demo_sandbox: RunningSandbox
) -> None:
    answer = demo_sandbox.public_client("cognito-idp").initiate_auth(
        ClientId=WEB,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": "Moonletter-2026"},
    )["AuthenticationResult"]
    for raw in (answer["IdToken"], answer["AccessToken"]):
        found = decode(raw)
        known = await read_pool_facts(aws, found)
        assert known.unread == ()
        origins = origins_of(found, known)
        assert set(origins) == set(found.claims)
        assert "unknown" not in {origin.comes_from for origin in origins.values()}
        assert differences(found, known) == ()
        assert absent_claims(found, known) == ()
    asked = [call.operation for call in aws.calls.recent()]
    assert "AdminGetUser" not in asked


async def test_what_may_not_be_read_is_left_out_with_the_reason(aws: Aws) -> None:
    found = await read_pool_facts(aws, token())
    assert found.user is None
    assert not found.is_user_gone
    assert len(found.unread) == 3
