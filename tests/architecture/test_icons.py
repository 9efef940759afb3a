"""No page shows an empty place where an icon should be: the sprite has what the code names."""

import ast

from tests.architecture.test_imports import ROOT
from webapp.areas import MENU


def sprite() -> str:
    return (ROOT / "webapp" / "static" / "dist" / "icons.svg").read_text()


def icons_of_chips() -> set[str]:
    """The second argument of every Chip(…) in the code."""
    tree = ast.parse((ROOT / "webapp" / "chips.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Chip"]
    return {call.args[1].value for call in calls}


def test_the_sprite_has_the_icons_of_the_menu_and_the_clocks():
    named = icons_of_chips() | {icon for *_, icon, _key in MENU}

    assert len(named) > 8
    assert [icon for icon in sorted(named) if f'id="{icon}"' not in sprite()] == []
