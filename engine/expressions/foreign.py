"""Read expressions of other tools by precedence and write them in our own language; its whitelist then judges them."""

import json
import re

from engine.expressions.errors import ExpressionRefused
from engine.i18n import _

MAX_CHARACTERS = 4_000
MAX_DEPTH = 40


class CannotBeRead(ExpressionRefused):
    """The text is not in the other language either."""

    message = _("“%(text)s” cannot be read as %(language)s.")


class NotHere(ExpressionRefused):
    """The other language knows this, ours does not."""

    message = _("%(language)s: %(what)s is not supported here.")


class Reader:
    """Tokens of a text and the ways through them that all such languages share; a language says its words and its levels."""

    language = ""
    tokens = re.compile("")
    levels: tuple[dict[str, str], ...] = ()  # from the loosest: a sign or word of the language → ours
    constants = {"true": "True", "false": "False", "null": "None"}

    def __init__(self, source: str):
        self.source, self.here, self.depth = source, 0, 0
        if len(source) > MAX_CHARACTERS:
            raise ExpressionRefused(_("The expression is too long."))
        self.cut = self._cut(source.strip())

    def _cut(self, source: str) -> list[tuple[str, str]]:
        found, place = [], 0
        while place < len(source):
            token = self.tokens.match(source, place)
            if token is None or token.end() == place:
                raise self.odd()
            if token.lastgroup:
                found.append((token.lastgroup, token[token.lastgroup]))
            place = token.end()
        return [*found, ("end", "")]

    def whole(self) -> str:
        """The text in our language."""
        written = self.expression()
        if self.kind != "end":
            raise self.odd()
        return written

    # tokens

    @property
    def kind(self) -> str:
        return self.cut[self.here][0]

    @property
    def text(self) -> str:
        """The sign or word that is next; texts in quotes are never one."""
        kind, text = self.cut[self.here]
        return "" if kind == "quoted" else text

    def next(self) -> str:
        self.here += 1
        return self.cut[self.here - 1][1]

    def take(self, *texts: str) -> str:
        """The next sign or word if it is one of these."""
        return self.next() if self.text and self.text in texts else ""

    def expect(self, text: str) -> None:
        if not self.take(text):
            raise self.odd()

    def odd(self) -> CannotBeRead:
        return CannotBeRead(text=self.source[:80], language=self.language)

    def not_here(self, what: str) -> NotHere:
        return NotHere(language=self.language, what=what)

    # the way from loose to tight

    def expression(self) -> str:
        """One whole value; every opening bracket comes through here, so this counts the depth."""
        self.deeper()
        written = self.level(0)
        self.depth -= 1
        return written

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionRefused(_("The expression is too long."))

    def level(self, number: int) -> str:
        """Values joined by the signs of one level; `a or b or c` stays flat."""
        if number == len(self.levels):
            return self.unary()
        signs, written = self.levels[number], self.level(number + 1)
        while sign := self.take(*signs):
            parts = [written, self.level(number + 1)]
            while signs[sign] in ("and", "or") and self.take(sign):
                parts.append(self.level(number + 1))
            written = self.joined(signs[sign], parts)
        return written

    def joined(self, sign: str, parts: list[str]) -> str:
        return f"({f' {sign} '.join(parts)})"

    def unary(self) -> str:
        raise NotImplementedError

    def arguments(self, closing: str = ")") -> list[str]:
        """Values up to the closing bracket, the opening one is taken already."""
        found = []
        while not self.take(closing):
            if found:
                self.expect(",")
            found.append(self.expression())
        return found

    def quoted(self) -> str:
        """A text in quotes, as ours writes it."""
        raw = self.next()
        inner = raw[1:-1] if raw[0] == '"' else raw[1:-1].replace("\\'", "'").replace('"', '\\"')
        try:
            return json.dumps(json.loads(f'"{inner}"', strict=False), ensure_ascii=False)
        except ValueError:
            raise self.odd() from None
