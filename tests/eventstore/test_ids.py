from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st

from slaengine.eventstore.ids import new_ids

times = st.integers(0, 2**48 * 1000 - 1)


@given(times, st.integers(1, 5))
def test_ids_are_uuids_of_version_7(at: int, count: int) -> None:
    ids = new_ids(at, count)
    assert all(UUID(id).version == 7 and UUID(id).variant == RFC_4122 and str(UUID(id)) == id for id in ids)
    assert {UUID(id).int >> 80 for id in ids} == {at // 1000}


@given(times, times)
def test_ids_sort_by_time_to_the_microsecond_and_within_one_call(one: int, other: int) -> None:
    earlier, later = sorted((one, other))
    ids = new_ids(earlier, 3)
    assert sorted(ids) == ids
    assert earlier == later or ids[-1] < new_ids(later, 1)[0]


def test_ids_of_one_instant_differ() -> None:
    assert len({id for _ in range(100) for id in new_ids(7, 10)}) == 1000
