/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VOUCH_VERIFY_FINDING_H
#define VOUCH_VERIFY_FINDING_H

/* What an appraisal can find, and the list in which it collects it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VOUCH_FINDING_NAME	128
#define VOUCH_FINDING_DIGEST	48
#define VOUCH_NO_RECORD		UINT64_MAX

/**
 * enum vouch_class - what a finding means for the verdict
 * @VOUCH_CLASS_UNTOLD: nothing can be said
 * @VOUCH_CLASS_BROKEN: the evidence does not hold
 * @VOUCH_CLASS_POLICY: the evidence holds, and the policy is not met
 * @VOUCH_CLASS_WARNING: a weakness; a policy failure unless it is accepted
 */
enum vouch_class {
	VOUCH_CLASS_UNTOLD,
	VOUCH_CLASS_BROKEN,
	VOUCH_CLASS_POLICY,
	VOUCH_CLASS_WARNING,
};

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
	X(REGRESS, BROKEN, "regress", "this card has been seen further on before")	\
	X(FORK, BROKEN, "fork", "this card has shown another history before")		\
	X(ROLE, POLICY, "role", "the evidence is not from a function of the wanted role") \
	X(LATE, POLICY, "late", "the answer took longer than the threshold")		\
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
	X(TPM_KEY_UNKNOWN, WARNING, "tpm-key-unknown",					\
	  "the TPM's key matches no reference, or was not named")			\
	X(TPM_QUOTE_SIGNATURE, WARNING, "tpm-quote-signature",				\
	  "the TPM's signature does not cover the quote before it")			\
	X(TPM_QUOTE_MALFORMED, WARNING, "tpm-quote-malformed",				\
	  "this is not a TPM's quote of SHA-384 PCRs")					\
	X(TPM_QUOTE_NONCE, WARNING, "tpm-quote-nonce", "the quote was made for another epoch") \
	X(TPM_SAME_BOOT, WARNING, "tpm-same-boot",					\
	  "the quote is of a boot that an earlier epoch has quoted already")		\
	X(TPM_QUOTE_PCRS, WARNING, "tpm-quote-pcrs", "the quote leaves out a PCR of the boot") \
	X(TPM_EVENTS_MISMATCH, WARNING, "tpm-events-mismatch",				\
	  "the firmware's events do not lead to the PCRs that were quoted")		\
	X(TPM_LOADER_UNKNOWN, WARNING, "tpm-loader-unknown",				\
	  "the firmware started a program that matches no reference")			\
	X(TPM_KERNEL_UNMEASURED, WARNING, "tpm-kernel-unmeasured",			\
	  "the last program the firmware started is not the kernel that reported")	\
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
	X(NO_RECEIPT, WARNING, "no-receipt",						\
	  "no receipt: the card's time to sign counts as distance")

/* VOUCH_REASON_NONE is for a check that found nothing. */
enum vouch_reason {
	VOUCH_REASON_NONE,
#define VOUCH_REASON(name, class, code, text) VOUCH_##name,
	VOUCH_REASONS(VOUCH_REASON)
#undef VOUCH_REASON
	VOUCH_REASON_COUNT
};

/**
 * struct vouch_finding - one thing that was found
 * @reason: enum vouch_reason
 * @class: what it means, the policy applied
 * @log: which log, where @record is one
 * @record: its number, or VOUCH_NO_RECORD
 * @type: the record's type, 0 for none
 * @has_digest: @digest is set
 * @digest: what was measured
 * @name: the record's name or the part of the package, terminated, may be
 *	empty; UTF-8 from the input, so escape it before showing it
 */
struct vouch_finding {
	enum vouch_reason reason;
	enum vouch_class class;
	uint32_t log;
	uint32_t type;
	uint64_t record;
	bool has_digest;
	uint8_t digest[VOUCH_FINDING_DIGEST];
	char name[VOUCH_FINDING_NAME + 1];
};

/**
 * struct vouch_findings - a list of bounded length; the caller owns @items
 * @items: room for @room findings
 * @room: how many fit
 * @count: how many are there
 * @totals: how many of each class were found, kept or not
 * @first_bad: the first of class BROKEN, or else of class POLICY
 * @accept: by reason, which warnings the policy accepts
 */
struct vouch_findings {
	struct vouch_finding *items;
	size_t room;
	size_t count;
	uint64_t totals[VOUCH_CLASS_WARNING + 1];
	struct vouch_finding first_bad;
	const bool *accept;
};

/**
 * vouch_finding_init() - a finding about no record
 * @finding: returns it
 * @reason: why
 * @name: part of the package, terminated, may be NULL
 */
void vouch_finding_init(struct vouch_finding *finding, enum vouch_reason reason,
			const char *name);

/**
 * vouch_findings_add() - collect a finding
 * @list: the list; a full one only counts
 * @finding: copied; its class is set from its reason and the policy
 */
void vouch_findings_add(struct vouch_findings *list, const struct vouch_finding *finding);

/**
 * vouch_findings_note() - collect a finding about no record
 * @list: the list
 * @reason: why; nothing is added for VOUCH_REASON_NONE
 * @name: part of the package, terminated, may be NULL
 *
 * Return: whether it was a reason.
 */
bool vouch_findings_note(struct vouch_findings *list, enum vouch_reason reason,
			 const char *name);

/**
 * vouch_findings_retract() - take a finding back that turned out not to hold
 * @list: the list, which has it, kept or only counted
 * @reason: why
 * @log: which log
 * @record: its number
 */
void vouch_findings_retract(struct vouch_findings *list, enum vouch_reason reason, uint32_t log,
			    uint64_t record);

/* Static facts about a reason; constant strings. */
const char *vouch_reason_code(enum vouch_reason reason);
const char *vouch_reason_text(enum vouch_reason reason);
enum vouch_class vouch_reason_class(enum vouch_reason reason);
const char *vouch_class_text(enum vouch_class class);

/**
 * vouch_reason_from_code() - the reason that has this code
 * @code: terminated
 *
 * Return: the reason, VOUCH_REASON_NONE for none.
 */
enum vouch_reason vouch_reason_from_code(const char *code);

#endif /* VOUCH_VERIFY_FINDING_H */
