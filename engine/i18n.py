"""Mark a text for translation; showing it in a language is the door's work."""

from collections.abc import Iterable, Mapping


class Marked(str):
    """A text of our own, in English: the catalogs have it in other languages. A person's name never is one."""

    __slots__ = ()

    def __str__(self):
        return self  # what an exception says stays marked


class Sentence(str):
    """A marked text with its values, put together in English; the door that shows it says both in the reader's language."""

    def __new__(cls, text: str, values: Mapping | None = None):
        sentence = super().__new__(cls, text % values if values else text)
        sentence.text, sentence.values = text, values or {}
        return sentence

    def __str__(self):
        return self  # what an exception says can still be said in another language

    @classmethod
    def of(cls, sentences: Iterable[str]) -> "Sentence":
        """Several one after the other."""
        parts = {f"part_{number}": each for number, each in enumerate(sentences)}
        return cls("; ".join(f"%({name})s" for name in parts), parts)


def _(text: str) -> str:
    """Return the text, marked: the mark lets the catalog find it, the web translates it when it shows it."""
    return Marked(text)
