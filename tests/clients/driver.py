"""Runs Python files one after the other as if each were the main program; prints one JSON line with how each of them ended."""

import contextlib
import io
import json
import runpy
import sys
import traceback


def run(path: str) -> dict[str, object]:
    """One file: exit code, standard output, standard error."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            runpy.run_path(path, run_name="__main__")
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
            if isinstance(ended.code, str):
                print(ended.code, file=sys.stderr)  # noqa: T201 - as Python itself does
        except Exception:  # noqa: BLE001 - any failure of the snippet is its outcome
            traceback.print_exc()
            code = 1
    return {"code": code, "out": out.getvalue().strip(), "err": err.getvalue().strip()}


if __name__ == "__main__":
    print(json.dumps([run(path) for path in sys.argv[1:]]))  # noqa: T201 - the report
