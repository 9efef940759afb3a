"""Document templates: where they are, what each needs, and what none of them may do."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from engine.errors import Invalid, NotFound, problem
from engine.i18n import _

ROOT = Path(__file__).parents[2] / "bpmn" / "documents"
STEP = re.compile(r"(?P<name>\w+)(?P<many>\[(?:(?P<key>\w+)=(?P<is>\w+))?\])?(?P<optional>\?)?")
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
PARTS = ("letterhead", "words", "parts")
LOADED = re.compile(r"\b(?:import|include)\b(?!\s*\"[a-z][a-z0-9_]*\.typ\")")
REACHING = re.compile(
    r"\b(?:eval|dictionary|plugin|read|csv|yaml|toml|xml|cbor|bibliography|std)\b|\b(?:json|image)\s*\((?!bytes\()"
)


class UnknownTemplate(NotFound):
    message = _("There is no document template “%(template)s”.")


class TemplateRefused(Invalid):
    message = _("The document template “%(template)s” is refused: %(why)s")


class FactsMissing(Invalid):
    message = _("The document “%(template)s” cannot be made: facts are missing.")


class NotInThisLanguage(Invalid):
    message = _("The document “%(template)s” does not exist in the language “%(language)s”.")


@dataclass(frozen=True)
class Template:
    """One template, as its head tells: title, languages, who signs, needed and optional facts (path → meaning)."""

    name: str
    title: str
    languages: tuple[str, ...]
    signers: tuple[str, ...]
    needs: dict[str, str]
    may: dict[str, str]

    def check(self, facts: dict, language: str) -> None:
        """Raise with every missing fact at once."""
        if language not in self.languages:
            raise NotInThisLanguage(template=self.name, language=language)
        missing = [place for path in self.needs for place in _missing(facts, path.split("."), "")]
        if missing:
            raise FactsMissing(template=self.name, problems=[
                problem(place, "missing", _("%(field)s is missing."), field=place) for place in missing
            ])


def names(root: Path = ROOT) -> list[str]:
    """The templates there are, without the parts they share."""
    return sorted(path.stem for path in root.glob("*.typ") if path.stem not in PARTS)


@cache
def is_in_english(name: str) -> bool:
    """Does a paper of this kind have an English reading copy? What was handed in has none."""
    return name in names() and "en" in find(name).languages


def find(name: str, root: Path = ROOT) -> Template:
    """A template by its name; raises UnknownTemplate, TemplateRefused."""
    path = root / f"{name}.typ"
    if not NAME.fullmatch(name) or name in PARTS or path.is_symlink() or not path.is_file():
        raise UnknownTemplate(template=name)
    for source in root.glob("*.typ"):
        refuse_reaching_out(source.stem, _text(source))
    return _described(name, _text(path))


def _text(path: Path) -> str:
    """What stands in a file, read again only when it was written anew."""
    told = path.stat()
    return _read(path, told.st_mtime_ns, told.st_size)


@lru_cache(maxsize=512)
def _read(path: Path, _written: int, _size: int) -> str:
    return path.read_text(encoding="utf-8")


def reference(root: Path = ROOT) -> str:
    """What every template needs, as the tables of `bpmn/documents/README.md`."""
    parts = []
    for name in names(root):
        found = find(name, root)
        parts.append(f"### `{name}` — {found.title}\n")
        parts.append(f"Languages: {', '.join(found.languages)}. Signed by: {', '.join(found.signers) or 'nobody'}.\n")
        rows = [(path, "yes", meaning) for path, meaning in found.needs.items()]
        rows += [(path, "", meaning) for path, meaning in found.may.items()]
        parts.append("| fact | needed | meaning |\n| --- | --- | --- |")
        parts += [f"| `{path}` | {needed} | {meaning} |" for path, needed, meaning in rows]
        parts.append("")
    return "\n".join(parts)


@lru_cache(maxsize=512)
def refuse_reaching_out(name: str, source: str) -> None:
    """A template gets data in and nothing else: no packages from the network, no files but its neighbours, no hidden code."""
    found = LOADED.search(source) or REACHING.search(source)
    if found:
        line = source[: found.start()].count("\n") + 1
        raise TemplateRefused(template=name, why=f"line {line}: {source.splitlines()[line - 1].strip()[:80]}")


@lru_cache(maxsize=128)
def _described(name: str, source: str) -> Template:
    head = [line[2:].strip() for line in source.splitlines() if line.startswith("//")]
    lists: dict[str, dict[str, str]] = {"needs": {}, "may": {}}
    values, section = {}, None
    for line in head[1:]:
        key, _colon, rest = line.partition(":")
        if key in lists:
            section = lists[key]
        elif key in ("languages", "signers"):
            values[key], section = tuple(rest.split()), None
        elif section is not None:
            path, _space, meaning = line.partition(" ")
            section[path] = meaning.strip()
    return Template(name, head[0] if head else name, values.get("languages", ("zh",)), values.get("signers", ()), **lists)


def _missing(value, path: list[str], place: str) -> list[str]:
    """Places where a needed path has no value: `a.b`, `list[].b`, `list[kind=payment].b`, and `a?.b` for b when a is there."""
    if not path:
        return [] if value not in (None, "", [], {}) else [place]
    step, rest = STEP.fullmatch(path[0]), path[1:]
    inner = value.get(step["name"]) if isinstance(value, dict) else None
    here = f"{place}.{step['name']}" if place else step["name"]
    if inner in (None, "", [], {}):
        return [] if step["optional"] else [here]
    if not step["many"]:
        return _missing(inner, rest, here)
    items = [(f"{here}[{i}]", item) for i, item in enumerate(inner) if not step["key"] or item.get(step["key"]) == step["is"]]
    return [gap for at, item in items for gap in _missing(item, rest, at)]
