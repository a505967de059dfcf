"""Empties a world that is running: address, keys and control token stay, everything else is as on the first day."""

from cognito_explorer.sandbox.identity_card import finished_seed, note_seed
from cognito_explorer.sandbox.request_log import RequestLog
from cognito_explorer.sandbox.world import World

# What belongs to the folder: its keys, its token, and the secrets that files and signed pages were made with.
_KEPT = ("sandbox_fact", "user_pool_secrets")


class NotReady(Exception):  # noqa: N818  # read as a sentence: the world is not ready
    """The world is still being filled. The text is for people."""


def empty_world(world: World, log: RequestLog) -> None:
    """Forget everything but the sandbox's own facts. Call it from the one writer thread. Raises NotReady.

    All of it or nothing: who is killed meanwhile finds the old world or the empty one. A numbered world's ids go on in
    their sequence, so that none comes twice.
    """
    store, moto = world.store, world.moto
    if moto is not None:
        moto.wait()
    if finished_seed(store) is None:
        raise NotReady("The world is still being filled. Ask again when the ready line is there.")
    with store.unlinked_transaction():
        store.clear_tables(_KEPT)
        store.execute("DELETE FROM sandbox_fact WHERE name = 'seed'")
        note_seed(store, "empty")
        if moto is not None:
            moto.forget()
    world.functions.forget()
    world.outbox.forget_refused()
    world.faults.reset()
    world.clock.reset()
    log.clear()
