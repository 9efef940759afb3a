"""`sutiao courts`: put courts on the platform, print secrets once, renew them; `sutiao peers`: say what is wrong."""

import pytest
from click.testing import CliRunner

from engine.access.models import ApiClient
from engine.courts.models import CourtProfile
from engine.db import db
from webapp.cli import sutiao
from webapp.identity import hasher


@pytest.fixture
def run(world, settings, monkeypatch):
    """The program on the tests' database."""
    monkeypatch.setenv("SUTIAO_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SUTIAO_DATA", str(settings.data))

    def run(*words):
        db.session.remove()
        return CliRunner().invoke(sutiao, ["courts", *words])
    return run


def values(answer) -> dict:
    return dict(line.split(None, 1) for line in answer.output.splitlines() if line.split(None, 1)[1:])


def test_a_court_is_added_and_its_secrets_are_printed_once_and_not_kept(run):
    told = values(run("add", "粤0304", "--name", "深圳市福田区人民法院", "--callback-url", "https://court.example/callbacks"))

    client = db.session.query(ApiClient).filter_by(client_id=told["client_id"]).one()
    assert hasher.verify(client.secret_hash, told["client_secret"]) and told["client_secret"] not in client.secret_hash
    assert db.session.get(CourtProfile, client.body_id).callback_secret == told["callback_secret"]


def test_new_credentials_end_the_old_ones(run):
    told = values(run("secret", "沪0115"))

    assert [one.client_id for one in db.session.query(ApiClient).filter_by(is_active=True)] == [told["client_id"]]


def test_a_callback_address_is_set_with_a_new_secret_on_request(run):
    told = values(run("callback", "沪0115", "https://court.example/x", "--new-secret"))

    assert told["callback_url"] == "https://court.example/x" and told["callback_secret"].startswith("whsec_")
    assert "callback_secret" not in values(run("callback", "沪0115", "https://court.example/y"))


@pytest.mark.parametrize(("words", "said"), [
    (("add", "沪0115", "--name", "上海市浦东新区人民法院"), "沪0115"), (("add", "XX", "--name", "某法院"), "XX"),
    (("secret", "京9999"), "京9999"), (("callback", "沪0115", "ftp://x"), "ftp://x"),
])
def test_what_cannot_be_done_is_said_plainly(run, words, said):
    answer = run(*words)

    assert answer.exit_code == 1 and said in answer.output and "Traceback" not in answer.output


def test_courts_are_listed(run):
    assert "沪0115" in run("list").output


def test_a_simulator_without_its_file_says_which_file_it_misses(tmp_path):
    answer = CliRunner().invoke(sutiao, ["peers", "court", "--config", str(tmp_path / "none.toml")])

    assert answer.exit_code == 1 and "none.toml" in answer.output


def test_a_court_keeps_to_a_regime_or_goes_by_date(run):
    assert values(run("regime", "沪0115", "A"))["regime"] == "A"
    assert db.session.query(CourtProfile).filter_by(regime_setting="A").count() == 1
    assert "沪0115" in run("list").output and values(run("regime", "沪0115", "date"))["regime"] == "by date"
    assert run("regime", "沪0115", "X").exit_code == 2
    assert "沪9999" in run("regime", "沪9999", "B").output


def test_an_organisation_publishes_its_mediation_term(run):
    words = ["BJJR", "45", "--rules", "调解规则第十二条", "--since", "2026-01-01"]
    told = CliRunner().invoke(sutiao, ["organisations", "term", *words])
    assert values(told)["days"] == "45" and values(told)["since"] == "2026-01-01"
    wrong = CliRunner().invoke(sutiao, ["organisations", "term", "BJJR", "0", "--rules", " "])
    assert wrong.exit_code == 1 and "/days" in wrong.output and "/rules" in wrong.output
    assert CliRunner().invoke(sutiao, ["organisations", "term", "NOPE", "30", "--rules", "x"]).exit_code == 1


def test_an_organisation_is_added_and_its_kind_set(run):
    words = ["xcjr", "--name", "西城金融纠纷人民调解委员会", "--kind", "peoples"]
    told = CliRunner().invoke(sutiao, ["organisations", "add", *words])
    assert values(told)["organisation"] == "XCJR  西城金融纠纷人民调解委员会" and values(told)["kind"] == "peoples"
    again = CliRunner().invoke(sutiao, ["organisations", "add", "XCJR", "--name", "再来一次"])
    assert again.exit_code == 1 and "XCJR" in again.output
    told = CliRunner().invoke(sutiao, ["organisations", "kind", "XCJR", "industry", "--fee", "每件200元"])
    assert (values(told)["kind"], values(told)["fee"]) == ("industry", "每件200元")
    assert values(CliRunner().invoke(sutiao, ["organisations", "kind", "XCJR", "invited"]))["fee"] == "每件200元"
    assert CliRunner().invoke(sutiao, ["organisations", "kind", "NOPE", "peoples"]).exit_code == 1
