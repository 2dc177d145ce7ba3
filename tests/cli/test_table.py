from __future__ import annotations

import io
import sys

import numpy as np
import pytest

from arsieve_rf.cli.messages import InputError
from arsieve_rf.cli.table import read_table


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "data.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(file, separator, newline):
    text = newline.join(["a,b", "1,2.5", "", "-3,+4e-1", ""]).replace(",", separator)
    table = read_table(file(text))
    np.testing.assert_array_equal(table.numbers("a"), [1, -3])
    np.testing.assert_array_equal(table.numbers("b"), [2.5, 0.4])
    assert table.lines == [2, 4]


def test_rows_without_content(file):
    # in a file of one column a blank line is an empty cell, as is "" or a row of separators; not at the end
    one = read_table(file('y\n1\n\n3\n""\n5\n\n\n'))
    np.testing.assert_array_equal(one.numbers("y", missing=True), [1, np.nan, 3, np.nan, 5])
    assert one.lines == [2, 3, 4, 5, 6]
    two = read_table(file("\na,b\n1,2\n,\n\n3,4\n,\n,\n"))
    np.testing.assert_array_equal(two.numbers("a", missing=True), [1, np.nan, 3])
    with pytest.raises(InputError, match=r"line 4: column 'a' has a missing value"):
        two.numbers("a")


def test_quotes_spaces_and_byte_order_mark(file):
    table = read_table(file('\ufeff"sales, net", t\n"1",  2024-01 \n'))
    assert table.names == ["sales, net", "t"]
    assert table.cells("t") == ["2024-01"]
    assert table.only_numeric(["t"]) == "sales, net"


def test_quoted_line_breaks_keep_line_numbers_right(file):
    table = read_table(file('note,y\n"two\nlines",1\nplain,x\n'))
    with pytest.raises(InputError, match="line 4: column 'y' holds 'x'"):
        table.numbers("y")


def test_columns_without_names_are_numbered(file):
    # As pandas writes an index without a name.
    table = read_table(file(",y\n0,5\n1,6\n"))
    assert table.names == ["column_1", "y"]


def test_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("\ufeffy\n1\n2\n"))
    table = read_table("-")
    np.testing.assert_array_equal(table.numbers("y"), [1, 2])
    assert table.source == "standard input"


@pytest.mark.parametrize("cell", ["1", "-1.5", "+2", ".5", "3.", "1e5", "1.5E-300"])
def test_numbers(file, cell):
    assert read_table(file(f"a,y\nx,{cell}\n")).numbers("y")[0] == float(cell)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("", r"line 3: column 'y' has a missing value \(''\)"),
        ("NaN", "missing value"),
        ("NA", "missing value"),
        ("null", "missing value"),
        ("inf", "'inf', which is no finite number"),
        ("1e400", "1e400, which is beyond float64"),
        ("1_000", "'1_000', which is no finite number"),
        ("٣", "which is no finite number"),
        ('"1,5"', "'1,5', which is no finite number; write decimals with a point"),
        ("0x10", "which is no finite number"),
        ("abc", "'abc', which is no finite number"),
    ],
)
def test_what_is_no_number(file, cell, message):
    with pytest.raises(InputError, match=message):
        read_table(file(f"a,y\nx,1\nx,{cell}\n")).numbers("y")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("a,b\n", "column names, but no data"),
        ("a,b\n1,2\n3\n", "line 3: 1 cells where the header has 2"),
        ("a,b\n1,2,3\n", "line 2: 3 cells where the header has 2"),
        ("1.5\n2.5\n", "first line must hold column names, got numbers: 1.5"),
        (b"a,b\n\xff\xfe,1\n", "is not text in UTF-8"),
        ('a,b\n"1"2,3\n', "line 2: not readable as CSV"),
        ('a,b\n"1,3\n', "not readable as CSV"),
    ],
)
def test_bad_files(file, content, message):
    with pytest.raises(InputError, match=message):
        read_table(file(content))


def test_missing_files_and_folders(tmp_path):
    with pytest.raises(InputError, match=r"cannot read .*nothing.csv: No such file"):
        read_table(str(tmp_path / "nothing.csv"))
    with pytest.raises(InputError, match=r"cannot read .*: Is a directory"):
        read_table(str(tmp_path))
    with pytest.raises(InputError, match="cannot read"):
        read_table("a\0b")


def test_column_faults(file):
    table = read_table(file("a,b,b,word\n1,2,3,x\n"))
    with pytest.raises(InputError, match="has no column 'c'; its columns are a, b, b, word"):
        table.cells("c")
    with pytest.raises(InputError, match="has 2 columns 'b'"):
        table.cells("b")
    with pytest.raises(InputError, match="more than one numeric column; choose one with --column: a, b"):
        table.only_numeric([])
    with pytest.raises(InputError, match="no column of numbers only"):
        read_table(file("word\nx\n")).only_numeric([])


@pytest.mark.skipif(sys.platform == "win32", reason="has no such files")
def test_a_device_is_not_read():
    """Some never end."""
    with pytest.raises(InputError, match="/dev/zero: it is a device"):
        read_table("/dev/zero")
