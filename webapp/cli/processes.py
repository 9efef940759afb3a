"""`sutiao processes`: publish, check and export process folders."""

import os
import sys
from functools import cache
from pathlib import Path

import click
from flask import Flask

import engine
from engine.access.actor import SYSTEM
from engine.config import Settings
from engine.db import transaction
from engine.errors import Invalid
from engine.i18n import Sentence, _
from engine.processes import checks, importing, library, rules, scenarios
from engine.processes import coverage as coverages
from engine.processes import publish as publishing
from webapp.cli import translations

SHIPPED = Path(__file__).resolve().parents[2] / "bpmn"
NOTES = {importing.UNDERSTOOD: _("understood"), importing.CHANGED: _("changed"), importing.REFUSED: _("refused")}
PATH = click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path), default=SHIPPED)


@click.group()
def processes():
    """Publish, check, export and take in processes: folders with a diagram, forms, decisions, English and scenarios.

    PATH is one process folder or a folder of them; without it the processes shipped with the program are meant. How to draw one
    is explained in bpmn/README.md.
    """


@processes.command()
@PATH
@click.option("--note", default="", help="What changed, for whoever reads the list of versions.")
def publish(path, note):
    """Make a new version of every process whose content changed.

    Everything is checked and every scenario is walked first; when one fails, nothing is published and each finding is listed with
    its element. Cases that run stay on their version; new cases get the new one. Publishing the same content twice makes no
    second version.
    """
    with engine_on(Settings.from_env()), transaction():
        try:
            made = publishing.publish_path(SYSTEM, path, note)
        except publishing.ProcessesRefused as refusal:
            show(refusal.findings, refusal.reports)
            sys.exit(1)
    for version in made:
        click.echo(f"{version.process_key} {version.number}  {version.title}")
    if not made:
        click.echo(told(_("Nothing has changed.")))


@processes.command(name="rules")
@PATH
@click.option("--check", is_flag=True, help="Write nothing; fail when the page is not what it would be.")
def write_rules(path, check):
    """Write RULES.md beside the process folders: which term, close code, document and legal rule is where, with its article.

    It is made from the diagrams and the tables, one fact a line; a test fails when it is not up to date.
    """
    target, page = path / "RULES.md", rules.page(library.read_folders(path))
    if check:
        sys.exit(0 if target.is_file() and target.read_text(encoding="utf-8") == page else 1)
    target.write_text(page, encoding="utf-8")
    click.echo(f"{target}: {page.count(chr(10))}")


@processes.command()
@PATH
@click.option("--verbose", is_flag=True, help="Also list warnings and the scenarios that passed.")
@click.option("--coverage", is_flag=True, help="Tell which elements and arrows no scenario walks through.")
def check(path, verbose, coverage):
    """Check process folders and walk their scenarios; needs no database and changes nothing.

    Exits with 1 when something would keep them from being published.
    """
    folders = shipped_beside(library.read_folders(path))
    keys = list(library.read_folders(path))
    found = [finding for key in keys for finding in checks.check(key, folders)]
    reports = [] if checks.errors(found) else [report for key in keys for report in scenarios.run_all(key, folders)]
    show([each for each in found if verbose or each.is_error], [each for each in reports if verbose or not each.passed])
    for key in keys if coverage else ():
        show_coverage(coverages.of(key, folders[key], reports))
    if checks.errors(found) or any(not report.passed for report in reports):
        sys.exit(1)
    click.echo(told(_("%(count)s processes, %(walks)s scenarios: nothing keeps them from being published."),
                    count=len(keys), walks=len(reports)))


@processes.command()
@click.argument("key")
@click.argument("path", type=click.Path(file_okay=False, path_type=Path))
def export(key, path):
    """Write the version of KEY that is in force to PATH/KEY, in the layout of bpmn/.

    Files of that folder that no longer belong to the process are removed.
    """
    with engine_on(Settings.from_env()), transaction(write=False):
        version = library.published().get(key)
    if version is None:
        raise click.ClickException(told(_("There is no published process %(process)s."), process=key))
    library.write_folder(version.files, path / key)
    click.echo(f"{path / key}  ({version.process_key} {version.number})")


@processes.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--to", "place", type=click.Path(file_okay=False, path_type=Path), default=Path("."),
              help="The folder in which the process gets a folder of its own; the current one when not said.")
@click.option("--key", default="", help="What the process is to be called; made from its id when not said.")
@click.option("--operation", "topics", multiple=True, metavar="TOPIC=OPERATION",
              help="Which operation does the work of an external task's topic. May be given several times.")
def import_file(file, place, key, topics):
    """Take in the diagram of another modeller (BPMN 2.0; Camunda 7 with its external tasks, mappings and conditions).

    Writes a process folder and lists what was understood, what was changed and what was refused, then what would keep the process
    from being published. A folder that is there already is left alone. Exits with 1 when something is still in the way.
    """
    try:
        taken = importing.read(file.read_bytes(), key, dict(topic.partition("=")[::2] for topic in topics))
        library.refuse_faulty(taken.key, taken.files)
    except Invalid as refusal:
        raise click.ClickException(told_of(refusal)) from None
    if (place / taken.key).exists():
        raise click.ClickException(told(_("There is already a folder %(path)s."), path=str(place / taken.key)))
    library.write_folder(taken.files, place / taken.key)
    for note in taken.notes:
        where = f"#{note.element_id}" if note.element_id else ""
        click.echo(f"{told(NOTES[note.kind])}  {taken.key}{where}  {told(note.message, **note.values)}")
    found = checks.check(taken.key, shipped_beside({taken.key: taken.files}))
    show(checks.errors(found), [])
    click.echo(f"{place / taken.key}")
    if checks.errors(found) or taken.of_kind(importing.REFUSED):
        sys.exit(1)


def told_of(refusal) -> str:
    """A refusal with everything it names."""
    parts = [told(fault["message"], **(fault["values"] or {})) for fault in refusal.problems]
    return "; ".join([told(refusal.message, **refusal.details), *parts])


def engine_on(settings):
    """The engine alone, without the web's routes."""
    app = Flask("processes")
    engine.init_app(app, settings)
    return app.app_context()


def shipped_beside(folders):
    """A folder may call the shipped processes."""
    return library.read_folders(SHIPPED) | folders


def show(findings, reports) -> None:
    """List what was found: where, what, and why."""
    for finding in findings:
        where = f"{finding.process_key}/{finding.file}" + (f"#{finding.element_id}" if finding.element_id else "")
        name = f"“{finding.element_name}” " if finding.element_name else ""
        mark = told(_("error")) if finding.is_error else told(_("warning"))
        click.echo(f"{mark}  {where}  {name}{told(finding.message, **finding.values)}", err=finding.is_error)
    for report in reports:
        where = f"{report.process_key}/scenarios/{report.scenario}.toml"
        if report.passed:
            click.echo(f"{told(_('passed'))}  {where}  {report.title}")
        else:
            step = told(_("step %(number)s"), number=report.step)
            click.echo(f"{told(_('error'))}  {where}  {report.title}, {step}: {told(report.message, **report.values)}", err=True)


def show_coverage(covered: coverages.Coverage) -> None:
    """One line for a process, and one for each part that no scenario walks through."""
    (elements, of_elements), (arrows, of_arrows) = covered.count(coverages.ELEMENT), covered.count(coverages.ARROW)
    click.echo(f"{covered.process_key}  " + told(
        _("%(elements)s of %(of_elements)s elements, %(arrows)s of %(of_arrows)s arrows"),
        elements=elements, of_elements=of_elements, arrows=arrows, of_arrows=of_arrows,
    ))
    for part in covered.missed:
        click.echo(f"  {told(_('not walked'))}  {part.id}  {part.name}")


def told(text: str, /, **values) -> str:
    """The text in the terminal's language: Chinese where LANG says so, otherwise English."""
    if isinstance(text, Sentence):
        text, values = text.text, text.values
    language = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    if language.startswith("zh"):
        message = chinese().get(text)
        text = message.string if message and message.string else text
        values = {name: told(value) if isinstance(value, str) else value for name, value in values.items()}
    return text % values if values else text


@cache
def chinese():
    """The catalog as it is written, so that a terminal needs no compiled one."""
    return translations.merged("zh", translations.sources(translations.FOLDER / "zh"))
