# SPDX-License-Identifier: GPL-2.0-only
"""Bus stamps in a package: who took them, and who judges them by a policy."""

import json
import os
import signal
import subprocess
import time

import cbor2

from vm import BUILD

VERIFY = os.path.join(BUILD, "bin/vouch-verify")
VOUCH = "/src/build/bin/vouch"
NONCE = "00112233445566778899aabbccddeeff"
ATTEST = f"{VOUCH} attest --nonce {NONCE} --no-log"
TRIES = 5
STALL = 2.0	# seconds


def in_root(host, command, timeout=120):
	return host.run(f"chroot /ref {command} 2>&1", timeout)


def demand(lab, **members):
	"""The policy from now on, of the verifier and of the VM."""
	with open(lab.path("policy.json"), "w", encoding="ascii") as file:
		json.dump({"version": 1, "role": "host", "threshold_ms": 600000, "reference_signers": [],
			   **members}, file)


def verified(lab):
	"""What vouch-verify says of the package that the VM wrote."""
	done = subprocess.run([VERIFY, "--root", lab.path("ca/root.pem"), "--policy",
			       lab.path("policy.json"), "--nonce", NONCE, "--history", "none", "--json",
			       "--package", lab.path("package")], capture_output=True, text=True,
			      timeout=300, check=False, stdin=subprocess.DEVNULL)
	return json.loads(done.stdout or json.dumps({"timing": {"error": done.stderr}}))


def request(lab):
	"""The request of the package that the VM wrote."""
	with open(lab.path("package"), "rb") as file:
		package = cbor2.load(file)
	collection = cbor2.loads(package.value[2])
	return cbor2.loads(collection["request"][1])


def taken(tap, lab, host):
	"""vouch attest --ebpf, and where that cannot be."""
	status, output = in_root(host, f"{ATTEST} --ebpf --json --out /mnt/package")
	demand(lab)
	found = request(lab)
	tap.ok(status == 0 and json.loads(output).get("stamps") == "ebpf",
	       "attest --ebpf: the stamps are from eBPF", output)
	tap.ok(found[1] <= found[3] <= found[4] <= found[2],
	       "asked, doorbell, interrupt, answered: in this order", found)
	timing = verified(lab)["timing"]
	tap.ok(found[6] == "ebpf" and timing.get("bus_by") == "ebpf" and
	       timing.get("bus_ns") == found[4] - found[3],
	       "the package says so, and the verifier repeats it", found, timing)
	for offset in (100000, -10):
		status, output = in_root(host, f"/usr/bin/unshare --time --fork --monotonic {offset} {ATTEST} "
					       "--out /tmp/shifted")
		tap.ok(status == 1 and "a time namespace sets them apart" in output and
		       host.run("[ ! -e /ref/tmp/shifted ]")[0] == 0,
		       f"a clock that is {offset} s off: an error and no package", status, output)
	in_root(host, f"{ATTEST} --out /mnt/package")
	found, timing = request(lab), verified(lab)["timing"]
	tap.ok(found[6] == "driver" and timing.get("bus_by") == "driver",
	       "without it both say that it was the driver", found, timing)
	host.must("chmod 666 /ref/dev/vouch0; chmod 777 /ref/tmp")
	status, output = in_root(host, f"su nobody -s /bin/sh -c '{ATTEST} --ebpf --out /tmp/p'")
	tap.ok(status == 0 and "bus stamps are the driver's: no permission for eBPF" in output,
	       "without permission it takes the driver's and says so", output)


def judged(tap, lab, host):
	"""By one policy, where it was asked and where it is verified."""
	ours = {"late", "bus-late", "bus-missing", "time-impossible"}
	for members, want in (({}, set()), ({"bus_threshold_ms": 600000}, set()),
			      ({"bus_threshold_ms": 0}, {"bus-late"}),
			      ({"threshold_ms": 0, "bus_threshold_ms": 0}, {"late", "bus-late"})):
		demand(lab, **members)
		status, output = in_root(host, f"{ATTEST} --ebpf --policy /mnt/policy.json --json "
					       "--out /mnt/package")
		said = json.loads(output)["policy"]
		result = verified(lab)
		codes = {each["code"] for each in result["findings"]} & ours
		tap.ok(status == (3 if want else 0) and set(said["findings"]) == want == codes,
		       f"{members}: the asker says what the verifier says", status, said, result)
		tap.ok(said["way_ns"] == result["timing"]["way_ns"] and
		       said["bus_way_ns"] == result["timing"]["bus_way_ns"],
		       "and measured the same", said, result["timing"])
	demand(lab, threshold_ms=1000 * STALL / 2)
	status = tries = 0
	while status != 3 and tries < TRIES:
		lab.cards[0].kill(signal.SIGSTOP)
		host.channel.send(f"chroot /ref {ATTEST} --timeout 60000 --policy /mnt/policy.json "
				  "--out /mnt/package > /results/judged; echo $? > /results/status", 120)
		time.sleep(STALL * (1 + tries))
		lab.cards[0].kill(signal.SIGCONT)
		status = int(host.must("cat /results/status"))
		tries += 1
	output = host.must("cat /results/judged")
	tap.ok(status == 3 and "NOT within the policy" in output and "[late]" in output and
	       os.path.exists(lab.path("package")), "a card that stands still is too late", output)
