"""Write the next migration from what the tables say: ``python -m waihu_models.migrations "customer has a city"``."""

import sys
import warnings
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine


def main(message: str) -> None:
    """Compare the tables with what all migrations so far make of an empty database, and write down the difference."""
    # Said of indexes with a descending column, which ``env`` leaves out.
    warnings.filterwarnings("ignore", "autogenerate skipping metadata-specified expression-based index")
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
    with create_engine("sqlite://").connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    main(sys.argv[1])
