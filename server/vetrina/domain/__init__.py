"""What a live shop is: pure values and functions of the standard library."""
