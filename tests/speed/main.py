"""Runs the rows of `rows.py` and prints a table of them.

A row is an input at two sizes. Times are CPU (user and system) of the whole process, the least of several runs; the exponent is how
they grow: 1 is linear, 2 is quadratic. What a start costs is taken off first. A row of `PAIRS` is two inputs of which the first may
take so many times as long as the second.
"""

import argparse
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile

from rows import PAIRS, ROWS


def cpu(binary, arguments, folder, runs):
    """CPU seconds and the peak of memory in MiB of the cheapest run."""
    best = math.inf
    peak = 0
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        process = subprocess.Popen([binary, *arguments], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if os.waitstatus_to_exitcode(status) not in (0, 1, 2):
            sys.exit(f"{binary} {' '.join(arguments)} in {folder}: {said.decode(errors='replace')}")
        spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        best = min(best, spent)
        peak = max(peak, used.ru_maxrss / 1024)
        if spent > 5:
            break
    return best, peak


def text_size(folder):
    """Bytes of all files but git's."""
    total = 0
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != ".git"]
        total += sum(os.path.getsize(os.path.join(here, name)) for name in files)
    return total


class Bench:
    def __init__(self, options, root):
        self.options = options
        self.root = root
        self.binaries = os.environ["DRIFTLINT"].split(",")
        self.start = [self.measure(binary, ["--version"], root)[0] for binary in self.binaries]

    def measure(self, binary, arguments, folder):
        return cpu(binary, arguments, folder, self.options.runs)

    def scaled(self, size):
        return max(round(size * self.options.scale), 4)

    def made(self, name, make, size):
        folder = os.path.join(self.root, f"{name}-{size}")
        os.makedirs(folder)
        make(folder, size)
        return folder

    def row(self, row):
        small, large = (self.scaled(size) for size in row.sizes)
        folders = [self.made(row.name, row.make, size) for size in (small, large)]
        for at, binary in enumerate(self.binaries):
            (first, _), (second, peak) = (self.measure(binary, row.command, folder) for folder in folders)
            ratio = max(second - self.start[at], 1e-4) / max(first - self.start[at], 1e-4)
            exponent = math.log(ratio) / math.log(large / small)
            memory = peak * 2**20 / max(text_size(folders[1]), 1)
            print(
                f"{row.name:28} {small:>6} {large:>6} {first * 1000:>9.0f} {second * 1000:>9.0f} {exponent:>8.2f}"
                f" {peak:>6.0f} {memory:>6.0f}  {os.path.basename(binary)}",
                flush=True,
            )
        self.clear(folders)

    def pair(self, pair):
        size = self.scaled(pair.size)
        folders = [self.made(f"{pair.name}-{which}", make, size) for which, make in (("more", pair.more), ("less", pair.less))]
        for at, binary in enumerate(self.binaries):
            more, _ = self.measure(binary, pair.command, folders[0])
            less, _ = self.measure(binary, pair.other_command, folders[1])
            print(
                f"{pair.name:28} {size:>6} {'':>6} {less * 1000:>9.0f} {more * 1000:>9.0f} {more / max(less, 1e-4):>7.2f}x"
                f" {'':>13}  {os.path.basename(binary)}",
                flush=True,
            )
        self.clear(folders)

    def clear(self, folders):
        if not self.options.keep:
            for folder in folders:
                shutil.rmtree(folder)


def main():
    parser = argparse.ArgumentParser(prog="tests/speed.sh", description="How driftlint's time grows.")
    parser.add_argument("rows", nargs="*", help="names of rows; all of them if none is given")
    parser.add_argument("--list", action="store_true", help="print the names of the rows")
    parser.add_argument("--scale", type=float, default=1, metavar="FACTOR", help="what to multiply each size with")
    parser.add_argument("--runs", type=int, default=3, help="how often each is run; the least counts")
    parser.add_argument("--keep", metavar="FOLDER", help="make the inputs there, and leave them")
    options = parser.parse_args()
    known = {row.name: row for row in [*ROWS, *PAIRS]}
    if options.list:
        for row in known.values():
            print(f"{row.name:28} {row.what}")
        return
    unknown = [name for name in options.rows if name not in known]
    if unknown:
        parser.error(f"no row is called {', '.join(unknown)}")
    wanted = [known[name] for name in options.rows] or list(known.values())
    with tempfile.TemporaryDirectory() as temporary:
        root = os.path.abspath(options.keep or temporary)
        os.makedirs(root, exist_ok=True)
        bench = Bench(options, root)
        print(f"{'row':28} {'n':>6} {'4 n':>6} {'ms':>9} {'ms':>9} {'exponent':>8} {'MiB':>6} {'x text':>6}")
        for row in wanted:
            bench.pair(row) if row in PAIRS else bench.row(row)


main()
