"""Write derived.json, the table that ships: `python -m bpcompiler.transforms.symbolic.generate`.

It holds every single operation and the stages that many programs contain, in their usual spellings, so
that these need neither SymPy nor a memo. A test derives all of it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from bpcompiler.transforms.symbolic.derivation import derive
from bpcompiler.transforms.symbolic.engine import canonical
from bpcompiler.transforms.symbolic.expression import Expr, parse, symbols
from bpcompiler.transforms.symbolic.memo import SHIPPED
from bpcompiler.transforms.symbolic.operations import OPERATIONS

_INFIX = {"add": "a + b", "sub": "a - b", "neg": "-a", "mul": "a * b", "div": "a / b", "pow": "a**b"}

COMMON = """
1 / a; 2 / a; a**2; a**3; a**4; a**-1; a**-2; a**0.5; a**-0.5; a**1.5; 2**a; a * a; a * a * a;
a**2 + b**2; a * a + b * b; (a - b)**2; (a + b)**2; (a - b) * (a - b); (a * b)**2; (a * b - c)**2;
(a - b)**2 / 2; 0.5 * (a - b)**2; 0.5 * a**2; a**2 / 2; ((a - b) / c)**2; (a - b) / c;
(a - b) / (c - b); a / (a + b); a / (b + c); a / (1 + a); 1 / (1 + a); 1 / (a + b); 1 / a**2;
1 / (1 + a**2); 1 / (a**2 + b**2); a / (1 + a**2); 1 / (1 + exp(-a)); 1 / (exp(-a) + 1);
1 / (1 + exp(a)); exp(a) / (1 + exp(a)); exp(a) / (exp(a) + 1); 1 / (1 + exp(-a * b));
1 / (1 + exp(-(a + b))); 1 / (1 + exp(-(a - b))); 1 / (1 + exp(-b * (a - c))); a / (1 + exp(-a));
a * exp(-b * c); a / (1 + exp(-b * (c - d))); 1 / (1 + exp(-(a * b + c))); log(1 + exp(a));
log(1 + exp(-a)); log1p(exp(a)); log1p(exp(-a)); log(exp(a) + exp(b)); log(exp(a) + 1);
-log(1 / (1 + exp(-a))); log(a / b); log(a) - log(b); log(a * b); a * log(a); -a * log(b);
a * log(b); log(1 - a); log(1 + a); log(a + b); exp(-a); exp(-a**2); exp(-a * a); exp(-a**2 / 2);
exp(-0.5 * a**2); exp(-0.5 * a * a); exp(-a * b); a * exp(b); a * exp(-b); a * exp(b * c);
exp(a - b); exp(a * b); exp(-0.5 * ((a - b) / c)**2); exp(-(a - b)**2 / (2 * c**2));
exp(-((a - b)**2) / c); exp(-a / b); 1 - exp(-a); exp(a) - 1; sqrt(a**2 + b**2);
sqrt(a * a + b * b); sqrt(a**2 + b**2 + c**2); sqrt(a * a + b * b + c * c); sqrt(1 + a**2);
sqrt(a**2 + 1); sqrt(1 - a**2); sqrt(a * a + b); 1 / sqrt(a); 1 / sqrt(a + b); a / sqrt(b);
sqrt(a / b); (a - b) / sqrt(c); (a - b) / sqrt(c + d); a * sqrt(b); 1 / sqrt(a**2 + b**2);
a / sqrt(a**2 + b**2); sqrt(a + b); sqrt(a * b); 1 / (a * sqrt(b)); tanh(a + b); tanh(a * b + c);
1 - tanh(a)**2; tanh(a / 2); (exp(a) - exp(-a)) / (exp(a) + exp(-a)); 2 / (1 + exp(-2 * a)) - 1;
sin(a)**2; cos(a)**2; sin(a * b); cos(a * b); a * sin(b); a * cos(b); sin(a) * cos(b);
cos(a) * cos(b); sin(a) * sin(b); sin(a + b); cos(a + b); sin(a) / cos(a);
0.5 * (1 + erf(a / sqrt(2))); a / b * c; a * b / c; a * b + c; a * b * c; a - b * c; a / (b * c);
(log(a / b) + (c + 0.5 * d * d) * e) / (d * sqrt(e));
(log(a / b) + (c + 0.5 * d**2) * e) / (d * sqrt(e))
"""


def stages() -> Iterator[Expr]:
    """Yield every stage of the table, canonical."""
    for op, operation in OPERATIONS.items():
        args = ", ".join("ab"[: len(operation.partials)])
        yield parse(_INFIX.get(op, f"{op}({args})"))
    for text in COMMON.split(";"):
        yield canonical(parse(text.strip()))


def table() -> dict[str, dict[str, str]]:
    """Return the table as it ships: stage -> input -> partial."""
    return {str(stage): {name: str(derive(stage, name)) for name in symbols(stage)} for stage in stages()}


def text() -> str:
    """Return the content of derived.json: a line a stage."""
    lines = [f"{json.dumps(stage)}: {json.dumps(partials)}" for stage, partials in table().items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    SHIPPED.write_text(text(), encoding="utf-8")
