"""Issuers that look like Cognito's and are none: by a character, or by a host of somebody else's."""

import re
from functools import lru_cache

from cognito_explorer.core.auth.signatures import key_set_url

_LIKE = re.compile(r"cognito-idp|cognito-identity(?=[\w-]*\.[\w.-]*amazonaws)")
_PARTS = re.compile(r"(?P<scheme>[^:/?#]*):/*(?P<authority>[^/?#]*)(?P<path>.*)", re.DOTALL)
_HOST = re.compile(
    r"(?:issuer-)?cognito-idp\.[a-z0-9-]+\.amazonaws\.(?:com|com\.cn|eu)|cognito-identity[\w.-]*\.amazonaws\.\w+"
)
_LONGEST = 2_000


@lru_cache(maxsize=64)
def unlike_cognitos(issuer: str) -> str:
    """How an issuer differs from Cognito's, which it looks like, after "by"; "" of Cognito's own and of any other."""
    lower = issuer[:_LONGEST].lower()
    if not _LIKE.search(lower) or "amazonaws" not in lower or key_set_url(issuer):
        return ""
    parts = _PARTS.fullmatch(issuer.strip()[:_LONGEST])
    if parts is None:
        return "its form: it is no https address"
    told = [*_of_authority(parts["authority"]), *_of_path(parts["path"])]
    if parts["scheme"] != "https":
        told.insert(0, f"its scheme, {parts['scheme'][:20] or 'none'}")
    if issuer != issuer.strip():
        told.append("white space around it")
    return " and ".join(told) or "its form"


def _of_authority(authority: str) -> list[str]:
    user, at, place = authority.rpartition("@")
    host, colon, port = place.partition(":")
    told = [f"what stands before its host, {user[:80]}@"] if at else []
    if host != host.lower() and _HOST.fullmatch(host.lower()):
        told.append("upper case in its host")
    elif not _HOST.fullmatch(host):
        told.append(f"its host, {host[:200] or 'none'}")
    return [*told, f"its port, {port[:20]}"] if colon else told


def _of_path(path: str) -> list[str]:
    if re.fullmatch(r"/[\w-]+_[0-9a-zA-Z]+", path):
        return []
    if re.fullmatch(r"/[\w-]+_[0-9a-zA-Z]+/+", path):
        return ["the slash at its end"]
    return [f"its path, {path[:80]}" if path.strip("/") else "its path, which names no pool"]
