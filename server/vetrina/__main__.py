"""`python -m server` is the `vetrina` command."""

from vetrina.cli import main

if __name__ == "__main__":
    main()
