"""The count of hostile files, on a few."""

import pytest

from benchmarks import hostile


def test_every_reader_refuses_or_reads_its_mutants(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["hostile", "--inputs", "110"])
    with pytest.raises(SystemExit) as ended:
        hostile.main()
    printed = capsys.readouterr()
    assert (ended.value.code, printed.err) == (0, "")
    rows = [line.rsplit(maxsplit=5)[1:] for line in printed.out.splitlines()[1:-1]]
    assert [row[0] for row in rows] == ["10"] * 11
    assert all(int(refused) + int(accepted) == 10 for _, refused, accepted, *_ in rows)
