"""Every partition of AWS is reached by the rules of botocore, with FIPS and without, and has the same domain here."""

from dataclasses import replace

import botocore.session
import pytest

from cognito_explorer.core.aws.connection import Connection
from cognito_explorer.core.aws.partitions import AWS_DOMAINS, FIPS_REGIONS, KNOWN_REGIONS, dns_suffix
from cognito_explorer.core.identity_pools.credentials import user_pool_login
from cognito_explorer.core.profiles import Profile

KEYS = Profile("p", "P", "keys", "", "#3A57D6", access_key_id="AKIATEST", secret_access_key="hush")
REGIONS = {
    "aws": "eu-central-1",
    "aws-cn": "cn-north-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-eusc": "eusc-de-east-1",
    "aws-iso": "us-iso-east-1",
    "aws-iso-b": "us-isob-east-1",
    "aws-iso-e": "eu-isoe-west-1",
    "aws-iso-f": "us-isof-south-1",
}


def test_no_partition_of_botocore_is_forgotten() -> None:
    assert set(botocore.session.Session().get_available_partitions()) == set(REGIONS)


def test_every_region_of_botocore_is_known_and_where_cognito_speaks_fips() -> None:
    session = botocore.session.Session()
    regions: set[str] = set()
    for partition in session.get_available_partitions():
        regions.update(session.get_available_regions("ec2", partition))
    assert regions == KNOWN_REGIONS
    marked = [
        name.removeprefix("fips-")
        for partition in session.get_available_partitions()
        for name in session.get_available_regions("cognito-idp", partition, allow_non_regional=True)
        if name.startswith("fips-")
    ]
    assert set(marked) == FIPS_REGIONS


@pytest.mark.parametrize(("partition", "region"), REGIONS.items())
@pytest.mark.parametrize("use_fips", [False, True], ids=["plain", "fips"])
def test_a_profile_leads_to_the_endpoints_of_its_partition(partition: str, region: str, use_fips: bool) -> None:
    connection = Connection(replace(KEYS, region=region, use_fips=use_fips), region)
    connection.open()
    try:
        for service in ("cognito-idp", "cognito-identity"):
            meta = connection.client(service, "read").meta
            name = f"{service}-fips" if use_fips else service
            assert meta.endpoint_url == f"https://{name}.{region}.{dns_suffix(region)}"
            assert meta.partition == partition
        assert connection.client("sts", "read").meta.endpoint_url.endswith(f".{region}.{dns_suffix(region)}")
    finally:
        connection.close()


@pytest.mark.parametrize("region", REGIONS.values())
def test_a_login_is_named_by_the_partition_s_domain(region: str) -> None:
    (provider,) = user_pool_login(f"{region}_Ab1", "token")
    assert provider == f"cognito-idp.{region}.{dns_suffix(region)}/{region}_Ab1"
    assert provider.partition("/")[0].endswith(AWS_DOMAINS)
