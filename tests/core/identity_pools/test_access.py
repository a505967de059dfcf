"""The main thread of the app without a window: sign in, check the tokens, turn them into credentials, try them."""

import shlex
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from cognito_explorer.core.auth import hosted_ui, sessions, signatures, tokens
from cognito_explorer.core.auth.oauth import HostedApp
from cognito_explorer.core.auth.tokens import TokenSet
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.errors import ExplorerError, InvalidInput, SessionExpired
from cognito_explorer.core.identity_pools import credentials, identity_pools, probes
from cognito_explorer.core.identity_pools.probes import SANDBOX_PROBES, Probe
from cognito_explorer.core.insight.finding import TokenContext
from cognito_explorer.core.insight.token_findings import examine
from cognito_explorer.core.journal import Intent
from tests.core.conftest import PASSWORD
from tests.sandbox.hosted_ui.browser import Browser
from tests.sandbox_fixture import RunningSandbox


@pytest.fixture
def app(aws: Aws, client_named: Callable[[str], str]) -> HostedApp:
    origin = hosted_ui.hosted_origin("moonletter", aws.region, endpoint_url=aws.profile.endpoint_url)
    scopes = ("openid", "email", "profile", "aws.cognito.signin.user.admin")
    return HostedApp(origin, client_named("web"), "http://localhost:8400/callback", scopes)


@pytest.fixture
async def identity_pool_id(aws: Aws) -> str:
    found = await identity_pools.list_identity_pools(aws).collect(limit=60)
    return next(pool.id for pool in found if pool.name == "moonletter")


def walk_through(sandbox: RunningSandbox, attempt: hosted_ui.SignInAttempt, username: str) -> str:
    """Sign in on the hosted UI's pages and return the address that leads back."""
    query = {name: value[0] for name, value in parse_qs(urlsplit(attempt.authorize_url).query).items()}
    with Browser(sandbox) as browser:
        assert attempt.authorize_url.startswith(browser.base)
        page = browser.go("oauth2/authorize", **query)
        return browser.submit(page, username=username, password=PASSWORD).headers["location"]


async def sign_in(aws: Aws, sandbox: RunningSandbox, app: HostedApp, pool_id: str, username: str = "ada") -> TokenSet:
    attempt = hosted_ui.begin_sign_in(app)
    redirect = hosted_ui.match_redirect(attempt, walk_through(sandbox, attempt, username))
    assert redirect is not None
    return await hosted_ui.exchange_code(aws.http, attempt, redirect, pool_id)


async def test_a_guest_is_denied_and_a_subscriber_allowed_on_the_same_article(
    aws: Aws, demo_sandbox: RunningSandbox, app: HostedApp, pool_id: str, identity_pool_id: str
) -> None:
    signed_in = await sign_in(aws, demo_sandbox, app, pool_id)
    logins = credentials.user_pool_login(pool_id, signed_in.id_token)
    guest = await credentials.open_guest_access(aws, identity_pool_id)
    subscriber = await credentials.open_authenticated_access(aws, identity_pool_id, logins)
    assert (guest.role_name, subscriber.role_name) == ("MoonletterGuest", "MoonletterSubscriber")
    assert guest.identity_id != subscriber.identity_id
    verdicts = {}
    for probe in SANDBOX_PROBES:
        results = [await probes.run_probe(aws, each.credentials, probe) for each in (guest, subscriber)]
        verdicts[probe.title] = tuple(result.verdict for result in results)
    assert verdicts == {
        "Read a teaser": ("allowed", "allowed"),
        "Read an article": ("denied", "allowed"),
        "List the teasers": ("allowed", "allowed"),
        "List the articles": ("denied", "denied"),
        "Write an article": ("denied", "denied"),
    }


async def test_a_denial_carries_the_services_reason_and_a_success_a_preview(aws: Aws, identity_pool_id: str) -> None:
    guest = await credentials.open_guest_access(aws, identity_pool_id)
    teaser, article = SANDBOX_PROBES[:2]
    assert (await probes.run_probe(aws, guest.credentials, teaser)).preview
    denied = await probes.run_probe(aws, guest.credentials, article)
    assert denied.code == "AccessDenied"
    assert "policy" in denied.reason
    nowhere = replace(teaser, key="teasers/never-written.md")
    assert (await probes.run_probe(aws, guest.credentials, nowhere)).verdict in ("failed", "denied")


async def test_an_editor_may_write_and_it_is_journalled(
    aws: Aws, demo_sandbox: RunningSandbox, app: HostedApp, pool_id: str, identity_pool_id: str
) -> None:
    signed_in = await sign_in(aws, demo_sandbox, app, pool_id, "grace")
    logins = credentials.user_pool_login(pool_id, signed_in.id_token)
    editor = await credentials.open_authenticated_access(aws, identity_pool_id, logins)
    probe = Probe("Write", "s3 put", "moonletter-content", "articles/written-by-a-test.md")
    assert (await probes.run_probe(aws, editor.credentials, probe)).verdict == "allowed"
    assert aws.journal.recent()[0].operation == "put_object"
    undo = Intent(f"object {probe.key}", scope=probe.bucket)
    await aws.write(undo, aws.s3.delete_object, Bucket=probe.bucket, Key=probe.key)


async def test_the_tokens_are_verified_examined_refreshed_and_revoked(
    aws: Aws, demo_sandbox: RunningSandbox, app: HostedApp, pool_id: str
) -> None:
    signed_in = await sign_in(aws, demo_sandbox, app, pool_id)
    url = tokens.jwks_url(pool_id, aws.profile.endpoint_url)
    for raw in (signed_in.id_token, signed_in.access_token):
        check = await signatures.check_signature(aws.http, raw, url)
        findings = examine(tokens.decode(raw), TokenContext(pool_id, app.client_id, {}, check))
        assert (check.state, check.detail) == ("valid", f"Signed by {aws.profile.endpoint_url}, not AWS.")
        assert not [finding for finding in findings if finding.level in ("bad", "warn")]
    assert tokens.decode(signed_in.refresh_token).kind == "refresh"
    refreshed = await sessions.refresh_tokens(aws.http, app, signed_in)
    assert refreshed.access_token != signed_in.access_token
    assert refreshed.refresh_token == signed_in.refresh_token
    await sessions.revoke_tokens(aws, app, signed_in)
    change = aws.journal.recent()[0]
    assert (change.action, change.target, change.outcome) == ("RevokeToken", "tokens of ada", "accepted")
    assert signed_in.refresh_token not in repr(change)
    with pytest.raises(SessionExpired):
        await sessions.refresh_tokens(aws.http, app, signed_in)


async def test_a_code_works_once(aws: Aws, demo_sandbox: RunningSandbox, app: HostedApp, pool_id: str) -> None:
    attempt = hosted_ui.begin_sign_in(app)
    redirect = hosted_ui.match_redirect(attempt, walk_through(demo_sandbox, attempt, "ada"))
    assert redirect is not None
    await hosted_ui.exchange_code(aws.http, attempt, redirect, pool_id)
    with pytest.raises(SessionExpired, match="not accepted"):
        await hosted_ui.exchange_code(aws.http, attempt, redirect, pool_id)
    assert redirect.code not in repr(aws.calls.recent())


async def test_a_foreign_state_stops_before_the_code_is_used(
    aws: Aws, demo_sandbox: RunningSandbox, app: HostedApp, pool_id: str
) -> None:
    attempt = hosted_ui.begin_sign_in(app)
    redirect = hosted_ui.match_redirect(attempt, walk_through(demo_sandbox, attempt, "ada"))
    assert redirect is not None
    with pytest.raises(InvalidInput, match="does not belong"):
        await hosted_ui.exchange_code(aws.http, attempt, replace(redirect, state="forged"), pool_id)
    assert not [call for call in aws.calls.recent() if "oauth2/token" in call.operation]


async def test_an_access_token_is_refused_by_the_identity_pool_with_its_own_sentence(
    aws: Aws, demo_sandbox: RunningSandbox, app: HostedApp, pool_id: str, identity_pool_id: str
) -> None:
    signed_in = await sign_in(aws, demo_sandbox, app, pool_id)
    logins = credentials.user_pool_login(pool_id, signed_in.access_token)
    with pytest.raises(ExplorerError, match=r"does not accept this token|ID token is not accepted") as refused:
        await credentials.open_authenticated_access(aws, identity_pool_id, logins)
    assert signed_in.access_token not in repr(aws.calls.recent()) + str(refused.value)


async def test_an_identity_pool_is_described(aws: Aws, identity_pool_id: str, pool_id: str) -> None:
    pool = await identity_pools.describe_identity_pool(aws, identity_pool_id)
    assert pool.allows_guests
    assert pool_id in {provider.pool_id for provider in pool.user_pool_providers}
    assert pool.roles.unauthenticated.endswith("/MoonletterGuest")
    assert {mapping.kind for mapping in pool.roles.mappings} == {"Token"}


async def test_exports_for_a_shell_are_quoted_and_secrets_stay_out_of_reprs(aws: Aws, identity_pool_id: str) -> None:
    guest = await credentials.open_guest_access(aws, identity_pool_id)
    lines = credentials.as_shell_exports(guest.credentials, region="us-east-1", endpoint_url=aws.profile.endpoint_url)
    exported = dict(word.partition("=")[::2] for word in shlex.split(lines) if word != "export")
    assert exported["AWS_SECRET_ACCESS_KEY"] == guest.credentials.secret_access_key
    assert exported["AWS_SESSION_TOKEN"] == guest.credentials.session_token
    assert len(exported) == 5
    assert guest.credentials.secret_access_key not in repr(guest)
    assert guest.credentials.session_token not in repr(guest) + repr(aws.calls.recent())
