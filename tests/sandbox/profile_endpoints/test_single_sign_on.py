"""Single sign-on: device flow, code flow, portal, and a profile that boto3 uses."""

import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import boto3
import httpx
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from tests.sandbox.hosted_ui.browser import _Form
from tests.sandbox.profile_endpoints.kit import ACCOUNT, make_permission_set
from tests.sandbox.test_sts import refused
from tests.sandbox_fixture import NOBODY_TRUSTED, RunningSandbox

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
SCOPE = "sso:account:access"


class Kit:
    """A program that wants single sign-on, and the person's browser."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sandbox = sandbox
        self.start_url = f"{sandbox.endpoint}/_sso/start"
        self.oidc = self._client("sso-oidc", "oidc")
        self.portal = self._client("sso", "portal")
        self.http = httpx.Client(trust_env=False, verify=NOBODY_TRUSTED)

    def register(self, **params: Any) -> dict[str, str]:
        """The credentials of a new client."""
        made = self.oidc.register_client(clientName="Moonletter desk", clientType="public", **params)
        return {name: made[name] for name in ("clientId", "clientSecret")}

    def start(self, client: dict[str, str]) -> dict[str, Any]:
        """A device flow that begins."""
        started: dict[str, Any] = self.oidc.start_device_authorization(**client, startUrl=self.start_url)
        return started

    def poll(self, client: dict[str, str], started: dict[str, Any]) -> Any:
        """One CreateToken."""
        return self.oidc.create_token(**client, grantType=DEVICE_CODE, deviceCode=started["deviceCode"])

    def answer(self, url: str, answer: str = "allow") -> httpx.Response:
        """Open the page and press a button."""
        page = self.http.get(url)
        assert page.status_code == 200, page.text
        form = _Form()
        form.feed(page.text)
        fields = {name: value for name, value in form.fields.items() if name in ("_csrf", "user_code")}
        origin = {"Origin": self.sandbox.browser_origin}
        return self.http.post(str(page.url.join(form.action)), data=fields | {"answer": answer}, headers=origin)

    def sign_in(self, *scopes: str) -> tuple[dict[str, str], dict[str, Any]]:
        """A client and its tokens."""
        client = self.register(scopes=list(scopes))
        started = self.start(client)
        assert self.answer(started["verificationUriComplete"]).status_code == 200
        return client, self.poll(client, started)

    def _client(self, service: str, part: str) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]  # the service is a variable here
            region_name="us-east-1",
            endpoint_url=f"{self.sandbox.endpoint}/_sso/{part}",
            config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}, proxies={}),
        )


@pytest.fixture(scope="module")
def kit(sandbox: RunningSandbox) -> Iterator[Kit]:
    for name in ("Reader", "Editor", "Auditor"):
        make_permission_set(sandbox, name)
    made = Kit(sandbox)
    yield made
    made.http.close()


def code_of(call: Any, **params: Any) -> str:
    return refused(call, **params)[0]


def test_a_device_waits_until_somebody_allows_it(kit: Kit) -> None:
    client = kit.register(scopes=[SCOPE])
    started = kit.start(client)
    assert started["expiresIn"] == 600
    assert urlsplit(started["verificationUriComplete"]).query == f"user_code={started['userCode']}"
    poll = {**client, "grantType": DEVICE_CODE, "deviceCode": started["deviceCode"]}
    assert code_of(kit.oidc.create_token, **poll) == "AuthorizationPendingException"
    assert code_of(kit.oidc.create_token, **poll) == "SlowDownException"
    kit.sandbox.advance(started["interval"])
    try:
        assert code_of(kit.oidc.create_token, **poll) == "AuthorizationPendingException"
        kit.answer(started["verificationUriComplete"])
        tokens = kit.oidc.create_token(**poll)
    finally:
        kit.sandbox.advance(-started["interval"])
    assert (tokens["tokenType"], tokens["expiresIn"]) == ("Bearer", 3600)
    assert tokens["refreshToken"]
    assert code_of(kit.oidc.create_token, **poll) == "InvalidGrantException"


def test_a_code_is_typed_by_hand_as_well(kit: Kit) -> None:
    client = kit.register()
    started = kit.start(client)
    assert "Which program" in kit.http.get(f"{kit.start_url}").text
    wrong = kit.http.get(f"{kit.sandbox.browser_origin}/_sso/device", params={"user_code": "AAAA-AAAA"})
    assert wrong.status_code == 400
    assert "No program waits behind this code" in wrong.text
    typed = started["userCode"].lower()
    page = kit.http.get(f"{kit.sandbox.browser_origin}/_sso/device", params={"user_code": typed})
    assert "Moonletter desk" in page.text
    assert started["userCode"] in page.text


def test_whoever_denies_ends_the_flow(kit: Kit) -> None:
    client = kit.register()
    started = kit.start(client)
    kit.answer(started["verificationUriComplete"], "deny")
    poll = {**client, "grantType": DEVICE_CODE, "deviceCode": started["deviceCode"]}
    assert code_of(kit.oidc.create_token, **poll) == "AccessDeniedException"


def test_a_device_code_lasts_ten_minutes(kit: Kit) -> None:
    client = kit.register()
    started = kit.start(client)
    poll = {**client, "grantType": DEVICE_CODE, "deviceCode": started["deviceCode"]}
    kit.sandbox.advance(601)
    try:
        assert code_of(kit.oidc.create_token, **poll) == "ExpiredTokenException"
    finally:
        kit.sandbox.advance(-601)


def test_a_form_that_no_page_gave_out_decides_nothing(kit: Kit) -> None:
    client = kit.register()
    started = kit.start(client)
    forged = kit.http.post(
        started["verificationUri"], data={"user_code": started["userCode"], "answer": "allow", "_csrf": "forged"}
    )
    assert forged.status_code == 400
    foreign = kit.http.post(started["verificationUri"], headers={"Origin": "https://elsewhere.example"})
    assert foreign.status_code == 403
    poll = {**client, "grantType": DEVICE_CODE, "deviceCode": started["deviceCode"]}
    assert code_of(kit.oidc.create_token, **poll) == "AuthorizationPendingException"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"clientSecret": "wrong"}, "InvalidClientException"),
        ({"clientId": "nobody"}, "InvalidClientException"),
        ({"grantType": "password"}, "UnsupportedGrantTypeException"),
        ({"grantType": "authorization_code"}, "UnauthorizedClientException"),
        ({"deviceCode": "unknown"}, "InvalidGrantException"),
        ({"grantType": "refresh_token", "refreshToken": "unknown"}, "InvalidGrantException"),
    ],
)
def test_a_call_that_proves_nothing_is_refused(kit: Kit, change: dict[str, str], code: str) -> None:
    client = kit.register()
    started = kit.start(client)
    poll = {**client, "grantType": DEVICE_CODE, "deviceCode": started["deviceCode"]}
    assert code_of(kit.oidc.create_token, **(poll | change)) == code


def test_a_start_url_that_is_not_the_sandboxs_is_refused(kit: Kit) -> None:
    start = {**kit.register(), "startUrl": "https://d-1234567890.awsapps.com/start"}
    assert code_of(kit.oidc.start_device_authorization, **start) == "InvalidRequestException"


def test_a_refresh_token_is_good_once_and_for_one_session(kit: Kit) -> None:
    client, tokens = kit.sign_in(SCOPE)
    refresh = {**client, "grantType": "refresh_token"}
    again = kit.oidc.create_token(**refresh, refreshToken=tokens["refreshToken"])
    assert again["accessToken"] != tokens["accessToken"]
    used = {**refresh, "refreshToken": tokens["refreshToken"]}
    assert code_of(kit.oidc.create_token, **used) == "InvalidGrantException"
    kit.sandbox.advance(8 * 3600 + 1)
    try:
        late = {**refresh, "refreshToken": again["refreshToken"]}
        assert code_of(kit.oidc.create_token, **late) == "InvalidGrantException"
    finally:
        kit.sandbox.advance(-8 * 3600 - 1)


def test_without_the_scope_there_is_a_long_token_and_no_refreshing(kit: Kit) -> None:
    _, tokens = kit.sign_in()
    assert tokens["expiresIn"] == 8 * 3600
    assert "refreshToken" not in tokens


def test_the_portal_lists_accounts_and_roles_in_pages(kit: Kit) -> None:
    _, tokens = kit.sign_in(SCOPE)
    token = tokens["accessToken"]
    (account,) = kit.portal.list_accounts(accessToken=token)["accountList"]
    assert account["accountId"] == ACCOUNT
    pages = kit.portal.get_paginator("list_account_roles").paginate(
        accessToken=token, accountId=ACCOUNT, PaginationConfig={"PageSize": 2}
    )
    listed = [[role["roleName"] for role in page["roleList"]] for page in pages]
    assert listed == [["Auditor", "Editor"], ["Reader"]]


def test_the_portal_gives_credentials_of_a_permission_set(kit: Kit) -> None:
    _, tokens = kit.sign_in(SCOPE)
    ask = {"accessToken": tokens["accessToken"], "accountId": ACCOUNT}
    given = kit.portal.get_role_credentials(roleName="Reader", **ask)["roleCredentials"]
    keys = (given["accessKeyId"], given["secretAccessKey"], given["sessionToken"])
    arn = kit.sandbox.client("sts", keys=keys).get_caller_identity()["Arn"]
    assert arn.startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_Reader_")
    ends = datetime.fromtimestamp(given["expiration"] / 1000, UTC)
    assert timedelta(minutes=55) < ends - datetime.now(UTC) < timedelta(minutes=65)
    assert code_of(kit.portal.get_role_credentials, roleName="Nobody", **ask) == "ForbiddenException"
    elsewhere = {**ask, "accountId": "111122223333"}
    assert code_of(kit.portal.get_role_credentials, roleName="Reader", **elsewhere) == "ForbiddenException"


def test_nobody_uses_the_portal_unless_signed_in(kit: Kit) -> None:
    _, tokens = kit.sign_in(SCOPE)
    assert code_of(kit.portal.list_accounts, accessToken="made-up") == "UnauthorizedException"
    kit.portal.logout(accessToken=tokens["accessToken"])
    assert code_of(kit.portal.list_accounts, accessToken=tokens["accessToken"]) == "UnauthorizedException"
    _, tokens = kit.sign_in(SCOPE)
    kit.sandbox.advance(3601)
    try:
        assert code_of(kit.portal.list_accounts, accessToken=tokens["accessToken"]) == "UnauthorizedException"
    finally:
        kit.sandbox.advance(-3601)


def test_the_code_flow_proves_itself_by_its_verifier(kit: Kit) -> None:
    grants = ["authorization_code", "refresh_token"]
    client = kit.register(scopes=[SCOPE], grantTypes=grants, redirectUris=["http://127.0.0.1/oauth/callback"])
    verifier = "a-verifier-that-is-long-enough-for-everybody-1234"
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    redirect_uri = "http://127.0.0.1:49152/oauth/callback"
    query = {
        "response_type": "code",
        "client_id": client["clientId"],
        "redirect_uri": redirect_uri,
        "state": "remembered",
        "code_challenge_method": "S256",
        "code_challenge": challenge,
        "scopes": SCOPE,
    }
    url = f"{kit.sandbox.browser_origin}/_sso/oidc/authorize?"

    def new_code() -> str:
        location = kit.answer(url + urlencode(query)).headers["location"]
        assert location.startswith(redirect_uri)
        found = parse_qs(urlsplit(location).query)
        assert found["state"] == ["remembered"]
        return found["code"][0]

    ask = {**client, "grantType": "authorization_code", "redirectUri": redirect_uri}
    code = new_code()
    assert kit.oidc.create_token(**ask, code=code, codeVerifier=verifier)["refreshToken"]
    assert code_of(kit.oidc.create_token, **ask, code=code, codeVerifier=verifier) == "InvalidGrantException"
    guess = {**ask, "code": new_code(), "codeVerifier": "another"}
    assert code_of(kit.oidc.create_token, **guess) == "InvalidGrantException"
    declined = kit.answer(url + urlencode(query), "deny").headers["location"]
    assert parse_qs(urlsplit(declined).query)["error"] == ["access_denied"]
    foreign = kit.http.get(url + urlencode(query | {"redirect_uri": "https://elsewhere.example/oauth/callback"}))
    assert foreign.status_code == 400


ASK = """
import boto3, sys
try:
    session = boto3.Session(profile_name="reader")
    sts = session.client("sts", endpoint_url=sys.argv[1])
    print(sts.get_caller_identity()["Arn"], session.get_credentials().method)
except Exception as problem:
    print(type(problem).__name__)
"""


def test_a_profile_of_an_sso_session_works_in_boto3(kit: Kit, tmp_path: Path) -> None:
    """profiles.md 6: the cached token of a session's name, refreshed with under 15 minutes left; after Logout, none."""
    client, tokens = kit.sign_in(SCOPE)
    (tmp_path / "config").write_text(
        f"[sso-session moon]\nsso_start_url = {kit.start_url}\nsso_region = us-east-1\n"
        f"sso_registration_scopes = {SCOPE}\n"
        "[profile reader]\nsso_session = moon\nregion = us-east-1\nservices = sandbox\n"
        f"sso_account_id = {ACCOUNT}\nsso_role_name = Reader\n"
        f"[services sandbox]\nsso =\n  endpoint_url = {kit.sandbox.endpoint}/_sso/portal\n"
        f"sso_oidc =\n  endpoint_url = {kit.sandbox.endpoint}/_sso/oidc\n"
    )
    cache = tmp_path / ".aws" / "sso" / "cache" / f"{hashlib.sha1(b'moon').hexdigest()}.json"
    cache.parent.mkdir(parents=True)
    now, stamp = datetime.now(UTC), "%Y-%m-%dT%H:%M:%SZ"
    content = {
        "startUrl": kit.start_url,
        "region": "us-east-1",
        "accessToken": tokens["accessToken"],
        # Ten minutes left: botocore refreshes in advance.
        "expiresAt": (now + timedelta(minutes=10)).strftime(stamp),
        "refreshToken": tokens["refreshToken"],
        "registrationExpiresAt": (now + timedelta(days=80)).strftime(stamp),
        **client,
    }
    cache.write_text(json.dumps(content))

    def ask() -> str:
        # A process of its own: botocore looks for the person's home when it is imported.
        home = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "AWS_CONFIG_FILE": str(tmp_path / "config")}
        command = [sys.executable, "-c", ASK, kit.sandbox.endpoint]
        return subprocess.run(command, env=os.environ | home, capture_output=True, text=True, check=True).stdout

    arn, method = ask().split()
    assert "assumed-role/AWSReservedSSO_Reader_" in arn
    assert method == "sso"
    refreshed = json.loads(cache.read_text())
    assert refreshed["accessToken"] != tokens["accessToken"]
    kit.portal.logout(accessToken=refreshed["accessToken"])
    assert ask().strip() == "UnauthorizedSSOTokenError"


def test_sessions_of_one_client_end_one_by_one_though_the_clock_stands_still(kit: Kit) -> None:
    kit.sandbox.control("clock", {"is_frozen": True})
    try:
        client = kit.register(scopes=[SCOPE])
        tokens = []
        for _ in range(2):
            started = kit.start(client)
            kit.answer(started["verificationUriComplete"])
            tokens.append(kit.poll(client, started)["accessToken"])
        kit.portal.logout(accessToken=tokens[0])
        assert kit.portal.list_accounts(accessToken=tokens[1])["accountList"]
    finally:
        kit.sandbox.control("clock", {"is_frozen": False})
