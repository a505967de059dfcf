"""Where ids, codes and secrets come from: the system's randomness, or a numbered sequence that repeats."""

import base64
import random
import string
import uuid
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")

_BASE32 = string.ascii_uppercase + "234567"


class Chance:
    """Draws whatever a world invents. Used from the one writer thread, so that the order of draws repeats, too.

    Without a `sequence` it is as good as the module secrets; with one, equal names give equal draws.
    """

    def __init__(self, sequence: str = "") -> None:
        self._sequence = sequence
        # Whoever asks for a numbered world wants it to be guessable.
        self._draw = random.Random(sequence) if sequence else random.SystemRandom()  # noqa: S311

    def branch(self, name: str) -> "Chance":
        """Another source whose draws do not disturb this one's order."""
        return Chance(f"{self._sequence}/{name}" if self._sequence else "")

    def fraction(self) -> float:
        """A number from 0 up to, not including, 1."""
        return self._draw.random()

    def token_bytes(self, size: int) -> bytes:
        """So many random bytes."""
        return self._draw.randbytes(size)

    def token_urlsafe(self, size: int) -> str:
        """So many random bytes as text for addresses and headers."""
        return base64.urlsafe_b64encode(self.token_bytes(size)).rstrip(b"=").decode()

    def randbelow(self, limit: int) -> int:
        """A number from 0 up to, not including, the limit."""
        return self._draw.randrange(limit)

    def randbits(self, bits: int) -> int:
        """A number of at most so many bits."""
        return self._draw.getrandbits(bits)

    def choice(self, items: Sequence[Item]) -> Item:
        """One of them."""
        return self._draw.choice(items)

    def text(self, alphabet: str, length: int) -> str:
        """So many letters of an alphabet."""
        return "".join(self._draw.choices(alphabet, k=length))

    def base32(self, length: int) -> str:
        """So many capital letters and digits, as access key ids and TOTP secrets have them."""
        return self.text(_BASE32, length)

    def shuffle(self, items: list[Item]) -> None:
        """Bring them into another order, in place."""
        self._draw.shuffle(items)

    def uuid4(self) -> str:
        """A random UUID."""
        return str(uuid.UUID(int=self.randbits(128), version=4))
