"""The drawer's queue and the case number beside the changes."""

import asyncio

from cognito_explorer.core.aws.pace import Pace, in_bulk
from cognito_explorer.core.journal import Journal
from cognito_explorer.gui.case_number import CaseNumber
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.theme import Theme
from cognito_explorer.gui.queue_view import QueueView


async def test_the_queue_shows_who_waits_for_what(theme_app: Theme, settings: Settings) -> None:
    pace, view = Pace(is_strict=True), QueueView()
    view.follow(pace)
    assert view.table.rowCount() == 0
    assert "Nobody waits" in view.note.text()
    loop = asyncio.get_running_loop()
    with in_bulk():
        waiting = [loop.create_task(pace.turn("cognito-idp", "CreateUserPool")) for _ in range(14)]
    waiting += [loop.create_task(pace.turn("cognito-idp", "UpdateUserPool")) for _ in range(2)]
    await asyncio.sleep(0)
    view.look()
    queue = view.table.record(0)
    assert (queue.category, queue.interactive, queue.bulk) == ("UserPoolUpdate", 2, 2)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    view.deleteLater()


def test_a_case_number_goes_with_the_next_writes(theme_app: Theme) -> None:
    journal = Journal()
    line = CaseNumber(journal)
    line.setText(" CS-4711 ")
    assert journal.case_number == "CS-4711"
    line.clear()
    assert journal.case_number == ""
    line.deleteLater()
