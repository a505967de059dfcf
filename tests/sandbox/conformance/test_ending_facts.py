"""Issuers, the end of sessions, domains and styles: facts of tokens.md 6 to 8 and hosted-ui.md 1, 8 and 9."""

import json
from typing import Any

import jwt
import pytest

from tests.sandbox.pools import FLOWS, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox, direct

CLASSES = [
    "logo",
    "banner",
    "submitButton",
    "errorMessage",
    "inputField",
    "idpButton",
    "idpDescription",
    "legalText",
    "textDescription",
    "label",
    "background",
    "socialButton",
    "redirect",
    "passwordCheck-valid",
    "passwordCheck-notValid",
]
HOVER = ["submitButton-customizable:hover", "inputField-customizable:focus", "idpButton-customizable:hover"]


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(sandbox)
    made.add_user("ada")
    return made


@pytest.fixture(scope="module")
def styled(sandbox: RunningSandbox) -> PoolUnderTest:
    made = make_pool(sandbox)
    made.idp.create_user_pool_domain(UserPoolId=made.pool_id, Domain=made.pool_id.lower().replace("_", "-"))
    return made


def claims(token: str) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return found


def document(pool: PoolUnderTest, name: str) -> Any:
    with direct.open(f"{pool.sandbox.endpoint}/{pool.pool_id}/.well-known/{name}", timeout=10) as answer:
        return json.load(answer)


def is_alive(pool: PoolUnderTest, tokens: dict[str, Any]) -> tuple[bool, bool]:
    """Whether the access and the refresh token of a sign-in still work."""
    alive = []
    for call, given in (
        (pool.public.get_user, {"AccessToken": tokens["AccessToken"]}),
        (
            pool.public.get_tokens_from_refresh_token,
            {"RefreshToken": tokens["RefreshToken"], "ClientId": claims(tokens["AccessToken"])["client_id"]},
        ),
    ):
        try:
            call(**given)
        except (pool.public.exceptions.NotAuthorizedException, pool.public.exceptions.UserNotFoundException):
            alive.append(False)
        else:
            alive.append(True)
    return alive[0], alive[1]


@pytest.mark.parametrize(("kind", "host"), [("ORIGINAL", "cognito-idp"), ("UPDATED", "issuer-cognito-idp")])
def test_an_issuer_has_one_of_two_forms(sandbox: RunningSandbox, kind: str, host: str) -> None:
    """tokens.md 6 and 8: issuer of the original and the updated form, in tokens and discovery alike."""
    pool = make_pool(sandbox, IssuerConfiguration={"Type": kind})
    pool.add_user("ada")
    issuer = f"https://{host}.us-east-1.amazonaws.com/{pool.pool_id}"
    assert claims(pool.tokens("ada")["IdToken"])["iss"] == document(pool, "openid-configuration")["issuer"] == issuer


def test_two_keys_verify_both_kinds_of_token(pool: PoolUnderTest) -> None:
    """tokens.md 5, 6 and 8: two RSA keys per pool; the header's kid is in the key set, the signature holds."""
    keys = {entry["kid"]: entry for entry in document(pool, "jwks.json")["keys"]}
    assert [entry["kty"] for entry in keys.values()] == ["RSA", "RSA"]
    tokens = pool.tokens("ada")
    for name in ("IdToken", "AccessToken"):
        kid = jwt.get_unverified_header(tokens[name])["kid"]
        checked: Any = {f"verify_{each}": False for each in ("aud", "exp", "iat")}
        assert jwt.decode(tokens[name], jwt.PyJWK(keys[kid]), ["RS256"], options=checked)


def test_discovery_lists_the_domains_endpoints(styled: PoolUnderTest, pool: PoolUnderTest) -> None:
    """tokens.md 6: the document lists the hosted-UI domain's endpoints; there are none without a domain."""
    domain = styled.pool_id.lower().replace("_", "-")
    assert f"/{domain}/oauth2/authorize" in document(styled, "openid-configuration")["authorization_endpoint"]
    assert "authorization_endpoint" not in document(pool, "openid-configuration")


def test_revoking_ends_one_family_and_no_other(pool: PoolUnderTest) -> None:
    """tokens.md 7 and 8: the refresh token and what has its origin_jti; other sessions live on."""
    first, second = pool.tokens("ada"), pool.tokens("ada")
    assert claims(first["IdToken"])["origin_jti"] != claims(second["IdToken"])["origin_jti"]
    pool.public.revoke_token(Token=first["RefreshToken"], ClientId=pool.client_id)
    assert (is_alive(pool, first), is_alive(pool, second)) == ((False, False), (True, True))


@pytest.mark.parametrize("kind", ["AccessToken", "IdToken"])
def test_only_a_refresh_token_is_revoked(pool: PoolUnderTest, kind: str) -> None:
    """tokens.md 7: another kind, UnsupportedTokenTypeException."""
    with refused("UnsupportedTokenTypeException"):
        pool.public.revoke_token(Token=pool.tokens("ada")[kind], ClientId=pool.client_id)


def test_without_revocation_there_is_no_origin(pool: PoolUnderTest) -> None:
    """tokens.md 2, 7 and 8: origin_jti only with revocation enabled."""
    client_id = pool.add_client(ExplicitAuthFlows=FLOWS, EnableTokenRevocation=False)["ClientId"]
    tokens = pool.tokens("ada", client_id=client_id)
    assert "origin_jti" not in claims(tokens["IdToken"])
    with refused("UnsupportedOperationException"):
        pool.public.revoke_token(Token=tokens["RefreshToken"], ClientId=client_id)


@pytest.mark.parametrize("by", ["user", "administrator"])
def test_signing_out_everywhere_ends_all_and_allows_new(pool: PoolUnderTest, by: str) -> None:
    """tokens.md 7: GlobalSignOut and AdminUserGlobalSignOut, all tokens revoked; new sign-ins allowed."""
    first, second = pool.tokens("ada"), pool.tokens("ada")
    if by == "user":
        pool.public.global_sign_out(AccessToken=first["AccessToken"])
    else:
        pool.idp.admin_user_global_sign_out(UserPoolId=pool.pool_id, Username="ada")
    assert (is_alive(pool, first), is_alive(pool, second)) == ((False, False), (False, False))
    assert is_alive(pool, pool.tokens("ada")) == (True, True)


def test_enabling_does_not_give_back_what_disabling_took(pool: PoolUnderTest) -> None:
    """tokens.md 7: AdminDisableUser revokes; re-enabling does not restore."""
    pool.add_user("off")
    named, tokens = {"UserPoolId": pool.pool_id, "Username": "off"}, pool.tokens("off")
    pool.idp.admin_disable_user(**named)
    pool.idp.admin_enable_user(**named)
    assert is_alive(pool, tokens) == (False, False)


def test_tokens_end_with_their_user(pool: PoolUnderTest) -> None:
    """tokens.md 7: AdminDeleteUser, tokens unusable."""
    pool.add_user("gone")
    tokens = pool.tokens("gone")
    pool.idp.admin_delete_user(UserPoolId=pool.pool_id, Username="gone")
    assert is_alive(pool, tokens) == (False, False)


def test_another_validity_is_for_new_tokens(pool: PoolUnderTest) -> None:
    """tokens.md 7: a client's validity change affects newly issued tokens only."""
    client_id = pool.add_client(ExplicitAuthFlows=FLOWS)["ClientId"]
    old = pool.tokens("ada", client_id=client_id)
    pool.idp.update_user_pool_client(
        UserPoolId=pool.pool_id, ClientId=client_id, ExplicitAuthFlows=FLOWS, RefreshTokenValidity=1
    )
    new = pool.tokens("ada", client_id=client_id)
    pool.sandbox.advance(2 * 86400)
    for tokens, is_good in ((old, True), (new, False)):
        assert is_alive(pool, tokens)[1] is is_good


def test_the_wrong_kind_of_token_is_refused(pool: PoolUnderTest) -> None:
    """tokens.md 8: an ID token sent to GetUser."""
    with refused("NotAuthorizedException"):
        pool.public.get_user(AccessToken=pool.tokens("ada")["IdToken"])


@pytest.mark.parametrize(
    "prefix", ["Upper", "-lead", "trail-", "under_score", "p" * 64, "my-aws", "my-amazon", "cognito-x"]
)
def test_a_prefix_has_its_form(pool: PoolUnderTest, prefix: str) -> None:
    """hosted-ui.md 1: lower-case letters, digits, hyphens, 1 to 63; no reserved word."""
    strict = pool.sandbox.client("cognito-idp", parameter_validation=False)
    with refused("InvalidParameterException"):
        strict.create_user_pool_domain(UserPoolId=pool.pool_id, Domain=prefix)


def test_an_unknown_domain_is_described_empty(pool: PoolUnderTest) -> None:
    """hosted-ui.md 1: an unknown domain yields an empty DomainDescription."""
    assert pool.idp.describe_user_pool_domain(Domain="nobodys-domain")["DomainDescription"] == {}


@pytest.mark.parametrize("name", [*(f"{each}-customizable" for each in CLASSES), *HOVER])
def test_these_classes_may_be_styled(styled: PoolUnderTest, name: str) -> None:
    """hosted-ui.md 8: the allowed classes."""
    css = f".{name} {{ color: #123456; }}"
    assert styled.idp.set_ui_customization(UserPoolId=styled.pool_id, CSS=css)["UICustomization"]["CSS"] == css


@pytest.mark.parametrize(
    "css", [".mine { color: red; }", "@import url(x);", "@supports (a: b) {}", "@page {}", "@media print {}"]
)
def test_nothing_else_may_be_styled(styled: PoolUnderTest, css: str) -> None:
    """hosted-ui.md 8: other classes, @import, @supports, @page and @media are refused."""
    with refused("InvalidParameterException"):
        styled.idp.set_ui_customization(UserPoolId=styled.pool_id, CSS=css)


def test_a_client_has_one_style_of_managed_login(styled: PoolUnderTest) -> None:
    """hosted-ui.md 9: a second one, ManagedLoginBrandingExistsException; deleted, it may be made again."""
    named = {"UserPoolId": styled.pool_id, "ClientId": styled.client_id}
    made = styled.idp.create_managed_login_branding(**named, UseCognitoProvidedValues=True)["ManagedLoginBranding"]
    with refused("ManagedLoginBrandingExistsException"):
        styled.idp.create_managed_login_branding(**named, UseCognitoProvidedValues=True)
    styled.idp.delete_managed_login_branding(
        UserPoolId=styled.pool_id, ManagedLoginBrandingId=made["ManagedLoginBrandingId"]
    )
    assert styled.idp.create_managed_login_branding(**named, UseCognitoProvidedValues=True)
