"""What Qt has to say goes to the log, not to the terminal the app was started from."""

import logging

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

_LEVELS = {
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_log = logging.getLogger("qt")


def hear_qt() -> None:
    """From now on. Python's own last resort would print what comes before the log file is open."""
    logging.getLogger().addHandler(logging.NullHandler())
    qInstallMessageHandler(_hear)


def _hear(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    level = _LEVELS.get(kind)
    if level is not None:
        category = context.category or "default"
        _log.log(level, "%s: %s", category if isinstance(category, str) else "default", text)
