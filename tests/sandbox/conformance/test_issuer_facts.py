"""Tokens of an OpenID provider that IAM knows: facts of iam-evaluation.md section 6, identity-pools.md 3 and 9."""

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from cognito_explorer.sandbox.identity_pools.open_id_tokens import TAGS_CLAIM
from tests.sandbox.federation.stranger import CLIENT_ID, SUBJECT, Stranger, stranger
from tests.sandbox.identity_pools.providers import MOONBOOK_CLIENT, issuer_of, sign_in_at
from tests.sandbox.pools import refused
from tests.sandbox.test_sts import make_role
from tests.sandbox_fixture import RunningSandbox

ACCOUNT = "210987654321"
WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
NOT_AUTHORIZED = "Not authorized to perform sts:AssumeRoleWithWebIdentity"
SOURCE_CLAIM = "https://aws.amazon.com/source_identity"
CURVES = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}


class Issuer:
    """A provider on this machine, registered in IAM, and what people with its tokens do."""

    def __init__(self, sandbox: RunningSandbox, provider: Stranger) -> None:
        self.sandbox = sandbox
        self.provider = provider
        self.sts = sandbox.public_client("sts")
        self.host = provider.url.removeprefix("http://")
        self.arn = register(sandbox, provider.url)

    def token(self, alg: str = "RS256", key: Any = None, **changed: Any) -> str:
        """A token about the stranger, of this provider unless changed."""
        now = int(time.time())
        claims = {"iss": self.provider.url, "sub": SUBJECT, "aud": CLIENT_ID, "iat": now, "exp": now + 300}
        return jwt.encode(claims | changed, key or self.provider.key, alg, headers={"kid": "1"})

    def role(self, *actions: str, policy: dict[str, Any] | None = None, **condition: Any) -> str:
        """A role that trusts the provider under a condition."""
        statement = {"Effect": "Allow", "Principal": {"Federated": self.arn}, "Action": [WEB_IDENTITY, *actions]}
        trust = {"Version": "2012-10-17", "Statement": [statement | ({"Condition": condition} if condition else {})]}
        name = f"Issuer-{uuid.uuid4().hex[:8]}"
        arn = make_role(self.sandbox, name, json.dumps(trust))
        if policy:
            document = json.dumps({"Version": "2012-10-17", "Statement": [policy]})
            self.sandbox.client("iam").put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document)
        return arn

    def assume(self, role: str, token: str) -> dict[str, Any]:
        """AssumeRoleWithWebIdentity."""
        answer: dict[str, Any] = self.sts.assume_role_with_web_identity(
            RoleArn=role, RoleSessionName="facts", WebIdentityToken=token
        )
        return answer


def register(sandbox: RunningSandbox, url: str) -> str:
    made = sandbox.client("iam").create_open_id_connect_provider(
        Url=url, ClientIDList=[CLIENT_ID], ThumbprintList=["0" * 40]
    )
    return str(made["OpenIDConnectProviderArn"])


@pytest.fixture(scope="module")
def issuer(sandbox: RunningSandbox) -> Iterator[Issuer]:
    with stranger() as provider:
        yield Issuer(sandbox, provider)


@pytest.fixture(autouse=True)
def polite(issuer: Issuer) -> None:
    issuer.provider.behave()


@pytest.fixture(scope="module")
def trusting(issuer: Issuer) -> str:
    """A role that trusts everybody of the provider."""
    return issuer.role()


@pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512", *CURVES])
def test_tokens_are_signed_by_one_of_six_algorithms(issuer: Issuer, trusting: str, alg: str) -> None:
    """iam-evaluation.md 6: RS256/384/512 or ES256/384/512."""
    key = ec.generate_private_key(CURVES[alg]) if alg in CURVES else rsa.generate_private_key(65537, 2048)
    algorithm = jwt.get_algorithm_by_name(alg)
    issuer.provider.say("/jwks", {"keys": [json.loads(algorithm.to_jwk(key.public_key())) | {"kid": "1"}]})
    assert issuer.assume(trusting, issuer.token(alg, key))["SubjectFromWebIdentityToken"] == SUBJECT


@pytest.mark.parametrize(("alg", "key"), [("HS256", "k" * 32), ("PS256", None), ("ES256", "curve")])
def test_other_algorithms_and_other_keys_prove_nothing(issuer: Issuer, trusting: str, alg: str, key: Any) -> None:
    """iam-evaluation.md 6: other algorithms, and an algorithm that is not the published key's: InvalidIdentityToken."""
    used = ec.generate_private_key(CURVES["ES256"]) if key == "curve" else key
    with refused("InvalidIdentityToken"):
        issuer.assume(trusting, issuer.token(alg, used))


@pytest.mark.parametrize(("length", "is_read"), [(3, False), (4, True), (20_000, True), (20_001, False)])
def test_a_token_has_4_to_20000_characters(issuer: Issuer, trusting: str, length: int, *, is_read: bool) -> None:
    """iam-evaluation.md 6: WebIdentityToken has 4 to 20,000 characters."""
    strict = issuer.sandbox.client("sts", parameter_validation=False)
    with refused("InvalidIdentityToken" if is_read else "ValidationError"):
        strict.assume_role_with_web_identity(RoleArn=trusting, RoleSessionName="facts", WebIdentityToken="x" * length)


def test_a_provider_that_does_not_answer(issuer: Issuer) -> None:
    """iam-evaluation.md 6: IDPCommunicationError (400), the identity provider is unreachable."""
    gone = "http://127.0.0.1:9"
    register(issuer.sandbox, gone)
    with pytest.raises(issuer.sts.exceptions.IDPCommunicationErrorException) as caught:
        issuer.assume(issuer.role(), issuer.token(iss=gone))
    assert caught.value.response["Error"]["Code"] == "IDPCommunicationError"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_provider_elsewhere_is_never_asked(issuer: Issuer) -> None:
    """iam-evaluation.md 6: IDPCommunicationError, too: the sandbox asks nobody but this machine."""
    register(issuer.sandbox, "https://idp.moonrise.example")
    with refused("IDPCommunicationError"):
        issuer.assume(issuer.role(), issuer.token(iss="https://idp.moonrise.example"))


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("/.well-known/openid-configuration", {}),
        ("/.well-known/openid-configuration", {"jwks_uri": "https://elsewhere.example/jwks"}),
        ("/.well-known/openid-configuration", {"jwks_uri": "ftp://localhost/jwks"}),
        ("/.well-known/openid-configuration", {"jwks_uri": "http://localhost/j wks"}),
        ("/jwks", {"keys": []}),
        ("/jwks", {"keys": [{"kid": "1", "kty": "moon"}]}),
        ("/jwks", {"keys": 5}),
        ("/jwks", b"<html>"),
    ],
)
def test_a_provider_without_a_key_that_fits(issuer: Issuer, trusting: str, path: str, document: Any) -> None:
    """iam-evaluation.md 6: a token whose key cannot be had is an InvalidIdentityToken (400)."""
    issuer.provider.say(path, document)
    with refused("InvalidIdentityToken"):
        issuer.assume(trusting, issuer.token())


@pytest.mark.parametrize(
    ("changed", "is_good"),
    [
        ({}, True),
        ({"aud": [CLIENT_ID, "other"], "azp": CLIENT_ID}, True),
        ({"aud": "other", "azp": CLIENT_ID}, True),
        ({"azp": "other"}, False),
        ({"aud": "other"}, False),
    ],
)
def test_the_authorized_party_comes_before_the_audience(
    issuer: Issuer, trusting: str, changed: dict[str, Any], *, is_good: bool
) -> None:
    """iam-evaluation.md 6 and identity-pools.md 3: azp if present, else aud, in IAM's client list."""
    token = issuer.token(**changed)
    admin, public = (issuer.sandbox.client("cognito-identity"), issuer.sandbox.public_client("cognito-identity"))
    pool = admin.create_identity_pool(
        IdentityPoolName="facts", AllowUnauthenticatedIdentities=False, OpenIdConnectProviderARNs=[issuer.arn]
    )
    given = {"IdentityPoolId": pool["IdentityPoolId"], "Logins": {issuer.host: token}}
    if is_good:
        assert issuer.assume(trusting, token)["Audience"] == CLIENT_ID
        assert public.get_id(**given)["IdentityId"]
        return
    with refused("InvalidIdentityToken"):
        issuer.assume(trusting, token)
    with refused("NotAuthorizedException"):
        public.get_id(**given)


@pytest.mark.parametrize(
    ("flaw", "message"),
    [
        ("issuer", "Invalid login token. Issuer doesn't match providerName"),
        ("signature", "Invalid login token. Couldn't verify signed token."),
        ("keys", "Invalid login token. Couldn't retrieve the keys of the provider."),
    ],
)
def test_a_login_that_proves_nothing(issuer: Issuer, flaw: str, message: str) -> None:
    """identity-pools.md 3 and 9: iss equals key, and a good signature; what is said of keys nobody serves."""
    arn, host = issuer.arn, issuer.host
    if flaw == "keys":
        host = "127.0.0.1:1"
        arn = register(issuer.sandbox, f"http://{host}")
    other = rsa.generate_private_key(65537, 2048) if flaw == "signature" else None
    token = issuer.token(key=other, iss="http://127.0.0.1:2" if flaw == "issuer" else f"http://{host}")
    pool = issuer.sandbox.client("cognito-identity").create_identity_pool(
        IdentityPoolName="facts", AllowUnauthenticatedIdentities=False, OpenIdConnectProviderARNs=[arn]
    )
    with refused("NotAuthorizedException", message):
        issuer.sandbox.public_client("cognito-identity").get_id(
            IdentityPoolId=pool["IdentityPoolId"], Logins={host: token}
        )


@pytest.mark.parametrize(
    ("key", "value", "is_later"),
    [
        ("aud", CLIENT_ID, True),
        ("sub", SUBJECT, True),
        ("amr", "mfa", True),
        ("email", "*", False),
        ("oaud", "*", False),
    ],
)
def test_which_keys_stay_with_the_session(issuer: Issuer, key: str, value: str, *, is_later: bool) -> None:
    """iam-evaluation.md 6: aud (azp), sub and amr remain in the session; email and oaud only at assumption."""
    condition = {"ForAnyValue:StringLike": {f"{issuer.host}:{key}": value}}
    policy = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition": condition}
    role = issuer.role(policy=policy, **condition)
    token = issuer.token(azp=CLIENT_ID, aud="original", email="luna@moon.example", amr=["pwd", "mfa"])
    issued = issuer.assume(role, token)["Credentials"]
    keys = (issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])
    s3 = issuer.sandbox.client("s3", keys=keys)
    if is_later:
        assert "Buckets" in s3.list_buckets()
        return
    with refused("AccessDenied"):
        s3.list_buckets()


def test_a_built_in_provider_is_the_same_on_another_port(issuer: Issuer) -> None:
    """identity-pools.md 4: same login later, same id: also once the sandbox has moved to another port."""
    here = issuer_of(issuer.sandbox, "moonbook").removeprefix("http://")
    earlier = f"localhost:1/{here.partition('/')[2]}"
    iam, admin = issuer.sandbox.client("iam"), issuer.sandbox.client("cognito-identity")
    arn = iam.create_open_id_connect_provider(
        Url=f"http://{earlier}", ClientIDList=[MOONBOOK_CLIENT], ThumbprintList=["0" * 40]
    )["OpenIDConnectProviderArn"]
    made = admin.create_identity_pool(
        IdentityPoolName="facts", AllowUnauthenticatedIdentities=False, OpenIdConnectProviderARNs=[arn]
    )
    login = {here: sign_in_at(issuer.sandbox, "moonbook", "luna", MOONBOOK_CLIENT)["id_token"]}
    public = issuer.sandbox.public_client("cognito-identity")
    identity_id = public.get_id(IdentityPoolId=made["IdentityPoolId"], Logins=login)["IdentityId"]
    assert admin.describe_identity(IdentityId=identity_id)["Logins"] == [earlier]


@pytest.mark.parametrize("may_tag", [True, False])
def test_tags_of_a_token_need_a_trust_that_lets_tag(issuer: Issuer, *, may_tag: bool) -> None:
    """iam-evaluation.md 6: AccessDenied (403) for missing sts:TagSession, at STS as well."""
    role = issuer.role(*(["sts:TagSession"] if may_tag else []))
    tags: dict[str, Any] = {TAGS_CLAIM: {"principal_tags": {"team": ["moon"]}}}
    token = issuer.token(**tags)
    if may_tag:
        assert issuer.assume(role, token)["Credentials"]
        return
    with pytest.raises(issuer.sts.exceptions.ClientError) as caught:
        issuer.assume(role, token)
    assert caught.value.response["Error"] == {"Type": "Sender", "Code": "AccessDenied", "Message": NOT_AUTHORIZED}
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


@pytest.mark.parametrize("may_set", [True, False])
def test_a_token_names_the_source_identity(issuer: Issuer, *, may_set: bool) -> None:
    """iam-evaluation.md 6: AssumeRoleWithWebIdentity returns SourceIdentity."""
    role = issuer.role(*(["sts:SetSourceIdentity"] if may_set else []))
    token = issuer.token(**{SOURCE_CLAIM: "luna"})
    if may_set:
        assert issuer.assume(role, token)["SourceIdentity"] == "luna"
        return
    with refused("AccessDenied", NOT_AUTHORIZED):
        issuer.assume(role, token)
    with refused("InvalidIdentityToken"):
        issuer.assume(role, issuer.token(**{SOURCE_CLAIM: "l u n a"}))
