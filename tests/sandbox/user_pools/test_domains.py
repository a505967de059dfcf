"""Prefix and custom domains: their forms, their number, their branding version."""

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
