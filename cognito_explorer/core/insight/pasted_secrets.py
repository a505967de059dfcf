"""Takes secrets out of a text somebody pasted: what is explained is shown and kept, and nobody needs them for that."""

import re

HIDDEN = "(hidden)"
# How the names of secrets end; the longest of these has fewer letters than are looked at.
_SECRET = re.compile(
    r"(?:passw(?:or)?d|passphrase|pwd|secret[_-]?hash|secret[_-]?(?:access[_-]?)?key|secret|session|token|verifier|"
    r"signature|assertion|srp_a|secret_block|mfa_code|confirmation[_-]?code|authorization|cookie)$",
    re.IGNORECASE,
)
_LONGEST_END = 40
# A name and its value as in JSON (also within a string), a dict, a form, or a query.
_MARK = r"(?:\\?[\"'])?\s*(?:=>|[:=]|%3[DA])\s*"
_QUOTED = r"\\\"(?:(?!\\\")[^\n])+\\\"|\"(?:\\.|[^\"\\\n])+\"|'(?:\\.|[^'\\\n])+'"
_BARE = r"\(hidden\)|(?:[^\s,&)}\]\"'<\\]|,(?!\s|[A-Za-z_]+=))+"
_VALUE = rf"[bu]?(?:{_QUOTED})|{_BARE}"
_RULES = (
    re.compile(r"(?P<kept>)eyJ[\w-]{6,}+(?:\.[\w-]*+){1,4}"),
    # Of a header's line all that follows.
    re.compile(r"(?im)(?P<kept>\b(?:proxy-)?authorization\s*:[ \t]*)(?![\s\"'{\[(])[^\n\"']+"),
    re.compile(rf"(?i)(?P<kept>--(?:[a-z]+-){{0,4}}(?:password|secret-hash|secret|token|session|code)\s+)(?:{_VALUE})"),
    re.compile(r"(?i)(?P<kept>\b(?:bearer|basic)\s+)[\w.~+/=-]{8,}"),
    re.compile(r"(?P<kept>[?&]code=)[^\s&\"']+"),
    re.compile(r"(?P<kept>://[^/\s:@]{1,80}:)[^/\s@]{1,200}(?=@)"),
)
_NAMED = re.compile(rf"(?<![\w-])([\w-]++)(?:{_MARK})")
_PAIR = re.compile(r"[(\[]\s*[\"']([\w-]++)[\"']\s*,\s*(?=[\"'])")
_ELEMENT = re.compile(r"<(\w++)>")
_TEXT = re.compile(r"[^<\n]+")
_STATED = re.compile(_VALUE)


def without_secrets(text: str) -> str:
    """The text without passwords, hashes, tokens, client secrets, sessions and what a header authorizes with."""
    for rule in _RULES:
        text = rule.sub(rf"\g<kept>{HIDDEN}", text)
    for named, stated in ((_NAMED, _STATED), (_PAIR, _STATED), (_ELEMENT, _TEXT)):
        text = _without_named(text, named, stated)
    return text


def _without_named(text: str, named: re.Pattern[str], stated: re.Pattern[str]) -> str:
    """The text without what stands behind the name of a secret."""
    parts, done = [], 0
    for found in named.finditer(text):
        if found.start() < done or _SECRET.search(found[1][-_LONGEST_END:]) is None:
            continue
        if value := stated.match(text, found.end()):
            parts += [text[done : found.end()], HIDDEN]
            done = value.end()
    return "".join((*parts, text[done:]))
