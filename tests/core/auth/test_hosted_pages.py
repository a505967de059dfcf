"""Sign-in pages are those of whoever answers the profile's calls: never AWS's own address for an emulator's pool."""

from dataclasses import replace
from pathlib import Path

import pytest

from cognito_explorer.core.auth.hosted_pages import find_hosted_origin, why_no_pages
from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.aws.partitions import stand_in
from cognito_explorer.core.errors import NotOffered
from cognito_explorer.core.profiles import Profile
from tests.core.conftest import profile_of
from tests.sandbox_fixture import RunningSandbox

AT_AWS = Profile("p", "Shop", "keys", "us-east-1", "#000000", "", "", "AKIATEST", "secret")
PLACE = ("moonletter", "", "us-east-1")


@pytest.mark.parametrize(
    ("endpoint_url", "found"),
    [
        ("", ""),
        ("https://cognito-idp-fips.us-east-1.amazonaws.com", ""),
        ("https://vpce-1-2.cognito-idp.us-east-1.vpce.amazonaws.com", ""),
        ("https://cognito-idp.cn-north-1.amazonaws.com.cn", ""),
        ("http://cognito-idp.us-east-1.amazonaws.com", "http://cognito-idp.us-east-1.amazonaws.com"),
        ("https://amazonaws.com.example", "https://amazonaws.com.example"),
        ("https://example\\.amazonaws.com", "https://example\\.amazonaws.com"),
        ("http://127.0.0.1:4566", "http://127.0.0.1:4566"),
        ("http://[::1", "http://[::1"),
    ],
)
def test_fips_and_vpc_endpoints_are_aws_and_nothing_else_is(endpoint_url: str, found: str) -> None:
    assert stand_in(endpoint_url) == found


@pytest.mark.parametrize(
    ("place", "origin"),
    [
        (PLACE, "https://moonletter.auth.us-east-1.amazoncognito.com"),
        (("moonletter", "auth.shop.example", "us-east-1"), "https://auth.shop.example"),
        (("", "", "us-east-1"), ""),
    ],
)
async def test_at_aws_the_pages_are_on_the_pool_s_domain(place: tuple[str, str, str], origin: str) -> None:
    aws = await Aws.open(AT_AWS)
    assert await find_hosted_origin(aws, *place) == origin
    assert aws.calls.recent() == ()
    aws.close()


async def test_a_profile_that_leads_to_a_sandbox_finds_its_pages_there(demo_sandbox: RunningSandbox) -> None:
    own = profile_of(demo_sandbox)
    expected = f"{demo_sandbox.endpoint.replace('127.0.0.1', 'localhost')}/_hosted/moonletter.us-east-1"
    for profile in (own, replace(own, kind="keys", name="Standalone")):
        aws = await Aws.open(profile)
        assert await find_hosted_origin(aws, *PLACE) == expected
        aws.close()


async def test_an_endpoint_without_pages_of_this_domain_says_so(demo_sandbox: RunningSandbox) -> None:
    aws = await Aws.open(replace(profile_of(demo_sandbox), kind="keys"))
    with pytest.raises(NotOffered, match="no sign-in pages known here") as none_known:
        await find_hosted_origin(aws, "strange", "", "us-east-1")
    assert "404" in none_known.value.hint
    aws.close()


async def test_an_endpoint_that_does_not_answer_is_not_replaced_by_aws(unused_tcp_port: int) -> None:
    aws = await Aws.open(replace(AT_AWS, endpoint_url=f"http://127.0.0.1:{unused_tcp_port}"))
    words = await why_no_pages(aws, *PLACE)
    assert "no sign-in pages known here" in words
    assert "did not answer" in words
    assert "amazoncognito" not in words
    aws.close()


async def test_an_endpoint_that_stands_in_the_files_of_the_aws_cli_is_one_too(
    demo_sandbox: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    config.write_text(
        "[profile local]\nregion = us-east-1\nservices = local\naws_access_key_id = AKIATEST\n"
        "aws_secret_access_key = secret\n[services local]\ncognito_identity_provider =\n"
        f"  endpoint_url = {demo_sandbox.endpoint}\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    shared = Profile("local", "local", "aws_profile", "us-east-1", "#000000", aws_profile="local")
    aws = await Aws.open(shared)
    assert aws.http.stand_in == demo_sandbox.endpoint
    assert "/_hosted/" in await find_hosted_origin(aws, *PLACE)
    aws.renew(shared)
    assert aws.http.stand_in == demo_sandbox.endpoint
    aws.close()


async def test_a_profile_that_leads_elsewhere_now_is_not_asked_where_it_led(demo_sandbox: RunningSandbox) -> None:
    aws = await Aws.open(replace(AT_AWS, endpoint_url=demo_sandbox.endpoint))
    aws.renew(AT_AWS)
    assert aws.http.stand_in == ""
    aws.close()
