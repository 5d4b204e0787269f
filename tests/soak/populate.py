"""Puts a world into an instance's database, for trials that speak to it from outside.

`python -m tests.soak.populate 6` prints, as JSON, who is signed in with which session, and where they may write."""

import json
import sys

import django


def main(number: int) -> None:
    django.setup()
    # What these import can only be imported once Django is set up.
    from readlist_site.base.accounts.password_hasher import PasswordHasher
    from tests.soak.world import make_world

    # Nobody signs in with a password of the world's.
    PasswordHasher.iterations = 1
    print(json.dumps(make_world(number)))  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]))
