#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""make_vectors.py FOLDER [NAME...]: packages, golden and broken, and what they must give.

manifest.json lists for each: the files to judge it with, the verdict, the code
of the first reason and the number of the record that it names. What lies behind
a signature is broken before it is signed, with the right key, so that the check
that is meant is the one that fails.
"""

import json
import os
import sys

import cbor2
from cryptography.hazmat.primitives import serialization

import make_refs
from world import NONCE, root_pem

import cases_batch
import cases_clock
import cases_evidence
import cases_history
import cases_kernel
import cases_tpm
import cases_log
import cases_os
import cases_package
import cases_proximity
import cases_report
import cases_subject

WARNINGS = ("root-self-asserted", "new-root", "unannounced-restart", "kexec-unproven",
	    "operator-declared-initramfs", "operator-declared", "unmeasured", "not-attached",
	    "nearly-full", "debug-enabled", "no-receipt", "not-timed", "crash-kexec", "tainted",
	    "measuring-reduced", "handover-differs", "retrieve-unfrozen", "tpm-key-unknown",
	    "tpm-quote-signature",
	    "tpm-quote-malformed", "tpm-quote-nonce", "tpm-same-boot", "tpm-quote-pcrs",
	    "tpm-events-mismatch", "tpm-loader-unknown", "tpm-kernel-unmeasured",
	    "tpm-key-other-card", "tpm-restart-unproven", "tpm-input-unknown",
	    "tpm-cmdline-differs", "near-untrusted-clock")


def pem(private):
	return private.public_key().public_bytes(
		serialization.Encoding.PEM,
		serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def policy(accept=("root-self-asserted",), role="guest", **more):
	return {"version": 1, "role": role, "threshold_ms": 250, "accept": list(accept),
		"reference_signers": [
			{"name": "provider", "key": pem(make_refs.PROVIDER)},
			{"name": "operator", "key": pem(make_refs.OPERATOR), "operator": True}], **more}


MICROCODE = {"AuthenticAMD 25-1-1": "0xa0011d5", "GenuineIntel 6-143-8": "0x2b000643"}


def near(model="reference card", rounds=64, accept=("root-self-asserted", "near-untrusted-clock"),
	 **more):
	guest = {"min_ns": 3000, "p5_ns": 4000, "median_ns": 5000}
	return policy(accept, proximity={"rounds": rounds, "bounds": [
		{"model": "*" if model == "*" else "some other card", "guest": {"min_ns": 3000},
		 "card": {"min_ns": 2500}},
		{"model": model, "guest": guest, "card": {**guest, "min_ns": 2500}}], **more})


POLICIES = {
	"policy": policy(),
	"accept-all": policy(WARNINGS),
	"accept-none": policy(()),
	"host": policy(role="host"),
	"bus": policy(bus_threshold_ms=0.3),
	"unbatched": policy(batched="refuse"),
	"own": policy(own_log="require"),
	"own-nothing": policy((), own_log="require"),
	"untainted": policy(**{"taint-accept": []}),
	"microcode": policy(microcode=MICROCODE),
	"microcode-all": policy(WARNINGS, microcode=MICROCODE),
	"near": near(),
	"near-two": near("*", 2),
	"near-other": near("another card"),
	"near-age": near(age_ms=2.5),
	"near-strict": near(accept=("root-self-asserted",)),
	"demanding": policy(**{"lockdown": "integrity", "secure-boot": "enabled"}),
}


def references():
	"""name, values, signer"""
	value, everything = make_refs.value, cases_history.REFERENCES
	rest = [each for each in everything if not each[0].startswith("initramfs/")]
	yield "refs", everything, make_refs.PROVIDER
	yield "refs-without-initramfs", rest, make_refs.PROVIDER
	yield "refs-operator", [value("initramfs", "initrd", "initrd"),
				# Under a published name, which proves nothing of its own.
				{**make_refs.boot_cmdline("evil"), 1: {
					**make_refs.boot_cmdline("evil")[1], 11: "quiet"}},
				value("kernel", "rogue", "rogue", None, b"\x66" * 20)], make_refs.OPERATOR
	yield "refs-stranger", everything, make_refs.STRANGER


def write(folder, name, data):
	with open(os.path.join(folder, name), "wb") as handle:
		handle.write(data if isinstance(data, bytes) else
			     json.dumps(data, indent=1).encode() + b"\n")


def inputs():
	"""What packages are judged with."""
	for name in ("root", "other-root"):
		yield f"{name}.pem", root_pem(name)
	for name, content in POLICIES.items():
		yield f"{name}.json", content
	for name, values, signer in references():
		yield f"{name}.corim", make_refs.sign(make_refs.corim(values), signer)
	yield "refs-rubbish.corim", make_refs.sign(b"\x00")
	for name, times in (("expired", (1700000000, 1780271999)), ("early", (1780272001, 1900000000))):
		validity = {place: cbor2.CBORTag(1, time) for place, time in enumerate(times)}
		yield f"refs-{name}.corim", make_refs.sign(
			make_refs.corim(cases_history.REFERENCES, extra={4: validity}))


def cases():
	for module in (cases_package, cases_evidence, cases_log, cases_history, cases_kernel,
		       cases_tpm, cases_os, cases_report, cases_subject, cases_proximity,
		       cases_clock, cases_batch):
		yield from module.cases()


def main():
	folder = sys.argv[1]
	only = sys.argv[2:]
	os.makedirs(folder, exist_ok=True)
	manifest, used = [], set()
	for name, data, verdict, code, record, options in cases():
		if only and name not in only:
			continue
		report = isinstance(data, tuple)
		for suffix, part in (("out", data[0]), ("aux", data[1])) if report else (("cbor", data),):
			write(folder, f"{name}.{suffix}", part)
		entry = {"name": name, "root": "root.pem", "policy": "policy.json",
			 "refs": ["refs.corim"], "nonce": NONCE.hex(),
			 "time": "2026-06-01T00:00:00Z", "state": None, "subject": None, "report": report,
			 "verdict": verdict, "code": code, "record": record}
		entry.update(options)
		if entry["state"]:
			write(folder, f"{name}.state.json", entry["state"])
			entry["state"] = f"{name}.state.json"
		used.update((entry["root"], entry["policy"], *entry["refs"]))
		manifest.append(entry)
	names = [entry["name"] for entry in manifest]
	assert len(set(names)) == len(names), "two vectors of one name"
	for name, data in inputs():
		if name in used:
			write(folder, name, data)
	write(folder, "manifest.json", manifest)


if __name__ == "__main__":
	main()
