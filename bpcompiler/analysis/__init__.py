"""What passes and printers need to know of a whole program: what is read later, what shares memory."""
