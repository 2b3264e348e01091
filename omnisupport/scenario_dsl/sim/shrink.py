"""Make a walk that found a fault as short as it can be: delta debugging over its moves."""

from __future__ import annotations

from collections.abc import Sequence

from omnisupport.scenario_dsl.sim.moves import Move, Player
from omnisupport.scenario_dsl.sim.oracles import Violation

MOST_TRIES = 600
_SIMPLE = ("да", "1", "")


def shrink(player: Player, moves: Sequence[Move], violation: Violation) -> list[Move]:
    """The fewest moves, of the simplest texts, that still lead to the same fault."""
    shrinker = _Shrinker(player, violation)
    first, rest = moves[0], list(moves[1:])
    rest = shrinker.drop(first, rest)
    simple = shrinker.simplify(first, rest)
    return shrinker.effective([first, *simple])


class _Shrinker:
    def __init__(self, player: Player, violation: Violation) -> None:
        self._player = player
        self._wanted = violation.key
        self._tries = 0

    def _fails(self, moves: Sequence[Move]) -> bool:
        if self._tries >= MOST_TRIES:
            return False
        self._tries += 1
        self.effective(moves)
        found = self._player.violation
        if found is None and self._wanted[0] == "state_size":
            self._player.weigh()
            found = self._player.violation
        return found is not None and found.key == self._wanted

    def effective(self, moves: Sequence[Move]) -> list[Move]:
        """Play the moves up to the fault; those that had a place."""
        player = self._player
        player.log = None
        player.begin()
        done: list[Move] = []
        for move in moves:
            if player.play(move):
                done.append(move)
            if player.violation is not None:
                break
        return done

    def drop(self, first: Move, rest: list[Move]) -> list[Move]:
        """Leave out ever smaller parts, as long as the fault stays."""
        size = max(len(rest) // 2, 1)
        while rest:
            begins, dropped = 0, False
            while begins < len(rest):
                shorter = rest[:begins] + rest[begins + size :]
                if self._fails([first, *shorter]):
                    rest, dropped = shorter, True
                else:
                    begins += size
            if size == 1 and not dropped:
                break
            size = max(size // 2, 1)
        return rest

    def simplify(self, first: Move, rest: list[Move]) -> list[Move]:
        """Say something simpler where it makes no difference."""
        for index, move in enumerate(rest):
            for other in _simpler(move):
                candidate = [*rest[:index], other, *rest[index + 1 :]]
                if self._fails([first, *candidate]):
                    rest = candidate
                    break
        return rest


def _simpler(move: Move) -> list[Move]:
    if move[0] != "text":
        return []
    text: str = move[1]
    found = [("text", simple) for simple in _SIMPLE if simple != text and len(simple) <= len(text)]
    lengths = [length for length in (10, 100, 1_000) if length < len(text)]
    return [*found, *(("text", text[:length]) for length in lengths)]
