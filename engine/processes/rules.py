"""Which rule is where: every term, close code, document and legal table with its article, its diagrams and its operations.

One fact a line, sorted: the page `bpmn/RULES.md` is made of them by `sutiao processes rules`, and a test compares the two.
"""

import inspect
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine import operations
from engine.cases import outcomes, regimes
from engine.deadlines import saying, terms
from engine.documents import templates
from engine.operations import desk_papers, serving_papers
from engine.processes import library
from engine.workflow import spiff, versions

ENGINE = Path(__file__).resolve().parents[1]
CODE = re.compile(r"""["'](O\d\d)["']""")
PRINTED = re.compile(r"""facts\.of\(\s*["'](\w+)["']""")
CONSTANT = re.compile(r"\b([a-z_]+)\.([A-Z_]+)\b")
GIVEN = re.compile(r"<outputEntry\b.*?</outputEntry>", re.DOTALL)
USES = {"term": "届满", "due": "办理", "counts": "计算", "pauses": "暂停"}
SEEN_TO, SEES_TO = "overdue#task_overdue", "逾期督办"  # where a term that no timer ends goes (engine/oversight/overdue.py)
NOBODY_ABOVE = ("party", "court_president", "institution_approver")
NOWHERE = "—"


@dataclass(frozen=True, order=True)
class Rule:
    """One fact: what rule, how it reads, on what basis, and where it is."""

    part: str  # terms, outcomes, documents, tables
    key: str
    place: str
    text: str
    basis: str = ""
    use: str = ""  # what the place has to do with the term or paper

    @property
    def line(self) -> str:
        place = f"`{self.place}` {self.use}".strip()
        return " · ".join(filter(None, (f"- {self.key}", self.text, self.basis, place)))


PARTS = {
    "terms": "期限 Terms",
    "outcomes": "结案方式 Close codes",
    "documents": "文书 Documents",
    "tables": "规则表 Legal tables",
}


def every(folders: Mapping[str, Mapping[str, str]]) -> list[Rule]:
    """All facts of these process folders and of the tables."""
    drawn = {key: spiff.read(versions.source(key, files)) for key, files in folders.items()}
    elements = [each for file in drawn.values() for process in file.values() for each in process.elements.values()]
    found = _terms(elements, _seen_to(elements, folders))
    return sorted({*found, *_outcomes(elements, folders), *_documents(elements), *_tables()})


def page(folders: Mapping[str, Mapping[str, str]]) -> str:
    """The whole report."""
    rules, lines = every(folders), [
        "# 哪条规则在哪里 · Which rule is where", "",
        "Made from diagrams and tables by `sutiao processes rules`; do not edit. `[P]` read in the law, `[S]` secondary, "
        "`[unverified]`, `[design]` our own default. `—`: no diagram uses it; for a term it says who keeps it, and why.",
    ]
    for part, title in PARTS.items():
        lines += ["", f"## {title}", "", *(rule.line for rule in rules if rule.part == part)]
    return "\n".join(lines) + "\n"


def _place(element: spiff.Element) -> str:
    return f"{element.process_key}#{element.id}"


def _seen_to(elements, folders) -> set[str]:
    """Terms of people's tasks that no timer ends: whoever supervises them is told when they are over."""
    timed = {each.properties["term"] for each in elements if "term" in each.properties}
    roles = {key: library.lanes_of(files) for key, files in folders.items()}
    return {each.properties["due"] for each in elements if each.properties.get("due", "") not in ("", *timed)
            and roles[each.process_key].get(each.lane) not in NOBODY_ABOVE}


def _terms(elements, seen_to: set[str]) -> Iterator[Rule]:
    used = {terms.get(name).id: {(SEEN_TO, SEES_TO)} for name in seen_to}
    for element in elements:
        for name, use in USES.items():
            for key in element.properties.get(name, "").replace(",", " ").split():
                for term in terms.family(key) if name == "pauses" else _meant(key, element.process_key):
                    used.setdefault(term.id, set()).add((_place(element), use))
    for term in terms.every():
        text = f"{term.title.zh} {saying.length(term.unit, term.length).zh}"
        basis = f"{term.article.zh} [{term.source}]"
        for place, use in sorted(used.get(term.id, {(NOWHERE, term.kept.zh if term.kept else "")})):
            yield Rule("terms", term.id, place, text, basis, use)


def _meant(key: str, process_key: str) -> list[terms.Term]:
    """The terms a name stands for: the mediation term is that of the regime whose process it is, else of any regime."""
    if key not in regimes.MEDIATION_TERM:
        return [terms.get(key)]
    named = [name for each in regimes.every().values() if each.process == process_key for name in each.terms.values()]
    return [terms.get(name) for name in named] or terms.family(key)


def _outcomes(elements, folders) -> Iterator[Rule]:
    found = set()
    for element in elements:
        said = " ".join([element.script or "", *element.parameters.values()])
        found |= {(code, _place(element)) for code in CODE.findall(said)}
    for key, files in folders.items():
        for path, text in files.items():
            if path.startswith("decisions/"):
                given = " ".join(GIVEN.findall(text))
                found |= {(code, f"{key}/{path}") for code in CODE.findall(given)}
            elif path.startswith("forms/"):
                found |= {(code, f"{key}/{path}") for code in CODE.findall(text)}
    for code, (title, article) in outcomes.OUTCOMES.items():
        for place in sorted(place for each, place in found if each == code) or [NOWHERE]:
            yield Rule("outcomes", code, place, str(title), article)


def _documents(elements) -> Iterator[Rule]:
    names, found = templates.names(), set()
    for element in elements:
        said = " ".join([*element.parameters.values(), *(f'"{told}"' for told in [element.properties.get("paper")] if told)])
        found |= {(name, _place(element), "") for name in names if f'"{name}"' in said}
    for operation in operations.OPERATIONS.values():
        module = inspect.getmodule(type(operation))
        source = inspect.getsource(module)
        constants = _constants(module, source)
        found |= {(name, operation.name, "") for name in names if f'"{name}"' in source or name in constants}
    found |= {(name, _path(desk_papers.TABLE), "案头制作") for name in desk_papers.offers()}
    source = inspect.getsource(serving_papers)
    found |= {(name, _path(Path(serving_papers.__file__)), "送达时制作") for name in PRINTED.findall(source)}
    for name in names:
        for place, use in sorted((place, use) for each, place, use in found if each == name) or [(NOWHERE, "")]:
            yield Rule("documents", name, place, templates.find(name).title, use=use)


def _constants(module, source: str) -> list:
    """What the constants of other modules say that a module names: `handover.LIST`."""
    return [getattr(getattr(module, owner, None), name, None) for owner, name in CONSTANT.findall(source)]


def _path(file: Path) -> str:
    return file.relative_to(ENGINE.parent).as_posix()


def _tables() -> Iterator[Rule]:
    for path in sorted(ENGINE.glob("*/tables/*.toml")):
        if path.parts[-3] == "deadlines":
            continue
        place = _path(path)
        for key, row in _rows(tomllib.loads(path.read_text(encoding="utf-8")), ""):
            article = row.get("article") or row.get("basis") or ""
            told = article.get("zh", "") if isinstance(article, dict) else str(article)
            if told or row.get("source"):
                basis = f"{told} [{row['source']}]" if row.get("source") else told
                yield Rule("tables", f"{path.stem}.{key}", place, _title(row), basis)


def _rows(table: Mapping, prefix: str) -> Iterator[tuple[str, Mapping]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield f"{prefix}{key}", value
            yield from _rows(value, f"{prefix}{key}.")
        elif isinstance(value, list):
            yield from ((f"{prefix}{key}.{number}", each) for number, each in enumerate(value, 1) if isinstance(each, Mapping))


def _title(row: Mapping) -> str:
    for name in ("title", "words", "text", "zh", "name"):
        found = row.get(name)
        if isinstance(found, Mapping) and isinstance(found.get("zh"), str):
            return found["zh"]
        if isinstance(found, str):
            return found
    return ""
