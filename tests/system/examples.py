"""Examples of billing: each on a server of its own, whose books are verified afterwards."""

import os
import sys
import tempfile
import traceback

from books import Books

EXAMPLES = []


def example(number, **books):
    """Keeps a function as the example of that number, to be called with new Books."""

    def keep(function):
        EXAMPLES.append((number, function, books))
        return function

    return keep


def run_examples():
    """All of them against the program that the first argument names, or those that the others do."""
    binary, chosen = os.path.abspath(sys.argv[1]), sys.argv[2:]
    failed = 0
    for number, function, options in EXAMPLES:
        if chosen and function.__name__ not in chosen:
            continue
        with tempfile.TemporaryDirectory(prefix="provodka-billing-") as path:
            books = Books(binary, path, **options)
            try:
                function(books)
                books.close()
                books.check(binary)
                print(f"example {number}: {function.__name__}")
            except Exception:  # pylint: disable=broad-except
                failed += 1
                print(f"FAILED example {number}: {function.__name__}\n{traceback.format_exc()}{books.server.stderr()}")
                if books.server.process.poll() is None:
                    books.server.kill()
    if failed:
        sys.exit(f"{failed} examples failed")
