# SPDX-License-Identifier: GPL-2.0-only
"""A card made and certified for a test, and its process."""
import contextlib
import datetime
import os
import select
import shutil
import signal
import socket
import subprocess

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from vfu_client import Client, Function

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(
	os.path.abspath(__file__)))))
CARDD = os.environ.get("VOUCH_CARDD", os.path.join(TREE, "build/bin/vouch-cardd"))


class Authority:
	"""The third party that certifies device keys."""

	def __init__(self, name="test root"):
		self.key = ec.generate_private_key(ec.SECP384R1())
		self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
		self.root = self.issue(self.name, self.key.public_key(), 1)

	def issue(self, subject, public_key, path_length):
		now = datetime.datetime.now(datetime.timezone.utc)
		usage = x509.KeyUsage(digital_signature=False, content_commitment=False,
				      key_encipherment=False, data_encipherment=False,
				      key_agreement=False, key_cert_sign=True, crl_sign=False,
				      encipher_only=False, decipher_only=False)
		builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(self.name)
			   .public_key(public_key).serial_number(x509.random_serial_number())
			   .not_valid_before(now - datetime.timedelta(days=1))
			   .not_valid_after(now + datetime.timedelta(days=3650))
			   .add_extension(x509.BasicConstraints(True, path_length), critical=True)
			   .add_extension(usage, critical=True))
		return builder.sign(self.key, hashes.SHA384())

	def certify(self, request):
		return self.issue(request.subject, request.public_key(), 0)


def load_request(path):
	with open(path, "rb") as handle:
		data = handle.read()
	if data.startswith(b"-----"):
		return x509.load_pem_x509_csr(data)
	return x509.load_der_x509_csr(data)


@contextlib.contextmanager
def trial(tap, card):
	"""Tests of a card: it ends with them, and a test that breaks off is one that failed."""
	try:
		yield
	except Exception as error:
		tap.ok(False, "no test broke off", repr(error), card.said()[-2000:])
		tap.done()
		raise
	finally:
		if card.alive():
			card.stop(9)


class MadeCard:
	"""vouch-cardd with a host function and guests, in a folder of its own."""

	def __init__(self, folder, authority, guests=2):
		self.folder, self.authority = folder, authority
		self.state = os.path.join(folder, "state")
		self.names = ["host"] + [f"guest{i + 1}" for i in range(guests)]
		self.child = None
		self.make()

	def path(self, name):
		return os.path.join(self.folder, f"{name}.sock")

	def run(self, *args):
		return subprocess.run([CARDD, "--state", self.state, *args], check=False,
				      capture_output=True, text=True, timeout=60)

	def make(self):
		request = os.path.join(self.folder, "device.csr")
		certificate = os.path.join(self.folder, "device.pem")
		made = self.run("--init")
		asked = self.run("--csr", request)
		issued = self.authority.certify(load_request(request))
		with open(certificate, "wb") as handle:
			handle.write(issued.public_bytes(serialization.Encoding.PEM))
		installed = self.run("--install-certificate", certificate)
		for step in made, asked, installed:
			if step.returncode:
				raise RuntimeError(f"{step.args}: {step.stderr}")
		self.card_id = made.stdout.split()[-1]

	def start(self, *args, log=None):
		"""Start the card; it complains to log, or else to a file."""
		argv = [CARDD, "--state", self.state, "--control", self.path("control"), *args]
		for name in self.names:
			argv += ["--function", f"{name}={self.path(name)}"]
		self.log = log or open(os.path.join(self.folder, "card.log"), "ab")
		self.child = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=self.log,
					      stdin=subprocess.DEVNULL)
		ready, _, _ = select.select([self.child.stdout], [], [], 60)
		if not ready or self.child.stdout.readline() != b"ready\n":
			raise RuntimeError(f"the card did not start: {self.said()}")

	def stop(self, how=signal.SIGTERM):
		"""End the card; returns its exit status."""
		if self.child is None:
			return None
		self.child.send_signal(how)
		status = self.child.wait(60)
		self.child.stdout.close()
		self.log.close()
		self.child = None
		return status

	def alive(self):
		return self.child is not None and self.child.poll() is None

	def said(self):
		with open(os.path.join(self.folder, "card.log"), encoding="utf-8",
			  errors="replace") as handle:
			return handle.read()

	def control(self, line):
		with socket.socket(socket.AF_UNIX) as sock:
			sock.settimeout(30)
			sock.connect(self.path("control"))
			sock.sendall(line.encode() + b"\n")
			return sock.makefile().readline().strip()

	def status(self):
		words = self.control("status").split()[1:]
		return dict(word.split("=") for word in words)

	def connect(self, name="host", qsize=16):
		return Function(Client(self.path(name)), qsize)

	@contextlib.contextmanager
	def function(self, name="host", qsize=16, enable=True):
		function = self.connect(name, qsize)
		try:
			if enable and not function.enable() & 1:
				raise RuntimeError(f"{name} is not ready: {self.said()}")
			yield function
		finally:
			function.close()

	def remove(self):
		if self.alive():
			self.stop(signal.SIGKILL)
		shutil.rmtree(self.folder, ignore_errors=True)
