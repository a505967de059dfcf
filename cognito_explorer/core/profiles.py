"""Profiles: who we are towards AWS. Ids stand in a small file, everything else in the vault."""

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit
from uuid import uuid4

from cognito_explorer.core.addresses import plain_host
from cognito_explorer.core.errors import InvalidInput, NotFound, SecretLost
from cognito_explorer.core.loopback import is_loopback, is_unclear
from cognito_explorer.core.vault import Vault

ProfileKind = Literal[
    "sandbox", "aws_profile", "keys", "role", "sso", "process", "web_identity", "container", "instance"
]
Mode = Literal["read-only", "support", "admin"]

Place = Literal["endpoint", "proxy", "start URL"]

_WRITTEN: dict[Place, str] = {
    "endpoint": "It starts with https:// or, on this computer, with http://.",
    "proxy": "It is written as http://host:port. SOCKS proxies are not spoken to.",
    "start URL": "It starts with https://.",
}
_FACTS, _KEPT, _MODE, _YES = "facts", "kept", "chosen_mode", "yes"
_SECRETS = ("secret_access_key", "session_token", "external_id", "credential_process", "proxy_url")

_ROLE_NEEDED = ("role_arn", "No role is named.", "Enter its ARN, such as arn:aws:iam::123456789012:role/Support.")
_NEEDED: dict[ProfileKind, tuple[tuple[str, str, str], ...]] = {
    "role": (_ROLE_NEEDED,),
    "web_identity": (
        _ROLE_NEEDED,
        ("web_identity_token_file", "No token file is named.", "Enter the path of the file that holds the token."),
    ),
    "process": (("credential_process", "No program is named.", "Enter the command that prints the credentials."),),
    "sso": (
        ("sso_start_url", "The start URL is missing.", "It is the address of your organisation's AWS access portal."),
        ("sso_region", "The Region of IAM Identity Center is missing.", "Your administrator knows it."),
        ("sso_account_id", "The account is missing.", "Enter the twelve digits of the AWS account."),
        ("sso_role_name", "The role is missing.", "Enter the permission set's name as the access portal shows it."),
    ),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """One way to reach AWS or the sandbox. `color` is #RRGGBB; `aws_profile` names a profile in ~/.aws.

    A role is assumed with the access keys, or with `source_profile`, a profile in ~/.aws. `is_foreign`: it was imported
    and leads to an endpoint or a proxy that nobody here has confirmed yet.
    `lost_part` names what the keyring has lost a part of, in words: it is empty, and the profile is not used without.
    `chosen_mode` is "" where nobody chose: `mode` is what holds. `is_production` asks for more care, and frames.
    """

    id: str
    name: str
    kind: ProfileKind
    region: str
    color: str
    endpoint_url: str = ""
    aws_profile: str = ""
    access_key_id: str = ""
    secret_access_key: str = field(default="", repr=False)
    session_token: str = field(default="", repr=False)
    role_arn: str = ""
    source_profile: str = ""
    external_id: str = field(default="", repr=False)
    mfa_serial: str = ""
    sso_start_url: str = ""
    sso_region: str = ""
    sso_account_id: str = ""
    sso_role_name: str = ""
    credential_process: str = field(default="", repr=False)
    web_identity_token_file: str = ""
    proxy_url: str = field(default="", repr=False)
    use_fips: bool = False
    is_foreign: bool = False
    chosen_mode: Mode | Literal[""] = ""
    is_production: bool = False
    lost_part: str = ""

    @property
    def mode(self) -> Mode:
        """What may be changed through it: read-only unless chosen otherwise; the sandbox is there to be changed."""
        return self.chosen_mode or ("admin" if self.kind == "sandbox" else "read-only")


class IdsFile:
    """The list of profile ids, in order, in a JSON file without secrets."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> tuple[str, ...]:
        """The ids; none when the file is missing or damaged."""
        try:
            ids = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return ()
        return tuple(each for each in ids if isinstance(each, str)) if isinstance(ids, list) else ()

    def save(self, ids: tuple[str, ...]) -> None:
        """Replace the file in one step."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps(ids), encoding="utf-8")
        draft.replace(self._path)


class IdsInMemory:
    """The list of profile ids for this run only."""

    def __init__(self) -> None:
        self._ids: tuple[str, ...] = ()

    def load(self) -> tuple[str, ...]:
        """The ids."""
        return self._ids

    def save(self, ids: tuple[str, ...]) -> None:
        """Keep the ids."""
        self._ids = ids


class Profiles:
    """Every profile. The vault may block: call these off the GUI thread."""

    def __init__(self, vault: Vault, ids_store: IdsFile | IdsInMemory) -> None:
        self._vault = vault
        self._ids = ids_store

    def load_all(self) -> tuple[Profile, ...]:
        """Every profile that can be read, in the order they were added. Raises VaultUnavailable."""
        loaded = (self._load(profile_id) for profile_id in self._ids.load())
        return tuple(profile for profile in loaded if profile is not None)

    def lost(self, loaded: tuple[Profile, ...] = ()) -> tuple[str, ...]:
        """Ids on the list whose entry in the vault is gone or damaged: somebody was there. Raises VaultUnavailable.

        Those that were `loaded` just now are not asked for again.
        """
        there = {profile.id for profile in loaded}
        missing = (profile_id for profile_id in self._ids.load() if profile_id not in there)
        return tuple(profile_id for profile_id in missing if not self._facts(profile_id))

    def damaged(self, lost: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the `lost` whose entry is there still and cannot be read: nothing takes its place.

        Raises VaultUnavailable.
        """
        return tuple(profile_id for profile_id in lost if self._has_entry(profile_id))

    def load(self, profile_id: str) -> Profile:
        """One profile. Raises NotFound."""
        profile = self._load(profile_id)
        if profile is None:
            raise NotFound("This profile is no longer in the keyring.", "Add it again under Profiles.")
        return profile

    def save(self, profile: Profile) -> None:
        """Add or replace a profile. Raises InvalidInput for a profile that could not work."""
        check_profile(profile)
        self._keep(profile)

    def add_imported(self, profile: Profile) -> None:
        """Keep a profile that lacks its secrets: whoever uses it is told what is missing."""
        self._keep(profile)

    def delete(self, profile_id: str) -> None:
        """Forget a profile and its secrets."""
        for name in (_FACTS, *_SECRETS):
            self._vault.forget(_key(profile_id, name))
        self._ids.save(tuple(each for each in self._ids.load() if each != profile_id))

    def _keep(self, profile: Profile) -> None:
        ids = self._ids.load()
        for name in _SECRETS:
            value = getattr(profile, name)
            if value:
                self._vault.put(_key(profile.id, name), value)
            elif profile.id in ids:
                self._vault.forget(_key(profile.id, name))
        self._vault.put(_key(profile.id, _FACTS), _facts_of(profile))
        if profile.id not in ids:
            self._ids.save((*ids, profile.id))

    def _load(self, profile_id: str) -> Profile | None:
        facts = self._facts(profile_id)
        kind = next((known for known in get_args(ProfileKind) if known == facts.get("kind")), None)
        if kind is None:
            return None
        values: dict[str, Any] = dict.fromkeys(("name", "region", "color"), "")
        values |= {one.name: facts[one.name] for one in fields(Profile) if _is_of_type(one.type, facts.get(one.name))}
        for name in (name for name in _SECRETS if name in facts[_KEPT]):
            try:
                values[name] = self._vault.get(_key(profile_id, name))
            except SecretLost:
                values["lost_part"] = name.replace("_", " ")
        return Profile(**(values | {"id": profile_id, "kind": kind, "chosen_mode": _mode(str(facts.get(_MODE, "")))}))

    def _has_entry(self, profile_id: str) -> bool:
        try:
            return bool(self._vault.get(_key(profile_id, _FACTS)))
        except SecretLost:
            return True

    def _facts(self, profile_id: str) -> dict[str, Any]:
        """What is kept, or {} where it is gone, in part or whole, or damaged."""
        try:
            found = json.loads(self._vault.get(_key(profile_id, _FACTS)) or "null") or self._gather(profile_id)
        except (ValueError, SecretLost):
            return {}
        return found if isinstance(found, dict) and isinstance(found.get(_KEPT), list) else {}

    def _gather(self, profile_id: str) -> dict[str, Any]:
        """The facts where each has an entry of its own, as the first builds kept them: put together for good."""
        if not self._vault.get(_key(profile_id, "kind")):
            return {}
        facts: dict[str, Any] = {_KEPT: [name for name in _SECRETS if self._vault.get(_key(profile_id, name))]}
        plain = [one for one in fields(Profile) if one.name not in ("id", "lost_part", *_SECRETS)]
        for one in plain:
            text = self._vault.get(_key(profile_id, one.name))
            if text:
                facts[one.name] = text == _YES if one.type is bool else text
        self._vault.put(_key(profile_id, _FACTS), json.dumps(facts, ensure_ascii=False))
        for one in plain:
            self._vault.forget(_key(profile_id, one.name))
        return facts


def _facts_of(profile: Profile) -> str:
    """Everything but the secrets, and which of them there are: each entry costs a way to the keyring."""
    names = [one.name for one in fields(Profile) if one.name not in ("id", "lost_part", *_SECRETS)]
    facts = {name: getattr(profile, name) for name in names if getattr(profile, name)}
    return json.dumps(facts | {_KEPT: [name for name in _SECRETS if getattr(profile, name)]}, ensure_ascii=False)


def _is_of_type(kind: object, value: object) -> bool:
    return isinstance(value, bool) if kind is bool else isinstance(value, str)


def _mode(text: str) -> Mode | Literal[""]:
    """What is not understood must not be more than reading."""
    otherwise: Mode | Literal[""] = "read-only" if text else ""
    modes: tuple[Mode, ...] = get_args(Mode)
    return next((known for known in modes if text == known), otherwise)


def new_profile_id() -> str:
    """A fresh id for a profile."""
    return uuid4().hex[:12]


def clean_name(text: str) -> str:
    """A name as it may stand in a line: without control characters, line breaks and marks that turn its direction."""
    seen = "".join(" " if letter.isspace() else letter for letter in text if _is_seen(letter))
    return " ".join(seen.split())


def free_name(name: str, names: Iterable[str]) -> str:
    """The name, or the first with a number behind it that is none of these, in upper case or in lower."""
    taken = {each.casefold() for each in names}
    numbered = (f"{name} ({number})" for number in range(2, len(taken) + 3))
    return next(each for each in (name, *numbered) if each.casefold() not in taken)


def check_profile(profile: Profile) -> None:
    """Raise InvalidInput, naming the first thing that is missing or wrong."""
    if not profile.name.strip():
        raise InvalidInput("The profile has no name.", "Give it a name you will recognise.")
    if profile.lost_part:
        title = f"The keyring has lost a part of the {profile.lost_part} of “{profile.name}”."
        raise InvalidInput(title, "Edit the profile and enter it again. What is left is not used.", code="SecretLost")
    if profile.kind == "aws_profile" and not profile.aws_profile:
        raise InvalidInput("No AWS profile is chosen.", "Choose one of the profiles in your AWS configuration files.")
    if profile.kind == "keys" or (profile.kind == "role" and not profile.source_profile):
        _check_keys(profile)
    for name, title, hint in _NEEDED.get(profile.kind, ()):
        if not getattr(profile, name):
            raise InvalidInput(title, hint)
    if profile.kind not in ("sandbox", "aws_profile") and not profile.region:
        raise InvalidInput("No Region is chosen.", "Choose the Region your user pools are in.")
    _check_addresses(profile)


def check_address_of(place: Place, url: str) -> None:
    """Raise InvalidInput, naming the place, for an address that cannot be used there or that others could read."""
    if not _is_web_address(url):
        raise InvalidInput(f"The {place} is not a web address.", _WRITTEN[place])
    _check_clear(url, f"The {place}")
    if place != "proxy":  # it is spoken to by http, and hands TLS through
        check_protected(url, place)
    if place == "endpoint" and "@" in urlsplit(url).netloc:
        # It would stand in messages and in copied commands; AWS's requests are signed, and need none.
        raise InvalidInput("The endpoint holds a name or a password.", "Leave out what stands before the @.")


def check_protected(url: str, name: str = "endpoint", of: str = "") -> None:
    """Raise InvalidInput for plain http to another computer: all on the way there could read and change what is sent.

    `of` names the profile where it is not the one in hand.
    """
    parts, whose = urlsplit(url), f"The {name}{f' of “{of}”' if of else ''}"
    if parts.scheme != "http" or is_loopback(url):
        return
    _check_clear(url, whose)
    title = f"{whose} is plain http to another computer: {plain_host(parts.hostname or '')}."
    hint = "Everybody on the way could read passwords and tokens. Use https://, or a tunnel from localhost."
    raise InvalidInput(title, hint, code="PlainHttp")


def _check_clear(url: str, whose: str) -> None:
    if is_unclear(url):
        hint = "Write the host's name, or its whole address, such as 127.0.0.1."
        said = f"{whose} can be read in more than one way: {plain_host(urlsplit(url).hostname or '')}."
        raise InvalidInput(said, hint, code="UnclearHost")


def _is_seen(letter: str) -> bool:
    return letter.isspace() or not unicodedata.category(letter).startswith("C")


def _check_keys(profile: Profile) -> None:
    if not profile.access_key_id or not profile.secret_access_key:
        raise InvalidInput("The access keys are incomplete.", "Enter both the access key id and the secret access key.")
    if profile.access_key_id.startswith("ASIA") and not profile.session_token:
        hint = "Keys that start with ASIA are temporary: paste the session token that came with them, too."
        raise InvalidInput("The session token is missing.", hint)


def _check_addresses(profile: Profile) -> None:
    addresses: tuple[tuple[Place, str], ...] = (
        ("endpoint", profile.endpoint_url),
        ("proxy", profile.proxy_url),
        ("start URL", profile.sso_start_url),
    )
    for name, address in addresses:
        if address:
            check_address_of(name, address)


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        has_place = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    return has_place and parts.scheme in ("https", "http") and not any(each.isspace() or each == "\\" for each in text)


def _key(profile_id: str, name: str) -> str:
    return f"profile/{profile_id}/{name}"
