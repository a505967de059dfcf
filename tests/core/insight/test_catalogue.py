"""The catalogue of errors is whole: what has to be in it comes from botocore's models, our tables and the sandbox."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import pytest
from botocore.model import OperationModel, ServiceModel

import cognito_explorer.sandbox
from cognito_explorer import resources
from cognito_explorer.core.aws.errors import table
from cognito_explorer.core.aws.operations import LISTED
from cognito_explorer.core.insight.explanations import Entry, catalogue, explain

_COGNITO = ("cognito-idp", "cognito-identity")
_ENTRIES = {entry.id: entry for entry in catalogue()}
# What an operation's name is about, and the word a person reads for it where it is not there.
_NOUNS = {
    "Group$": "group",
    "IdentityProvider": "identity provider",
    "ResourceServer": "resource server",
    "UserPoolDomain": "domain",
    "UserPoolClient": "app client",
    "Device": "device",
    "WebAuthn": "passkey",
    "UserSession": "session",
    "UserImportJob": "import job",
    "ManagedLoginBranding": "branding",
    "UserPool$": "user pool",
    "IdentityPool": "identity pool",
}
# Rooms of the sandbox that answer as Cognito does; its IAM, S3 and Lambda are no part of the catalogue.
_ROOMS = ("auth", "federation", "hosted_ui", "identity_pools", "triggers", "user_pools")


def model_of(service: str) -> ServiceModel:
    """A service as botocore knows it."""
    return botocore.session.get_session().get_service_model(service)


def codes_of(operation: OperationModel) -> list[str]:
    """The codes an operation may answer with, as they are on the wire."""
    return [shape.metadata.get("error", {}).get("code") or shape.name for shape in operation.error_shapes]


def entry_of(code: str, operation: str = "Unnamed", message: str = "") -> Entry | None:
    """What is shown for an answer."""
    text = f"An error occurred ({code}) when calling the {operation} operation: {message}"
    return _ENTRIES.get(explain(text).entry_id)


def raised_in_sandbox() -> Iterator[tuple[str, str]]:
    """Each code and message that stands in the source of the sandbox's Cognito."""
    root = Path(cognito_explorer.sandbox.__path__[0])
    for path in sorted(file for room in _ROOMS for file in (root / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _called(node) in ("ServiceError", "OAuthError", "refuse") and node.args:
                code, message = _text(node.args[0]), _text(node.args[1]) if len(node.args) > 1 else ""
                if code and code != "x1":
                    yield code, message


def _called(node: ast.Call) -> str:
    return getattr(node.func, "id", "") or getattr(node.func, "attr", "")


def _text(node: ast.expr) -> str:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(str(each.value) if isinstance(each, ast.Constant) else "x1" for each in parts)


def read_rows() -> list[dict[str, object]]:
    """The catalogue as it is written."""
    found: list[dict[str, object]] = json.loads(resources.read_text("texts", "explanations.json"))
    return found


@pytest.mark.parametrize("service", _COGNITO)
def test_every_exception_of_every_operation_has_an_entry(service: str) -> None:
    model = model_of(service)
    operations = [model.operation_model(name) for name in model.operation_names]
    missing = [
        f"{operation.name}: {code}"
        for operation in operations
        for code in codes_of(operation)
        if entry_of(code, operation.name) is None
    ]
    assert not missing


def test_what_the_app_calls_besides_cognito_is_explained_too() -> None:
    services = sorted({service for service, _ in LISTED} - set(_COGNITO) | {"sso", "sso-oidc"})
    missing = []
    for service in services:
        model = model_of(service)
        used = {title for listed, title in LISTED if listed == service} or set(model.operation_names)
        for name in sorted(used & set(model.operation_names)):
            missing += [
                f"{service}:{name}: {c}" for c in codes_of(model.operation_model(name)) if not entry_of(c, name)
            ]
    assert not missing


@pytest.mark.parametrize("service", _COGNITO)
def test_what_is_missing_is_called_by_what_the_operation_is_about(service: str) -> None:
    model = model_of(service)
    for name in model.operation_names:
        nouns = [word for part, word in _NOUNS.items() if re.search(part, name)]
        if nouns and "ResourceNotFoundException" in codes_of(model.operation_model(name)):
            entry = entry_of("ResourceNotFoundException", name)
            assert entry is not None
            assert any(noun in entry.title for noun in nouns), (name, entry.id)


@pytest.mark.parametrize(
    ("code", "operation", "entry_id"),
    [
        ("NotAuthorizedException", "InitiateAuth", "sign-in-refused"),
        ("NotAuthorizedException", "GetUser", "self-service-refused"),
        ("NotAuthorizedException", "GetId", "identity-not-authorized"),
        ("NotAuthorizedException", "SignUp", "sign-up-closed"),
        ("NotAuthorizedException", "ForgotPassword", "cannot-reset"),
        ("LimitExceededException", "ForgotPassword", "attempt-limit"),
        ("LimitExceededException", "CreateGroup", "quota"),
        ("CodeMismatchException", "ConfirmSignUp", "code-wrong"),
        ("CodeMismatchException", "RespondToAuthChallenge", "challenge-code-wrong"),
        ("CodeMismatchException", "VerifySoftwareToken", "totp-setup-code"),
        ("ExpiredCodeException", "AdminRespondToAuthChallenge", "challenge-code-expired"),
        ("InvalidParameterException", "UpdateUserPool", "pool-settings"),
        ("InvalidParameterException", "ListUsers", "user-filter"),
        ("UnsupportedOperationException", "InitiateAuth", "operation-off"),
    ],
)
def test_one_code_means_something_else_in_another_family(code: str, operation: str, entry_id: str) -> None:
    entry = entry_of(code, operation)
    assert entry is not None
    assert entry.id == entry_id


def test_every_code_that_has_a_short_text_has_a_page() -> None:
    assert not [row.code for row in table() if entry_of(row.code.removeprefix("oauth:")) is None]


def test_every_message_that_has_a_short_text_of_its_own_leads_to_a_page_of_its_own() -> None:
    plain = {each["id"] for each in read_rows() if not each.get("contains") and not each.get("operations")}
    rows = [row for row in table() if row.contains and not row.contains.startswith("because")]
    general = [
        f"{row.code}: {row.contains}"
        for row in rows
        if (entry := entry_of(row.code.removeprefix("oauth:"), message=row.contains)) is None or entry.id in plain
    ]
    assert not general


def test_whatever_the_sandbox_refuses_with_is_explained() -> None:
    said = sorted(set(raised_in_sandbox()))
    assert len(said) > 200
    assert not [f"{code}: {message}" for code, message in said if entry_of(code, message=message) is None]


def test_every_pattern_for_operations_fits_an_operation() -> None:
    names = {name for _, name in LISTED} | {name for service in _COGNITO for name in model_of(service).operation_names}
    assert all(
        any(Entry("", (), (), "", (), (each,)).is_about(name) for name in names)
        for entry in catalogue()
        for each in entry.operations
    )


def test_the_file_of_the_catalogue_has_no_member_that_nobody_reads() -> None:
    known = {"id", "codes", "contains", "operations", "by_code", "title", "causes"}
    assert all(set(row) <= known for row in read_rows())
