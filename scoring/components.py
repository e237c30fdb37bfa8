"""Connected components: who hangs together, given pairs."""

import numpy as np

from scoring.arrays import Integers


def components(first: Integers, second: Integers, count: int) -> Integers:
    """The component of each of `count` members (count), named by its least member; pairs are (pairs).

    Every round hooks each root below the least root it is paired with and flattens the trees, so the rounds grow
    with the logarithm of the members.
    """
    root = np.arange(count)
    while True:
        one, other = root[first], root[second]
        apart = one != other
        if not apart.any():
            return root
        high, low = np.maximum(one, other)[apart], np.minimum(one, other)[apart]
        np.minimum.at(root, high, low)
        while (root[root] != root).any():
            root = root[root]
