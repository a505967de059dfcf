"""No parameter of any operation we know that is a secret, or may hold one, reaches the call log."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape

from cognito_explorer.core.aws.call_log import HIDDEN, redact

SERVICES = ("cognito-idp", "cognito-identity", "sts", "sso", "sso-oidc")
# Words that a secret's name has, and the names that have them and are none.
SUSPICIOUS = ("password", "secret", "token", "code", "credential", "assertion", "metadata", "filter", "login")
HARMLESS = {
    "AccessTokenValidity", "ActorTokenProviderName", "ActorTokenType", "AllowedOAuthFlows", "ClientSecretId",
    "CredentialId", "EnableTokenRevocation", "EventFilter", "GenerateSecret", "IdTokenValidity", "LoginsToRemove",
    "ManagedLoginBrandingId", "ManagedLoginVersion", "MinimumSessionTokenSize", "NextToken", "PaginationToken",
    "PasswordHashingAlgorithm", "PasswordHistorySize", "PreTokenGeneration", "PreTokenGenerationConfig",
    "RefreshTokenValidity", "RequestedTokenType", "ServerSideTokenCheck", "SubjectTokenProviderName",
    "SubjectTokenType", "SupportedLoginProviders", "TemporaryPasswordValidityDays", "TokenDuration",
    "nextToken", "requestedTokenType", "subjectTokenType",
}  # fmt: skip


def operations() -> Iterator[OperationModel]:
    for service in SERVICES:
        model = ServiceModel(Loader().load_service_model(service, "service-2"), service)
        for name in model.operation_names:
            if model.operation_model(name).input_shape is not None:
                yield model.operation_model(name)


def filled(shape: Shape, path: str, *, within: frozenset[str] = frozenset()) -> Any:
    """Parameters with everything there is; each text is its own path."""
    if shape.name in within:
        return {}
    inner = within | {shape.name}
    if shape.type_name == "structure":
        return {name: filled(member, f"{path}.{name}", within=inner) for name, member in shape.members.items()}  # type: ignore[attr-defined]
    if shape.type_name == "list":
        return [filled(shape.member, path, within=inner)]  # type: ignore[attr-defined]
    if shape.type_name == "map":
        return {"client_secret": filled(shape.value, f"{path}.client_secret", within=inner)}  # type: ignore[attr-defined]
    return {"blob": path.encode()}.get(shape.type_name, path)


def sensitive_paths(shape: Shape, path: str, *, within: frozenset[str] = frozenset()) -> Iterator[str]:
    """Where the service's model says that a text is a secret."""
    if shape.metadata.get("sensitive"):
        yield path
    if shape.name in within:
        return
    inner = within | {shape.name}
    if shape.type_name == "structure":
        for name, member in shape.members.items():  # type: ignore[attr-defined]
            yield from sensitive_paths(member, f"{path}.{name}", within=inner)
    elif shape.type_name == "list":
        yield from sensitive_paths(shape.member, path, within=inner)  # type: ignore[attr-defined]
    elif shape.type_name == "map":
        yield from sensitive_paths(shape.value, f"{path}.client_secret", within=inner)  # type: ignore[attr-defined]


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for member in value.values():
            yield from texts(member)
    elif isinstance(value, list):
        for member in value:
            yield from texts(member)
    else:
        yield str(value)


@pytest.mark.parametrize("model", tuple(operations()), ids=lambda model: model.name)
def test_no_secret_of_an_operation_is_shown(model: OperationModel) -> None:
    assert model.input_shape is not None
    shown = set(texts(redact(filled(model.input_shape, model.name), model.input_shape)))
    for path in sensitive_paths(model.input_shape, model.name):
        assert not any(text == path or text.startswith(f"{path}.") for text in shown), path
    for text in shown - {HIDDEN}:
        name = text.rpartition(".")[2]
        assert name in HARMLESS or not any(word in name.lower() for word in SUSPICIOUS), text
