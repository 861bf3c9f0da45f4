"""The database: the only room that knows Piccolo.

Values in, values out. It decides nothing, and it can open nothing that is sealed: what lies here of a young
person's answers is ciphertext (DESIGN §4.2).
"""

from __future__ import annotations

import os

os.environ.setdefault("PICCOLO_CONF", "hvb_followup.store.piccolo_conf")
