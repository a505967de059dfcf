"""The question before everything is forgotten: there at once, and told what it is about as soon as that is known."""

from PySide6.QtWidgets import QWidget

from cognito_explorer.gui.lib.dialogs import Dialog
from cognito_explorer.gui.lib.faces import BusyBar
from cognito_explorer.gui.lib.form import Form
from cognito_explorer.gui.lib.labels import plain_label
from cognito_explorer.gui.lib.typed_name import add_glance, typed_name_field

_WORD = "forget"
_LOOKING = "Looking what is kept on this computer. A keyring may ask to be unlocked."


class ForgetQuestion(Dialog):
    """Takes what is typed from the first moment; the button waits until it is said what would go."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Forget everything?")
        self._is_known = False
        self.words = plain_label(_LOOKING, wrap=True)
        self.bar = BusyBar()
        self.form = Form([typed_name_field(_WORD)])
        add_glance(self.form, _WORD)
        for part in (self.words, self.bar, self.form):
            self.body.addWidget(part)
        self._safe = self.add_safe("Keep it")
        self.action_button = self.add_action("Forget everything", destructive=True)
        self.action_button.clicked.connect(self.accept)
        self.form.changed.connect(self._weigh)
        self.bar.set_running(True)
        self._weigh()
        self.form.focus_first()

    def show_kept(self, words: str) -> None:
        """Say what would go; whoever has typed the word may go on."""
        self.words.setText(words)
        self.bar.set_running(False)
        self._is_known = True
        self._weigh()

    def _weigh(self) -> None:
        may_go = self._is_known and self.form.values()["name"] == _WORD
        self.action_button.setEnabled(may_go)
        (self.action_button if may_go else self._safe).setDefault(True)
