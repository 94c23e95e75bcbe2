"""One import as a whole: previewed or written in one change, all rows or none, bad rows left out where asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from tracker.errors import InputRejected
from tracker.i18n import ngettext
from tracker.importer.apply.result import Outcome, Place, Rules, Source
from tracker.ledger.store import Store
from tracker.records.schema import Problem

T = TypeVar("T")


class Write(Protocol):
    """How a change is made: `App.write`."""

    def __call__(self, act: Callable[[Store], T], /, *, dry_run: bool) -> tuple[int | None, T]:
        """Run `act` in one transaction; the number of the change and what `act` returned."""
        ...


class Input(Source, Protocol):
    """A source that stands in a file, which may change while it is read."""

    def require_unchanged(self) -> None:
        """Raise InputRejected where the file is no longer what it was when it was first read."""
        ...


class _Refused(Exception):
    """Takes the transaction back and carries what was found."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an import: the number of the change (None where none was made), and what was found.

    `left_out` are the problems of the rows that were left out.
    """

    number: int | None
    outcome: Outcome
    left_out: tuple[Problem, ...] = ()
    more_left_out: int = 0

    @property
    def accepted(self) -> bool:
        """Whether nothing stands against writing it."""
        return not self.outcome.problems


def attempt(
    write: Write, sources: Sequence[Input], rules: Rules, *, dry_run: bool, skip_bad: bool, check: bool
) -> Result:
    """Import `sources` under `rules`, or find out on `dry_run` what that would do.

    With `skip_bad` the rows with problems are left out, and with them those that need them. With `check` the findings
    that the import would cause are looked for.
    """
    left_out: list[Problem] = []
    more = 0
    while True:
        number, outcome = _once(write, sources, rules, dry_run=dry_run, check=check)
        bad = _to_skip(outcome) if skip_bad else frozenset()
        if not bad:
            return Result(number, outcome, tuple(left_out), more)
        left_out += outcome.problems
        more += outcome.more_problems
        rules = replace(rules, skip=rules.skip | bad)


def _to_skip(outcome: Outcome) -> frozenset[Place]:
    """The rows to leave out; none where a problem is that of the whole file."""
    return frozenset(outcome.refused) if all(row > 0 for _source, row in outcome.refused) else frozenset()


def _once(
    write: Write, sources: Sequence[Input], rules: Rules, *, dry_run: bool, check: bool
) -> tuple[int | None, Outcome]:
    def act(store: Store) -> Outcome:
        from tracker.importer.apply.run import carry_out

        outcome = carry_out(store, sources, rules)
        for source in sources:
            source.require_unchanged()
        if outcome.problems:
            raise _Refused(outcome)
        if check and outcome.writes:
            from tracker.importer.apply.sanity import new_findings

            outcome.findings = [str(found) for found in new_findings(store)]
        return outcome

    try:
        return write(act, dry_run=dry_run)
    except _Refused as refused:
        return None, refused.outcome


def rejected(outcome: Outcome) -> InputRejected:
    """The refusal of a file with problems."""
    count = len(outcome.problems) + outcome.more_problems
    if not _to_skip(outcome):
        sentence = ngettext(
            "{count} problem, and nothing was changed: mend it",
            "{count} problems, and nothing was changed: mend them",
            count,
        )
    else:
        sentence = ngettext(
            "{count} problem, and nothing was changed: mend it, or leave its row out with --skip-bad",
            "{count} problems, and nothing was changed: mend them, or leave their rows out with --skip-bad",
            count,
        )
    return InputRejected(sentence.format(count=f"{count:,}"))
