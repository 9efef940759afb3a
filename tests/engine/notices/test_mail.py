"""Mail cannot be asked after: what surely did not leave is tried again, what may have left never is."""

import socket
import threading

import pytest

from engine.db import transaction
from engine.notices import mail, proof, send
from engine.operations.operation import Call, Rejected, TryAgain, Unknown
from webapp.peers.sink import Box, mailbox


class Server(threading.Thread):
    """A mail server that follows a script: what it says after each line."""

    def __init__(self, **says):
        super().__init__(daemon=True)
        self.says = {"MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", ".": "250 taken", **says}
        self.heard = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self.socket.getsockname()[1]}"
        self.start()

    def run(self):
        connection, _address = self.socket.accept()
        with connection, connection.makefile("rw", encoding="utf-8", newline="\r\n") as line:
            self._say(line, "220 here")
            for text in line:
                word = text.strip().partition(" ")[0].upper()
                self.heard.append(text.strip())
                answer = "250 ok" if word in ("EHLO", "HELO") else self.says.get(word)
                if answer == "hang up":
                    return
                if answer:
                    self._say(line, answer)

    @staticmethod
    def _say(line, text):
        line.write(text + "\r\n")
        line.flush()


@pytest.fixture
def server(with_settings):
    def start(**says):
        found = Server(**says)
        with_settings(smtp_url=found.url)
        return found
    return start


def test_a_mail_arrives_as_it_was_written(with_settings, tmp_path):
    box = Box(tmp_path / "m.sqlite3")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = mailbox.start(box, port)
    with_settings(smtp_url=f"smtp://127.0.0.1:{port}")
    try:
        mail.send("call-7-1", "law@bank.example", "新的调解案件", "请于3月1日前答复。")
    finally:
        controller.stop()

    kept = box.messages()[0]
    assert (kept["subject"], kept["text"].strip()) == ("新的调解案件", "请于3月1日前答复。") and "call-7-1" in kept["key"]


def test_whoever_looks_once_more_before_the_text_leaves_may_keep_it(server):
    found = server()
    with pytest.raises(TryAgain):
        mail.send("k", "a@b.example", "s", "t", Call(1, "k", 1, None, 1, is_ours=lambda: False).check_ours)
    heard = [line.partition(" ")[0].upper() for line in found.heard]
    assert "RCPT" in heard and "DATA" not in heard


def test_a_server_that_is_not_there_is_tried_again(with_settings):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with_settings(smtp_url=f"smtp://127.0.0.1:{port}")

    with pytest.raises(mail.MailAway):
        mail.send("k", "a@b.example", "s", "t")


@pytest.mark.parametrize(("says", "error"), [
    ({"RCPT": "451 later"}, mail.MailAway), ({"RCPT": "550 nobody"}, mail.MailRefused), ({"DATA": "421 no"}, mail.MailAway),
    ({"RCPT": "hang up"}, mail.MailAway), ({".": "hang up"}, mail.MailUnknown), ({".": "452 full"}, mail.MailAway),
    ({".": "554 no"}, mail.MailRefused),
])
def test_what_the_server_says_decides_whether_it_is_tried_again(server, says, error):
    server(**says)

    with pytest.raises(error):
        mail.send("k", "a@b.example", "s", "t")


@pytest.mark.parametrize("address", ["nobody", "a@b\r\nRCPT TO:<x@y>", ""])
def test_an_address_that_is_none_is_refused(server, address):
    server()

    with pytest.raises(mail.MailRefused):
        mail.send("k", address, "s", "t")


def test_an_unknown_outcome_is_for_a_person_to_look_at(mediated, server):
    server(**{".": "hang up"})
    ready = mediated.prepare("notices.send_mail", template="institution_new_case", to="respondent")

    with pytest.raises(Unknown):
        mediated.run("notices.send_mail", ready)


def test_a_mail_that_may_have_left_is_no_longer_waiting_and_goes_through_when_a_person_tries_again(mediated, server):
    server()
    ready = mediated.prepare("notices.send_mail", template="institution_new_case", to="respondent")
    with transaction():
        send.note_doubt(ready.key)
    doubtful = proof.of_case(mediated.case_id)[-1]
    assert (doubtful.status, doubtful.error) == ("unknown", "whether it left is not known")

    mediated.record("notices.send_mail", mediated.run("notices.send_mail", ready), ready)

    again = proof.of_case(mediated.case_id)[-1]
    assert (again.status, again.error) == ("sent", "")


def test_a_server_that_is_away_is_asked_again(mediated, server):
    server(RCPT="451 later")
    ready = mediated.prepare("notices.send_mail", template="institution_new_case", to="respondent")

    with pytest.raises(TryAgain):
        mediated.run("notices.send_mail", ready)


def test_one_call_sends_one_mail(mediated, server):
    with pytest.raises(Rejected) as refusal:
        mediated.prepare("notices.send_mail", template="institution_new_case", to="parties")

    assert refusal.value.code == "several_recipients"
