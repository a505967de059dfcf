"""AWS's partitions by their Regions: each has a domain of its own. Checked against botocore's own list by a test."""

from urllib.parse import urlsplit

_USUAL = "amazonaws.com"
# By how the names of a partition's Regions begin.
_SUFFIXES = {
    "cn-": "amazonaws.com.cn",
    "eusc-": "amazonaws.eu",
    "us-iso-": "c2s.ic.gov",
    "us-isob-": "sc2s.sgov.gov",
    "eu-isoe-": "cloud.adc-e.uk",
    "us-isof-": "csp.hci.ic.gov",
    "eu-isof-": "csp.hci.ic.gov",
}
AWS_DOMAINS: tuple[str, ...] = tuple(
    f".{suffix}" for suffix in (_USUAL, "amazoncognito.com", "api.aws", *dict.fromkeys(_SUFFIXES.values()))
)

# Every Region of every partition.
KNOWN_REGIONS = frozenset({
    "af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
    "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
    "ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1",
    "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1",
    "mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
    "cn-north-1", "cn-northwest-1",
    "us-gov-east-1", "us-gov-west-1",
    "us-iso-east-1", "us-iso-west-1",
    "us-isob-east-1", "us-isob-west-1",
    "eu-isoe-west-1",
    "us-isof-east-1", "us-isof-south-1",
    "eusc-de-east-1",
})  # fmt: skip
# Where Cognito has FIPS endpoints.
FIPS_REGIONS = frozenset({"us-east-1", "us-east-2", "us-west-1", "us-west-2", "us-gov-west-1"})


def dns_suffix(region: str) -> str:
    """The domain of AWS's services in a Region: cognito-idp.REGION.SUFFIX."""
    return next((suffix for start, suffix in _SUFFIXES.items() if region.startswith(start)), _USUAL)


def own_endpoint(prefix: str, region: str, url: str) -> str:
    """An address that is not the usual one of a service in a Region, or "": FIPS and VPC endpoints are AWS's, too.

    `prefix` is what the service's hosts begin with, such as cognito-idp.
    """
    suffix = dns_suffix(region)
    usual = (f"https://{prefix}.{region}.{suffix}", f"https://{prefix}.{suffix}")
    return "" if url.rstrip("/") in usual else _without_user(url)


def stand_in(url: str) -> str:
    """An endpoint that answers in AWS's place, or "": FIPS and VPC endpoints are AWS itself, by another door."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return url
    is_aws = parts.scheme == "https" and host.endswith(AWS_DOMAINS) and "\\" not in url and url.isprintable()
    return "" if is_aws else url


def _without_user(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
