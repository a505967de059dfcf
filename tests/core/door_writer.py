"""A process of its own that disables a user through the door.

`ENDPOINT KEY_ID SECRET JOURNAL JOURNAL_KEY POOL USER`
"""

import asyncio
import sys
from pathlib import Path

from cognito_explorer.core.aws.door import Aws
from cognito_explorer.core.journal import Journal
from cognito_explorer.core.journal_file import KEY_NAME, JournalFile
from cognito_explorer.core.profiles import Profile
from cognito_explorer.core.user_pools.users import disable_user, find_user
from cognito_explorer.core.vault import MemoryVault


async def _main(profile: Profile, path: Path, key: str, place: tuple[str, str]) -> None:
    vault = MemoryVault()
    vault.put(KEY_NAME, key)
    journal = Journal(lambda: JournalFile(path, vault))
    journal.case_number = "4711"
    aws = await Aws.open(profile, journal=journal)
    pool_id, username = place
    user = await find_user(aws, pool_id, username)
    assert user is not None
    await disable_user(aws, pool_id, user)


if __name__ == "__main__":
    endpoint, key_id, secret, journal_path, journal_key, *where = sys.argv[1:]
    shop = Profile("p", "Shop", "keys", "us-east-1", "#000000", endpoint, "", key_id, secret, chosen_mode="admin")
    asyncio.run(_main(shop, Path(journal_path), journal_key, (where[0], where[1])))
