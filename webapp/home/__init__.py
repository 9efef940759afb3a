"""The front door: where to sign in, where one's day begins, and whether all parts are up."""

from webapp.home import passkeys, single_sign_on
from webapp.home.routes import blueprint


def init_app(app) -> None:
    """Open the front door, and the one through one's own house."""
    for part in (blueprint, single_sign_on.blueprint, passkeys.blueprint):
        app.register_blueprint(part)
