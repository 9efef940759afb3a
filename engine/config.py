"""Every setting: its name, type, default and meaning. Unknown or malformed `SUTIAO_*` values stop the start."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

PREFIX = "SUTIAO_"
KEY_FILES = {"data_keys": "personal-data.keys", "index_key": "blind-index.key"}


class SettingRefused(Exception):
    """A setting is unknown or malformed; the text says which and why."""


def setting(meaning: str, default="", secret=False):
    """A settings field with its one-line meaning."""
    return field(default=default, metadata={"meaning": meaning, "secret": secret})


@dataclass(frozen=True)
class Settings:
    """All settings, read once at the start; secrets are also read from a file named by `SUTIAO_<NAME>_FILE`."""

    host: str = setting("address the web listens on", "127.0.0.1")
    port: int = setting("port the web listens on", 8080)
    base_url: str = setting("address people and courts reach us under; empty: http://<host>:<port>")
    data: Path = setting("folder for the database, files, keys and logs", Path("var"))
    database_url: str = setting("SQLAlchemy URL; empty: SQLite in the data folder", secret=True)
    redis_url: str = setting("Redis or Valkey URL; empty: the embedded server", secret=True)
    workers: int = setting("worker processes that `sutiao serve` starts", 2)
    web_processes: int = setting("processes of the web, of 200 threads each; 0: two with a database server, one with SQLite", 0)
    data_keys: str = setting(
        "keys that encrypt personal data, comma separated: the first writes, all read; empty: made in the data folder, but "
        "not for a database server", secret=True)
    index_key: str = setting("key of the blind indexes by which they are found; empty: made in the data folder", secret=True)
    secret_key: str = setting("key for sessions and tokens; empty: made once and kept in the data folder", secret=True)
    second_factor: str = setting("who must have a second factor: empty: nobody; weighty: administrators, judges, …; staff")
    oidc_issuer: str = setting("OpenID provider for single sign-on, https://…; empty: passwords only")
    oidc_client_id: str = setting("what the provider calls us")
    oidc_client_secret: str = setting("our secret at the provider", secret=True)
    oidc_claim: str = setting("which of the provider's claims is the log-in here", "preferred_username")
    oidc_name: str = setting("what people call that account", "单点登录 SSO")
    session_idle_minutes: int = setting("a session ends after so long without a request", 120)
    audit_key: str = setting("file with the key that signs the audit's anchors (Ed25519, PEM); empty: made in the data folder")
    audit_anchors: str = setting("file that gets a copy of each anchor, best on another machine; empty: in the data folder")
    fonts: str = setting("folder with Noto Serif SC for documents; empty: the one the build made")
    sms_url: str = setting("SMS gateway (HTTP POST, JSON); empty: messages are recorded as not sent")
    sms_key: str = setting("bearer key for the SMS gateway", secret=True)
    smtp_url: str = setting("mail server, smtp://user:password@host:port; empty: no mail", secret=True)
    mail_from: str = setting("sender of mails", "no-reply@sutiao.example")
    term_mail: bool = setting(
        "staff who gave a mail address get one mail in the morning about terms near their end, unless they chose otherwise",
        False)
    tsa_url: str = setting(
        "time-stamping authority (RFC 3161 over HTTP); every signature bears its stamp then; empty: signatures without stamps",
        secret=True)
    tsa_trust: str = setting("PEM file with that authority's root certificates and revocation lists")
    turn_url: str = setting("TURN server for the mediation room, turn:host:port; empty: direct connections only")
    turn_secret: str = setting("shared secret for time-limited TURN credentials", secret=True)
    demo: bool = setting("demo world: demo log-ins on the log-in page; refused unless the web listens on loopback", False)
    trusted_hosts: str = setting("host names the web answers to, comma separated; empty: host of base_url and loopback")
    trusted_proxies: str = setting(
        "addresses or networks of our own reverse proxies, comma separated: only their X-Forwarded-For is believed")
    callback_networks: str = setting(
        "who may receive callbacks: 'public', or 'any' to allow loopback and private addresses", "public"
    )
    archive_days: int = setting("days after its closing on which a case goes to the archive, where it is only read", 180)
    lease_seconds: int = setting("how long a worker holds a call without a heart-beat", 10)
    export_days: int = setting("days for which a file of many rows that somebody asked for is kept", 7)
    crash_at: str = setting("for tests: where a process kills itself, such as settle.before_commit:2 (engine/crash.py)")
    log_level: str = setting("DEBUG, INFO, WARNING or ERROR", "INFO")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read all `SUTIAO_*` variables; raises SettingRefused for an unknown name or a malformed value."""
        environ = os.environ if environ is None else environ
        given = {name[len(PREFIX):].lower(): value for name, value in environ.items() if name.startswith(PREFIX)}
        known = {f.name: f for f in fields(cls)}
        values = {}
        for name, text in given.items():
            if name.startswith("test_"):
                continue
            if name.endswith("_file") and name[:-5] in known:
                name, text = name[:-5], _read(name, text)
            if name not in known:
                raise SettingRefused(f"{PREFIX}{name.upper()} is not a setting; `sutiao settings` lists them.")
            values[name] = _convert(name, text, known[name].type)
        networks(values.get("trusted_proxies", ""))
        if values.get("tsa_url") and not values.get("tsa_trust"):
            raise SettingRefused(f"{PREFIX}TSA_URL needs {PREFIX}TSA_TRUST: whose stamps are to be believed.")
        made = cls(**values)
        if made.oidc_issuer and not (made.oidc_client_id and made.oidc_client_secret):
            raise SettingRefused(f"{PREFIX}OIDC_ISSUER needs {PREFIX}OIDC_CLIENT_ID and {PREFIX}OIDC_CLIENT_SECRET.")
        missing = [PREFIX + name.upper() for name in KEY_FILES if not (getattr(made, name) or made.key_file(name).exists())]
        if missing and is_server(made.database_url) and not made.demo:
            raise SettingRefused(
                f"{' and '.join(missing)} must be set: on a database server personal data are encrypted with keys that are kept "
                "elsewhere, the same for every program. `sutiao keys new` makes one. Keep a copy: without it the data are lost.")
        if values.get("second_factor", "") not in ("", "weighty", "staff"):
            raise SettingRefused(f"{PREFIX}SECOND_FACTOR is empty, weighty or staff.")
        return made

    def key_file(self, name: str) -> Path:
        """Where the keys lie that no setting holds."""
        return self.data / KEY_FILES[name]

    @property
    def public_url(self) -> str:
        """The address to put into links, without a slash at the end."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{(self.data / 'sutiao.sqlite3').resolve()}"


def _read(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingRefused(f"{PREFIX}{name.upper()}: cannot read {path}: {error.strerror}.") from error


def networks(text: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """The networks of a comma separated list. Raises SettingRefused."""
    try:
        return [ipaddress.ip_network(one.strip()) for one in text.split(",") if one.strip()]
    except ValueError as error:
        raise SettingRefused(f"{PREFIX}TRUSTED_PROXIES: {error}.") from error


def is_server(database_url: str) -> bool:
    """Is it one that others reach too, and not the file in the data folder?"""
    return bool(database_url) and not database_url.startswith("sqlite")


def _convert(name: str, text: str, kind):
    kind = kind if isinstance(kind, type) else {"int": int, "bool": bool, "Path": Path}.get(str(kind), str)
    text = text.strip()
    if kind is bool:
        if text.lower() not in ("1", "0", "true", "false", "yes", "no", ""):
            raise SettingRefused(f"{PREFIX}{name.upper()} must be true or false, not {text!r}.")
        return text.lower() in ("1", "true", "yes")
    try:
        return kind(text)
    except ValueError as error:
        raise SettingRefused(f"{PREFIX}{name.upper()} must be a whole number, not {text!r}.") from error


_current = Settings()


def use(settings: Settings) -> None:
    """Make these the settings of this process."""
    global _current
    _current = settings


def current() -> Settings:
    """The settings of this process."""
    return _current
