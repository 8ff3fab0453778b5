"""Cameras shared out among nodes, whatever the nodes are made of; and the command without the extra that a cluster needs."""

import asyncio
import importlib.util

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safetyzone.contracts.vision import PlatesWork, Work
from safetyzone.kernel.settings import Settings
from safetyzone.programs.vision import keeper as module
from safetyzone.programs.vision import main as program
from safetyzone.programs.vision.keeper import Keeper, NodeLost, spread

CODES = [f"C{n}" for n in range(6)]


def work(*codes: str) -> tuple[Work, ...]:
    return tuple(Work(camera=code, address="rtsp://x/", until_ms=1, plates=PlatesWork(until_ms=1)) for code in codes)


class Node:
    """A reader that remembers what it was told; ``how``: well, gone or silent."""

    def __init__(self) -> None:
        self.how, self.reads, self.words, self.ended = "well", (), [], False

    async def give(self, work, *, fresh):
        if self.how == "silent":
            await asyncio.sleep(60)
        if self.how == "gone":
            raise NodeLost("gone")
        self.reads = tuple(one.camera for one in work)
        self.words.append(fresh)
        return {"cameras": {}}

    async def end(self):
        self.ended = True


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(module, "LOST_AFTER_S", 0.1)


async def keeping(nodes: dict[str, Node], room: int = 64) -> Keeper:
    async def living():
        return list(nodes)

    async def begin(node):
        if nodes[node].how != "well":
            raise NodeLost("does not begin")
        return nodes[node]

    keeper = Keeper(living, begin, room)
    await keeper.look()
    await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    await keeper.look()
    return keeper


@pytest.mark.parametrize("how", ["gone", "silent"])
def test_a_lost_nodes_cameras_are_given_to_the_living_in_the_same_call(how):
    async def story():
        nodes = {"a": Node(), "b": Node(), "c": Node()}
        keeper = await keeping(nodes)
        await keeper.give(work(*CODES))
        assert sorted(len(node.reads) for node in nodes.values()) == [2, 2, 2]
        before = nodes["b"].reads
        nodes["a"].how = how
        await keeper.give(work(*CODES))
        assert sorted(nodes["b"].reads + nodes["c"].reads) == CODES
        assert set(before) <= set(nodes["b"].reads)  # what is read well is not moved
        assert keeper.room == 128
        await asyncio.sleep(0.01)
        assert nodes["a"].ended

    asyncio.run(story())


def test_when_every_node_is_lost_no_camera_is_held():
    async def story():
        nodes = {"a": Node(), "b": Node()}
        keeper = await keeping(nodes)
        await keeper.give(work(*CODES))
        for node in nodes.values():
            node.how = "gone"
        await keeper.give(work(*CODES))
        assert (keeper.held, keeper.room) == ((), 0)

    asyncio.run(story())


def test_a_node_that_is_too_busy_to_answer_is_kept_where_nobody_else_could_read_its_cameras():
    async def story():
        nodes = {"a": Node(), "b": Node()}
        keeper = await keeping(nodes)
        await keeper.give(work(*CODES))
        nodes["a"].how, nodes["b"].how = "silent", "gone"
        await keeper.give(work(*CODES))
        assert keeper.room == 64
        nodes["a"].how = "well"
        await keeper.give(work(*CODES))
        assert (keeper.held, sorted(nodes["a"].reads)) == (tuple(CODES), CODES)
        nodes["a"].how = "silent"
        for _ in range(module.SILENT_TIMES):
            assert keeper.room == 64
            await keeper.give(work(*CODES))
        assert (keeper.held, keeper.room) == ((), 0)
        await asyncio.sleep(0.01)
        assert nodes["a"].ended
        assert nodes["b"].ended

    asyncio.run(story())


def test_a_web_that_is_away_moves_a_lost_nodes_cameras_all_the_same_and_no_word_passes_for_fresh():
    async def story():
        nodes = {"a": Node(), "b": Node()}
        keeper = await keeping(nodes)
        await keeper.give(work(*CODES))
        nodes["a"].how = "gone"
        await keeper.give(None)
        assert sorted(nodes["b"].reads) == CODES
        assert nodes["b"].words == [True, False, False]

    asyncio.run(story())


def test_a_node_that_does_not_begin_holds_up_no_other_and_one_that_joins_takes_its_share():
    async def story():
        nodes = {"a": Node(), "sick": Node()}
        nodes["sick"].how = "gone"
        keeper = await keeping(nodes)
        await keeper.give(work(*CODES))
        assert sorted(nodes["a"].reads) == CODES
        nodes["new"] = Node()
        await keeper.look()
        await asyncio.sleep(0.01)
        await keeper.look()
        await keeper.give(work(*CODES))
        assert len(nodes["a"].reads) == len(nodes["new"].reads) == 3
        del nodes["a"]  # Ray itself says that it has gone
        await keeper.look()
        await keeper.give(work(*CODES))
        assert sorted(nodes["new"].reads) == CODES

    asyncio.run(story())


@given(
    wanted=st.sets(st.sampled_from([f"C{n}" for n in range(20)])),
    held=st.dictionaries(st.sampled_from("abcd"), st.sets(st.integers(0, 24)), min_size=1),
    room=st.integers(0, 8),
)
def test_no_camera_is_read_twice_or_forgotten_while_there_is_room(wanted, held, room):
    before, taken = {}, set()
    for node, numbers in held.items():  # what nodes hold never overlaps
        before[node] = tuple(f"C{n}" for n in sorted(numbers - taken))
        taken |= numbers
    shares = spread(wanted, before, room)
    read = [code for codes in shares.values() for code in codes]
    assert len(read) == len(set(read)) == min(len(wanted), room * len(held))
    assert set(read) <= wanted
    sizes = [len(codes) for codes in shares.values()]
    assert max(sizes) <= room
    assert max(sizes) <= -(-len(wanted) // len(held))  # fair


def test_without_the_extra_a_cluster_is_refused_in_both_languages(monkeypatch, tmp_path):
    monkeypatch.setattr(program, "settings", lambda: Settings(state=tmp_path, vision_cluster="127.0.0.1:6379"))
    monkeypatch.setattr(program, "begins_quietly", lambda: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(program.NoRay) as refused:
        program.main()
    assert "pip install 'safetyzone[cluster]'" in refused.value.say("th")
    assert "คลัสเตอร์" in refused.value.say("th")
    assert "pip install 'safetyzone[cluster]'" in refused.value.say("en")
