"""The built wheel holds what it needs and nothing else, and runs from any folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

from tests.isolation import ROOT, clean_environment

# What the installed program takes from db/, at tracker/db/.
SHIPPED = ("db/migrations", "db/derived", "db/demo")
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "dist", "build", "*.db")


def call(*command: str | Path, cwd: Path) -> str:
    """Run `command` in `cwd` as a new user would; it must end with 0. Returns its output."""
    home = cwd / "home"
    environment = clean_environment(home)
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command} ended with {done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout


def checkout_with_litter(folder: Path) -> Path:
    """A copy of the project in a folder with a blank in its name, and databases lying where users leave them."""
    copy = folder / "a checkout"
    shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
    (copy / "tracker.db").touch()
    (copy / "db/tracker.db").touch()
    (copy / "tracker/tracker.db").touch()
    return copy


def build(source: Path, target: str, into: Path) -> Path:
    """Build one distribution ("sdist" or "wheel") of the project in `source`, without network."""
    call(sys.executable, "-m", "hatchling", "build", "-t", target, "-d", into, cwd=source)
    return next(into.glob("*.tar.gz" if target == "sdist" else "*.whl"))


def files_of(folder: Path, *tops: str) -> set[str]:
    """Every file below the named folders of `folder` that is source, as relative names."""
    found = (path for top in tops for path in (folder / top).rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix() for path in found if path.suffix not in {".pyc", ".db"}}


def install(wheel: Path, folder: Path) -> Path:
    """Install `wheel` into an environment that sees the dependencies of this one; returns its bin folder."""
    environment = folder / "an environment"
    venv.create(environment, with_pip=False, symlinks=True)
    python = environment / "bin/python"
    offline = ("--no-deps", "--no-index", "--quiet", "--disable-pip-version-check")
    call(sys.executable, "-m", "pip", "--python", python, "install", *offline, wheel, cwd=folder)
    # Comes after the environment's own folder, so that the wheel wins over whatever is installed beside the tests.
    site = next(environment.glob("lib/python*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return environment / "bin"


def test_the_wheel_of_the_sdist_is_whole_and_runs_from_another_folder(tmp_path: Path) -> None:
    copy = checkout_with_litter(tmp_path)
    sdist = build(copy, "sdist", tmp_path / "dist")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    unpacked = next((tmp_path / "unpacked").iterdir())
    kept = ("tracker", "db", "tests", "docs", ".ci")
    assert files_of(unpacked, *kept) == files_of(copy, *kept)
    assert {path.name for path in unpacked.iterdir()} >= {"Makefile", "constraints.txt", "CHANGELOG.md", "README.md"}
    assert not list(unpacked.rglob("*.db"))

    wheel = build(unpacked, "wheel", tmp_path / "dist")
    assert packed(wheel) == files_of(copy, "tracker") | {f"tracker/{name}" for name in files_of(copy, *SHIPPED)}

    tools, elsewhere = install(wheel, tmp_path), tmp_path / "elsewhere"
    elsewhere.mkdir()
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert version in call(tools / "tracker", "-V", cwd=elsewhere)
    assert version in call(tools / "python", "-m", "tracker", "-V", cwd=elsewhere)
    home_of_the_code = call(tools / "python", "-c", "import tracker; print(tracker.__file__)", cwd=elsewhere)
    assert home_of_the_code.startswith(str(tools.parent))
    call(tools / "tracker", "--db", "demo.db", "demo", cwd=elsewhere)
    assert "nidec-flagship" in call(tools / "tracker", "--db", "demo.db", "list", cwd=elsewhere)


def packed(wheel: Path) -> set[str]:
    """The files in `wheel` without its metadata."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    return {name for name in names if not name.partition("/")[0].endswith(".dist-info")}
