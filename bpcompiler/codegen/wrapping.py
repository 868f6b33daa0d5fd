"""Long lines are broken as Black does it: at the operators that bind least, or between arguments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

WIDTH = 96  # of a statement, before it is indented in its function
INDENT = "    "
COMPOUND = ("if ", "elif ", "while ")
ASSIGNMENTS = (" = ", " += ", " -= ", " *= ", " /= ", " //= ", " %= ")
# What binds least comes first.
LOOSER = ((" if ", " else "), (" or ",), (" and ",), (" | ", " & "), (" + ", " - "))  # than a product
OPERATORS = (*LOOSER, (" * ", " / ", " @ ", " // "))


def wrapped(statement: str) -> list[str]:
    """Return the lines of a statement."""
    if len(statement) <= WIDTH or statement.startswith(("#", "assert ")):
        return [statement]
    if statement.startswith("def "):
        return _call_lines(statement[:-1], WIDTH, end=":")
    if statement.startswith(COMPOUND):
        return _asked(statement)
    head, expression = _head_of(statement)
    if not head:
        return _broken(expression, WIDTH)
    if _is_call(expression):
        first, *rest = _broken(expression, WIDTH)
        return [f"{head}{first}", *rest]
    return [f"{head}(", *_indented(_broken(expression, WIDTH - len(INDENT))), ")"]


def _asked(statement: str) -> list[str]:
    """The lines of `if condition:`, the condition in brackets."""
    keyword, condition = statement[:-1].split(" ", 1)
    return [f"{keyword} (", *_indented(_broken(condition, WIDTH - len(INDENT))), "):"]


def _head_of(statement: str) -> tuple[str, str]:
    """Return what stands before the expression, and the expression."""
    if statement.startswith("return "):
        return "return ", statement[len("return ") :]
    places = [place for sign in ASSIGNMENTS for place, _ in _splits(statement, (sign,))]
    if not places:
        return "", statement
    end = statement.index("= ", min(places)) + 2
    return statement[:end], statement[end:]


def _broken(expression: str, width: int) -> list[str]:
    if len(expression) <= width:
        return [expression]
    if items := _split_at(expression, (", ",)):
        return [line for item in items for line in _with_comma(_broken(item[1], width - 1))]
    for operators in OPERATORS:
        if parts := _split_at(expression, operators):
            return [line for sign, part in parts for line in _with_sign(sign, part, width)]
    return _call_lines(expression, width) if _is_call(expression) else [expression]


def _with_sign(sign: str, part: str, width: int) -> list[str]:
    first, *rest = _broken(part, width - len(sign))
    return [f"{sign}{first}", *rest]


def _with_comma(lines: list[str]) -> list[str]:
    return [*lines[:-1], f"{lines[-1]},"]


def _call_lines(call: str, width: int, end: str = "") -> list[str]:
    """The arguments on a line of their own, or on one each."""
    opening = _opening_of_last(call)
    inside = call[opening + 1 : -1]
    room = width - len(INDENT)
    lines = [inside] if len(inside) <= room else _broken(inside, room)
    if lines == [inside] and len(inside) > room:
        return [call + end]
    return [call[: opening + 1], *_indented(lines), call[-1] + end]


def _is_call(expression: str) -> bool:
    """Whether the expression ends with a bracket, and all before that is one name or call."""
    return expression[-1:] in (")", "]", "}") and not any(
        _split_at(expression, o) for o in ((", ",), *OPERATORS)
    )


def enclosed(text: str) -> str:
    """Return what stands in the bracket that the text opens with."""
    depths = list(_depths(text))
    return text[1 : next(at for at in range(1, len(text)) if depths[at] == 1 and text[at] in ")]}")]


def is_product(text: str) -> bool:
    """Return whether nothing in an expression binds less than a product."""
    return not any(_split_at(text, signs) for signs in ((", ",), ("not ",), *LOOSER))


def _opening_of_last(text: str) -> int:
    """The place of the bracket that the last character closes."""
    depths = list(_depths(text))
    return max(at for at, depth in enumerate(depths[:-1]) if text[at] in "([{" and depth == 1)


def _split_at(text: str, signs: Sequence[str]) -> list[tuple[str, str]]:
    """Return (sign, part) for the parts between these signs outside of brackets; [] where there is none."""
    places = sorted(_splits(text, signs))
    if not places:
        return []
    starts = [(0, ""), *places]
    ends = [*(place for place, _ in places), len(text)]
    return [
        (sign.lstrip() if sign != ", " else "", text[start + len(sign) : end])
        for (start, sign), end in zip(starts, ends, strict=True)
    ]


def _splits(text: str, signs: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the places of these signs outside of brackets and strings."""
    depths = list(_depths(text))
    for at in range(len(text)):
        for sign in signs:
            if depths[at] == 0 and text.startswith(sign, at):
                yield at, sign


def _depths(text: str) -> Iterator[int]:
    """Yield for each character how many brackets and strings are open; an opening one counts."""
    depth, quote = 0, ""
    for character in text:
        if quote:
            quote = "" if character == quote else quote
            yield depth + 1
            continue
        if character in "\"'":
            quote = character
            yield depth + 1
            continue
        depth += character in "([{"
        yield depth
        depth -= character in ")]}"


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"{INDENT}{line}" for line in lines]
