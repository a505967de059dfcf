"""Texts that are none, half a surrogate pair in JSON and letters no base64 has: refused in words, never by a 500."""

import base64
import json
from typing import Any

import httpx
import pytest

from cognito_explorer.sandbox.plain_json import check_texts, read_json
from tests.sandbox.pools import make_pool, refused
from tests.sandbox_fixture import RunningSandbox

HALF = "\ud800"


def test_what_nothing_could_store_is_no_json() -> None:
    assert read_json('{"a": "\\ud83c\\udf19"}') == {"a": "🌙"}
    for text in ('{"a": "\\ud800"}', '{"\\udc00": 1}', '["\\ud800"]', "{", "[" * 100_000, b"\xff"):
        with pytest.raises(ValueError, match=r".*"):
            read_json(text)
    with pytest.raises(ValueError, match="surrogates"):
        check_texts([HALF])


def _unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)]
    return ".".join([*parts, "AAAA"])


@pytest.mark.parametrize("header", [{"alg": "RS256", "kid": HALF}, {"alg": "RS256", "kid": "a"}])
@pytest.mark.parametrize("issuer", ["us-east-1_moon", f"us-east-1_{HALF}"])
def test_a_token_of_no_text_is_no_token(sandbox: RunningSandbox, header: dict[str, Any], issuer: str) -> None:
    provider = f"cognito-idp.us-east-1.amazonaws.com/{issuer}"
    token = _unsigned(header, {"iss": f"https://{provider}", "sub": HALF, "aud": HALF, "exp": 9e9, "token_use": "id"})
    with refused("NotAuthorizedException"):
        sandbox.public_client("cognito-idp").get_user(AccessToken=token)
    with refused("InvalidIdentityToken"):
        sandbox.public_client("sts").assume_role_with_web_identity(
            RoleArn="arn:aws:iam::210987654321:role/reader", RoleSessionName="moon", WebIdentityToken=token
        )
    pool = make_pool(sandbox)
    name = f"cognito-idp.us-east-1.amazonaws.com/{pool.pool_id}"
    guests = sandbox.client("cognito-identity").create_identity_pool(
        IdentityPoolName="moon",
        AllowUnauthenticatedIdentities=False,
        CognitoIdentityProviders=[{"ProviderName": name, "ClientId": pool.client_id}],
    )
    with refused("NotAuthorizedException"):
        sandbox.public_client("cognito-identity").get_id(IdentityPoolId=guests["IdentityPoolId"], Logins={name: token})


@pytest.fixture(scope="module")
def pages(sandbox: RunningSandbox) -> str:
    """The address of a domain where applications may register."""
    pool = make_pool(sandbox)
    pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain="texts")
    pool.idp.update_user_pool(
        UserPoolId=pool.pool_id, DcrConfiguration={"EnableStatus": "Enabled", "OpenDcrEnabled": True}
    )
    return f"{sandbox.browser_origin}/_hosted/texts"


@pytest.mark.parametrize("member", ["client_name", "redirect_uris", "scope"])
def test_no_application_registers_under_half_a_letter(pages: str, member: str) -> None:
    metadata = {"client_name": "a", "redirect_uris": ["http://localhost/"], "scope": "openid"}
    metadata[member] = [f"http://localhost/{HALF}"] if member == "redirect_uris" else HALF
    answer = httpx.post(f"{pages}/oauth2/register", content=json.dumps(metadata).encode(), trust_env=False)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client_metadata")


def test_a_basic_header_that_is_no_base64_names_no_client(pages: str) -> None:
    header = (b"Authorization", b"Basic \xfc")
    answer = httpx.post(f"{pages}/oauth2/token", data={"grant_type": "x"}, headers=[header], trust_env=False)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_client"})


def test_a_page_does_not_mind_such_a_header(pages: str) -> None:
    answer = httpx.get(f"{pages}/login", headers=[(b"Authorization", b"Basic \xfc")], trust_env=False)
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("_sso/oidc/client/register", {"clientName": HALF, "clientType": "public"}),
        ("_sso/oidc/token", {"clientId": HALF, "clientSecret": HALF, "grantType": "refresh_token"}),
    ],
)
def test_single_sign_on_takes_no_half_letters(sandbox: RunningSandbox, path: str, body: dict[str, str]) -> None:
    answer = httpx.post(f"{sandbox.endpoint}/{path}", content=json.dumps(body).encode(), trust_env=False)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_nor_does_the_console(sandbox: RunningSandbox) -> None:
    session = json.dumps({"sessionId": HALF, "sessionKey": HALF, "sessionToken": HALF})
    form = {"Action": "getSigninToken", "Session": session}
    assert httpx.post(f"{sandbox.endpoint}/_signin/federation", data=form, trust_env=False).status_code == 400


def test_a_saml_response_in_no_base64_is_none(sandbox: RunningSandbox) -> None:
    metadata = httpx.get(f"{sandbox.browser_origin}/_providers/moonlight/metadata", trust_env=False).text
    iam = sandbox.client("iam")
    arn = iam.create_saml_provider(SAMLMetadataDocument=metadata, Name="texts")["SAMLProviderArn"]
    with refused("InvalidIdentityToken"):
        sandbox.public_client("sts").assume_role_with_saml(
            RoleArn="arn:aws:iam::210987654321:role/reader", PrincipalArn=arn, SAMLAssertion="moonü"
        )
