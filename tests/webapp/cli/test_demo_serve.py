"""The demo keeps to itself."""

import pytest

from engine.config import Settings
from webapp.cli import Refused
from webapp.cli.demo_serve import Neighbours, require_loopback


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "example.org"])
def test_the_demo_is_refused_where_others_could_reach_it(host):
    with pytest.raises(Refused, match="only listens on loopback"):
        require_loopback(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_the_demo_listens_on_loopback(host):
    require_loopback(host)


def test_messages_go_to_the_catcher_and_callbacks_to_the_simulator_on_the_ports_after_ours():
    told = Neighbours(Settings(port=9000)).settings

    assert told["SUTIAO_SMS_URL"] == "http://127.0.0.1:9002/sms"
    assert told["SUTIAO_SMTP_URL"] == "smtp://127.0.0.1:9003"
    assert told["SUTIAO_CALLBACK_NETWORKS"] == "any"
    assert told["SUTIAO_TSA_URL"] == "http://127.0.0.1:9004/" and told["SUTIAO_TSA_TRUST"].endswith("peers/tsa/trust.pem")
