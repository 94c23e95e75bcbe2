"""Who supports whom: the tree below a flagship, and everything a flagship waits for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

Links = Mapping[int, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Node:
    """One line of a tree: `turns` says for each level from the root down whether the branch is the last one there.

    `again` marks a project that stands further up already; what supports it is not drawn a second time.
    """

    project: int
    turns: tuple[bool, ...] = ()
    again: bool = False

    @property
    def branch(self) -> str:
        """The lines before the name."""
        if not self.turns:
            return ""
        return "".join("   " if last else "│  " for last in self.turns[:-1]) + ("└─ " if self.turns[-1] else "├─ ")


def tree(root: int, supporters: Links) -> list[Node]:
    """`root` and everything that supports it, directly or through others; a circle ends where it closes."""
    nodes = [Node(root)]
    nodes += _below(root, supporters, (), {root})
    return nodes


def _below(project: int, supporters: Links, turns: tuple[bool, ...], seen: set[int]) -> Iterator[Node]:
    own = supporters.get(project, ())
    for place, one in enumerate(own):
        here = (*turns, place == len(own) - 1)
        again = one in seen
        seen.add(one)
        yield Node(one, here, again)
        if not again:
            yield from _below(one, supporters, here, seen)


def members(nodes: Iterable[Node]) -> list[int]:
    """Every project of a tree, once."""
    return [node.project for node in nodes if not node.again]


def waited_for(root: int, supporters: Links, needs: Links) -> list[int]:
    """Everything `root` waits for: what supports it and what it depends on, directly or through others."""
    found: dict[int, None] = {root: None}
    waiting = [root]
    while waiting:
        project = waiting.pop(0)
        new = [one for one in (*supporters.get(project, ()), *needs.get(project, ())) if one not in found]
        found |= dict.fromkeys(new)
        waiting += dict.fromkeys(new)
    return [project for project in found if project != root]


def links(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    """The second of each pair, by the first, each once and in their order."""
    found: dict[int, list[int]] = {}
    for one, other in pairs:
        if other not in found.setdefault(one, []):
            found[one].append(other)
    return found
