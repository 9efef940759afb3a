"""The `sutiao` program: one line per command; a command's module is loaded when it is called."""

import sys
from importlib import import_module

import click

COMMANDS = {  # name → (module, what it is for)
    "serve": ("webapp.cli.serve", "Run everything: embedded Valkey, web and workers, in one process tree."),
    "web": ("webapp.cli.web", "Run only the web server."),
    "worker": ("webapp.cli.worker", "Run only one worker."),
    "db": ("webapp.cli.db", "Bring the database up to date."),
    "processes": ("webapp.cli.processes", "Publish, check, export and take in processes."),
    "cases": ("webapp.cli.cases", "Import referrals; show, help and upgrade cases; take one out of the archive."),
    "users": ("webapp.cli.users", "Add people who log in."),
    "courts": ("webapp.cli.courts", "Add courts that send referrals."),
    "organisations": ("webapp.cli.organisations", "Add mediation organisations; set their kind and what they publish."),
    "assignment": ("webapp.cli.assignment", "Do the draw of a case's mediator again and compare."),
    "peers": ("webapp.cli.peers", "Play the court's system, catch SMS and mail, or stamp the time."),
    "audit": ("webapp.cli.audit", "Check the audit's chains and signed roots."),
    "keys": ("webapp.cli.keys", "Make, check and change the keys that encrypt personal data."),
    "calendar": ("webapp.cli.calendar", "Add a year's holidays and working days; count terms again."),
    "demo": ("webapp.cli.demo", "Start a demo world, fill it, play cases to their ends."),
    "settings": ("webapp.cli.settings", "List every SUTIAO_* setting and its value."),
    "translations": ("webapp.cli.translations", "Compile the translations of the program's own texts."),
}


class Refused(click.ClickException):
    """The command cannot be done; the message is one plain sentence."""

    def show(self, file=None):
        click.echo(f"sutiao: {self.format_message()}", err=True)


class ByModule(click.Group):
    """A group whose commands live in modules of their own."""

    def __init__(self, *args, commands_in: dict[str, tuple[str, str]], **options):
        super().__init__(*args, **options)
        self.commands_in = commands_in

    def list_commands(self, ctx):
        return list(self.commands_in)

    def get_command(self, ctx, name):
        if name not in self.commands_in:
            return None
        return getattr(import_module(self.commands_in[name][0]), name)

    def format_commands(self, ctx, formatter):
        with formatter.section("Commands"):
            formatter.write_dl([(name, meaning) for name, (_, meaning) in self.commands_in.items()])

    def invoke(self, ctx):
        from engine import texts

        try:
            texts.refuse(sys.argv[1:])
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if refusal := as_refusal(error):
                raise refusal from error
            raise


def as_refusal(error: Exception) -> Refused | None:
    """The errors that a reader can do something about, as a sentence; None for a bug."""
    from engine.config import SettingRefused
    from engine.errors import DomainError

    if isinstance(error, SettingRefused):
        return Refused(str(error))
    return Refused(sentences(error)) if isinstance(error, DomainError) else None


def sentences(error) -> str:
    """A domain error as text: its message, and one line for each of its problems."""
    lines = [str(error)]
    for problem in getattr(error, "problems", []):
        lines.append(f"  {problem['pointer']}: {problem['message'] % problem['values']}")
    return "\n".join(lines)


@click.group(cls=ByModule, commands_in=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
def sutiao():
    """Court-to-mediation case routing on BPMN.

    `sutiao serve` runs everything on this machine with nothing else installed. Settings are SUTIAO_* variables of the
    environment; `sutiao settings` explains each. Every command has its own --help.
    """


def main():
    """The console script."""
    return sutiao.main(prog_name="sutiao", args=sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
