"""Imported by the server of workers, which imports modules and calls nothing: see :mod:`reportparse.warm`."""

from .warm import warm_up

warm_up()
