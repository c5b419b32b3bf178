"""`python -m vetrina` is the `vetrina` command."""

import sys

if not sys.flags.safe_path:
    del sys.path[0]  # the current folder, whose modules are not ours to import

from vetrina.cli import main

if __name__ == "__main__":
    main()
