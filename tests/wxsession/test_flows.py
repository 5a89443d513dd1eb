"""flows.mitm, written by the calls themselves and by the session's thread at the same time."""

import threading

import pytest

from wxsession.flows import FlowsFile

WRITERS, EACH = 4, 300


def flow(writer, number):
    inside = b"%d-%d" % (writer, number) * (1 + number % 40)
    return b"%d:%b;" % (len(inside), inside)


def test_each_lies_whole_where_it_is_said_to(tmp_path):
    file = FlowsFile(tmp_path)
    places = []

    def write(writer):
        for number in range(EACH):
            data = flow(writer, number)
            offset = None
            while offset is None:
                offset = file.append(data) if writer == 0 else file.append_at_once(data)
            places.append((offset, data))

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    file.close()
    content = file.path.read_bytes()
    assert len(places) == WRITERS * EACH and len(content) == sum(len(data) for _, data in places)
    assert all(content[offset : offset + len(data)] == data for offset, data in places)


def test_nobody_waits_for_another_thread(tmp_path):
    file = FlowsFile(tmp_path)
    taken, let_go = threading.Event(), threading.Event()

    def hold():
        with file._lock:
            taken.set()
            let_go.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    assert taken.wait(10)
    assert file.append_at_once(b"1:a;") is None
    let_go.set()
    holder.join()
    assert file.append_at_once(b"1:a;") == 0


def test_what_does_not_fit_takes_nothing_of_others_with_it(tmp_path, monkeypatch):
    file = FlowsFile(tmp_path)
    assert file.append(b"1:a;") == 0
    whole = file._file

    class Full:
        def write(self, data):
            whole.write(data[:2])
            raise OSError(28, "No space left on device")

        def truncate(self, size):
            whole.truncate(size)

    monkeypatch.setattr(file, "_file", Full())
    with pytest.raises(OSError):
        file.append(b"1:b;")
    monkeypatch.setattr(file, "_file", whole)
    assert file.append(b"1:c;") == 4
    assert file.path.read_bytes() == b"1:a;1:c;"
