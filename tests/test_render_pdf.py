"""PDF files: a brief on one page, a bulletin in its layout, names from outside as letters and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.test_report_bulletin import LEDGER, carry_out
from tracker.errors import Refused
from tracker.render import Options
from tracker.render.pdf import write_pdf
from tracker.reports.report import Column, Report

DAY = date(2023, 6, 30)


def pages(data: bytes, tmp_path: Path) -> list[str]:
    """The text of each page."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    (tmp_path / "read.pdf").write_bytes(data)
    done = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "read.pdf", "-"], stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout.rstrip("\f").split("\f")


def report(*names: str) -> Report:
    return Report("r", "Ranking", (Column("name", "Project"),), tuple((name,) for name in names), DAY)


def test_names_are_letters_and_nothing_else(tmp_path: Path) -> None:
    pytest.importorskip("typst")
    names = (
        '#read("/etc/passwd")',
        "$x^2$ *b* _i_ [c] <l> @r",
        "\\u{41} // no /* comment",
        "=HYPERLINK(1)",
        "{{ 7*7 }}",
    )
    [text] = pages(write_pdf([report(*names)], DAY, Options()), tmp_path)
    assert [name for name in names if name not in text] == []
    assert "root:" not in text
    text = "".join(
        pages(write_pdf(['# Title\n\n#set page(height: 1pt)\n\n- \\#eval("1+1")'], DAY, Options()), tmp_path)
    )
    assert "#set page(height: 1pt)" in text
    assert '#eval("1+1")' in text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_brief_is_one_page_and_a_bulletin_has_its_tables(run: Run, tmp_path: Path, lang: str) -> None:
    pytest.importorskip("typst")
    db, said = tmp_path / "a.db", list[str]()
    carry_out(run, db, *LEDGER)
    for what in ("brief", "bulletin"):
        done = run("--db", db, "--lang", lang, "report", what, "--month", "2023-06", "-o", tmp_path / f"{what}.pdf")
        said.append(done.err)
    assert all(".pdf" in line for line in said), said
    [page] = pages((tmp_path / "brief.pdf").read_bytes(), tmp_path)
    assert {"en": "Brief 2023-06", "zh": "2023年6月投资简报"}[lang] in page
    bulletin = "".join(pages((tmp_path / "bulletin.pdf").read_bytes(), tmp_path))
    assert {"en": "Ranking of projects", "zh": "项目排名"}[lang] in bulletin


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    typst = pytest.importorskip("typst")
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "typst", None)
        with pytest.raises(Refused, match=r"pdf needs the extra: pip install 'investment-tracker\[pdf\]'"):
            write_pdf([report("a")], DAY, Options())

    class Bare:
        def families(self) -> list[str]:
            return ["Libertinus Serif", "DejaVu Sans Mono"]

    monkeypatch.setattr(typst, "Fonts", Bare)
    with pytest.raises(Refused, match="no font for Chinese is installed: install one, such as Noto Sans CJK"):
        write_pdf([report("示例")], DAY, Options())
