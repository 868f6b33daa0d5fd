"""What may run natively while tracing: pure functions. `impure` has what may not, with a remedy each.

A verdict is "carries" (it only moves values about: traced ones are welcome), "ordinary" (pure, for ordinary
values only), or "unknown". Names are those of `paths.fullname`.
"""

from __future__ import annotations

import collections
import contextlib
import itertools
import types
from typing import Any, Literal

import numpy as np

from bpcompiler.frontend.containers import base_of
from bpcompiler.frontend.impure import remedy

Verdict = Literal["carries", "ordinary", "unknown"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CARRIERS = _words("""
    list tuple dict set frozenset zip enumerate map range slice reversed len isinstance issubclass
    callable type
    object super property classmethod staticmethod getattr
    functools.partial functools.wraps functools.update_wrapper functools.cmp_to_key functools.cached_property
    operator.itemgetter operator.attrgetter operator.methodcaller operator.getitem operator.setitem
    operator.delitem
    operator.contains operator.is_ operator.is_not operator.concat
    collections.deque collections.OrderedDict collections.defaultdict collections.Counter collections.ChainMap
    collections.namedtuple _collections.deque _collections.OrderedDict _collections.defaultdict
    copy.copy copy.deepcopy dataclasses.replace dataclasses.astuple dataclasses.asdict dataclasses.fields
    dataclasses.is_dataclass dataclasses.dataclass dataclasses.field dataclasses.dataclass.<locals>.wrap
    contextlib.nullcontext contextlib.suppress types.SimpleNamespace typing.cast
    heapq.heappush heapq.heappop heapq.heapify _heapq.heappush _heapq.heappop _heapq.heapify
    """)

ORDINARY = _words("""
    int float complex bool str bytes bytearray abs divmod pow round ord chr bin hex oct ascii repr hash format
    sum min max any all sorted iter next memoryview operator.index vars dir
    fractions.Fraction decimal.Decimal string.capwords
    numpy.dtype numpy.finfo numpy.iinfo numpy.errstate numpy.ndindex numpy.result_type numpy.promote_types
    numpy.can_cast numpy.issubdtype numpy.shape numpy.ndim numpy.size numpy.isscalar numpy.broadcast_shapes
    """)

ORDINARY_PREFIXES = (
    "math.", "cmath.", "operator.", "_operator.", "numpy.", "itertools.", "statistics.", "textwrap.", "re.",
    "fractions.", "scipy.special.", "bisect.", "_bisect.", "string.", "collections.abc.", "datetime.",
)  # fmt: skip

HIGHER_ORDER = _words("""
    map itertools.accumulate itertools.starmap itertools.takewhile itertools.dropwhile itertools.groupby
    itertools.filterfalse functools.cmp_to_key
    numpy.apply_along_axis numpy.apply_over_axes numpy.fromfunction numpy.piecewise
    """)
CALLS_BACK = _words("numpy.vectorize numpy.frompyfunc")
TEXTS = _words("str.format str.format_map str.__mod__ format ascii bytes")
INDEXED = _words("list.pop list.insert tuple.index str.ljust str.rjust str.center str.zfill")
COMPARES = _words("""
    set frozenset dict.fromkeys dict.get dict.pop dict.setdefault set.add set.discard set.remove set.update
    set.union set.intersection set.difference set.issubset set.issuperset
    list.index list.count list.remove tuple.index tuple.count
    collections.Counter collections.deque.index collections.deque.count collections.deque.remove
    heapq.heappush heapq.heappop heapq.heapify heapq.nlargest heapq.nsmallest heapq.merge
    _heapq.heappush _heapq.heappop _heapq.heapify
    bisect.bisect bisect.bisect_left bisect.bisect_right bisect.insort
    _bisect.bisect _bisect.bisect_left _bisect.bisect_right _bisect.insort
    """)
ITERATES = _words("""
    list tuple dict set frozenset zip enumerate map reversed list.extend set.update dict.update str.join
    collections.deque itertools.chain itertools.islice itertools.product itertools.accumulate
    """)

DATA_TYPES: tuple[type, ...] = (
    list, tuple, dict, set, frozenset, str, bytes, bytearray, int, float, complex, bool, range, slice,
    type(None),
    collections.deque, collections.OrderedDict, collections.defaultdict, collections.Counter, object, type,
    types.SimpleNamespace, contextlib.nullcontext, contextlib.suppress, BaseException,
    type({}.keys()), type({}.values()), type({}.items()), types.MappingProxyType,
)  # fmt: skip
MANAGERS = (contextlib.nullcontext, contextlib.suppress, contextlib.ExitStack, np.errstate)
ITERTOOLS = tuple(each for each in vars(itertools).values() if isinstance(each, type))

MUTATORS: dict[type, frozenset[str]] = {
    list: _words("append extend insert remove pop clear sort reverse __setitem__ __delitem__ __iadd__"),
    dict: _words("pop popitem clear update setdefault __setitem__ __delitem__ move_to_end __ior__"),
    set: _words(
        "add remove discard pop clear update intersection_update difference_update "
        "symmetric_difference_update __ior__ __iand__ __isub__ __ixor__"
    ),
    collections.deque: _words(
        "append appendleft extend extendleft insert remove pop popleft clear rotate reverse"
    ),
    bytearray: _words("append extend insert remove pop clear reverse"),
    np.ndarray: _words("fill sort put partition resize itemset setfield setflags byteswap __setitem__"),
}
FIRST_IS_CHANGED = _words("""
    operator.setitem operator.delitem _operator.setitem _operator.delitem operator.iadd _operator.iadd
    operator.iconcat _operator.iconcat heapq.heappush heapq.heappop heapq.heapify heapq.heapreplace
    heapq.heappushpop
    _heapq.heappush _heapq.heappop _heapq.heapify _heapq.heapreplace _heapq.heappushpop
    bisect.insort _bisect.insort bisect.insort_left bisect.insort_right _bisect.insort_left
    _bisect.insort_right
    numpy.copyto numpy.put numpy.place numpy.putmask numpy.put_along_axis numpy.fill_diagonal
    """)


def verdict(function: Any, name: str) -> Verdict:
    """Return whether a native function may run while tracing."""
    if name in CARRIERS or _is_method_of_data(function) or function in _safe(ITERTOOLS, function):
        return "carries"
    if remedy(name) is not None or isinstance(function, np.vectorize) or name in CALLS_BACK:
        return "unknown"
    if name in ORDINARY or name.startswith(ORDINARY_PREFIXES) or _is_method_of_numbers(function):
        return "ordinary"
    if isinstance(function, type) and issubclass(function, BaseException):
        return "carries"
    return "unknown"


def changes(function: Any, name: str, args: tuple[Any, ...]) -> Any:
    """Return the object that a native function is known to change, or None."""
    if name in FIRST_IS_CHANGED and args:
        return args[0]
    holder = getattr(function, "__self__", None)
    if isinstance(holder, types.ModuleType | type) or holder is None:
        holder = args[0] if args and getattr(function, "__objclass__", None) else None
    method = getattr(function, "__name__", "")
    for kind, methods in MUTATORS.items():
        if isinstance(holder, kind) and method in methods:
            return holder
    if name == "object.__setattr__" and args:
        return args[0]
    return None


def _safe(kinds: tuple[Any, ...], function: Any) -> tuple[Any, ...]:
    return kinds if isinstance(function, type) else ()


def _is_method_of_data(function: Any) -> bool:
    """Return whether the function is a method of a plain container, text or number, bound or not."""
    holder = getattr(function, "__objclass__", None)
    if holder is None:
        bound = getattr(function, "__self__", None)
        holder = bound if isinstance(bound, type) else base_of(bound) or type(bound)
        if bound is None or isinstance(bound, types.ModuleType):
            return False
    return holder in DATA_TYPES or isinstance(getattr(function, "__self__", None), tuple | BaseException)


def _is_method_of_numbers(function: Any) -> bool:
    holder = getattr(function, "__self__", None)
    return holder is not None and type(holder).__module__.partition(".")[0] in (
        "numpy",
        "fractions",
        "decimal",
        "re",
    )
