"""The floor: what bare Django needs to show the same rows, signed in, with objects and a template. No part of the
product; tests/bench/pages.py serves it beside the product and compares."""
