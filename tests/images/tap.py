"""tap.py: run functions as tests, some at a time, and print TAP."""
import concurrent.futures
import sys


def attempt(test):
    try:
        test[1]()
        return None
    except Exception as error:
        return "%s: %s" % (type(error).__name__, error)


def main(tests, jobs=2):
    """tests: pairs of a name and a function that raises when it fails."""
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for number, ((name, _), why) in enumerate(zip(tests, pool.map(attempt, tests)), 1):
            print("%s %d - %s" % ("not ok" if why else "ok", number, name), flush=True)
            if why:
                failed += 1
                print("# " + why.replace("\n", "\n# "))
    sys.exit(failed != 0)
