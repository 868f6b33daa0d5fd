"""Without traced values the interpreter is CPython: one idea each, results and errors compared."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import enum
import functools
import itertools
import math
import operator

import numpy as np
import pytest

from tests.frontend.plain import same_as_python

PROGRAMS = []


def program(*args, **kwargs):
    """Register a program with the arguments of one run."""

    def register(function):
        PROGRAMS.append((function, args, kwargs))
        return function

    return register


GLOBAL = 4
RATE = 0.25
TABLE = {"a": 1.5, "b": [2.0, 3]}


@program(3, -4)
def arithmetic(x, y):
    return [x + y, x - y, x * y, x / y, x // y, x % y, x**2, -x, +y, ~x, x << 2, x >> 1, x & 6, x | 8, x ^ 5]


@program(2.0)
@program(0.0)
def zero_division(x):
    return 1 / x


@program(5)
def comparisons(x):
    return [
        x < 6,
        x <= 5,
        x > 5,
        x >= 5,
        x == 5,
        x != 5,
        1 < x < 10,
        1 < x > 7,
        x is None,
        x is not None,
        not x,
    ]


@program([1, 2])
def chained_evaluates_once(log):
    def value(n):
        log.append(n)
        return n

    return value(1) < value(3) > value(2) < value(0) < value(9), log


@program(0, "")
@program(1, [])
def booleans(a, b):
    return a and b, a or b, not a, (a or b) and 3, a if b else 7


@program()
def constants():
    return 1, 1.5, 2j, "s", b"b", True, None, ..., 10**30


@program([1, 2, 3, 4])
def slices(items):
    items[1:3] = [9]
    items[::2] = [7, 8]
    return items, items[1:], items[::-1], items[-1], "hello"[1:3], (1, 2, 3)[:2]


@program({"a": 1})
def dicts(d):
    d["b"] = 2
    d.update(c=3)
    e = {**d, "z": 0, "a": 5}
    del e["b"]
    return d, e, list(d.items()), d.get("q", 9), "a" in d, d.pop("a"), d.setdefault("n", []), sorted(d)


@program({"a": 1})
def missing_key(d):
    return d["nope"]


@program([1])
def bad_index(items):
    return items[4]


@program()
def displays():
    a = [1, 2]
    return [*a, 3, *range(2)], (*a,), {*a, 5}, {"k": a, **{"m": 1}}, [[]] * 2


@program([1, [2, 3], 4, 5])
def unpacking(items):
    a, (b, c), *rest = items
    *init, last = items
    first, *middle, end = "xyz"
    [p, q] = (1, 2)
    return a, b, c, rest, init, last, first, middle, end, p, q


@program([1, 2, 3])
@program([1])
@program(5)
def bad_unpacking(items):
    a, b = items
    return a + b


@program([1])
def bad_starred(items):
    a, b, *c = items
    return a, b, c


@program(3)
def swaps(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


@program([1, 2])
def augmented(items):
    alias = items
    items += [3]
    items *= 2
    x = 1
    x += 2
    x -= 5
    x **= 2
    x //= 3
    items[0] += 10
    d = {"k": 1}
    d["k"] |= 6
    s = {1}
    s |= {2}
    text = "a"
    text += "b"
    text *= 2
    return alias, items is alias, x, d, s, text


@program([3, 1, 2])
def loops(items):
    out = []
    for i, x in enumerate(items):
        if x == 1:
            continue
        out.append((i, x))
        if i > 5:
            break
    else:
        out.append("else")
    while items:
        if items.pop() == 1:
            break
    else:
        out.append("never")
    n = 0
    while n < 3:
        n += 1
    else:
        out.append(n)
    return out, items


@program()
def nested_breaks():
    found = []
    for i in range(4):
        for j in range(4):
            if j == i:
                break
            if (i + j) % 2:
                continue
            found.append((i, j))
        else:
            found.append("none")
    return found


@program(7)
@program(-7)
@program(0)
def early_return(n):
    for k in range(abs(n)):
        if k * k > 20:
            return ("loop", k)
    if n < 0:
        return "negative"
    elif n:
        return "positive"


@program()
def comprehensions():
    n = 2
    a = [x * n for x in range(5) if x % 2 if x > 1]
    b = {x: y for x, y in zip("ab", (1, 2))}
    c = {x % 3 for x in range(9)}
    d = [(i, j) for i in range(3) for j in range(i)]
    e = sum(x * x for x in range(4))
    f = [[i * j for j in range(2)] for i in range(2)]
    g = [lambda: i for i in range(3)]
    return a, b, c, d, e, f, [h() for h in g], any(x > 2 for x in a), list(y for y in d if y)


@program()
def comprehension_scope():
    x = "outer"
    items = [x for x in range(3)]
    last = [y := z * 2 for z in range(3)]
    return x, items, last, y


@program()
def comprehension_hides_its_variable():
    [q for q in range(3)]
    return q  # noqa: F821


@program([5, 6])
def lazy_generator(items):
    g = (x * 2 for x in items)
    items.append(7)
    first = next(g)
    return first, list(g), next(g, "done"), any(1 / x for x in (1, 0))


@program(10)
def walrus(n):
    if (half := n // 2) > 3:
        n = half
    while (n := n - 1) > 2:
        pass
    return n, half, [w for v in range(4) if (w := v * v) > 1], w


@program(3, "txt", 2.34567)
def fstrings(a, b, c):
    width = 10
    return f"{a}{b!r:>8}{c:.2f}{c:{width}.{a}f}{{}}{a=}{'q'!s}{b!a}" + f"{a:05d} {1 + a}"


@program(3)
def text_methods(n):
    return (
        "%d %s" % (n, "x"),
        "{:>4}|{b}".format(n, b=1),
        ",".join(str(i) for i in range(n)),
        "a-b".split("-"),
    )


@program(2)
def closures(n):
    total = 0

    def add(k, *, scale=n):
        nonlocal total
        total += k * scale
        return total

    def outer():
        inner_value = 5

        def inner():
            nonlocal inner_value, total
            inner_value += 1
            total += inner_value
            return inner_value

        return inner() + inner()

    add(1)
    add(2, scale=10)
    return outer(), total, [f(3) for f in [lambda x, n=n: x + n, lambda x: x * n]]


@program()
def counters():
    def make():
        count = 0

        def step():
            nonlocal count
            count += 1
            return count

        return step

    a, b = make(), make()
    return a(), a(), b(), a()


@program(10)
def recursion(n):
    def fib(k):
        return k if k < 2 else fib(k - 1) + fib(k - 2)

    return fib(n), factorial(n)


def factorial(n):
    return 1 if n <= 1 else n * factorial(n - 1)


def everything(a, /, b, c=3, *args, d, e=5, **kwargs):
    return a, b, c, args, d, e, kwargs


@program()
def parameters():
    pair, extra = (1, 2), {"d": 4, "z": 9}
    return everything(1, 2, d=0), everything(*pair, 3, 4, 5, **extra, e=1), everything(1, b=2, d=3, q=7)


@program(lambda: everything(1, d=2))
@program(lambda: everything(1, 2))
@program(lambda: everything(a=1, b=2, d=3))
@program(lambda: factorial())
@program(lambda: factorial(1, 2))
@program(lambda: factorial(m=1))
@program(lambda: everything(1, 2, d=1, **{"d": 2}))
@program(lambda: (lambda x: x)(1, 2))
@program(lambda: factorial(*5))
@program(lambda: GLOBAL())
@program(lambda: None.thing)
@program(lambda: [].thing)
@program(lambda: math.nothing)
@program(lambda: undefined_name)  # noqa: F821
@program(lambda: 1 + "a")
@program(lambda: [1] < 2)
@program(lambda: -"a")
@program(lambda: GLOBAL[0])
@program(lambda: {[]: 1})
@program(lambda: int("x"))
@program(lambda: math.sqrt(-1))
@program(lambda: math.exp(1000))
@program(lambda: max([]))
@program(lambda: min())
@program(lambda: next(iter([])))
@program(lambda: len(5))
@program(lambda: sorted([1, "a"]))
@program(lambda: "x".join([1]))
@program(lambda: iter(5))
@program(lambda: [x for x in 5])
@program(lambda: getattr(3, "nope"))
@program(lambda: setattr(3, "nope", 1) if False else hash([]))
def bad(f):
    return f()


@program()
def unbound_local():
    if GLOBAL > 100:
        value = 1
    return value


@program()
def unbound_free():
    def inner():
        return later

    result = inner()
    later = 1
    return result, later


@program()
def deletes():
    x, d, items = 1, {"a": 1}, [1, 2, 3]
    del d["a"], items[0], items[-1:]
    del x
    return d, items, x  # noqa: F821


@program(0)
@program("a")
@program([])
def exceptions(x):
    log = []
    try:
        log.append(1 / x)
    except ZeroDivisionError as error:
        log.append(str(error))
    except (TypeError, KeyError):
        log.append("type")
        raise ValueError("again") from None
    else:
        log.append("else")
    finally:
        log.append("finally")
    return log


@program(1)
@program(2)
@program(3)
def finally_overrides(n):
    for i in range(3):
        try:
            if n == 1:
                return "try"
            if n == 2:
                raise KeyError(n)
            continue
        except KeyError:
            return "except"
        finally:
            if n != 3:
                break
    else:
        return "else"
    return ("after", i)


@program()
def reraises():
    try:
        try:
            {}["k"]
        except KeyError as error:
            raise RuntimeError("outer") from error
    except RuntimeError as error:
        return repr(error.__cause__), repr(error.__context__)


@program()
def bare_raise():
    try:
        raise ValueError("v")
    except ValueError:
        raise


@program()
def error_name_is_unbound():
    try:
        raise ValueError("v")
    except ValueError as error:
        pass
    return error  # noqa: F821


class Own(Exception):
    def __init__(self, code, *, detail="d"):
        super().__init__(f"code {code}")
        self.code, self.detail = code, detail


@program(5)
def own_exception(n):
    try:
        raise Own(n, detail="x")
    except Own as error:
        return error.code, error.detail, str(error)


@program(5)
def own_exception_leaves(n):
    raise Own(n)


@program(1)
def asserts(x):
    assert x
    return x


@program()
def contexts():
    log = []
    with contextlib.suppress(KeyError):
        log.append({}["a"])
    with contextlib.nullcontext(3) as three, contextlib.nullcontext() as none:
        log.append((three, none))
    with Manager(log) as m, Manager(log, True):
        log.append(m.swallow)
        raise ValueError("inside")
    return log


class Manager:
    def __init__(self, log, swallow=False):
        self.log, self.swallow = log, swallow

    def __enter__(self):
        self.log.append("enter")
        return self

    def __exit__(self, kind, error, traceback):
        self.log.append(("exit", kind is not None and kind.__name__, str(error)))
        return self.swallow


@program()
def imports():
    import math as m
    import os.path
    from collections import OrderedDict, deque
    from math import pi as circle

    return m.pi == circle, OrderedDict(a=1), list(deque([1, 2])), os.path is not None


@program()
def import_error():
    from math import nothing_there

    return nothing_there


@program(1)
@program("s")
@program([1, 2, 3, 4])
@program((1, 2))
@program({"kind": "circle", "r": 2, "c": 3})
@program(None)
@program(2.5)
@program(-3)
def matches(x):
    match x:
        case None | True:
            return "singleton"
        case 1:
            return "one"
        case int() as n if n < 0:
            return ("negative", n)
        case str(text):
            return ("text", text)
        case [a, b]:
            return ("pair", a, b)
        case [first, *rest, last]:
            return (first, rest, last)
        case {"kind": "circle", "r": r, **rest}:
            return ("circle", r, rest)
        case _:
            return "other"


@dataclasses.dataclass
class Point:
    x: float
    y: float = 2.0
    tags: list = dataclasses.field(default_factory=list)

    def __post_init__(self):
        self.norm = math.hypot(self.x, self.y)

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)

    @property
    def double(self):
        return 2 * self.x

    @classmethod
    def origin(cls):
        return cls(0.0, 0.0)

    @staticmethod
    def unit():
        return 1.0


@program(3.0)
def dataclasses_(x):
    p = Point(x, y=4.0)
    p.tags.append("t")
    q = p + Point.origin()
    q.x = 9.0
    q.x += 1
    return p, q, p.norm, q.double, Point.unit(), p == q, dataclasses.replace(p, x=1.0), dataclasses.asdict(p)


@program()
def dataclass_errors():
    return Point(1, 2, 3, 4)


@program(Point(1.0))
@program({"x": 1})
def matches_classes(p):
    match p:
        case Point(x=1.0, y=y):
            return ("point", y)
        case dict():
            return "dict"


class Base:
    rate = 3
    __hidden = 7

    def __init__(self, n):
        self.n = n
        self.__secret = n + 1

    def name(self):
        return "base"

    def reveal(self):
        return self.__secret, self.__hidden

    @functools.cached_property
    def heavy(self):
        return self.n * 100


class Derived(Base):
    def __init__(self, n, m):
        super().__init__(n)
        self.m = m

    def name(self):
        return "derived " + super().name()

    def __getattr__(self, name):
        if name.startswith("dyn"):
            return name[3:]
        raise AttributeError(name)


@program()
def classes():
    d = Derived(1, 2)
    d.extra = 5
    del d.m
    return d.n, d.name(), d.reveal(), d.rate, d.heavy, d.heavy, d.dynamo, hasattr(d, "m"), getattr(d, "zz", 0)


@program()
def class_attribute_error():
    return Derived(1, 2).other


class Vector:
    def __init__(self, *items):
        self.items = list(items)

    def __add__(self, other):
        if not isinstance(other, Vector):
            return NotImplemented
        return Vector(*[a + b for a, b in zip(self.items, other.items)])

    def __radd__(self, other):
        return Vector(*[other + a for a in self.items])

    def __iadd__(self, other):
        self.items.append(other)
        return self

    def __mul__(self, k):
        return Vector(*(a * k for a in self.items))

    def __neg__(self):
        return self * -1

    def __getitem__(self, index):
        return self.items[index]

    def __setitem__(self, index, value):
        self.items[index] = value

    def __len__(self):
        return len(self.items)

    def __iter__(self):
        return iter(self.items)

    def __call__(self, k):
        return self.items[0] * k

    def __contains__(self, item):
        return item == "magic"

    def __eq__(self, other):
        return isinstance(other, Vector) and self.items == other.items

    def __lt__(self, other):
        return self.items < other.items

    def __bool__(self):
        return self.items != [0]

    def __repr__(self):
        return f"V{self.items}"

    def __abs__(self):
        return sum(abs(a) for a in self.items)


@program()
def operators_of_classes():
    v, w = Vector(1, 2), Vector(3, 4)
    v[0] = 10
    v += 7
    out = [v + w, 5 + v, v * 2, -v, v[1], len(v), list(v), v(3), "magic" in v, 3 in v, v == w, v != w]
    a, *b = w
    return (
        out,
        sorted([w, v, Vector(0)]),
        f"{v} {w!r}",
        str(v),
        abs(-w),
        bool(Vector(0)),
        max(v, w),
        a,
        b,
        sum([v, w], 0),
    )


@program(lambda: Vector(1) + 1)
@program(lambda: Vector(1) - Vector(1))
@program(lambda: Vector(1) >= 3)
def operator_errors(f):
    return f()


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n <= 0:
            raise StopIteration
        self.n -= 1
        return self.n


@program()
def own_iterators():
    c = Countdown(3)
    return (
        next(c),
        list(c),
        [x for x in Countdown(2)],
        sum(Countdown(4)),
        list(zip(Countdown(2), "ab")),
        next(c, 0),
    )


@program()
def nested_classes():
    k = 3

    class Local:
        factor = k
        values = [1, 2]

        def __init__(self, x):
            self.x = x

        def scaled(self):
            return self.x * self.factor + k

        @property
        def half(self):
            return self.x / 2

        @staticmethod
        def make():
            return Local(5)

    class Child(Local):
        def scaled(self):
            return super().scaled() + 1

    @dataclasses.dataclass
    class Pair:
        a: int
        b: int = 2

    return (
        Local(2).scaled(),
        Child(2).scaled(),
        Local.make().half,
        Child.values,
        Pair(1).b,
        Pair(1) == Pair(1, 2),
    )


@program()
def decorators():
    def twice(f):
        @functools.wraps(f)
        def wrapper(*args):
            return f(f(*args))

        return wrapper

    def scaled(k):
        def decorate(f):
            return lambda x: k * f(x)

        return decorate

    @scaled(10)
    @twice
    def inc(x):
        "doc"
        return x + 1

    @twice
    def named(x):
        return x * 3

    return inc(1), named(2), named.__name__


@program([3, 1, 2])
def higher_order(items):
    add = functools.partial(everything, 1, d=2)
    return [
        list(map(lambda a, b: a * b, items, items)),
        list(filter(lambda a: a > 1, items)),
        sorted(items, key=lambda a: -a),
        functools.reduce(lambda a, b: a + b, items, 0),
        max(items, key=lambda a: -a),
        min(items, default=3),
        min([], default=3),
        add(5),
        list(itertools.accumulate(items, operator.mul)),
        list(itertools.chain(items, [9])),
        list(itertools.takewhile(lambda a: a != 1, items)),
        list(map(factorial, items)),
        list(itertools.product(items, repeat=2))[:3],
        [k for k, g in itertools.groupby([1, 1, 2])],
        operator.itemgetter(1)(items),
        items.sort(key=lambda a: a % 3, reverse=True),
        items,
        all([]),
        any([0, 1]),
        list(reversed(items)),
        list(zip(items, "abc")),
        divmod(7, 2),
        round(2.567, 1),
        isinstance(3, int),
        callable(add),
        sum([[1], [2]], []),
    ]


Row = collections.namedtuple("Row", "a b")


class Mode(enum.Enum):
    FAST = 1
    SLOW = 2


@program(Mode.FAST)
def collections_(mode):
    row = Row(1, b=2)
    a, b = row
    counter = collections.Counter("abca")
    d = collections.defaultdict(list)
    d["k"].append(1)
    q = collections.deque([1, 2], maxlen=2)
    q.append(3)
    s = {1, 2} | {3}
    s.add(4)
    return (
        row.a,
        row._replace(a=5),
        a + b,
        dict(counter),
        dict(d),
        list(q),
        mode is Mode.FAST,
        mode.value,
        s - {1},
    )


@program()
def reads_outside():
    total = RATE + GLOBAL
    total += TABLE["a"] + TABLE["b"][0]
    return total, [k for k in TABLE], len(TABLE["b"]), {**TABLE}, list(TABLE["b"]) + [1]


@program()
def shadows_builtins():
    max = lambda *a: "mine"  # noqa: A001
    list = 3  # noqa: A001
    return max(1, 2), list


@program(5)
def ternaries_and_asserts(n):
    x = "big" if n > 3 else "small"
    y: int = n
    z: float
    return x, y, (lambda: (yield_ := 3) + yield_)()


@program([1.0, 2.0])
def numpy_on_ordinary_values(items):
    with np.errstate(divide="ignore"):
        return float(np.finfo(np.float64).eps), np.dtype("float32").itemsize, np.pi, math.inf, np.newaxis


@program(3)
def getattr_setattr(n):
    b = Base(n)
    setattr(b, "q", n)
    delattr(b, "n")
    return b.q, hasattr(b, "n"), vars(b) if False else sorted(b.__dict__)


@program(3)
def keyword_names_and_docs(n):
    """Some documentation."""
    pass
    ...
    lambda_ = lambda *args, k=n, **kw: (args, k, kw)
    return lambda_(1, 2, z=3), lambda_(k=1)


@program()
def star_args_mutation():
    def f(*args, **kw):
        kw["new"] = 1
        return args, kw

    d = {"a": 1}
    return f(1, **d), d


@functools.lru_cache
def cached(n):
    return n * 2


@program()
def calls_cached():
    return cached(3), cached(3)


class Callable:
    def __init__(self, k):
        self.k = k

    def __call__(self, x, *, twice=False):
        return self.k * x * (2 if twice else 1)

    def method(self, x):
        return self(x) + 1


@program(Callable(3))
def callables(c):
    bound = c.method
    return (
        c(2),
        c(2, twice=True),
        bound(1),
        Callable.method(c, 2),
        list(map(c, [1, 2])),
        list(map(c.method, [1])),
    )


@pytest.mark.parametrize(
    ("function", "args", "kwargs"),
    PROGRAMS,
    ids=[f"{i}-{each[0].__name__}" for i, each in enumerate(PROGRAMS)],
)
def test_program_means_what_it_means_in_cpython(function, args, kwargs):
    same_as_python(function, *args, **kwargs)
