"""The lower half of trying access: the probes, the buttons that run them, and the answers."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from cognito_explorer.core.identity_pools.probes import Probe, ProbeResult
from cognito_explorer.gui.identity_pools.answers import Answers
from cognito_explorer.gui.identity_pools.probe_form import ask_probe
from cognito_explorer.gui.identity_pools.probe_table import ProbeRow, Side, probe_columns
from cognito_explorer.gui.lib.faces import EmptyFace
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.labels import ElidedLabel, plain_tooltip, set_property
from cognito_explorer.gui.lib.record_view import RecordView
from cognito_explorer.gui.lib.remembering import RememberedSplitter
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.tasks import TaskScope

Probes = tuple[Probe, ...]
_LEAST_PX = 104


class ProbesPart(QWidget):
    """`run_wanted` carries the probes to try; while they run, the same button stops them (`stop_wanted`)."""

    run_wanted = Signal(object)
    stop_wanted = Signal()

    def __init__(
        self,
        why_not_run: Callable[[Side], str],
        why_not_try: Callable[[Probe], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.tasks = TaskScope(self)
        self._why_not_run, self._why_not_try = why_not_run, why_not_try
        self._is_running = False
        self.table: RecordTable[ProbeRow] = RecordTable(probe_columns())
        self.view = RecordView(self.table, "probes")
        self.view.setAccessibleName("Probes")
        self.empty = EmptyFace()
        self.answers = Answers()
        self.run_button = QPushButton()
        self.run_one_button = QPushButton("R&un selected")
        self.add_button = QPushButton(icon("plus"), "&Add a probe…")
        self.remove_button = QPushButton(icon("minus"), "Re&move")
        self._faces = QStackedWidget()
        self._arrange()
        self._wire()
        self._name_run()
        self.refresh()

    def set_probes(self, probes: Probes) -> None:
        """Show these, not run."""
        self.table.set_rows(ProbeRow(probe) for probe in probes)
        self.refresh()

    def probes(self) -> Probes:
        """All of them."""
        return tuple(row.probe for row in self.table.records())

    def begin(self, side: Side, probe: Probe) -> None:
        """A probe is being tried on a side."""
        self._change(probe, lambda row: row.begun(side))

    def answer(self, side: Side, probe: Probe, result: ProbeResult) -> None:
        """A probe was answered on a side."""
        self._change(probe, lambda row: row.answered(side, result))

    def let_go(self) -> None:
        """Forget what was kept back: something else may hold now."""
        for probe in self.probes():
            self._change(probe, ProbeRow.let_go)

    def clear(self, side: Side) -> None:
        """Forget the answers on one side."""
        for probe in self.probes():
            self._change(probe, lambda row: row.answered(side, None))

    def set_running(self, *, running: bool) -> None:
        """Offer to stop while probes run, and to run them otherwise."""
        if running == self._is_running:
            return
        self._is_running = running
        self._name_run()
        if not running:
            for probe in self.probes():
                self._change(probe, ProbeRow.rested)
            self._point_out()
        self.refresh()

    def refresh(self) -> None:
        """Show what there is: the list or its empty face, and the answers or why there are none."""
        is_any = bool(self.table.records())
        self._faces.setCurrentIndex(0 if is_any else 1)
        self.answers.setVisible(is_any)
        self.run_button.setEnabled(is_any)
        self._show_answers()

    def add(self) -> None:
        """Ask for another probe."""
        self.tasks.start("add", self._ask())

    def _name_run(self) -> None:
        self.run_button.setText("&Stop" if self._is_running else "&Run all with both")
        self.run_button.setIcon(icon("stop") if self._is_running else icon("play", "on_accent"))
        set_property(self.run_button, "kind", "" if self._is_running else "primary")

    def _change(self, probe: Probe, change: Callable[[ProbeRow], ProbeRow]) -> None:
        row = next((row for row in self.table.records() if row.probe == probe), None)
        if row is not None and (changed := change(row)) != row:
            self.table.replace(lambda each: each.probe == probe, changed)
            self._show_answers()

    def _point_out(self) -> None:
        """Stand on the first line where the two sides differ, unless somebody stands on a line already."""
        if self.view.currentIndex().isValid() or not self.probes():
            return
        rows = self.table.records()
        self.view.selectRow(next((at for at, row in enumerate(rows) if row.differs), 0))

    def _current(self) -> ProbeRow | None:
        row = self.view.current_record()
        return row if isinstance(row, ProbeRow) else None

    def _show_answers(self) -> None:
        row = self._current()
        refusal = self._why_not_try(row.probe) if row is not None else ""
        reasons: dict[Side, str] = {"guest": refusal or self._why_not_run("guest")}
        reasons["authenticated"] = refusal or self._why_not_run("authenticated")
        self.answers.show_row(row, reasons)
        self.run_one_button.setToolTip(plain_tooltip(refusal))
        self.remove_button.setEnabled(row is not None and not self._is_running)
        self.run_one_button.setEnabled(row is not None and not self._is_running and not refusal)

    def _press_run(self) -> None:
        if self._is_running:
            self.stop_wanted.emit()
        else:
            self.run_wanted.emit(self.probes())

    def _run_one(self) -> None:
        row = self._current()
        if row is not None and not self._is_running and not self._why_not_try(row.probe):
            self.run_wanted.emit((row.probe,))

    async def _ask(self) -> None:
        probe = await ask_probe(self)
        if probe is None:
            return
        if probe not in self.probes():
            self.table.add_rows([ProbeRow(probe)])
        self.refresh()
        self.view.setCurrentIndex(self.table.find(lambda row: row.probe == probe))
        self.view.setFocus()

    def _remove(self) -> None:
        row = self._current()
        if row is not None:
            self.table.remove(lambda each: each.probe == row.probe)
            self.refresh()

    def _wire(self) -> None:
        self.run_button.clicked.connect(self._press_run)
        self.run_one_button.clicked.connect(self._run_one)
        self.add_button.clicked.connect(self.add)
        self.remove_button.clicked.connect(self._remove)
        self.view.selectionModel().currentRowChanged.connect(lambda *_: self._show_answers())
        self.view.activated.connect(lambda _index: self._run_one())

    def _arrange(self) -> None:
        self.empty.show_text(
            "No probes yet",
            "A probe is one small request, such as reading an object, tried for real with both credentials.",
            icon_name="compare",
        )
        self.empty.set_action("Add a probe…", self.add)
        self._faces.addWidget(self.view)
        self._faces.addWidget(self.empty)
        self._faces.setMinimumHeight(_LEAST_PX)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        heading = ElidedLabel("Requests tried for real")
        set_property(heading, "role", "section")
        buttons.addWidget(heading, 1)
        for button in (self.run_button, self.run_one_button, self.add_button, self.remove_button):
            buttons.addWidget(button)
        splitter = RememberedSplitter("probes", Qt.Orientation.Vertical)
        splitter.addWidget(self._faces)
        splitter.addWidget(self.answers)
        splitter.restore([180, 108])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 12)
        layout.setSpacing(8)
        layout.addLayout(buttons)
        layout.addWidget(splitter, 1)
