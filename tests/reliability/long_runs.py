"""What needs time rather than crashes: simulated histories, fuzz targets, soak."""
import os
import re
import subprocess
import time
from pathlib import Path

from crashes import folder_for
from harness import ROOT, Callers, Gateway, Missing, Sink


def simulate(state, wanted):
    """Seeded histories of the whole queue and of a cluster; a failure names its seed."""
    program = ROOT / "build/release/tests/sim/sim_test"
    if not program.exists():
        raise Missing(f"{program}: cmake --build --preset release --target sim_test")
    total = state.of("seeds")
    began = time.monotonic()
    while total["cycles"] < wanted:
        count = min(10_000, wanted - total["cycles"])
        environment = dict(os.environ, SLUICE_SEEDS=str(count),
                           SLUICE_SEED=str(total["cycles"] + 1))
        done = subprocess.run([program, "--run_test=simulation,simulated_clusters",
                               "--color_output=no"],
                              env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stdout[-2000:] + done.stderr[-2000:])
            return {**total, "failed": 1}
        total["cycles"] += count
        state.save()
        print(f"seeds: {total['cycles']}", flush=True)
    return {"histories": total["cycles"], "seconds": round(time.monotonic() - began)}


def fuzz(state, seconds):
    """Every libFuzzer program for so long; the corpus is kept beside the state."""
    folder = ROOT / "build/fuzz/tests/fuzz"
    programs = sorted(p for p in folder.glob("fuzz_*") if os.access(p, os.X_OK) and p.is_file())
    if not programs:
        raise Missing(f"{folder}: cmake --preset fuzz && cmake --build --preset fuzz")
    results = state.done.setdefault("fuzz", {})
    for program in programs:
        if results.get(program.name, {}).get("seconds", 0) >= seconds:
            continue
        corpus = ROOT / "build/reliability/corpus" / program.name
        corpus.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([program, f"-max_total_time={seconds}", "-print_final_stats=1",
                               "-timeout=10", "-rss_limit_mb=2048", corpus],
                              capture_output=True, text=True, check=False)
        runs = re.search(r"number_of_executed_units: (\d+)", done.stderr)
        covered = re.findall(r"cov: (\d+)", done.stderr)
        results[program.name] = {"seconds": seconds, "executions": int(runs[1]) if runs else 0,
                                 "edges": int(covered[-1]) if covered else 0,
                                 "corpus": sum(1 for _ in corpus.iterdir()),
                                 "exit": done.returncode}
        state.save()
        print(f"fuzz: {program.name}: {results[program.name]}", flush=True)
        if done.returncode:
            (Path(corpus).parent / (program.name + ".log")).write_text(done.stderr)
    return {"targets": results, "failed": sum(1 for r in results.values() if r["exit"])}


def figures(gateway, data):
    pid = gateway.process.pid
    status = Path(f"/proc/{pid}/status").read_text()
    return {"rss_mib": int(re.search(r"VmRSS:\s+(\d+)", status)[1]) // 1024,
            "descriptors": len(os.listdir(f"/proc/{pid}/fd")),
            "disk_mib": sum(f.stat().st_blocks * 512 for f in data.rglob("*")
                            if f.is_file()) // (1024 * 1024)}


def soak(state, seconds):
    """The mix of all calls that leave nothing behind, without an end: few finished tasks are kept
    and no links made, which are kept for ever. The last third must not be above the middle one by
    more than a tenth (memory, descriptors) or two segments (disk)."""
    folder = folder_for("soak")
    sink = Sink(folder)
    gateway = Gateway(folder, folder / "data", sink.port, more="\n[retention]\ncount = 10000\n")
    gateway.start()
    gateway.wait_ready()
    callers = Callers(gateway.port, state.random("soak"), "soak")
    callers.makes_links = False
    callers.start()
    samples = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(min(10, seconds / 12))
        samples.append(figures(gateway, folder / "data"))
    callers.stop()
    accepted = len(callers.acknowledged)
    code = gateway.stop()
    sink.stop()
    third = len(samples) // 3
    middle, last = samples[third:2 * third], samples[2 * third:]
    peak = {k: (max(s[k] for s in middle), max(s[k] for s in last)) for k in samples[0]}
    failed = code != 0 or peak["rss_mib"][1] > peak["rss_mib"][0] * 1.1 + 4 or \
        peak["descriptors"][1] > peak["descriptors"][0] * 1.1 + 8 or \
        peak["disk_mib"][1] > peak["disk_mib"][0] + 128
    result = {"seconds": seconds, "accepted": accepted, "peak_middle_last": peak, "exit": code,
              "failed": int(failed)}
    state.done["soak"] = result
    state.save()
    return result
