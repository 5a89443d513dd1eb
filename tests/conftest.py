"""Fixtures of the live tests: a lab, proxies in front of it, and clients that use them."""

import itertools
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from testenv.proxy import BareProxy
from testenv.proxy import Proxy
from testenv.starting import starting
from wxlab.lab import Lab

# Tests that start the product, or another program, are no part of the quick loop.
LIVE = tuple(Path(__file__).parent / folder for folder in ("live", "scripts", "testenv"))

# Tests of the core that take seconds: no part of the quick loop either.
LONG = frozenset({
    "test_memory_follows_the_largest_entry_and_not_the_file",
    "test_records_are_read_one_at_a_time_and_let_go", "test_hostile_hosts_do_not_fill_the_memory", "runTest",
    "test_no_line_is_wider_than_asked_for", "test_elements_and_members_are_those_of_the_whole", "test_any_value_anywhere",
    "test_names_of_mitmproxy_that_are_assigned_to", "test_a_long_url_takes_no_long_time", "test_a_long_text_takes_no_long_time",
    "test_any_value_anywhere_in_a_record_gives_a_record_that_can_be_shown_or_none",
    "test_any_call_makes_an_entry_that_others_can_read", "test_every_line_is_printable_and_ours",
    "test_a_filter_admits_in_sql_what_its_meaning_says", "test_any_data_at_all_is_told",
    "test_no_planted_secret_survives_in_any_export_or_terminal",
    "test_a_database_cut_in_half_gives_back_what_it_still_holds_and_the_rest_is_counted",
    "test_whatever_bytes_are_changed_both_readers_agree_or_the_quick_one_steps_back", "test_reading_never_raises_and_bounds_what_it_gives",
    "test_any_value_of_any_key_gives_a_reading",
    "test_a_capture_is_judged_as_by_one", "test_a_session_is_judged_as_by_one", "test_a_session_is_shown_as_by_one",
    "test_time_grows_with_the_length_and_no_faster", "test_time_grows_with_the_entries_and_not_with_their_square",
    "test_a_sample_is_judged_as_a_real_chromium_does", "test_a_database_that_was_cut_gives_all_the_calls_that_can_be_read",
})  # fmt: skip

# The lab of this process, once a test has asked for it.
THE_LAB = pytest.StashKey[Lab]()

# A machine that is busy is no finding: what must be fast says so in a test of its own.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if getattr(item, "originalname", item.name) in LONG:
            item.add_marker(pytest.mark.long)
        if any(item.path.is_relative_to(folder) for folder in LIVE):
            item.add_marker(pytest.mark.live)


@pytest.fixture(scope="session")
def whole_lab(pytestconfig: pytest.Config) -> Iterator[Lab]:
    with Lab() as lab:
        pytestconfig.stash[THE_LAB] = lab
        yield lab
        del pytestconfig.stash[THE_LAB]


@pytest.fixture(scope="module", autouse=True)
def no_file_leaves_hosts_behind(pytestconfig: pytest.Config) -> Iterator[None]:
    """The next file's proxies are started from the same lab: a host that still lived at a server of this file, which
    is gone by then, could not be reached there."""
    yield
    if (lab := pytestconfig.stash.get(THE_LAB, None)) is not None:
        lab.forget()


@pytest.fixture
def lab(whole_lab: Lab) -> Iterator[Lab]:
    """Origins on loopback for every host of wxlab.lab, with an empty log."""
    whole_lab.forget()
    yield whole_lab
    whole_lab.forget()


@pytest.fixture(scope="session")
def confdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the proxies of this run keep their CA: made once, by the first of them."""
    return tmp_path_factory.mktemp("confdir")


@pytest.fixture
def start_proxy(lab: Lab, confdir: Path, tmp_path: Path) -> Iterator[Callable[..., Proxy]]:
    """Starts ``scripts/run.py``: ``start_proxy(policy=..., arguments=("--mode", "debug"))``. See testenv.proxy.Proxy."""
    yield from _starter(Proxy, lab, confdir, tmp_path)


@pytest.fixture
def start_bare_proxy(lab: Lab, confdir: Path, tmp_path: Path) -> Iterator[Callable[..., BareProxy]]:
    """Starts mitmdump without the product, in the same lab."""
    yield from _starter(BareProxy, lab, confdir, tmp_path)


def _starter(kind, lab, confdir, tmp_path):
    numbers = itertools.count()

    def new_folder():
        folder = tmp_path / f"{kind.__name__.lower()}-{next(numbers)}"
        folder.mkdir()
        return folder

    yield from starting(lab, confdir, new_folder, kind)
