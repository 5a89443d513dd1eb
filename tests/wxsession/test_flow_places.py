"""One call opened is one flow read, wherever it lies, and never another call's."""

from contextlib import closing

import pytest

from testenv.session_records import record
from wxsession import flow_places
from wxsession.reader import SessionReader
from wxsession.writer import SessionWriter

PATIENCE_S = 20


def flow(number, size=10):
    call_id = b"call-%d" % number
    content = b"2:id;%d:%b;4:body;%d:%b," % (len(call_id), call_id, size, b"x" * size)
    return b"%d:%b}" % (len(content), content)


@pytest.fixture
def session(tmp_path):
    writer = SessionWriter(tmp_path / "session")
    for number in range(5):
        writer.call(record(number), flow(number, 100 + number) if number != 3 else None)
    assert writer.close() == 0
    return tmp_path / "session"


def test_every_call_has_its_own_flow(session):
    with closing(SessionReader(session)) as reader:
        assert [reader.flow(f"call-{number}") for number in range(5)] == [
            flow(0, 100), flow(1, 101), flow(2, 102), None, flow(4, 104),
        ]  # fmt: skip


def test_a_place_that_is_told_is_gone_to_without_going_through_the_file(session, monkeypatch):
    monkeypatch.setattr(flow_places.FlowPlaces, "_step", lambda *_: pytest.fail("went through the file"))
    with closing(SessionReader(session)) as reader:
        assert reader.flow("call-2") == flow(2, 102)


def test_the_last_flows_before_a_kill_are_found_behind_those_whose_place_is_told(session):
    with (session / "flows.mitm").open("ab") as file:
        file.write(flow(3, 7))
    with closing(SessionReader(session)) as reader:
        assert reader.flow("call-3") == flow(3, 7)
        with (session / "flows.mitm").open("ab") as file:
            file.write(flow(77, 8) + flow(78, 9)[:-4])
        assert reader.flow("call-77") == flow(77, 8)
        assert reader.flow("call-78") is None, "it is not whole"


def test_a_file_in_which_others_lie_gives_nobody_the_wrong_flow(session):
    (session / "flows.mitm").write_bytes(flow(4, 33) + flow(0, 33))
    with closing(SessionReader(session)) as reader:
        assert [reader.flow(f"call-{number}") for number in (0, 1, 4)] == [flow(0, 33), None, flow(4, 33)]


def test_a_place_is_written_soon_though_nothing_follows(tmp_path):
    writer = SessionWriter(tmp_path)
    writer.call(record(1), flow(1)).result(PATIENCE_S)
    with closing(SessionReader(tmp_path)) as reader:
        assert reader.flow("call-1") in (flow(1), None)
        before = reader.version()
        while reader._listing.flow_place("call-1") is None:
            assert reader.version() >= before  # bounded by the test's own time limit
        assert reader.flow("call-1") == flow(1)
    writer.close()


@pytest.mark.parametrize("content", [b"", b"no flow", b"9999:short", b"12:\xff\x00;" * 9])
def test_what_is_no_flow_file_gives_nothing(session, content):
    (session / "flows.mitm").write_bytes(content)
    with closing(SessionReader(session)) as reader:
        assert reader.flow("call-1") is None


def test_a_record_that_changes_later_keeps_its_flow(tmp_path):
    writer = SessionWriter(tmp_path / "session")
    writer.call(record(1), flow(1)).result(PATIENCE_S)
    writer.call(record(2), flow(2)).result(PATIENCE_S)
    writer.changed(record(1, errno=600002, findings=()))
    assert writer.close() == 0
    with closing(SessionReader(tmp_path / "session")) as reader:
        assert reader.flow("call-1") == flow(1)
        changed, other = reader.records()
        assert (changed.errno, changed.findings) == (600002, ())
        assert (other.errno, other.findings) == (record(2).errno, record(2).findings)
