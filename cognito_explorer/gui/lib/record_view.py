"""The view of a RecordTable: remembered columns, a column chooser, copying, and the keyboard."""

import csv
import io
import json
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QPushButton,
    QTableView,
    QWidget,
)
from typing_extensions import override

from cognito_explorer.gui.lib.cell_delegate import CellDelegate
from cognito_explorer.gui.lib.icons import icon
from cognito_explorer.gui.lib.privacy import privacy
from cognito_explorer.gui.lib.settings import Settings
from cognito_explorer.gui.lib.table import RecordTable
from cognito_explorer.gui.lib.theme import theme
from cognito_explorer.gui.lib.times import clock

# Where a window is narrow: what a column that shares the room keeps, and what the others do.
_LEAST_SHARED_PX, _LEAST_PX = 120, 60


class RecordView(QTableView):
    """Shows a RecordTable. `activated` (Qt's own) is Enter or a double click; `selected` follows the current row.

    `name` is under which its columns are remembered. `rows_fitted`: rows with several lines have another height now.
    """

    selected = Signal()
    rows_fitted = Signal()

    def __init__(self, table: RecordTable[Any], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table, self._name = table, name
        self.setModel(table)
        # Each column's width at the designed type size: what is shown and what is remembered come from it.
        self._designed = [float(column.width) for column in table.columns]
        self._scale, self._is_scaling = theme().scale, False
        self._withheld: frozenset[str] = frozenset()
        self._sharing = -1
        self._remembered: list[str] = []
        self._has_lines = any(column.lines > 1 for column in table.columns)
        self._delegate = CellDelegate(self)
        self.setItemDelegate(self._delegate)
        self._prepare()
        self._restore()
        self._resize_rows()
        header = self.horizontalHeader()
        header.sectionResized.connect(self._take_width)
        header.sectionMoved.connect(self._remember)
        header.customContextMenuRequested.connect(self._show_column_menu)
        theme().changed.connect(self._resize_rows)
        if self._has_lines:
            table.modelReset.connect(self._fit_rows)
            table.layoutChanged.connect(self._fit_rows)
            header.sectionResized.connect(self._fit_rows)
        clock().changed.connect(self.viewport().update)
        privacy().changed.connect(self.viewport().update)
        clock().ticked.connect(self.viewport().update)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selected.emit())
        self.customContextMenuRequested.connect(self._show_cell_menu)

    @property
    def table(self) -> RecordTable[Any]:
        """The model, by its own type."""
        return self._table

    def chosen(self) -> list[Any]:
        """The records of the selected rows, top to bottom."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [self._table.record(row) for row in rows]

    def current_record(self) -> Any | None:
        """The record the keyboard stands on, or None."""
        index = self.currentIndex()
        return self._table.record(index) if index.isValid() else None

    def is_column_shown(self, name: str) -> bool:
        """Whether the column of that name is shown."""
        return not self.isColumnHidden(self._position(name))

    def show_column(self, name: str, *, shown: bool) -> None:
        """Show or hide a column, and remember it. The last one stays."""
        visible = [column.name for column in self._table.columns if self.is_column_shown(column.name)]
        if not shown and visible == [name]:
            return
        self.setColumnHidden(self._position(name), not shown)
        self._remember()

    def withhold_column(self, name: str, *, withheld: bool) -> None:
        """Hide a column while there is nothing to say in it: not the person's choice, so not remembered as one."""
        at = self._position(name)
        if self.isColumnHidden(at) == withheld:
            return
        was_scaling, self._is_scaling = self._is_scaling, True
        self.setColumnHidden(at, withheld)
        self._withheld = (self._withheld | {name}) if withheld else (self._withheld - {name})
        self._share_room()
        self._is_scaling = was_scaling

    def share_room(self, name: str) -> None:
        """Give a column what the others leave; where they leave nothing, all give way before one is out of sight."""
        self._sharing = self._position(name)
        self._share_room()

    def column_menu(self) -> QMenu:
        """A menu with one checkable entry per column."""
        menu = QMenu(self)
        for column in self._table.columns:
            action = menu.addAction(column.title.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(self.is_column_shown(column.name))
            action.toggled.connect(lambda shown, name=column.name: self.show_column(name, shown=shown))
        menu.addSeparator()
        menu.addAction("Show all").triggered.connect(self._show_all)
        menu.addAction("Restore the original columns").triggered.connect(self.restore_columns)
        return menu

    def column_button(self) -> QPushButton:
        """A button that opens the column chooser."""
        button = QPushButton(icon("columns"), "Columns")
        button.setToolTip("Choose which columns are shown")
        menu = self.column_menu()
        button.setMenu(menu)
        menu.aboutToShow.connect(partial(self._tick_columns, menu))
        return button

    def restore_columns(self) -> None:
        """Forget the remembered columns."""
        Settings().forget(f"columns/{self._name}")
        self._remembered = []
        header = self.horizontalHeader()
        for logical, column in enumerate(self._table.columns):
            header.moveSection(header.visualIndex(logical), logical)
            self.setColumnWidth(logical, theme().px(column.width))
            self.setColumnHidden(logical, column.is_hidden)
        self._designed = [float(column.width) for column in self._table.columns]
        self._remember()

    def shown_columns(self) -> list[int]:
        """The shown columns' logical numbers, left to right."""
        header = self.horizontalHeader()
        order = [header.logicalIndex(visual) for visual in range(header.count())]
        return [logical for logical in order if not self.isColumnHidden(logical)]

    def as_tsv(self) -> str:
        """The selected rows as tab-separated lines; a single row too."""
        columns = [self._table.columns[logical] for logical in self.shown_columns()]
        lines = ["\t".join(_one_line(column.plain(record)) for column in columns) for record in self.chosen()]
        return "\n".join(lines)

    def as_csv(self) -> str:
        """The selected rows as CSV with a header line. A text that a spreadsheet would compute is quoted away."""
        columns = [self._table.columns[logical] for logical in self.shown_columns()]
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([column.full_name or column.label for column in columns])
        writer.writerows([[_harmless(column.plain(record)) for column in columns] for record in self.chosen()])
        return out.getvalue()

    def as_json(self) -> str:
        """The selected rows as JSON: an object, or a list of them."""
        columns = [self._table.columns[logical] for logical in self.shown_columns()]
        rows = [
            {column.full_name or column.label: column.plain(record) for column in columns} for record in self.chosen()
        ]
        return json.dumps(rows[0] if len(rows) == 1 else rows, indent=2, ensure_ascii=False)

    def cell_text(self) -> str:
        """The current cell as it is copied."""
        index = self.currentIndex()
        return self._table.columns[index.column()].plain(self._table.record(index)) if index.isValid() else ""

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
        elif event.matches(QKeySequence.StandardKey.Copy):
            # One row: the cell one stands on. Several: the rows.
            text = self.as_tsv() if len(self.chosen()) > 1 else self.cell_text()
            QGuiApplication.clipboard().setText(text)
        else:
            super().keyPressEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        self._delegate.marked_row = self.currentIndex().row() if self.hasFocus() else -1
        self._delegate.marked_column = next(iter(self.shown_columns()), 0)
        super().paintEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._resize_rows()

    def _prepare(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setSortingEnabled(True)

    def _resize_rows(self) -> None:
        self._is_scaling = True
        self.horizontalHeader().setMinimumSectionSize(theme().px(48))
        self._is_scaling = False
        self.verticalHeader().setMinimumSectionSize(theme().row_height())
        self.verticalHeader().setDefaultSectionSize(theme().row_height())
        if self._scale != theme().scale:
            self._scale, self._is_scaling = theme().scale, True
            for logical, width in enumerate(self._designed):
                self.setColumnWidth(logical, theme().px(width))
            self._is_scaling = False
            self._share_room()
        self._fit_rows()

    def _share_room(self) -> None:
        """By the window, not by a person: nothing of it is remembered."""
        shown = self.shown_columns()
        if self._sharing not in shown:
            return
        widths = {logical: theme().px(self._designed[logical]) for logical in shown}
        spare = self.viewport().width() - sum(widths.values())
        widths[self._sharing] = max(theme().px(_LEAST_SHARED_PX), widths[self._sharing] + spare)
        others = [logical for logical in shown if logical != self._sharing]
        wanted = sum(widths[logical] for logical in others)
        share = min(1.0, (self.viewport().width() - widths[self._sharing]) / max(1, wanted))
        was_scaling, self._is_scaling = self._is_scaling, True
        for logical in others:
            least = min(theme().px(_LEAST_PX), widths[logical])
            self.setColumnWidth(logical, max(least, int(widths[logical] * share)))
        self.setColumnWidth(self._sharing, widths[self._sharing])
        self._is_scaling = was_scaling
        self._fit_rows()

    def _fit_rows(self, *_: object) -> None:
        """As high as the lines in them; a width that is about to change once more is not looked at."""
        if not self._has_lines or self._is_scaling:
            return
        columns = [(self._table.columns[logical], self.columnWidth(logical)) for logical in self.shown_columns()]
        long = [each for each in columns if each[0].lines > 1]
        before = self.verticalHeader().length()
        for row in range(self._table.rowCount()):
            record = self._table.record(self._table.index(row, 0))
            heights = [self._delegate.height_of(column, record, width) for column, width in long]
            height = max((theme().row_height(), *heights))
            if height != self.rowHeight(row):
                self.setRowHeight(row, height)
        if self.verticalHeader().length() != before:
            self.rows_fitted.emit()

    def _take_width(self, logical: int, _before: int, width: int) -> None:
        """Somebody made a column wider. Hiding one, and the window that stretches the last, change no width."""
        if self._is_scaling or not width:
            return
        if logical in self.shown_columns()[-1:]:
            return
        self._designed[logical] = width / theme().scale
        self._remember()

    def _position(self, name: str) -> int:
        return next(at for at, column in enumerate(self._table.columns) if column.name == name)

    def _restore(self) -> None:
        saved = {}
        for entry in Settings().texts(f"columns/{self._name}"):
            name, _, state = entry.rpartition("|")
            name, _, digits = name.rpartition("|")
            if digits.isdigit():
                saved[name] = (int(digits), state == "shown")
        header = self.horizontalHeader()
        for logical, column in enumerate(self._table.columns):
            width, is_shown = saved.get(column.name, (column.width, not column.is_hidden))
            self._designed[logical] = float(width)
            self.setColumnWidth(logical, theme().px(width))
            self.setColumnHidden(logical, not is_shown)
        known = [column.name for column in self._table.columns]
        for visual, name in enumerate(name for name in saved if name in known):
            header.moveSection(header.visualIndex(known.index(name)), visual)

    def _remember(self, *_: object) -> None:
        header = self.horizontalHeader()
        order = [header.logicalIndex(visual) for visual in range(header.count())]
        # The last one is stretched to the window's edge: that is no width somebody chose.
        stretched = self.shown_columns()[-1:]
        entries = []
        for logical in order:
            column = self._table.columns[logical]
            is_hidden = self.isColumnHidden(logical) and column.name not in self._withheld
            is_own = not is_hidden and logical not in stretched
            kept_px = round(self._designed[logical]) if is_own else column.width
            entries.append(f"{column.name}|{kept_px}|{'hidden' if is_hidden else 'shown'}")
        if entries != self._remembered:
            # Writing takes longer than painting a page of rows.
            self._remembered = entries
            Settings().put(f"columns/{self._name}", entries)

    def _show_all(self) -> None:
        for column in self._table.columns:
            self.show_column(column.name, shown=True)

    def _tick_columns(self, menu: QMenu) -> None:
        for action, column in zip(menu.actions(), self._table.columns, strict=False):
            action.setChecked(self.is_column_shown(column.name))

    def _show_column_menu(self, at: QPoint) -> None:
        menu = self.column_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.horizontalHeader().mapToGlobal(at))

    def cell_menu(self) -> QMenu:
        """The menu over a cell; a panel may add its own entries."""
        menu = QMenu(self)
        copy = QGuiApplication.clipboard().setText
        menu.addAction(icon("copy"), "Copy cell").triggered.connect(lambda: copy(self.cell_text()))
        several = len(self.chosen()) > 1
        for title, make in (("JSON", self.as_json), ("CSV", self.as_csv)):
            action = menu.addAction(f"Copy {'rows' if several else 'row'} as {title}")
            action.triggered.connect(lambda _checked=False, make=make: copy(make()))
        return menu

    def _show_cell_menu(self, at: QPoint) -> None:
        if self.indexAt(at).isValid():
            menu = self.cell_menu()
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.viewport().mapToGlobal(at))


def _one_line(text: str) -> str:
    return text.replace("\t", " ").replace("\r", " ").replace("\n", " ")


def _harmless(text: str) -> str:
    return "'" + text if text[:1] in {"=", "+", "-", "@", "\t"} and not text.lstrip("+-").isdigit() else text
