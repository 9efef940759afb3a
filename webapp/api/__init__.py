"""The API `/api/v1` for courts and institutions: OAuth2 client credentials, JSON in and out, problem documents for errors."""

from flask_smorest import Api

from webapp.api import cases, catalogue, intake, messages, objections, outgoing, referrals, tokens
from webapp.api.identity import SCOPES

PREFIX = "/api/v1"
DESCRIPTION = (
    "A court's or institution's system may ask on behalf of one of its own people: with the header `On-Behalf-Of` and the "
    "person's log-in name a request may do and see what both may, the system and the person at that body; events and the "
    "audit name both. "
    "Whoever is named must have a role there today, else the answer is 403.")
BLUEPRINTS = (tokens.blueprint, referrals.blueprint, cases.blueprint, messages.blueprint, catalogue.blueprint,
              intake.blueprint, objections.blueprint)


class QuietApi(Api):
    """flask-smorest's description and routes; errors are answered by `problems.py`."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self):
        pass


def init_app(app) -> None:
    """Add the API and its description, `/api/v1/openapi.json`."""
    app.config.update(API_TITLE="Sutiao 诉调", API_VERSION="1", OPENAPI_VERSION="3.1.0", OPENAPI_URL_PREFIX=PREFIX,
                      OPENAPI_JSON_PATH="openapi.json", API_SPEC_OPTIONS={"info": {"description": DESCRIPTION}})
    api = QuietApi(app)
    api.spec.components.security_scheme("oauth2", {
        "type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": f"{PREFIX}/token", "scopes": SCOPES}}})
    for name, schema in outgoing.SCHEMAS.items():
        api.spec.components.schema(name, schema)
    api.spec.components.response("Problem", {
        "description": "What is wrong, all of it at once (RFC 9457)",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    })
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint, url_prefix=PREFIX)
