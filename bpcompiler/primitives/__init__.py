"""What operations there are: one declaration each (type, value, derivative, text)."""
