"""The gate in front of IAM, S3, STS and Cognito's administration."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox_fixture import RunningSandbox, direct

BUCKET = "letters"
ACCOUNT_ROOT = {"AWS": "arn:aws:iam::210987654321:root"}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def make_role(sandbox: RunningSandbox, name: str, *statements: dict[str, Any]) -> None:
    """A role that the whole account may assume."""
    iam = sandbox.client("iam")
    trust = document({"Effect": "Allow", "Principal": ACCOUNT_ROOT, "Action": "sts:AssumeRole"})
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(*statements))


def session(sandbox: RunningSandbox, role: str, **more: Any) -> tuple[str, str, str]:
    """Credentials of a role, assumed by the administrator."""
    arn = f"arn:aws:iam::210987654321:role/{role}"
    got = sandbox.client("sts").assume_role(RoleArn=arn, RoleSessionName="visit", **more)["Credentials"]
    return got["AccessKeyId"], got["SecretAccessKey"], got["SessionToken"]


def refused(callable_: Any, **params: Any) -> tuple[str, str, int]:
    with pytest.raises(ClientError) as caught:
        callable_(**params)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


@pytest.fixture(scope="module")
def letters(sandbox: RunningSandbox) -> RunningSandbox:
    """A bucket with a teaser and an article, a guest who reads teasers and a subscriber who reads both."""
    s3 = sandbox.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="teasers/one.md", Body=b"half")
    s3.put_object(Bucket=BUCKET, Key="articles/one.md", Body=b"whole")
    arn = f"arn:aws:s3:::{BUCKET}"
    of_teasers = {"StringLike": {"s3:prefix": "teasers/*"}}
    make_role(
        sandbox,
        "Guest",
        allow("s3:GetObject", f"{arn}/teasers/*"),
        allow("s3:ListBucket", arn, Condition=of_teasers),
    )
    make_role(sandbox, "Subscriber", allow("s3:GetObject", [f"{arn}/teasers/*", f"{arn}/articles/*"]))
    return sandbox


def test_a_guest_reads_the_teaser_and_is_told_why_not_the_article(letters: RunningSandbox) -> None:
    guest = letters.client("s3", keys=session(letters, "Guest"))
    assert guest.get_object(Bucket=BUCKET, Key="teasers/one.md")["Body"].read() == b"half"
    assert refused(guest.get_object, Bucket=BUCKET, Key="articles/one.md") == (
        "AccessDenied",
        "User: arn:aws:sts::210987654321:assumed-role/Guest/visit is not authorized to perform: s3:GetObject on"
        ' resource: "arn:aws:s3:::letters/articles/one.md" because no identity-based policy allows the s3:GetObject'
        " action",
        403,
    )


def test_a_subscriber_reads_the_article_but_writes_nothing(letters: RunningSandbox) -> None:
    subscriber = letters.client("s3", keys=session(letters, "Subscriber"))
    assert subscriber.get_object(Bucket=BUCKET, Key="articles/one.md")["Body"].read() == b"whole"
    assert refused(subscriber.put_object, Bucket=BUCKET, Key="articles/one.md", Body=b"mine")[0] == "AccessDenied"
    assert refused(subscriber.delete_object, Bucket=BUCKET, Key="articles/one.md")[0] == "AccessDenied"


def test_a_prefix_is_a_condition_of_listing(letters: RunningSandbox) -> None:
    guest = letters.client("s3", keys=session(letters, "Guest"))
    listed = guest.list_objects_v2(Bucket=BUCKET, Prefix="teasers/one")
    assert [entry["Key"] for entry in listed["Contents"]] == ["teasers/one.md"]
    assert refused(guest.list_objects_v2, Bucket=BUCKET, Prefix="articles/")[0] == "AccessDenied"
    assert refused(guest.list_objects_v2, Bucket=BUCKET)[0] == "AccessDenied"
    assert refused(guest.list_buckets)[0] == "AccessDenied"


def test_who_may_not_list_does_not_learn_that_an_object_is_missing(letters: RunningSandbox) -> None:
    subscriber = letters.client("s3", keys=session(letters, "Subscriber"))
    code, message, _ = refused(subscriber.get_object, Bucket=BUCKET, Key="teasers/none.md")
    assert code == "AccessDenied"
    assert "s3:ListBucket" in message
    assert refused(letters.client("s3").get_object, Bucket=BUCKET, Key="teasers/none.md")[0] == "NoSuchKey"


def test_deleting_many_needs_leave_for_each(letters: RunningSandbox) -> None:
    arn = f"arn:aws:s3:::{BUCKET}"
    make_role(letters, "Cleaner", allow("s3:DeleteObject", f"{arn}/bin/*"))
    cleaner = letters.client("s3", keys=session(letters, "Cleaner"))
    letters.client("s3").put_object(Bucket=BUCKET, Key="bin/a", Body=b"")
    both = {"Objects": [{"Key": "bin/a"}, {"Key": "articles/one.md"}]}
    assert refused(cleaner.delete_objects, Bucket=BUCKET, Delete=both)[0] == "AccessDenied"
    assert cleaner.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "bin/a"}]})["Deleted"]


def test_an_explicit_deny_is_named(letters: RunningSandbox) -> None:
    denial = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}
    make_role(letters, "Torn", allow("s3:*"), denial)
    torn = letters.client("s3", keys=session(letters, "Torn"))
    assert refused(torn.get_object, Bucket=BUCKET, Key="teasers/one.md")[1].endswith(
        "with an explicit deny in an identity-based policy"
    )


def test_a_session_policy_limits_the_role(letters: RunningSandbox) -> None:
    keys = session(letters, "Subscriber", Policy=document(allow("s3:GetObject", f"arn:aws:s3:::{BUCKET}/teasers/*")))
    limited = letters.client("s3", keys=keys)
    assert limited.get_object(Bucket=BUCKET, Key="teasers/one.md")
    message = refused(limited.get_object, Bucket=BUCKET, Key="articles/one.md")[1]
    assert message.endswith("because no session policy allows the s3:GetObject action")


def test_a_boundary_limits_the_role(letters: RunningSandbox) -> None:
    iam = letters.client("iam")
    make_role(letters, "Bounded", allow("s3:*"))
    policy = iam.create_policy(PolicyName="edge", PolicyDocument=document(allow("s3:ListBucket")))["Policy"]
    iam.put_role_permissions_boundary(RoleName="Bounded", PermissionsBoundary=policy["Arn"])
    bounded = letters.client("s3", keys=session(letters, "Bounded"))
    assert bounded.list_objects_v2(Bucket=BUCKET)["KeyCount"] >= 2
    message = refused(bounded.get_object, Bucket=BUCKET, Key="teasers/one.md")[1]
    assert message.endswith("because no permissions boundary allows the s3:GetObject action")


def test_a_bucket_policy_opens_a_folder_to_everybody(letters: RunningSandbox) -> None:
    anybody = letters.public_client("s3")
    assert refused(anybody.get_object, Bucket=BUCKET, Key="teasers/one.md") == ("AccessDenied", "Access Denied", 403)
    everyone = allow("s3:GetObject", f"arn:aws:s3:::{BUCKET}/open/*", Principal="*")
    letters.client("s3").put_bucket_policy(Bucket=BUCKET, Policy=document(everyone))
    letters.client("s3").put_object(Bucket=BUCKET, Key="open/hello.txt", Body=b"hello")
    assert anybody.get_object(Bucket=BUCKET, Key="open/hello.txt")["Body"].read() == b"hello"
    assert refused(anybody.get_object, Bucket=BUCKET, Key="articles/one.md")[0] == "AccessDenied"


def test_a_presigned_address_is_good_for_one_object(letters: RunningSandbox) -> None:
    guest = letters.client("s3", keys=session(letters, "Guest"), signature_version="s3v4")
    address = guest.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "teasers/one.md"})
    with direct.open(address) as answer:
        assert answer.read() == b"half"
    with pytest.raises(urllib.error.HTTPError) as caught:
        direct.open(address.replace("teasers", "articles"))
    with caught.value as refusal:
        assert b"SignatureDoesNotMatch" in refusal.read()


def test_a_user_of_iam_has_what_their_groups_allow(letters: RunningSandbox) -> None:
    iam = letters.client("iam")
    iam.create_user(UserName="ada")
    iam.create_group(GroupName="readers")
    iam.put_group_policy(
        GroupName="readers", PolicyName="pools", PolicyDocument=document(allow("cognito-idp:ListUserPools"))
    )
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    keys = (key["AccessKeyId"], key["SecretAccessKey"])
    ada = letters.client("cognito-idp", keys=keys)
    code, message, status = refused(ada.list_user_pools, MaxResults=5)
    assert (code, status) == ("AccessDeniedException", 400)
    assert message == (
        "User: arn:aws:iam::210987654321:user/ada is not authorized to perform: cognito-idp:ListUserPools on"
        " resource: * because no identity-based policy allows the cognito-idp:ListUserPools action"
    )
    iam.add_user_to_group(UserName="ada", GroupName="readers")
    assert ada.list_user_pools(MaxResults=5)["UserPools"] == []
    assert letters.client("sts", keys=keys).get_caller_identity()["Arn"] == "arn:aws:iam::210987654321:user/ada"
    assert refused(letters.client("iam", keys=keys).list_roles)[0] == "AccessDenied"
    iam.update_access_key(UserName="ada", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    assert refused(ada.list_user_pools, MaxResults=5)[0] == "UnrecognizedClientException"


def test_one_pool_may_be_allowed_and_another_not(letters: RunningSandbox) -> None:
    admin = letters.client("cognito-idp")
    mine, other = (admin.create_user_pool(PoolName=name)["UserPool"] for name in ("mine", "other"))
    make_role(letters, "OnePool", allow("cognito-idp:*", mine["Arn"]))
    holder = letters.client("cognito-idp", keys=session(letters, "OnePool"))
    assert holder.describe_user_pool(UserPoolId=mine["Id"])["UserPool"]["Name"] == "mine"
    assert refused(holder.describe_user_pool, UserPoolId=other["Id"])[0] == "AccessDeniedException"
    code, message, _ = refused(
        holder.create_group,
        UserPoolId=mine["Id"],
        GroupName="g",
        RoleArn="arn:aws:iam::210987654321:role/Guest",
    )
    assert code == "AccessDeniedException"
    assert "iam:PassRole on resource: arn:aws:iam::210987654321:role/Guest" in message


def test_a_path_is_part_of_what_a_policy_names(letters: RunningSandbox) -> None:
    iam = letters.client("iam")
    trust = document({"Effect": "Allow", "Principal": ACCOUNT_ROOT, "Action": "sts:AssumeRole"})
    for path in ("/", "/staff/"):
        iam.create_role(RoleName=f"Walker{len(path)}", Path=path, AssumeRolePolicyDocument=trust)
    iam.create_user(UserName="walker", Path="/staff/")
    account = "arn:aws:iam::210987654321"
    make_role(letters, "Staffer", allow("iam:*", [f"{account}:role/staff/*", f"{account}:user/staff/*"]))
    staffer = letters.client("iam", keys=session(letters, "Staffer"))
    assert staffer.get_role(RoleName="Walker7")["Role"]["Path"] == "/staff/"
    assert staffer.get_user(UserName="walker")["User"]["Path"] == "/staff/"
    assert staffer.create_user(UserName="newcomer", Path="/staff/")
    assert refused(staffer.get_role, RoleName="Walker1")[0] == "AccessDenied"
    assert refused(staffer.create_user, UserName="elsewhere")[0] == "AccessDenied"
    assert (
        refused(staffer.put_role_policy, RoleName="Walker1", PolicyName="p", PolicyDocument="{}")[0] == "AccessDenied"
    )


def test_a_boundary_that_would_be_forgotten_is_refused(letters: RunningSandbox) -> None:
    iam = letters.client("iam")
    boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    code, _, status = refused(iam.create_user, UserName="bounded", PermissionsBoundary=boundary)
    assert (code, status) == ("NotImplemented", 501)


@pytest.mark.parametrize("name", ["_hosted", "_sandbox", "us-east-1_AbCdEfGhI"])
def test_names_the_sandbox_needs_are_no_buckets(letters: RunningSandbox, name: str) -> None:
    request = urllib.request.Request(f"{letters.endpoint}/{name}", method="PUT")
    with pytest.raises(urllib.error.HTTPError) as caught:
        direct.open(request)
    with caught.value as refusal:
        assert refusal.code in (400, 403, 404)


def test_the_main_job_a_guest_is_denied_and_a_subscriber_allowed(demo_sandbox: RunningSandbox) -> None:
    admin = demo_sandbox.client("cognito-idp")
    pools = admin.list_user_pools(MaxResults=60)["UserPools"]
    pool_id = next(pool["Id"] for pool in pools if pool["Name"] == "moonletter")
    clients = admin.list_user_pool_clients(UserPoolId=pool_id, MaxResults=60)["UserPoolClients"]
    client_id = next(client["ClientId"] for client in clients if client["ClientName"] == "web")
    tokens = demo_sandbox.public_client("cognito-idp").initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=client_id,
        AuthParameters={"USERNAME": "ada", "PASSWORD": "Moonletter-2026"},
    )["AuthenticationResult"]
    logins = {f"cognito-idp.us-east-1.amazonaws.com/{pool_id}": tokens["IdToken"]}
    guest, subscriber = identity_keys(demo_sandbox, {}), identity_keys(demo_sandbox, logins)
    article = {"Bucket": "moonletter-content", "Key": "articles/2026-11-halving.md"}
    teaser = article | {"Key": "teasers/2026-11-halving.md"}
    for keys in (guest, subscriber):
        assert demo_sandbox.client("s3", keys=keys).get_object(**teaser)["Body"].read()
    assert demo_sandbox.client("s3", keys=subscriber).get_object(**article)["Body"].read()
    code, message, _ = refused(demo_sandbox.client("s3", keys=guest).get_object, **article)
    assert code == "AccessDenied"
    assert "assumed-role/MoonletterGuest/CognitoIdentityCredentials" in message


def identity_keys(sandbox: RunningSandbox, logins: dict[str, str]) -> tuple[str, str, str]:
    """Credentials of an identity of Moonletter's pool."""
    pools = sandbox.client("cognito-identity").list_identity_pools(MaxResults=10)["IdentityPools"]
    public = sandbox.public_client("cognito-identity")
    identity_id = public.get_id(IdentityPoolId=pools[0]["IdentityPoolId"], Logins=logins)["IdentityId"]
    got = public.get_credentials_for_identity(IdentityId=identity_id, Logins=logins)["Credentials"]
    return got["AccessKeyId"], got["SecretKey"], got["SessionToken"]
