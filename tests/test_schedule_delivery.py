"""Messages, the lock of a run, and delivery to a real mail server and a real HTTP endpoint on loopback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.servers import Box, answering, endpoint, free_port, mail_server
from tracker.errors import Busy, Refused, UsageError
from tracker.schedule import deliver
from tracker.schedule.deliver import MailServer, Message, NotDelivered, compose, fit, masked, only_one, send
from tracker.schedule.digest import Attachment

SHEET = "项目,完成投资\r\n电机工厂,66000000.00\r\n".encode("utf-8-sig")
MARKDOWN = "**电机工厂** 0.66亿元\n"
MESSAGE = Message(
    key="weekly.17.abc",
    subject="周报 · 2023-03-31 · 3 项变化",
    text="电机工厂：完成投资 0.66亿元\n" * 40,
    html="<!doctype html><html lang=zh><body><table><tr><td>电机工厂</td></tr></table></body></html>",
    written=datetime(2023, 3, 31, 12, tzinfo=UTC),
    attachments=(Attachment("月报 2023-03.csv", SHEET, "text/csv"),),
)

# --- texts ---------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.text(st.characters(exclude_characters="\n", codec="utf-8"), max_size=30), max_size=40),
    st.integers(60, 400),
)
def test_a_text_is_cut_after_whole_lines_and_says_how_many_are_left_out(lines: list[str], most: int) -> None:
    text = "\n".join(lines)
    cut = fit(text, most)
    assert len(cut.encode()) <= max(most, 203)
    if cut == text:
        return
    *kept, more = cut.split("\n")
    if kept:
        assert lines[: len(kept)] == kept
        left_out = [line for line in text.rstrip("\n").split("\n")[len(kept) :] if line.strip()]
        assert more == f"… and {len(left_out)} more lines"


def test_secrets_are_masked_as_given_and_as_a_url_writes_them() -> None:
    text = "https://u:p%40ss%2Fword@host p@ss/word p@ss"
    assert masked(text, ["p@ss/word", "p@ss", ""]) == "https://u:***@host *** ***"


# --- the lock ------------------------------------------------------------------------------------------------------


def test_a_second_run_is_busy_and_another_schedule_is_not(tmp_path: Path) -> None:
    with only_one(tmp_path, "/srv/zone.db", "weekly"):
        with pytest.raises(Busy, match="another run of “weekly”"), only_one(tmp_path, "/srv/zone.db", "weekly"):
            pass
        with only_one(tmp_path, "/srv/zone.db", "daily"), only_one(tmp_path, "/srv/other.db", "weekly"):
            pass
    with only_one(tmp_path, "/srv/zone.db", "weekly"):
        pass


def test_a_killed_holder_leaves_no_lock(tmp_path: Path) -> None:
    program = (
        "import sys, time, pathlib; from tracker.schedule.deliver import only_one\n"
        "with only_one(pathlib.Path(sys.argv[1]), 'db', 'weekly'): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    with holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Busy), only_one(tmp_path, "db", "weekly"):
            pass
        os.kill(holder.pid, signal.SIGKILL)
    with only_one(tmp_path, "db", "weekly"):
        pass


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(Refused, match="the lock of “weekly” cannot be taken"),
        only_one(tmp_path / "file", "db", "weekly"),
    ):
        pass


# --- mail ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def mailbox() -> Iterator[tuple[Box, MailServer]]:
    with mail_server() as (box, port):
        yield box, MailServer("127.0.0.1", "台账 <zone@example.org>", "none", port, timeout=5)


def test_no_blank_of_a_chinese_subject_is_lost_where_it_is_folded(mailbox: tuple[Box, MailServer]) -> None:
    box, server = mailbox
    subject = "weekly · 2023-06-30 · 总览 · 变动 · 2023年进度 · 2023年5月月报 · 红灯 · 进度最慢的项目"
    send(replace(MESSAGE, subject=subject), server, ["li@example.org"])
    [(_to, mail)] = box.mails
    assert mail["Subject"].replace("\u00a0", " ") == subject


def test_mail_arrives_with_its_chinese_and_its_attachment_intact(mailbox: tuple[Box, MailServer]) -> None:
    box, server = mailbox
    send(MESSAGE, server, ["li@example.org", "wang@example.org"])
    [(to, mail)] = box.mails
    assert to == ["li@example.org", "wang@example.org"]
    assert mail["Subject"].replace("\u00a0", " ") == MESSAGE.subject
    assert mail["Message-ID"] == "<weekly.17.abc@example.org>"
    assert mail["Date"].datetime == MESSAGE.written
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert text.get_content().replace("\r\n", "\n") == MESSAGE.text
    assert html is not None
    assert "电机工厂" in html.get_content()
    [attached] = mail.iter_attachments()
    assert attached.get_filename() == "月报 2023-03.csv"
    assert attached.get_payload(decode=True) == SHEET


def test_a_header_cannot_be_injected() -> None:
    mail = compose(Message("k", "a\r\nBcc: x@example.org", "", "", MESSAGE.written), "a@example.org", ["b@example.org"])
    assert mail["Subject"] == "a Bcc: x@example.org"
    assert mail["Bcc"] is None
    for wrong in ("a@b\r\nBcc: c@d", "", "nobody"):
        try:
            made = compose(MESSAGE, "a@example.org", [wrong])
        except UsageError:
            continue
        assert made["Bcc"] is None


def test_addresses_that_the_server_refuses_are_named(mailbox: tuple[Box, MailServer]) -> None:
    box, server = mailbox
    with pytest.raises(NotDelivered, match=r"refused for nobody@example\.org"):
        send(MESSAGE, server, ["nobody@example.org"])
    assert box.mails == []
    with pytest.raises(NotDelivered, match=r"refused for nobody@example\.org"):
        send(MESSAGE, server, ["li@example.org", "nobody@example.org"])


def test_a_server_that_is_not_there_silent_or_broken_is_a_sentence_without_the_password() -> None:
    def refusal(port: int) -> str:
        server = MailServer("127.0.0.1", "a@example.org", "none", port, "li", "geheim", timeout=0.3)
        with pytest.raises(NotDelivered) as refused:
            send(MESSAGE, server, ["b@example.org"])
        return str(refused.value)

    assert "Connection refused" in refusal(free_port())
    for greeting in (None, b"", b"220 hello\r\n", b"554 go away \x1b[31m\r\n", b"\xff\xfe\r\n"):
        with answering(greeting) as port:
            sentence = refusal(port)
        assert "geheim" not in sentence
        assert "\x1b" not in sentence
        assert sentence.startswith(f"mail through 127.0.0.1:{port}: ")


# --- chats ---------------------------------------------------------------------------------------------------------


def test_a_chat_gets_the_markdown() -> None:
    with endpoint() as (port, got):
        deliver.post(MESSAGE.subject, MARKDOWN, f"json://127.0.0.1:{port}/geheim", "team", timeout=5)
    [taken] = got
    assert taken["title"] == MESSAGE.subject
    assert "电机工厂" in taken["message"]


def test_a_chat_that_refuses_or_is_silent_is_a_sentence_without_the_url(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with endpoint(500) as (port, _), pytest.raises(NotDelivered) as refused:
        deliver.post(MESSAGE.subject, MARKDOWN, f"json://127.0.0.1:{port}/geheim", "team", timeout=5)
    assert str(refused.value) == "“team”: the service did not take it"
    with answering(b"") as port, pytest.raises(NotDelivered):
        deliver.post(MESSAGE.subject, MARKDOWN, f"json://127.0.0.1:{port}/geheim", "team", timeout=0.3)
    with pytest.raises(UsageError, match="apprise does not know the url of"):
        deliver.post(MESSAGE.subject, MARKDOWN, "nonsense://geheim", "team")
    seen = capfd.readouterr()
    assert "geheim" not in seen.out + seen.err
