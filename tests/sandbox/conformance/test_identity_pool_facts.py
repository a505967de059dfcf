"""What each operation of identity pools takes and answers: facts of identity-pools.md section 1."""

import json
import uuid
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.sandbox.pools import refused
from tests.sandbox.profile_endpoints.kit import call
from tests.sandbox_fixture import RunningSandbox

DEVELOPER = "login.moonletter"
GOOGLE = "accounts.google.com"
PROVIDER = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Moon12345"
ROLE = "arn:aws:iam::210987654321:role/reader"
# What has too many is beyond a quota (section 9); the rest breaks the model.
REFUSALS = ("ValidationException", "InvalidParameterException", "LimitExceededException")


@pytest.fixture(scope="module")
def admin(sandbox: RunningSandbox) -> Any:
    """A client of boto3 that checks nothing itself."""
    return sandbox.client("cognito-identity", parameter_validation=False)


@pytest.fixture(scope="module")
def public(sandbox: RunningSandbox) -> Any:
    return sandbox.public_client("cognito-identity")


@pytest.fixture(scope="module")
def pool_id(admin: Any) -> str:
    return make(admin, DeveloperProviderName=DEVELOPER)


def make(admin: Any, **changed: Any) -> str:
    given = {"IdentityPoolName": "facts", "AllowUnauthenticatedIdentities": True} | changed
    return str(admin.create_identity_pool(**given)["IdentityPoolId"])


def token_for(admin: Any, pool_id: str, user: str, **more: Any) -> str:
    """The identity of a developer's user."""
    answer = admin.get_open_id_token_for_developer_identity(IdentityPoolId=pool_id, Logins={DEVELOPER: user}, **more)
    return str(answer["IdentityId"])


def refusal(admin: Any, operation: str, **given: Any) -> str:
    """The code with which an operation refuses."""
    with pytest.raises(admin.exceptions.ClientError) as caught:
        getattr(admin, operation)(**given)
    return str(caught.value.response["Error"]["Code"])


REQUIRED = {
    "create_identity_pool": ("IdentityPoolName", "AllowUnauthenticatedIdentities"),
    "update_identity_pool": ("IdentityPoolId", "IdentityPoolName", "AllowUnauthenticatedIdentities"),
    "describe_identity_pool": ("IdentityPoolId",),
    "delete_identity_pool": ("IdentityPoolId",),
    "list_identity_pools": ("MaxResults",),
    "list_identities": ("IdentityPoolId", "MaxResults"),
    "describe_identity": ("IdentityId",),
    "delete_identities": ("IdentityIdsToDelete",),
    "get_id": ("IdentityPoolId",),
    "get_credentials_for_identity": ("IdentityId",),
    "get_open_id_token": ("IdentityId",),
    "get_open_id_token_for_developer_identity": ("IdentityPoolId", "Logins"),
    "unlink_identity": ("IdentityId", "Logins", "LoginsToRemove"),
    "lookup_developer_identity": ("IdentityPoolId",),
    "merge_developer_identities": (
        "SourceUserIdentifier",
        "DestinationUserIdentifier",
        "DeveloperProviderName",
        "IdentityPoolId",
    ),
    "unlink_developer_identity": ("IdentityId", "IdentityPoolId", "DeveloperProviderName", "DeveloperUserIdentifier"),
    "get_identity_pool_roles": ("IdentityPoolId",),
    "set_identity_pool_roles": ("IdentityPoolId", "Roles"),
    "get_principal_tag_attribute_map": ("IdentityPoolId", "IdentityProviderName"),
    "set_principal_tag_attribute_map": ("IdentityPoolId", "IdentityProviderName"),
    "tag_resource": ("ResourceArn", "Tags"),
    "untag_resource": ("ResourceArn", "TagKeys"),
    "list_tags_for_resource": ("ResourceArn",),
}
SAMPLES: dict[str, Any] = {
    "AllowUnauthenticatedIdentities": True,
    "MaxResults": 1,
    "IdentityIdsToDelete": ["us-east-1:00000000-0000-4000-8000-000000000000"],
    "IdentityId": "us-east-1:00000000-0000-4000-8000-000000000000",
    "IdentityPoolId": "us-east-1:00000000-0000-4000-8000-000000000000",
    "Logins": {DEVELOPER: "ada"},
    "LoginsToRemove": [DEVELOPER],
    "Roles": {},
    "Tags": {},
    "TagKeys": ["team"],
    "ResourceArn": "arn:aws:cognito-identity:us-east-1:210987654321:identitypool/us-east-1:0",
}
MISSING = [(operation, name) for operation, names in REQUIRED.items() for name in names]


def test_there_are_23_operations(admin: Any) -> None:
    """identity-pools.md 1: the table holds all 23 operations."""
    assert len(REQUIRED) == len(admin.meta.service_model.operation_names) == 23


@pytest.mark.parametrize(("operation", "name"), MISSING)
def test_what_is_required_is_missed(admin: Any, operation: str, name: str) -> None:
    """identity-pools.md 1: key inputs with an asterisk are required."""
    given = {each: SAMPLES.get(each, "facts") for each in REQUIRED[operation] if each != name}
    assert refusal(admin, operation, **given) in REFUSALS


@pytest.mark.parametrize(
    ("fact", "given"),
    [
        ("IdentityPoolName of 129", {"IdentityPoolName": "n" * 129}),
        ("SupportedLoginProviders of 11", {"SupportedLoginProviders": {f"p{each}.example": "a" for each in range(11)}}),
    ],
)
def test_a_pool_has_these_limits(admin: Any, fact: str, given: dict[str, Any]) -> None:
    """identity-pools.md 1: IdentityPoolName has at most 128 characters, SupportedLoginProviders ten entries."""
    whole = {"IdentityPoolName": "facts", "AllowUnauthenticatedIdentities": True} | given
    assert refusal(admin, "create_identity_pool", **whole) in REFUSALS, fact


FIELDS = {
    "AllowClassicFlow": True,
    "SupportedLoginProviders": {GOOGLE: "app"},
    "DeveloperProviderName": DEVELOPER,
    "OpenIdConnectProviderARNs": ["arn:aws:iam::210987654321:oidc-provider/idp.example"],
    "CognitoIdentityProviders": [{"ProviderName": PROVIDER, "ClientId": "client", "ServerSideTokenCheck": True}],
    "SamlProviderARNs": ["arn:aws:iam::210987654321:saml-provider/Facts"],
    "IdentityPoolTags": {"team": "moon"},
}


@pytest.mark.parametrize("field", FIELDS)
def test_a_pool_keeps_what_it_was_made_with(admin: Any, field: str) -> None:
    """identity-pools.md 1: CreateIdentityPool takes these fields, and DescribeIdentityPool shows them."""
    made = make(admin, **{field: FIELDS[field]})
    assert admin.describe_identity_pool(IdentityPoolId=made)[field] == FIELDS[field]


@pytest.mark.parametrize(
    "field", [each for each in FIELDS if each not in ("DeveloperProviderName", "IdentityPoolTags")]
)
def test_an_update_resets_what_it_omits(admin: Any, field: str) -> None:
    """identity-pools.md 1: UpdateIdentityPool replaces; omitted fields reset."""
    made = make(admin, **{field: FIELDS[field]})
    admin.update_identity_pool(IdentityPoolId=made, IdentityPoolName="facts", AllowUnauthenticatedIdentities=True)
    assert not admin.describe_identity_pool(IdentityPoolId=made).get(field)


def test_a_developers_provider_keeps_its_name(admin: Any) -> None:
    """identity-pools.md 1: the developer provider name can never change."""
    made = make(admin, DeveloperProviderName=DEVELOPER)
    given = {"IdentityPoolId": made, "IdentityPoolName": "facts", "AllowUnauthenticatedIdentities": True}
    assert refusal(admin, "update_identity_pool", **given, DeveloperProviderName="login.other") in REFUSALS
    assert admin.describe_identity_pool(IdentityPoolId=made)["DeveloperProviderName"] == DEVELOPER


def test_a_deleted_pool_is_gone(admin: Any) -> None:
    """identity-pools.md 1: DeleteIdentityPool."""
    made = make(admin)
    admin.delete_identity_pool(IdentityPoolId=made)
    with refused("ResourceNotFoundException"):
        admin.describe_identity_pool(IdentityPoolId=made)


def test_pools_are_listed_in_pages(admin: Any) -> None:
    """identity-pools.md 1: ListIdentityPools has a paginator, and its token is NextToken."""
    made = {make(admin) for _ in range(3)}
    pages = list(admin.get_paginator("list_identity_pools").paginate(PaginationConfig={"PageSize": 2}))
    assert made <= {each["IdentityPoolId"] for page in pages for each in page["IdentityPools"]}
    assert all("NextToken" in page for page in pages[:-1])


def test_an_identity_in_a_list_has_these_members(admin: Any) -> None:
    """identity-pools.md 1: ListIdentities answers IdentityId, Logins, CreationDate and LastModifiedDate."""
    made = make(admin, DeveloperProviderName=DEVELOPER)
    identity_id = token_for(admin, made, "ada")
    (listed,) = admin.list_identities(IdentityPoolId=made, MaxResults=60)["Identities"]
    assert listed.keys() == {"IdentityId", "Logins", "CreationDate", "LastModifiedDate"}
    assert (listed["IdentityId"], listed["Logins"]) == (identity_id, [DEVELOPER])


def test_a_merged_identity_is_listed_unless_hidden(admin: Any) -> None:
    """identity-pools.md 1: merged identities are included unless HideDisabled."""
    made = make(admin, DeveloperProviderName=DEVELOPER)
    both = {token_for(admin, made, user) for user in ("ada", "grace")}
    kept = admin.merge_developer_identities(
        SourceUserIdentifier="ada",
        DestinationUserIdentifier="grace",
        DeveloperProviderName=DEVELOPER,
        IdentityPoolId=made,
    )["IdentityId"]

    def listed(**more: bool) -> set[str]:
        answer = admin.list_identities(IdentityPoolId=made, MaxResults=60, **more)
        return {str(each["IdentityId"]) for each in answer["Identities"]}

    assert listed() == both
    assert listed(HideDisabled=True) == {kept}


def test_what_cannot_be_deleted_is_named(admin: Any, public: Any, pool_id: str) -> None:
    """identity-pools.md 1: UnprocessedIdentityIds have IdentityId and ErrorCode AccessDenied."""
    known, unknown = public.get_id(IdentityPoolId=pool_id)["IdentityId"], f"us-east-1:{uuid.uuid4()}"
    left = admin.delete_identities(IdentityIdsToDelete=[known, unknown])["UnprocessedIdentityIds"]
    assert left == [{"IdentityId": unknown, "ErrorCode": "AccessDenied"}]


def test_one_developer_login_exactly(admin: Any, pool_id: str) -> None:
    """identity-pools.md 1: the developer provider is exactly one in Logins."""
    given = {"IdentityPoolId": pool_id, "Logins": {GOOGLE: "token"}}
    assert refusal(admin, "get_open_id_token_for_developer_identity", **given) in REFUSALS


def test_a_developers_token_has_fifty_tags(admin: Any, pool_id: str) -> None:
    """identity-pools.md 1: GetOpenIdTokenForDeveloperIdentity takes at most 50 PrincipalTags."""
    tags = {f"k{number}": "v" for number in range(51)}
    given = {"IdentityPoolId": pool_id, "Logins": {DEVELOPER: "ada"}}
    assert refusal(admin, "get_open_id_token_for_developer_identity", **given, PrincipalTags=tags) in REFUSALS
    del tags["k0"]
    assert token_for(admin, pool_id, "ada", PrincipalTags=tags)


def test_a_developers_user_is_looked_up_by_either_side(admin: Any, pool_id: str) -> None:
    """identity-pools.md 1: LookupDeveloperIdentity takes IdentityId or DeveloperUserIdentifier."""
    identity_id = token_for(admin, pool_id, "linus")
    for given in ({"IdentityId": identity_id}, {"DeveloperUserIdentifier": "linus"}):
        found = admin.lookup_developer_identity(IdentityPoolId=pool_id, MaxResults=1, **given)
        assert (found["IdentityId"], found["DeveloperUserIdentifierList"]) == (identity_id, ["linus"])
    with_neither = refusal(admin, "lookup_developer_identity", IdentityPoolId=pool_id)
    assert with_neither == "InvalidParameterException"


@pytest.mark.parametrize(("more", "is_taken"), [(18, True), (19, False)])
def test_a_merged_identity_has_twenty_logins(admin: Any, more: int, *, is_taken: bool) -> None:
    """identity-pools.md 1: MergeDeveloperIdentities, at most 20 linked logins in total."""
    made = make(admin, DeveloperProviderName=DEVELOPER)
    identity_id = token_for(admin, made, "ada")
    for number in range(more):
        token_for(admin, made, f"ada{number}", IdentityId=identity_id)
    token_for(admin, made, "grace")
    given = {"SourceUserIdentifier": "ada", "DestinationUserIdentifier": "grace"}
    given |= {"DeveloperProviderName": DEVELOPER, "IdentityPoolId": made}
    if is_taken:
        assert admin.merge_developer_identities(**given)["IdentityId"]
    else:
        assert refusal(admin, "merge_developer_identities", **given) in REFUSALS


def test_a_developers_user_is_unlinked(admin: Any, pool_id: str) -> None:
    """identity-pools.md 1: UnlinkDeveloperIdentity."""
    identity_id = token_for(admin, pool_id, "leaves")
    admin.unlink_developer_identity(
        IdentityId=identity_id,
        IdentityPoolId=pool_id,
        DeveloperProviderName=DEVELOPER,
        DeveloperUserIdentifier="leaves",
    )
    with refused("ResourceNotFoundException"):
        admin.lookup_developer_identity(IdentityPoolId=pool_id, DeveloperUserIdentifier="leaves")


def test_roles_are_replaced_as_a_whole(admin: Any, pool_id: str) -> None:
    """identity-pools.md 1: SetIdentityPoolRoles replaces everything."""
    mapping = {f"{PROVIDER}:client": {"Type": "Token", "AmbiguousRoleResolution": "Deny"}}
    made = make(admin, CognitoIdentityProviders=FIELDS["CognitoIdentityProviders"])
    admin.set_identity_pool_roles(IdentityPoolId=made, Roles={"authenticated": ROLE}, RoleMappings=mapping)
    admin.set_identity_pool_roles(IdentityPoolId=made, Roles={"unauthenticated": ROLE})
    kept = admin.get_identity_pool_roles(IdentityPoolId=made)
    assert kept["Roles"] == {"unauthenticated": ROLE}
    assert not kept.get("RoleMappings")


def test_who_sets_roles_must_be_able_to_pass_them(sandbox: RunningSandbox, pool_id: str) -> None:
    """identity-pools.md 1: the caller of SetIdentityPoolRoles needs iam:PassRole."""
    iam = sandbox.client("iam")
    iam.create_user(UserName="sets-roles")
    allow = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"cognito-identity:*","Resource":"*"}}'
    iam.put_user_policy(UserName="sets-roles", PolicyName="allow", PolicyDocument=allow)
    key = iam.create_access_key(UserName="sets-roles")["AccessKey"]
    theirs = sandbox.client("cognito-identity", keys=(key["AccessKeyId"], key["SecretAccessKey"]))
    with refused("AccessDeniedException"):
        theirs.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": ROLE})
    passing = allow.replace('"cognito-identity:*"', '["cognito-identity:*","iam:PassRole"]')
    iam.put_user_policy(UserName="sets-roles", PolicyName="allow", PolicyDocument=passing)
    theirs.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": ROLE})


@pytest.mark.parametrize(("count", "is_taken"), [(50, True), (51, False)])
def test_a_tag_map_has_fifty_entries(admin: Any, pool_id: str, count: int, *, is_taken: bool) -> None:
    """identity-pools.md 1: SetPrincipalTagAttributeMap takes at most 50 PrincipalTags."""
    tags = {f"k{number}": "sub" for number in range(count)}
    given = {"IdentityPoolId": pool_id, "IdentityProviderName": DEVELOPER, "PrincipalTags": tags}
    if is_taken:
        assert admin.set_principal_tag_attribute_map(**given)["PrincipalTags"] == tags
    else:
        assert refusal(admin, "set_principal_tag_attribute_map", **given) in REFUSALS


def test_a_pool_is_tagged_by_its_arn(admin: Any, pool_id: str) -> None:
    """identity-pools.md introduction and 1: the pool's ARN; TagResource, UntagResource, ListTagsForResource."""
    arn = f"arn:aws:cognito-identity:us-east-1:210987654321:identitypool/{pool_id}"
    admin.tag_resource(ResourceArn=arn, Tags={"team": "moon", "plan": "paid"})
    admin.untag_resource(ResourceArn=arn, TagKeys=["plan"])
    assert admin.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"team": "moon"}


@pytest.mark.parametrize(
    "operation",
    [
        each
        for each in REQUIRED
        if each not in ("get_id", "get_credentials_for_identity", "get_open_id_token", "unlink_identity")
    ],
)
def test_only_four_operations_take_unsigned_requests(public: Any, operation: str) -> None:
    """identity-pools.md 1: operations without (P) need AWS credentials."""
    given = {each: SAMPLES.get(each, "facts") for each in REQUIRED[operation]}
    code = refusal(public, operation, **given)
    assert code == "MissingAuthenticationTokenException"


@pytest.mark.parametrize("is_signed", [False, True])
def test_public_operations_may_be_signed(sandbox: RunningSandbox, pool_id: str, *, is_signed: bool) -> None:
    """identity-pools.md 1: public operations take unsigned requests; signing them works as well."""
    headers = {"X-Amz-Target": "AWSCognitoIdentityService.GetId", "Content-Type": "application/x-amz-json-1.1"}
    url, body = f"{sandbox.endpoint}/", json.dumps({"IdentityPoolId": pool_id})
    request = AWSRequest("POST", url, headers, body)
    if is_signed:
        keys = Credentials(sandbox.ready["access_key_id"], sandbox.ready["secret_access_key"])
        SigV4Auth(keys, "cognito-identity", "us-east-1").add_auth(request)
    answer = call(url, "POST", dict(request.headers.items()), body.encode())
    assert answer.status == 200, answer.text
    assert json.loads(answer.text)["IdentityId"]
