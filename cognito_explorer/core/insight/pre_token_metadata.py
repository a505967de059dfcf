"""Client metadata as people write it down: a pair a line, or the JSON object that an app would send. Pure."""

import json

from cognito_explorer.core.errors import InvalidInput

# ClientMetadataType: either half of a pair.
LONGEST = 131_072
_HINT = "Write one key=value a line, or a JSON object whose values are texts."


def read_metadata(text: str) -> dict[str, str]:
    """The pairs in a text; {} for none. Raises InvalidInput for what Cognito would refuse as ClientMetadata."""
    found = _from_json(text) if text.lstrip().startswith("{") else _from_lines(text)
    if any(max(len(name), len(value)) > LONGEST for name, value in found.items()):
        raise InvalidInput("The client metadata is too long.", f"A key or a value has {LONGEST:,} characters at most.")
    return found


def _from_json(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInput("The client metadata is no JSON object.", _HINT) from None
    wrong = next((name for name, value in found.items() if not isinstance(value, str)), None)
    if wrong is not None:
        raise InvalidInput(f"The client metadata's {wrong[:60]} is no text.", _HINT)
    return dict(found)


def _from_lines(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        name, sign, value = line.partition("=")
        if not line.strip():
            continue
        if not sign or not name.strip():
            raise InvalidInput(f"Line {number} of the client metadata has no key and value.", _HINT)
        if name.strip() in found:
            raise InvalidInput(f"The client metadata has {name.strip()[:60]} twice.", "Each key may come once.")
        found[name.strip()] = value.strip()
    return found
