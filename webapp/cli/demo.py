"""`sutiao demo`: a world to look at, made of invented people."""

import click

from webapp.cli import ByModule

COMMANDS = {
    "serve": ("webapp.cli.demo_serve", "Start the demo world: everything, a court simulator, and a catcher of SMS and mail."),
    "world": ("webapp.cli.demo_world", "Publish the processes and make the demo's courts, organisations and people."),
    "cases": ("webapp.cli.demo_cases", "Fill a running demo with a handful of cases at different stages."),
    "play": ("webapp.cli.demo_play", "Play many cases to their ends and print the table of outcomes."),
}


@click.group(cls=ByModule, commands_in=COMMANDS)
def demo():
    """Show Sutiao with invented people and cases.

    The demo's log-ins work only on a demo database and only when the web listens on loopback. Begin with
    `sutiao demo serve` (or `make demo`), then watch cases run to every outcome with `sutiao demo play`.
    """
