"""Two ways an expression can be wrong: as written, and when it meets the values."""

from engine.errors import Invalid
from engine.i18n import _


class ExpressionRefused(Invalid):
    """The text is not in the language; raised before anything is evaluated."""

    message = _("Line %(line)s: %(what)s is not part of the expression language.")


class ExpressionFailed(Invalid):
    """The text is fine but not with these values: a name is missing, types do not fit, a budget is used up."""

    message = _("“%(source)s” could not be evaluated.")


class NameMissing(ExpressionFailed):
    message = _("“%(source)s” needs the value “%(name)s”, which does not exist yet.")


class KeyMissing(ExpressionFailed):
    message = _("“%(source)s” asks for “%(name)s”, which is not there.")


class UnknownFunction(ExpressionFailed):
    message = _("“%(source)s” calls “%(name)s”, which is not a function of the expression language.")


class TypesDiffer(ExpressionFailed):
    message = _("“%(source)s” puts values together that do not fit (%(what)s).")


class FunctionFailed(ExpressionFailed):
    message = _("“%(source)s”: the function “%(name)s” failed: %(why)s")


class BudgetExhausted(ExpressionFailed):
    message = _("“%(source)s” takes too many steps or makes a value that is too large.")


class TookTooLong(ExpressionFailed):
    message = _("“%(source)s” was not done after %(seconds)s seconds.")
