"""Python function + abstract arguments -> Program."""
