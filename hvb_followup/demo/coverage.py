"""What the gates let through: how many homes have anything to show, of what, in the newest release."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import msgspec

from hvb_followup.store import releases

# Figure id → outcome → how many homes; and over all figures.
Coverage = dict[str, Any]


async def coverage(release_id: str, n_homes: int) -> Coverage:
    """Homes with a shown figure by indicator and level, and by which gate the others stopped."""
    release = await releases.release(release_id)
    if release is None:
        return {"homes": n_homes}
    return coverage_of(msgspec.json.decode(release.body), n_homes)


def coverage_of(body: Any, n_homes: int) -> Coverage:
    """The same, of a public release that is at hand."""
    outcomes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    shown: defaultdict[str, set[str]] = defaultdict(set)
    for figure in body["figures"]:
        gate = "shown" if not figure["status"] else figure["outcome"]
        outcomes[f"{figure['indicator']} {figure['level']}"][gate] += 1
        if gate == "shown":
            shown[figure["level"]].add(figure["whose"])
    return {
        "homes": n_homes,
        "places with a shown figure": {level: len(places) for level, places in sorted(shown.items())},
        "gates": {name: dict(sorted(counted.items())) for name, counted in sorted(outcomes.items())},
    }


def told(found: Coverage) -> list[str]:
    """The coverage in a few lines for whoever has built the demonstration."""
    shown = found.get("places with a shown figure", {})
    places = ", ".join(f"{count} {level}" for level, count in shown.items()) or "nothing yet"
    lines = [f"{places}; of {found.get('homes', '?')} homes"]
    for name, counted in found.get("gates", {}).items():
        if name.endswith(" unit"):
            others = ", ".join(f"{gate} {count}" for gate, count in counted.items() if gate != "shown")
            lines.append(
                f"{name.removesuffix(' unit'):<6} {counted.get('shown', 0)} homes ({others or 'all'})"
            )
    return lines
