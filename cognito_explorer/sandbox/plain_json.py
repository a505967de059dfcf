"""JSON from outside whose every text can be stored and sent on."""

import json
from typing import Any


def read_json(text: str | bytes) -> Any:
    """What the JSON says. Raises ValueError, also for what is nested too deeply or holds texts that are none."""
    try:
        found = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    check_texts(found)
    return found


def check_texts(value: Any) -> None:
    """Raises ValueError for half a surrogate pair: valid JSON, but no text, so that nothing could store it."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
