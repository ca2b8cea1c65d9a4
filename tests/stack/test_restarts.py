"""When a process that died is started again."""

from evalhub.stack.restarts import RestartPolicy


def delays(policy: RestartPolicy, works_s: list[float]) -> list[float | None]:
    n_quick_deaths, waits = 0, []
    for ready_s in works_s:
        n_quick_deaths = policy.count_quick_deaths(n_quick_deaths, ready_s)
        waits.append(policy.delay_s(n_quick_deaths))
    return waits


def test_quick_deaths_double_the_wait_and_end_in_giving_up() -> None:
    assert delays(RestartPolicy(0.25, 5.0, 5), [0.1] * 5) == [0.25, 0.5, 1.0, 2.0, None]


def test_a_process_that_settled_starts_over() -> None:
    assert delays(RestartPolicy(0.25, 5.0, 5), [1, 1, 1, 5.0, 1, 1]) == [0.25, 0.5, 1.0, 0.25, 0.25, 0.5]


def test_a_process_that_always_settles_is_never_given_up() -> None:
    assert set(delays(RestartPolicy(0.25, 5.0, 5), [11.0] * 100)) == {0.25}


def test_a_process_that_was_never_ready_counts_however_long_it_took_to_die() -> None:
    # The service passes 0 s of work for it, whatever the clock says.
    assert delays(RestartPolicy(0.25, 5.0, 2), [0.0, 0.0]) == [0.25, None]
