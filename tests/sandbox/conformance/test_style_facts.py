"""Domains, classic styles and branding: facts of hosted-ui.md sections 1, 8 and 9."""

from typing import Any

import pytest

from tests.sandbox.pools import PoolUnderTest, make_pool, refused
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
CERTIFICATE = {"CertificateArn": "arn:aws:acm:us-east-1:210987654321:certificate/moon"}
CERTIFICATE_OF = {"CustomDomainConfig": CERTIFICATE}
PNG = b"\x89PNG\r\n\x1a\n"
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


def test_a_pool_has_one_prefix_and_one_custom_domain(sandbox: RunningSandbox) -> None:
    """hosted-ui.md 1: both kinds may coexist, one of each; both answer; active, here at once."""
    pool = make_pool(sandbox)
    prefix, custom = {"Domain": "both-kinds"}, {"Domain": "auth.both.example", "CustomDomainConfig": CERTIFICATE}
    for domain in (prefix, custom):
        pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, **domain)
        described = pool.idp.describe_user_pool_domain(Domain=domain["Domain"])["DomainDescription"]
        assert (described["Status"], described["UserPoolId"]) == ("ACTIVE", pool.pool_id)
    for extra in ({"Domain": "second-prefix"}, custom | {"Domain": "login.both.example"}):
        with refused("InvalidParameterException"):
            pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, **extra)
    for domain in (prefix, custom):
        pool.idp.delete_user_pool_domain(UserPoolId=pool.pool_id, Domain=domain["Domain"])


def test_a_prefix_is_taken_once_in_a_region(styled: PoolUnderTest, pool: PoolUnderTest) -> None:
    """hosted-ui.md 1: a prefix is unique per Region."""
    taken = styled.idp.describe_user_pool(UserPoolId=styled.pool_id)["UserPool"]["Domain"]
    with refused("InvalidParameterException"):
        pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain=taken)
    idp = pool.sandbox.client("cognito-idp", region="eu-west-1")
    abroad_id = idp.create_user_pool(PoolName="abroad")["UserPool"]["Id"]
    idp.create_user_pool_domain(UserPoolId=abroad_id, Domain=taken)
    idp.delete_user_pool_domain(UserPoolId=abroad_id, Domain=taken)


def test_a_custom_domain_has_its_rules(sandbox: RunningSandbox) -> None:
    """hosted-ui.md 1: certificate in us-east-1, no bare TLD, unique across AWS, at most 4 per Region; an alias."""
    idp = sandbox.client("cognito-idp", region="eu-north-1")
    pools = [idp.create_user_pool(PoolName="custom")["UserPool"]["Id"] for _ in range(5)]
    elsewhere = {"CertificateArn": "arn:aws:acm:eu-north-1:210987654321:certificate/moon"}
    for domain, certificate in (("example", CERTIFICATE), ("auth.rules.example", elsewhere)):
        with refused("InvalidParameterException"):
            idp.create_user_pool_domain(
                UserPoolId=pools[0], Domain=domain, **CERTIFICATE_OF | {"CustomDomainConfig": certificate}
            )
    for number, pool_id in enumerate(pools[:4]):
        made = idp.create_user_pool_domain(UserPoolId=pool_id, Domain=f"d{number}.rules.example", **CERTIFICATE_OF)
        assert made["CloudFrontDomain"]
    with refused("LimitExceededException"):
        idp.create_user_pool_domain(UserPoolId=pools[4], Domain="d4.rules.example", **CERTIFICATE_OF)
    other = make_pool(sandbox)
    with refused("InvalidParameterException"):
        other.idp.create_user_pool_domain(UserPoolId=other.pool_id, Domain="d0.rules.example", **CERTIFICATE_OF)


def test_managed_login_is_not_on_the_lite_plan(sandbox: RunningSandbox) -> None:
    """hosted-ui.md 1: ManagedLoginVersion 1 or 2, 2 not on LITE."""
    lite = make_pool(sandbox, UserPoolTier="LITE")
    named = {"UserPoolId": lite.pool_id, "Domain": "fact-lite-pages"}
    with refused("FeatureUnavailableInTierException"):
        lite.idp.create_user_pool_domain(**named, ManagedLoginVersion=2)
    with refused("InvalidParameterException"):
        lite.idp.create_user_pool_domain(**named, ManagedLoginVersion=3)
    assert lite.idp.create_user_pool_domain(**named)["ManagedLoginVersion"] == 1
    with refused("FeatureUnavailableInTierException"):
        lite.idp.update_user_pool_domain(**named, ManagedLoginVersion=2)
    lite.idp.delete_user_pool_domain(**named)


def test_a_classic_style_is_the_pools_or_a_clients(styled: PoolUnderTest, pool: PoolUnderTest) -> None:
    """hosted-ui.md 8: needs a domain; ClientId omitted = ALL; per-client overrides; ImageUrl, CSS and CSSVersion."""
    with refused("InvalidParameterException"):
        pool.idp.set_ui_customization(UserPoolId=pool.pool_id, CSS=".banner-customizable {}")
    named, own = {"UserPoolId": styled.pool_id}, styled.add_client()["ClientId"]
    styled.idp.set_ui_customization(**named, CSS=".banner-customizable {}", ImageFile=PNG)
    shown = styled.idp.get_ui_customization(**named, ClientId=own)["UICustomization"]
    assert (shown["ClientId"], shown["CSS"]) == ("ALL", ".banner-customizable {}")
    assert shown.keys() >= {"ImageUrl", "CSS", "CSSVersion"}
    styled.idp.set_ui_customization(**named, ClientId=own, CSS=".label-customizable {}")
    assert styled.idp.get_ui_customization(**named, ClientId=own)["UICustomization"]["CSS"] == ".label-customizable {}"
    assert styled.idp.get_ui_customization(**named)["UICustomization"]["CSS"] == ".banner-customizable {}"


@pytest.mark.parametrize(
    ("style", "is_good"),
    [
        ({"CSS": f".banner-customizable {{ {' ' * 131_000} }}"}, True),
        ({"CSS": f".banner-customizable {{ {' ' * 131_072} }}"}, False),
        ({"ImageFile": PNG + bytes(98_000)}, True),
        ({"ImageFile": PNG + bytes(100_001)}, False),
        ({"ImageFile": PNG + bytes(90_000), "CSS": f".banner-customizable {{ {' ' * 20_000} }}"}, False),
        ({"ImageFile": b"\xff\xd8\xff\xe0"}, True),
        ({"ImageFile": b"GIF89a"}, False),
        ({"CSS": ".banner-customizable { background: url(javascript:alert(1)) }"}, False),
    ],
)
def test_a_classic_style_has_its_sizes(styled: PoolUnderTest, style: dict[str, Any], *, is_good: bool) -> None:
    """hosted-ui.md 8: request 135 KB, logo 100 KB of PNG or JPEG, CSS 131,072 characters; no JavaScript."""
    client = styled.sandbox.client("cognito-idp", parameter_validation=False)
    if is_good:
        assert client.set_ui_customization(UserPoolId=styled.pool_id, **style)["UICustomization"]
    else:
        with refused("InvalidParameterException"):
            client.set_ui_customization(UserPoolId=styled.pool_id, **style)


def _asset(category: str, extension: str, size: int = 9) -> dict[str, Any]:
    return {"Category": category, "ColorMode": "LIGHT", "Extension": extension, "Bytes": bytes(size)}


@pytest.mark.parametrize(
    ("style", "is_good"),
    [
        ({"UseCognitoProvidedValues": True, "Settings": {"a": 1}}, False),
        ({"Settings": {"a": 1}, "Assets": [_asset("FORM_LOGO", "PNG")]}, True),
        (
            {"Assets": [_asset("FAVICON_ICO", "ICO"), _asset("FAVICON_SVG", "SVG"), _asset("IDP_BUTTON_ICON", "SVG")]},
            True,
        ),
        ({"Assets": [_asset("PAGE_HEADER_LOGO", "JPEG"), _asset("FORM_BACKGROUND", "WEBP")]}, True),
        ({"Assets": [{"Category": "FORM_LOGO", "ColorMode": "DARK", "Extension": "PNG", "ResourceId": "moon"}]}, True),
        ({"Assets": [{"Category": "FORM_LOGO", "ColorMode": "DARK", "Extension": "PNG"}]}, False),
        ({"Assets": [_asset("EMAIL_GRAPHIC", "ICO")]}, False),
        ({"Assets": [_asset("FAVICON_ICO", "PNG")]}, False),
        ({"Assets": [_asset("FORM_LOGO", "PNG", 1_000_001)]}, False),
        ({"Assets": [_asset("FORM_LOGO", "PNG", 900_000), _asset("PAGE_BACKGROUND", "PNG", 900_000)]}, False),
        ({"Assets": [_asset("FORM_LOGO", "PNG")] * 41}, False),
        ({"Assets": [_asset("FORM_LOGO", "PNG") | {"ColorMode": "GREY"}]}, False),
        ({"Assets": [_asset("EVERYTHING", "PNG")]}, False),
    ],
)
def test_managed_login_is_branded_with_these(sandbox: RunningSandbox, style: dict[str, Any], *, is_good: bool) -> None:
    """hosted-ui.md 9: Cognito's values or settings and assets; 40 assets of 1 MB, a request of 2 MB; extensions."""
    pool = make_pool(sandbox)
    client = sandbox.client("cognito-idp", parameter_validation=False)
    named = {"UserPoolId": pool.pool_id, "ClientId": pool.client_id}
    if is_good:
        made = client.create_managed_login_branding(**named, **style)["ManagedLoginBranding"]
        assert len(made["Assets"]) == len(style["Assets"])
    else:
        with refused("InvalidParameterException"):
            client.create_managed_login_branding(**named, **style)


def test_a_branding_update_is_partial_and_merged_shows_all(sandbox: RunningSandbox) -> None:
    """hosted-ui.md 9: omitted parts stay; ReturnMergedResources shows the defaults too."""
    pool = make_pool(sandbox)
    named, logo = {"UserPoolId": pool.pool_id}, _asset("FORM_LOGO", "PNG")
    by_client = named | {"ClientId": pool.client_id}
    made = pool.idp.create_managed_login_branding(**by_client, Settings={"a": {"b": 1}}, Assets=[logo])
    style = {"ManagedLoginBrandingId": made["ManagedLoginBranding"]["ManagedLoginBrandingId"]}
    pool.idp.update_managed_login_branding(**named, **style, Settings={"a": {"c": 2}})
    shown = pool.idp.describe_managed_login_branding(**named, **style)["ManagedLoginBranding"]
    assert (shown["Settings"], shown["Assets"]) == ({"a": {"b": 1, "c": 2}}, [logo])
    merged = pool.idp.describe_managed_login_branding_by_client(**by_client, ReturnMergedResources=True)
    assert merged["ManagedLoginBranding"]["Settings"].keys() > {"a"}


def test_a_logo_is_shown_so_large(pool: PoolUnderTest, styled: PoolUnderTest) -> None:
    """hosted-ui.md 8: shown up to 350×178 px."""
    domain = styled.idp.describe_user_pool(UserPoolId=styled.pool_id)["UserPool"]["Domain"]
    with direct.open(f"{pool.sandbox.browser_origin}/_hosted/{domain}/hosted_ui.css", timeout=10) as answer:
        assert ".logo { max-width: min(100%, 350px); max-height: 178px; }" in answer.read().decode()
