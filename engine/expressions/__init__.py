"""The small language of diagrams, decisions and forms: a safe part of Python, parsed with `ast` and walked, never executed.

`compile_expression("amount > 1000 and kind in ['loan', 'card']").evaluate({"amount": 5, "kind": "loan"})`
"""

from engine.expressions.feel import compile_feel, compile_value
from engine.expressions.functions import FUNCTIONS, describe_functions
from engine.expressions.language import (
    RESERVED,
    Expression,
    ExpressionFailed,
    ExpressionRefused,
    Script,
    compile_expression,
    compile_script,
)
from engine.expressions.walk import Meter

__all__ = [
    "FUNCTIONS",
    "RESERVED",
    "Expression",
    "ExpressionFailed",
    "ExpressionRefused",
    "Meter",
    "Script",
    "compile_expression",
    "compile_feel",
    "compile_script",
    "compile_value",
    "describe_functions",
]
