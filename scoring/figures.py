"""Figures as they are shown."""

from typing import SupportsFloat


def published(value: SupportsFloat) -> float:
    """Round to the millionth: what follows differs between machines and says nothing."""
    return round(float(value), 6)
