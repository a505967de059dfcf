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


def _without_user(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
