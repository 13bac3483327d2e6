"""What every benchmark is asked for on the command line, and how it says what it found."""

import argparse
import json
from collections.abc import Mapping
from typing import Any


def options(doc: str) -> argparse.ArgumentParser:
    """`--json` and `--quick`, under the first line of the module's docstring."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    return parser


def tell(result: Mapping[str, Any], *, as_json: bool) -> None:
    """All of it in one line, or a line for each figure."""
    if as_json:
        print(json.dumps(result))
        return
    for part, values in result.items():
        if not isinstance(values, Mapping):
            print(part, values)
            continue
        print(part)
        for name, value in values.items():
            print(f"  {name.replace('_', ' '):32} {value:>12,}")
