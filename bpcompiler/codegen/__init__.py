"""Program -> Python text, with names and comments."""
