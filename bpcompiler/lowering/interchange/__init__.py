"""Short loops that are innermost change places with the long ones around them."""
