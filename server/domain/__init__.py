"""What a live shop is: values, events, commands and rules; standard library only, no I/O."""
