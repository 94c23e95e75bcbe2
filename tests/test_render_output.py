"""Output files: whole or not at all."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from tracker.errors import Refused
from tracker.render.output import format_of, write_atomically


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.csv", "csv"),
        ("a.JSON", "json"),
        ("a.jsonl", "jsonl"),
        ("a.txt", "table"),
        ("a", None),
        ("a.csv.bak", None),
        (".csv", None),
    ],
)
def test_the_suffix_decides_the_format(name: str, format: str | None) -> None:
    assert format_of(Path(name)) == format


def test_a_new_file_is_its_owners_alone_and_nothing_else_is_left(tmp_path: Path) -> None:
    target = tmp_path / "月报.csv"
    write_atomically(target, b"a,b\r\n")
    assert target.read_bytes() == b"a,b\r\n"
    assert mode(target) == 0o600
    assert names(tmp_path) == ["月报.csv"]


def test_an_existing_file_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    target = tmp_path / "report.csv"
    target.write_text("a longer text than the new one")
    target.chmod(0o640)
    write_atomically(target, b"new")
    assert target.read_bytes() == b"new"
    assert mode(target) == 0o640


def test_a_relative_name_is_written_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_atomically(Path("report.csv"), b"x")
    assert names(tmp_path) == ["report.csv"]


def test_an_empty_report_is_an_empty_file(tmp_path: Path) -> None:
    write_atomically(tmp_path / "report.txt", b"")
    assert (tmp_path / "report.txt").read_bytes() == b""


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="not a regular file"):
        write_atomically(tmp_path, b"x")


def test_a_pipe_is_refused_without_waiting_for_a_reader(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Refused, match="not a regular file"):
        write_atomically(tmp_path / "pipe", b"x")


def test_a_device_is_refused() -> None:
    with pytest.raises(Refused, match="not a regular file"):
        write_atomically(Path("/dev/null"), b"x")


def test_the_database_in_use_is_refused_under_every_name(tmp_path: Path) -> None:
    database = tmp_path / "tracker.db"
    database.write_bytes(b"")
    (tmp_path / "link").symlink_to(database)
    os.link(database, tmp_path / "twin")
    for name in ("tracker.db", "link", "twin", "../" + tmp_path.name + "/tracker.db"):
        with pytest.raises(Refused, match="the database in use"):
            write_atomically(tmp_path / name, b"x", protected=(tmp_path / "absent", database))
    assert database.read_bytes() == b""


def test_any_sqlite_file_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE kept (id INTEGER)")
    connection.close()
    before = other.read_bytes()
    with pytest.raises(Refused, match="is a database and is not overwritten"):
        write_atomically(other, b"x")
    assert other.read_bytes() == before


def test_a_link_to_a_file_of_the_user_is_followed(tmp_path: Path) -> None:
    target = tmp_path / "disk" / "report-2023.csv"
    target.parent.mkdir()
    target.write_text("old")
    target.chmod(0o644)
    link = tmp_path / "report.csv"
    link.symlink_to("middle")
    (tmp_path / "middle").symlink_to(target)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert (target.read_bytes(), mode(target)) == (b"new", 0o644)


def test_a_link_to_nowhere_creates_its_target(tmp_path: Path) -> None:
    (tmp_path / "report.csv").symlink_to(tmp_path / "elsewhere")
    write_atomically(tmp_path / "report.csv", b"new")
    assert (tmp_path / "elsewhere").read_bytes() == b"new"
    assert (tmp_path / "report.csv").is_symlink()


def test_a_link_to_a_device_a_pipe_or_the_stream_of_a_process_stays_a_link(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    kept = tmp_path / "kept.txt"
    kept.write_text("kept")
    with kept.open("a") as file:
        targets: list[Path | str] = [
            tmp_path / "pipe",
            tmp_path,
            "/dev/null",
            "/dev/stdout",
            f"/proc/self/fd/{file.fileno()}",
        ]
        for number, target in enumerate(targets):
            link = tmp_path / f"link{number}"
            link.symlink_to(target)
            with pytest.raises(Refused, match="not a regular file: choose another name, or - for standard output"):
                write_atomically(link, b"x")
            assert link.is_symlink()
    assert kept.read_text() == "kept"


@pytest.mark.parametrize("stranger", ["link", "target", "folder"])
def test_a_link_that_another_user_has_a_hand_in_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stranger: str
) -> None:
    (tmp_path / "theirs").mkdir()
    target = tmp_path / "theirs" / "target"
    if stranger != "folder":
        target.write_text("kept")
    link = tmp_path / "link"
    link.symlink_to(target)
    theirs = {"link": link, "target": target, "folder": target.parent}[stranger]
    lstat = Path.lstat

    def of_another(path: Path) -> os.stat_result:
        found = lstat(path)
        return found if path != theirs else os.stat_result((*found[:4], os.geteuid() + 1, *found[5:]))

    monkeypatch.setattr(Path, "lstat", of_another)
    with pytest.raises(Refused, match=f"{theirs.name} belongs to another user: name the file itself"):
        write_atomically(link, b"x")
    assert stranger == "folder" or target.read_text() == "kept"


def test_a_circle_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(Refused, match="a is not written"):
        write_atomically(tmp_path / "a", b"x")


@pytest.mark.parametrize("permissions", [0o1777, 0o777])
def test_a_link_in_a_folder_open_to_everybody_is_refused(tmp_path: Path, permissions: int) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    (folder / "report.csv").symlink_to(tmp_path / "victim")
    folder.chmod(permissions)
    with pytest.raises(Refused, match="everybody can write to"):
        write_atomically(folder / "report.csv", b"x")
    assert not (tmp_path / "victim").exists()


def test_a_file_in_a_folder_open_to_everybody_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o1777)
    write_atomically(folder / "report.csv", b"x")
    assert names(folder) == ["report.csv"]


def test_a_missing_folder_is_named_and_not_created(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"the folder .*/absent does not exist, create it first"):
        write_atomically(tmp_path / "absent" / "report.csv", b"x")
    assert names(tmp_path) == []


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    with pytest.raises(Refused, match=r"file is not a folder"):
        write_atomically(tmp_path / "file" / "report.csv", b"x")


@pytest.mark.parametrize("name", ["a\0b.csv", "x" * 300, "\ud800" * 3])
def test_an_impossible_name_is_one_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused) as refusal:
        write_atomically(tmp_path / name, b"x")
    assert "\0" not in str(refusal.value)
    str(refusal.value).encode()
    assert names(tmp_path) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_missing_permissions_are_one_sentence(tmp_path: Path) -> None:
    target = tmp_path / "report.csv"
    target.write_text("kept")
    target.chmod(0o400)
    with pytest.raises(Refused, match="is read-only"):
        write_atomically(target, b"x")
    tmp_path.chmod(0o500)
    with pytest.raises(Refused, match="no permission"):
        write_atomically(tmp_path / "other.csv", b"x")
    tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk is full"),
        (errno.EACCES, "no permission"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EIO, "Input/output error"),
    ],
)
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_trouble_at_any_step_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, said: str, step: str
) -> None:
    target = tmp_path / "report.csv"
    target.write_text("kept")

    def fails(*_arguments: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, step, fails)
    with pytest.raises(Refused, match=said):
        write_atomically(target, b"new")
    assert target.read_text() == "kept"
    assert names(tmp_path) == ["report.csv"]


def test_an_interrupt_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.csv"
    target.write_text("kept")

    def interrupted(_descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(target, b"new")
    assert target.read_text() == "kept"
    assert names(tmp_path) == ["report.csv"]


def test_a_file_system_that_cannot_sync_folders_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really = os.fsync

    def only_files(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        really(descriptor)

    monkeypatch.setattr(os, "fsync", only_files)
    write_atomically(tmp_path / "report.csv", b"new")
    assert (tmp_path / "report.csv").read_bytes() == b"new"
