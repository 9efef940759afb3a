"""`sutiao users`: accounts of the people who log in."""

import sys

import click
from flask import Flask
from sqlalchemy import select

import engine
from engine.access.actor import SYSTEM
from engine.access.models import Body, Role
from engine.config import Settings
from engine.db import db, transaction
from engine.mediation.models import MediatorProfile
from engine.oversight import people
from webapp.cli import Refused
from webapp.identity import hash_password

MIN_PASSWORD = 12


@click.group()
def users():
    """Look after the accounts of staff, designers and administrators.

    The first administrator is made here; everybody else can also be added in the browser, under Administration.
    """


@users.command()
@click.argument("login")
@click.option("--name", required=True, help="The person's name, as colleagues and parties read it.")
@click.option("--role", "roles", required=True, multiple=True, type=click.Choice([role.value for role in Role]),
              help="What the person does; may be given several times.")
@click.option("--body", "code", default="", help="Code of the court, organisation or institution where the person works.")
@click.option("--speciality", "specialities", multiple=True, help="Mediators: a sector or kind of dispute, such as banking.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of the input.")
def add(login, name, roles, code, specialities, password_stdin):
    """Add an account LOGIN with its roles.

    The password is asked for and has at least 12 characters. Roles of a court, organisation or institution need --body. A
    mediator is put on the organisation's register at the same time.
    """
    password = asked_password(password_stdin)
    app = Flask("users")
    engine.init_app(app, Settings.from_env())
    with app.app_context(), transaction():
        body = body_of(code) if code else None
        user = people.add(SYSTEM, login, name, body.id if body else None, hash_password(password))
        for role in roles:
            people.grant(SYSTEM, user.id, role)
        if Role.MEDIATOR in roles:
            db.session.get(MediatorProfile, user.id).specialities = list(specialities)
        known = f"{user.login}  {user.name}  {', '.join(roles)}" + (f"  {body.name}" if body else "")
    click.echo(known)


def asked_password(from_input: bool) -> str:
    """The password, from the input or asked for twice without showing it."""
    if from_input:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if len(password) < MIN_PASSWORD:
        raise Refused(f"the password has {len(password)} characters; at least {MIN_PASSWORD} are needed.")
    return password


def body_of(code: str) -> Body:
    """The body of this code, or a refusal that lists what there is."""
    found = db.session.scalar(select(Body).where(Body.code == code))
    if found is None:
        every = db.session.scalars(select(Body).order_by(Body.kind, Body.code))
        known = ", ".join(f"{body.code} {body.name}" for body in every)
        raise Refused(f"there is no body with the code {code}; there is: {known or 'none yet'}.")
    return found
