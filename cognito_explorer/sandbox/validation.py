"""Checks parameters against botocore's service model and words what is wrong as Cognito does."""

import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from operator import itemgetter
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from cognito_explorer.sandbox.errors import ServiceError

_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "timestamp": (int, float),
    "blob": (str,),
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
}
# Instead of patterns that the service does not mean: prefix domains' is given for custom domains, too, which have dots
# (the operations check both), and a space inside a password counts as a symbol.
_OTHER_PATTERNS = {"DomainType": r"[\s\S]*", "PasswordType": r"\S(?:[^\r\n]*\S)?"}
_INVALID = "InvalidParameterException"
_NULL = "Member must not be null"
_PAIRS = re.compile(r"\\uD800\\uDC00-\\uDBFF\\uDFFF", re.IGNORECASE)
_RUN = re.compile(r"(.)\1*")
_CATEGORY = re.compile(r"\\p\{([A-Z])\}")
# The last assigned character outside the private planes, the variation selectors of plane 14 apart.
_LAST_PLANE = 0x323B0
_VARIATION_SELECTORS = range(0xE0100, 0xE01F0)


def validate(params: Any, shape: Shape, *, code: str = _INVALID) -> None:
    """Raise ServiceError with Cognito's sentence when the parameters do not fit the shape.

    `code` is what the service calls a broken constraint; where all that is wrong is missing, no service has another
    name for it than InvalidParameterException.
    """
    if not isinstance(params, dict):
        raise ServiceError("SerializationException", "Start of structure or map found where not expected.")
    check_types(params, shape, "")
    problems = list(_problems(params, shape, ""))
    if problems:
        count = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''} detected"
        is_incomplete = all(problem.endswith(_NULL) for problem in problems)
        raise ServiceError(_INVALID if is_incomplete else code, f"{count}: {'; '.join(problems)}")


def check_types(value: Any, shape: Shape, path: str) -> None:
    """Raise SerializationException for JSON of the wrong type and InvalidParameterException for unknown members."""
    expected = _PYTHON_TYPES.get(shape.type_name, (object,))
    if not isinstance(value, expected) or (isinstance(value, bool) and shape.type_name != "boolean"):
        raise ServiceError(
            "SerializationException", f"{_json_type(value)} cannot be converted to {shape.type_name} at '{path}'."
        )
    bits = {"integer": 31, "long": 63}.get(shape.type_name)
    if bits and not -(2**bits) <= value < 2**bits:
        raise ServiceError("SerializationException", f"{value} is out of range for {shape.type_name} at '{path}'.")
    for member, inner, member_path in _members(value, shape, path):
        check_types(member, inner, member_path)


def _members(value: Any, shape: Shape, path: str) -> Iterator[tuple[Any, Shape, str]]:
    """Every present member with its shape and its path, as Cognito writes paths; a free document has none to check."""
    if getattr(shape, "is_document_type", False):
        return
    if isinstance(shape, StructureShape):
        _check_names(value, shape, path)
        present = (name for name, member in value.items() if member is not None)
        yield from ((value[name], shape.members[name], _joined(path, name)) for name in present)
    elif isinstance(shape, ListShape):
        for position, member in enumerate(value, start=1):
            yield member, shape.member, f"{path}.{position}.member"
    elif isinstance(shape, MapShape):
        for key, member in value.items():
            yield key, shape.key, f"{path}.key"
            yield member, shape.value, f"{path}.{key}.member"


def _check_names(value: Any, shape: StructureShape, path: str) -> None:
    for name in value:
        if name not in shape.members:
            raise ServiceError("InvalidParameterException", f"Unknown parameter '{_joined(path, name)}'.")


def _problems(value: Any, shape: Shape, path: str) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        for name in shape.required_members:
            if value.get(name) is None:
                where = _joined(path, name)
                yield f"Value null at '{where}' failed to satisfy constraint: {_NULL}"
    for broken in _broken_constraints(value, shape):
        yield f"{_quoted(value, shape)} at '{path}' failed to satisfy constraint: {broken}"
    for member, inner, member_path in _members(value, shape, path):
        yield from _problems(member, inner, member_path)


def _broken_constraints(value: Any, shape: Shape) -> Iterator[str]:
    metadata = shape.metadata
    if isinstance(shape, StringShape):
        if shape.enum and value not in shape.enum:
            yield f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"
        pattern = metadata.get("pattern")
        if pattern and not compile_pattern(_OTHER_PATTERNS.get(shape.name, pattern)).fullmatch(value):
            yield f"Member must satisfy regular expression pattern: {pattern}"
    if shape.type_name in ("integer", "long", "float", "double"):
        yield from _outside(value, metadata, "value")
    elif shape.type_name in ("string", "list", "map"):
        yield from _outside(len(value), metadata, "length")
    elif shape.type_name == "blob":
        # Base64 on the wire; the limit is for what it stands for.
        yield from _outside(len(value) * 3 // 4 - value.count("="), metadata, "length")


def _outside(size: float, metadata: dict[str, Any], measure: str) -> Iterator[str]:
    if "min" in metadata and size < metadata["min"]:
        yield f"Member must have {measure} greater than or equal to {metadata['min']}"
    if "max" in metadata and size > metadata["max"]:
        yield f"Member must have {measure} less than or equal to {metadata['max']}"


def _quoted(value: Any, shape: Shape) -> str:
    """The value in the sentence; Cognito leaves out what the model marks as sensitive, and so do containers here."""
    if shape.metadata.get("sensitive") or isinstance(value, (dict, list)):
        return "Value"
    return f"Value '{value}'"


def _joined(path: str, name: str) -> str:
    lower_camel = name[:1].lower() + name[1:]
    return f"{path}.{lower_camel}" if path else lower_camel


def _json_type(value: Any) -> str:
    if value is None:
        return "NULL_VALUE"
    if isinstance(value, bool):
        return "TRUE_VALUE" if value else "FALSE_VALUE"
    if isinstance(value, (int, float)):
        return "NUMBER_VALUE"
    if isinstance(value, str):
        return "STRING_VALUE"
    return "START_ARRAY" if isinstance(value, list) else "START_OBJECT"


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    r"""A pattern of the models, which are Java's: \w, \d and \s mean ASCII, \p{L} a Unicode category."""
    translated = _CATEGORY.sub(lambda found: _category_ranges()[found.group(1)], pattern)
    translated = translated.replace(r"\p{Print}", r"[\x20-\x7e]")
    # Java writes what is beyond the first plane as a range of pairs of surrogates.
    translated = _PAIRS.sub(r"\\U00010000-\\U0010ffff", translated)
    return re.compile(translated, re.ASCII)


@lru_cache(maxsize=1)
def _category_ranges() -> dict[str, str]:
    """For each major Unicode category the inside of a character class."""
    inside: dict[str, list[str]] = {}
    for codes in (range(min(_LAST_PLANE, sys.maxunicode)), _VARIATION_SELECTORS):
        # The first letters of all categories in one string: its runs are the ranges, found without a loop in Python.
        letters = "".join(map(itemgetter(0), map(unicodedata.category, map(chr, codes))))
        for run in _RUN.finditer(letters):
            first, last = codes[run.start()], codes[run.end() - 1]
            inside.setdefault(run[1], []).append(f"\\U{first:08x}-\\U{last:08x}")
    return {letter: "".join(parts) for letter, parts in inside.items()}
