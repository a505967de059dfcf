"""After the sign-in, against the sandbox: what each ending kills at once, and what goes on being taken."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from cognito_explorer.core.auth.hosted_ui import hosted_origin
from cognito_explorer.core.auth.liveness import ask_get_user
from cognito_explorer.core.auth.oauth import HostedApp
from cognito_explorer.core.auth.sessions import refresh_tokens, revoke_tokens, sign_out_everywhere, user_info
from cognito_explorer.core.auth.signatures import check_signature, check_with_kept_keys
from cognito_explorer.core.auth.tokens import TokenSet, decode, jwks_url, token_set
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import ExplorerError, InvalidInput
from cognito_explorer.core.insight.token_endings import endings_of
from cognito_explorer.core.user_pools.app_clients import describe_app_client
from tests.sandbox.hosted_ui.browser import POOL, WEB, sign_in
from tests.sandbox_fixture import RunningSandbox
from tests.signed_in import signed_in

GRACE_S = 20


@pytest.fixture
def app(demo_sandbox: RunningSandbox) -> HostedApp:
    return HostedApp(hosted_origin("moonletter", "us-east-1", endpoint_url=demo_sandbox.endpoint), WEB)


@pytest.fixture
def rotating(demo_sandbox: RunningSandbox, app: HostedApp) -> Iterator[HostedApp]:
    """An app client that takes a refresh token back 20 seconds after its use."""
    idp = demo_sandbox.client("cognito-idp")
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": GRACE_S}
    client_id = idp.create_user_pool_client(
        UserPoolId=POOL,
        ClientName="rotating",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        RefreshTokenRotation=rotation,
    )["UserPoolClient"]["ClientId"]
    yield HostedApp(app.origin, client_id)
    idp.delete_user_pool_client(UserPoolId=POOL, ClientId=client_id)


async def is_taken(aws: Aws, tokens: TokenSet) -> bool:
    return (await ask_get_user(aws, tokens.access_token)).state == "accepted"


async def is_proved(aws: Aws, token: str) -> bool:
    """Whether somebody who looks at signature and time alone would take it."""
    check = await check_signature(aws.http, token, jwks_url(POOL, aws.profile.endpoint_url))
    expires_at = decode(token).expires_at
    return check.state == "valid" and expires_at is not None and expires_at > datetime.now(UTC)


async def test_a_refresh_keeps_the_refresh_token_and_the_earlier_tokens_alive(
    aws: Aws, app: HostedApp, demo_sandbox: RunningSandbox
) -> None:
    before = signed_in(demo_sandbox, "linus")
    after = await refresh_tokens(aws.http, app, before)
    assert after.refresh_token == before.refresh_token
    assert after.access_token != before.access_token
    assert decode(after.access_token).claims["auth_time"] == decode(before.access_token).claims["auth_time"]
    assert await is_taken(aws, before)
    assert await is_taken(aws, after)


async def test_a_client_that_rotates_takes_the_old_refresh_token_back_after_its_grace(
    aws: Aws, rotating: HostedApp, demo_sandbox: RunningSandbox
) -> None:
    first = signed_in(demo_sandbox, "linus", rotating.client_id)
    second = await refresh_tokens(aws.http, rotating, first)
    assert second.refresh_token not in ("", first.refresh_token)
    within = await refresh_tokens(aws.http, rotating, first)
    assert within.refresh_token not in ("", first.refresh_token)
    client = await describe_app_client(aws, POOL, rotating.client_id)
    told = endings_of({"refresh": decode(first.refresh_token)}, client, now=datetime.now(UTC), rotates=True)[0]
    assert told.ends == (f"the refresh token used, after {GRACE_S} seconds of grace",)
    demo_sandbox.advance(GRACE_S + 1)
    try:
        with pytest.raises(ExplorerError):
            await refresh_tokens(aws.http, rotating, first)
        third = await refresh_tokens(aws.http, rotating, second)
    finally:
        demo_sandbox.advance(-GRACE_S - 1)
    assert await is_taken(aws, third)
    assert await is_taken(aws, first)


async def test_revoking_ends_one_sign_in_at_cognito_and_no_check_of_signature_and_time(
    aws: Aws, app: HostedApp, demo_sandbox: RunningSandbox
) -> None:
    tokens, other = signed_in(demo_sandbox, "linus"), signed_in(demo_sandbox, "linus")
    descended = await refresh_tokens(aws.http, app, tokens)
    await revoke_tokens(aws, app, tokens)
    await revoke_tokens(aws, app, tokens)
    assert not await is_taken(aws, tokens)
    assert not await is_taken(aws, descended)
    with pytest.raises(ExplorerError):
        await refresh_tokens(aws.http, app, tokens)
    assert await is_proved(aws, tokens.access_token)
    assert await is_proved(aws, descended.id_token)
    assert await is_taken(aws, other)
    assert (await refresh_tokens(aws.http, app, other)).access_token


async def test_signing_out_everywhere_ends_every_sign_in_and_is_journalled(
    aws: Aws, app: HostedApp, demo_sandbox: RunningSandbox
) -> None:
    tokens, other = signed_in(demo_sandbox, "linus"), signed_in(demo_sandbox, "linus")
    await sign_out_everywhere(aws, tokens)
    for each in (tokens, other):
        assert not await is_taken(aws, each)
        with pytest.raises(ExplorerError):
            await refresh_tokens(aws.http, app, each)
    assert await is_proved(aws, other.id_token)
    change = aws.journal.recent()[0]
    assert (change.action, change.target, change.outcome) == ("GlobalSignOut", "tokens of linus", "accepted")
    assert tokens.access_token not in repr(change)
    assert await is_taken(aws, signed_in(demo_sandbox, "linus"))


async def test_signing_out_everywhere_wants_the_users_own_access_token(aws: Aws, demo_sandbox: RunningSandbox) -> None:
    now = datetime.now(UTC)
    with pytest.raises(InvalidInput, match="no access token"):
        await sign_out_everywhere(aws, TokenSet(POOL, WEB, now, now, refresh_token="r"))
    tokens = signed_in(demo_sandbox, "linus")
    await sign_out_everywhere(aws, tokens)
    with pytest.raises(ExplorerError):
        await sign_out_everywhere(aws, tokens)
    assert aws.journal.recent()[0].outcome == "refused"


async def test_user_info_tells_the_attributes_until_the_token_is_revoked(
    aws: Aws, app: HostedApp, demo_sandbox: RunningSandbox
) -> None:
    answer: dict[str, Any] = sign_in(demo_sandbox, "linus", scope="openid email")
    tokens = token_set(answer, POOL, WEB)
    told = await user_info(aws.http, app, tokens.access_token)
    assert told["sub"] == decode(tokens.access_token).claims["sub"]
    # tokens.md, section 6: texts here, though the ID token has booleans.
    assert (told["email_verified"], decode(tokens.id_token).claims["email_verified"]) == ("true", True)
    assert not any(tokens.access_token in repr(call) for call in aws.calls.recent(5))
    await revoke_tokens(aws, app, tokens)
    with pytest.raises(ExplorerError, match="userInfo refuses this token") as refused:
        await user_info(aws.http, app, tokens.access_token)
    assert "revoked" in refused.value.hint


async def test_user_info_wants_the_scope_openid(aws: Aws, app: HostedApp, demo_sandbox: RunningSandbox) -> None:
    with pytest.raises(ExplorerError) as refused:
        await user_info(aws.http, app, signed_in(demo_sandbox, "linus").access_token)
    assert refused.value.title == "userInfo refuses this token: it has no scope openid."
    assert "openid" in refused.value.hint


async def test_keys_that_were_fetched_settle_the_next_signature_at_once(aws: Aws, demo_sandbox: RunningSandbox) -> None:
    token, address = signed_in(demo_sandbox, "linus").access_token, jwks_url(POOL, aws.profile.endpoint_url)
    assert check_with_kept_keys(aws.http, token, address) is None
    fetched = await check_signature(aws.http, token, address)
    calls = len(aws.calls.recent(500))
    assert check_with_kept_keys(aws.http, token, address) == fetched
    head, payload, signature = token.split(".")
    changed = check_with_kept_keys(aws.http, f"{head}.{payload}.{signature[:-8]}AAAAAAAA", address)
    assert changed is not None
    assert changed.state == "invalid"
    assert len(aws.calls.recent(500)) == calls


async def test_an_unknown_key_id_is_not_settled_by_keys_at_hand(aws: Aws, demo_sandbox: RunningSandbox) -> None:
    token, address = signed_in(demo_sandbox, "linus").access_token, jwks_url(POOL, aws.profile.endpoint_url)
    await check_signature(aws.http, token, address)
    rotated = "eyJhbGciOiJSUzI1NiIsImtpZCI6Im5ldyJ9." + token.partition(".")[2]
    assert check_with_kept_keys(aws.http, rotated, address) is None, "keys may have rotated"
