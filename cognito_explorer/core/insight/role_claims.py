"""What a provider says of a person, as somebody pastes it: a JSON object, or a SAML response. Nothing is verified."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote
from xml.parsers import expat

from cognito_explorer.core.errors import InvalidInput

LONGEST = 200_000
_ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
_HINT = "Paste a JSON object of claims, or a SAML response as a browser posts it (SAMLResponse, base64) or as XML."


def read_claims(text: str) -> Mapping[str, Any]:
    """The claims in a text; {} for none. Raises InvalidInput for what is neither JSON nor a readable SAML response."""
    bare = text.strip()
    if len(bare) > LONGEST:
        raise InvalidInput("This is far too long.", f"{LONGEST:,} characters are read at most.")
    if not bare:
        return {}
    if bare.startswith("{"):
        return _from_json(bare)
    return _SamlReading().read(bare if bare.startswith("<") else _decoded(bare))


def _from_json(text: str) -> Mapping[str, Any]:
    try:
        found: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInput("These claims are no JSON object.", _HINT) from None
    return found


def _decoded(text: str) -> str:
    value = text.partition("SAMLResponse=")[2].partition("&")[0] or text
    value = unquote(value) if "%" in value else value
    try:
        return base64.b64decode("".join(value.split()), validate=True).decode()
    except (binascii.Error, ValueError):
        raise InvalidInput("This is neither JSON nor a SAML response.", _HINT) from None


class _SamlReading:
    """Attributes and subject of the first assertion. A document type is refused: entities can grow without end."""

    def __init__(self) -> None:
        self._found: dict[str, list[str]] = {}
        self._subject = ""
        self._attribute = ""
        self._text: list[str] | None = None
        self._is_encrypted = False

    def read(self, text: str) -> Mapping[str, Any]:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._take
        try:
            parser.Parse(text, True)
        except (expat.ExpatError, UnicodeEncodeError):  # half of a surrogate pair is no character of XML
            raise InvalidInput("This SAML response is no XML.", _HINT) from None
        if self._is_encrypted and not self._found:
            raise InvalidInput("This assertion is encrypted.", "Only AWS can read it. Type its attributes as JSON.")
        claims: dict[str, Any] = {
            name: values[0] if len(values) == 1 else values for name, values in self._found.items() if values
        }
        return {f"{_CLAIMS}/nameidentifier": self._subject, **claims} if self._subject else claims

    def _refuse(self, *_said: object) -> None:
        raise InvalidInput("This SAML response has a document type.", "No identity provider sends one; it is not read.")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        match name.removeprefix(f"{_ASSERTION} "):
            case "EncryptedAssertion" | "EncryptedAttribute":
                self._is_encrypted = True
            case "Attribute":
                self._attribute = attributes.get("Name", "")
                self._found.setdefault(self._attribute, [])
            case "AttributeValue" | "NameID":
                self._text = []

    def _end(self, name: str) -> None:
        kind, said = name.removeprefix(f"{_ASSERTION} "), "".join(self._text or ()).strip()
        if kind == "AttributeValue" and self._attribute:
            self._found[self._attribute].append(said)
        elif kind == "NameID":
            self._subject = self._subject or said
        else:
            return
        self._text = None

    def _take(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)
