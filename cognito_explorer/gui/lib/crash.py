"""An unexpected error opens one dialog with a report that can be copied and holds no secret."""

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, qVersion
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from cognito_explorer.gui.lib.dialogs import Dialog
    from cognito_explorer.gui.lib.text_view import TextView

_log = logging.getLogger(__name__)
_WIDTH_PX, _SCREEN_SHARE = 640, 0.9


class CrashReporter(QObject):
    """Catches what nobody expected, from any thread, and shows it once; later ones join the open dialog.

    What the report and the dialog need is loaded with the first error: every start waits for this class.
    """

    _caught = Signal(str)

    def __init__(
        self, version: Callable[[], str], window: QWidget | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._version_of, self._window = version, window
        self._dialog: Dialog | None = None
        self._view: TextView | None = None
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    @property
    def dialog(self) -> "Dialog | None":
        """The open dialog, if any."""
        return self._dialog if self._dialog is not None and shiboken6.isValid(self._dialog) else None

    def set_window(self, window: QWidget) -> None:
        """Say over which window the dialog opens."""
        self._window = window

    def install(self) -> None:
        """Take over the exception hooks of this process. For the event loop, see `hear_loop`."""
        sys.excepthook = self.hear
        threading.excepthook = self._hear_thread

    def hear(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Take in an exception (the signature of sys.excepthook)."""
        if issubclass(kind, KeyboardInterrupt | SystemExit) or not shiboken6.isValid(self):
            sys.__excepthook__(kind, error, trace)
            return
        report = self.report(error)
        _log.error("unexpected error\n%s", report)
        self._caught.emit(report)

    def hear_loop(self, _loop: object, context: dict[str, Any]) -> None:
        """Take in what the event loop could not deliver: pass to `loop.set_exception_handler`."""
        error = context.get("exception")
        if not isinstance(error, BaseException):
            error = RuntimeError(str(context.get("message", "the event loop reported an error")))
        self.hear(type(error), error, error.__traceback__)

    def report(self, error: BaseException) -> str:
        """The report of one error, without secrets."""
        from cognito_explorer.gui.lib.redaction import redact

        versions = f"Cognito Explorer {self._version_of()}, Python {platform.python_version()}, Qt {qVersion()}"
        lines = traceback.format_exception(error)
        return redact(f"{versions}, {platform.platform()}\n\n{''.join(lines)}")

    def _hear_thread(self, args: Any) -> None:
        if args.exc_value is not None:
            self.hear(args.exc_type, args.exc_value, args.exc_traceback)

    def _show(self, report: str) -> None:
        if self.dialog is not None and self._view is not None:
            self._view.set_text(f"{self._view.text()}\n\n{report}")
            return
        from cognito_explorer.gui.lib.dialogs import Dialog
        from cognito_explorer.gui.lib.text_view import TextView

        window = self._window if self._window is not None and shiboken6.isValid(self._window) else None
        dialog = Dialog(
            window,
            "Something went wrong that should not have",
            "The window goes on working; what you were doing may not have been finished. "
            "The report below holds no passwords, tokens or keys: copy it when you tell us about this.",
        )
        self._view = TextView("Report")
        self._view.set_text(report)
        self._view.setMinimumHeight(240)
        dialog.body.addWidget(self._view)
        close = dialog.add_safe("Close")
        close.setDefault(True)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog = dialog
        room = dialog.screen().availableGeometry().width()
        dialog.resize(min(_WIDTH_PX, round(room * _SCREEN_SHARE)), dialog.sizeHint().height())
        dialog.open()
