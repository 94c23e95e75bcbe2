"""A folder of CSV files, one a kind of record, with a manifest written last."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from tracker.errors import Refused
from tracker.exporter.csv import write_csv
from tracker.exporter.manifest import NAME, Listed, Manifest, read_manifest
from tracker.exporter.table import Table
from tracker.i18n import _
from tracker.render.output import atomic_file, make_folder, write_atomically
from tracker.text import show


def write_folder(folder: Path, tables: Iterable[Table], manifest: Manifest, encoding: str) -> Manifest:
    """Write each table as a file of `folder`, then the manifest that lists them, which is returned.

    An earlier export is replaced file by file; until its manifest is, an import finds that the files do not fit it.
    Raises Refused where the folder holds anything else, and whatever `atomic_file` raises.
    """
    _require_ours(folder)
    make_folder(folder)
    files = []
    for table in tables:
        name = f"{table.name}.csv"
        with atomic_file(folder / name) as file:
            rows = write_csv(table, file, encoding=encoding, newline="\r\n")
            file.flush()
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # it was opened to read
        files.append(Listed(name, table.kind, rows, digest))
    written = replace(manifest, files=tuple(files))
    write_atomically(folder / NAME, written.data())
    return written


def _require_ours(folder: Path) -> None:
    if not folder.is_dir():
        return
    manifest = read_manifest(folder)
    own = {NAME, *(one.file for one in manifest.files)} if manifest else set()
    others = sorted(path.name for path in folder.iterdir() if path.name not in own)
    if others:
        raise Refused(
            _("{folder} holds something else already ({file}): name a new folder").format(
                folder=show(str(folder)), file=show(others[0])
            )
        )
