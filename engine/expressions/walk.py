"""Evaluate by walking the tree, under a budget of steps, sizes and time; Python's own `eval` is never involved."""

import ast
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, DecimalException
from time import thread_time

from dateutil.relativedelta import relativedelta

from engine.errors import DomainError
from engine.expressions import errors
from engine.expressions.functions import FUNCTIONS, equal, has

MAX_STEPS = 10_000
MAX_SECONDS = 2.0  # of processor time for one text; what takes all its steps takes a fiftieth of it
STEPS_UNSEEN = 200  # between two looks at the clock
MAX_BYTES = 256 * 1024
MAX_NUMBER = 10**15
NODES_PER_STEP = 16  # weighing or comparing this many parts of a value costs one step
BYTES_PER_STEP = 4096

_CONSTANTS = {"true": True, "false": False, "null": None}
_CONTAINERS = (list, tuple, dict)
_SCALARS = (str, bool, int, Decimal, date, timedelta, relativedelta, type(None))  # datetime is a date


class Meter:
    """A budget that many evaluations share: a whole table, a whole step of a process."""

    def __init__(self, steps: int):
        self.left = steps


class Walk:
    """One evaluation: the names it may see, and what is left of its budget."""

    def __init__(self, source, names, functions, meter=None, lets_null=False):
        self.source = source
        self.lets_null = lets_null
        self.names = names
        self.functions = functions
        self.meter = meter or Meter(MAX_STEPS)
        self.steps = min(MAX_STEPS, self.meter.left)
        self.look_at, self.until = max(self.steps - STEPS_UNSEEN, 0), None

    def value(self, node):
        """The value of a checked syntax node."""
        before = self.steps
        try:
            return self._visit(node)
        except (TypeError, ValueError, ArithmeticError, DecimalException, RecursionError) as error:
            raise self._failed(errors.TypesDiffer, what=str(error) or type(error).__name__) from None
        finally:
            self.meter.left -= before - self.steps

    def _visit(self, node):
        self._spend(1)
        return self._checked(_VISITORS[type(node)](self, node))

    def _failed(self, kind, **details):
        return kind(source=self.source[:200], **details)

    def _spend(self, steps):
        self.steps -= steps
        if self.steps < self.look_at:
            self._look()

    def _look(self):
        """Now and then: is anything left, of the steps and of the time? The clock runs from the first look on."""
        if self.steps < 0:
            raise self._failed(errors.BudgetExhausted)
        now = thread_time()
        self.look_at, self.until = max(self.steps - STEPS_UNSEEN, 0), self.until or now + MAX_SECONDS
        if now > self.until:
            raise self._failed(errors.TookTooLong, seconds=MAX_SECONDS)

    def _checked(self, value):
        """Only plain values leave a node: floats become exact, numbers stay small."""
        if isinstance(value, float):
            value = Decimal(repr(value))
        if isinstance(value, Decimal) and not value.is_finite():
            raise ValueError("not a number")
        if not isinstance(value, (*_SCALARS, *_CONTAINERS, Mapping)):
            raise TypeError(type(value).__name__)
        return value

    def _number(self, value):
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise TypeError(f"{type(value).__name__}: not a number")
        return value

    def _bounded(self, number):
        if isinstance(number, int | Decimal) and abs(number) >= MAX_NUMBER:
            raise self._failed(errors.BudgetExhausted)
        return number

    def weigh(self, value):
        """Refuse a value of more than 256 KB; what is shared counts each time, so towers of `[x, x]` do not stand."""
        left, parts, stack = MAX_BYTES, 0, [value]
        while stack:
            part = stack.pop()
            parts += 1
            left -= len(part) * 2 if isinstance(part, str) else 16
            if isinstance(part, Mapping):
                stack.extend(part)
                stack.extend(part.values())
            elif isinstance(part, list | tuple):
                stack.extend(part)
            if left < 0 or len(stack) * 16 > left:
                raise self._failed(errors.BudgetExhausted)
        self._spend(parts // NODES_PER_STEP + (MAX_BYTES - left) // BYTES_PER_STEP)
        return value

    def _name(self, node):
        if node.id in _CONSTANTS:
            return _CONSTANTS[node.id]
        try:
            return self.names[node.id]
        except KeyError:
            raise self._failed(errors.NameMissing, name=node.id) from None

    def _constant(self, node):
        return node.value

    def _either(self, node):
        stop, is_open = isinstance(node.op, ast.Or), False
        for part in node.values:
            result = self._visit(part)
            if self.lets_null and result is None:
                is_open = True
            elif bool(result) is stop:
                return result
        return None if is_open else result

    def _choice(self, node):
        return self._visit(node.body if self._visit(node.test) else node.orelse)

    def _unary(self, node):
        operand = self._visit(node.operand)
        if self.lets_null and operand is None:
            return None
        if isinstance(node.op, ast.Not):
            return not operand
        return -self._number(operand) if isinstance(node.op, ast.USub) else +self._number(operand)

    def _binary(self, node):
        left, right = self._visit(node.left), self._visit(node.right)
        if self.lets_null and (left is None or right is None):
            return None
        if isinstance(node.op, ast.Add | ast.Sub):
            return self._sum(left, right, isinstance(node.op, ast.Add))
        left, right = self._number(left), self._number(right)
        match node.op:
            case ast.Mult():
                return self._bounded(left * right)
            case ast.Div():
                return self._bounded(Decimal(left) / Decimal(right))
            case ast.FloorDiv():
                return self._bounded(left // right)
            case _:
                return left % right

    def _sum(self, left, right, plus):
        if plus and (isinstance(left, str) and isinstance(right, str) or isinstance(left, list) and isinstance(right, list)):
            return self.weigh(left + right)
        if isinstance(left, date | timedelta | relativedelta) or isinstance(right, date | timedelta):
            return left + right if plus else left - right
        left, right = self._number(left), self._number(right)
        return self._bounded(left + right if plus else left - right)

    def _compare(self, node):
        left = self._visit(node.left)
        for operator, part in zip(node.ops, node.comparators, strict=True):
            right = self._visit(part)
            self._spend_comparing(left)
            self._spend_comparing(right)
            if self.lets_null:
                if (left is None or right is None) and not isinstance(operator, _EQUATES):
                    return None
                holds = _LETTING_NULL.get(type(operator), _COMPARE[type(operator)])(left, right)
            else:
                holds = _COMPARE[type(operator)](left, right)
            if not holds:
                return False
            left = right
        return True

    def _spend_comparing(self, value):
        if isinstance(value, _CONTAINERS):
            self.weigh(value)
        elif isinstance(value, str):
            self._spend(len(value) // 1024)

    def _item(self, node):
        container, key = self._visit(node.value), self._visit(node.slice)
        if isinstance(key, bool) or not isinstance(key, str | int):
            raise TypeError("a key must be a text or a whole number")
        try:
            return container[key]
        except (KeyError, IndexError):
            raise self._failed(errors.KeyMissing, name=key) from None

    def _list(self, node):
        return self.weigh([self._visit(part) for part in node.elts])

    def _dict(self, node):
        result = {}
        for key, part in zip(node.keys, node.values, strict=True):
            key = self._visit(key)
            if not isinstance(key, str):
                raise TypeError("a key must be a text")
            result[key] = self._visit(part)
        return self.weigh(result)

    def _call(self, node):
        name = node.func.id
        arguments = [self._visit(part) for part in node.args]
        if name in ("known", "value"):
            return self._ask(name, arguments)
        function = self.functions.get(name) or FUNCTIONS.get(name)
        if function is None:
            raise self._failed(errors.UnknownFunction, name=name)
        for argument in arguments:
            self._spend_comparing(argument)
        return self.weigh(self._checked(self._apply(name, function, arguments)))

    def _ask(self, name, arguments):
        """`known("x")` and `value("x", default)`: the only way to speak of a name that may not exist."""
        key = arguments[0] if arguments else None
        if not isinstance(key, str) or len(arguments) > (1 if name == "known" else 2):
            raise TypeError(name)
        if name == "known":
            return key in self.names
        return self.names.get(key, arguments[1] if len(arguments) == 2 else None)

    def _apply(self, name, function, arguments):
        try:
            return self._bounded(function(*arguments))
        except errors.ExpressionFailed:
            raise
        except DomainError as error:
            raise self._failed(errors.FunctionFailed, name=name, why=str(error)) from error
        except Exception as error:  # a wrong argument of a designer, whatever shape it takes inside
            if self.lets_null and any(argument is None for argument in arguments):
                return None
            raise self._failed(errors.FunctionFailed, name=name, why=str(error) or type(error).__name__) from error


def _same(left, right) -> bool:
    return left == right


def _exact(left, right):
    """`1` and `true` are different values to a designer; a moment and a day cannot be ordered."""
    if isinstance(left, datetime) != isinstance(right, datetime):
        raise TypeError("a moment and something else cannot be ordered")
    if isinstance(left, bool) or isinstance(right, bool) or isinstance(left, _CONTAINERS):
        raise TypeError("these values have no order")
    return left, right


def _within(left, right) -> bool:
    if isinstance(right, str) and not isinstance(left, str):
        raise TypeError("only a text can be in a text")
    if not isinstance(right, str | list | tuple | Mapping):
        raise TypeError(f"nothing can be in a value of type {type(right).__name__}")
    return left in right


def _ordered(compare):
    return lambda left, right: compare(*_exact(left, right))


_COMPARE = {
    ast.Eq: _same,
    ast.NotEq: lambda left, right: not _same(left, right),
    ast.Lt: _ordered(lambda left, right: left < right),
    ast.LtE: _ordered(lambda left, right: left <= right),
    ast.Gt: _ordered(lambda left, right: left > right),
    ast.GtE: _ordered(lambda left, right: left >= right),
    ast.In: _within,
    ast.NotIn: lambda left, right: not _within(left, right),
    ast.Is: lambda left, right: left is None,
    ast.IsNot: lambda left, right: left is not None,
}
_EQUATES = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)
_LETTING_NULL = {
    ast.Eq: equal,
    ast.NotEq: lambda left, right: not equal(left, right),
    ast.In: lambda left, right: has(right, left) if isinstance(right, list | tuple) else _within(left, right),
    ast.NotIn: lambda left, right: not _LETTING_NULL[ast.In](left, right),
}
_VISITORS = {
    ast.Name: Walk._name,
    ast.Constant: Walk._constant,
    ast.BoolOp: Walk._either,
    ast.IfExp: Walk._choice,
    ast.UnaryOp: Walk._unary,
    ast.BinOp: Walk._binary,
    ast.Compare: Walk._compare,
    ast.Subscript: Walk._item,
    ast.List: Walk._list,
    ast.Tuple: Walk._list,
    ast.Dict: Walk._dict,
    ast.Call: Walk._call,
}
