"""Who may read what: guests, subscribers and editors before the same bucket."""

import time
import uuid
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.identity_pools.visitors import (
    ARTICLE,
    BUCKET,
    IDENTITY_POOL,
    TEASER,
    PoolKit,
    logins,
    visit,
)
from tests.sandbox_fixture import RunningSandbox, start_sandbox


@pytest.mark.parametrize(
    ("username", "role", "can_read_article", "can_put", "can_list_all"),
    [
        ("", "MoonletterGuest", False, False, False),
        ("linus", "MoonletterReader", False, False, False),
        ("ada", "MoonletterSubscriber", True, False, False),
        ("grace", "MoonletterEditor", True, True, True),
    ],
)
def test_each_reads_what_their_role_allows(
    demo_sandbox: RunningSandbox, username: str, role: str, can_read_article: bool, can_put: bool, can_list_all: bool
) -> None:
    visitor = visit(demo_sandbox, login=logins(demo_sandbox, username) if username else None)
    assert visitor.role() == role
    s3 = visitor.client("s3")
    draft = f"teasers/draft-{uuid.uuid4()}.md"

    def is_allowed(call: str, **params: object) -> bool:
        try:
            getattr(s3, call)(Bucket=BUCKET, **params)
        except ClientError as refusal:
            assert refusal.response["Error"]["Code"] == "AccessDenied"
            return False
        return True

    assert is_allowed("get_object", Key=TEASER)
    assert is_allowed("list_objects_v2", Prefix="teasers/")
    assert is_allowed("get_object", Key=ARTICLE) == can_read_article
    assert is_allowed("put_object", Key=draft, Body=b"draft") == can_put
    assert is_allowed("delete_object", Key=draft) == can_put
    assert is_allowed("list_objects_v2") == can_list_all


def test_a_guest_is_refused_what_is_not_in_cognitos_list_whatever_the_role_says(
    demo_sandbox: RunningSandbox,
) -> None:
    kit = PoolKit(demo_sandbox)
    pool_id = kit.pool()
    guest_role = kit.role("GenerousGuest", pool_id, "unauthenticated", "iam:ListRoles", "s3:GetObject")
    signed_in_role = kit.role("GenerousReader", pool_id, "authenticated", "iam:ListRoles", "s3:GetObject")
    kit.admin.set_identity_pool_roles(
        IdentityPoolId=pool_id, Roles={"unauthenticated": guest_role, "authenticated": signed_in_role}
    )
    guest = visit(demo_sandbox, pool_id)
    assert guest.client("s3").get_object(Bucket=BUCKET, Key=ARTICLE)
    with pytest.raises(ClientError) as refused:
        guest.client("iam").list_roles()
    assert refused.value.response["Error"]["Code"] == "AccessDenied"
    signed_in = visit(demo_sandbox, pool_id, logins(demo_sandbox, "linus"))
    assert signed_in.client("iam").list_roles()["Roles"]


def test_credentials_last_an_hour_under_the_one_session_name(demo_sandbox: RunningSandbox) -> None:
    public = demo_sandbox.public_client("cognito-identity")
    identity_id = public.get_id(IdentityPoolId=IDENTITY_POOL)["IdentityId"]
    assert identity_id.startswith("us-east-1:")
    answer = public.get_credentials_for_identity(IdentityId=identity_id)
    assert answer["Credentials"].keys() == {"AccessKeyId", "SecretKey", "SessionToken", "Expiration"}
    assert 3500 < answer["Credentials"]["Expiration"].timestamp() - time.time() < 3700
    visitor = visit(demo_sandbox)
    caller = visitor.client("sts").get_caller_identity()
    expected = "arn:aws:sts::210987654321:assumed-role/MoonletterGuest/CognitoIdentityCredentials"
    assert caller["Arn"] == expected
    assert caller["UserId"].endswith(":CognitoIdentityCredentials")


def test_a_login_keeps_its_identity_and_every_guest_gets_a_new_one(demo_sandbox: RunningSandbox) -> None:
    public = demo_sandbox.public_client("cognito-identity")
    guests = {public.get_id(IdentityPoolId=IDENTITY_POOL)["IdentityId"] for _ in range(3)}
    assert len(guests) == 3
    known = {
        public.get_id(IdentityPoolId=IDENTITY_POOL, Logins=logins(demo_sandbox, "ada"))["IdentityId"] for _ in range(2)
    }
    assert len(known) == 1


@pytest.mark.full
def test_tokens_of_a_local_issuer_are_logins_as_well(tmp_path: Path) -> None:
    running = start_sandbox(tmp_path / "world", "--seed", "demo", "--issuer", "local")
    try:
        assert visit(running, login=logins(running, "ada")).role() == "MoonletterSubscriber"
    finally:
        running.stop()
