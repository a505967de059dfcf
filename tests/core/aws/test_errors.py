"""The table of errors: complete, plain, and the right row for each answer."""

import re
import socket
from dataclasses import replace

import pytest
from botocore.exceptions import EndpointConnectionError

from cognito_explorer.core import errors
from cognito_explorer.core.aws.errors import explain, is_unsent, missing_action, reason, table, translate
from tests.core.aws.stubbed import SANDBOX


@pytest.mark.parametrize(
    ("code", "message", "kind", "title"),
    [
        (
            "NotAuthorizedException",
            "Incorrect username or password.",
            errors.ExplorerError,
            "username or password is wrong",
        ),
        ("NotAuthorizedException", "Password attempts exceeded", errors.Throttled, "locked for a while"),
        ("NotAuthorizedException", "User is disabled.", errors.ExplorerError, "user is disabled"),
        ("NotAuthorizedException", "Refresh Token has been revoked", errors.SessionExpired, "revoked"),
        (
            "NotAuthorizedException",
            "Invalid login token. Token expired: 2 >= 1",
            errors.SessionExpired,
            "ID token has expired",
        ),
        (
            "NotAuthorizedException",
            "Unauthenticated access is not supported for this identity pool.",
            errors.ExplorerError,
            "does not let guests in",
        ),
        ("ResourceNotFoundException", "User pool x does not exist.", errors.NotFound, "user pool does not exist"),
        (
            "ResourceNotFoundException",
            "User pool client x does not exist.",
            errors.NotFound,
            "app client does not exist",
        ),
        ("ResourceNotFoundException", "Group not found.", errors.NotFound, "group does not exist"),
        ("ResourceNotFoundException", "IdentityPool 'x' not found.", errors.NotFound, "identity pool does not exist"),
        ("InvalidPasswordException", "Password not long enough", errors.InvalidInput, "policy"),
        ("ExpiredToken", "The security token included in the request is expired", errors.SessionExpired, "expired"),
        ("LimitExceededException", "Exceeded daily email limit for the operation", errors.Throttled, "e-mail"),
        ("oauth:invalid_grant", "", errors.SessionExpired, "not accepted"),
        ("BrandNewException", "Something odd", errors.ExplorerError, "AWS refused: Something odd"),
        ("BrandNewException", "", errors.ExplorerError, "AWS answered BrandNewException"),
    ],
)
def test_an_answer_finds_its_sentence(code: str, message: str, kind: type, title: str) -> None:
    error = explain(code, message)
    assert type(error) is kind
    assert title in error.title
    assert (error.code, error.said) == (code, message)


@pytest.mark.parametrize(
    ("code", "message", "title", "hint"),
    [
        (
            "CredentialRetrievalError",
            "Error when retrieving credentials from container-role: Error retrieving metadata: Received non 200"
            " response 401 from container metadata: Authorization header is missing",
            "could not be fetched",
            "The container's credentials endpoint refused or failed",
        ),
        (
            "CredentialRetrievalError",
            "Error when retrieving credentials from custom-process: no",
            "could not be fetched",
            "The program named in the profile failed",
        ),
        (
            "PartialCredentialsError",
            "Partial credentials found in assume-role, missing: source_profile or credential_source",
            "names a role, and nobody who may assume it",
            "needs a source_profile",
        ),
        ("ResponseParserError", "Unable to parse response", "cannot be read", "Check the endpoint's address"),
        (
            "IncompleteSignatureException",
            "Credential should be scoped to a valid region.",
            "does not know the Region",
            "Choose the Region",
        ),
        (
            "InvalidSignatureException",
            "Signature expired: 20261130T100000Z is now earlier than 20261130T105500Z (20261130T110000Z - 5 min.)",
            "This computer's clock is 1 hour slow.",
            "Set the clock",
        ),
        (
            "InvalidSignatureException",
            "Signature not yet current: 20261130T120000Z is still later than 20261130T110500Z"
            " (20261130T110000Z + 5 min.)",
            "This computer's clock is 1 hour fast.",
            "Set the clock",
        ),
        ("SignatureDoesNotMatch", "Signature expired: nobody knows", "This computer's clock is wrong.", "Set the"),
    ],
)
def test_a_sentence_points_at_what_failed(code: str, message: str, title: str, hint: str) -> None:
    error = explain(code, message)
    assert title in error.title
    assert hint in error.hint
    assert "secret access key" not in error.hint


def _no_host(url: str, error: object) -> EndpointConnectionError:
    return EndpointConnectionError(endpoint_url=url, error=error)


def test_a_name_that_nobody_knows_is_named_and_fips_is_hinted_at() -> None:
    unknown = socket.gaierror(-2, "Name or service not known")
    fips = translate(_no_host("https://sts-fips.cn-north-1.amazonaws.com.cn/", unknown), "sts:GetCallerIdentity")
    assert fips.title == "No computer is known by the name sts-fips.cn-north-1.amazonaws.com.cn."
    assert "Try without FIPS" in fips.hint
    dual = translate(_no_host("https://cognito-idp.us-east-1.api.aws/", unknown), "x")
    assert "Try without dual-stack" in dual.hint
    plain = translate(_no_host("https://cognito.exmaple/", unknown), "x")
    assert plain.hint.startswith("Otherwise") is False
    assert "FIPS" not in plain.hint
    assert is_unsent(fips)


def test_only_the_sandbox_is_told_to_be_started_again() -> None:
    refused = _no_host("http://127.0.0.1:1/", ConnectionRefusedError(111, "refused"))
    assert "Start the sandbox again." in translate(refused, "x", SANDBOX).hint
    for profile in (None, replace(SANDBOX, kind="keys")):
        assert "sandbox" not in translate(refused, "x", profile).hint


def test_braces_in_aws_words_do_no_harm() -> None:
    assert explain("InvalidParameterException", "Value {x} {0} {").hint == "Value {x} {0} {."


@pytest.mark.parametrize("row", table(), ids=lambda row: f"{row.code} {row.contains}".strip())
def test_every_sentence_is_plain(row: object) -> None:
    title, hint = str(getattr(row, "title", "")), str(getattr(row, "hint", ""))
    assert title.endswith(".")
    assert hint
    assert not re.search(r"!|oops|please|sorry|invalid |failed to", f"{title} {hint}", re.IGNORECASE)
    assert len(title) < 100


def test_iams_refusal_is_taken_apart() -> None:
    said = (
        "User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: s3:GetObject on resource:"
        ' "arn:aws:s3:::b/k" because no identity-based policy allows the s3:GetObject action'
    )
    assert missing_action(said) == "s3:GetObject"
    assert reason(said) == "no identity-based policy allows the s3:GetObject action"


def test_what_a_program_printed_ends_in_its_sentence_and_not_on_a_line_of_its_own() -> None:
    said = "Custom Process exited: no session\n"
    assert "\n" not in explain("CredentialRetrievalError", said).title + explain("Odd", said).title
    assert explain("Odd", said).title.endswith("no session.")
