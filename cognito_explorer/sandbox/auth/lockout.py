"""Wrong passwords in a row make everybody wait, the right person included."""

from cognito_explorer.sandbox.errors import ServiceError
from cognito_explorer.sandbox.user_pools.users import User
from cognito_explorer.sandbox.world import World

_FREE_FAILURES = 5
_LONGEST_WAIT_S = 900


def check_lockout(world: World, user: User) -> None:
    """Raises NotAuthorizedException while the user is locked out."""
    row = world.store.one("SELECT locked_until FROM password_lockouts WHERE user_id = ?", (user.id,))
    if row is not None and world.clock.now() < row["locked_until"]:
        raise ServiceError("NotAuthorizedException", "Password attempts exceeded")


def refuse_password(world: World, user: User) -> ServiceError:
    """Count a wrong password and return the error to raise."""
    count_failure(world, user)
    return ServiceError("NotAuthorizedException", "Incorrect username or password.", keeps_writes=True)


def count_failure(world: World, user: User) -> None:
    """Count a wrong password or second factor. From the fifth on the wait doubles, up to 15 minutes."""
    now = world.clock.now()
    row = world.store.one("SELECT * FROM password_lockouts WHERE user_id = ?", (user.id,))
    is_recent = row is not None and now < row["failed_at"] + _LONGEST_WAIT_S
    failures = (row["failures"] if row is not None and is_recent else 0) + 1
    wait_s = min(2.0 ** min(failures - _FREE_FAILURES, 20), _LONGEST_WAIT_S) if failures >= _FREE_FAILURES else 0.0
    world.store.execute(
        "INSERT OR REPLACE INTO password_lockouts (user_id, failures, failed_at, locked_until) VALUES (?, ?, ?, ?)",
        (user.id, failures, now, now + wait_s),
    )


def clear_lockout(world: World, user: User) -> None:
    """Forget the wrong passwords after a right one."""
    world.store.execute("DELETE FROM password_lockouts WHERE user_id = ?", (user.id,))
