"""What others do: each module is a small server that sends one event to all who are connected.

    python -m loadtests.baselines.send_loop

prints where it listens. Any client that says `fire TEXT` makes it send an events frame of that text
to everybody, in the way that the documentation of its library shows.
"""
