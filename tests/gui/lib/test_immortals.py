"""PySide6 6.12 forgets to count None and True; on Python 3.11 that must not end the program."""

import subprocess
import sys

_MANY_CALLS = """
from PySide6.QtCore import QCoreApplication, QObject, Signal
from cognito_explorer.gui.lib.immortals import keep_singletons_alive
keep_singletons_alive()
keep_singletons_alive()
class Bell(QObject):
    rung = Signal(bool)
application, bell = QCoreApplication([]), Bell()
for _ in range(30_000):
    bell.rung.emit(True)
    QCoreApplication.processEvents()
print("alive")
"""


def test_none_and_true_survive_thirty_thousand_calls_into_qt() -> None:
    done = subprocess.run([sys.executable, "-c", _MANY_CALLS], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.returncode) == ("alive", 0), done.stderr
