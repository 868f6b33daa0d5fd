"""The tables of the documentation, made from the code that they are about."""

from bpcompiler import errors
from bpcompiler.frontend.names import (
    builtin_functions,
    math_functions,
    members,
    numpy_creation,
    numpy_elementwise,
    numpy_joins,
    numpy_linalg,
    numpy_products,
    numpy_reductions,
    numpy_selection,
    numpy_shapes,
    numpy_stores,
    own_functions,
    random_functions,
    scipy_linalg,
    table,
)
from bpcompiler.primitives.registry import FAMILIES

AREAS = {
    "elementwise": numpy_elementwise,
    "reductions": numpy_reductions,
    "products": numpy_products,
    "linear algebra": numpy_linalg,
    "shapes": numpy_shapes,
    "joining and repeating": numpy_joins,
    "selecting": numpy_selection,
    "creation": numpy_creation,
    "storing": numpy_stores,
    "`math`": math_functions,
    "builtins": builtin_functions,
    "`bp.random`": random_functions,
}


def rows(head, body):
    lines = [head, ("---",) * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def code(names):
    return " ".join(f"`{name}`" for name in names)


def name_of(function):
    module = getattr(function, "__module__", None)
    of = getattr(function, "__self__", None)  # of np.add.at
    prefix = "linalg." if module == "numpy.linalg" else f"{of.__name__}." if hasattr(of, "nin") else ""
    return f"{prefix}{function.__name__}"


def numpy_table():
    shown = {function for module in (*AREAS.values(), own_functions) for function in module.HANDLERS}
    assert shown == set(table.HANDLERS), "the table of names has a family that has no row here"
    functions = [(area, sorted(set(map(name_of, module.HANDLERS)))) for area, module in AREAS.items()]
    attributes = sorted(name for name in members.ATTRIBUTES if not name.startswith("_"))
    methods = sorted(members.METHODS)
    body = [*functions, ("`scipy.special`", ["erf", "erfc"])]
    body.append(("`scipy.linalg`", sorted(scipy_linalg.HANDLERS)))
    body += [("attributes of arrays", attributes), ("methods of arrays", methods)]
    return rows(("of", "with traced values"), [(area, code(names)) for area, names in body])


def error_table():
    classes = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.Error)]
    body = [(f"`{c.__name__}`", f"`{c.__bases__[1].__name__}`", c.__doc__) for c in classes[1:]]
    return rows(("class", "also a", "what went wrong"), body)


def primitive_table():
    body = [(family, code(p.name for p in primitives)) for family, primitives in FAMILIES.items()]
    return rows(("family", "primitives"), body)


TABLES = {
    "numpy": ("docs/semantics.md", numpy_table),
    "errors": ("docs/errors.md", error_table),
    "primitives": ("docs/primitives.md", primitive_table),
}
