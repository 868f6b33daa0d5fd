"""Long loops on several threads: what each array is to a loop, how long chunks are, the loop over them."""
