"""A batch of its own process, for tests that end it: ``python batchdriver.py INPUT OUT [WORKERS]``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

if __name__ == "__main__":
    import batches
    import killers

    source, out, *workers = sys.argv[1:]
    batches.run(source, out, batches.local(int(*workers)), parser=killers.parse_slowly)
