"""The table of errors: complete, plain, and the right row for each answer."""

import re

import pytest

from cognito_explorer.core import errors
from cognito_explorer.core.aws.errors import explain, missing_action, reason, table


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
