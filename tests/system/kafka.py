"""A real broker, and what a consumer of committed records finds there."""

import glob
import os
import re
import select
import shutil
import signal
import subprocess
from collections import defaultdict
from pathlib import Path

import server as s

TOP = Path(os.environ.get("PROVODKA_SOURCE_DIR", Path(__file__).resolve().parents[2]))
START = TOP / "tools/kafka/start"
KCAT = shutil.which("kcat") or shutil.which("kafkacat")


def is_there():
    return bool(KCAT and shutil.which("java") and (shutil.which("mvn") or glob.glob(f"{TOP}/build/kafka/*/complete")))


class Broker:
    """One broker with a directory of its own. It keeps its port when it is killed and started again. One that is
    secure takes clients with TLS and its password only, which have that from the file `settings`."""

    def __init__(self, directory, secure=False):
        self.directory = directory
        self.settings = os.path.join(directory, "client.settings") if secure else None
        self.address = None
        self.start()

    def start(self):
        # The broker stays behind with the script's files, so its standard error is a file and no pipe.
        with open(f"{self.directory}.start.log", "ab") as log:
            secure = ["--secure"] if self.settings else []
            out = subprocess.run([START, *secure, self.directory], stdout=subprocess.PIPE, stderr=log, timeout=600, check=False)
        words = out.stdout.decode().split()
        s.expect(out.returncode == 0 and words[:1] == ["ready"], "the broker starts", out, f"see {log.name}")
        self.address = words[1]

    def kill(self):
        broker = os.pidfd_open(int(Path(self.directory, "pid").read_text()))
        signal.pidfd_send_signal(broker, signal.SIGKILL)
        # Until it is gone, who starts it again would take it for one that runs.
        ended, _, _ = select.select([broker], [], [], s.DEADLINE_S)
        os.close(broker)
        s.expect(ended, "the broker ends")

    def stop(self):
        subprocess.run([START, "--stop", self.directory], timeout=120, check=True)

    def tool(self, name, *arguments):
        """What one of Kafka's own programs prints, for what only an administrator does."""
        newest = max(glob.glob(f"{TOP}/build/kafka/*/complete"), key=os.path.getmtime)
        jars = newest.removesuffix("complete") + "*"
        command = ["java", "-cp", jars, name, "--bootstrap-server", self.address, *arguments]
        if self.settings:
            command += ["--command-config", self.java_settings()]
        done = subprocess.run(command, capture_output=True, timeout=120, check=False)
        s.expect(done.returncode == 0, f"{name} {arguments}", done.stdout, done.stderr)
        return done.stdout

    def java_settings(self):
        given = dict(line.split("=", 1) for line in Path(self.settings).read_text().splitlines())
        login = f'username="{given["sasl.username"]}" password="{given["sasl.password"]}"'
        path = Path(self.directory, "java.settings")
        path.write_text(
            f"security.protocol=SASL_SSL\nssl.truststore.type=PEM\nssl.truststore.location={given['ssl.ca.location']}\n"
            "sasl.mechanism=PLAIN\n"
            f"sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required {login};\n"
        )
        return path

    def password(self):
        return re.search("(?m)^sasl.password=(.*)$", Path(self.settings).read_text())[1]

    def records(self, topic):
        """Every committed record as (partition, key, headers, value), in the order of each partition."""
        command = [KCAT, "-b", self.address, "-t", topic, "-C", "-e", "-q", "-o", "beginning"]
        command += ["-F", self.settings] if self.settings else []
        command += ["-X", "isolation.level=read_committed", "-f", "%p\\x01%k\\x01%h\\x01%s\\x02"]
        done = subprocess.run(command, capture_output=True, timeout=300, check=False)
        s.expect(done.returncode == 0, f"kcat reads {topic}", done.stderr)
        records = []
        for text in done.stdout.split(b"\x02")[:-1]:
            partition, key, headers, value = text.split(b"\x01")
            pairs = (pair.split("=", 1) for pair in headers.decode().split(",") if pair)
            records.append((int(partition), key.decode(), dict(pairs), value))
        return records


class Mirror:
    """A running `provodka mirror`."""

    def __init__(self, binary, data, broker, prefix, *flags):
        self.stderr_path = f"{data}.mirror.stderr"
        with open(self.stderr_path, "ab") as stderr:
            command = [binary, "mirror", "--data", data, "--kafka", broker.address, "--prefix", prefix, *flags]
            self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr)

    def kill(self):
        self.process.kill()
        self.process.wait(s.DEADLINE_S)

    def close(self):
        if self.process.poll() is None:
            self.kill()

    def stderr(self):
        return Path(self.stderr_path).read_text(errors="replace")


class Mirrored:
    """A house whose log a `mirror` copies to a `broker`; `copy` starts the mirror."""

    def restart_mirror(self):
        self.mirror.kill()
        self.copy()

    def restart_broker(self):
        self.broker.kill()
        self.broker.start()


def partitions_by_key(records):
    partitions = defaultdict(set)
    for partition, key, _, _ in records:
        partitions[key].add(partition)
    return partitions
