"""Turns that nobody else disturbed, as far as the kernel can tell."""
import time


def seconds_of_waiting() -> float:
    """How long, since the machine started, some task has been ready to run but had no core (Linux; else always 0)."""
    try:
        with open("/proc/pressure/cpu") as file:
            return int(file.readline().split("total=")[1]) * 1e-6
    except (OSError, IndexError):
        return 0.0


def quiet_turn(measure, tries: int, patience: float):
    """The result of measure() and the share of its time in which some task waited for a core.

    Waits for a quiet moment, for `patience` seconds at most, and tries again, `tries` times at most, where the share is
    above a tenth; then the quietest try counts.
    """
    limit = 0.1
    best = None
    for _ in range(tries):
        begin = time.perf_counter()
        while time.perf_counter() - begin < patience:
            before = seconds_of_waiting()
            time.sleep(0.3)
            if seconds_of_waiting() - before < limit * 0.3:
                break
        begin, before = time.perf_counter(), seconds_of_waiting()
        result = measure()
        share = (seconds_of_waiting() - before) / (time.perf_counter() - begin)
        if best is None or share < best[1]:
            best = (result, share)
        if share < limit:
            break
    return best
