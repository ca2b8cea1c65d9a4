"""A large corpus passes through in little memory."""

import subprocess
import sys
from pathlib import Path

import pytest

N_DOCUMENTS = 300_000
LINE_BYTES = 1_000
# Streams and stages the file, then prints the peak memory of its process in MiB and what it counted.
PROGRAM = """
import re, sys
from pathlib import Path
from evalhub.formats.source import Source
from evalhub.formats.staging import stage_documents

with stage_documents(Source("big.jsonl", Path(sys.argv[1])), Path(sys.argv[2])) as staged:
    counted = sum(len(batch) for batch in staged.batches())
# Not ru_maxrss: Linux hands that of the forking parent down to the child.
peak_kib = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]
print(int(peak_kib) // 1024, counted)
"""


@pytest.mark.slow
def test_300_megabytes_are_staged_in_less_than_200(tmp_path: Path) -> None:
    path = tmp_path / "big.jsonl"
    with path.open("w") as out:
        for number in range(N_DOCUMENTS):
            start = f'{{"_id": "d{number}", "text": "'
            out.write(start + "w" * (LINE_BYTES - len(start) - 3) + '"}\n')
    assert path.stat().st_size == N_DOCUMENTS * LINE_BYTES
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path), str(tmp_path)], capture_output=True, text=True, check=True
    )
    peak_mib, counted = map(int, finished.stdout.split())
    assert counted == N_DOCUMENTS
    assert peak_mib < 200
