"""The house keeps its shape: sizes, names and habits that no linter checks."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "cognito_explorer"
MAX_LINES = 400
MAX_PUBLIC_METHODS = 20

EMPTY_WORDS = (
    "util",
    "utils",
    "helper",
    "helpers",
    "manager",
    "managers",
    "handler",
    "handlers",
    "base",
    "impl",
    "misc",
)
VERBS = ("add", "build", "create", "delete", "do", "get", "handle", "list", "load", "make", "run", "set", "update")
CAMEL_CASE = re.compile(r"_*[a-z]+[A-Z]")
UNFINISHED = re.compile(r"\b(TO" + "DO|FIX" + r"ME|X" + r"XX)\b|raise Not" + r"ImplementedError|coming " + "soon")
MACHINE_PLACE = re.compile(r"(?<![\w.])/(work|root|opt|tmp/wk)/|file://" + r"/|/home/\w+/|C:\\Users", re.IGNORECASE)

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(*folders: str) -> list[Path]:
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def place(file: Path, line: int | None = None) -> str:
    name = file.relative_to(ROOT).as_posix()
    return name if line is None else f"{name}:{line}"


def classes(file: Path) -> Iterator[ast.ClassDef]:
    return (node for node in ast.walk(tree_of(file)) if isinstance(node, ast.ClassDef))


def functions(node: ast.AST) -> Iterator[FunctionNode]:
    return (each for each in ast.iter_child_nodes(node) if isinstance(each, FunctionNode))


def all_functions(file: Path) -> Iterator[FunctionNode]:
    return (node for node in ast.walk(tree_of(file)) if isinstance(node, FunctionNode))


def decorators(function: FunctionNode) -> set[str]:
    return {ast.unparse(each).rpartition(".")[2] for each in function.decorator_list}


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    lengths = {
        place(file): len(file.read_text(encoding="utf-8").splitlines())
        for file in python_files("cognito_explorer", "packaging", "tests")
    }
    assert {name: count for name, count in lengths.items() if count > MAX_LINES} == {}


def test_no_class_has_more_than_twenty_public_methods() -> None:
    crowded = {}
    for file in python_files("cognito_explorer", "packaging", "tests"):
        for node in classes(file):
            public = [each.name for each in functions(node) if not each.name.startswith("_")]
            if len(public) > MAX_PUBLIC_METHODS:
                crowded[place(file, node.lineno)] = (node.name, len(public))
    assert crowded == {}


def test_gui_never_nests_an_event_loop() -> None:
    nested = [
        place(file, node.lineno)
        for file in [*python_files("cognito_explorer/gui"), PACKAGE / "app.py"]
        if file.exists()
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("exec", "exec_")
    ]
    assert nested == [], "open() the dialog and await its end"


def test_init_files_hold_a_docstring_and_nothing_else() -> None:
    for file in PACKAGE.rglob("__init__.py"):
        body = tree_of(file).body
        assert len(body) == 1, place(file)
        assert ast.get_docstring(tree_of(file)), place(file)


def test_every_module_says_what_it_is() -> None:
    silent = [
        place(file) for file in python_files("cognito_explorer", "packaging") if not ast.get_docstring(tree_of(file))
    ]
    assert silent == []


def test_no_file_has_an_empty_word_for_a_name() -> None:
    files = python_files("cognito_explorer", "packaging", "tests")
    vague = [place(file) for file in files if set(file.stem.split("_")) & set(EMPTY_WORDS)]
    assert vague == []


def test_files_are_nouns() -> None:
    verbs = [place(file) for file in python_files("cognito_explorer") if file.stem.split("_")[0] in VERBS]
    assert verbs == [], "a file is named after its noun, its functions after what they do"


def test_file_names_are_lower_case_words() -> None:
    odd = [
        place(f)
        for f in python_files("cognito_explorer", "packaging", "tests")
        if not re.fullmatch(r"[a-z0-9_]+", f.stem)
    ]
    assert odd == []


def test_no_class_has_an_empty_word_for_a_name() -> None:
    vague = []
    for file in python_files("cognito_explorer", "packaging"):
        for node in classes(file):
            last = re.findall(r"[A-Z][a-z]*", node.name)[-1:]
            inherited = any(ast.unparse(parent).endswith("".join(last)) for parent in node.bases)
            if last and last[0].lower() in EMPTY_WORDS and not inherited:
                vague.append(f"{place(file, node.lineno)} {node.name}")
    assert vague == []


def test_camel_case_is_for_qt_overrides_alone() -> None:
    strays = [
        f"{place(file, each.lineno)} {each.name}"
        for file in python_files("cognito_explorer", "packaging", "tests")
        for each in all_functions(file)
        if CAMEL_CASE.match(each.name) and "override" not in decorators(each)
    ]
    assert strays == [], "mark Qt overrides with @override, name everything else in snake_case"


def test_public_functions_and_classes_of_core_and_iam_have_a_docstring() -> None:
    silent = [
        f"{place(file, node.lineno)} {node.name}"
        for file in python_files("cognito_explorer/core", "cognito_explorer/iam")
        for node in tree_of(file).body
        if isinstance(node, FunctionNode | ast.ClassDef)
        and not node.name.startswith("_")
        and "overload" not in (decorators(node) if isinstance(node, FunctionNode) else ())
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_imports_are_absolute() -> None:
    relative = [
        place(file, node.lineno)
        for file in python_files("cognito_explorer", "packaging", "tests")
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_packaging_is_no_package() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists(), "it would shadow the package that is called packaging"


def test_nothing_is_left_unfinished() -> None:
    files = [*python_files("cognito_explorer", "packaging", "tests"), *text_files()]
    assert [hit for file in files for hit in hits(UNFINISHED, file)] == []


def test_no_file_mentions_a_place_on_somebodys_machine() -> None:
    files = [*python_files("cognito_explorer", "packaging"), *text_files()]
    assert [hit for file in files for hit in hits(MACHINE_PLACE, file)] == []


@pytest.mark.parametrize("name", ["requirements.lock", "peers.lock"])
def test_every_locked_package_is_pinned_and_hashed(name: str) -> None:
    text = (ROOT / "packaging" / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.replace("\\\n", " ").strip())
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+==\S+( ;.*?)?\s+--hash=sha256:[0-9a-f]{64}", entry), entry[:80]


def test_locks_name_no_address_and_no_option_but_hashes() -> None:
    for file in (ROOT / "packaging").glob("*.lock"):
        assert not re.search(r"https?:|(?<![\w-])--(?!hash=sha256:)", file.read_text(encoding="utf-8")), file.name


def text_files() -> list[Path]:
    found = [file for pattern in ("*.md", "*.toml") for file in ROOT.glob(pattern)]
    found += [file for folder in ("docs", "packaging", "resources") for file in (ROOT / folder).rglob("*.*")]
    return sorted(
        file for file in found if file.suffix in (".md", ".toml", ".json", ".lock", ".in", ".html", ".qss", ".svg")
    )


def hits(pattern: re.Pattern[str], file: Path) -> list[str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [
        f"{place(file, number)} {line.strip()[:100]}" for number, line in enumerate(lines, 1) if pattern.search(line)
    ]
