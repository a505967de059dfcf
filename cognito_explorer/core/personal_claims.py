"""Which claims and attributes tell who somebody is: one idea for the screen and for what is copied into tickets."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

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
_SEPARATOR = re.compile(r"[\W_]+")
_DEEPEST = 4
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# Two to four words with capitals, as people are called: what else looks so is masked, too.
_FULL_NAME = re.compile(r"(?:[^\W\d_][\w.’'-]*[ ]){1,3}[^\W\d_][\w’'-]*")
# What directories and identity providers call the same, in lower case without what separates the words: Entra ID and
# AD FS (whose claims are addresses that end in it), LDAP, Google, Okta, Keycloak, Auth0, GitHub.
_ELSEWHERE = """
    uniquename upn userprincipalname samaccountname windowsaccountname mailnickname displayname commonname cn sn dn
    distinguishedname givenname middlename familyname fullname firstname lastname emailaddress emails secondemail
    verifiedprimaryemail verifiedsecondaryemail phonenumber homephone mobilephone otherphone primaryphone
    telephonenumber dateofbirth streetaddress stateorprovince locality postalcode webpage privatepersonalidentifier
    loginhint login loginname screenname handle actor triggeringactor ipaddr ipaddress clientip remoteip ip onpremsid
    onpremisessecurityidentifier primarysid altsecid employee employeeid employeenumber manager supervisor avatar
    avatarurl photo profileurl usermetadata
"""
# Where a claim or a parameter holds a username, or a federated user's own id.
_CALLED_USERNAME = frozenset({"username", "sub", "userid", "uid", "nameidentifier", "nameid"})
# What no issuer writes about a person: RFC 7519, OpenID Connect, OAuth, and the protocol claims of the great providers.
_OF_THE_PROTOCOL = """
    iss aud exp iat nbf jti typ azp appid appidacr cid clientid scope scp roles groups wids amr acr acrs aio authtime
    nonce sid sessionstate athash chash shash tokenuse version ver tid oid idtyp rh uti azpacr emailverified
    phonenumberverified allowedorigins event eventid originjti zoneinfo locale updatedat cnf hd act mayact sub
"""
# A sub is a UUID, an identity id has its region in front, and a machine's token has its client's id as its sub.
_SAYS_NOTHING = re.compile(
    r"(?:[a-z]{2}(?:-[a-z]+)+-\d:)?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[a-z0-9]{26}", re.IGNORECASE
)


_NAMES = frozenset(_ELSEWHERE.split()) | {_SEPARATOR.sub("", name) for name in PERSONAL} | _PERSONAL_WORDS
_HARMLESS = frozenset(_OF_THE_PROTOCOL.split())


def says_nothing(username: str) -> bool:
    """Whether a username or sub is made by a machine, and tells nobody's name."""
    return not username or _SAYS_NOTHING.fullmatch(username) is not None


def is_called_personal(name: str, text: str = "") -> bool:
    """Whether a claim or an attribute says who somebody is: by its name, or by a username that is no UUID.

    `text` is its value, "" where it is none. Of a name that is an address, as those of AD FS, the last part counts.
    """
    plain, words, is_own = _taken_apart(name)
    if plain in _CALLED_USERNAME:
        return not says_nothing(text)
    if plain in _NAMES:
        return True
    if plain == "identities" and text:
        # userInfo has it as JSON in a string: a provider's own id of the user is in it.
        return True
    return is_own and (bool(words & _PERSONAL_WORDS) or bool(text.istitle() and _FULL_NAME.fullmatch(text)))


def is_harmless(name: str) -> bool:
    """Whether a claim is one of a protocol's own, which tells nobody's name: of others nothing is known."""
    return _taken_apart(name)[0] in _HARMLESS


def personal_claims(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of all claims that say who somebody is, those within others with the way to them: identities.userId."""
    return tuple(dict.fromkeys(_personal_in(claims, ())))


def _personal_in(claims: Mapping[str, Any], way: tuple[str, ...]) -> Iterator[str]:
    for name, value in claims.items():
        if not value or value is True:
            continue
        if is_called_personal(name, value if isinstance(value, str) else ""):
            yield ".".join((*way, name))
            continue
        for each in value if isinstance(value, list) else (value,):
            # Nobody is named deeper than this, and who made the token may have made it deep.
            if isinstance(each, Mapping) and len(way) < _DEEPEST:
                yield from _personal_in(each, (*way, name))


@lru_cache(maxsize=1_024)
def _taken_apart(name: str) -> tuple[str, frozenset[str], bool]:
    """A name's last part in lower case without separators, its words, and whether it is of its makers' own choice.

    cognito:roles and the like are Cognito's; only what somebody named for themselves is read closely.
    """
    prefix, _, bare = name.rpartition(":")
    is_own = prefix in ("custom", "dev:custom")
    if "/" in bare:
        bare, is_own = bare.rstrip("/").rpartition("/")[2], True
    words = frozenset(word.casefold() for word in _WORD.findall(bare))
    return _SEPARATOR.sub("", bare).casefold(), words, is_own
