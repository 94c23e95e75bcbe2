"""Holds tracker/locale/*.po against the sentences of the program: `--check` compares, without it they are rewritten.

A sentence that is new waits with an empty translation, one that is gone is dropped, a translation is kept.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tracker.i18n import LANGUAGES, read_catalogue  # noqa: E402 - found only once the checkout is on the path

_MARKS = ("_", "N_", "ngettext")
# Doubled braces are braces.
_FIELD = re.compile(r"\{\{|\}\}|(\{[^{}]*\})")
_HEAD = (
    'msgid ""\n'
    'msgstr "Content-Type: text/plain; charset=UTF-8\\nLanguage: {language}\\nPlural-Forms: nplurals=1; plural=0;\\n"\n'
)

Sentence = tuple[str, str]


def sentences() -> list[Sentence]:
    """Every sentence of the program with its plural ("" for none), in the order of their text."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "tracker").rglob("*.py")):
        for one, many in _marked(ast.parse(path.read_text(encoding="utf-8"))):
            found[one] = many or found.get(one, "")
    return sorted(found.items())


def _marked(tree: ast.AST) -> Iterator[Sentence]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _MARKS:
            texts = [word.value for word in node.args if isinstance(word, ast.Constant) and isinstance(word.value, str)]
            if texts:
                yield texts[0], texts[1] if node.func.id == "ngettext" else ""
        elif isinstance(node, ast.FunctionDef) and _is_command(node):
            # What a command is for: the first sentence of its docstring.
            yield " ".join((ast.get_docstring(node) or "").partition("\n\n")[0].split()), ""


def _is_command(node: ast.FunctionDef) -> bool:
    """Whether a function is a command: decorated as one, or made one elsewhere and with examples of its use."""
    is_decorated = any(".command(" in ast.unparse(one) for one in node.decorator_list)
    return is_decorated or "\n\ntracker " in (ast.get_docstring(node) or "")


def catalogue(language: str) -> Path:
    """The catalogue of `language`."""
    return ROOT / "tracker" / "locale" / f"{language}.po"


def faults(language: str) -> Iterator[str]:
    """What is wrong with the catalogue of `language`, a line each."""
    path = catalogue(language)
    translated = read_catalogue(path)
    wanted = dict(sentences())
    yield from (f"{path.name}: no translation of {one!r}" for one in wanted if not translated.get(one))
    yield from (
        f"{path.name}: {one!r} is not a sentence of the program" for one in translated if one and one not in wanted
    )
    for one, many in wanted.items():
        text = translated.get(one, "")
        if text and not set(_FIELD.findall(many or one)) <= set(_FIELD.findall(text)) <= set(
            _FIELD.findall(one + many)
        ):
            yield f"{path.name}: the fields of {text!r} are not those of {one!r}"


def _fields(text: str) -> set[str]:
    return set(_FIELD.findall(text)) - {""}


def rewrite(language: str) -> None:
    """Write the catalogue of `language` anew, with the translations it has."""
    path = catalogue(language)
    kept = read_catalogue(path) if path.exists() else {}
    blocks = [_HEAD.format(language=language)]
    for one, many in sentences():
        plural = f"msgid_plural {_quoted(many)}\n" if many else ""
        blocks.append(f"msgid {_quoted(one)}\n{plural}msgstr{'[0]' if many else ''} {_quoted(kept.get(one, ''))}\n")
    path.write_text("\n".join(blocks), encoding="utf-8")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def main(argv: list[str]) -> int:
    """Check or rewrite every catalogue; the exit code is 1 where a checked one is at fault."""
    wrong: list[str] = []
    for language in LANGUAGES:
        if language == "en":
            continue
        if "--check" not in argv:
            rewrite(language)
        wrong += faults(language)
    sys.stdout.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
