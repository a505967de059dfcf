"""The profiles of the AWS CLI's files, read by botocore itself: looked at, never resolved, never written."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from cognito_explorer.core.aws.partitions import stand_in
from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.loopback import is_loopback
from cognito_explorer.core.profiles import Profile, clean_name, new_profile_id

if TYPE_CHECKING:
    from botocore.session import Session

SharedKind = Literal["keys", "assume role", "single sign-on", "process", "web identity", "login", "settings only"]

_ID = "aws:"
_GREY = "#57606A"
# As a section “services” calls those that pools are read through.
_SERVICES = ("cognito_identity_provider", "cognito_identity", "sts")
_SPOILT = "Correct it in an editor; the AWS CLI cannot read it either. It is read anew as soon as it is saved."


@dataclass(frozen=True, slots=True)
class SharedProfile:
    """A profile of the shared AWS files as far as it can be known without resolving any credentials.

    `leads_to` is the role or the account it uses, `files` are those that speak of it. `mark` is another one when
    anything is that it is made of, secrets included; it tells nothing about them.
    """

    name: str
    region: str
    kind: SharedKind
    has_mfa: bool = False
    leads_to: str = ""
    files: tuple[Path, ...] = ()
    mark: str = field(default="", repr=False, compare=False)
    endpoint_url: str = ""
    use_fips: bool = False

    @property
    def is_endpoint_foreign(self) -> bool:
        """Whether its requests are sent elsewhere than to AWS or this computer."""
        return leads_elsewhere(self.endpoint_url)

    @property
    def profile_id(self) -> str:
        """What the app knows it by; no profile of one's own is called so, whatever its name."""
        return f"{_ID}{quote(self.name, safe='')}"


def leads_elsewhere(endpoint_url: str) -> bool:
    """Whether requests to an endpoint, if one is named, go elsewhere than to AWS or this computer."""
    return bool(stand_in(endpoint_url)) and not is_loopback(endpoint_url)


def is_shared(profile_id: str) -> bool:
    """Whether a profile's id is that of one in the AWS CLI's files."""
    return profile_id.startswith(_ID)


def shared_files() -> tuple[Path, Path]:
    """Where configuration and credentials are looked for, as AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE say."""
    session = _session()
    return _path_of(session, "config_file"), _path_of(session, "credentials_file")


def list_shared_profiles() -> tuple[SharedProfile, ...]:
    """The profiles by name, without resolving or running anything. Raises InvalidInput for a file that is damaged."""
    session = _session()
    places = {name: _path_of(session, name) for name in ("config_file", "credentials_file")}
    for path in places.values():
        _check_readable(path)
    config = read_config(session)
    named = {path: _names_in(path, is_config=name == "config_file") for name, path in places.items()}
    profiles: dict[str, dict[str, Any]] = config["profiles"]
    return tuple(
        SharedProfile(
            name,
            _text(settings, "region"),
            _kind_of(settings),
            "mfa_serial" in settings,
            _leads_to(settings),
            tuple(path for path, names in named.items() if name in names),
            _mark(name, config),
            _endpoint_of(settings, config),
            _text(settings, "use_fips_endpoint").lower() == "true",
        )
        for name, settings in sorted(profiles.items(), key=lambda item: item[0].lower())
    )


def as_profile(shared: SharedProfile) -> Profile:
    """A profile of the files as the app uses it: botocore resolves it by its name. Grey and read-only by itself."""
    region = shared.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
    name = clean_name(shared.name) or shared.name
    return Profile(shared.profile_id, name, "aws_profile", region, _GREY, aws_profile=shared.name)


def own_copy(profile: Profile) -> Profile:
    """A draft of a profile of one's own that does without the files where it can. Raises InvalidInput.

    A sign-in of “aws login”, a credential_source, endpoints by service, and what only botocore understands go on being
    read from the files.
    """
    config = read_config(_session())
    settings: dict[str, Any] = config["profiles"].get(profile.aws_profile, {})
    draft: dict[str, Any] = {"id": new_profile_id(), "name": f"{profile.name} (copy)", "region": profile.region}
    draft |= {"color": profile.color, "is_production": profile.is_production}
    own = _own_fields(settings, config)
    if not own or "services" in settings:
        return Profile(kind="aws_profile", aws_profile=profile.aws_profile, **draft)
    is_ignored = _text(settings, "ignore_configured_endpoint_urls").lower() == "true"
    draft["endpoint_url"] = "" if is_ignored else _text(settings, "endpoint_url")
    draft["use_fips"] = _text(settings, "use_fips_endpoint").lower() == "true"
    return Profile(**draft, **own)


def _own_fields(settings: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """What makes it a profile of its own kind; nothing where the app has no such kind."""
    match _kind_of(settings):
        case "keys":
            names = {"access_key_id": "aws_access_key_id", "secret_access_key": "aws_secret_access_key"}
            own = {"kind": "keys", "session_token": _text(settings, "aws_session_token")}
            return own | {ours: _text(settings, theirs) for ours, theirs in names.items()}
        case "assume role" if "source_profile" in settings:
            return {"kind": "role", **_texts(settings, "role_arn", "source_profile", "external_id", "mfa_serial")}
        case "web identity":
            return {"kind": "web_identity", **_texts(settings, "role_arn", "web_identity_token_file")}
        case "process":
            return {"kind": "process", **_texts(settings, "credential_process")}
        case "single sign-on":
            session = config.get("sso_sessions", {}).get(_text(settings, "sso_session"), {})
            whole = {**session, **settings}
            return {"kind": "sso", **_texts(whole, "sso_start_url", "sso_region", "sso_account_id", "sso_role_name")}
    return {}


def _session() -> "Session":
    from botocore.session import Session

    return Session()


def _path_of(session: "Session", name: str) -> Path:
    found = session.get_config_variable(name) or os.devnull
    return Path(os.path.expandvars(found)).expanduser()


def read_config(session: "Session") -> dict[str, Any]:
    """What a session reads in the files, as botocore keeps it. Raises InvalidInput, naming file and line."""
    from botocore.exceptions import ConfigParseError

    try:
        return session.full_config
    except ConfigParseError as trouble:
        told: dict[str, Any] = {**trouble.kwargs}
        error = told.get("error")
        path, line = Path(str(told.get("path", ""))), _line_of(error)
        where = f"line {line} is not understood" if line else "it is not understood"
        if isinstance(error, UnicodeDecodeError):
            where = "it is not UTF-8 text"
        # Not the error's own words: it repeats the line, and a secret may stand in it.
        code = f"{type(error).__name__}, {path}" + (f", line {line}" if line else "")
        raise InvalidInput(f"{path.name} cannot be read: {where}.", _SPOILT, code=code) from None


def _line_of(error: object) -> int:
    """The line a parser stumbled over, counted from 1; 0 where it does not say."""
    many = getattr(error, "errors", None)
    number = many[0][0] if many else getattr(error, "lineno", 0)
    return number if isinstance(number, int) else 0


def _check_readable(path: Path) -> None:
    """botocore takes a file that it may not open for an empty one."""
    if path.is_file() and not os.access(path, os.R_OK):
        hint = "Give yourself the right to read it."
        raise InvalidInput(f"{path.name} may not be read by you.", hint, code=f"PermissionError, {path}")


def _names_in(path: Path, *, is_config: bool) -> frozenset[str]:
    from botocore.configloader import load_config, raw_config_parse
    from botocore.exceptions import ConfigNotFound

    try:
        found = load_config(str(path))["profiles"] if is_config else raw_config_parse(str(path))
    except ConfigNotFound:
        return frozenset()
    return frozenset(found)


def _kind_of(settings: Mapping[str, Any]) -> SharedKind:
    """What a profile is, in the order botocore's credential chain looks."""
    signs: tuple[tuple[str, SharedKind], ...] = (
        ("web_identity_token_file", "web identity"),
        ("role_arn", "assume role"),
        ("sso_account_id", "single sign-on"),
        ("sso_session", "single sign-on"),
        ("aws_access_key_id", "keys"),
        ("login_session", "login"),
        ("credential_process", "process"),
    )
    return next((kind for sign, kind in signs if sign in settings), "settings only")


def _leads_to(settings: Mapping[str, Any]) -> str:
    if "role_arn" in settings:
        by = _text(settings, "source_profile") or _text(settings, "credential_source")
        return f"{_text(settings, 'role_arn')} by {by}" if by else _text(settings, "role_arn")
    return " ".join(word for name in ("sso_account_id", "sso_role_name") if (word := _text(settings, name)))


def _endpoint_of(settings: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    """Where its requests go instead of to AWS: what stands for one of our services goes before what stands for all."""
    services: Mapping[str, Any] = config.get("services", {}).get(_text(settings, "services"), {})
    own = (services[name] for name in _SERVICES if isinstance(services.get(name), dict))
    found = (_text(each, "endpoint_url") for each in (*own, settings))
    return next((url for url in found if url), "")


def _mark(name: str, config: Mapping[str, Any]) -> str:
    made_of = [(each, settings, _sso_of(settings, config)) for each, settings in _chain(name, config["profiles"])]
    return hashlib.sha256(json.dumps(made_of, sort_keys=True, default=str).encode()).hexdigest()


def _chain(name: str, profiles: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A profile and those whose credentials it uses, one after the other."""
    seen: set[str] = set()
    while name in profiles and name not in seen:
        seen.add(name)
        yield name, profiles[name]
        name = _text(profiles[name], "source_profile")


def _sso_of(settings: Mapping[str, Any], config: Mapping[str, Any]) -> Any:
    return config.get("sso_sessions", {}).get(_text(settings, "sso_session"))


def _texts(settings: Mapping[str, Any], *names: str) -> dict[str, str]:
    return {name: _text(settings, name) for name in names}


def _text(settings: Mapping[str, Any], name: str) -> str:
    """A setting. An indented block makes a table of one that should be a line."""
    found = settings.get(name, "")
    return found if isinstance(found, str) else ""
