"""Look at the cases, or rewrite what is stored of them, from the command line."""

import sys
from argparse import ArgumentParser
from hashlib import sha256
from pathlib import Path

from tests import cases


def main() -> None:
    """Do what the arguments say."""
    parser = ArgumentParser("python -m tests.cases")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--update", action="store_true", help="rewrite what is stored")
    choice.add_argument("--into", type=Path, metavar="FOLDER", help="write whole templates there")
    arguments = parser.parse_args()
    if arguments.update:
        cases.update()
    elif arguments.into:
        cases.write_templates(arguments.into)
    else:
        sys.stdout.writelines(f"{digest(case)} {case}\n" for case in cases.CASES)


def digest(case: cases.Case) -> str:
    """Return the digest of all that a case becomes."""
    template = case.template if case.outcome.result else ""
    return sha256(f"{template}{case.outcome.said}".encode()).hexdigest()


if __name__ == "__main__":
    main()
