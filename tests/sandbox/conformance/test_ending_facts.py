"""Issuers, forgeries and the end of sessions: facts of tokens.md sections 5 to 8."""

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.error import HTTPError

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.sandbox.auth.device_client import DeviceClient
from tests.sandbox.identity_pools.visitors import PoolKit, visit
from tests.sandbox.pools import FLOWS, PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox, direct


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


def test_the_updated_issuer_is_taken_for_an_identity(sandbox: RunningSandbox) -> None:
    """tokens.md 6: identity pools and updated issuers are not verified; taken under the plain name is our choice."""
    pool = make_pool(sandbox, IssuerConfiguration={"Type": "UPDATED"})
    pool.add_user("ada")
    provider = f"cognito-idp.us-east-1.amazonaws.com/{pool.pool_id}"
    kit = PoolKit(sandbox)
    identity_pool = kit.pool(CognitoIdentityProviders=[{"ProviderName": provider, "ClientId": pool.client_id}])
    token = pool.tokens("ada")["IdToken"]
    assert kit.public.get_id(IdentityPoolId=identity_pool, Logins={provider: token})["IdentityId"]
    with refused("NotAuthorizedException"):
        kit.public.get_id(IdentityPoolId=identity_pool, Logins={f"issuer-{provider}": token})


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


def encoded(part: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def forged(pool: PoolUnderTest, token: str, how: str) -> str:
    """What somebody makes of a good token who does not have the pool's keys."""
    header, payload = jwt.get_unverified_header(token), claims(token)
    if how == "none":
        return f"{encoded(header | {'alg': 'none'})}.{encoded(payload)}."
    if how == "HS256":
        key: Any = jwt.PyJWK(next(each for each in document(pool, "jwks.json")["keys"] if each["kid"] == header["kid"]))
        secret = key.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        signed = f"{encoded(header | {'alg': 'HS256'})}.{encoded(payload)}"
        digest = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
        return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"
    if how == "payload":
        first, _, last = token.split(".")
        return f"{first}.{encoded(payload | {'username': 'grace'})}.{last}"
    if how == "Bearer":
        return f"Bearer {token}"
    kid = {"kid": header["kid"] if how == "key" else "bm9ib2R5J3Mga2V5"}
    return jwt.encode(payload, rsa.generate_private_key(public_exponent=65537, key_size=2048), "RS256", headers=kid)


@pytest.mark.parametrize("how", ["none", "HS256", "payload", "Bearer", "key", "kid"])
def test_a_forged_token_is_refused(pool: PoolUnderTest, how: str) -> None:
    """tokens.md 5 and 8: alg must be RS256 (none and HS* refused), the signature must hold, no `Bearer `."""
    with refused("InvalidParameterException" if how == "Bearer" else "NotAuthorizedException"):
        pool.public.get_user(AccessToken=forged(pool, pool.tokens("ada")["AccessToken"], how))


def test_a_refresh_token_is_no_access_token(pool: PoolUnderTest) -> None:
    """tokens.md 8: five segments, it is a refresh token."""
    with refused("NotAuthorizedException"):
        pool.public.get_user(AccessToken=pool.tokens("ada")["RefreshToken"])


def test_a_token_is_good_until_it_expires_and_a_refresh_token_for_thirty_days(pool: PoolUnderTest) -> None:
    """tokens.md 1 and 5: exp in the future; refresh tokens live 30 days by default."""
    tokens = pool.tokens("ada")
    pool.sandbox.advance(3601)
    with refused("NotAuthorizedException", "Access Token has expired"):
        pool.public.get_user(AccessToken=tokens["AccessToken"])
    given = {"RefreshToken": tokens["RefreshToken"], "ClientId": pool.client_id}
    pool.sandbox.advance(30 * 86400 - 3700)
    renewed = pool.public.get_tokens_from_refresh_token(**given)["AuthenticationResult"]["IdToken"]
    # auth_time much older than iat: a refreshed token.
    assert claims(renewed)["iat"] - claims(renewed)["auth_time"] > 29 * 86400
    pool.sandbox.advance(101)
    with refused("NotAuthorizedException", "Refresh Token has expired"):
        pool.public.get_tokens_from_refresh_token(**given)


def test_a_signature_outlives_revocation(pool: PoolUnderTest) -> None:
    """tokens.md 5 and 7: revoked JWTs still pass pure signature checks; GetUser says that they are revoked."""
    tokens = pool.tokens("ada")
    pool.public.revoke_token(Token=tokens["RefreshToken"], ClientId=pool.client_id)
    keys = {each["kid"]: each for each in document(pool, "jwks.json")["keys"]}
    kid = jwt.get_unverified_header(tokens["AccessToken"])["kid"]
    checked: Any = {f"verify_{each}": False for each in ("aud", "exp", "iat")}
    assert jwt.decode(tokens["AccessToken"], jwt.PyJWK(keys[kid]), ["RS256"], options=checked)
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        pool.public.get_user(AccessToken=tokens["AccessToken"])


def test_a_client_revokes_its_own_tokens_alone(pool: PoolUnderTest) -> None:
    """tokens.md 7: RevokeToken needs the same client."""
    other = pool.add_client(ExplicitAuthFlows=FLOWS)["ClientId"]
    tokens = pool.tokens("ada")
    with refused("UnauthorizedException"):
        pool.public.revoke_token(Token=tokens["RefreshToken"], ClientId=other)
    assert is_alive(pool, tokens) == (True, True)


@pytest.mark.parametrize("by", ["user", "administrator"])
def test_one_tracked_session_ends(sandbox: RunningSandbox, by: str) -> None:
    """tokens.md 7: RevokeUserSession and AdminRevokeUserSession end one tracked session."""
    pool = make_pool(sandbox)
    pool.idp.set_user_pool_session_configuration(
        UserPoolId=pool.pool_id, UserSessionTracking="ENABLED", TokenSession={"MaxPerUser": 20}
    )
    pool.add_user("ada")
    first, second = pool.tokens("ada"), pool.tokens("ada")
    shown = pool.public.list_user_sessions(AccessToken=second["AccessToken"])["Sessions"]
    (session,) = [each["SessionId"] for each in shown if not each["IsCurrentSession"]]
    if by == "user":
        pool.public.revoke_user_session(AccessToken=second["AccessToken"], SessionId=session)
    else:
        pool.idp.admin_revoke_user_session(UserPoolId=pool.pool_id, Username="ada", SessionId=session)
    assert (is_alive(pool, first), is_alive(pool, second)) == ((False, False), (True, True))


def test_a_forgotten_device_refreshes_nothing(sandbox: RunningSandbox) -> None:
    """tokens.md 7: ForgetDevice, that device's refresh token no longer accepted."""
    tracking = {"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": False}
    pool = make_pool(sandbox, DeviceConfiguration=tracking)
    pool.add_user("ada")
    tokens = pool.tokens("ada")
    device = DeviceClient(pool, tokens["NewDeviceMetadata"])
    device.confirm(tokens["AccessToken"])
    given = {"ClientId": pool.client_id, "RefreshToken": tokens["RefreshToken"], "DeviceKey": device.key}
    assert pool.public.get_tokens_from_refresh_token(**given)["AuthenticationResult"]
    pool.public.forget_device(AccessToken=tokens["AccessToken"], DeviceKey=device.key)
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        pool.public.get_tokens_from_refresh_token(**given)


def test_credentials_outlive_the_sign_in_they_were_had_with(sandbox: RunningSandbox, pool: PoolUnderTest) -> None:
    """tokens.md 7 and 8: issued credentials stay valid; ServerSideTokenCheck blocks only new ones; no access token."""
    kit, provider = PoolKit(sandbox), f"cognito-idp.us-east-1.amazonaws.com/{pool.pool_id}"
    unchecked, checked = (
        kit.pool(CognitoIdentityProviders=[{"ProviderName": provider, "ClientId": pool.client_id, **more}])
        for more in ({}, {"ServerSideTokenCheck": True})
    )
    for name, identity_pool in (("Unchecked", unchecked), ("Checked", checked)):
        role = kit.role(name, identity_pool, "authenticated", "s3:ListAllMyBuckets")
        kit.admin.set_identity_pool_roles(IdentityPoolId=identity_pool, Roles={"authenticated": role})
    tokens = pool.tokens("ada")
    login = {provider: tokens["IdToken"]}
    visitor = visit(sandbox, checked, login)
    pool.public.revoke_token(Token=tokens["RefreshToken"], ClientId=pool.client_id)
    assert visitor.role() == "Checked"
    assert visit(sandbox, unchecked, login).role() == "Unchecked"
    with refused("NotAuthorizedException"):
        visit(sandbox, checked, login)
    with refused("NotAuthorizedException"):
        visit(sandbox, unchecked, {provider: pool.tokens("ada")["AccessToken"]})


def test_groups_are_those_of_the_moment(pool: PoolUnderTest) -> None:
    """tokens.md 8: group changes appear only after refresh."""
    pool.add_user("joining")
    tokens = pool.tokens("joining")
    pool.idp.create_group(UserPoolId=pool.pool_id, GroupName="late")
    pool.idp.admin_add_user_to_group(UserPoolId=pool.pool_id, GroupName="late", Username="joining")
    renewed = pool.public.get_tokens_from_refresh_token(RefreshToken=tokens["RefreshToken"], ClientId=pool.client_id)
    assert "cognito:groups" not in claims(tokens["IdToken"])
    assert claims(renewed["AuthenticationResult"]["IdToken"])["cognito:groups"] == ["late"]


def test_discovery_names_the_custom_domain_where_there_are_both(sandbox: RunningSandbox) -> None:
    """tokens.md 6: with both kinds of domain the document names the custom one; it and the keys are not there."""
    pool = make_pool(sandbox)
    certificate = {
        "CertificateArn": "arn:aws:acm:us-east-1:210987654321:certificate/11111111-2222-4333-8444-555555555555"
    }
    pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain="both-kinds")
    pool.idp.create_user_pool_domain(
        UserPoolId=pool.pool_id, Domain="login.moon.example", CustomDomainConfig=certificate
    )
    found = document(pool, "openid-configuration")
    assert "/login.moon.example/oauth2/token" in found["token_endpoint"]
    assert "both-kinds" not in json.dumps(found)
    for name in ("jwks.json", "openid-configuration"):
        with pytest.raises(HTTPError) as caught:
            direct.open(f"{sandbox.endpoint}/_hosted/both-kinds/.well-known/{name}", timeout=10)
        with caught.value as answer:
            assert answer.code == 404
