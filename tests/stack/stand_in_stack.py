"""A stack whose services are small stand-ins, around the real broker.

Command line: stand_in_stack.py HOME PORT PLAN, where PLAN is JSON: {"services": {NAME: PYTHON},
"migration": PYTHON, "stop_within_s": SECONDS}, all optional.
"""

import json
import sys
from pathlib import Path

from evalhub.stack import foreground, processes, supervisor
from evalhub.stack.processes import ProcessSpec, StackPlan, base_env


def spec(home: Path, name: str, code: str) -> ProcessSpec:
    """Returns a process that runs a few lines of Python."""
    return ProcessSpec(name, (sys.executable, "-u", "-c", code), base_env(home))


def main(home: Path, port: int, wanted: dict) -> int:
    """Runs it as `evalhub up` would."""
    supervisor.STOP_WITHIN_S = wanted.get("stop_within_s", supervisor.STOP_WITHIN_S)
    plan = StackPlan(
        broker=processes.stack_plan(home, port).broker,
        migration=spec(home, "migration", wanted.get("migration", "")),
        services=tuple(spec(home, name, code) for name, code in wanted.get("services", {}).items()),
    )
    foreground.stack_plan = lambda *_: plan
    return foreground.run_foreground(home, port)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])))
