"""Crashes under a mix of all calls: kill -9, power cuts, writes that fail. After each, what was
acknowledged must be delivered or still be known."""
import ctypes
import fcntl
import os
import shutil
import subprocess
import time
from pathlib import Path

from harness import WORK, Callers, Gateway, Missing, Sink, wait_for

SHUTDOWN = 0x8004587D      # EXT4_IOC_SHUTDOWN, linux/fs/ext4/ext4.h
CLONE_NEWNS = 0x00020000   # unshare(2)
WITHOUT_FLUSH = 2          # EXT4_GOING_FLAGS_NOLOGFLUSH


def folder_for(stage):
    folder = WORK / stage
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def judge(total, sink, all_callers, gateway):
    """Waits until nothing is under way, then compares what was acknowledged with what came."""
    time.sleep(0.5)  # longer than the longest delay of a call that is to be delivered
    wait_for("the queue does not become empty", lambda: gateway.waiting_tasks() == 0, 120)
    seen = sink.deliveries()
    acknowledged = set().union(*(c.acknowledged for c in all_callers))
    tried = set().union(*(c.tried for c in all_callers))
    total["accepted"] += len(acknowledged)
    total["delivered"] += len(acknowledged & seen.keys())
    total["lost"] += len(acknowledged - seen.keys()) + all_callers[-1].lost_variables()
    total["lost"] += sum(c.lost_links() for c in all_callers)
    judge_cancels(total, [c.lost_cancels(seen) for c in all_callers], gateway.forgotten)
    total["phantom"] += len(seen.keys() - tried)
    total["late"] = total.get("late", 0) + sum(c.late for c in all_callers)
    total["duplicated"] += sum(1 for mark in acknowledged if seen.get(mark, 0) > 1)


def judge_cancels(total, found, forgotten):
    """A cancelled task is known as such, but for those that the gateway itself has counted as
    forgotten, because the history of ended tasks could not be written."""
    lost, unknown = (sum(each) for each in zip(*found))
    if unknown > forgotten:
        print(f"lost: {unknown} cancellations are unknown, {forgotten:.0f} were counted as "
              "forgotten", flush=True)
        lost += unknown
    total["lost"] += lost
    total["forgotten"] = total.get("forgotten", 0) + unknown


def rounds(state, stage, wanted, one_round, cycles_a_round):
    """Runs rounds until `wanted` cycles are done; the state is saved after each."""
    total = state.of(stage)
    began = time.monotonic()
    while total["cycles"] < wanted:
        cycles = min(cycles_a_round, wanted - total["cycles"])
        one_round(total, state.random(stage, total["cycles"]), cycles)
        total["cycles"] += cycles
        state.save()
        print(f"{stage}: {total}", flush=True)
        if total["lost"] or total["phantom"]:
            break
    return {**total, "seconds": round(time.monotonic() - began)}


def kills(state, wanted):
    def one_round(total, rng, cycles):
        folder = folder_for("kills")
        sink = Sink(folder)
        gateway = Gateway(folder, folder / "data", sink.port)
        all_callers = []
        for cycle in range(cycles):
            gateway.start()
            if not gateway.wait_ready():
                raise RuntimeError(f"the start failed: {gateway.process.returncode}")
            callers = Callers(gateway.port, rng, f"{total['cycles']}.{cycle}",
                              all_callers[-1] if all_callers else None)
            all_callers.append(callers)
            callers.start()
            time.sleep(rng.uniform(0.05, 1.0))
            gateway.kill()
            callers.stop()
        gateway.start()
        gateway.wait_ready()
        judge(total, sink, all_callers, gateway)
        gateway.stop()
        sink.stop()

    return rounds(state, "kills", wanted, one_round, 10)


class CutDisk:
    """An ext4 file system in a file, on a loop device: what is not synced is gone after `cut`."""

    def __init__(self, folder):
        self.image, self.mount = folder / "disk.img", folder / "disk"
        self.mount.mkdir()
        subprocess.run(["truncate", "-s", "512M", self.image], check=True)
        subprocess.run(["mkfs.ext4", "-q", "-F", self.image], check=True)
        self.attach()

    def attach(self):
        done = subprocess.run(["mount", "-o", "loop", self.image, self.mount],
                              capture_output=True, text=True, check=False)
        if done.returncode:
            raise Missing("mounting a loop device: " + done.stderr.strip())

    def cut(self):
        descriptor = os.open(self.mount, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, SHUTDOWN, ctypes.c_uint32(WITHOUT_FLUSH))
        finally:
            os.close(descriptor)

    def detach(self):
        for _ in range(50):
            if subprocess.run(["umount", self.mount], capture_output=True,
                              check=False).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError("umount")


def power_cuts(state, wanted):
    if os.geteuid() != 0:
        raise Missing("root, to mount a file system that is cut off")
    # Mounts of our own: a namespace that another program makes meanwhile would keep the disk alive.
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS):
        raise Missing("a mount namespace of its own")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)

    def one_round(total, rng, cycles):
        folder = folder_for("power_cuts")
        sink = Sink(folder)
        disk = CutDisk(folder)
        gateway = Gateway(folder, disk.mount / "data", sink.port)
        all_callers = []
        try:
            for cycle in range(cycles):
                gateway.start()
                if not gateway.wait_ready():
                    raise RuntimeError(f"the start failed: {gateway.process.returncode}")
                callers = Callers(gateway.port, rng, f"{total['cycles']}.{cycle}",
                              all_callers[-1] if all_callers else None)
                all_callers.append(callers)
                callers.start()
                time.sleep(rng.uniform(0.05, 1.0))
                callers.cut()
                disk.cut()
                gateway.kill()
                callers.stop()
                disk.detach()
                disk.attach()
            gateway.start()
            if not gateway.wait_ready():
                raise RuntimeError(f"the start failed: {gateway.process.returncode}")
            judge(total, sink, all_callers, gateway)
            gateway.stop()
        finally:
            if gateway.process.poll() is None:
                gateway.kill()
            disk.detach()
            sink.stop()

    return rounds(state, "power_cuts", wanted, one_round, 5)


# Each kind at each of the first N calls: it fails, it writes less than it was told, it is refused.
KINDS = ["fail", "short", "refuse"]


def failing_writes(state, wanted):
    library = WORK / "faulty_writes.so"
    source = Path(__file__).with_name("faulty_writes.c")
    if subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source],
                      check=False).returncode:
        raise Missing("a C compiler")

    def one_round(total, rng, cycles):
        folder = folder_for("writes")
        sink = Sink(folder)
        all_callers = []
        gateway = None
        for cycle in range(cycles):
            number = total["cycles"] + cycle
            fault = f"{KINDS[number % len(KINDS)]}:{number // len(KINDS) + 1}"
            gateway = gateway or Gateway(folder, folder / "data", sink.port)
            gateway.start(["env", f"LD_PRELOAD={library}", f"FAULTY_CALL={fault}"])
            if gateway.wait_ready():
                callers = Callers(gateway.port, rng, f"{total['cycles']}.{cycle}",
                              all_callers[-1] if all_callers else None)
                all_callers.append(callers)
                callers.start()
                time.sleep(0.6)
                callers.stop()
                if gateway.process.poll() is None:
                    gateway.stop()
            total.setdefault("exits", {})
            code = str(gateway.process.returncode)
            total["exits"][code] = total["exits"].get(code, 0) + 1
        gateway.start([])
        if not gateway.wait_ready():
            raise RuntimeError(f"the start failed: {gateway.process.returncode}")
        judge(total, sink, all_callers, gateway)
        gateway.stop()
        sink.stop()

    return rounds(state, "writes", wanted, one_round, 6)

