"""Which claims and attributes tell who somebody is: one idea for the screen and for what is copied into tickets."""

import re

# OpenID Connect's claims that say who somebody is or how to reach them (Core 1.0, section 5.1).
_PERSONAL = """
    email phone_number name given_name family_name middle_name nickname preferred_username address birthdate picture
    profile website gender
"""
PERSONAL = frozenset(_PERSONAL.split())
# A pool's own attributes are called as its makers like; one of these words in a name says the same.
_HINTS = """
    name names firstname lastname fullname displayname forename surname maiden initials mail email emails e_mail phone
    mobile cell tel telephone fax msisdn address street city town zip zipcode postcode birth birthday birthname
    dob contact person passport iban ssn
"""
_PERSONAL_WORDS = frozenset(_HINTS.split())
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# Two to four words with capitals, as people are called: what else looks so is masked, too.
_FULL_NAME = re.compile(r"(?:[^\W\d_][\w.’'-]*[ ]){1,3}[^\W\d_][\w’'-]*")
# Where a claim or a parameter holds a username, or a federated user's own id.
_CALLED_USERNAME = frozenset({"username", "sub", "userid"})
# A sub is a UUID, an identity id has its region in front, and a machine's token has its client's id as its sub.
_SAYS_NOTHING = re.compile(
    r"(?:[a-z]{2}(?:-[a-z]+)+-\d:)?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[a-z0-9]{26}", re.IGNORECASE
)


def says_nothing(username: str) -> bool:
    """Whether a username or sub is made by a machine, and tells nobody's name."""
    return not username or _SAYS_NOTHING.fullmatch(username) is not None


def is_called_personal(name: str, text: str = "") -> bool:
    """Whether a claim or an attribute says who somebody is: by its name, or by a username that is no UUID.

    `text` is its value, "" where it is none.
    """
    prefix, _, bare = name.rpartition(":")
    if bare in PERSONAL or bare.casefold() in _PERSONAL_WORDS:
        return True
    if bare.casefold() in _CALLED_USERNAME:
        return not says_nothing(text)
    # cognito:roles and the like are Cognito's; only what a pool's makers named is read closely.
    is_own = prefix in ("custom", "dev:custom")
    if bare == "identities" and text:
        # userInfo has it as JSON in a string: a provider's own id of the user is in it.
        return True
    words = {word.casefold() for word in _WORD.findall(bare)}
    return is_own and (bool(words & _PERSONAL_WORDS) or bool(text.istitle() and _FULL_NAME.fullmatch(text)))
