"""Sessions of STS: tags, chains, MFA, federated users, and what may not be done with them."""

import json
import time
import uuid
from typing import Any

import pytest

from cognito_explorer.sandbox.sts_mfa import totp
from tests.sandbox.test_sts import ACCOUNT, make_role, make_user, refused, trust
from tests.sandbox_fixture import RunningSandbox

ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
TAGGING = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def name(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def role(sandbox: RunningSandbox, *statements: dict[str, Any], trust_policy: str = "", **more: Any) -> str:
    """A role of any name that its account may assume and tag."""
    role_name = name("Role")
    arn = make_role(sandbox, role_name, trust_policy or trust(ROOT, TAGGING), **more)
    if statements:
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        sandbox.client("iam").put_role_policy(RoleName=role_name, PolicyName="own", PolicyDocument=document)
    return arn


def keys(answer: dict[str, Any]) -> tuple[str, str, str]:
    issued = answer["Credentials"]
    return issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"]


def assume(sandbox: RunningSandbox, arn: str, signed: Any = None, **params: Any) -> dict[str, Any]:
    answer: dict[str, Any] = sandbox.client("sts", keys=signed).assume_role(
        RoleArn=arn, RoleSessionName="visit", **params
    )
    return answer


def only_tagged(tag: str, value: str) -> dict[str, Any]:
    """A statement that lists buckets for sessions with a tag."""
    condition = {"StringEquals": {f"aws:PrincipalTag/{tag}": value}}
    return {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": condition}


def can_list_buckets(sandbox: RunningSandbox, signed: Any) -> bool:
    try:
        sandbox.client("s3", keys=signed).list_buckets()
    except sandbox.client("s3").exceptions.ClientError as refusal:
        assert refusal.response["Error"]["Code"] == "AccessDenied"
        return False
    return True


def test_session_tags_decide_like_a_roles_own_and_win_over_them(sandbox: RunningSandbox) -> None:
    arn = role(sandbox, only_tagged("team", "moon"), Tags=[{"Key": "team", "Value": "sun"}])
    assert not can_list_buckets(sandbox, keys(assume(sandbox, arn)))
    tagged = assume(sandbox, arn, Tags=[{"Key": "team", "Value": "moon"}])
    assert can_list_buckets(sandbox, keys(tagged))
    assert 0 < tagged["PackedPolicySize"] <= 100


def test_tags_need_the_roles_permission_to_tag(sandbox: RunningSandbox) -> None:
    arn = role(sandbox, trust_policy=trust(ROOT))
    params = {"RoleArn": arn, "RoleSessionName": "visit", "Tags": [{"Key": "team", "Value": "moon"}]}
    code, message = refused(sandbox.client("sts").assume_role, **params)
    assert code == "AccessDenied"
    assert "sts:TagSession" in message


def test_transitive_tags_go_down_the_chain_and_others_do_not(sandbox: RunningSandbox) -> None:
    second = role(sandbox, only_tagged("team", "moon"))
    first = role(sandbox, EVERYTHING)
    tags = [{"Key": "team", "Value": "moon"}]
    passed_on = keys(assume(sandbox, first, Tags=tags, TransitiveTagKeys=["team"]))
    kept_back = keys(assume(sandbox, first, Tags=tags))
    assert can_list_buckets(sandbox, keys(assume(sandbox, second, passed_on)))
    assert not can_list_buckets(sandbox, keys(assume(sandbox, second, kept_back)))
    again = {"RoleArn": second, "RoleSessionName": "visit", "Tags": [{"Key": "Team", "Value": "sun"}]}
    code, message = refused(sandbox.client("sts", keys=passed_on).assume_role, **again)
    assert (code, "conflicts with a transitive tag key" in message) == ("InvalidParameterValue", True)


@pytest.mark.parametrize(
    "params",
    [
        {"Tags": [{"Key": "Team", "Value": "a"}, {"Key": "team", "Value": "b"}]},
        {"Tags": [{"Key": "team", "Value": "a"}], "TransitiveTagKeys": ["plan"]},
    ],
)
def test_tags_that_contradict_themselves_are_refused(sandbox: RunningSandbox, params: dict[str, Any]) -> None:
    arn = role(sandbox)
    code, _ = refused(sandbox.client("sts").assume_role, RoleArn=arn, RoleSessionName="visit", **params)
    assert code == "InvalidParameterValue"


def test_a_role_assumed_from_a_role_lasts_an_hour_at_most(sandbox: RunningSandbox) -> None:
    first, second = role(sandbox, EVERYTHING), role(sandbox, MaxSessionDuration=43_200)
    assert assume(sandbox, second, DurationSeconds=43_200)
    chained = sandbox.client("sts", keys=keys(assume(sandbox, first)))
    params = {"RoleArn": second, "RoleSessionName": "visit"}
    code, message = refused(chained.assume_role, **params, DurationSeconds=3601)
    assert (code, "1 hour session limit for roles assumed by role chaining" in message) == ("ValidationError", True)
    assert chained.assume_role(**params, DurationSeconds=3600)["Credentials"]


def test_a_source_identity_stays_down_the_chain(sandbox: RunningSandbox) -> None:
    condition = {"StringEquals": {"aws:SourceIdentity": "ada"}}
    reading = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": condition}
    first, second = role(sandbox, EVERYTHING), role(sandbox, reading)
    answer = assume(sandbox, first, SourceIdentity="ada")
    assert answer["SourceIdentity"] == "ada"
    chained = assume(sandbox, second, keys(answer))
    assert chained["SourceIdentity"] == "ada"
    assert can_list_buckets(sandbox, keys(chained))
    params = {"RoleArn": second, "RoleSessionName": "visit", "SourceIdentity": "grace"}
    assert refused(sandbox.client("sts", keys=keys(answer)).assume_role, **params)[0] == "AccessDenied"


@pytest.mark.parametrize(
    ("condition", "params", "is_allowed"),
    [
        ({"StringEquals": {"sts:RoleSessionName": "visit"}}, {}, True),
        ({"StringEquals": {"sts:RoleSessionName": "${aws:username}"}}, {}, False),
        ({"NumericLessThanEquals": {"sts:DurationSeconds": "1800"}}, {"DurationSeconds": 1800}, True),
        ({"NumericLessThanEquals": {"sts:DurationSeconds": "1800"}}, {"DurationSeconds": 3600}, False),
        ({"StringEquals": {"aws:RequestTag/team": "moon"}}, {"Tags": [{"Key": "team", "Value": "moon"}]}, True),
        ({"StringEquals": {"aws:RequestTag/team": "moon"}}, {"Tags": [{"Key": "team", "Value": "sun"}]}, False),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}, {"Tags": [{"Key": "plan", "Value": "x"}]}, False),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, {}, False),
    ],
)
def test_a_trust_policy_sees_what_the_request_brings(
    sandbox: RunningSandbox, condition: dict[str, Any], params: dict[str, Any], is_allowed: bool
) -> None:
    arn = role(sandbox, trust_policy=trust(ROOT, TAGGING, **condition))
    if is_allowed:
        assert assume(sandbox, arn, **params)
    else:
        ask = {"RoleArn": arn, "RoleSessionName": "visit"} | params
        assert refused(sandbox.client("sts").assume_role, **ask)[0] == "AccessDenied"


class Person:
    """An IAM user with a virtual MFA device."""

    def __init__(self, sandbox: RunningSandbox, *statements: dict[str, Any]) -> None:
        self.name = name("person")
        self.keys = make_user(sandbox, self.name, *statements)
        iam = sandbox.client("iam")
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName=self.name)["VirtualMFADevice"]
        self.serial = device["SerialNumber"]
        self._seed = device["Base32StringSeed"].decode()
        codes = {f"AuthenticationCode{number}": self.code(number - 9) for number in (1, 2)}
        iam.enable_mfa_device(UserName=self.name, SerialNumber=self.serial, **codes)
        self.proof = {"SerialNumber": self.serial}

    def code(self, shift: int = 0) -> str:
        return totp(self._seed, int(time.time()) // 30 + shift)


def test_a_role_that_wants_mfa_takes_a_code_once(sandbox: RunningSandbox) -> None:
    person = Person(sandbox, EVERYTHING)
    arn = role(sandbox, trust_policy=trust(ROOT, Bool={"aws:MultiFactorAuthPresent": "true"}))
    sts = sandbox.client("sts", keys=person.keys)
    params = {"RoleArn": arn, "RoleSessionName": "visit"}
    assert refused(sts.assume_role, **params)[0] == "AccessDenied"
    code = person.code()
    assert sts.assume_role(**params, **person.proof, TokenCode=code)["Credentials"]
    assert refused(sts.assume_role, **params, **person.proof, TokenCode=code) == (
        "AccessDenied",
        "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
    )
    foreign = {"SerialNumber": Person(sandbox).serial, "TokenCode": "123456"}
    assert "unable to validate MFA code" in refused(sts.assume_role, **params, **foreign)[1]


def test_a_session_token_carries_mfa_into_policies_with_its_age(sandbox: RunningSandbox) -> None:
    condition = {
        "Bool": {"aws:MultiFactorAuthPresent": "true"},
        "NumericLessThan": {"aws:MultiFactorAuthAge": "300"},
    }
    person = Person(sandbox, {**only_tagged("x", "x"), "Condition": condition})
    sts = sandbox.client("sts", keys=person.keys)
    assert not can_list_buckets(sandbox, person.keys)
    plain = sts.get_session_token()
    assert not can_list_buckets(sandbox, keys(plain))
    strong = sts.get_session_token(**person.proof, TokenCode=person.code(), DurationSeconds=900)
    assert can_list_buckets(sandbox, keys(strong))
    sandbox.advance(301)
    assert not can_list_buckets(sandbox, keys(strong))
    sandbox.advance(600)
    try:
        code, _ = refused(sandbox.client("s3", keys=keys(strong)).list_buckets)
    finally:
        sandbox.advance(-901)
    assert code == "ExpiredToken"


def test_a_session_token_is_still_the_user_and_lasts_twelve_hours(sandbox: RunningSandbox) -> None:
    person_keys = make_user(sandbox, name("plain"), EVERYTHING)
    sts = sandbox.client("sts", keys=person_keys)
    answer = sts.get_session_token()
    session = sandbox.client("sts", keys=keys(answer))
    assert session.get_caller_identity()["Arn"] == sts.get_caller_identity()["Arn"]
    assert 43_100 < answer["Credentials"]["Expiration"].timestamp() - time.time() < 43_300
    assert refused(session.get_session_token) == (
        "AccessDenied",
        "Cannot call GetSessionToken with session credentials",
    )
    assert refused(session.get_federation_token, Name="guest")[0] == "AccessDenied"
    assert refused(sandbox.client("iam", keys=keys(answer)).list_roles)[0] == "InvalidClientTokenId"
    assert session.assume_role(RoleArn=role(sandbox), RoleSessionName="visit")


def test_an_iam_user_with_an_mfa_session_may_use_iam(sandbox: RunningSandbox) -> None:
    person = Person(sandbox, EVERYTHING)
    answer = sandbox.client("sts", keys=person.keys).get_session_token(**person.proof, TokenCode=person.code())
    assert sandbox.client("iam", keys=keys(answer)).list_roles()


def test_a_federated_user_has_what_user_and_session_policy_share(sandbox: RunningSandbox) -> None:
    sts = sandbox.client("sts", keys=make_user(sandbox, name("broker"), EVERYTHING))
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    answer = sts.get_federation_token(Name="guest", Policy=json.dumps(policy))
    assert answer["FederatedUser"] == {
        "FederatedUserId": f"{ACCOUNT}:guest",
        "Arn": f"arn:aws:sts::{ACCOUNT}:federated-user/guest",
    }
    assert can_list_buckets(sandbox, keys(answer))
    caller = sandbox.client("sts", keys=keys(answer)).get_caller_identity()
    assert caller["Arn"] == answer["FederatedUser"]["Arn"]
    bare = sts.get_federation_token(Name="guest")
    assert not can_list_buckets(sandbox, keys(bare))
    session = sandbox.client("sts", keys=keys(answer))
    assert refused(session.assume_role, RoleArn=role(sandbox), RoleSessionName="visit")[0] == "AccessDenied"
    assert refused(sandbox.client("iam", keys=keys(answer)).list_roles)[0] == "InvalidClientTokenId"


def test_a_federated_user_without_the_users_permission_is_refused(sandbox: RunningSandbox) -> None:
    sts = sandbox.client("sts", keys=make_user(sandbox, name("poor")))
    code, message = refused(sts.get_federation_token, Name="guest")
    assert code == "AccessDenied"
    assert message.endswith("because no identity-based policy allows the sts:GetFederationToken action")


def test_the_tags_of_a_user_are_principal_tags(sandbox: RunningSandbox) -> None:
    user = name("tagged")
    signed = make_user(sandbox, user, only_tagged("team", "moon"))
    assert not can_list_buckets(sandbox, signed)
    sandbox.client("iam").tag_user(UserName=user, Tags=[{"Key": "team", "Value": "moon"}])
    assert can_list_buckets(sandbox, signed)


def test_the_account_of_a_key_is_told_and_messages_of_others_are_not_decoded(sandbox: RunningSandbox) -> None:
    sts = sandbox.client("sts")
    signed = make_user(sandbox, name("keyed"))
    assert sts.get_access_key_info(AccessKeyId=signed[0])["Account"] == ACCOUNT
    assert refused(sts.get_access_key_info, AccessKeyId="AKIA0000000000000000")[0] == "ValidationError"
    code, _ = refused(sts.decode_authorization_message, EncodedMessage="anything")
    assert code == "InvalidAuthorizationMessageException"
    assert refused(sandbox.client("sts", keys=signed).get_access_key_info, AccessKeyId=signed[0])[0] == "AccessDenied"


def test_a_key_that_goes_on_keeps_its_value_whatever_its_case(sandbox: RunningSandbox) -> None:
    first = role(sandbox, EVERYTHING)
    second = role(sandbox, only_tagged("team", "moon"))
    tags = {"Tags": [{"Key": "team", "Value": "moon"}], "TransitiveTagKeys": ["TEAM"]}
    signed = keys(assume(sandbox, first, **tags))
    assert can_list_buckets(sandbox, keys(assume(sandbox, second, signed)))


def test_a_session_policy_of_the_old_version_has_no_variables(sandbox: RunningSandbox) -> None:
    arn = role(sandbox, EVERYTHING)
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::${aws:PrincipalTag/team}"}
    signed = {
        version: keys(
            assume(
                sandbox,
                arn,
                Tags=[{"Key": "team", "Value": "session-moon"}],
                Policy=json.dumps({"Version": version, "Statement": [statement]}),
            )
        )
        for version in ("2012-10-17", "2008-10-17")
    }
    sandbox.client("s3").create_bucket(Bucket="session-moon")
    assert sandbox.client("s3", keys=signed["2012-10-17"]).list_objects_v2(Bucket="session-moon")["KeyCount"] == 0
    refusal = refused(sandbox.client("s3", keys=signed["2008-10-17"]).list_objects_v2, Bucket="session-moon")
    assert refusal[0] == "AccessDenied"


def test_a_users_session_does_not_become_that_of_another_user_with_the_name(sandbox: RunningSandbox) -> None:
    user = name("reborn")
    signed = make_user(sandbox, user, EVERYTHING)
    session = keys(sandbox.client("sts", keys=signed).get_session_token())
    assert can_list_buckets(sandbox, session)
    iam = sandbox.client("iam")
    iam.delete_access_key(UserName=user, AccessKeyId=signed[0])
    iam.delete_user_policy(UserName=user, PolicyName="own")
    iam.delete_user(UserName=user)
    make_user(sandbox, user, EVERYTHING)
    assert not can_list_buckets(sandbox, session)
