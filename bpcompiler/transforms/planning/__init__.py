"""What the adjoint of a region needs of the region's own values: kept, computed again or restored.

An adjoint block refers to values of the block that it is the adjoint of, in the same turn. Each of these is

    kept        recorded on a tape in the forward loop and recalled in the reverse; outside of loops a further
                output of the branch
    computed    again in the reverse, from others
    restored    an array that was overwritten: the elements that were overwritten are kept, and put back
    read again  from an array in which it still is when the loops have ended (`untouched`)

whichever costs least: a minimum cut (`costs`, `decisions`). What decided that a loop was left is false in all
turns but the last, so what it was in that is enough (`exits`). Other conditions, integers that were computed
from numbers, and how many turns a loop took are always kept, never decided again.
"""
