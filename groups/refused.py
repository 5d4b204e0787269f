"""What the group's rules do not allow."""


class Refused(Exception):
    """Somebody asked for what the rules don't allow. The text is a sentence to show them."""


class HandsFull(Refused):
    """They hold as many reviews as one person may at once."""
