/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_REASON_H
#define VOUCH_VERIFY_REASON_H

/* What can be found: class (finding.h), code for programs, text for people. */

/* Every reason: X(NAME, class, code, text for people). */
#define VOUCH_REASONS(X)								\
	X(UNREADABLE, UNTOLD, "unreadable", "the package could not be read")		\
	X(INTERNAL, UNTOLD, "internal", "the check itself failed (out of memory?)")	\
	X(PACKAGE_MALFORMED, UNTOLD, "package-malformed", "this is not a package")	\
	X(UNKNOWN_CA, UNTOLD, "unknown-ca",						\
	  "the card's certificate is not from the given root")				\
	X(NO_REFERENCES, UNTOLD, "no-references",					\
	  "there are no reference values to compare with")				\
	X(REFERENCES_REFUSED, UNTOLD, "references-refused",				\
	  "reference values are not signed by a key that the policy names")		\
	X(REFERENCES_MALFORMED, UNTOLD, "references-malformed",				\
	  "reference values could not be understood")					\
	X(REFERENCES_EXPIRED, UNTOLD, "references-expired",				\
	  "reference values are not valid at this time")				\
	X(TOO_LONG, BROKEN, "too-long", "a part of the package is longer than allowed")	\
	X(PACKAGE_SIGNATURE, BROKEN, "package-signature",				\
	  "the asker's signature does not cover this package")				\
	X(NOT_DETERMINISTIC, BROKEN, "not-deterministic",				\
	  "a part is not encoded deterministically")					\
	X(EVIDENCE_MALFORMED, BROKEN, "evidence-malformed",				\
	  "the evidence does not follow its grammar")					\
	X(RECEIPT_MALFORMED, BROKEN, "receipt-malformed",				\
	  "the receipt does not follow its grammar")					\
	X(REQUEST_MALFORMED, BROKEN, "request-malformed",				\
	  "the request does not follow its grammar")					\
	X(CERTIFICATE_MALFORMED, BROKEN, "certificate-malformed",			\
	  "a certificate cannot be decoded")						\
	X(CERTIFICATE_CHAIN, BROKEN, "certificate-chain",				\
	  "the certificates do not lead from the root to the alias key")		\
	X(CERTIFICATE_TIME, BROKEN, "certificate-time",					\
	  "a certificate is not valid at this time")					\
	X(CERTIFICATE_KEY, BROKEN, "certificate-key", "a key is not on P-384")		\
	X(CERTIFICATE_FIRMWARE, BROKEN, "certificate-firmware",				\
	  "the alias certificate is for other firmware than the evidence claims")	\
	X(CARD_ID, BROKEN, "card-id", "the card's identity is not that of its key")	\
	X(EVIDENCE_SIGNATURE, BROKEN, "evidence-signature",				\
	  "the card's signature does not cover this evidence")				\
	X(RECEIPT_SIGNATURE, BROKEN, "receipt-signature",				\
	  "the card's signature does not cover this receipt")				\
	X(BATCH_MALFORMED, BROKEN, "batch-malformed",					\
	  "the batch does not follow its grammar")					\
	X(BATCH_SIZE, BROKEN, "batch-size",						\
	  "the card signed a batch of none, or of more than it may")			\
	X(BATCH_INDEX, BROKEN, "batch-index",						\
	  "the batch has no such leaf")							\
	X(BATCH_PATH_LENGTH, BROKEN, "batch-path-length",				\
	  "the path is longer or shorter than a leaf at this place has")		\
	X(BATCH_SIGNATURE, BROKEN, "batch-signature",					\
	  "the card's signature does not cover this batch")				\
	X(BATCH_PATH, BROKEN, "batch-path",						\
	  "the path does not lead from what was said to what the card signed")		\
	X(RECEIPT_OTHER, BROKEN, "receipt-other",					\
	  "the receipt is for other evidence")						\
	X(NONCE, BROKEN, "nonce", "the package answers another nonce")			\
	X(NONCE_BINDING, BROKEN, "nonce-binding",					\
	  "the evidence was made for another nonce or another asker's key")		\
	X(CLOCK_ORDER, BROKEN, "clock-order", "the asker's times are out of order")	\
	X(CARD_CLOCK_ORDER, BROKEN, "card-clock-order",					\
	  "the card's times are out of order")						\
	X(TIME_IMPOSSIBLE, BROKEN, "time-impossible",					\
	  "the card says that it took longer than the asker waited")			\
	X(STATE_MALFORMED, BROKEN, "state-malformed",					\
	  "the claims of the evidence contradict each other")				\
	X(OWN_LOG, BROKEN, "own-log",							\
	  "the asker's own log is missing, or is there without being claimed")		\
	X(UNCLAIMED_LOG, BROKEN, "unclaimed-log",					\
	  "the hypervisor's log is there without being claimed")			\
	X(RECORD_MALFORMED, BROKEN, "record-malformed",					\
	  "a record does not follow its grammar")					\
	X(RECORD_NUMBER, BROKEN, "record-number",					\
	  "the log leaves out, repeats or moves a record")				\
	X(RECORD_LOG, BROKEN, "record-log", "a record belongs to another log")		\
	X(RECORD_DIGEST, BROKEN, "record-digest",					\
	  "a record's digest is not that of its content")				\
	X(RECORD_ORIGIN, BROKEN, "record-origin",					\
	  "a record's origin does not fit its type")					\
	X(RECORD_TIME, BROKEN, "record-time", "time runs backwards in the log")		\
	X(RECORD_REF, BROKEN, "record-ref", "a record refers to one that is not before it") \
	X(CHECKPOINT, BROKEN, "checkpoint",						\
	  "the log departs from its own checkpoint, so it was changed before it")	\
	X(LOG_COUNT, BROKEN, "log-count",						\
	  "the log has fewer or more records than the card signed for")			\
	X(LOG_PCR, BROKEN, "log-pcr", "the log does not lead to the PCR that the card signed") \
	X(LOG_ROOT, BROKEN, "log-root",							\
	  "the log does not lead to the mountain root that the card signed")		\
	X(LOG_CURRENT, BROKEN, "log-current",						\
	  "the current kernel is not the log's last one")				\
	X(LOG_STATE, BROKEN, "log-state",						\
	  "the epoch or attach state is not where the log ends")			\
	X(LOG_INSTANCE, BROKEN, "log-instance",						\
	  "the asker's function was not assigned to this instance in the host's log")	\
	X(ATTACH_IMAGE, BROKEN, "attach-image",						\
	  "an announced attach names another image than the jump")			\
	X(PROXIMITY_MALFORMED, BROKEN, "proximity-malformed",				\
	  "the proximity session does not follow its grammar")				\
	X(PROXIMITY_SIGNATURE, BROKEN, "proximity-signature",				\
	  "the card's signature does not cover this proximity session")			\
	X(PROXIMITY_OTHER, BROKEN, "proximity-other",					\
	  "the card signed another session, or one for another nonce or function")	\
	X(PROXIMITY_AFTER, BROKEN, "proximity-after",					\
	  "the proximity session ended after the evidence was asked for")		\
	X(PROXIMITY_OPENING, BROKEN, "proximity-opening",				\
	  "the table is not what the card committed to before")				\
	X(PROXIMITY_VIOLATION, BROKEN, "proximity-violation",				\
	  "someone asked the card out of turn")						\
	X(PROXIMITY_CHALLENGES, BROKEN, "proximity-challenges",				\
	  "the card was not asked what the guest asked")				\
	X(PROXIMITY_RESPONSES, BROKEN, "proximity-responses",				\
	  "the guest was answered what the card did not answer")			\
	X(PROXIMITY_CHAIN, BROKEN, "proximity-chain",					\
	  "a challenge was not derived from the response before it")			\
	X(PROXIMITY_CLOCK, BROKEN, "proximity-clock",					\
	  "the guest's clock and the card's contradict each other")			\
	X(REGRESS, BROKEN, "regress", "this card has been seen further on before")	\
	X(FORK, BROKEN, "fork", "this card has shown another history before")		\
	X(BATCHED, POLICY, "batched",							\
	  "the card signed this for several askers at once")				\
	X(ROLE, POLICY, "role", "the evidence is not from a function of the wanted role") \
	X(LATE, POLICY, "late", "the answer took longer than the threshold")		\
	X(BUS_MISSING, POLICY, "bus-missing",						\
	  "the request was not stamped at doorbell and interrupt")			\
	X(BUS_LATE, POLICY, "bus-late",							\
	  "from doorbell to interrupt it took longer than the threshold")		\
	X(PROXIMITY_MISSING, POLICY, "proximity-missing",				\
	  "nothing shows how near the card is")						\
	X(PROXIMITY_ROUNDS, POLICY, "proximity-rounds",					\
	  "the proximity session has fewer rounds than the policy demands")		\
	X(PROXIMITY_OLD, POLICY, "proximity-old",					\
	  "the proximity session was over too long before the evidence was asked for")	\
	X(PROXIMITY_UNBOUNDED, POLICY, "proximity-unbounded",				\
	  "the policy has no bound for this model of card")				\
	X(PROXIMITY_FAR, POLICY, "proximity-far", "the card is not shown to be near")	\
	X(KERNEL_UNKNOWN, POLICY, "kernel-unknown", "this kernel matches no reference")	\
	X(CMDLINE_UNKNOWN, POLICY, "cmdline-unknown",					\
	  "this command line matches no reference")					\
	X(MODULE_UNKNOWN, POLICY, "module-unknown", "this module matches no reference")	\
	X(FIRMWARE_UNKNOWN, POLICY, "firmware-unknown",					\
	  "this firmware matches no reference")						\
	X(INITRAMFS_UNKNOWN, POLICY, "initramfs-unknown",				\
	  "this initramfs matches no reference")					\
	X(VMM_UNKNOWN, POLICY, "vmm-unknown", "this VMM matches no reference")		\
	X(HYPERVISOR_NOT_ATTESTED, POLICY, "hypervisor-not-attested",			\
	  "the evidence does not speak of the hypervisor's log")			\
	X(OS_NOT_ATTESTED, POLICY, "os-not-attested",					\
	  "the evidence does not speak of the asker's own log")				\
	X(CARD_FIRMWARE_UNKNOWN, POLICY, "card-firmware-unknown",			\
	  "the card's firmware matches no reference")					\
	X(TYPE_UNKNOWN, POLICY, "type-unknown", "a record of a type that is not known")	\
	X(RECORD_INCOMPLETE, POLICY, "record-incomplete",				\
	  "a record lacks what its type must carry")					\
	X(KEXEC_IMAGE_CHANGED, POLICY, "kexec-image-changed",				\
	  "the image in memory changed between its loading and the jump")		\
	X(KEXEC_OTHER_KERNEL, POLICY, "kexec-other-kernel",				\
	  "another kernel reported than the one announced")				\
	X(KERNEL_SILENT, POLICY, "kernel-silent",					\
	  "a kernel attached and never said which one it is")				\
	X(KERNEL_UNATTACHED, POLICY, "kernel-unattached",				\
	  "a kernel reported that had not attached, or had reported before")		\
	X(CMDLINE_MISSING, POLICY, "cmdline-missing",					\
	  "a kernel never said what its command line is")				\
	X(LIVEPATCH_UNKNOWN, POLICY, "livepatch-unknown",				\
	  "this livepatch matches no reference of a module")				\
	X(BPF_UNKNOWN, POLICY, "bpf-unknown", "this BPF program matches no reference")	\
	X(LOCKDOWN_MISSING, POLICY, "lockdown-missing",					\
	  "a kernel is not locked down as the policy demands")				\
	X(LOCKDOWN_LOWERED, POLICY, "lockdown-lowered",					\
	  "a kernel's lockdown went down, which no true kernel can do")			\
	X(SECURE_BOOT_MISSING, POLICY, "secure-boot-missing",				\
	  "a kernel does not say that Secure Boot is enabled, as the policy demands")	\
	X(MICROCODE_MISSING, POLICY, "microcode-missing",				\
	  "a CPU's microcode is not at least what the policy demands")			\
	X(COUNT_WRONG, POLICY, "count-wrong", "the count of VMs contradicts itself")	\
	X(ROOT_SELF_ASSERTED, WARNING, "root-self-asserted",				\
	  "the first kernel named itself; nothing measured it")				\
	X(NEW_ROOT, WARNING, "new-root", "reset: new unproven root")			\
	X(UNANNOUNCED_RESTART, WARNING, "unannounced-restart",				\
	  "a kernel attached that nothing announced: new unproven root")		\
	X(CRASH_KEXEC, WARNING, "crash-kexec",						\
	  "an unannounced kernel that names itself as the loaded crash kernel: only "	\
	  "a name, new unproven root")							\
	X(TAINTED, WARNING, "tainted", "the kernel is tainted beyond what is accepted")	\
	X(MEASURING_REDUCED, WARNING, "measuring-reduced",				\
	  "the kernel was told not to measure everything")				\
	X(HANDOVER_DIFFERS, WARNING, "handover-differs",				\
	  "a live update handed over another state than was expected")			\
	X(RETRIEVE_UNFROZEN, WARNING, "retrieve-unfrozen",				\
	  "a session was retrieved that the kernel before is not known to have frozen")	\
	X(TPM_KEY_UNKNOWN, WARNING, "tpm-key-unknown",					\
	  "the TPM's key matches no reference, or was not named")			\
	X(TPM_KEY_OTHER_CARD, WARNING, "tpm-key-other-card",				\
	  "the TPM's key is not, by its reference, of this card's host")		\
	X(TPM_QUOTE_SIGNATURE, WARNING, "tpm-quote-signature",				\
	  "the TPM's signature does not cover the quote before it")			\
	X(TPM_QUOTE_MALFORMED, WARNING, "tpm-quote-malformed",				\
	  "this is not a TPM's quote of SHA-384 PCRs")					\
	X(TPM_QUOTE_NONCE, WARNING, "tpm-quote-nonce", "the quote was made for another epoch") \
	X(TPM_SAME_BOOT, WARNING, "tpm-same-boot",					\
	  "the quote is of a boot that an earlier epoch has quoted already")		\
	X(TPM_RESTART_UNPROVEN, WARNING, "tpm-restart-unproven",			\
	  "the epoch before was not quoted with this key: nothing shows that the "	\
	  "host restarted since")							\
	X(TPM_QUOTE_PCRS, WARNING, "tpm-quote-pcrs", "the quote leaves out a PCR of the boot") \
	X(TPM_EVENTS_MISMATCH, WARNING, "tpm-events-mismatch",				\
	  "the firmware's events do not lead to the PCRs that were quoted")		\
	X(TPM_LOADER_UNKNOWN, WARNING, "tpm-loader-unknown",				\
	  "the firmware started a program that matches no reference")			\
	X(TPM_KERNEL_UNMEASURED, WARNING, "tpm-kernel-unmeasured",			\
	  "the last program the firmware started is not the kernel that reported")	\
	X(TPM_INPUT_UNKNOWN, WARNING, "tpm-input-unknown",				\
	  "the kernel was started without an initramfs, or with something that "	\
	  "matches no reference")							\
	X(TPM_CMDLINE_DIFFERS, WARNING, "tpm-cmdline-differs",				\
	  "the kernel was started with another command line than it reported")		\
	X(KEXEC_UNPROVEN, WARNING, "kexec-unproven",					\
	  "a kexec whose image cannot be traced to a kernel file")			\
	X(OPERATOR_INITRAMFS, WARNING, "operator-declared-initramfs",			\
	  "only the operator vouches for this initramfs")				\
	X(OPERATOR_DECLARED, WARNING, "operator-declared",				\
	  "only the operator vouches for this")						\
	X(UNMEASURED, WARNING, "unmeasured", "the kernel could not measure this")	\
	X(NOT_ATTACHED, WARNING, "not-attached",					\
	  "no kernel was attached when the card signed")				\
	X(NEARLY_FULL, WARNING, "nearly-full",						\
	  "the log was nearly full: what came later may have been left out")		\
	X(DEBUG_ENABLED, WARNING, "debug-enabled", "the card can be debugged")		\
	X(NEAR_UNTRUSTED_CLOCK, WARNING, "near-untrusted-clock",			\
	  "near only by clocks that a host controls which is not affirmed")		\
	X(NOT_TIMED, WARNING, "not-timed",						\
	  "a report does not say when it was asked for and answered")			\
	X(NO_RECEIPT, WARNING, "no-receipt",						\
	  "no receipt: the card's time to sign counts as distance")

#endif /* VOUCH_VERIFY_REASON_H */
