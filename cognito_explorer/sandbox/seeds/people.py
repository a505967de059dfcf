"""The subscribers of Moonletter: five hundred people who do not exist, the same ones every time."""

import json
import random
import unicodedata
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cognito_explorer import resources
from cognito_explorer.sandbox.user_pools.users import (
    CONFIRMED,
    FORCE_CHANGE_PASSWORD,
    RESET_REQUIRED,
    UNCONFIRMED,
)

HOW_MANY = 500
_DAY_S = 86_400
_TWO_YEARS_D = 730
# Letters that have no decomposition into a base letter and a mark.
_LATIN = str.maketrans({"ł": "l", "ß": "ss", "ø": "o", "æ": "ae", "đ": "d", "ı": "i", "’": "", "'": ""})
_DOMAINS = ("mail.example", "postbox.example", "letters.example", "inbox.test", "campus.example", "studio.test")
_CAMPAIGNS = ("podcast", "friend", "search", "conference", "newsletter", "poster")
# Status, whether enabled, whether the e-mail address is verified, and how many of a thousand people are so.
_CONDITIONS = (
    (CONFIRMED, True, True, 790),
    (CONFIRMED, True, False, 45),
    (CONFIRMED, False, True, 35),
    (FORCE_CHANGE_PASSWORD, True, True, 55),
    (UNCONFIRMED, True, False, 50),
    (RESET_REQUIRED, True, True, 25),
)
_GROUPS = (((), 6), (("free",), 55), (("paid",), 33), (("paid", "editors"), 2), (("free", "paid"), 4))


@dataclass(frozen=True, slots=True)
class Person:
    """One user to be. Ages are in seconds before now; a temporary password is as old as its user."""

    username: str
    sub: str
    attributes: dict[str, str]
    status: str = CONFIRMED
    is_enabled: bool = True
    groups: tuple[str, ...] = ()
    age_s: float = 0.0
    changed_s: float = 0.0


def everybody() -> list[Person]:
    """All of them: the known seven first, then the generated ones."""
    draw = random.Random("moonletter")  # noqa: S311  # the same people every time, and nothing secret
    known = [_known(draw, number, *facts) for number, facts in enumerate(_KNOWN, start=1)]
    strangers = _strangers(draw, {person.username for person in known})
    return known + [next(strangers) for _ in range(HOW_MANY - len(known))]


# Username, given and family name, status, whether enabled, groups, age in days.
_KNOWN: tuple[tuple[str, str, str, str, bool, tuple[str, ...], float], ...] = (
    ("ada", "Ada", "Lovelace", CONFIRMED, True, ("paid",), 611.0),
    ("grace", "Grace", "Hopper", CONFIRMED, True, ("editors",), 702.0),
    ("linus", "Linus", "Ekström", CONFIRMED, True, ("free",), 388.0),
    ("alan", "Alan", "Turing", FORCE_CHANGE_PASSWORD, True, ("free",), 9.0),
    ("edsger", "Edsger", "Dijkstra", UNCONFIRMED, True, (), 2.0),
    ("barbara", "Barbara", "Hollis", RESET_REQUIRED, True, ("paid",), 455.0),
    ("ken", "Ken", "Nakamura", CONFIRMED, False, ("free",), 523.0),
)


def _known(draw: random.Random, number: int, username: str, *facts: Any) -> Person:
    given, family, status, is_enabled, groups, age_d = facts
    attributes = {
        "email": f"{username}@moonletter.example",
        "email_verified": "false" if status == UNCONFIRMED else "true",
        "name": f"{given} {family}",
        "given_name": given,
        "family_name": family,
        "locale": "en-GB",
        "custom:plan": _plan(groups),
        "custom:ref": _reference(number, "founder"),
    }
    age_s = age_d * _DAY_S
    changed_s = age_s if status in (FORCE_CHANGE_PASSWORD, UNCONFIRMED) else age_s * draw.random()
    return Person(username, _uuid(draw), attributes, status, is_enabled, groups, age_s, changed_s)


def _strangers(draw: random.Random, taken: set[str]) -> Iterator[Person]:
    cultures = json.loads(resources.read_text("sample", "names.json"))
    number = len(taken)
    while True:
        number += 1
        culture = draw.choice(cultures)
        given, family = (split_name(draw.choice(culture[kind].split())) for kind in ("given", "family"))
        username = _free_name(f"{latin_slug(given[1])}.{latin_slug(family[1])}", taken)
        taken.add(username)
        conditions = [condition[:3] for condition in _CONDITIONS]
        weights = [condition[3] for condition in _CONDITIONS]
        status, is_enabled, is_verified = draw.choices(conditions, weights)[0]
        groups = draw.choices([names for names, _ in _GROUPS], [weight for _, weight in _GROUPS])[0]
        if status == UNCONFIRMED:
            groups = ()
        age_s = _age_s(draw, status)
        attributes = {
            "email": f"{username}@{draw.choice(_DOMAINS)}",
            "email_verified": "true" if is_verified else "false",
            "name": _full_name(culture, given[0], family[0]),
            "given_name": given[0],
            "family_name": family[0],
            "locale": culture["locale"],
            "zoneinfo": culture["zone"],
            "custom:plan": _plan(groups),
            "custom:ref": _reference(number, draw.choice(_CAMPAIGNS)),
        }
        if draw.random() < 0.3:
            # Numbers Ofcom keeps free for fiction.
            attributes |= {"phone_number": f"+447700900{number:03d}", "phone_number_verified": "false"}
        is_untouched = status in (FORCE_CHANGE_PASSWORD, UNCONFIRMED)
        changed_s = age_s if is_untouched else age_s * draw.random() ** 2
        yield Person(username, _uuid(draw), attributes, status, is_enabled, groups, age_s, changed_s)


def _age_s(draw: random.Random, status: str) -> float:
    """Invitations and unfinished registrations are recent; some invitations have run out."""
    longest_d = {FORCE_CHANGE_PASSWORD: 16, UNCONFIRMED: 30}.get(status, _TWO_YEARS_D)
    return (0.05 + draw.random() * (longest_d - 0.1)) * _DAY_S


def _plan(groups: tuple[str, ...]) -> str:
    return "paid" if {"paid", "editors"} & set(groups) else "free"


def _reference(number: int, campaign: str) -> str:
    return f"ML-{number:05d}-{campaign}"


def _full_name(culture: dict[str, str], given: str, family: str) -> str:
    pair = (family, given) if culture.get("order") == "family" else (given, family)
    return culture.get("glue", " ").join(pair)


def split_name(entry: str) -> tuple[str, str]:
    """A name as its bearer writes it, and in Latin letters."""
    native, _, latin = entry.partition("=")
    return native, latin or native


def latin_slug(latin: str) -> str:
    """A name as it stands in a user name: small letters and hyphens."""
    lowered = unicodedata.normalize("NFKD", latin.lower().translate(_LATIN)).translate(_LATIN)
    return "".join(letter for letter in lowered if letter.isascii() and (letter.isalnum() or letter == "-"))


def _free_name(wanted: str, taken: set[str]) -> str:
    names = (wanted if number == 1 else f"{wanted}{number}" for number in range(1, HOW_MANY + 2))
    return next(name for name in names if name not in taken)


def _uuid(draw: random.Random) -> str:
    return str(uuid.UUID(int=draw.getrandbits(128), version=4))
