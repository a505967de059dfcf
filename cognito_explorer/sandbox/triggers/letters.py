"""A message on its way to a person, before anybody had a say in its words."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to one user. `purpose` is the CustomMessage trigger's suffix; `attribute` says where it goes."""

    purpose: str
    attribute: Literal["email", "phone_number"]
    code: str = field(repr=False)
    destination: str


@dataclass(frozen=True, slots=True)
class Words:
    """Subject and body of a message; in the body {####} stands for the code and {username} for the name."""

    subject: str
    body: str = field(repr=False)
