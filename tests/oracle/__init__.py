"""Every core figure once more, slowly and obviously, in plain Python: the product's definitions told again.

Nothing here imports the product: the law is read from the definitions (``dashboards/indicators``), the statutes and
DESIGN §4.4–4.6 and §5, and counted with loops over dictionaries.

    days        quarters and half-years as numbers
    gathering   who is put together with whom before anything is counted
    telling     what may be told of a count, and the interval round it
    answers     young people's answers
    blocks      placements and events
    duties      what homes owe after each wave
    beside      places beside one another: pooled levels, probabilities, flags, pairs, gates
    staff       members of staff: what the rules ask, and classes
"""
