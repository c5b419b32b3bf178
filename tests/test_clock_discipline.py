"""Wall time by a clock that cannot jump: slews, steps, and who decides what a jump means."""

from hypothesis import given
from hypothesis import strategies as st

from vetrina.clock_discipline import (
    FOLLOW_PPM,
    JUMP_NS,
    MS_NS,
    PATIENCE_NS,
    SLEW_PPM,
    ClockDiscipline,
    Correction,
    Reading,
)

S = 1_000 * MS_NS
HOUR = 3_600 * S
WALL = 1_700_000_000 * S
"""What a wall clock says when the raw clock stands at nothing."""


def reading(
    offset: int = WALL, correction: Correction | None = None, *, idle: bool = False, took: int = 0
) -> Reading:
    return Reading(offset, took, correction or Correction(), idle)


def started(offset: int = WALL) -> ClockDiscipline:
    """A process that has read the store's clock once."""
    made = ClockDiscipline(0, WALL)
    made.take(reading(offset), 0, keeper=True)
    return made


def test_a_process_begins_with_the_stores_time_whatever_its_machine_says():
    assert started(WALL + 5 * S).now_ns(7 * S) == WALL + 12 * S


def test_a_clock_that_is_set_while_a_show_is_on_moves_nothing():
    """The issue's: a deal of a minute, and the clock set back by an hour."""
    for jump in (-HOUR, HOUR):
        clock = started()
        wanted = clock.take(reading(WALL + jump), 10 * S, keeper=True)
        assert wanted == Correction(-jump, WALL + jump + 10 * S)
        assert clock.take(reading(WALL + jump, wanted), 10 * S, keeper=True) is None
        assert clock.now_ns(10 * S) == WALL + 10 * S
        assert clock.steps == 1, "the one at the start"


def test_what_was_set_is_made_up_at_the_rate_of_ntp_while_a_show_is_on():
    correction = Correction(HOUR, 0)
    assert correction.at(0) == HOUR
    assert correction.at(1_000 * S) == HOUR - 1_000 * S * SLEW_PPM // 1_000_000
    assert correction.at(10_000 * HOUR) == 0
    assert Correction(-HOUR, 0).at(10_000 * HOUR) == 0


def test_a_clock_that_is_set_while_nothing_runs_is_followed_at_once():
    clock = started()
    wanted = clock.take(reading(WALL - HOUR, idle=True), 10 * S, keeper=True)
    assert wanted == Correction(0, WALL - HOUR + 10 * S, steps=1)
    assert clock.take(reading(WALL - HOUR, wanted, idle=True), 10 * S, keeper=True) is None
    assert clock.now_ns(11 * S) == WALL - HOUR + 11 * S
    assert clock.steps == 2


def test_the_rest_is_made_up_at_once_when_the_last_show_is_over():
    clock = started()
    held = clock.take(reading(WALL + HOUR), S, keeper=True)
    assert held is not None
    clock.take(reading(WALL + HOUR, held), S, keeper=True)
    wanted = clock.take(reading(WALL + HOUR, held, idle=True), 2 * S, keeper=True)
    assert wanted == Correction(0, WALL + HOUR + 2 * S, steps=1)
    clock.take(reading(WALL + HOUR, wanted, idle=True), 2 * S, keeper=True)
    assert clock.now_ns(3 * S) == WALL + HOUR + 3 * S


def test_only_the_keeper_decides_and_the_others_wait_for_its_word():
    clock = started()
    assert clock.take(reading(WALL + HOUR), S, keeper=False) is None
    assert clock.now_ns(S) == WALL + S
    told = Correction(-HOUR, WALL + HOUR + S)
    clock.take(reading(WALL + HOUR, told), 2 * S, keeper=False)
    assert abs(clock.now_ns(2 * S) - WALL - 2 * S) < MS_NS


def test_whose_own_raw_clock_is_wrong_follows_the_others_after_a_while():
    """A machine that stood still for a minute: for the others nothing has jumped."""
    clock = started()
    late = WALL + 60 * S
    assert clock.take(reading(late), S, keeper=False) is None
    assert clock.take(reading(late), S + PATIENCE_NS, keeper=False) is None
    assert clock.now_ns(2 * S) == WALL + 2 * S
    clock.take(reading(late), 2 * S + PATIENCE_NS, keeper=False)
    assert clock.now_ns(3 * S + PATIENCE_NS) == late + 3 * S + PATIENCE_NS


def test_a_process_that_starts_after_a_step_has_the_time_of_the_others():
    first = started()
    held = first.take(reading(WALL - HOUR), S, keeper=True)
    assert held is not None
    first.take(reading(WALL - HOUR, held), S, keeper=True)
    second = ClockDiscipline(S, WALL - HOUR + S)
    second.take(reading(WALL - HOUR, held), S, keeper=False)
    assert second.now_ns(2 * S) == first.now_ns(2 * S)


def test_a_step_of_the_keeper_is_followed_though_a_show_has_begun_since():
    clock = started()
    clock.take(reading(WALL - HOUR, Correction(0, WALL - HOUR + S, steps=1)), 2 * S, keeper=False)
    assert clock.now_ns(2 * S) == WALL - HOUR + 2 * S


def test_an_answer_that_took_long_says_nothing():
    clock = started()
    assert clock.take(reading(WALL + HOUR, took=S), S, keeper=True) is None
    assert clock.now_ns(S) == WALL + S


@given(st.lists(st.integers(-JUMP_NS // 2, JUMP_NS // 2), max_size=30), st.integers(1, 10))
def test_small_differences_are_made_up_slowly_and_time_never_goes_back(offs, every):
    clock, raw, before = started(), 0, WALL
    for off in offs:
        for _ in range(every):
            raw += S
            now = clock.now_ns(raw)
            assert abs(now - before - S) <= S * FOLLOW_PPM // 1_000_000 + 1
            before = now
        clock.take(reading(WALL + off), raw, keeper=False)
        assert clock.now_ns(raw) == before
    assert clock.steps == 1


def test_two_that_drift_apart_by_500_ppm_agree_for_a_day():
    """One raw clock is fast and one is slow; both read the store's clock every five seconds."""
    fast, slow = started(), started()
    worst = 0
    for second in range(5, 86_400, 5):
        true = second * S
        ahead, behind = true + true * 500 // 1_000_000, true - true * 500 // 1_000_000
        worst = max(worst, abs(fast.now_ns(ahead) - slow.now_ns(behind)))
        fast.take(reading(WALL + true - ahead), ahead, keeper=True)
        slow.take(reading(WALL + true - behind), behind, keeper=False)
    assert worst < 50 * MS_NS
    assert (fast.steps, slow.steps) == (1, 1)
