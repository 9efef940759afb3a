"""`sutiao settings`: every setting, its value and meaning."""

from dataclasses import fields

import click

from engine.config import PREFIX, Settings


@click.command()
def settings():
    """List every SUTIAO_* setting with its value in force and its meaning.

    Secrets are shown as set or not set. Any setting can also be read from a file: SUTIAO_SECRET_KEY_FILE=/run/secrets/key.
    """
    in_force = Settings.from_env()
    for field in fields(Settings):
        value = getattr(in_force, field.name)
        shown = ("(set)" if value else "(not set)") if field.metadata["secret"] else value
        click.echo(f"{PREFIX}{field.name.upper()} = {shown}\n    {field.metadata['meaning']}")
