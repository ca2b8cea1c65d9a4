"""Run every benchmark: python -m benchmarks. Each prints its ratio as its last line."""

import subprocess
import sys
from pathlib import Path

for script in sorted(Path(__file__).parent.glob("bench_*.py")):
    print(f"== {script.stem}", flush=True)
    subprocess.run([sys.executable, "-m", f"benchmarks.{script.stem}"], check=True, cwd=script.parent.parent)
