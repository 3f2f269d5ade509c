"""The numbers of ports, and how they are written."""

PORT_NUMBERS = range(1, 65_536)


def port_number(text: str) -> int:
    """Read the number of a port; 0 if it is not one."""
    digits = text.lstrip("0")
    # Python refuses to read a number of thousands of digits.
    if not (text.isascii() and text.isdecimal()) or len(digits) > len(str(PORT_NUMBERS[-1])):
        return 0
    number = int(digits or "0")
    return number if number in PORT_NUMBERS else 0
