"""A logged call as a command or a program, for a colleague or a ticket: secrets become names of the environment."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cognito_explorer.core.aws.call_log import HIDDEN, LoggedCall, is_cut
from cognito_explorer.core.aws.partitions import dns_suffix

# Each stands for a structure, so that the environment holds JSON.
_STRUCTURES = frozenset({
    "AuthParameters", "ChallengeResponses", "ClientMetadata", "ContextData", "Logins", "UserContextData",
})  # fmt: skip
_TARGETS = {
    "cognito-idp": "AWSCognitoIdentityProviderService",
    "cognito-identity": "AWSCognitoIdentityService",
}
_CLIENTS = {
    "cognito-idp": ("CognitoIdentityProviderClient", "cognito-identity-provider"),
    "cognito-identity": ("CognitoIdentityClient", "cognito-identity"),
    "sts": ("STSClient", "sts"),
    "iam": ("IAMClient", "iam"),
    "s3": ("S3Client", "s3"),
    "sso": ("SSOClient", "sso"),
    "sso-oidc": ("SSOOIDCClient", "sso-oidc"),
}
_ID, _KEY, _TOKEN = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"
# No system sets such names: a copy must not quietly take who is at the computer for whom it is about.
_OURS = "COGNITO_"
_ASKED = re.compile(rf'''(?:quoted |'|--[a-z-]+ )"\$({_OURS}\w+)"''', re.ASCII)
# Within a command in brackets the shell would go on without a variable that is not set; here it stops.
_UNLESS_SET = ": {} &&\n"
# JavaScript leaves out what is undefined.
_SET = """const set = (name) => {
  if (!process.env[name]) throw new Error(`Set ${name} in the environment.`);
  return process.env[name];
};
"""
# A secret as text within JSON.
_QUOTED = r"""quoted() { printf %s "$1" | sed 's/[\\"]/\\&/g'; }"""
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call went: its Region, an endpoint of its own ("" for AWS's), and by which profile.

    `aws_profile` is one of ~/.aws, `own_profile` one that only this app knows.
    """

    region: str
    endpoint_url: str = ""
    aws_profile: str = ""
    own_profile: str = ""


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How a language writes a text, a secret by its name (and whether it is a structure), yes, no, nothing, a moment.

    A moment comes as an ISO date; JSON of AWS wants seconds, what the SDKs read as a date wants what they call one.
    """

    text: Callable[[str], str]
    secret: Callable[[str, bool], str]
    words: tuple[str, str, str] = ("true", "false", "null")
    moment: Callable[[datetime], str] = lambda at: _quote(at.isoformat())


def languages(call: LoggedCall) -> Mapping[str, Callable[[LoggedCall, Place], str]]:
    """What a call can be copied as, by what people call it; nothing for what is no AWS operation."""
    if call.service not in _CLIENTS:
        return {}
    offered = {"AWS CLI": as_cli, "Python (boto3)": as_boto3, "JavaScript (SDK v3)": as_javascript}
    return offered | ({"curl (SigV4)" if call.is_signed else "curl": as_curl} if call.service in _TARGETS else {})


def as_cli(call: LoggedCall, place: Place) -> str:
    """A command of the AWS CLI, version 2."""
    # The command called s3 is another one, for whole folders; s3api reads and writes files, and wants options.
    is_s3 = call.service == "s3"
    command = "s3api" if is_s3 else call.service
    lines = [f"aws {command} {_snake(call.operation, '-')}", f"--region {_shell(place.region)}"]
    lines += [f"--endpoint-url {_shell(place.endpoint_url)}"] if place.endpoint_url else []
    lines += [f"--profile {_shell(place.aws_profile)}"] if place.aws_profile and call.is_signed else []
    lines += [] if call.is_signed else ["--no-sign-request"]
    needs = _whose(place) if call.is_signed and not place.aws_profile else ""
    if is_s3:
        lines += [f"--{_snake(name, '-')} {_option(name, value)}" for name, value in call.parameters.items()]
        lines += ["/dev/stdout"] if call.operation == "GetObject" else []
    elif call.parameters:
        lines.append(f"--cli-input-json '{_write(call.parameters, _CLI)}'")
    return _command(lines, needs)


def as_curl(call: LoggedCall, place: Place) -> str:
    """A request that curl (7.75 and later) signs itself, with keys from the environment; what was sent without a
    signature is sent so. JSON services only.
    """
    address = place.endpoint_url or f"https://{call.service}.{place.region}.{dns_suffix(place.region)}/"
    signature = [
        f"--aws-sigv4 {_shell(f'aws:amz:{place.region}:{call.service}')}",
        '--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"',
        '--header "X-Amz-Security-Token: $AWS_SESSION_TOKEN"',
    ]
    return _command(
        [
            f"curl {_shell(address)}",
            *(signature if call.is_signed else ()),
            "--header 'Content-Type: application/x-amz-json-1.1'",
            f"--header {_shell(f'X-Amz-Target: {_TARGETS[call.service]}.{call.operation}')}",
            f"--data '{_write(call.parameters, _CURL)}'",
        ],
        _whose(place) if call.is_signed else "",
    )


def as_boto3(call: LoggedCall, place: Place) -> str:
    """A Python program."""
    body = "".join(f"    {name}={_write(value, _PYTHON, name, 1)},\n" for name, value in call.parameters.items())
    session, client = _python_session(place) if call.is_signed else ("", "boto3.client")
    imports = [name for name in ("json", "os") if f"{name}." in body + session]
    endpoint = f", endpoint_url={_quote(place.endpoint_url)}" if place.endpoint_url else ""
    endpoint += "" if call.is_signed else ", config=Config(signature_version=UNSIGNED)"
    arguments = f"\n{body}" if body else ""
    unsigned = "" if call.is_signed else "from botocore import UNSIGNED\nfrom botocore.config import Config\n"
    return (
        "".join(f"import {name}\n" for name in imports)
        + ("\n" if imports else "")
        + f"import boto3\n{unsigned}\n{session}"
        + f"client = {client}({_quote(call.service)}, region_name={_quote(place.region)}{endpoint})\n"
        + f"answer = client.{_snake(call.operation, '_')}({arguments})\nprint(answer)\n"
    )


def as_javascript(call: LoggedCall, place: Place) -> str:
    """A program for the AWS SDK for JavaScript, version 3."""
    client, package = _CLIENTS[call.service]
    endpoint = f", endpoint: {_quote(place.endpoint_url)}" if place.endpoint_url else ""
    parameters = _write(call.parameters, _SCRIPT)
    credentials = _script_credentials(place) if call.is_signed else ""
    needs = f"{_SET}\n" if 'set("' in parameters + credentials else ""
    whose = f"// {_whose(place)}\n" if "set(" in credentials else ""
    ini = 'import { fromIni } from "@aws-sdk/credential-providers";\n' if "fromIni" in credentials else ""
    return (
        f'import {{ {client}, {call.operation}Command }} from "@aws-sdk/client-{package}";\n{ini}\n{needs}{whose}'
        f"const client = new {client}({{ region: {_quote(place.region)}{endpoint}{credentials} }});\n"
        f"const answer = await client.send(new {call.operation}Command({parameters}));\n"
        "console.log(answer);\n"
    )


def _whose(place: Place) -> str:
    """Whose credentials the environment must hold: whatever else a program finds may be of another account."""
    if place.aws_profile:
        return f"Needs in the environment what “aws configure export-credentials --profile {place.aws_profile}” prints."
    whose = f"the profile {_quote(place.own_profile)} of Cognito Explorer" if place.own_profile else "whoever sent it"
    return f"Needs the credentials of {whose} in the environment: AWS_ACCESS_KEY_ID and what belongs to it."


def _python_session(place: Place) -> tuple[str, str]:
    """Lines that make a session, and what makes its clients."""
    if place.aws_profile:
        return f"session = boto3.Session(profile_name={_quote(place.aws_profile)})\n", "session.client"
    names = {"aws_access_key_id": _ID, "aws_secret_access_key": _KEY}
    lines = "".join(f"    {name}=os.environ[{_quote(variable)}],\n" for name, variable in names.items())
    lines += f"    aws_session_token=os.environ.get({_quote(_TOKEN)}),\n"
    return f"# {_whose(place)}\nsession = boto3.Session(\n{lines})\n", "session.client"


def _script_credentials(place: Place) -> str:
    """The member of a client's settings."""
    if place.aws_profile:
        return f", credentials: fromIni({{ profile: {_quote(place.aws_profile)} }})"
    given = f"accessKeyId: set({_quote(_ID)}), secretAccessKey: set({_quote(_KEY)}), sessionToken: process.env.{_TOKEN}"
    return f", credentials: {{ {given} }}"


def _write(value: Any, dialect: _Dialect, name: str = "", depth: int = 0) -> str:
    """A value in a dialect. `name` is the member it stands in: what a secret is called by."""
    match value:
        case str() if value == HIDDEN or is_cut(value):
            return dialect.secret(_variable(name), name in _STRUCTURES)
        case bool():
            return dialect.words[0 if value else 1]
        case None:
            return dialect.words[2]
        case int() | float():
            return str(value)
        case Mapping():
            return _write_mapping(value, dialect, depth)
        case list() | tuple():
            return f"[{', '.join(_write(each, dialect, name, depth + 1) for each in value)}]"
        case datetime():
            return dialect.moment(value)
        case _:
            return dialect.text(str(value))


def _write_mapping(value: Mapping[str, Any], dialect: _Dialect, depth: int) -> str:
    if not value:
        return "{}"
    # A pair's value is called by what the pair is about.
    about = str(value["Name"]) if value.keys() == {"Name", "Value"} else ""
    lines = []
    for name, each in value.items():
        called = about if about and name == "Value" else str(name)
        lines.append(f"{'  ' * (depth + 1)}{dialect.text(str(name))}: {_write(each, dialect, called, depth + 1)}")
    return "{\n" + ",\n".join(lines) + f"\n{'  ' * depth}}}"


def _command(lines: list[str], needs: str) -> str:
    """A command of a POSIX shell that only runs when the names it uses are set, and the credentials that it `needs`.

    Before it stands the function for secrets within JSON, where there are any.
    """
    command = " \\\n  ".join(lines) + "\n"
    asked = [*dict.fromkeys(_ASKED.findall(command)), *((_ID, _KEY) if needs else ())]
    # Not a comment: zsh knows none where it is typed into.
    words = [*([_shell(needs)] if needs else []), *(f'"${{{name}:?}}"' for name in asked)]
    if words:
        command = _UNLESS_SET.format(" ".join(words)) + command
    return f"{_QUOTED}\n{command}" if "$(quoted " in command else command


def _option(name: str, value: Any) -> str:
    is_hidden = isinstance(value, str) and (value == HIDDEN or is_cut(value))
    return f'"${_variable(name)}"' if is_hidden else _shell(str(value))


def _quote(text: str) -> str:
    """A string as JSON, Python and JavaScript write it alike."""
    return json.dumps(text, ensure_ascii=False)


def _shell(text: str) -> str:
    return "'" + _inside(text) + "'"


def _inside(text: str) -> str:
    """Text within single quotes of a shell."""
    return text.replace("'", "'\\''")


def _snake(name: str, joint: str) -> str:
    """AdminSetUserMFAPreference -> admin_set_user_mfa_preference, as botocore does."""
    return joint.join(part for part in _HUMP.split(name) if part).lower()


def _variable(name: str) -> str:
    """The environment's name for a member: AccessToken -> COGNITO_ACCESS_TOKEN."""
    return _OURS + (_snake(name, "_").upper() or "SECRET")


def _secret_in_shell(name: str, is_structure: bool) -> str:
    return f"'\"${name}\"'" if is_structure else f'"\'"$(quoted "${name}")"\'"'


def _secret_in_python(name: str, is_structure: bool) -> str:
    found = f"os.environ[{_quote(name)}]"
    return f"json.loads({found})" if is_structure else found


def _secret_in_script(name: str, is_structure: bool) -> str:
    found = f"set({_quote(name)})"
    return f"JSON.parse({found})" if is_structure else found


_CLI = _Dialect(lambda text: _inside(_quote(text)), _secret_in_shell)
_CURL = _Dialect(_CLI.text, _secret_in_shell, moment=lambda at: str(at.timestamp()))
_PYTHON = _Dialect(_quote, _secret_in_python, ("True", "False", "None"))
_SCRIPT = _Dialect(_quote, _secret_in_script, moment=lambda at: f"new Date({_quote(at.isoformat())})")
