"""What never runs while tracing: it gives another result at each call, or acts on the world. With remedies.

A name stands for a function, or with a dot at its end for all functions of a module.
"""

from __future__ import annotations

from bpcompiler.errors import ImpureError
from bpcompiler.frontend.paths import shown

BEFORE = "do it before the call and pass what you got as an argument"
RANDOM = "use bp.random, whose numbers depend on a key only: bp.random.normal((seed, t), size=n)"
LOADING = "load the array before the call and pass it as an argument"
SAVING = "return the array and save it after the call"
PRINTING = "print what the function returns, after the call"
OUTSIDE = "start it outside the function"
ERRSTATE = "use `with np.errstate(...)` around the call"
OPTIONS = "set the options outside the function"
MEMORY = "use np.zeros: what np.empty returns is whatever was in memory"


def _all(names: str, remedy: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), remedy)


IMPURE: dict[str, str] = {
    **_all("numpy.random. random. secrets. _random. statistics.NormalDist.samples", RANDOM),
    **_all(
        "uuid. os. posix. nt. sys. io. _io. pathlib. platform. locale. socket. urllib. shutil. tempfile.",
        BEFORE,
    ),
    "time.": "take the time before and after the call",
    **_all(
        "datetime.datetime.now datetime.datetime.today datetime.datetime.utcnow datetime.date.today", BEFORE
    ),
    **_all(
        "datetime.datetime.fromtimestamp datetime.date.fromtimestamp datetime.datetime.astimezone", BEFORE
    ),
    **_all("decimal.getcontext decimal.setcontext decimal.localcontext", OPTIONS),
    "open": "read the file before the call and pass its contents as an argument",
    "input": "ask before the call and pass the answer as an argument",
    "print": PRINTING,
    **_all("numpy.load numpy.loadtxt numpy.genfromtxt numpy.fromfile numpy.fromregex numpy.memmap", LOADING),
    **_all(
        "numpy.DataSource numpy.lib. numpy.rec.fromfile numpy.core.records.fromfile numpy.ctypeslib.", LOADING
    ),
    **_all("numpy.save numpy.savez numpy.savez_compressed numpy.savetxt", SAVING),
    **_all("numpy.ndarray.tofile numpy.ndarray.dump", SAVING),
    **_all("numpy.seterr numpy.geterr numpy.seterrcall numpy.geterrcall", ERRSTATE),
    **_all("scipy.special.seterr scipy.special.geterr scipy.special.errstate", ERRSTATE),
    **_all("numpy.setbufsize numpy.getbufsize numpy.set_printoptions numpy.get_printoptions", OPTIONS),
    **_all(
        "numpy.printoptions numpy.set_string_function numpy.array2string numpy.array_repr numpy.array_str",
        OPTIONS,
    ),
    **_all(
        "numpy.show_config numpy.show_runtime numpy.info numpy.get_include numpy._pytesttester. "
        "numpy.testing.",
        BEFORE,
    ),
    **_all("numpy.empty numpy.empty_like numpy.ndarray", MEMORY),
    **_all("threading. _thread. multiprocessing. subprocess. concurrent. asyncio.", OUTSIDE),
    "tqdm.": "use bp.fit, which shows progress, or show it between calls that run some of the turns each",
    **_all("logging. warnings.", "return what you want to tell, and tell it after the call"),
    "eval": "write the expression out",
    "exec": "write the statements out",
    "compile": "write the statements out",
    "globals": "pass what you need as arguments",
    "__import__": "import the module at the top of the file",
    "breakpoint": "set the breakpoint in code that is not traced, or print the generated source",
    "gc.": "call it outside the function",
    "id": "compare objects with `is`: their numbers differ from process to process",
}


def remedy(name: str) -> str | None:
    """Return what to do instead of calling an impure function, or None for any other."""
    if name in IMPURE:
        return IMPURE[name]
    parts = name.split(".")
    prefixes = (".".join(parts[:count]) + "." for count in range(1, len(parts)))
    return next((IMPURE[prefix] for prefix in prefixes if prefix in IMPURE), None)


def raise_if_impure(name: str) -> None:
    """Raise ImpureError, with what to do instead, if the function depends or acts on the world."""
    found = remedy(name)
    if found is not None:
        raise ImpureError(
            f"{shown(name)} does not give the same at each call, or acts on the world", remedy=found
        )
