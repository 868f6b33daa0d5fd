"""What a turn adds times what no turn changes: the turns are added up first, and multiplied once.

    for n: for i: for j: for k: A[j, k] += -L[k, i, j] * d[k]              d: of n and i, not of j

    for n: for i: for k: s[i, k] += d[k]
    for i: for j: for k: A[j, k] += -L[k, i, j] * s[i, k]

Derivatives only: their sums are ours to order. It pays where the factor that changes has fewer dimensions
than the nest that adds it up; a sum without another factor is added up once for all places that it goes to.
"""
