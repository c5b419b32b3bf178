"""Import of a catalogue: sniff the file, read it, compare, apply. One module a format.

Reading is pure: bytes in, entries and problems out, in the order of the file. Nothing here guesses
cell by cell: encoding, delimiter and decimal mark are decided once a file, and told.
"""
