"""What arrows of data do: stores and objects are read when an activity or event begins, and written when it is done.

An activity that is done several times reads before the first and writes after the last.
"""

from engine.workflow.spiff import objects, stores


def fill_in(token, of=None) -> None:
    """An activity or event begins; `of`: one that waits on behalf of the token."""
    if not _is_one_of_many(token):
        stores.fill_in(token, of or token.element)
        objects.fill_in(token, of or token.element)


def keep(token) -> None:
    """An activity or event is done. One that does not come to its end keeps nothing."""
    if not _is_one_of_many(token):
        stores.keep(token)
        objects.keep(token)


def _is_one_of_many(token) -> bool:
    return token.is_instance and token.element.repeats is not None
