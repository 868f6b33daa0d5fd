import numpy as np


def value_and_grad_embeddings(table, tokens):
    tokens0 = tokens[0]
    tokens1 = tokens[1]
    tokens2 = tokens[2]
    tokens3 = tokens[3]
    # forward pass
    stacked = np.array([tokens0, tokens1, tokens2, tokens3])  # (1)
    vectors = table[stacked]
    mean = np.mean(vectors, axis=0)                # (2)
    result = np.sum(mean**2) + vectors[0, 0]
    # backprop return np.sum(vectors.mean(axis=0) ** 2) + vectors[0, 0]  (2)
    dvectors = np.zeros_like(vectors)
    dvectors[0, 0] += 1.0
    dvectors += 2 * mean / 4
    # backprop vectors = table[np.array(tokens)]     (1)
    dtable = np.zeros_like(table)
    np.add.at(dtable, stacked, dvectors)
    return result, dtable
