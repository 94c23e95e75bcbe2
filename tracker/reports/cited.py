"""A source in words."""

from __future__ import annotations


def cited(source: str | None, quote: str | None, note: str | None = None) -> str | None:
    """Document, quotation and note in one line, or nothing."""
    parts = [source or "", f"“{quote}”" if quote else "", f"({note})" if note else ""]
    return " ".join(part for part in parts if part) or None
