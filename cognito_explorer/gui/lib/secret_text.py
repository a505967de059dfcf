"""Whether a typed or pasted text is nothing to look for among people: a token or another secret stands in it."""

import re
from typing import Literal

from cognito_explorer.core.auth.token_text import find_tokens
from cognito_explorer.gui.lib.redaction import holds_secret, names_secret

SecretKind = Literal["", "token", "secret"]

# No token or key is shorter; whatever is typed by hand is done with here.
_SHORTEST = 12
# No attribute of a user is longer.
_LONGEST = 2_048
# A token whose header is damaged: reading it tells where it stops.
_BEGUN = re.compile(r"(?<![\w-])eyJ[\w-]{8,}+\.")
# Cognito calls a federated user by the provider's name and the provider's own id, which may look like a key.
_FEDERATED = re.compile(r"[A-Za-z][\w-]{1,31}_[\w.=+@-]{1,95}")
# Pools that were migrated have hashes for usernames (SHA-1 to SHA-512); no secret of Cognito's is in hexadecimal.
_HASH = re.compile(r"[0-9a-f]{1,128}|[0-9A-F]{1,128}")


def secret_in(text: str) -> SecretKind:
    """A "token" if one can be read in it or begins in it, however wrapped; a "secret" if it looks like one.

    What is too long to be anybody's name may hold anything, and counts as a secret.
    """
    text = text.strip()
    if len(text) < _SHORTEST:
        return ""
    if _BEGUN.search(text) or find_tokens(text):
        return "token"
    if len(text) > _LONGEST:
        return "secret"
    may_be_name = bool(_FEDERATED.fullmatch(text) or _HASH.fullmatch(text))
    is_secret = names_secret(text) or (holds_secret(text) and not may_be_name)
    return "secret" if is_secret else ""
