"""Mark a text for translation; showing it in a language is the door's work."""


class Marked(str):
    """A text of our own, in English: the catalogs have it in other languages. A person's name never is one."""

    __slots__ = ()

    def __str__(self):
        return self  # what an exception says stays marked


def _(text: str) -> str:
    """Return the text, marked: the mark lets the catalog find it, the web translates it when it shows it."""
    return Marked(text)
