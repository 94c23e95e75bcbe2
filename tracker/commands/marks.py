"""Marks a sentence for translation where it is declared; it is looked up when it is shown."""

from __future__ import annotations


def N_(sentence: str) -> str:  # noqa: N802  # the name that extractors of messages know
    """The sentence itself."""
    return sentence
