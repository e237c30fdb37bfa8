"""`python -m bench.attack`: how accurate and how hard to move the standings are, beside nine rivals."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from time import perf_counter

from bench.attack.attacks import LIFTS, SCENARIOS
from bench.attack.bars import Findings
from bench.attack.parameters import VARIANTS
from bench.attack.promise import promised
from bench.attack.report import printed
from bench.attack.runs import lifts, moves, qualities
from bench.attack.speed import queried, recomputed, replayed

FIRST_SEED = 101
PARTS = ("quality", "lifts", "promise", "speed")
SLOW, QUICK = 10**6, 10**5  # checks of the promise, and events written
BARRED = ("sybils", "forged traces")  # the lifts a bar asks about: all that --quick has time for


def asked(arguments: Sequence[str] | None = None) -> Namespace:
    """What the command line asks for."""
    parser = ArgumentParser(prog="python -m bench.attack", description=__doc__)
    parser.add_argument("--seeds", type=int, default=None, help="communities of each kind (3, or 1 with --quick)")
    parser.add_argument("--quick", action="store_true", help="one seed, fewer checks, only the lifts with a bar")
    parser.add_argument("--only", nargs="+", choices=[*SCENARIOS, *PARTS], metavar="SCENARIO", help="only these parts")
    return parser.parse_args(arguments)


def measured(wanted: Namespace) -> Findings:
    """Run what is asked for."""
    found, only = Findings(), set(wanted.only or [*SCENARIOS, *PARTS])
    seeds = range(FIRST_SEED, FIRST_SEED + (wanted.seeds or (1 if wanted.quick else 3)))
    amount = QUICK if wanted.quick else SLOW
    if "quality" in only:
        found.qualities = qualities(VARIANTS, seeds)
    found.moves = moves([name for name in SCENARIOS if name in only], seeds)
    if "lifts" in only:
        found.lifts = lifts(BARRED if wanted.quick else LIFTS, seeds)
    if "promise" in only:
        found.promise = promised(amount, FIRST_SEED)
    if "speed" in only:
        found.replay, found.query = replayed(amount, FIRST_SEED), queried(FIRST_SEED)
        found.recompute = recomputed(FIRST_SEED)
    return found


def main() -> None:
    """Measure and print."""
    wanted, start = asked(), perf_counter()
    for line in printed(measured(wanted)):
        print(line)
    print(f"\n{perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
