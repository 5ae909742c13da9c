# SPDX-License-Identifier: GPL-2.0-only
"""A TPM for a VM: swtpm, which the VM sees as tpm-crb."""

import contextlib
import os
import time

from card import call
from channel import VMError
from qemu import Process


class TPM(Process):
	"""swtpm with the SHA-384 bank alone, for one QEMU: it ends with that. The
	same name is the same TPM, started anew."""

	def __init__(self, folder, name):
		state, path = os.path.join(folder, name), os.path.join(folder, f"{name}.sock")
		if not os.path.exists(state):
			os.makedirs(state)
			call("swtpm_setup", "--tpm2", "--tpmstate", state, "--pcr-banks", "sha384")
		with contextlib.suppress(FileNotFoundError):
			os.unlink(path)
		super().__init__(["swtpm", "socket", "--tpm2", "--terminate", "--tpmstate", f"dir={state}",
				  "--ctrl", f"type=unixio,path={path}"], f"{state}.log")
		self.args = ["-chardev", f"socket,id=tpm,path={path}",
			     "-tpmdev", "emulator,id=tpm0,chardev=tpm", "-device", "tpm-crb,tpmdev=tpm0"]
		deadline = time.monotonic() + 30
		while not os.path.exists(path):
			if not self.running() or time.monotonic() > deadline:
				raise VMError(f"swtpm: {self.said()}")
			time.sleep(0.05)
