"""How a pool's pages look: the classic style, managed login's style, terms."""

import base64
import urllib.request
from typing import Any

import pytest

from tests.sandbox.pools import PoolUnderTest, make_pool, refused
from tests.sandbox_fixture import RunningSandbox, direct

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
CSS = ".submitButton-customizable { color: #123; } .submitButton-customizable:hover { color: #456; }"
LINKS = {"cognito:default": "https://moonletter.example/terms", "cognito:french": "https://moonletter.example/fr"}


@pytest.fixture
def pool(sandbox: RunningSandbox) -> PoolUnderTest:
    return make_pool(sandbox)


@pytest.fixture
def styled(pool: PoolUnderTest) -> PoolUnderTest:
    domain = pool.pool_id.lower().replace("_", "-")
    pool.idp.create_user_pool_domain(UserPoolId=pool.pool_id, Domain=domain)
    return pool


def _style(pool: PoolUnderTest, **style: Any) -> Any:
    return pool.idp.set_ui_customization(UserPoolId=pool.pool_id, **style)["UICustomization"]


def _seen(pool: PoolUnderTest, **client: str) -> Any:
    return pool.idp.get_ui_customization(UserPoolId=pool.pool_id, **client)["UICustomization"]


def test_the_classic_style_needs_a_domain(pool: PoolUnderTest) -> None:
    assert _seen(pool) == {}
    with refused("InvalidParameterException", "A domain must be associated with this user pool."):
        _style(pool, CSS=CSS)


def test_a_clients_own_style_stands_before_the_pools(styled: PoolUnderTest) -> None:
    _style(styled, CSS=CSS)
    client = {"ClientId": styled.client_id}
    assert _seen(styled, **client)["ClientId"] == "ALL"
    _style(styled, CSS=".banner-customizable {}", **client)
    assert _seen(styled, **client)["CSS"] == ".banner-customizable {}"
    assert _seen(styled)["CSS"] == CSS
    assert len(_seen(styled)["CSSVersion"]) == 14
    styled.idp.delete_user_pool_client(UserPoolId=styled.pool_id, **client)
    with refused("ResourceNotFoundException"):
        _seen(styled, **client)


def test_a_logo_is_served_where_the_style_says(styled: PoolUnderTest) -> None:
    style = _style(styled, ImageFile=PNG)
    with direct.open(urllib.request.Request(style["ImageUrl"]), timeout=10) as answer:
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.read() == PNG
    assert _style(styled, CSS=CSS)["ImageUrl"] == style["ImageUrl"]


@pytest.mark.parametrize(
    ("style", "message"),
    [
        ({"CSS": ".mine { color: red; }"}, "The CSS class .mine is not in the list of allowed classes."),
        ({"CSS": "body { color: red; }"}, "The CSS class body is not in the list of allowed classes."),
        ({"CSS": "@import url(x);"}, None),
        ({"CSS": "@media print { .banner-customizable {} }"}, None),
        ({"CSS": ".banner-customizable { color: red;"}, None),
        ({"CSS": ".banner-customizable {}</style><script>"}, None),
        ({"CSS": "/*" + "x" * 131_000 + "*/", "ImageFile": PNG * 100}, "request parameters too large"),
        ({"ImageFile": b"GIF89a"}, None),
    ],
)
def test_styles_that_could_do_harm_are_refused(
    styled: PoolUnderTest, style: dict[str, Any], message: str | None
) -> None:
    with refused("InvalidParameterException", message):
        _style(styled, **style)


def _brand(pool: PoolUnderTest, **style: Any) -> Any:
    made = pool.idp.create_managed_login_branding(UserPoolId=pool.pool_id, ClientId=pool.client_id, **style)
    return made["ManagedLoginBranding"]


def test_a_client_has_one_branding_style(pool: PoolUnderTest) -> None:
    key = {
        "UserPoolId": pool.pool_id,
        "ManagedLoginBrandingId": _brand(pool, UseCognitoProvidedValues=True)["ManagedLoginBrandingId"],
    }
    with refused("ManagedLoginBrandingExistsException"):
        _brand(pool, UseCognitoProvidedValues=True)
    pool.idp.delete_managed_login_branding(**key)
    with refused("ResourceNotFoundException"):
        pool.idp.describe_managed_login_branding(**key)
    assert _brand(pool, UseCognitoProvidedValues=True)["UseCognitoProvidedValues"] is True


def test_merged_resources_add_cognitos_values_to_ones_own(pool: PoolUnderTest) -> None:
    own = {"components": {"pageBackground": {"lightMode": {"color": "112233ff"}}}}
    made = _brand(pool, Settings=own)
    assert made["Settings"] == own
    merged = pool.idp.describe_managed_login_branding_by_client(
        UserPoolId=pool.pool_id, ClientId=pool.client_id, ReturnMergedResources=True
    )["ManagedLoginBranding"]["Settings"]
    assert merged["components"]["pageBackground"]["lightMode"] == {"color": "112233ff"}
    assert merged["components"]["pageBackground"]["darkMode"]
    assert merged["categories"]["global"]["colorSchemeMode"] == "LIGHT"


def test_an_update_keeps_the_settings_and_images_it_does_not_name(pool: PoolUnderTest) -> None:
    logo = {"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG", "Bytes": PNG}
    made = _brand(pool, Settings={"a": {"b": 1}}, Assets=[logo])
    key = {"UserPoolId": pool.pool_id, "ManagedLoginBrandingId": made["ManagedLoginBrandingId"]}
    dark = logo | {"ColorMode": "DARK"}
    pool.idp.update_managed_login_branding(**key, Settings={"a": {"c": 2.5}}, Assets=[dark])
    style = pool.idp.describe_managed_login_branding(**key)["ManagedLoginBranding"]
    assert style["Settings"] == {"a": {"b": 1, "c": 2.5}}
    assert style["Assets"] == [logo, dark]
    reset = pool.idp.update_managed_login_branding(**key, UseCognitoProvidedValues=True)["ManagedLoginBranding"]
    assert reset["Assets"] == []
    assert "Settings" not in reset


@pytest.mark.parametrize(
    ("style", "message"),
    [
        (
            {"UseCognitoProvidedValues": True, "Settings": {"a": 1}},
            "useCognitoProvidedValues or settings should be specified (but not both)",
        ),
        ({}, "useCognitoProvidedValues or settings should be specified (but not both)"),
        (
            {"Assets": [{"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "ICO", "Bytes": PNG}]},
            "Extension ICO is not allowed for FORM_LOGO.",
        ),
        ({"Assets": [{"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG"}]}, None),
        (
            {"Assets": [{"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG", "Bytes": b"x" * 1000001}]},
            None,
        ),
    ],
)
def test_branding_is_cognitos_or_ones_own(pool: PoolUnderTest, style: dict[str, Any], message: str | None) -> None:
    with refused("InvalidParameterException", message):
        _brand(pool, **style)


def test_branding_is_not_in_the_lite_plan(sandbox: RunningSandbox) -> None:
    with refused("FeatureUnavailableInTierException"):
        _brand(make_pool(sandbox, UserPoolTier="LITE"), UseCognitoProvidedValues=True)


def _terms(pool: PoolUnderTest, name: str, **more: Any) -> Any:
    key = {"UserPoolId": pool.pool_id, "ClientId": pool.client_id, "TermsName": name}
    return pool.idp.create_terms(**key, TermsSource="LINK", Enforcement="NONE", **{"Links": LINKS, **more})["Terms"]


def test_terms_are_made_found_by_client_and_changed(pool: PoolUnderTest) -> None:
    made = _terms(pool, "terms-of-use")
    assert made["Links"] == LINKS
    with refused("TermsExistsException"):
        _terms(pool, "terms-of-use")
    key = {"UserPoolId": pool.pool_id, "TermsId": made["TermsId"]}
    found = pool.idp.describe_terms_by_client(
        UserPoolId=pool.pool_id, ClientId=pool.client_id, TermsName="terms-of-use"
    )
    assert found["Terms"] == made == pool.idp.describe_terms(**key)["Terms"]
    short = {"cognito:default": "https://moonletter.example/short"}
    assert pool.idp.update_terms(**key, Links=short)["Terms"]["Links"] == short
    _terms(pool, "privacy-policy")
    with refused("TermsExistsException"):
        pool.idp.update_terms(**key, TermsName="privacy-policy")
    pool.idp.delete_terms(**key)
    with refused("ResourceNotFoundException"):
        pool.idp.describe_terms(**key)


def test_terms_are_listed_in_pages_and_need_a_default_link(pool: PoolUnderTest) -> None:
    made = {_terms(pool, name)["TermsId"] for name in ("terms-of-use", "privacy-policy")}
    first = pool.idp.list_terms(UserPoolId=pool.pool_id, MaxResults=1)
    rest = pool.idp.list_terms(UserPoolId=pool.pool_id, MaxResults=1, NextToken=first["NextToken"])
    assert {entry["TermsId"] for entry in first["Terms"] + rest["Terms"]} == made
    with refused("InvalidParameterException"):
        _terms(make_pool(pool.sandbox), "terms-of-use", Links={"cognito:french": "https://moonletter.example/fr"})
    with refused("InvalidParameterException"):
        _terms(make_pool(pool.sandbox), "terms-of-use", Links={"cognito:default": "javascript:alert(1)"})
