"""What may be written: the whitelist of syntax, checked once per text and remembered."""

import ast
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache

from engine.expressions.errors import ExpressionFailed, ExpressionRefused
from engine.expressions.walk import Meter, Walk
from engine.i18n import _

__all__ = ["Expression", "ExpressionFailed", "ExpressionRefused", "Script", "compile_expression", "compile_script"]

MAX_CHARACTERS = 4_000
MAX_NODES = 1_000
MAX_DEPTH = 40
MAX_NUMBER = 10**15
RESERVED = frozenset({"case", "true", "false", "null"})

_DEEP = re.compile(r"[(\[{]")
_ODD = {
    "never closed": _("a bracket is not closed"),
    "unmatched": _("a bracket is closed that was not opened"),
    "does not match": _("a bracket is closed by another one"),
    "unterminated": _("a text in quotes does not end"),
    "instead of '='": _("to compare, write =="),
    "comma": _("something is missing between two values"),
}
_LEAVES = (ast.Load, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod)
_NODES = (
    ast.Name, ast.Constant, ast.BoolOp, ast.Compare, ast.BinOp, ast.UnaryOp, ast.IfExp,
    ast.Subscript, ast.List, ast.Tuple, ast.Dict, ast.Call,
)  # fmt: skip
_WORDS = {
    ast.Attribute: "a.b",
    ast.Lambda: "lambda",
    ast.JoinedStr: 'f"…"',
    ast.Pow: "**",
    ast.NamedExpr: ":=",
    ast.Slice: "[a:b]",
    ast.Starred: "*",
    ast.Await: "await",
    ast.Is: "is",
    ast.IsNot: "is not",
}


class _Compiled:
    def __init__(self, source: str, names: frozenset[str], calls: frozenset[str]):
        self.source = source
        self.names = names
        self.calls = calls

    def __repr__(self):
        return f"{type(self).__name__}({self.source!r})"


class Expression(_Compiled):
    """A text in the language, ready to be evaluated any number of times; `names` and `calls` tell what it will ask for."""

    def __init__(self, source, node, names, calls, lets_null=False):
        super().__init__(source, names, calls)
        self._node, self._lets_null = node, lets_null

    def evaluate(self, names: Mapping, functions: Mapping[str, Callable] | None = None, meter: Meter | None = None):
        """The value, seeing only `names`; `functions` are added to the basic ones, `meter` is a budget shared with others."""
        return Walk(self.source, names, functions or {}, meter, self._lets_null).value(self._node)

    def written_as(self, source: str) -> "Expression":
        """The same, told in errors as its author wrote it in another language."""
        return Expression(source, self._node, self.names, self.calls, self._lets_null)

    def letting_null(self) -> "Expression":
        """The same by the rules of decision tables: what is asked of null is null, and true is not 1."""
        return Expression(self.source, self._node, self.names, self.calls, True)


class Script(_Compiled):
    """Lines of `name = expression`."""

    def __init__(self, source, lines, names, calls):
        super().__init__(source, names, calls)
        self._lines = lines

    @property
    def assigns(self) -> list[str]:
        return [target for target, node in self._lines]

    def run(self, names: Mapping, functions: Mapping[str, Callable] | None = None, meter: Meter | None = None) -> dict:
        """What was assigned; a line sees the lines above it. `names` itself is left alone."""
        assigned = {}
        walk = Walk(self.source, {**names}, functions or {}, meter)
        for target, node in self._lines:
            walk.names[target] = assigned[target] = walk.value(node)
        return assigned


@lru_cache(maxsize=4096)
def compile_expression(source: str) -> Expression:
    """Check a text against the language; remembered by its text."""
    tree = _parse(source.strip(), "eval")
    names, calls = _inspect(tree.body)
    return Expression(source.strip(), tree.body, names, calls)


@lru_cache(maxsize=1024)
def compile_script(source: str) -> Script:
    """Check a script: one assignment to a plain name per line, nothing else."""
    tree = _parse(_dedent(source), "exec")
    lines, names, calls = [], set(), set()
    for statement in tree.body:
        lines.append((_target(statement), statement.value))
        seen, called = _inspect(statement.value)
        names |= seen
        calls |= called
    return Script(source.strip(), tuple(lines), frozenset(names), frozenset(calls))


def _dedent(source: str) -> str:
    return "\n".join(line.strip() for line in source.splitlines())


def _parse(source: str, mode: str):
    if not isinstance(source, str) or (mode == "eval" and not source):
        raise ExpressionRefused(_("There is no expression."))
    if len(source) > MAX_CHARACTERS or len(_DEEP.findall(source)) > MAX_NODES:
        raise ExpressionRefused(_("The expression is too long."))
    try:
        return ast.parse(source, mode=mode)
    except SyntaxError as error:
        raise ExpressionRefused(
            _("Line %(line)s: this cannot be read (%(what)s)."), line=error.lineno or 1, what=_odd(error.msg)
        ) from None
    except (ValueError, RecursionError, MemoryError, OverflowError):
        raise ExpressionRefused(_("The expression cannot be read.")) from None


def _odd(said: str) -> str:
    """What Python finds odd about a text, in words that can be said in the reader's language."""
    return next((ours for theirs, ours in _ODD.items() if theirs in said), _("it is not written as an expression is"))


def _target(statement) -> str:
    targets = getattr(statement, "targets", ())
    if not isinstance(statement, ast.Assign) or len(targets) != 1 or not isinstance(targets[0], ast.Name):
        raise ExpressionRefused(
            _("Line %(line)s: a script only assigns values to names (name = expression)."), line=statement.lineno
        )
    _refuse_name(targets[0])
    if targets[0].id in RESERVED:
        raise ExpressionRefused(_("Line %(line)s: “%(name)s” cannot be assigned to."), line=statement.lineno, name=targets[0].id)
    return targets[0].id


def _inspect(root) -> tuple[frozenset[str], frozenset[str]]:
    """Refuse what is not on the whitelist, without recursion; return the names it reads and the functions it calls."""
    names, calls, stack, count = set(), set(), [(root, 1)], 0
    while stack:
        node, depth = stack.pop()
        count += 1
        if count > MAX_NODES or depth > MAX_DEPTH:
            raise ExpressionRefused(_("The expression is too long."))
        _check(node)
        children = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.Call):
            calls.add(node.func.id)
            children = node.args
        elif isinstance(node, ast.Name):
            names.add(node.id)
        stack.extend((child, depth + 1) for child in children if not isinstance(child, _LEAVES))
    return frozenset(names), frozenset(calls)


def _check(node):
    if not isinstance(node, _NODES):
        _refuse(node, node)
    match node:
        case ast.Name():
            _refuse_name(node)
        case ast.Constant(value=value):
            node.value = _constant(node, value)
        case ast.BinOp(op=op) if not isinstance(op, _OPERATORS):
            _refuse(node, op)
        case ast.UnaryOp(op=ast.Invert()):
            _refuse(node, node.op)
        case ast.Compare():
            _refuse_identity(node)
        case ast.Dict() if None in node.keys:
            _refuse(node, ast.Starred())
        case ast.Call():
            _refuse_call(node)


def _refuse(node, what):
    raise ExpressionRefused(line=getattr(node, "lineno", 1), what=_WORDS.get(type(what), type(what).__name__))


def _refuse_name(node):
    if node.id.startswith("_"):
        raise ExpressionRefused(_("Line %(line)s: names may not start with “_” (%(name)s)."), line=node.lineno, name=node.id)


def _refuse_identity(node):
    for operator, right in zip(node.ops, node.comparators, strict=True):
        nothing = isinstance(right, ast.Constant) and right.value is None or isinstance(right, ast.Name) and right.id == "null"
        if isinstance(operator, ast.Is | ast.IsNot) and not nothing:
            _refuse(node, operator)


def _refuse_call(node):
    if not isinstance(node.func, ast.Name):
        _refuse(node, node.func)
    _refuse_name(node.func)
    if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
        raise ExpressionRefused(_("Line %(line)s: functions take plain values only."), line=node.lineno)


def _constant(node, value):
    """Numbers with a point are exact decimals here: this language counts money."""
    if value is None or isinstance(value, bool | str | Decimal):
        return value
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, int | Decimal) and abs(value) < MAX_NUMBER:
        return value
    raise ExpressionRefused(_("Line %(line)s: this number or constant cannot be used."), line=node.lineno)
