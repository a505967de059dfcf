"""What an identity may do: folders of its own, attributes for access control, and what Cognito keeps from everybody."""

import json
import uuid
from typing import Any

import jwt
import pytest
from botocore.exceptions import ClientError

from tests.sandbox.hosted_ui.browser import WEB
from tests.sandbox.identity_pools.test_developer_identities import tagging
from tests.sandbox.identity_pools.test_identities import refusal
from tests.sandbox.identity_pools.visitors import (
    PROVIDER,
    PoolKit,
    Visitor,
    logins,
    trust_policy,
    visit,
)
from tests.sandbox_fixture import RunningSandbox

COGNITO = "cognito-identity.amazonaws.com"
USER_CLAIM_TAGS = {"email": "email", "groups": "cognito:groups", "missing": "custom:nothing"}


@pytest.fixture
def kit(demo_sandbox: RunningSandbox) -> PoolKit:
    return PoolKit(demo_sandbox)


@pytest.fixture
def bucket(kit: PoolKit) -> str:
    name = f"homes-{uuid.uuid4().hex[:8]}"
    kit.sandbox.client("s3").create_bucket(Bucket=name)
    return name


def give_role(kit: PoolKit, pool_id: str, *statements: dict[str, Any], tags: bool = False) -> str:
    """Signed-in identities get a role that allows exactly this; its name."""
    name = f"Home-{uuid.uuid4().hex[:8]}"
    arn = kit.role(name, pool_id, "authenticated")
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    kit.iam.put_role_policy(RoleName=name, PolicyName="allowed", PolicyDocument=document)
    if tags:
        kit.trust(name, tagging(pool_id))
    kit.admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"authenticated": arn})
    return name


def allow(action: Any, resource: Any, **condition: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return statement | ({"Condition": condition} if condition else {})


def is_allowed(visitor: Visitor, call: str, **params: Any) -> bool:
    try:
        getattr(visitor.client("s3"), call)(**params)
    except ClientError as refused:
        assert refused.response["Error"]["Code"] == "AccessDenied"
        return False
    return True


def test_everybody_has_a_folder_of_their_own_and_no_other(kit: PoolKit, bucket: str) -> None:
    pool_id = kit.pool()
    mine = f"${{{COGNITO}:sub}}"
    give_role(
        kit,
        pool_id,
        allow(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{bucket}/{mine}/*"),
        allow("s3:ListBucket", f"arn:aws:s3:::{bucket}", StringLike={"s3:prefix": f"{mine}/*"}),
    )
    ada, grace = (visit(kit.sandbox, pool_id, logins(kit.sandbox, each)) for each in ("ada", "grace"))
    for owner, other in ((ada, grace), (grace, ada)):
        own = f"{owner.identity_id}/notes.txt"
        assert is_allowed(owner, "put_object", Bucket=bucket, Key=own, Body=b"mine")
        assert is_allowed(owner, "get_object", Bucket=bucket, Key=own)
        assert is_allowed(owner, "list_objects_v2", Bucket=bucket, Prefix=f"{owner.identity_id}/")
        assert not is_allowed(other, "get_object", Bucket=bucket, Key=own)
        assert not is_allowed(other, "put_object", Bucket=bucket, Key=own, Body=b"theirs")
        assert not is_allowed(other, "list_objects_v2", Bucket=bucket, Prefix=f"{owner.identity_id}/")


def test_a_bucket_policy_knows_identities_by_the_pools_id(kit: PoolKit, bucket: str) -> None:
    pools = [kit.pool(), kit.pool()]
    for pool_id in pools:
        give_role(kit, pool_id, allow("s3:ListAllMyBuckets", "*"))
    policy = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:ListBucket",
        "Resource": f"arn:aws:s3:::{bucket}",
        "Condition": {"StringEquals": {f"{COGNITO}:aud": pools[0]}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": policy})
    kit.sandbox.client("s3").put_bucket_policy(Bucket=bucket, Policy=document)
    ours, theirs = (visit(kit.sandbox, pool_id, logins(kit.sandbox, "ada")) for pool_id in pools)
    assert is_allowed(ours, "list_objects_v2", Bucket=bucket)
    assert not is_allowed(theirs, "list_objects_v2", Bucket=bucket)


@pytest.mark.parametrize("amr", ["authenticated", PROVIDER, f"{PROVIDER}:CognitoSignIn:*"])
def test_amr_tells_permission_policies_how_somebody_signed_in(kit: PoolKit, amr: str) -> None:
    pool_id = kit.pool()
    give_role(kit, pool_id, allow("s3:ListAllMyBuckets", "*", **{"ForAnyValue:StringLike": {f"{COGNITO}:amr": amr}}))
    visitor = visit(kit.sandbox, pool_id, logins(kit.sandbox, "ada"))
    assert is_allowed(visitor, "list_buckets")


def test_claims_become_principal_tags_that_policies_use(kit: PoolKit, bucket: str) -> None:
    pool_id = kit.pool()
    tag = "${aws:PrincipalTag/email, 'nobody'}"
    role = give_role(kit, pool_id, allow("s3:PutObject", f"arn:aws:s3:::{bucket}/{tag}/*"))
    login = logins(kit.sandbox, "ada")
    email = jwt.decode(login[PROVIDER], options={"verify_signature": False})["email"]
    assert is_allowed(visit(kit.sandbox, pool_id, login), "put_object", Bucket=bucket, Key="nobody/x", Body=b"")
    kit.admin.set_principal_tag_attribute_map(
        IdentityPoolId=pool_id, IdentityProviderName=PROVIDER, PrincipalTags=USER_CLAIM_TAGS
    )
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    ask = {"IdentityId": identity_id, "Logins": login}
    # The role's trust policy has to allow sts:TagSession.
    assert refusal(kit.public.get_credentials_for_identity, **ask).startswith("InvalidIdentityPoolConfiguration")
    kit.trust(role, tagging(pool_id))
    visitor = visit(kit.sandbox, pool_id, login)
    assert is_allowed(visitor, "put_object", Bucket=bucket, Key=f"{email}/notes", Body=b"")
    assert not is_allowed(visitor, "put_object", Bucket=bucket, Key="nobody/x", Body=b"")


def test_a_claim_that_is_missing_gives_no_tag(kit: PoolKit) -> None:
    pool_id = kit.pool()
    give_role(kit, pool_id, allow("s3:ListAllMyBuckets", "*", Null={"aws:PrincipalTag/missing": "true"}), tags=True)
    kit.admin.set_principal_tag_attribute_map(
        IdentityPoolId=pool_id, IdentityProviderName=PROVIDER, PrincipalTags=USER_CLAIM_TAGS
    )
    assert is_allowed(visit(kit.sandbox, pool_id, logins(kit.sandbox, "ada")), "list_buckets")


def test_the_default_tags_are_subject_and_client(kit: PoolKit) -> None:
    pool_id = kit.pool()
    login = logins(kit.sandbox, "ada")
    claims = jwt.decode(login[PROVIDER], options={"verify_signature": False})
    wanted = {"aws:PrincipalTag/username": claims["sub"], "aws:PrincipalTag/client": WEB}
    give_role(kit, pool_id, allow("s3:ListAllMyBuckets", "*", StringEquals=wanted), tags=True)
    assert not is_allowed(visit(kit.sandbox, pool_id, login), "list_buckets")
    params = {"IdentityPoolId": pool_id, "IdentityProviderName": PROVIDER}
    kit.admin.set_principal_tag_attribute_map(**params, UseDefaults=True)
    assert kit.admin.get_principal_tag_attribute_map(**params)["UseDefaults"] is True
    assert is_allowed(visit(kit.sandbox, pool_id, login), "list_buckets")


def test_a_trust_policy_sees_the_tags_of_the_request(kit: PoolKit) -> None:
    pool_id = kit.pool()
    role = give_role(kit, pool_id, allow("s3:ListAllMyBuckets", "*"), tags=True)
    trust = tagging(pool_id)
    trust["Statement"][0]["Condition"]["StringLike"] = {"aws:RequestTag/email": "grace@*"}
    kit.trust(role, trust)
    kit.admin.set_principal_tag_attribute_map(
        IdentityPoolId=pool_id, IdentityProviderName=PROVIDER, PrincipalTags=USER_CLAIM_TAGS
    )
    assert visit(kit.sandbox, pool_id, logins(kit.sandbox, "grace"))
    login = logins(kit.sandbox, "ada")
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    refused = refusal(kit.public.get_credentials_for_identity, IdentityId=identity_id, Logins=login)
    assert refused.startswith("InvalidIdentityPoolConfigurationException")


def test_the_classic_flows_token_carries_the_tags_to_sts(kit: PoolKit) -> None:
    pool_id = kit.pool(AllowClassicFlow=True)
    name = give_role(
        kit, pool_id, allow("s3:ListAllMyBuckets", "*", Null={"aws:PrincipalTag/email": "false"}), tags=True
    )
    kit.admin.set_principal_tag_attribute_map(
        IdentityPoolId=pool_id, IdentityProviderName=PROVIDER, PrincipalTags={"email": "email"}
    )
    login = logins(kit.sandbox, "ada")
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    token = kit.public.get_open_id_token(IdentityId=identity_id, Logins=login)["Token"]
    answer = kit.sandbox.public_client("sts").assume_role_with_web_identity(
        RoleArn=f"arn:aws:iam::210987654321:role/{name}", RoleSessionName="classic", WebIdentityToken=token
    )
    issued = answer["Credentials"]
    keys = (issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])
    assert is_allowed(Visitor(kit.sandbox, identity_id, keys), "list_buckets")


def test_a_map_is_replaced_and_empty_where_none_was_set(kit: PoolKit) -> None:
    params = {"IdentityPoolId": kit.pool(), "IdentityProviderName": PROVIDER}
    read = kit.admin.get_principal_tag_attribute_map
    assert read(**params)["PrincipalTags"] == {}
    kit.admin.set_principal_tag_attribute_map(**params, PrincipalTags={"a": "b", "c": "d"})
    kit.admin.set_principal_tag_attribute_map(**params, PrincipalTags={"e": "f"})
    assert (read(**params)["PrincipalTags"], read(**params)["UseDefaults"]) == ({"e": "f"}, False)


def test_all_tag_values_together_have_460_bytes(kit: PoolKit) -> None:
    pool_id = kit.pool()
    give_role(kit, pool_id, allow("s3:ListAllMyBuckets", "*"), tags=True)
    many = {f"tag{number}": "sub" for number in range(13)}
    kit.admin.set_principal_tag_attribute_map(IdentityPoolId=pool_id, IdentityProviderName=PROVIDER, PrincipalTags=many)
    login = logins(kit.sandbox, "ada")
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    refused = refusal(kit.public.get_credentials_for_identity, IdentityId=identity_id, Logins=login)
    assert "460 bytes" in refused


def test_nobody_administers_identity_pools_with_an_identitys_credentials(kit: PoolKit) -> None:
    pool_id = kit.pool()
    give_role(kit, pool_id, allow("*", "*"))
    visitor = visit(kit.sandbox, pool_id, logins(kit.sandbox, "ada"))
    assert visitor.client("cognito-idp").list_user_pools(MaxResults=1)
    refused = refusal(visitor.client("cognito-identity").list_identity_pools, MaxResults=1)
    assert refused.startswith("AccessDeniedException")


@pytest.mark.parametrize(
    ("statement", "is_in_list"),
    [
        (allow("dynamodb:Query", "*"), True),
        (allow("s3:ListAllMyBuckets", "*"), True),
        (allow("sts:AssumeRole", "*"), False),
    ],
)
def test_the_classic_flow_scopes_no_guest_down(kit: PoolKit, statement: dict[str, Any], is_in_list: bool) -> None:
    pool_id = kit.pool(AllowClassicFlow=True)
    name = f"Guest-{uuid.uuid4().hex[:8]}"
    role = kit.role(name, pool_id, "unauthenticated", str(statement["Action"]))
    kit.admin.set_identity_pool_roles(IdentityPoolId=pool_id, Roles={"unauthenticated": role})
    target_trust = {"Statement": {"Effect": "Allow", "Principal": {"AWS": "210987654321"}, "Action": "sts:AssumeRole"}}
    target = kit.iam.create_role(
        RoleName=f"Target-{uuid.uuid4().hex[:8]}", AssumeRolePolicyDocument=json.dumps(target_trust)
    )["Role"]["Arn"]
    guest = visit(kit.sandbox, pool_id)
    token = kit.public.get_open_id_token(IdentityId=guest.identity_id)["Token"]
    issued = kit.sandbox.public_client("sts").assume_role_with_web_identity(
        RoleArn=role, RoleSessionName="classic", WebIdentityToken=token
    )["Credentials"]
    keys = (issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])
    classic = Visitor(kit.sandbox, guest.identity_id, keys)

    def may_assume(visitor: Visitor) -> bool:
        try:
            visitor.client("sts").assume_role(RoleArn=target, RoleSessionName="chained")
        except ClientError:
            return False
        return True

    if not is_in_list:
        assert (may_assume(guest), may_assume(classic)) == (False, True)
    elif statement["Action"] == "s3:ListAllMyBuckets":
        assert is_allowed(guest, "list_buckets")
        assert is_allowed(classic, "list_buckets")


def test_a_mapping_has_at_most_25_rules_and_a_pool_ten_mappings(kit: PoolKit) -> None:
    pool_id = kit.pool()
    role = kit.role(f"Rule-{uuid.uuid4().hex[:8]}", pool_id, "authenticated")
    rule = {"Claim": "email", "MatchType": "Contains", "Value": "a", "RoleARN": role}

    def mapping(count: int) -> dict[str, Any]:
        rules = {"Rules": [rule] * count}
        return {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": rules}

    put = kit.admin.set_identity_pool_roles
    put(IdentityPoolId=pool_id, Roles={}, RoleMappings={f"{PROVIDER}:{WEB}": mapping(25)})
    refused = refusal(put, IdentityPoolId=pool_id, Roles={}, RoleMappings={f"{PROVIDER}:{WEB}": mapping(26)})
    assert "25" in refused
    many = {f"{PROVIDER}:client{number}": mapping(1) for number in range(11)}
    assert refusal(put, IdentityPoolId=pool_id, Roles={}, RoleMappings=many)
    unchanged = kit.admin.get_identity_pool_roles(IdentityPoolId=pool_id)["RoleMappings"]
    assert list(unchanged) == [f"{PROVIDER}:{WEB}"]


def test_a_custom_role_must_be_among_the_tokens_roles(kit: PoolKit) -> None:
    pool_id = kit.pool()
    own = kit.role(f"Own-{uuid.uuid4().hex[:8]}", pool_id, "authenticated")
    mapping = {"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"}
    kit.admin.set_identity_pool_roles(
        IdentityPoolId=pool_id, Roles={"authenticated": own}, RoleMappings={f"{PROVIDER}:{WEB}": mapping}
    )
    login = logins(kit.sandbox, "ada")
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    refused = refusal(kit.public.get_credentials_for_identity, IdentityId=identity_id, Logins=login, CustomRoleArn=own)
    assert refused.startswith("NotAuthorizedException")


def test_pools_are_tagged_and_untagged(kit: PoolKit) -> None:
    pool_id = kit.pool(IdentityPoolTags={"team": "web"})
    arn = f"arn:aws:cognito-identity:us-east-1:210987654321:identitypool/{pool_id}"
    kit.admin.tag_resource(ResourceArn=arn, Tags={"team": "app", "stage": "try"})
    assert kit.admin.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"team": "app", "stage": "try"}
    kit.admin.untag_resource(ResourceArn=arn, TagKeys=["team", "never-there"])
    assert kit.admin.describe_identity_pool(IdentityPoolId=pool_id)["IdentityPoolTags"] == {"stage": "try"}
    assert "ResourceNotFoundException" in refusal(kit.admin.list_tags_for_resource, ResourceArn=f"{arn[:-4]}0000")
    assert "InvalidParameterException" in refusal(
        kit.admin.list_tags_for_resource, ResourceArn="arn:aws:s3:::some-bucket-of-mine"
    )


def test_a_pages_token_is_signed_and_good_for_its_own_list(kit: PoolKit) -> None:
    pool_id = kit.pool()
    for _ in range(2):
        kit.public.get_id(IdentityPoolId=pool_id)
    token = kit.admin.list_identities(IdentityPoolId=pool_id, MaxResults=1)["NextToken"]
    forged = f"{token[:-6]}AAAAAA"
    assert refusal(kit.admin.list_identities, IdentityPoolId=pool_id, MaxResults=1, NextToken=forged)
    assert refusal(kit.admin.list_identity_pools, MaxResults=1, NextToken=token)


def test_the_aud_of_another_pool_in_the_trust_is_a_wrong_configuration(kit: PoolKit) -> None:
    pool_id, other = kit.pool(), kit.pool()
    role = give_role(kit, pool_id, allow("s3:ListAllMyBuckets", "*"))
    kit.trust(role, trust_policy(other, "authenticated"))
    login = logins(kit.sandbox, "ada")
    identity_id = kit.public.get_id(IdentityPoolId=pool_id, Logins=login)["IdentityId"]
    refused = refusal(kit.public.get_credentials_for_identity, IdentityId=identity_id, Logins=login)
    assert refused.startswith("InvalidIdentityPoolConfigurationException")
