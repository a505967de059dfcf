"""Who has an account with the built-in providers. They are invented, and open nothing but this sandbox."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Person:
    """An account at a provider. `note` says what it is good for trying; `claims` are what the provider tells."""

    key: str
    subject: str
    name: str
    note: str
    claims: dict[str, str | bool | list[str]] = field(default_factory=dict)


_MOONBOOK = (
    Person(
        "luna",
        "104771900016512340001",
        "Luna Brandt",
        "A new face with a verified address",
        {
            "name": "Luna Brandt",
            "given_name": "Luna",
            "family_name": "Brandt",
            "email": "luna@moonbook.example",
            "email_verified": True,
            "locale": "de",
        },
    ),
    Person(
        "ada",
        "104771900016512340002",
        "Ada Lovelace",
        "Has the address of a Moonletter reader: for duplicates and linking",
        {
            "name": "Ada Lovelace",
            "given_name": "Ada",
            "family_name": "Lovelace",
            "email": "ada@moonletter.example",
            "email_verified": True,
        },
    ),
    Person(
        "mina",
        "104771900016512340003",
        "Mina Okafor",
        "Never verified her address",
        {"name": "Mina Okafor", "given_name": "Mina", "email": "mina@moonbook.example", "email_verified": False},
    ),
    Person(
        "orion",
        "104771900016512340004",
        "Orion Field",
        "Tells nobody his address: a required attribute is missing",
        {"name": "Orion Field", "given_name": "Orion"},
    ),
)
_MOONLIGHT = (
    Person(
        "selma",
        "ML-1001",
        "Selma Frost",
        "Engineering, an administrator",
        {
            "email": "selma.frost@moonlight-corp.example",
            "name": "Selma Frost",
            "given_name": "Selma",
            "family_name": "Frost",
            "department": "Engineering",
            "groups": ["engineering", "admins"],
        },
    ),
    Person(
        "noor",
        "ML-1002",
        "Noor Hadid",
        "Editorial office",
        {
            "email": "noor.hadid@moonlight-corp.example",
            "name": "Noor Hadid",
            "given_name": "Noor",
            "family_name": "Hadid",
            "department": "Editorial",
            "groups": ["editors"],
        },
    ),
    Person(
        "tess",
        "ML-2001",
        "Tess Vale",
        "A contractor without an address: a required attribute is missing",
        {"name": "Tess Vale", "given_name": "Tess", "department": "Contractors"},
    ),
)


def people_of(provider: str) -> tuple[Person, ...]:
    """The people of a built-in provider; the public ones' stand-ins share Moonbook's."""
    return _MOONLIGHT if provider == "moonlight" else _MOONBOOK


def find_person(provider: str, key: str) -> Person | None:
    """One of them by key."""
    return next((person for person in people_of(provider) if person.key == key), None)
