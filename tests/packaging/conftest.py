"""packaging/ is no package: its modules stand alone, as dev.py sees them."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "packaging"))
