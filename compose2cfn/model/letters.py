"""Tell letters and numbers in the same way under every version of Python."""


def is_letter(char: str) -> bool:
    """Tell whether a character is a letter of any script."""
    return char.isalpha() if char.isascii() else _category(char).startswith("L")


def is_number(char: str) -> bool:
    """Tell whether a character is a digit or a number of any script."""
    return char.isdecimal() if char.isascii() else _category(char).startswith("N")


def _category(char: str) -> str:
    """Look a character up in the one table of Unicode that all versions of Python share."""
    from unicodedata import ucd_3_2_0  # noqa: PLC0415 - few names need it

    return ucd_3_2_0.category(char)
