"""Two hundred malformed files, made from the samples: each gives rows or a refusal of one sentence, nothing else."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tracker.errors import InputRejected, Refused, TrackerError
from tracker.importer.readers import open_table

DATA = Path(__file__).parent / "data"
TEXTS = tuple(
    (DATA / name).read_bytes()
    for name in ("ledger-gb18030.csv", "transposed-cp1252.csv", "two-budgets.csv", "export-us.csv")
)
BOOKS = tuple((DATA / name).read_bytes() for name in ("ledger.xlsx", "projects.ods"))
OLD_BOOK = (DATA / "projects.xls").read_bytes()
SUFFIXES = ("csv", "xlsx", "ods", "xls", "jsonl", "txt", "json", "")

Mutation = Callable[[random.Random, bytes], bytes]


def truncated(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data))]


def flipped(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def spliced(chance: random.Random, data: bytes) -> bytes:
    """A piece put somewhere else, as often as a hundred times."""
    start, place = chance.randrange(len(data)), chance.randrange(len(data))
    piece = data[start : start + chance.randint(1, 200)] * chance.choice((1, 2, 100))
    return data[:place] + piece + data[place:]


def with_zeros(chance: random.Random, data: bytes) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + bytes(chance.randint(1, 40)) + data[place:]


def ragged(chance: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(lines))
        lines[place] = lines[place] + b"," * chance.randint(1, 40) + b"x" if chance.random() < 0.5 else lines[place][:9]
    return b"\n".join(lines)


def with_huge_cell(chance: random.Random, data: bytes) -> bytes:
    place = chance.randrange(len(data))
    return (
        data[:place] + chance.choice((b"x", b"\n,", b'"', b",", b"1")) * chance.choice((131_073, 10**6)) + data[place:]
    )


def with_quotes(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 5)):
        changed.insert(chance.randrange(len(changed)), ord('"'))
    return bytes(changed)


def reencoded(chance: random.Random, data: bytes) -> bytes:
    text = data.decode(chance.choice(("utf-8", "gb18030", "cp1252")), "replace")
    return text.encode(
        chance.choice(("utf-16", "utf-16-le", "utf-7", "shift_jis", "big5", "cp037", "utf-32")), "replace"
    )


def part_changed(chance: random.Random, data: bytes) -> bytes:
    """A workbook whose archive is whole, and one of its parts is not."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        damaged = chance.choice(names)
        change = chance.choice((truncated, flipped, flipped, spliced, with_zeros, with_huge_cell, with_entity, dropped))
        for name in names:
            content = old.read(name)
            if name != damaged:
                new.writestr(name, content)
            elif change is not dropped:
                new.writestr(name, change(chance, content))
    return made.getvalue()


def with_entity(_chance: random.Random, data: bytes) -> bytes:
    entity = b'<!DOCTYPE x [<!ENTITY a "&b;&b;"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    return data.replace(b"?>", b"?>" + entity, 1)


def dropped(_chance: random.Random, _data: bytes) -> bytes:
    return b""


OF_TEXT: tuple[Mutation, ...] = (
    truncated,
    flipped,
    spliced,
    with_zeros,
    ragged,
    with_huge_cell,
    with_quotes,
    reencoded,
)
OF_BOOKS: tuple[Mutation, ...] = (truncated, flipped, spliced, with_zeros, part_changed, part_changed, part_changed)


@pytest.mark.parametrize("seed", range(200))
def test_a_malformed_file_gives_rows_or_a_sentence(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    if seed % 10 < 7:
        data = chance.choice(TEXTS)
        for _ in range(chance.choice((1, 1, 2))):
            data = chance.choice(OF_TEXT)(chance, data) or b"x"
    elif seed % 10 < 9:
        data = chance.choice(OF_BOOKS)(chance, chance.choice(BOOKS)) or b"x"
    else:
        data = chance.choice((truncated, flipped, flipped, spliced, with_zeros))(chance, OLD_BOOK)
    file = tmp_path / f"x.{chance.choice(SUFFIXES)}"
    file.write_bytes(data)
    refusal = read_through(file)
    assert refusal is None or isinstance(refusal, InputRejected | Refused)
    assert "\n" not in str(refusal)
    assert len(str(refusal)) < 400


def read_through(file: Path) -> TrackerError | None:
    """Read every row and name every cell; the refusal, where there is one."""
    try:
        table = open_table(file)
        width = len(table.headings)
        for row in table.rows():
            assert len(row.cells) == width
            assert table.address(row.number, width - 1)
    except TrackerError as error:
        return error
    return None
