"""User programs, one idea each, as users write them: no decorator, no knowledge of the library."""
