"""The address that stands in the evidence of a signature is the client's, and nobody can make one up."""

import pytest

from engine.config import SettingRefused, Settings, networks
from webapp.proxies import ClientAddress

OURS = networks("10.0.0.0/8, 127.0.0.1, fd00::/8")


def address(remote, forwarded=None):
    seen = {}
    environ = {"REMOTE_ADDR": remote} | ({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded is not None else {})
    ClientAddress(lambda environ, _start: seen.update(environ), OURS)(environ, None)
    return seen["REMOTE_ADDR"]


@pytest.mark.parametrize(("remote", "forwarded", "client"), [
    ("10.1.2.3", "203.0.113.7", "203.0.113.7"),
    ("10.1.2.3", "198.51.100.9, 203.0.113.7", "203.0.113.7"),  # the client wrote the first one itself
    ("10.1.2.3", "203.0.113.7, 10.9.9.9", "203.0.113.7"),  # two proxies of ours
    ("::ffff:10.1.2.3", "2001:db8::1", "2001:db8::1"),
    ("203.0.113.7", "198.51.100.9", "203.0.113.7"),  # not our proxy: not believed
    ("10.1.2.3", None, "10.1.2.3"), ("10.1.2.3", "", "10.1.2.3"), ("10.1.2.3", "nonsense", "10.1.2.3"),
    ("10.1.2.3", "nonsense, 10.4.4.4", "10.4.4.4"),
])
def test_the_clients_address_is_the_last_one_that_is_not_ours(remote, forwarded, client):
    assert address(remote, forwarded) == client


def test_a_proxy_that_is_no_network_stops_the_start():
    with pytest.raises(SettingRefused, match="TRUSTED_PROXIES"):
        Settings.from_env({"SUTIAO_TRUSTED_PROXIES": "10.0.0.0/8, my-proxy"})
