"""The gateway, its sink and its callers, as the stages need them. Everything on loopback."""
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("SLUICE_BINARY", ROOT / "build/release/sluice"))
WORK = ROOT / "build/reliability"
SECRET = "0123456789abcdef" * 4
# Nothing stays behind when this script is ended.
TIED = ["setpriv", "--pdeathsig", "KILL"]

CONFIGURATION = """
listen = "127.0.0.1:{port}"
admin = "127.0.0.1:{admin}"
data = "{data}"
threads = 2
admin_token = "reliability"

[[account]]
id = "163"
secrets = ["{secret}"]
cust_tokens = ["abcd1234"]
allow_from = ["127.0.0.0/8"]
allow_http = true
country_code = "91"
agents = ["919879964805"]

[[destination]]
name = "crm"
url = "http://127.0.0.1:{sink}/crm"
allow_http = true
allow_networks = ["127.0.0.0/8"]
timeout = "5s"
retry = {{ schedule = ["200ms", "500ms", "1s"], max_attempts = 100 }}

[[destination]]
name = "central"
url = "http://127.0.0.1:{sink}/central"
allow_http = true
allow_networks = ["127.0.0.0/8"]
format = "outbound"
timeout = "5s"
retry = {{ schedule = ["200ms", "500ms", "1s"], max_attempts = 100 }}

[[route]]
path = "/in/crm"
account = "163"
destinations = ["crm"]

[webhooks]
createOutbound = {{ destination = "central" }}
shortURL = {{ base_url = "https://s.example.com" }}
"""


class Missing(Exception):
    """What a stage needs and this machine does not have."""


class State:
    """What is done, kept over runs. One process at a time."""

    def __init__(self, fresh, seed):
        if not PROGRAM.exists():
            raise SystemExit(f"{PROGRAM} is missing: ./run --build")
        if fresh:
            shutil.rmtree(WORK, ignore_errors=True)
        WORK.mkdir(parents=True, exist_ok=True)
        self.file = WORK / "state.json"
        self.done = json.loads(self.file.read_text()) if self.file.exists() else {}
        self.done.setdefault("seed", seed)
        print(f"seed {self.done['seed']}, state in {self.file}", flush=True)

    def of(self, stage):
        return self.done.setdefault(stage, {"cycles": 0, "accepted": 0, "delivered": 0,
                                            "duplicated": 0, "lost": 0, "phantom": 0})

    def save(self):
        self.file.with_suffix(".new").write_text(json.dumps(self.done, indent=1))
        self.file.with_suffix(".new").rename(self.file)

    def random(self, *what):
        return random.Random(repr((self.done["seed"], *what)))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(what, condition, seconds=30.0):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.02)


class Sink:
    def __init__(self, folder, *flags):
        self.port = free_port()
        self.record = Path(folder) / "deliveries"
        self.process = subprocess.Popen(
            [*TIED, PROGRAM, "sink", "--listen", f"127.0.0.1:{self.port}", "--record", self.record,
             "--quiet", "--body", '{"api-response-code":200}', *flags],
            stdout=subprocess.DEVNULL)

    def deliveries(self):
        """Bodies by how often they came."""
        seen = {}
        for line in self.record.read_text().splitlines() if self.record.exists() else []:
            try:
                body = json.loads(line)["body"]
            except (ValueError, KeyError):
                continue  # the last line may be half written
            for mark in marks_of(body):
                seen[mark] = seen.get(mark, 0) + 1
        return seen

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


def marks_of(body):
    """Every call carries one mark, "m-…-m", wherever its format puts it."""
    at = body.find("m-")
    while at >= 0:
        end = body.find("-m", at + 2)
        if end < 0:
            return
        yield body[at:end + 2]
        at = body.find("m-", end + 2)


class Gateway:
    def __init__(self, folder, data, sink_port, wrapper=(), more=""):
        self.port, self.admin = free_port(), free_port()
        self.configuration = Path(folder) / "sluice.toml"
        self.configuration.write_text(CONFIGURATION.format(
            port=self.port, admin=self.admin, data=data, sink=sink_port, secret=SECRET) + more)
        self.configuration.chmod(0o600)
        self.log = open(Path(folder) / "gateway.log", "ab")
        self.wrapper = list(wrapper)
        self.process = None
        self.forgotten = 0  # ended tasks whose history was lost or made room, in all lives so far

    def start(self, wrapper=None):
        command = [*TIED, *(self.wrapper if wrapper is None else wrapper), PROGRAM, "serve", "--config",
                   self.configuration]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)

    def is_ready(self):
        try:
            return ask(self.admin, "GET", "/readyz")[0] == 200
        except OSError:
            return False

    def wait_ready(self, seconds=60.0):
        wait_for("the gateway is not ready", lambda: self.process.poll() is not None
                 or self.is_ready(), seconds)
        return self.process.poll() is None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)

    def stop(self):
        try:
            self.forgotten += self.metric("sluice_history_lost_total", "")
            self.forgotten += self.metric("sluice_history_gave_way_total", "")
        except OSError:
            pass  # its disk has failed and it has just ended
        self.process.terminate()
        self.process.wait(60)
        return self.process.returncode

    def metric(self, name, *labels):
        """The sum of a metric's lines that have one of these parts."""
        _, text = ask(self.admin, "GET", "/metrics")
        lines = [line.rsplit(" ", 1) for line in text.splitlines() if line.startswith(name)]
        return sum(float(value) for line, value in lines if any(each in line for each in labels))

    def waiting_tasks(self):
        """What could go now. Tasks of an hour's delay that were not cancelled in time stay."""
        return self.metric("sluice_queue_tasks{", '"ready"', '"in_flight"', '"retry_wait"')


def ask(port, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    except http.client.HTTPException as broken:
        raise OSError(str(broken)) from broken
    finally:
        connection.close()


class Callers:
    """A mix of every call, from a few threads, until stopped. Remembers what was acknowledged and
    what was only tried; a cancel that was acknowledged is remembered too."""

    def __init__(self, port, rng, name, before=None):
        self.port, self.name = port, name
        self.acknowledged, self.tried, self.refused = set(), set(), 0
        self.cancelled = {}  # the mark by the task's id
        self.links = {}
        # By contact: the value that was acknowledged last, and those that may have come since.
        self.variables = before.variables if before else {}
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        self.is_cut = False
        self.makes_links = True
        self.late = 0  # acknowledged while the power was cut
        self.threads = [threading.Thread(target=self.run, args=(random.Random(rng.random()), i))
                        for i in range(4)]

    def start(self):
        for each in self.threads:
            each.start()

    def stop(self):
        self.stopping.set()
        for each in self.threads:
            each.join(30)

    def cut(self):
        """To be called before the power goes. A real cut ends the machine with its answers: what
        comes from now on is no acknowledgement. (An fsync that meets ext4's shutdown may say that
        it was done when it was not.)"""
        with self.lock:
            self.is_cut = True

    def counts(self, is_good):
        """Whether an answer is an acknowledgement; under the lock."""
        self.late += is_good and self.is_cut
        return is_good and not self.is_cut

    def run(self, rng, lane):
        count = 0
        while not self.stopping.is_set():
            count += 1
            mark = f"m-{self.name}-{lane}-{count}-m"
            calls = [self.forward, self.forward, self.outbound, self.task, self.batch, self.cancel,
                     self.variable]
            call = rng.choice(calls + [self.link] if self.makes_links else calls)
            try:
                call(mark, rng, lane)
            except OSError:
                self.stopping.wait(0.02)

    def deliverable(self, mark, status):
        with self.lock:
            self.tried.add(mark)
            is_good = 200 <= status < 300
            if self.counts(is_good):
                self.acknowledged.add(mark)
            elif not is_good:
                self.refused += 1

    def send(self, marks, method, path, body, headers):
        with self.lock:
            self.tried.update(marks)
        status, text = ask(self.port, method, path, body, headers)
        for mark in marks:
            self.deliverable(mark, status)
        return status, text

    def forward(self, mark, rng, lane):
        self.send([mark], "POST", "/in/crm", json.dumps({"mark": mark, "pad": "x" *
                  rng.choice([10, 300, 5000])}), {"Content-Type": "application/json"})

    def outbound(self, mark, rng, lane):
        form = (f"<request><apiVersion>1.0</apiVersion><securityID>{SECRET}</securityID>"
                f"<flowID>flow0001</flowID><clientID>{mark}</clientID><delayMinutes>0"
                "</delayMinutes><contactNumbers>98799 64805</contactNumbers></request>")
        self.send([mark], "POST", "/v1/webhooks/createOutbound", form,
                  {"Content-Type": "application/xml"})

    def bearer(self):
        return {"Authorization": "Bearer " + SECRET, "Content-Type": "application/json"}

    def task(self, mark, rng, lane):
        self.send([mark], "POST", "/v1/tasks", json.dumps(
            {"destination": "crm", "body": {"mark": mark}, "delay": rng.choice(["0s", "300ms"])}),
            self.bearer())

    def batch(self, mark, rng, lane):
        marks = [mark[:-2] + f"-{i}-m" for i in range(rng.choice([2, 20]))]
        self.send(marks, "POST", "/v1/tasks:batch", json.dumps(
            {"tasks": [{"destination": "crm", "body": {"mark": m}} for m in marks]}),
            self.bearer())

    def cancel(self, mark, rng, lane):
        status, text = ask(self.port, "POST", "/v1/tasks", json.dumps(
            {"destination": "crm", "body": {"mark": mark}, "delay": "1h"}), self.bearer())
        if status != 202:
            return
        task = json.loads(text)["id"]
        status, _ = ask(self.port, "DELETE", "/v1/tasks/" + task, None, self.bearer())
        with self.lock:
            self.tried.add(mark)
            if self.counts(status == 200):
                self.cancelled[task] = mark

    def link(self, mark, rng, lane):
        url = f"https://example.com/{mark}"
        status, text = ask(self.port, "POST", "/v1/webhooks/shortURL", json.dumps(
            {"custToken": "abcd1234", "longUrl": url}), {"Content-Type": "application/json"})
        with self.lock:
            if self.counts(status == 200):
                self.links[json.loads(text)["shortUrl"].rsplit("/", 1)[1]] = url

    def variable(self, mark, rng, lane):
        contact = f"98799{lane:05d}"
        with self.lock:
            self.variables.setdefault(contact, [None, set()])[1].add(mark)
        status, _ = ask(self.port, "POST", "/v1/webhooks/updateUserPreferences", json.dumps(
            {"$user.syskey.contactNumber": contact, "$user.syskey.accountID": "163",
             "$user.key.mark": mark}), {"Content-Type": "application/json"})
        with self.lock:
            if self.counts(status == 200):
                self.variables[contact] = [mark, set()]

    def lost_variables(self):
        """How many contacts have neither the acknowledged value nor one that may be newer."""
        lost = 0
        for contact, (acknowledged, unsure) in self.variables.items():
            if acknowledged is None:
                continue
            status, text = ask(self.port, "GET", f"/v1/users/{contact}/keys", None, self.bearer())
            values = [key["value"] for key in json.loads(text).get("keys", [])]
            if status != 200 or not set(values) & (unsure | {acknowledged}):
                lost += 1
                print(f"lost: {contact} has {values} ({status}), acknowledged {acknowledged}, "
                      f"unsure {unsure}", flush=True)
        return lost

    def lost_links(self):
        lost = 0
        for code, url in self.links.items():
            status, text = ask(self.port, "GET", "/v1/links/" + code, None, self.bearer())
            if status != 200 or json.loads(text)["longUrl"] != url:
                lost += 1
                print(f"lost: link {code} to {url}: {status} {text}", flush=True)
        return lost

    def lost_cancels(self, seen):
        """How many were sent or wait all the same, and how many nothing is known of any more."""
        lost = unknown = 0
        for task, mark in self.cancelled.items():
            status, text = ask(self.port, "GET", "/v1/tasks/" + task, None, self.bearer())
            if mark in seen or (status == 200 and json.loads(text)["state"] != "cancelled"):
                lost += 1
                print(f"lost: cancellation of {task}: {status} {text}", flush=True)
            elif status != 200:
                unknown += 1
        return lost, unknown
