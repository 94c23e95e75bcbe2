"""Refusals: one sentence for the user, and the exit code that goes with it."""

from __future__ import annotations

from collections.abc import Sequence


class TrackerError(Exception):
    """Base of every expected failure; `str(error)` is the sentence, `exit_code` what the process returns."""

    exit_code = 1


class Refused(TrackerError):
    """The request is understood and not done: the ledger stays as it was."""


class UsageError(TrackerError):
    """The command line itself is wrong: an unknown name, a value that cannot be read."""

    exit_code = 2


class Ambiguous(UsageError):
    """A word that means several things: `choices` are these, a line each, to be printed below the sentence."""

    def __init__(self, sentence: str, choices: Sequence[str]) -> None:
        super().__init__(sentence)
        self.choices = choices


class Findings(TrackerError):
    """Something was found where the user asked to fail on findings."""

    exit_code = 3


class InputRejected(TrackerError):
    """A file from outside was read and not accepted; nothing of it was written."""

    exit_code = 4


class Busy(TrackerError):
    """Another run holds the lock."""

    exit_code = 5


class ValueRefused(UsageError):
    """A value, typed or of a cell, that cannot be read; `hint` says what to do about it where the sentence does not."""

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.hint = hint


class Undecided(Refused):
    """Only a person can decide; `choices` are the answers, with the option that gives each of them."""

    def __init__(self, question: str, choices: dict[str, str]) -> None:
        """`question` is the sentence; without a terminal the refusal names the options."""
        super().__init__(f"{question} ({' / '.join(choices.values())})")
        self.question = question
        self.choices = choices
