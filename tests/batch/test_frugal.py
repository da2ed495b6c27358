"""What a worker imports, in a process of its own as a worker is."""

import subprocess
import sys

import pytest


def test_worker_writes_tables_without_pandas_and_without_threads() -> None:
    pytest.importorskip("pyarrow", reason="tables need the extra frames")
    program = (
        "import sys, threading, reportparse.batch.preload\n"
        "from reportparse import frames, parse_report\n"
        "print(len(frames.records(parse_report('一、总体情况'))), 'pandas' in sys.modules)\n"
        "try: print(open('/proc/self/status').read().split('Threads:')[1].split()[0])\n"
        "except OSError: print(1)\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert done.stderr == ""
    assert done.stdout.split() == ["0", "False", "1"]
