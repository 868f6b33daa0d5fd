"""The source of entries: Python functions of a few lines in front of machine code; see `dispatch`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bpcompiler.runtime.plan import OWN, CallPlan


def entry_text(plan: CallPlan, faulty: bool) -> str:
    """Return the source of an entry, which tests everything."""
    head, conditions = "def entry(args, kwargs):", plan.all_conditions()
    tested = replace(plan, sealed=False)  # what is refused now is an error
    return _joined([*_with_call(head, plan, conditions), *_tail(tested, faulty, "return MISS")])


def method_text(plan: CallPlan, faulty: bool) -> str:
    """Return the source of an entry as a method. Without keywords the arguments are plain parameters."""
    conditions = plan.conditions_in_front()
    if plan.keywords or plan.needs_call:
        head = "def __call__(self, /, *args, **kwargs):"
        call_any = "return self._call_any(args, kwargs)"
        return _joined([*_with_call(head, plan, conditions), *_tail(plan, faulty, call_any)])
    if plan.positional <= len(plan.parameters) and _are_sayable(plan):
        return _with_parameters(plan, conditions, faulty)
    names = [f"a{i}" for i in range(plan.positional)]
    parameters = "".join(f"{name}=MISS, " for name in names) + ("/, " if names else "")
    given = f"tuple(a for a in ({', '.join([*names, '*rest'])},) if a is not MISS)"
    lines = [
        f"def __call__(self, {parameters}*rest, **kwargs):",
        *_tried([*conditions, "not rest", "not kwargs"]),
        *_tail(plan, faulty, f"return self._call_any({given}, kwargs)"),
    ]
    return _joined(lines)


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"


def _with_parameters(plan: CallPlan, conditions: Sequence[str], faulty: bool) -> str:
    """Return the source of a method with the user's parameters: Python binds keywords itself.

    It saves 0.04 us: with `**kwargs` each call makes a dict.
    """
    left = [f"{name} is MISS" for name in plan.parameters[plan.positional :]]
    lines = [
        f"def __call__(self, /, {', '.join(f'{name}=MISS' for name in plan.parameters)}, *rest):",
        *_tried([*conditions, *left, "not rest"]),
        *_tail(plan, faulty, f"return self._call_given(({', '.join(plan.parameters)},), rest)"),
    ]
    return re.sub(r"\ba(\d+)\b", lambda found: plan.parameters[int(found[1])], _joined(lines))


def _are_sayable(plan: CallPlan) -> bool:
    """Return whether the user's parameters can be the method's: no name means something else in its texts."""
    texts = " ".join([*plan.conditions_in_front(), *plan.inputs, *plan.made.values(), plan.result])
    used = set(re.findall(r"[^\W\d]\w*", texts))
    return not (
        "'" in texts or '"' in texts or any(name in used or OWN.fullmatch(name) for name in plan.parameters)
    )


def _tried(conditions: Sequence[str]) -> list[str]:
    return [
        "    try:",
        f"        hit = {' and '.join(conditions)}",
        "    except errors:",
        "        hit = False",
    ]


def _with_call(head: str, plan: CallPlan, conditions: Sequence[str]) -> list[str]:
    """Return the first lines of a function that has the call as `args` and `kwargs`."""
    names = "".join(f"a{i}, " for i in range(plan.positional))
    given = f"tuple(kwargs) == {plan.keywords!r}" if plan.keywords else "not kwargs"
    return [
        head,
        "    hit = False",
        "    try:",
        f"        if len(args) == {plan.positional} and {given}:",
        *([f"            {names}= args"] if names else []),
        *(f"            k_{name} = kwargs[{name!r}]" for name in plan.keywords),
        f"            hit = {' and '.join(conditions) or 'True'}",
        "    except errors:",
        "        pass",
    ]


def _tail(plan: CallPlan, faulty: bool, miss: str) -> Iterator[str]:
    """Yield the call, its result, and what happens where it is not of this kind."""
    missed = ["    if not hit:", f"        {miss}"]
    if not plan.sealed and not plan.tests_sizes:
        yield from missed
        if not faulty and plan.result == "r" and not plan.made:
            yield f"    return {_call(plan, faulty)}"
            return
        yield from ("    " + line for line in _call_lines(plan, faulty))
    else:
        yield "    if hit:"
        yield from ("        " + line for line in _call_lines(plan, faulty))
        yield from missed
    if faulty:
        yield from ("    if fault[0]:", "        check(faults, fault)", "    spare.append(fault)")
    yield f"    return {plan.result}"


def _call_lines(plan: CallPlan, faulty: bool) -> Iterator[str]:
    """Yield the call. A report of faults that was not used serves again: it is empty."""
    if faulty:
        yield from ("try:", "    fault = spare.pop()", "except errors:", "    fault = new_fault()")
    yield from (f"{name} = {text}" for name, text in plan.made.items())
    names = ", ".join([*(["hit"] if plan.tests_sizes else []), *plan.returned])
    call = f"{names} = {_call(plan, faulty)}" if names else _call(plan, faulty)
    if plan.sealed:
        yield from ("try:", f"    {call}", "except refusals:", "    hit = False")
    else:
        yield call


def _call(plan: CallPlan, faulty: bool) -> str:
    return f"kernel({', '.join([*plan.inputs, *plan.made, *(['fault'] if faulty else [])])})"
