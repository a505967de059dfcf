"""What pages of the hosted UI may send: path, method and mode decide, and what is not known is an administrator's."""

from dataclasses import replace

import pytest

from cognito_explorer.core.auth.hosted_requests import PageRequest, is_change, operation_of, page_may, why_not_sent
from cognito_explorer.core.aws.operations import effect_of
from cognito_explorer.core.aws.permit import Permit
from cognito_explorer.core.profiles import Mode, Profile

AWS = "https://shop.auth.eu-west-1.amazoncognito.com"
SANDBOX = "http://localhost:9321/_hosted/moonletter.us-east-1"
PROFILE = Profile("p", "Shop", "keys", "eu-west-1", "#000000")

WORKS = [
    ("POST", "login", "InitiateAuth"),
    ("POST", "login/continue", "RespondToAuthChallenge"),
    ("POST", "challenge", "RespondToAuthChallenge"),
    ("POST", "mfa", "RespondToAuthChallenge"),
    ("POST", "oauth2/idpresponse", "InitiateAuth"),
    ("POST", "saml2/idpresponse", "InitiateAuth"),
    ("POST", "signup", "SignUp"),
    ("POST", "confirm", "ConfirmSignUp"),
    ("GET", "confirmUser", "ConfirmSignUp"),
    ("POST", "resendcode", "ResendConfirmationCode"),
    ("POST", "forgotPassword", "ForgotPassword"),
    ("POST", "confirmforgotPassword", "ConfirmForgotPassword"),
    ("POST", "passkeys/add", "CompleteWebAuthnRegistration"),
    ("POST", "oauth2/register", "CreateUserPoolClient"),
    ("POST", "oauth2/revoke", "RevokeToken"),
    ("POST", "something/else", "PostForm"),
    ("DELETE", "signup", "SignUp"),
    ("GET", "login", ""),
    ("GET", "signup", ""),
    ("GET", "forgotPassword", ""),
    ("GET", "oauth2/authorize", ""),
    ("OPTIONS", "oauth2/token", ""),
]


@pytest.mark.parametrize("origin", [AWS, SANDBOX])
@pytest.mark.parametrize(("method", "path", "operation"), WORKS)
def test_a_path_is_told_by_what_it_does(origin: str, method: str, path: str, operation: str) -> None:
    assert operation_of(PageRequest(method, f"{origin}/{path}?client_id=1&state=2"), origin) == operation


@pytest.mark.parametrize(
    "url",
    [
        f"{AWS}/SignUp",
        f"{AWS}//signup/",
        f"{AWS}/sign%75p",
        f"{AWS}/signup;jsessionid=1?x=y",
        "https://shop.auth.eu-west-1.amazoncognito.com:443/signup",
        "https://other.auth.eu-west-1.amazoncognito.com/signup",
    ],
)
def test_another_spelling_or_another_pool_s_domain_is_no_way_around(url: str) -> None:
    assert operation_of(PageRequest("POST", url), AWS) in ("SignUp", "PostForm")
    assert not page_may("read-only", operation_of(PageRequest("POST", url), AWS)).is_allowed


def test_the_sandbox_by_its_other_name_is_the_sandbox() -> None:
    request = PageRequest("POST", "http://127.0.0.1:9321/_hosted/other.eu-west-1/signup")
    assert operation_of(request, SANDBOX) == "SignUp"


@pytest.mark.parametrize(
    "url",
    ["https://login.example.com/signup", "http://localhost:9321/_providers/moonbook/login", "http://[::1/signup"],
)
def test_what_pages_of_external_providers_send_is_theirs(url: str) -> None:
    assert operation_of(PageRequest("POST", url), SANDBOX) == ""
    assert page_may("read-only", "").is_allowed


def test_a_page_that_calls_the_api_itself_is_under_the_same_rule() -> None:
    target = "AWSCognitoIdentityProviderService.SignUp"
    request = PageRequest("POST", "https://cognito-idp.eu-west-1.amazonaws.com/", target)
    assert operation_of(request, AWS) == "SignUp"


@pytest.mark.parametrize(
    ("operation", "least"),
    [
        ("", "read-only"),
        ("InitiateAuth", "read-only"),
        ("RespondToAuthChallenge", "read-only"),
        ("GetUser", "read-only"),
        ("ResendConfirmationCode", "support"),
        ("ForgotPassword", "support"),
        ("ConfirmForgotPassword", "support"),
        ("ConfirmSignUp", "support"),
        ("RevokeToken", "support"),
        ("SignUp", "admin"),
        ("CompleteWebAuthnRegistration", "admin"),
        ("CreateUserPoolClient", "admin"),
        ("PostForm", "admin"),
    ],
)
def test_the_mode_decides_as_it_does_for_the_api(operation: str, least: Mode) -> None:
    modes: tuple[Mode, ...] = ("read-only", "support", "admin")
    allowed = [mode for mode in modes if page_may(mode, operation).is_allowed]
    assert allowed == list(modes[modes.index(least) :])


def test_a_refusal_says_what_was_wanted_and_what_to_switch() -> None:
    permit = Permit(replace(PROFILE, chosen_mode="read-only"))
    assert why_not_sent(permit, "SignUp") == (
        "Nothing was sent: the page wanted to create an account, and “Shop” is read-only."
        " Switch its mode to Admin in the top bar to allow it."
    )
    assert "Switch its mode to Support" in why_not_sent(permit, "ForgotPassword")
    permit.switch("support")
    assert why_not_sent(permit, "ForgotPassword") == ""
    assert "in support mode, which does not do this" in why_not_sent(permit, "SignUp")
    permit.switch("admin")
    assert why_not_sent(permit, "SignUp") == ""


def test_under_read_only_somebody_must_have_agreed_to_signing_in() -> None:
    permit = Permit(replace(PROFILE, chosen_mode="read-only"))
    assert "was not agreed to" in why_not_sent(permit, "InitiateAuth")
    permit.may_sign_in = True
    assert why_not_sent(permit, "InitiateAuth") == ""


def test_every_named_operation_is_one_of_the_api() -> None:
    named = {operation for _, _, operation in WORKS if operation and operation != "PostForm"}
    assert {each: effect_of("cognito-idp", each) for each in named}["SignUp"] == "user write"
    assert {each for each in named if not is_change(each)} == {"InitiateAuth", "RespondToAuthChallenge"}
