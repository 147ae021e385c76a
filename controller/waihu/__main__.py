"""``python -m waihu`` and the ``waihu`` command."""

from waihu.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
