"""Control flow on traced values: conditions and loops that become equations with blocks inside."""
