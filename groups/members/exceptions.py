"""What the group's rules do not allow."""

from .rule_violations import sentence_of


class RuleViolation(Exception):
    """Somebody asked for what the rules don't allow: a `code`, and the facts that its sentence needs.

    The sentence is written in `groups.members.rule_violations`. `str()` gives it, for pages, mails and logs alike."""

    def __init__(self, code: str, **facts) -> None:
        super().__init__(code)
        self.code, self.facts = str(code), facts

    def __str__(self) -> str:
        return sentence_of(self.code, self.facts)


class ClaimLimitReached(RuleViolation):
    """They hold as many reviews as one person may at once."""
