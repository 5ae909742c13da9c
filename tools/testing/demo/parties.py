# SPDX-License-Identifier: GPL-2.0-only
"""The parties of the demo, each with a folder and keys of its own."""

import hashlib
import json
import os
import socket
import subprocess

import host
from card import CA, CARDD, call, make_card
from machine import choose, make_image
from vm import BUILD, TREE, VMError, vouch_ko

REFS = os.path.join(BUILD, "bin/vouch-refs")
VERIFY = os.path.join(BUILD, "bin/vouch-verify")
FETCH = os.path.join(TREE, "tools/testing/vm/fetch-kernels.sh")

HOST_OPTIONS = {
	"files": ((os.path.join(BUILD, "kmod/{release}/vouch.ko"), "vouch.ko"),
		  (os.path.join(BUILD, "bin/vouch-static"), "bin/vouch")),
	"first": ("/vouch.ko",),
}


def sha384(path):
	with open(path, "rb") as handle:
		return hashlib.file_digest(handle, "sha384").hexdigest()


def new_key(path):
	"""A P-384 key pair: PATH and PATH with .pub."""
	call("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384",
	     "-out", path)
	call("openssl", "pkey", "-in", path, "-pubout", "-out", f"{path}.pub")
	return path


class ThirdParty:
	"""Supplies the card and certifies its device key."""

	def __init__(self, folder):
		self.folder = folder
		call(CA, folder, "init")
		self.root = os.path.join(folder, "root.pem")

	def make_card(self, state):
		"""Keys are made inside the card; only the request leaves it."""
		make_card(self.folder, state)


class Provider:
	"""Builds reference values from what is published, and signs them."""

	def __init__(self, folder, say):
		os.makedirs(folder, exist_ok=True)
		self.folder, self.say = folder, say
		self.key = new_key(os.path.join(folder, "provider.pem"))
		self.manifest = os.path.join(folder, "refs.json")
		self.corim = os.path.join(folder, "refs.corim")
		self.images = os.path.join(folder, "host-{release}.img")

	def image(self, release):
		"""The host's initramfs, built once, reproducibly, from published parts."""
		path = self.images.format(release=release)
		if not os.path.exists(path):
			make_image(path, release, choose(host.OPTIONS, HOST_OPTIONS))
		return path

	def build(self, releases, cmdlines):
		debs = call(FETCH).split()
		self.say(f"  hashing {len(debs)} published packages (kept for the next run)")
		call(REFS, "add-deb", self.manifest, *debs)
		for release in releases:
			self.add("module", "vouch", vouch_ko(release), release)
			self.add("initramfs", f"host {release}", self.image(release), release)
		self.add("card-firmware", "vouch-cardd", CARDD)
		self.know_cmdlines(*cmdlines)

	def know_cmdlines(self, *texts):
		for text in texts:
			call(REFS, "add-cmdline", self.manifest, text)
		self.compile()

	def add(self, kind, name, path, release=None):
		call(REFS, "add-file", self.manifest, "--kind", kind, "--name", name,
		     *(("--release", release) if release else ()), path)

	def compile(self, *options):
		call(REFS, "compile", self.manifest, "--key", self.key, "-o", self.corim, *options)

	def copy_without(self, other, kind):
		"""Sign another provider's values, but for one kind."""
		entries = [entry for entry in other.entries() if entry["kind"] != kind]
		with open(self.manifest, "w", encoding="utf-8") as handle:
			json.dump({"vouch-refs": 1, "entries": entries}, handle)
		self.compile()

	def entries(self):
		with open(self.manifest, encoding="utf-8") as handle:
			return json.load(handle)["entries"]


class Answer:
	"""What vouch-verify said: verdict, reasons with their records, the rest."""

	def __init__(self, status, result, argv):
		self.status, self.result, self.argv = status, result, argv
		self.verdict, self.findings = result["verdict"], result["findings"]

	@property
	def text(self):
		"""The same for people, which few rows show."""
		return subprocess.run(self.argv, capture_output=True, text=True, check=False).stdout

	@property
	def reasons(self):
		return sorted({finding["code"] for finding in self.findings})

	def words(self):
		"""The verdict and every reason."""
		return ": ".join([self.verdict, " ".join(self.reasons)])

	def first_bad(self):
		"""The first finding that no policy accepts."""
		return next((each for each in self.findings if each["class"] != "warning"), {})

	def refusal(self):
		"""The verdict and the first reason for it."""
		return f"{self.verdict}: {self.first_bad().get('code')}"

	def history(self, kind, log=0):
		"""Of one log: a guest's own names its kernel as the host's does."""
		return [record for record in self.result["history"]
			if record["type"] == kind and record["log"] == log]

	def continuity(self):
		"""What the last kernel of the history stands on."""
		return self.result["kernels"][-1]["root"]


class Auditor:
	"""Not the operator: draws the nonce, judges the package, works offline."""

	def __init__(self, folder, root, provider):
		os.makedirs(folder, exist_ok=True)
		self.folder, self.root, self.judged = folder, root, 0
		self.refs, self.signer = provider.corim, f"{provider.key}.pub"
		self.default = self.policy("policy.json")

	def policy(self, name, accept=("root-self-asserted",), role="guest", signer=None,
		   operator=None):
		"""Write a policy file; signer and operator are public key files."""
		signers = [{"name": "provider", "key": signer or self.signer, "operator": False}]
		if operator:
			signers.append({"name": "operator", "key": operator, "operator": True})
		path = os.path.join(self.folder, name)
		with open(path, "w", encoding="utf-8") as handle:
			json.dump({"version": 1, "role": role, "threshold_ms": 250,
				   "accept": list(accept), "reference_signers": signers},
				  handle, indent=1)
		return path

	def ask(self, vm, options="", timeout=120):
		"""A fresh nonce to the guest; its package comes back over the network."""
		nonce = os.urandom(32)
		with socket.create_server(("127.0.0.1", 0)) as listener:
			listener.settimeout(timeout)
			port = listener.getsockname()[1]
			vm.must(f"vouch attest --nonce {nonce.hex()} --out /tmp/package {options}",
				timeout)
			vm.must("(wc -c < /tmp/package; cat /tmp/package) | "
				f"nc -w 60 10.0.2.2 {port} > /dev/null &")
			peer, _ = listener.accept()
			with peer, peer.makefile("rb") as stream:
				return nonce, stream.read(int(stream.readline()))

	def judge(self, package, nonce, policy=None, root=None, refs=None, options=()):
		self.judged += 1
		path = os.path.join(self.folder, f"judged-{self.judged}.cbor")
		with open(path, "wb") as handle:
			handle.write(package)
		argv = [VERIFY, "--root", root or self.root, "--policy", policy or self.default,
			"--nonce", nonce.hex(), "--package", path, *options]
		for each in refs or [self.refs]:
			argv += ["--refs", each]
		done = subprocess.run([*argv, "--json"], capture_output=True, text=True, check=False)
		if done.returncode not in (0, 1, 2) or not done.stdout.startswith("{"):
			raise VMError(f"vouch-verify: exit {done.returncode}\n{done.stdout}{done.stderr}")
		return Answer(done.returncode, json.loads(done.stdout), argv)
