"""The sheet that `?` opens: drawn once for all who have the same keys and areas, and read the same language."""

from functools import lru_cache

from flask import render_template
from markupsafe import Markup

from webapp import areas, i18n
from webapp.identity import own_keys


def drawn() -> Markup:
    """The sheet of whoever asks."""
    return _drawn(i18n.language(), tuple(own_keys().items()), tuple((each["key"], each["label"]) for each in areas.mine()))


@lru_cache(maxsize=256)
def _drawn(_language: str, _keys: tuple, _areas: tuple) -> Markup:
    """The template asks for the same three again."""
    return Markup(render_template("_keys.html"))
