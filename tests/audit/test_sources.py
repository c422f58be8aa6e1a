"""What is read of a broker lies in a scratch file that all partitions share, and comes back as it was."""

from tempfile import TemporaryFile

from audit.sources import BLOCK_BYTES, Spool


def test_partitions_that_share_a_scratch_file_are_read_apart_whole_and_again() -> None:
    with TemporaryFile() as scratch:
        spools = [Spool(scratch, "topic", number) for number in range(3)]
        written = {
            one.number: [(offset, b"key", bytes([65 + one.number]) * size) for offset, size in enumerate(sizes)]
            for one, sizes in zip(spools, [(0, 5, BLOCK_BYTES, BLOCK_BYTES + 1, 7), (1,), ()], strict=True)
        }
        for start in range(0, 5, 2):
            for one in spools:
                if some := written[one.number][start : start + 2]:
                    one.append([*some])
        for _ in range(2):
            assert {one.number: list(one.read()) for one in spools} == written


def test_two_readings_at_once_do_not_disturb_each_other() -> None:
    with TemporaryFile() as scratch:
        spool = Spool(scratch, "topic", 0)
        spool.append([(0, b"a", b"one"), (1, b"b", None)])
        first = spool.read()
        assert next(first) == (0, b"a", b"one")
        spool.append([(2, None, b"three")])
        assert [offset for offset, _, _ in spool.read()] == [0, 1, 2]
        assert [offset for offset, _, _ in first] == [1, 2]
