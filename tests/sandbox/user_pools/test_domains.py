"""Prefix and custom domains: their forms, their number, their branding version."""

import httpx
import pytest

from tests.sandbox.pools import PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox

CERTIFICATE = {"CertificateArn": "arn:aws:acm:us-east-1:210987654321:certificate/moon"}


@pytest.fixture(scope="module")
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    return make_pool(sandbox)


def test_a_custom_domain_has_dots_and_a_certificate_from_virginia(pool: PoolUnderTest) -> None:
    key = {"UserPoolId": pool.pool_id, "Domain": "auth.moonletter.example"}
    made = pool.idp.create_user_pool_domain(**key, CustomDomainConfig=CERTIFICATE)
    assert made["CloudFrontDomain"]
    assert pool.idp.describe_user_pool(UserPoolId=pool.pool_id)["UserPool"]["CustomDomain"] == key["Domain"]
    other = {"CertificateArn": "arn:aws:acm:us-east-1:210987654321:certificate/other"}
    pool.idp.update_user_pool_domain(**key, CustomDomainConfig=other)
    described = pool.idp.describe_user_pool_domain(Domain=key["Domain"])["DomainDescription"]
    assert described["CustomDomainConfig"] == other
    assert described["CloudFrontDistribution"] == made["CloudFrontDomain"]
    foreign = {"CertificateArn": "arn:aws:acm:eu-west-1:210987654321:certificate/moon"}
    with refused(
        "InvalidParameterException",
        "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include"
        " a valid certificate chain.",
    ):
        pool.idp.update_user_pool_domain(**key, CustomDomainConfig=foreign)
    pool.idp.delete_user_pool_domain(**key)


@pytest.mark.parametrize(
    ("domain", "message"),
    [
        (
            "under_score",
            "The domain name contains an invalid character. Domain names can only contain lower-case letters,"
            " numbers, and hyphens.",
        ),
        (
            "auth.moonletter.example",
            "The domain name contains an invalid character. Domain names can only contain lower-case letters,"
            " numbers, and hyphens.",
        ),
        ("my-aws-app", "Domain cannot contain reserved word: cognito, aws or amazon"),
    ],
)
def test_a_prefix_is_letters_digits_and_hyphens_without_reserved_words(
    pool: PoolUnderTest, domain: str, message: str
) -> None:
    with refused("InvalidParameterException", message):
        pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain=domain)


def test_a_reserved_word_inside_a_longer_one_is_fine(pool: PoolUnderTest) -> None:
    key = {"UserPoolId": pool.pool_id, "Domain": "awsome-letters"}
    pool.idp.create_user_pool_domain(**key)
    with refused("InvalidParameterException"):
        pool.idp.update_user_pool_domain(**key, CustomDomainConfig=CERTIFICATE)
    pool.idp.delete_user_pool_domain(**key)


def test_a_prefix_with_a_certificate_is_no_subdomain(pool: PoolUnderTest) -> None:
    with refused("InvalidParameterException", "Custom domain is not a valid subdomain: newsletters"):
        pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain="newsletters", CustomDomainConfig=CERTIFICATE)


def test_the_branding_version_is_changed_and_what_is_left_out_stays(sandbox: RunningSandbox) -> None:
    pool = make_pool(sandbox)
    key = {"UserPoolId": pool.pool_id, "Domain": "versions"}
    pool.idp.create_user_pool_domain(**key)
    assert pool.idp.update_user_pool_domain(**key, ManagedLoginVersion=2)["ManagedLoginVersion"] == 2
    pool.idp.update_user_pool_domain(**key)
    described = pool.idp.describe_user_pool_domain(Domain="versions")["DomainDescription"]
    assert described["ManagedLoginVersion"] == 2
    assert described["CloudFrontDistribution"]
    with refused("InvalidParameterException"):
        pool.idp.update_user_pool_domain(**key, ManagedLoginVersion=3)
    with refused("InvalidParameterException", "No such domain or user pool exists."):
        pool.idp.update_user_pool_domain(UserPoolId=pool.pool_id, Domain="nobodys", ManagedLoginVersion=2)


def test_a_region_has_four_custom_domains(sandbox: RunningSandbox) -> None:
    idp = sandbox.client("cognito-idp", region="eu-north-1")
    for number in range(5):
        pool_id = idp.create_user_pool(PoolName="one of five")["UserPool"]["Id"]
        settings = {"Domain": f"d{number}.moonletter.example", "CustomDomainConfig": CERTIFICATE}
        if number < 4:
            idp.create_user_pool_domain(UserPoolId=pool_id, **settings)
        else:
            with refused("LimitExceededException"):
                idp.create_user_pool_domain(UserPoolId=pool_id, **settings)


def test_each_region_may_have_the_same_prefix_and_both_can_be_visited(sandbox: RunningSandbox) -> None:
    regions = ("us-east-1", "eu-west-3")
    clients = [sandbox.client("cognito-idp", region=region) for region in regions]
    pools = [idp.create_user_pool(PoolName="twin")["UserPool"]["Id"] for idp in clients]
    for idp, pool_id in zip(clients, pools, strict=True):
        idp.create_user_pool_domain(UserPoolId=pool_id, Domain="twins")
        assert idp.describe_user_pool_domain(Domain="twins")["DomainDescription"]["UserPoolId"] == pool_id
        assert idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Domain"] == "twins"
    found = [hosted_address(sandbox, pool_id) for pool_id in pools]
    assert found == [f"{sandbox.browser_origin}/_hosted/{name}" for name in ("twins", "twins.eu-west-3")]
    for idp, pool_id, region in zip(clients, pools, regions, strict=True):
        client = idp.create_user_pool_client(
            UserPoolId=pool_id,
            ClientName="web",
            CallbackURLs=["http://localhost:8400/callback"],
            AllowedOAuthFlows=["code"],
            AllowedOAuthScopes=["openid"],
            AllowedOAuthFlowsUserPoolClient=True,
            SupportedIdentityProviders=["COGNITO"],
        )["UserPoolClient"]["ClientId"]
        query = {"client_id": client, "response_type": "code", "redirect_uri": "http://localhost:8400/callback"}
        page = httpx.get(f"{sandbox.browser_origin}/_hosted/twins.{region}/login", params=query, trust_env=False)
        assert page.status_code == 200
    other = clients[1].create_user_pool(PoolName="triplet")["UserPool"]["Id"]
    with refused("InvalidParameterException", "Domain already associated with another user pool."):
        clients[1].create_user_pool_domain(UserPoolId=other, Domain="twins")
    clients[0].delete_user_pool_domain(UserPoolId=pools[0], Domain="twins")
    assert clients[0].describe_user_pool_domain(Domain="twins")["DomainDescription"] == {}
    assert hosted_address(sandbox, pools[1]).endswith("/_hosted/twins.eu-west-3")
    with refused("InvalidParameterException", "Domain already associated with another user pool."):
        clients[1].create_user_pool_domain(UserPoolId=other, Domain="twins")
    clients[1].update_user_pool_domain(UserPoolId=pools[1], Domain="twins", ManagedLoginVersion=2)
    clients[1].delete_user_pool_domain(UserPoolId=pools[1], Domain="twins")


def test_a_custom_domain_is_unique_over_all_regions(pool: PoolUnderTest, sandbox: RunningSandbox) -> None:
    settings = {"Domain": "only.moonletter.example", "CustomDomainConfig": CERTIFICATE}
    pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, **settings)
    elsewhere = sandbox.client("cognito-idp", region="eu-west-3")
    pool_id = elsewhere.create_user_pool(PoolName="late")["UserPool"]["Id"]
    with refused(
        "InvalidParameterException",
        "One or more of the CNAMEs you provided are already associated with a different resource.",
    ):
        elsewhere.create_user_pool_domain(UserPoolId=pool_id, **settings)
    assert elsewhere.describe_user_pool_domain(Domain=settings["Domain"])["DomainDescription"] == {}
    pool.idp.delete_user_pool_domain(UserPoolId=pool.pool_id, Domain=settings["Domain"])


def hosted_address(sandbox: RunningSandbox, pool_id: str) -> str:
    """Where the discovery document says a pool's pages are."""
    url = f"{sandbox.endpoint}/{pool_id}/.well-known/openid-configuration"
    document = httpx.get(url, trust_env=False).json()
    return str(document["authorization_endpoint"]).removesuffix("/oauth2/authorize")
