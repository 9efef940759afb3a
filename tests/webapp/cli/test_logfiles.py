"""The children's logs stay short and tell their last line."""

from webapp.cli import logfiles


def test_a_log_that_grew_too_long_is_moved_aside_and_its_writer_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(logfiles, "LONGEST", 10)
    log = tmp_path / "web.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"a long first line\n")
        logfiles.shorten(tmp_path)
        writer.write(b"next\n")

    assert log.read_bytes() == b"next\n"
    assert (tmp_path / "web.log.1").read_bytes() == b"a long first line\n"


def test_the_last_error_is_what_a_program_had_to_say(tmp_path):
    log = tmp_path / "web.log"
    log.write_text("Traceback\nValueError: 端口\n[ERROR] Worker failed to boot.\n\n")

    assert logfiles.last_words(log) == "ValueError: 端口"


def test_without_an_error_the_last_line_counts(tmp_path):
    log = tmp_path / "web.log"
    log.write_text("first\nsecond\n\n")

    assert logfiles.last_words(log) == "second"
    assert logfiles.last_words(tmp_path / "missing.log") == ""
