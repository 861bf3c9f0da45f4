"""How to read a chart, told with the page's own numbers: sentences made of them, none of them fixed."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median_low

from hvb_followup.pages.charts import Dot, Limits, Point
from hvb_followup.pages.figures import count_words, interval_words, percent_words
from hvb_followup.pages.words import SWEDISH, Words


def typical_n(dots: Sequence[Dot]) -> int:
    """A number of answers that a place on the chart has: the median."""
    return median_low([dot.n for dot in dots])


def of_funnel(
    dots: Sequence[Dot],
    example: Limits | None,
    centre: float,
    say: Words = SWEDISH,
    *,
    outside: float = 0.0,
    are_homes: bool = True,
) -> list[str]:
    """What the dots and the lines are, what chance alone does, and where the reader's own home lies.

    ``example`` are the limits at ``typical_n``; without them nothing is said of lines. ``outside`` is how many of the
    places chance alone is expected to put outside the dashed lines.
    """
    if not are_homes:
        return [
            *_of_providers(dots, example, centre, outside, say),
            *(_of_own(dot, say) for dot in dots if dot.is_own),
        ]
    told = [say("Varje ring är ett hem: ju längre åt höger, desto fler har svarat där.")]
    if example is not None:
        reach = interval_words(example.low, example.high, say)
        told.append(
            say(
                "I hela landet är siffran %(centre)s. Ett hem med %(n)s svar hamnar av ren slump på %(reach)s "
                "i omkring 95 fall av 100, även om de unga där har det precis som i landet.",
                centre=percent_words(centre, say),
                n=say.number(example.n),
                reach=reach,
            )
        )
        told.append(
            say(
                "%(n)s hem visas. Även om inget av dem skilde sig från landet skulle ungefär %(outside)s av dem "
                "hamna utanför de streckade linjerna.",
                n=say.number(len(dots)),
                outside=say.number(int(outside + 0.5)),
            )
        )
    told.append(
        say(
            "Att en ring ligger utanför linjerna är därför inget larm. Larm prövas för sig, med exakta metoder."
        )
    )
    return told + [_of_own(dot, say) for dot in dots if dot.is_own]


def _of_providers(
    dots: Sequence[Dot], example: Limits | None, centre: float, outside: float, say: Words
) -> list[str]:
    told = [say("Varje ring är en utförare: ju längre åt höger, desto fler har svarat där.")]
    if example is not None:
        told.append(
            say(
                "I hela landet är siffran %(centre)s. En utförare med %(n)s svar hamnar av ren slump på %(reach)s "
                "i omkring 95 fall av 100. %(all)s visas, och ungefär %(outside)s väntas hamna utanför de streckade linjerna.",
                centre=percent_words(centre, say),
                n=say.number(example.n),
                reach=interval_words(example.low, example.high, say),
                all=say.number(len(dots)),
                outside=say.number(int(outside + 0.5)),
            )
        )
    return [
        *told,
        say(
            "Att en ring ligger utanför linjerna är därför inget larm. Larm prövas för sig, med exakta metoder."
        ),
    ]


def of_trend(points: Sequence[Point], centre: float | None, say: Words = SWEDISH) -> list[str]:
    """What the points are, and how far chance alone moves them."""
    told = [
        say(
            "Varje punkt bygger på svar som inte finns i någon annan punkt. Här är det %(n)s punkter, "
            "från %(least)s till %(most)s svar.",
            n=len(points),
            least=say.number(min(point.n for point in points)),
            most=say.number(max(point.n for point in points)),
        )
    ]
    limited = [point.limits for point in points if point.limits]
    if limited and centre is not None:
        widest = max(limited, key=lambda one: one.high - one.low)
        told.append(
            say(
                "Om nivån hela tiden hade varit %(centre)s skulle en punkt med %(n)s svar av ren slump hamna på "
                "%(reach)s i 95 fall av 100.",
                centre=percent_words(centre, say),
                n=say.number(widest.n),
                reach=interval_words(widest.low, widest.high, say),
            )
        )
    return [
        *told,
        say("Diagrammet prövar inte om nivån har ändrats: olika hem och unga svarar olika halvår."),
    ]


def _of_own(dot: Dot, say: Words) -> str:
    return say(
        "%(name)s är märkt med en stjärna: %(count)s, intervall %(reach)s.",
        name=dot.name,
        count=count_words(dot.x_lo, dot.x_hi, dot.n, say),
        reach=interval_words(dot.lo, dot.hi, say),
    )
