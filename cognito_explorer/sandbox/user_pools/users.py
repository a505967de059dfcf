"""Users: find, add, save."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.store import Row
from cognito_explorer.sandbox.user_pools.passwords import Password, Verifier, make_verifier
from cognito_explorer.sandbox.world import World

CONFIRMED = "CONFIRMED"
UNCONFIRMED = "UNCONFIRMED"
FORCE_CHANGE_PASSWORD = "FORCE_CHANGE_PASSWORD"  # noqa: S105  # a status, not a password
RESET_REQUIRED = "RESET_REQUIRED"
EXTERNAL_PROVIDER = "EXTERNAL_PROVIDER"
_FOLDED = ["email", "name", "given_name", "family_name", "preferred_username"]
_COLUMNS = [f"{name}_folded" for name in _FOLDED] + ["phone_number", "attributes", "password", "past_passwords"]


@dataclass(frozen=True, slots=True)
class User:
    """A user as stored. `attributes` contain `sub`; `id` is the sandbox's own number; times are epoch seconds."""

    id: int
    pool_id: str
    username: str
    sub: str
    status: str
    is_enabled: bool
    attributes: dict[str, str]
    created_at: float
    modified_at: float
    password: Password | None = field(default=None, repr=False)
    past_passwords: tuple[Verifier, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user to insert. The password comes plain, as a ready verifier for this username, or not at all.

    `created_at` and `password_set_at` (epoch seconds) are now unless given.
    """

    username: str
    attributes: Mapping[str, str]
    status: str = CONFIRMED
    password: str | Verifier | None = field(default=None, repr=False)
    is_enabled: bool = True
    sub: str = ""
    created_at: float | None = None
    modified_at: float | None = None
    password_set_at: float | None = None


def find_user(world: World, pool: Mapping[str, Any], name: str) -> User | None:
    """The user with this username, sub, verified alias, or e-mail or phone where those are usernames."""
    by_key = "SELECT * FROM users WHERE pool_id = ? AND username_key = ?"
    row = (
        world.store.one(by_key, (pool["Id"], username_key(pool, name)))
        or world.store.one(by_key, (pool["Id"], name))
        or world.store.one("SELECT * FROM users WHERE pool_id = ? AND sub = ?", (pool["Id"], name))
    )
    if row is not None:
        return read_user(row)
    names = [*pool.get("UsernameAttributes", ()), *pool.get("AliasAttributes", ())]
    found = (find_alias_owner(world, pool, attribute, name) for attribute in names)
    return next((user for user in found if user is not None), None)


def get_user(world: World, pool: Mapping[str, Any], name: str) -> User:
    """Like `find_user`, but raises UserNotFoundException."""
    user = find_user(world, pool, name)
    if user is None:
        raise ServiceError("UserNotFoundException", "User does not exist.")
    return user


def load_user(world: World, user_id: int) -> User | None:
    """The user with the sandbox's own number, or None once deleted."""
    row = world.store.one("SELECT * FROM users WHERE id = ?", (user_id,))
    return read_user(row) if row else None


def find_alias_owner(world: World, pool: Mapping[str, Any], attribute: str, value: str) -> User | None:
    """Who signs in with this e-mail, phone number or preferred username.

    Unverified aliases do not count, and profiles of external providers have none: their names stay free for others.
    """
    column = "phone_number" if attribute == "phone_number" else f"{attribute}_folded"
    key = value if attribute == "phone_number" else value.casefold()
    rows = world.store.all(f"SELECT * FROM users WHERE pool_id = ? AND {column} = ?", (pool["Id"], key))  # noqa: S608
    is_any = attribute in pool.get("UsernameAttributes", ())
    for user in map(read_user, rows):
        is_active = user.status != EXTERNAL_PROVIDER and (
            is_any
            or (attribute == "preferred_username" and user.status != UNCONFIRMED)
            or user.attributes.get(f"{attribute}_verified") == "true"
        )
        if is_active and (not is_case_sensitive(pool) or user.attributes[attribute] == value):
            return user
    return None


def insert_user(world: World, pool: Mapping[str, Any], new: NewUser) -> User:
    """Add a user; raises UsernameExistsException or AliasExistsException.

    Where e-mail or phone number are usernames, a `username` in that form becomes the attribute and the username a UUID.
    A profile of an external provider keeps its name as it is, case and all.
    """
    is_external = new.status == EXTERNAL_PROVIDER
    if not is_external:
        new = replace(new, attributes=with_username_attribute(pool, new.username, new.attributes))
    sub = new.sub or world.chance.uuid4()
    is_attribute = not is_external and pool.get("UsernameAttributes") and _is_attribute_form(new.username)
    username = sub if is_attribute else new.username
    key = username if is_external else username_key(pool, username)
    _check_free(world, pool, key, {} if is_external else new.attributes)
    now = world.clock.now()
    created_at = now if new.created_at is None else new.created_at
    proof = make_verifier(pool, username, new.password) if isinstance(new.password, str) else new.password
    set_at = created_at if new.password_set_at is None else new.password_set_at
    user = User(
        id=0,
        pool_id=pool["Id"],
        username=username,
        sub=sub,
        status=new.status,
        is_enabled=new.is_enabled,
        attributes={"sub": sub} | {name: value for name, value in new.attributes.items() if value},
        created_at=created_at,
        modified_at=created_at if new.modified_at is None else new.modified_at,
        password=None if proof is None else Password(proof, set_at),
    )
    world.store.execute(INSERT_USER, row_of(user, key))
    row = world.store.one("SELECT id FROM users WHERE sub = ?", (sub,))
    return replace(user, id=row["id"]) if row else user


def save_user(world: World, user: User) -> User:
    """Write a changed user back, with a new modification date."""
    user = replace(user, modified_at=world.clock.now())
    world.store.execute(_UPDATE, (*_changing_values(user), user.id))
    return user


def delete_user(world: World, user: User) -> None:
    """Remove a user with memberships, tokens and codes."""
    world.store.execute("DELETE FROM users WHERE id = ?", (user.id,))


def with_password(world: World, pool: Mapping[str, Any], user: User, password: str) -> User:
    """The user with a new password; the old one is remembered as far as the pool's history reaches. Not yet saved."""
    size = pool["Policies"]["PasswordPolicy"].get("PasswordHistorySize", 0)
    past = user.past_passwords if user.password is None else (user.password.proof, *user.past_passwords)
    proof = make_verifier(pool, user.username, password)
    return replace(user, password=Password(proof, world.clock.now()), past_passwords=past[: max(size - 1, 0)])


def is_case_sensitive(pool: Mapping[str, Any]) -> bool:
    """Whether `Ada` and `ada` are two users."""
    return bool(pool.get("UsernameConfiguration", {}).get("CaseSensitive", True))


def username_key(pool: Mapping[str, Any], username: str) -> str:
    """What must be unique in the pool."""
    return username if is_case_sensitive(pool) else username.casefold()


def attribute_list(user: User) -> list[dict[str, str]]:
    """The user's attributes in API shape."""
    return _api_shape(user.attributes)


def attribute_map(entries: list[dict[str, str]] | None) -> dict[str, str]:
    """Attributes in API shape as a mapping; a missing value is blank, a truth value lower-case."""
    given = {entry["Name"]: entry.get("Value", "") for entry in entries or ()}
    return {name: value.lower() if name.endswith("_verified") else value for name, value in given.items()}


def describe_user(user: User) -> dict[str, Any]:
    """A user in the shape of UserType, attributes left out."""
    return {
        "Username": user.username,
        "UserCreateDate": user.created_at,
        "UserLastModifiedDate": user.modified_at,
        "Enabled": user.is_enabled,
        "UserStatus": user.status,
    }


def read_user(row: Row) -> User:
    """A row of the users table as a record."""
    password = json.loads(row["password"]) if row["password"] else None
    return User(
        id=row["id"],
        pool_id=row["pool_id"],
        username=row["username"],
        sub=row["sub"],
        status=row["status"],
        is_enabled=bool(row["is_enabled"]),
        attributes=_read_attributes(row["attributes"]),
        created_at=row["created_at"],
        modified_at=row["modified_at"],
        password=Password(Verifier(**password["proof"]), password["set_at"]) if password else None,
        past_passwords=tuple(Verifier(**proof) for proof in json.loads(row["past_passwords"])),
    )


def listed_attributes(stored: str) -> str:
    """Stored attributes as JSON in API shape: as they are, or turned from the mapping that older data folders have."""
    return stored if stored.startswith("[") else json.dumps(_api_shape(json.loads(stored)), ensure_ascii=False)


def _read_attributes(stored: str) -> dict[str, str]:
    found: Any = json.loads(stored)
    return found if isinstance(found, dict) else {entry["Name"]: entry["Value"] for entry in found}


def _api_shape(attributes: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in attributes.items()]


def row_of(user: User, key: str) -> tuple[Any, ...]:
    """A new user as INSERT_USER takes them; `key` is what `username_key` makes of the name."""
    return (user.pool_id, user.username, key, user.sub, user.created_at, *_changing_values(user))


def _changing_values(user: User) -> tuple[Any, ...]:
    folded = [user.attributes[name].casefold() if name in user.attributes else None for name in _FOLDED]
    password = json.dumps(asdict(user.password)) if user.password else None
    past = json.dumps([asdict(proof) for proof in user.past_passwords])
    attributes = json.dumps(attribute_list(user), ensure_ascii=False, separators=(",", ":"))
    phone = user.attributes.get("phone_number")
    return (user.status, user.is_enabled, user.modified_at, *folded, phone, attributes, password, past)


_CHANGING = ["status", "is_enabled", "modified_at", *_COLUMNS]
_FIXED = ["pool_id", "username", "username_key", "sub", "created_at"]
_MARKS = ", ".join("?" * len([*_FIXED, *_CHANGING]))
INSERT_USER = f"INSERT INTO users ({', '.join([*_FIXED, *_CHANGING])}) VALUES ({_MARKS})"  # noqa: S608
_UPDATE = f"UPDATE users SET {', '.join(f'{name} = ?' for name in _CHANGING)} WHERE id = ?"  # noqa: S608


def _is_attribute_form(name: str) -> bool:
    return "@" in name or name.startswith("+")


def with_username_attribute(pool: Mapping[str, Any], username: str, attributes: Mapping[str, str]) -> Mapping[str, str]:
    """The attributes with the one that is the username; raises InvalidParameterException for a name of another form."""
    allowed = pool.get("UsernameAttributes", ())
    if not allowed:
        _check_no_alias_form(pool, username)
        return attributes
    attribute = "phone_number" if username.startswith("+") else "email"
    if not _is_attribute_form(username) or attribute not in allowed:
        wanted = {"email": "an email", "phone_number": "a phone number"}
        kinds = ("either " if len(allowed) > 1 else "") + " or ".join(wanted[name] for name in sorted(allowed))
        raise ServiceError("InvalidParameterException", f"Username should be {kinds}.")
    return {**attributes, attribute: username}


def _check_no_alias_form(pool: Mapping[str, Any], username: str) -> None:
    aliases = pool.get("AliasAttributes", ())
    forms = {"email": ("email", "@" in username), "phone_number": ("phone number", _is_phone(username))}
    for name, (word, is_form) in forms.items():
        if is_form and name in aliases:
            raise ServiceError(
                "InvalidParameterException",
                f"Username cannot be of {word} format, since user pool is configured for {word} alias.",
            )


def _is_phone(name: str) -> bool:
    return name.startswith("+") and name[1:].isdecimal()


def _check_free(world: World, pool: Mapping[str, Any], key: str, attributes: Mapping[str, str]) -> None:
    if world.store.one("SELECT 1 FROM users WHERE pool_id = ? AND username_key = ?", (pool["Id"], key)):
        raise ServiceError("UsernameExistsException", "User already exists")
    check_aliases_free(world, pool, attributes)


def check_aliases_free(
    world: World, pool: Mapping[str, Any], attributes: Mapping[str, str], *, owner: User | None = None
) -> None:
    """Raises when an e-mail, phone number or preferred username is already someone else's name in this pool."""
    for name in pool.get("UsernameAttributes", ()):
        if _is_taken(world, pool, name, attributes, owner):
            code = "AliasExistsException" if owner else "UsernameExistsException"
            raise ServiceError(code, f"An account with the given {name} already exists.")
    for name in pool.get("AliasAttributes", ()):
        is_claimed = name == "preferred_username" or attributes.get(f"{name}_verified", "").lower() == "true"
        if is_claimed and _is_taken(world, pool, name, attributes, owner):
            raise ServiceError("AliasExistsException", f"An account with the {name} already exists.")


def _is_taken(
    world: World, pool: Mapping[str, Any], name: str, attributes: Mapping[str, str], owner: User | None
) -> bool:
    value = attributes.get(name)
    holder = find_alias_owner(world, pool, name, value) if value else None
    return holder is not None and (owner is None or holder.id != owner.id)
