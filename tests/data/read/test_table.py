"""Reading tables from files."""

import gzip
import zipfile

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from chainrule.data import read_table
from chainrule.data.read import json_lines, table, table_size, tables
from chainrule.data.read.table import MISSING
from chainrule.data.read.tables import from_table_file
from chainrule.errors import DataError


@pytest.fixture
def written(tmp_path):
    def write(content, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_delimiters_line_ends_and_byte_order_marks(written, delimiter, newline, bom):
    rows = [["age", "city", "height"], ["1", "Köln", "1.5"], ["2", '"a, b; c"', "-2e-1"], ["", "Rome", ".5"]]
    path = written(bom + newline.join(delimiter.join(row) for row in rows).encode() + newline.encode())
    frame = read_table(path)
    assert frame.to_dict(as_series=False) == {
        "age": [1, 2, None],
        "city": ["Köln", '"a, b; c"'.strip('"'), "Rome"],
        "height": [1.5, -0.2, 0.5],
    }
    assert frame.dtypes == [pl.Int64, pl.String, pl.Float64]


@pytest.mark.parametrize("marker", MISSING)
def test_missing_values_are_null(written, marker):
    frame = read_table(written(f"a,b\n{marker},x\n1, {marker} \n"))
    assert frame.to_dict(as_series=False) == {"a": [None, 1], "b": ["x", None]}


def test_other_words_for_missing_can_be_given(written):
    assert read_table(written("a,b\n-,1\n2,-9\n"), missing=["-", "-9"])["a"].to_list() == [None, 2]


@pytest.mark.parametrize(
    ("content", "columns", "rows"),
    [
        ("age,kind\n1,a\n2,b\n", ["age", "kind"], 2),
        ("1,a\n2,b\n", ["column_1", "column_2"], 2),
        ("oak\n\nelm\n", ["oak"], 1),
        ("kind,town\na,x\nb,y\n", ["kind", "town"], 2),
        ("ham,hello\nspam,win\nham,bye\n", ["column_1", "column_2"], 3),
        ("id,0,1\n7,5,6\n", ["id", "0", "1"], 1),
        (",a\n0,5\n1,6\n", ["column_1", "a"], 2),
        ("0.5,R\n0.6,M\n", ["column_1", "column_2"], 2),
    ],
)
def test_whether_there_is_a_header(written, content, columns, rows):
    frame = read_table(written(content))
    assert frame.columns == columns
    assert frame.height == rows


def test_whether_there_is_a_header_can_be_said(written):
    assert read_table(written("a,b\nc,d\n"), header=False).height == 2
    assert read_table(written("1,2\n3,4\n"), header=True).columns == ["1", "2"]


def test_values_may_be_long(written):
    text = "a long text, " * 20_000
    assert read_table(written(f'a,b\n"{text}",1\nshort,2\n'))["a"].to_list() == [text.strip(), "short"]


def test_settings_for_other_ways_of_writing(written):
    assert read_table(written("a;b\n1,5;x\n"), decimal=",")["a"].to_list() == [1.5]
    assert read_table(written("a;b\n1,5;01.02.2024\n2;3.2.2024\n"), decimal=",")["b"].to_list() == ["01.02.2024", "3.2.2024"]
    for value in ("1.234", "1.234.567,5", "1.5"):
        with pytest.raises(DataError, match=f"column 'a' must be without points where ',' is the decimal mark. Got '{value}'"):
            read_table(written(f"a;b\n2,5;x\n{value};y\n"), decimal=",")
    assert read_table(written("a;b\n2,5;x\n1.234;y\n"), decimal=",", text=["a"])["a"].to_list() == ["2,5", "1.234"]
    assert read_table(written('ham\t"so\nspam\t"no" way\n'), quote=None, header=False)["column_2"].to_list() == ['"so', '"no" way']
    assert read_table(written("a:b\n1:2\n"), delimiter=":").to_dict(as_series=False) == {"a": [1], "b": [2]}
    assert read_table(written("code,n\n007,1\n"), text=["code"])["code"].to_list() == ["007"]
    assert read_table(written("café,b\nà,1\n".encode("latin-1")), encoding="latin-1").columns == ["café", "b"]
    assert read_table(written("a,b\nç,1\n".encode("utf-16")), encoding="utf-16")["a"].to_list() == ["ç"]


def test_lines_are_those_of_the_file(written):
    frame = read_table(written('a,b\n\n1,"x\ny"\n\n2,z\n3,w\n'), lines=True)
    assert frame["__line__"].to_list() == [3, 6, 7]
    assert read_table(written('{"a": 1}\n\n{"a": 2}\n', "t.jsonl"), lines=True)["__line__"].to_list() == [1, 3]


def test_many_rows_come_in_batches(written, monkeypatch):
    monkeypatch.setattr("chainrule.data.read.table._BATCH", 7)
    path = written("n,m\n" + "".join(f"{n},x\n" for n in range(50)))
    assert read_table(path)["n"].to_list() == list(range(50))


def test_numbers_too_large_for_int64_are_floats_and_words_keep_a_column_text(written):
    frame = read_table(written("a,b,c\n99999999999999999999,1,true\n1,x,false\n"))
    assert frame.dtypes == [pl.Float64, pl.String, pl.String]


def test_gzipped_text_and_parquet_and_json_lines_read_alike(written, tmp_path):
    expected = pl.DataFrame({"a": [1, None], "b": [0.5, 2.0], "c": ["x", None]})
    expected.write_parquet(tmp_path / "t.parquet")
    paths = [
        tmp_path / "t.parquet",
        written(gzip.compress(b"a,b,c\n1,0.5,x\nNA,2,\n"), "t.csv.gz"),
        written('{"a": 1, "b": 0.5, "c": "x"}\n{"b": 2, "c": null}\n', "t.jsonl"),
        written(gzip.compress(b'{"a": 1, "b": 0.5, "c": "x"}\n{"a": NaN, "b": 2.0, "c": "NA"}'), "t.ndjson.gz"),
    ]
    for path in paths:
        frame = read_table(path)
        assert frame.columns == expected.columns
        assert frame.cast({"a": pl.Int64}).equals(expected), path


def test_parquet_keeps_its_types_and_its_nan_is_missing(tmp_path):
    pl.DataFrame({"a": [True, False], "b": [1.0, float("nan")]}).write_parquet(tmp_path / "t.parquet")
    frame = read_table(tmp_path / "t.parquet")
    assert frame.dtypes == [pl.Boolean, pl.Float64]
    assert frame["b"].to_list() == [1.0, None]


def test_types_of_json_lines(written):
    path = written('{"b": true, "m": 1, "n": null}\n{"b": false, "m": "abc"}\n', "t.jsonl")
    assert read_table(path).to_dict(as_series=False) == {"b": [True, False], "m": ["1", "abc"], "n": [None, None]}


def test_rows_of_json_lines_may_lack_values(written):
    path = written('{"a": 1}\n{"b": "x"}\n{"a": 3, "c": 0.5}\n', "t.jsonl")
    assert read_table(path).to_dict(as_series=False) == {"a": [1, None, 3], "b": [None, "x", None], "c": [None, None, 0.5]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        ("a,b\n", "a header and no rows"),
        ("a,b\n1,2\n3\n4,5\n", r"line 3: a row must have as many fields as the others, 2 like the header \(line 1\). Met 1"),
        ("1,2\n3,4,5\n", r"line 2: .*2 like the first \(line 1\). Met 3"),
        ('a,b\n"x\ny",2\n3,4,5\n', "line 4: .*Met 3"),
        ("a,b,a\n1,2,3\n", "line 1: columns 1 and 3 are both named 'a'"),
        ("a,__line__\n1,2\n", "kept for line numbers"),
        ('a,b\n1,"x" y\n', "line 2: the record that begins here cannot be read"),
        ('a,b\n1,2\n3,"x\n4,5\n', "line 3: the record that begins here"),
        (b"a,b\n1,x\n2,caf\xe9\n", "line 3: byte 0xe9 at position 6 is not utf-8"),
        ("a,b\n1,2\n".encode("utf-16"), "is UTF-16, not utf-8"),
        (b"a,b\n\0\0,2\n", "bytes of zero"),
    ],
)
def test_broken_text_is_named_by_file_and_line(written, content, message):
    with pytest.raises(DataError, match=f"table.csv.*{message}"):
        read_table(written(content))


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (gzip.compress(b"a,b\n" + b"1,2\n" * 9999, mtime=0)[:-20], "t.csv.gz", "cut off"),
        (gzip.compress(b'{"a": 1}\n' * 9999, mtime=0)[:-20], "t.jsonl.gz", "cut off"),
        (b"PAR1 no", "t.parquet", "cannot be read as Parquet"),
        (b"\xd0\xcf\x11\xe0", "t.xls", "an Excel workbook: save the sheet as CSV"),
        (b"[]", "t.json", "JSON lines"),
        (b"", "t.jsonl", "no rows"),
        (b'{"a": 1, "__line__": 2}\n', "t.jsonl", "line 1: a column is named '__line__'"),
        (b'{"a": ' + b"[" * 100_000, "t.jsonl", "line 1: this JSON cannot be read"),
        (b'{"a": ' + b"1" * 5000 + b"}\n", "t.jsonl", "line 1: this JSON cannot be read"),
        (b'{"a": 1}\n{"a": \n', "t.jsonl", "line 2, position 6: this is not JSON"),
        (b'{"a": 1}\n[1]\n', "t.jsonl", "line 2: each line must be one JSON object. Met list"),
        (b'{"a": 1}\n{"a": [1]}\n', "t.jsonl", "line 2, column 'a': a value must be"),
        (b'{"a": "caf\xe9"}\n', "t.jsonl", "line 1: JSON lines must be UTF-8"),
    ],
)
def test_broken_files_of_other_formats(written, content, name, message):
    with pytest.raises(DataError, match=f"{name}.*{message}"):
        read_table(written(content, name))


def test_tables_that_are_not_there(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(DataError, match="a folder"):
        read_table(tmp_path)
    pl.DataFrame({"a": []}).write_parquet(tmp_path / "empty.parquet")
    with pytest.raises(DataError, match="no rows"):
        read_table(tmp_path / "empty.parquet")


def test_an_unknown_encoding(written):
    with pytest.raises(DataError, match="not the name of an encoding"):
        read_table(written("a,b\n1,2\n"), encoding="utf-99")


@given(
    st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False)), min_size=1),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_numbers_come_back_to_the_bit(tmp_path_factory, rows, delimiter):
    path = tmp_path_factory.mktemp("numbers") / "t.csv"
    path.write_text("".join(f"{a}{delimiter}{b!r}\n" for a, b in [("whole", 0.0), *rows]).replace("0.0", "real", 1))
    frame = read_table(path)
    assert frame["whole"].to_list() == [a for a, _ in rows]
    assert np.array_equal(frame["real"].to_numpy().view(np.int64), np.array([b for _, b in rows]).view(np.int64))


ends, blanks = st.text(" \t", max_size=3), st.text(" ", max_size=3)


@given(
    st.lists(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3), min_size=2, max_size=9),
    st.tuples(ends, blanks, blanks, ends),
    st.booleans(),
)
def test_numbers_apart_by_runs_of_blanks_are_those_of_numpy(tmp_path_factory, rows, runs, named):
    path = tmp_path_factory.mktemp("numbers") / "housing.data"
    before, first, second, after = runs
    lines = [f"{before}{a!r}{first} {b!r} {second}{c!r}{after}" for a, b, c in rows]
    path.write_text("\n".join([*(["a  b c "] if named else []), *lines]))
    frame = read_table(path)
    assert frame.columns == (["a", "b", "c"] if named else ["column_1", "column_2", "column_3"])
    assert np.array_equal(frame.to_numpy(), np.loadtxt(path, skiprows=int(named), ndmin=2))


def test_blanks_divide_values_and_stay_within_quotes(written):
    cars = read_table(written('18.0   8   ?  70  1\t"chevrolet  malibu"\n15.0   8   165.0  70  1\t"buick"\n'), lines=True)
    assert cars.rows() == [(18.0, 8, None, 70, 1, "chevrolet  malibu", 1), (15.0, 8, 165.0, 70, 1, "buick", 2)]
    assert read_table(written("height kind\n 1.5  oak\n2 elm \n")).rows() == [(1.5, "oak"), (2.0, "elm")]
    with pytest.raises(DataError, match=r"line 3: a row must have as many fields as the others, 3 like the first \(line 1\). Met 2"):
        read_table(written("  1   2  3\n 4 5   6\n7 8\n"))
    with pytest.raises(DataError, match="line 3: a row must have as many fields as the others, 2 like the header"):
        read_table(written("a b\n1 2\n 1  2 3\n"), delimiter=" ")


def test_blanks_within_values_divide_nothing(written):
    assert read_table(written("name\tage\nJohn Smith\t23\nJane Doe\t24\n")).rows() == [("John Smith", 23), ("Jane Doe", 24)]
    assert read_table(written("a b\tc\n1\t2\n3\t4\n")).columns == ["a b", "c"]
    assert read_table(written("poem\nroses are red\nviolets are blue\n")).width == 1


def test_what_is_not_known_names_no_column(written):
    assert read_table(written("1,?,a\n2,3,b\n4,5,a\n")).rows() == [(1, None, "a"), (2, 3, "b"), (4, 5, "a")]


def test_real_files(data_folder):
    assert read_table(f"{data_folder}/usps/zip.test.gz").shape == (2007, 257)  # each line ends in a blank
    assert read_table(f"{data_folder}/california_housing/fetch_california_housing.csv").shape == (20640, 9)
    assert read_table(f"{data_folder}/seeds/wheat-seeds.csv").dtypes == [pl.Float64] * 7 + [pl.Int64]
    assert read_table(f"{data_folder}/sonar/sonar.all-data")["column_61"].value_counts(sort=True).rows() == [("M", 111), ("R", 97)]
    messages = read_table(f"{data_folder}/sms/SMSSpamCollection", quote=None)
    assert messages["column_1"].value_counts(sort=True).rows() == [("ham", 4827), ("spam", 747)]
    with pytest.raises(DataError, match=r"line 283: .*pass quote=None"):
        read_table(f"{data_folder}/sms/SMSSpamCollection")
    electricity = read_table(f"{data_folder}/ett/ETTh1.csv")
    assert electricity.shape == (17420, 8)
    assert electricity.null_count().sum_horizontal().item() == 0


@pytest.mark.parametrize("last", ["7", "NA", " 7 ", "2.5", "oak", "nan ", "1e400", "9223372036854775808", "0x10", "+5", ""])
def test_values_that_differ_from_the_first_lines_are_read_as_the_careful_reader_reads_them(tmp_path, monkeypatch, last):
    (tmp_path / "t.csv").write_text("whole,real,kind\n" + "3,0.1,oak\n" * 150 + f"{last},0.3,elm\n2,{last},ash\n4,0.5,{last}\n")
    quick = read_table(tmp_path / "t.csv")
    with monkeypatch.context() as patched:
        patched.setattr("chainrule.data.read.table.read_plain", lambda *_: None)
        careful = read_table(tmp_path / "t.csv")
    assert_frame_equal(quick, careful, check_exact=True)


def test_plain_text_is_read_as_the_careful_reader_reads_it(tmp_path, monkeypatch):
    rows = "".join(f"{number},{number / 8},{'oak' if number % 3 else ''}\n" for number in range(500))
    (tmp_path / "t.csv").write_bytes(b"\xef\xbb\xbfid,size,kind\r\n" + rows.replace("\n", "\r\n").encode())
    quick = read_table(tmp_path / "t.csv", lines=True)
    with monkeypatch.context() as patched:
        patched.setattr("chainrule.data.read.table.read_plain", lambda *_: None)
        careful = read_table(tmp_path / "t.csv", lines=True)
    assert quick.equals(careful) and quick["__line__"].to_list() == list(range(2, 502))
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3,4,5\n6\n")
    with pytest.raises(DataError, match="line 3: a row must have as many fields"):
        read_table(tmp_path / "t.csv")


def test_decimal_commas_are_seen_where_they_cannot_divide_thousands(written) -> None:
    found = read_table(written("a;b;c\n0,13;1,000;x\n-2;2,500;1,5\n1,5e3;;y\n"))
    assert found["a"].to_list() == [0.13, -2.0, 1500.0]
    assert found["b"].to_list() == ["1,000", "2,500", None] and found["c"].to_list() == ["x", "1,5", "y"]


def test_numbers_divided_by_spaces(written) -> None:
    assert read_table(written("92 115  3\n84 102 4\n")).rows() == [(92, 115, 3), (84, 102, 4)]
    assert read_table(written("a word\nand another\n")).width == 1


def test_a_parquet_file_larger_than_memory_is_refused_before_it_is_read(tmp_path, monkeypatch) -> None:
    pl.DataFrame({"height": [1.0] * 1000, "kind": ["oak"] * 1000}).write_parquet(tmp_path / "t.parquet")
    assert read_table(tmp_path / "t.parquet").height == 1000
    monkeypatch.setattr(table_size, "memory_limit", lambda: 20_000)
    with pytest.raises(
        DataError, match="Its 1,000 rows and 2 columns take about .* GB. Give fewer of them, or train on cr.data.ParquetSource"
    ):
        read_table(tmp_path / "t.parquet")


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz"])
def test_json_lines_larger_than_memory_are_refused_before_they_are_read(tmp_path, monkeypatch, suffix) -> None:
    path = tmp_path / f"t.{suffix}"
    content = b'{"height": 1.5, "kind": "oak"}\n' * 1000
    path.write_bytes(gzip.compress(content) if suffix.endswith("gz") else content)
    needed = 1000 * (48 + 48 + 64 + len("oak"))
    monkeypatch.setattr(table_size, "memory_limit", lambda: needed)
    assert read_table(path).height == 1000
    monkeypatch.setattr(table_size, "memory_limit", lambda: needed - 1)
    monkeypatch.setattr(json_lines, "_rows", None)
    with pytest.raises(DataError, match=rf"t\.{suffix}: a table to be prepared must take at most .* scan_ndjson"):
        read_table(path)


def test_a_workbook_larger_than_memory_is_refused_before_it_is_read(tmp_path, monkeypatch) -> None:
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<c><v>1.5</v></c>" * 1000)
    (tmp_path / "t.xls").write_bytes(bytes(17_000))
    monkeypatch.setattr(tables, "pl", None)
    monkeypatch.setattr(table_size, "memory_limit", lambda: 16_999)
    for name in ("t.xlsx", "t.xls"):
        with pytest.raises(DataError, match="must take at most .* the sheet saved as CSV"):
            from_table_file(tmp_path / name)


def test_an_arrow_file_larger_than_memory_is_refused_before_it_is_read(tmp_path, monkeypatch) -> None:
    pl.DataFrame({"height": [1.0] * 1000, "kind": ["oak"] * 1000}).write_ipc(tmp_path / "t.arrow")
    assert len(from_table_file(tmp_path / "t.arrow")) == 1000
    monkeypatch.setattr(table_size, "memory_limit", lambda: 20_000)
    with pytest.raises(DataError, match="Its 1,000 rows and 2 columns take about"):
        from_table_file(tmp_path / "t.arrow")


@pytest.mark.parametrize("suffix", ["csv", "csv.gz"])
def test_a_text_larger_than_memory_is_refused_before_it_is_read(tmp_path, monkeypatch, suffix) -> None:
    path = tmp_path / f"t.{suffix}"
    content = ("height,kind\n" + "1.5,oak\n" * 1000).encode()
    path.write_bytes(gzip.compress(content) if suffix.endswith("gz") else content)
    monkeypatch.setattr(table_size, "memory_limit", lambda: 50_000)  # 1,000 rows of 16 bytes and of 24 and 3 more
    assert read_table(path).height == 1000
    monkeypatch.setattr(table_size, "memory_limit", lambda: 40_000)
    monkeypatch.setattr(table, "read_plain", None)
    monkeypatch.setattr(table, "csv", None)
    with pytest.raises(DataError, match=rf"t\.{suffix}: a table to be prepared must take at most .* and train on cr.data.ParquetSource"):
        read_table(path)
