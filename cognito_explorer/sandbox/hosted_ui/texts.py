"""The pages' words in the languages of managed login, all of which run from left to right."""

import json
from collections.abc import Callable
from functools import lru_cache

from cognito_explorer import resources

LANGUAGES = ("en", "de", "es", "fr", "id", "it", "ja", "ko", "pt-BR", "zh-CN", "zh-TW")


def translator(lang: str) -> Callable[[str], str]:
    """From an English text of the pages to the same in a language; what has no translation stays English."""
    words = _words(lang)
    return lambda text: words.get(text, text)


@lru_cache(maxsize=16)
def _words(lang: str) -> dict[str, str]:
    if lang == "en" or lang not in LANGUAGES:
        return {}
    words: dict[str, str] = json.loads(resources.path("hosted_ui", "texts", f"{lang}.json").read_text(encoding="utf-8"))
    return words
