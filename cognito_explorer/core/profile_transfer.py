"""Profiles as a JSON file without secrets, to hand to a colleague; and what of such a file may be believed."""

import json
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from typing import Any, get_args
from urllib.parse import urlsplit, urlunsplit

from cognito_explorer.core.addresses import LETTERS_SAID, has_other_letters, plain_address
from cognito_explorer.core.errors import InvalidInput
from cognito_explorer.core.loopback import is_loopback
from cognito_explorer.core.profiles import Profile, ProfileKind, check_protected, clean_name, free_name, new_profile_id

FORMAT, VERSION = "cognito-explorer-profiles", 1
# Keys and tokens stay here; a command may hold a secret and is another computer's; a mode is for each person to choose.
_STAYS = frozenset({
    "id", "access_key_id", "secret_access_key", "session_token", "external_id", "credential_process", "is_foreign",
    "chosen_mode", "lost_part",
})  # fmt: skip
_PORTALS = (".awsapps.com", ".awsapps.cn", ".app.aws", ".amazonaws-us-gov.com", ".aws.amazon.com")
_PLACES = {"endpoint_url": "Endpoint", "proxy_url": "Proxy", "sso_start_url": "Start URL"}
_LONGEST, _NAME = 2_000, 60
_NAMED_AT_MOST = 3
# A keyring takes its time for each, when they are added and at every start.
MOST_PROFILES = 1_000


def export_profiles(profiles: tuple[Profile, ...]) -> str:
    """The text of a file with these profiles, the sandbox left out. It holds no secret, nor a proxy's password."""
    return json.dumps(
        {"format": FORMAT, "version": VERSION, "profiles": [_row(one) for one in profiles if one.kind != "sandbox"]},
        indent=2,
        ensure_ascii=False,
    )


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file held: profiles, and in words those that are `left_out`, each with the reason."""

    profiles: tuple[Profile, ...]
    left_out: tuple[str, ...] = ()


def import_profiles(text: str) -> Imported:
    """The profiles of such a file under new ids, not yet saved. Raises InvalidInput where none can be used.

    They are read-only, run no program, and `is_foreign` where they lead elsewhere than to AWS or this computer.
    """
    try:
        # Some editors begin a file with a mark.
        whole = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as trouble:
        raise _no_profiles("It is no JSON.") from trouble
    if not isinstance(whole, dict) or whole.get("format") != FORMAT or not isinstance(whole.get("profiles"), list):
        raise _no_profiles("Choose one that Cognito Explorer exported.")
    _check_version(whole.get("version"))
    if not whole["profiles"]:
        raise _no_profiles("Its list is empty.")
    if len(whole["profiles"]) > MOST_PROFILES:
        hint = f"At most {MOST_PROFILES:,} are taken from one file: split it."
        raise InvalidInput(f"This file holds {len(whole['profiles']):,} profiles.", hint, code="TooMany")
    return _read_all(whole["profiles"])


def fit_in(found: tuple[Profile, ...], own: tuple[Profile, ...]) -> tuple[Profile, ...]:
    """Those that are not here yet, each under a name that nobody has.

    One is here already if it differs in nothing that a file tells, whatever secrets were added to it since.
    """
    known, names = {_told(profile) for profile in own}, {profile.name for profile in own}
    new: list[Profile] = []
    for profile in found:
        if _told(profile) in known:
            continue
        known.add(_told(profile))
        name = free_name(profile.name, names)
        names.add(name)
        new.append(replace(profile, name=name))
    return tuple(new)


def lacks_secrets(profile: Profile) -> bool:
    """Whether something that no file holds must be entered before it can be used: keys, or the program's command."""
    if profile.kind == "role" and profile.source_profile:
        return False
    return profile.kind in ("keys", "role", "process")


def foreign_places(profile: Profile) -> tuple[str, ...]:
    """Where a profile leads that is neither AWS nor this computer, for a person to confirm: hosts in ASCII."""
    return tuple(_said(_PLACES[name], url) for name, url in foreign_addresses(profile).items())


def foreign_addresses(profile: Profile) -> dict[str, str]:
    """The same by the profile's own fields, with all that is in them: what a person's yes holds for."""
    named = {name: str(getattr(profile, name)) for name in _PLACES}
    return {name: url for name, url in named.items() if url and not _is_at_home(name, url)}


def _read_all(rows: list[Any]) -> Imported:
    good: list[Profile] = []
    bad: list[InvalidInput] = []
    for number, row in enumerate(rows, 1):
        try:
            good.append(_profile(row, number))
        except InvalidInput as trouble:
            bad.append(trouble)
    if len(bad) == 1 and not good:
        raise bad[0]
    left_out = tuple(f"{trouble.title} {trouble.hint}" for trouble in bad)
    if not good:
        title = f"Of this file's {len(rows):,} profiles none can be used."
        raise InvalidInput(title, " ".join(left_out[:_NAMED_AT_MOST]), code="NoProfiles")
    return Imported(tuple(good), left_out)


def _check_version(version: object) -> None:
    """Raise InvalidInput unless it is one that this app reads."""
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise _no_profiles("It does not say in which version it is written.")
    if version > VERSION:
        hint = "A newer version of Cognito Explorer wrote it. Update this one, then try again."
        raise InvalidInput("This file of profiles is too new.", hint, code="Version")


def _told(profile: Profile) -> str:
    return json.dumps(_row(profile), sort_keys=True)


def _row(profile: Profile) -> dict[str, str | bool]:
    shown = replace(profile, proxy_url=_without_password(profile.proxy_url))
    values = {one.name: getattr(shown, one.name) for one in fields(Profile) if one.name not in _STAYS}
    return {name: value for name, value in values.items() if value}


def _profile(row: Any, number: int) -> Profile:
    known = {one.name: one.type is bool for one in fields(Profile) if one.name not in _STAYS}
    kind = next((kind for kind in get_args(ProfileKind) if isinstance(row, dict) and row.get("kind") == kind), None)
    if kind is None or kind == "sandbox":
        said = clean_name(row["name"])[:_NAME] if isinstance(row, dict) and isinstance(row.get("name"), str) else ""
        which = f"“{said}”" if said else f"Profile {number} of this file"
        hint = "This version of the app cannot use it: a newer one may have written it."
        raise InvalidInput(f"{which} is of no known kind.", hint, code="UnknownKind")
    values: dict[str, Any] = {"name": "", "region": "", "color": ""}
    for name, value in row.items():
        if name in known and (isinstance(value, bool) if known[name] else isinstance(value, str)):
            values[name] = value[:_LONGEST] if isinstance(value, str) else value
    values |= {"id": new_profile_id(), "kind": kind, "name": clean_name(values["name"]) or "Imported profile"}
    made = Profile(**values)
    _check_protected(made)
    return replace(made, color=_color(made.color), is_foreign=bool(foreign_places(made)))


def _check_protected(profile: Profile) -> None:
    for name, url in (("endpoint", profile.endpoint_url), ("start URL", profile.sso_start_url)):
        # What is no web address at all is said when it is used.
        with suppress(ValueError):
            check_protected(url, name, profile.name)


def _is_at_home(name: str, url: str) -> bool:
    if "\\" in url or not url.isprintable():
        return False  # who sends the request may find another host in it than we do
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return is_loopback(url) or (name == "sso_start_url" and url.startswith("https://") and host.endswith(_PORTALS))


def _said(place: str, url: str) -> str:
    said = f"{place}: {plain_address(url)}"
    return f"{said}\n{LETTERS_SAID}" if has_other_letters(url) else said


def _without_password(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if "@" in parts.netloc else url


def _color(text: str) -> str:
    is_color = (
        len(text) == 7 and text.startswith("#") and all(letter in "0123456789abcdefABCDEF" for letter in text[1:])
    )
    return text if is_color else "#57606A"


def _no_profiles(hint: str) -> InvalidInput:
    return InvalidInput("This file holds no profiles.", hint, code="NoProfiles")
