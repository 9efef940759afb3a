"""`sutiao translations`: make the catalogs that the web reads."""

from collections.abc import Iterable
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from webapp.cli import Refused

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "webapp" / "translations"
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "_l": None, "ngettext": (1, 2)}
METHODS = [
    ("engine/**.py", "python"), ("webapp/**.py", "python"), ("workers/**.py", "python"), ("webapp/templates/**.html", "jinja2"),
    ("webapp/templates/**.txt", "jinja2"), ("webapp/frontend/src/**.js", "javascript"),
]


class Merged:
    """One language's catalog, gathered from several files; a message may not have two translations."""

    def __init__(self, language: str):
        self.catalog = Catalog(locale=language, domain="messages")
        self.found_in: dict = {}
        self.faults: list[str] = []

    def take(self, file: Path) -> None:
        """Add the translated messages of a file."""
        try:
            with file.open("rb") as source:
                catalog = read_po(source, abort_invalid=True)
        except (PoFileError, ValueError) as error:
            self.faults.append(f"{file.name}: {error}")
            return
        for message in catalog:
            if message.id and message.string and not message.fuzzy:
                self._add(message, file)

    def _add(self, message, file: Path) -> None:
        self.faults += [f"{file.name}: {message.id!r}: {error}" for error in message.check()]
        key = (message.context, message.id)
        first, text = self.found_in.setdefault(key, (file.name, message.string))
        if text != message.string:
            self.faults.append(f"{message.id!r} is {text!r} in {first} and {message.string!r} in {file.name}")
        else:
            self.catalog.add(message.id, message.string, context=message.context)


def sources(language_folder: Path) -> list[Path]:
    """The files a catalog is made of: the main one, and one for each part of the program."""
    main = language_folder / "LC_MESSAGES" / "messages.po"
    return [*([main] if main.exists() else []), *sorted((language_folder / "parts").glob("*.po"))]


def merged(language: str, files: Iterable[Path]) -> Catalog:
    """All files of a language as one catalog; raises Refused with every fault found."""
    gathered = Merged(language)
    for file in files:
        gathered.take(file)
    if gathered.faults:
        raise Refused("the translations contradict each other:\n  " + "\n  ".join(gathered.faults))
    return gathered.catalog


def compile_language(language_folder: Path) -> int:
    """Write a language's messages.mo; answers how many messages it has."""
    catalog = merged(language_folder.name, sources(language_folder))
    target = language_folder / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(exist_ok=True)
    fresh = target.with_suffix(".new")
    with fresh.open("wb") as file:
        write_mo(file, catalog)
    fresh.replace(target)
    return len(catalog)


def marked() -> dict:
    """Every message marked in the code, the templates and the islands → where it stands."""
    found = {}
    rows = extract_from_dir(ROOT, METHODS, keywords=KEYWORDS, directory_filter=_is_ours)
    for file, line, message, _comments, _context in rows:
        found.setdefault(message, f"{file}:{line}")
    return found


def _is_ours(folder: str) -> bool:
    path = Path(folder)
    return path.name not in ("node_modules", "static", "tests") and not path.name.startswith(".")


def missing(language: str) -> dict:
    """The marked messages that a language lacks → where they stand."""
    known = {message.id for message in merged(language, sources(FOLDER / language))}
    return {message: place for message, place in marked().items() if message not in known}


@click.group()
def translations():
    """Work with the translations of the program's own texts (webapp/translations).

    English stands in the code; every other language has a folder with LC_MESSAGES/messages.po and one file per part of the
    program in parts/. What people read in diagrams, forms and documents is not here but beside them in bpmn/.
    """


@translations.command("compile")
def compile_all():
    """Merge and compile the catalogs of all languages.

    Fails, naming all of them, when a message has two different translations.
    """
    for folder in sorted(path for path in FOLDER.glob("*") if path.is_dir()):
        click.echo(f"{folder.name}: {compile_language(folder)} messages")


@translations.command("missing")
@click.argument("language", default="zh")
def list_missing(language):
    """List the marked messages that LANGUAGE lacks, with the place where each stands.

    The exit status is 1 when there are any.
    """
    lacking = missing(language)
    for message, place in sorted(lacking.items(), key=lambda item: item[1]):
        click.echo(f"{place}: {message!r}")
    if lacking:
        raise Refused(f"{len(lacking)} messages have no translation into {language}.")
