"""Every operation of the models can be copied in every language, and none of its secrets with it."""

import ast
import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape

from cognito_explorer.core.aws.call_log import LoggedCall, redact
from cognito_explorer.core.aws.copy_as import Place, as_boto3, as_cli, as_curl, as_javascript, languages

HERE = Place("eu-west-1")
LONG = "x" * 400


def operations() -> Iterator[OperationModel]:
    for service in ("cognito-idp", "cognito-identity"):
        model = ServiceModel(Loader().load_service_model(service, "service-2"), service)
        yield from (model.operation_model(name) for name in model.operation_names)


def filled(shape: Shape | None, within: frozenset[str] = frozenset(), *, is_secret: bool = False) -> Any:
    """Parameters with everything there is; a secret's text says so."""
    if shape is None or shape.name in within:
        return {}
    inner, hidden = within | {shape.name}, is_secret or bool(shape.metadata.get("sensitive"))
    match shape.type_name:
        case "structure":
            members = shape.members.items()  # type: ignore[attr-defined]
            return {name: filled(member, inner, is_secret=hidden) for name, member in members}
        case "list":
            return [filled(shape.member, inner, is_secret=hidden)]  # type: ignore[attr-defined]
        case "map":
            return {"a key's": filled(shape.value, inner, is_secret=hidden)}  # type: ignore[attr-defined]
        case "integer" | "long":
            return 7
        case "boolean":
            return True
        case "timestamp":
            return datetime(2026, 11, 23, tzinfo=UTC)
        case _:
            return "S3CRET" if hidden else 'it\'s "so" \\ $HOME ü\n'


def call_of(service: str, operation: str, parameters: dict[str, Any], shape: Shape | None = None) -> LoggedCall:
    return LoggedCall(1, datetime.now(UTC), service, operation, redact(parameters, shape), "ok", 1)


def words_of(text: str) -> list[str]:
    """The words of a command, without the function for secrets that may stand before it."""
    found = shlex.split(text.partition("\n")[2] if text.startswith("quoted()") else text)
    return found[found.index("&&") + 1 :] if found[0] == ":" else found


def json_of(command: str, option: str) -> Any:
    words = words_of(command)
    text = words[words.index(option) + 1]
    # What the environment would fill in where a whole structure is hidden.
    return json.loads(re.sub(r'(?<!")\$[A-Z_]+(?!")', "{}", text.replace("$HOME", "HOME")))


@pytest.mark.parametrize("model", list(operations()), ids=lambda model: model.name)
def test_every_operation_is_written_in_every_language_without_a_secret(model: OperationModel) -> None:
    service = model.service_model.service_name
    parameters = filled(model.input_shape)
    call = call_of(service, model.name, parameters, model.input_shape)
    texts = {name: write(call, HERE) for name, write in languages(call).items()}
    assert set(texts) == {"AWS CLI", "curl (SigV4)", "Python (boto3)", "JavaScript (SDK v3)"}
    assert all("S3CRET" not in text and "•••" not in text for text in texts.values())
    ast.parse(texts["Python (boto3)"])
    assert f".{xform_name(model.name)}(" in texts["Python (boto3)"]
    assert words_of(texts["AWS CLI"])[:3] == ["aws", service, xform_name(model.name, "-")]
    if parameters:
        assert set(json_of(texts["AWS CLI"], "--cli-input-json")) == set(parameters)
        assert set(json_of(texts["curl (SigV4)"], "--data")) == set(parameters)
    assert f"{model.metadata['targetPrefix']}.{model.name}" in texts["curl (SigV4)"]
    assert f"new {model.name}Command(" in texts["JavaScript (SDK v3)"]


PASSWORD = {"UserPoolId": "eu-west-1_a", "Username": "ada", "Password": "geheim", "Permanent": True}


def test_secrets_become_names_of_the_environment() -> None:
    call = call_of("cognito-idp", "AdminSetUserPassword", PASSWORD)
    assert '"Password": "\'"$(quoted "$COGNITO_PASSWORD")"\'"' in as_cli(call, HERE)
    assert 'Password=os.environ["COGNITO_PASSWORD"]' in as_boto3(call, HERE)
    assert as_boto3(call, HERE).startswith("import os\n\nimport boto3\n")
    assert as_boto3(call._replace(is_signed=False), HERE).startswith("import os\n\nimport boto3\n")
    assert '"Password": set("COGNITO_PASSWORD")' in as_javascript(call, HERE)
    sign_in = call_of("cognito-idp", "InitiateAuth", {"ClientId": "c", "AuthParameters": {"USERNAME": "ada"}})
    assert 'AuthParameters=json.loads(os.environ["COGNITO_AUTH_PARAMETERS"])' in as_boto3(sign_in, HERE)
    assert '"AuthParameters": \'"$COGNITO_AUTH_PARAMETERS"\'' in as_curl(sign_in, HERE)


def test_what_the_log_has_cut_is_asked_from_the_environment() -> None:
    call = call_of("cognito-idp", "UpdateGroup", {"GroupName": "g", "Description": LONG})
    assert 'Description=os.environ["COGNITO_DESCRIPTION"]' in as_boto3(call, HERE)


def test_curl_signs_by_itself_with_keys_from_the_environment() -> None:
    words = words_of(as_curl(call_of("cognito-idp", "AdminSetUserPassword", PASSWORD), HERE))
    assert words[:2] == ["curl", "https://cognito-idp.eu-west-1.amazonaws.com/"]
    assert words[words.index("--aws-sigv4") + 1] == "aws:amz:eu-west-1:cognito-idp"
    assert words[words.index("--user") + 1] == "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"
    assert "Authorization" not in " ".join(words)


@pytest.mark.parametrize(
    ("place", "address"),
    [
        (Place("cn-north-1"), "https://cognito-idp.cn-north-1.amazonaws.com.cn/"),
        (Place("us-east-1", "http://127.0.0.1:9"), "http://127.0.0.1:9"),
    ],
)
def test_a_call_goes_where_it_went(place: Place, address: str) -> None:
    call = call_of("cognito-idp", "ListUserPools", {"MaxResults": 60})
    assert words_of(as_curl(call, place))[1] == address
    if place.endpoint_url:
        assert f"endpoint_url={json.dumps(address)}" in as_boto3(call, place)
        assert f"endpoint: {json.dumps(address)}" in as_javascript(call, place)
        assert address in shlex.split(as_cli(call, place))


def test_what_is_no_operation_cannot_be_copied_and_curl_is_for_json_services() -> None:
    assert languages(call_of("http", "POST http://127.0.0.1/oauth2/token", {})) == {}
    assert "curl (SigV4)" not in languages(call_of("sts", "GetCallerIdentity", {}))


def test_what_was_sent_without_a_signature_is_copied_without_one() -> None:
    call = call_of("cognito-idp", "GetUser", {"AccessToken": "S3CRET"})._replace(is_signed=False)
    texts = {name: write(call, HERE) for name, write in languages(call).items()}
    assert set(texts) == {"AWS CLI", "curl", "Python (boto3)", "JavaScript (SDK v3)"}
    assert "--no-sign-request" in shlex.split(texts["AWS CLI"])
    assert not any(word in texts["curl"] for word in ("sigv4", "--user", "Security-Token"))
    assert not any("AWS_ACCESS_KEY_ID" in text for text in texts.values())
    ast.parse(texts["Python (boto3)"])
    assert "config=Config(signature_version=UNSIGNED)" in texts["Python (boto3)"]


def test_a_copy_signs_as_the_profile_that_signed() -> None:
    call = call_of("cognito-idp", "AdminDeleteUser", {"UserPoolId": "eu-west-1_a", "Username": "S3CRET"})
    place = Place("eu-west-1", aws_profile="it's prod")
    assert """--profile 'it'\\''s prod'""" in as_cli(call, place)
    assert 'session = boto3.Session(profile_name="it\'s prod")\nclient = session.client(' in as_boto3(call, place)
    script = as_javascript(call, place)
    assert 'credentials: fromIni({ profile: "it\'s prod" })' in script
    assert 'import { fromIni } from "@aws-sdk/credential-providers";' in script
    assert not any("AWS_ACCESS_KEY_ID" in text for text in (as_cli(call, place), as_boto3(call, place), script))
    assert "aws configure export-credentials --profile it's prod" in shlex.split(as_curl(call, place))[1]


def test_what_a_profile_of_the_app_signed_takes_no_other_credentials_than_those_that_are_asked_for() -> None:
    call = call_of("cognito-idp", "ListUserPools", {"MaxResults": 60})
    name = 'it\'s\n"prod" $(id) `id`'
    texts = {each: write(call, Place("eu-west-1", own_profile=name)) for each, write in languages(call).items()}
    asked = 'the profile "it\'s\\n\\"prod\\" $(id) `id`" of Cognito Explorer'
    for text in (texts["AWS CLI"], texts["curl (SigV4)"]):
        words = shlex.split(text)
        assert asked in words[1]
        assert words[2:5] == ["${AWS_ACCESS_KEY_ID:?}", "${AWS_SECRET_ACCESS_KEY:?}", "&&"]
    assert f"# Needs the credentials of {asked}" in texts["Python (boto3)"]
    assert 'aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"]' in texts["Python (boto3)"]
    ast.parse(texts["Python (boto3)"])
    assert f"// Needs the credentials of {asked}" in texts["JavaScript (SDK v3)"]
    assert 'secretAccessKey: set("AWS_SECRET_ACCESS_KEY")' in texts["JavaScript (SDK v3)"]
    assert all("whoever sent it" in write(call, HERE) for write in languages(call).values())
