"""Pasted errors of every kind lead to their entry of the catalogue; garbage leads nowhere and raises nothing."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_explorer.core.aws.errors import explain as explain_aws
from cognito_explorer.core.insight.error_clues import find_clues
from cognito_explorer.core.insight.explanations import catalogue, explain, is_error_text, text_of

# A realistic text for every entry of the catalogue, by its id.
SAMPLES: dict[str, str] = json.loads(Path(__file__).with_name("error_samples.json").read_text("utf-8"))
REQUEST_ID = "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"
JAVA_1 = (
    "Exception in thread main com.amazonaws.services.cognitoidp.model.UserNotConfirmedException: User is not"
    f" confirmed. (Service: AWSCognitoIdentityProvider; Status Code: 400; Error Code: UserNotConfirmedException;"
    f" Request ID: {REQUEST_ID}; Proxy: null)\n\tat com.amazonaws.http.AmazonHttpClient.handle(AmazonHttpClient.java:1)"
)
JAVA_2 = (
    "software.amazon.awssdk.services.cognitoidentityprovider.model.NotAuthorizedException: Incorrect username or"
    f" password. (Service: CognitoIdentityProvider, Status Code: 400, Request ID: {REQUEST_ID})\n\tat software.amazon"
)
PYTHON = (
    'Traceback (most recent call last):\n  File "app.py", line 3, in <module>\n    idp.initiate_auth()\n'
    "botocore.errorfactory.UserNotFoundException: An error occurred (UserNotFoundException) when calling the"
    " AdminGetUser operation: User does not exist."
)
WIRE = '{"__type":"com.amazonaws#CodeMismatchException","message":"Invalid verification code provided, please."}'
SHAPES = (
    (JAVA_1, "not-confirmed"),
    (JAVA_2, "wrong-credentials"),
    (PYTHON, "user-not-found"),
    (WIRE, "code-wrong"),
    ("name: 'NotAuthorizedException',\n  '$fault': 'client', message: \"User is disabled.\"", "user-disabled"),
    ("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>", "denied"),
    ("Uncaught (in promise) NotAuthorizedException: Refresh Token has been revoked", "refresh-revoked"),
    ("myapp://cb?error=invalid_scope&state=x", "invalid-scope"),
    ("https://app.example/cb#error=login_required", "login-required"),
    ("[WARN] redirect_mismatch", "redirect-mismatch"),
    ("Incorrect username or password.", "wrong-credentials"),
    ("incorrect USERNAME or password", "wrong-credentials"),
)


@pytest.mark.parametrize(("entry_id", "text"), SAMPLES.items(), ids=list(SAMPLES))
def test_a_realistic_text_leads_to_its_entry(entry_id: str, text: str) -> None:
    assert explain(text).entry_id == entry_id
    assert is_error_text(text)


def test_every_entry_of_the_catalogue_has_a_sample_and_says_what_to_do() -> None:
    assert [entry.id for entry in catalogue()] == list(SAMPLES)
    assert all(entry.causes and all(cause.cause and cause.todo for cause in entry.causes) for entry in catalogue())


@pytest.mark.parametrize(("text", "entry_id"), SHAPES)
def test_every_shape_of_error_is_read(text: str, entry_id: str) -> None:
    assert explain(text).entry_id == entry_id


def test_ids_are_found_in_a_stack_trace() -> None:
    clues = find_clues(JAVA_1)
    assert (clues.code, clues.request_id) == ("UserNotConfirmedException", REQUEST_ID)
    assert clues.message == "User is not confirmed."


def test_an_address_says_what_was_asked_for() -> None:
    address = (
        "https://x.auth.us-east-1.amazoncognito.com/error?error=redirect_mismatch&client_id=1abc"
        "&redirect_uri=https%3A%2F%2Fa%2Fcb%2F&scope=openid+email&identity_provider=Moonbook&response_type=code"
    )
    clues = explain(address).clues
    assert (clues.client_id, clues.redirect_uri, clues.scopes) == ("1abc", "https://a/cb/", ("openid", "email"))
    assert clues.domain == "x"
    assert (clues.provider, clues.response_type) == ("Moonbook", "code")


def test_an_error_of_the_app_is_explained_like_its_text() -> None:
    error = explain_aws("NotAuthorizedException", "User is disabled.", "cognito-idp:InitiateAuth", REQUEST_ID)
    found = explain(error)
    assert found == explain(text_of(error))
    assert found.entry_id == "user-disabled"
    assert (found.clues.operation, found.clues.request_id) == ("InitiateAuth", REQUEST_ID)


def test_a_code_nobody_knows_keeps_what_it_says() -> None:
    found = explain("An error occurred (BrandNewException) when calling the DoThing operation: No moon.")
    assert not found.is_known
    assert "No moon." in found.title


def test_no_token_of_a_pasted_text_is_kept() -> None:
    assert "eyJ" not in repr(explain("NotAuthorizedException: bad token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"))


@pytest.mark.parametrize(
    "text", ["", "ada", "grace@moonletter.example", "+4930123456", "error", "an ordinary long name"]
)
def test_a_name_is_no_error(text: str) -> None:
    assert not is_error_text(text)


@given(st.text(max_size=400))
def test_garbage_never_raises(text: str) -> None:
    explain(text)
    is_error_text(text)


@given(st.lists(st.sampled_from(sorted(SAMPLES.values())), max_size=4), st.text(max_size=40))
def test_mixtures_of_errors_never_raise(texts: list[str], glue: str) -> None:
    assert explain(glue.join(texts)[::-1]) is not None
    assert explain(glue.join(texts)) is not None


@given(st.sampled_from(("http://[", "https://a]b?error=", "?error=%zz&client_id=", '{"error":', "(((")), st.text())
def test_broken_addresses_never_raise(start: str, rest: str) -> None:
    explain(start + rest)
