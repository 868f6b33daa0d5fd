"""What stands in for a callable while tracing: `math`, Python's builtins, NumPy. One table a module.

A handler is called with the interpreted arguments. With ordinary arguments only it answers as the function
itself would; with a traced one it adds equations.
"""
