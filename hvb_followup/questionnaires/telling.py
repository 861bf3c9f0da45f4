"""Words that say where a young person lives or who asks her: in no message, letter or address."""

from __future__ import annotations

import re

# Whoever reads over her shoulder must not see where she lives or who is asking (R7 R2, DESIGN §4.8).
TELLING = re.compile(
    r"hvb|\b(?:barn)?hem(?:met)?\b|boende|enhet|placer|social|kommun|personal|vård|home|placement|staff|municip"
    r"|\b(?:care|unit)\b",
    re.I,
)
