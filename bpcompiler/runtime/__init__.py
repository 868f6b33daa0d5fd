"""From text to machine code: a module on disk, Numba's compilation of it, and what is remembered of both.

    folder.py       the cache folder: private, atomic, never in the way
    fingerprint.py  the world that compiled code depends on: versions, our own source, the processor
    store.py        generated text -> a file of that text; `clear_cache`
    module.py       generated text -> an imported module
    machine.py      machine code kept on disk
    passes.py       Numba's passes, without those that generated code does not need
    collecting.py   rare garbage collections while a function is compiled
    index.py        finished compilations, so that a second process neither traces nor differentiates
    results.py      what generated code returns after a check that failed
    blas.py         matrix products for generated code: what it calls
    blas_*.py       the kernels behind them, compiled once per machine, and SciPy's BLAS by name
    simd.py         functions that loops compute for several elements at once, and sums in any order
    threads.py      chunks of a loop on several threads
    simd_calls.py   what their calls say in LLVM
    simd_blocks.py  loops over blocks, and what is lost in adding them up
    libm.py         what C has and Numba does not know
    vector_library.py  which library of vector functions there is
    faults.py       errors of compiled code: status in an array -> an exception at the user's line

Nothing here is imported by `import bpcompiler` except what needs neither Numba nor SciPy nor SymPy;
`simd.py`, `blas.py` and its parts need both of the former and are imported by generated modules only.
"""
