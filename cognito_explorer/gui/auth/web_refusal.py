"""Where the embedded browser would end the whole program: to be asked before WebEngine is loaded."""

import os
import sys

from cognito_explorer.core.errors import ExplorerError

_SWITCH, _FLAGS, _FLAG = "QTWEBENGINE_DISABLE_SANDBOX", "QTWEBENGINE_CHROMIUM_FLAGS", "--no-sandbox"


def web_refusal() -> ExplorerError | None:
    """What stands in the way of opening a web page here, or None.

    Chromium ends the process of a root user on Linux who has not given up its sandbox of processes. Qt looks whether
    the variable is there, whatever its value.
    """
    is_root = sys.platform == "linux" and os.geteuid() == 0
    if not is_root or _SWITCH in os.environ or _FLAG in os.environ.get(_FLAGS, "").split():
        return None
    hint = (
        "Close the app and start it as an ordinary user; everything else here works as root, too. Where there is no"
        f" other user, in a container for instance, start it with {_SWITCH}=1: web pages then run without the"
        " protection Chromium gives them."
    )
    return ExplorerError("The sign-in page cannot be opened as root.", hint, code="WebEngine")
