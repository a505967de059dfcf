"""Sessions and what their keys say of them: facts of iam-evaluation.md sections 1, 2, 3, 4 and 6."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from tests.sandbox.pools import make_pool, refused
from tests.sandbox.test_sts import make_role, make_user, trust, web_trust
from tests.sandbox.test_sts_sessions import EVERYTHING, Person, assume, can_list_buckets, keys, role
from tests.sandbox_fixture import RunningSandbox

ACCOUNT = "210987654321"
COGNITO = "cognito-identity.amazonaws.com"
ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
DEVELOPER = "login.moonletter"
TEAM = [{"Key": "team", "Value": "moon"}]
LIST = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@dataclass
class Caller:
    """Somebody with keys: their policies are put with `call`, `known` are the values of their keys."""

    keys: tuple[str, ...]
    put: Any
    known: dict[str, str]
    absent: tuple[str, ...]

    def may_list(self, sandbox: RunningSandbox, **condition: Any) -> bool:
        self.put(PolicyName="own", PolicyDocument=document(LIST | {"Condition": condition}))
        return can_list_buckets(sandbox, self.keys)


def a_user(sandbox: RunningSandbox) -> Caller:
    iam, name = sandbox.client("iam"), f"user-{uuid.uuid4().hex[:8]}"
    user = iam.create_user(UserName=name, Path="/moon/", Tags=TEAM)["User"]
    key = iam.create_access_key(UserName=name)["AccessKey"]
    known = {"aws:username": name, "aws:userid": user["UserId"], "aws:PrincipalArn": user["Arn"]}
    return Caller(
        (key["AccessKeyId"], key["SecretAccessKey"]),
        lambda **given: iam.put_user_policy(UserName=name, **given),
        known | {"aws:PrincipalTag/team": "moon"},
        (f"{COGNITO}:sub", f"{COGNITO}:aud", f"{COGNITO}:amr"),
    )


def a_role(sandbox: RunningSandbox) -> Caller:
    iam, name = sandbox.client("iam"), f"Role-{uuid.uuid4().hex[:8]}"
    made = iam.create_role(
        RoleName=name,
        Path="/moon/",
        AssumeRolePolicyDocument=trust(ROOT, ["sts:AssumeRole", "sts:TagSession"]),
        Tags=[{"Key": "plan", "Value": "paid"}],
    )["Role"]
    known = {"aws:userid": f"{made['RoleId']}:visit", "aws:PrincipalArn": made["Arn"]}
    return Caller(
        keys(assume(sandbox, made["Arn"], Tags=TEAM)),
        lambda **given: iam.put_role_policy(RoleName=name, **given),
        known | {"aws:PrincipalTag/team": "moon", "aws:PrincipalTag/plan": "paid"},
        ("aws:username", f"{COGNITO}:sub", f"{COGNITO}:aud", f"{COGNITO}:amr"),
    )


def an_identity(sandbox: RunningSandbox) -> Caller:
    iam, admin, name = sandbox.client("iam"), sandbox.client("cognito-identity"), f"Id-{uuid.uuid4().hex[:8]}"
    pool_id = admin.create_identity_pool(
        IdentityPoolName="facts", AllowUnauthenticatedIdentities=False, DeveloperProviderName=DEVELOPER
    )["IdentityPoolId"]
    trusted = json.loads(web_trust(pool_id, "authenticated"))
    trusted["Statement"][0]["Action"] = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]
    made = iam.create_role(RoleName=name, Path="/moon/", AssumeRolePolicyDocument=json.dumps(trusted))["Role"]
    admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": made["Arn"]})
    token = admin.get_open_id_token_for_developer_identity(
        IdentityPoolId=pool_id, Logins={DEVELOPER: "ada"}, PrincipalTags={"team": "moon"}
    )
    issued = sandbox.public_client("cognito-identity").get_credentials_for_identity(
        IdentityId=token["IdentityId"], Logins={COGNITO: token["Token"]}
    )["Credentials"]
    known = {
        "aws:userid": f"{made['RoleId']}:CognitoIdentityCredentials",
        "aws:PrincipalArn": made["Arn"],
        f"{COGNITO}:sub": token["IdentityId"],
        f"{COGNITO}:aud": pool_id,
        "aws:PrincipalTag/team": "moon",
    }
    return Caller(
        (issued["AccessKeyId"], issued["SecretKey"], issued["SessionToken"]),
        lambda **given: iam.put_role_policy(RoleName=name, **given),
        known,
        ("aws:username",),
    )


CALLERS = {"IAM user": a_user, "assumed role": a_role, "Cognito identity": an_identity}


@pytest.fixture(scope="module")
def callers(sandbox: RunningSandbox) -> dict[str, Caller]:
    return {kind: make(sandbox) for kind, make in CALLERS.items()}


@pytest.mark.parametrize("kind", CALLERS)
def test_variables_have_these_values(sandbox: RunningSandbox, callers: dict[str, Caller], kind: str) -> None:
    """iam-evaluation.md 3, variables: aws:username, aws:userid, aws:PrincipalArn, PrincipalTag, …:sub and …:aud."""
    caller = callers[kind]
    absent = dict.fromkeys(caller.absent, "true")
    assert caller.may_list(sandbox, StringEquals=caller.known, Null=absent)
    for name, value in caller.known.items():
        assert not caller.may_list(sandbox, StringNotEquals={name: value}), name


def test_methods_of_a_cognito_identity_are_a_list(sandbox: RunningSandbox, callers: dict[str, Caller]) -> None:
    """iam-evaluation.md 3, variables: …:amr is there for Cognito identities, and of several values."""
    methods = {f"{COGNITO}:amr": ["authenticated", DEVELOPER]}
    assert callers["Cognito identity"].may_list(
        sandbox, **{"ForAllValues:StringEquals": methods, "Null": {f"{COGNITO}:amr": "false"}}
    )


def test_a_principals_arn_is_the_roles_and_not_the_sessions(
    sandbox: RunningSandbox, callers: dict[str, Caller]
) -> None:
    """iam-evaluation.md 3, variables: aws:PrincipalArn is the role's ARN, not the session's."""
    session = sandbox.client("sts", keys=callers["assumed role"].keys).get_caller_identity()["Arn"]
    assert not callers["assumed role"].may_list(sandbox, ArnEquals={"aws:PrincipalArn": session})


def test_a_sessions_arn_drops_the_path(sandbox: RunningSandbox, callers: dict[str, Caller]) -> None:
    """iam-evaluation.md 4: role/<path>/<name> and assumed-role/<name>/<session>; GetCallerIdentity's three members."""
    answer = sandbox.client("sts", keys=callers["assumed role"].keys).get_caller_identity()
    known = callers["assumed role"].known
    name = known["aws:PrincipalArn"].rpartition("/")[2]
    assert f":role/moon/{name}" in known["aws:PrincipalArn"]
    assert answer["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/visit"
    assert (answer["UserId"], answer["Account"]) == (known["aws:userid"], ACCOUNT)


def test_a_session_that_is_over_is_noticed(sandbox: RunningSandbox) -> None:
    """iam-evaluation.md 4: GetCallerIdentity probes whether a session is still valid."""
    signed = keys(assume(sandbox, role(sandbox), DurationSeconds=900))
    sts = sandbox.client("sts", keys=signed)
    assert sts.get_caller_identity()["Account"] == ACCOUNT
    sandbox.advance(901)
    try:
        with refused("ExpiredToken"):
            sts.get_caller_identity()
    finally:
        sandbox.advance(-901)


@pytest.mark.parametrize("kind", CALLERS)
def test_a_keys_id_tells_its_account(sandbox: RunningSandbox, callers: dict[str, Caller], kind: str) -> None:
    """iam-evaluation.md 4: GetAccessKeyInfo, the account of a key id."""
    key_id = callers[kind].keys[0]
    assert sandbox.client("sts").get_access_key_info(AccessKeyId=key_id)["Account"] == ACCOUNT
    assert key_id.startswith("AKIA" if kind == "IAM user" else "ASIA")


@pytest.mark.parametrize(
    ("action", "operation", "given"),
    [
        ("sts:DecodeAuthorizationMessage", "decode_authorization_message", {"EncodedMessage": "moon"}),
        ("sts:GetAccessKeyInfo", "get_access_key_info", {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE"}),
    ],
)
def test_some_questions_need_permission(
    sandbox: RunningSandbox, action: str, operation: str, given: dict[str, str]
) -> None:
    """iam-evaluation.md 1 and 4: DecodeAuthorizationMessage needs permission; what is no message is not decoded."""
    name = f"asks-{uuid.uuid4().hex[:8]}"
    sts = sandbox.client("sts", keys=make_user(sandbox, name))
    arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    reason = f"because no identity-based policy allows the {action} action"
    with refused("AccessDenied", f"User: {arn} is not authorized to perform: {action} on resource: * {reason}"):
        getattr(sts, operation)(**given)
    allowed = document({"Effect": "Allow", "Action": action, "Resource": "*"})
    sandbox.client("iam").put_user_policy(UserName=name, PolicyName="own", PolicyDocument=allowed)
    with refused("InvalidAuthorizationMessageException" if "Decode" in action else "ValidationError"):
        getattr(sts, operation)(**given)


def test_an_identity_has_what_role_and_boundary_both_allow(sandbox: RunningSandbox, callers: dict[str, Caller]) -> None:
    """iam-evaluation.md 1: Cognito identities: effective is the role's identity policies within its boundary."""
    iam, caller = sandbox.client("iam"), callers["Cognito identity"]
    name = caller.known["aws:PrincipalArn"].rpartition("/")[2]
    assert caller.may_list(sandbox)
    shut, wide = (
        iam.create_policy(PolicyName=f"{name}-{action}", PolicyDocument=document(LIST | {"Action": f"{action}:*"}))
        for action in ("sqs", "s3")
    )
    for boundary, is_allowed in ((shut, False), (wide, True)):
        iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=boundary["Policy"]["Arn"])
        assert can_list_buckets(sandbox, caller.keys) is is_allowed
    iam.delete_role_permissions_boundary(RoleName=name)


def test_trust_matters_only_when_a_role_is_assumed(sandbox: RunningSandbox, callers: dict[str, Caller]) -> None:
    """iam-evaluation.md 1: the trust policy is evaluated only when the role is assumed."""
    iam, caller = sandbox.client("iam"), callers["assumed role"]
    arn = caller.known["aws:PrincipalArn"]
    assert caller.may_list(sandbox)
    nobody = trust({"AWS": f"arn:aws:iam::{ACCOUNT}:user/sandbox-administrator"}, "sts:TagSession")
    iam.update_assume_role_policy(RoleName=arn.rpartition("/")[2], PolicyDocument=nobody)
    with refused("AccessDenied"):
        assume(sandbox, arn)
    assert can_list_buckets(sandbox, caller.keys)


@pytest.mark.parametrize("service", ["cognito-idp", "cognito-identity"])
def test_cognitos_arns_name_pools(sandbox: RunningSandbox, service: str) -> None:
    """iam-evaluation.md 2: userpool/<poolId> of cognito-idp and identitypool/<id> of cognito-identity."""
    admin, name = sandbox.client(service), f"one-{uuid.uuid4().hex[:8]}"
    if service == "cognito-idp":
        mine, other = (admin.create_user_pool(PoolName="facts")["UserPool"]["Id"] for _ in range(2))
        call, key, kind = "describe_user_pool", "UserPoolId", "userpool"
    else:
        params = {"IdentityPoolName": "facts", "AllowUnauthenticatedIdentities": True}
        mine, other = (admin.create_identity_pool(**params)["IdentityPoolId"] for _ in range(2))
        call, key, kind = "describe_identity_pool", "IdentityPoolId", "identitypool"
    arn = f"arn:aws:{service}:us-east-1:{ACCOUNT}:{kind}/{mine}"
    signed = make_user(sandbox, name, {"Effect": "Allow", "Action": f"{service}:*", "Resource": arn})
    theirs = sandbox.client(service, keys=signed)
    assert getattr(theirs, call)(**{key: mine})
    with refused("AccessDeniedException"):
        getattr(theirs, call)(**{key: other})
    with refused("AccessDeniedException"):
        listing = theirs.list_user_pools if service == "cognito-idp" else theirs.list_identity_pools
        listing(MaxResults=1)


def test_operations_of_a_users_own_token_are_not_checked_by_iam(sandbox: RunningSandbox) -> None:
    """iam-evaluation.md 2: token-authorized user-pool operations are not IAM-checked."""
    pool = make_pool(sandbox)
    pool.add_user("ada")
    token = pool.tokens("ada")["AccessToken"]
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    signed = make_user(sandbox, f"denied-{uuid.uuid4().hex[:8]}", deny)
    assert sandbox.client("cognito-idp", keys=signed).get_user(AccessToken=token)["Username"] == "ada"
    assert pool.public.get_user(AccessToken=token)["Username"] == "ada"


def test_chained_roles_last_an_hour(sandbox: RunningSandbox) -> None:
    """iam-evaluation.md 6: role chaining, one hour at most; transitive tags and the source identity go along."""
    marked = {"aws:PrincipalTag/team": "moon", "aws:SourceIdentity": "ada"}
    first = role(sandbox, EVERYTHING)
    second = role(sandbox, LIST | {"Condition": {"StringEquals": marked}}, MaxSessionDuration=43_200)
    answer = assume(sandbox, first, Tags=TEAM, TransitiveTagKeys=["team"], SourceIdentity="ada")
    assert answer["SourceIdentity"] == "ada"
    with refused("ValidationError"):
        assume(sandbox, second, keys(answer), DurationSeconds=3601)
    chained = assume(sandbox, second, keys(answer), DurationSeconds=3600)
    assert chained["SourceIdentity"] == "ada"
    assert can_list_buckets(sandbox, keys(chained))
    plain = assume(sandbox, first, Tags=TEAM, SourceIdentity="ada")
    assert not can_list_buckets(sandbox, keys(assume(sandbox, second, keys(plain))))


@pytest.mark.parametrize(("given", "is_trusted"), [("moon", True), ("sun", False), ("", False)])
def test_an_external_id_is_a_condition(sandbox: RunningSandbox, given: str, *, is_trusted: bool) -> None:
    """iam-evaluation.md 6: ExternalId, as sts:ExternalId."""
    name = f"External-{uuid.uuid4().hex[:8]}"
    arn = make_role(sandbox, name, trust(ROOT, StringEquals={"sts:ExternalId": "moon"}))
    params = {"ExternalId": given} if given else {}
    if is_trusted:
        assert assume(sandbox, arn, **params)["Credentials"]
        return
    with refused("AccessDenied"):
        assume(sandbox, arn, **params)


def test_a_code_proves_a_second_factor(sandbox: RunningSandbox) -> None:
    """iam-evaluation.md 6 and 3: SerialNumber and TokenCode; aws:MultiFactorAuthPresent is absent of long-term keys."""
    person = Person(sandbox, EVERYTHING)
    wanted = {"aws:MultiFactorAuthPresent": "true"}
    strict, lenient = (
        make_role(sandbox, f"{operator}-{person.name}", trust(ROOT, **{operator: wanted}))
        for operator in ("Bool", "BoolIfExists")
    )
    assert assume(sandbox, lenient, person.keys)["Credentials"]
    with refused("AccessDenied"):
        assume(sandbox, strict, person.keys)
    assert assume(sandbox, strict, person.keys, **person.proof, TokenCode=person.code())["Credentials"]


def test_federation_tokens_have_members_of_their_own(sandbox: RunningSandbox) -> None:
    """iam-evaluation.md 6: GetFederationToken lasts as asked, up to 129,600 seconds."""
    answer = sandbox.client("sts").get_federation_token(Name="facts", DurationSeconds=129_600, Policy=document(LIST))
    assert answer["FederatedUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:federated-user/facts"
    assert can_list_buckets(sandbox, keys(answer))
