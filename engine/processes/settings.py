"""Write process.toml and the English names from what a designer entered; reading them is the library's."""

import json
from collections.abc import Mapping

from engine.processes.library import ENGLISH, SETTINGS, Files, english_of, settings_of


def with_lanes(files: Files, lanes: Mapping[str, str]) -> dict[str, str]:
    """The settings file with these roles of lanes (lane name → role), when they differ."""
    settings = settings_of(files)
    old = settings.get("lanes", {})
    return {} if old == dict(lanes) else {SETTINGS: as_toml({**settings, "lanes": _in_order(old, lanes)})}


def with_titles(files: Files, title: str, title_en: str) -> dict[str, str]:
    """The settings file with these titles, when they differ."""
    settings = settings_of(files)
    changed = {**settings, "title": title, "title_en": title_en}
    return {} if changed == settings else {SETTINGS: as_toml(changed)}


def with_english(files: Files, names: Mapping[str, str]) -> dict[str, str]:
    """The English file with these names by element id, when they differ; empty ones are left out."""
    old, kept = english_of(files), {id: name.strip() for id, name in names.items() if name.strip()}
    return {} if kept == old else {ENGLISH: json.dumps(_in_order(old, kept), ensure_ascii=False, indent=2) + "\n"}


def _in_order(old: Mapping, new: Mapping) -> dict:
    """The new entries in the order of the old file, those it did not have last: differences stay readable."""
    return {key: new[key] for key in [*old, *(key for key in new if key not in old)] if key in new}


def as_toml(settings: Mapping) -> str:
    """A settings file: texts, numbers and yes or no first, then one table for each group."""
    plain = [f"{_key(key)} = {_value(value)}" for key, value in settings.items() if not isinstance(value, Mapping)]
    tables = [
        "\n".join([f"[{_key(name)}]", *(f"{_key(key)} = {_value(value)}" for key, value in table.items())])
        for name, table in settings.items() if isinstance(table, Mapping)
    ]
    return "\n\n".join(["\n".join(plain), *tables]) + "\n"


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").replace("-", "").isalnum() else _value(name)


def _value(value) -> str:
    """JSON's notation of a text, a number, yes or no, or a list of them is TOML's too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
