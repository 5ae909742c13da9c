#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The third party's CA, for tests and the demo. Its folder is the third party's
# alone; the verifier gets root.pem.
#
#	ca.sh DIR init			make a root key and certificate
#	ca.sh DIR sign CSR CERTIFICATE	certify a card's device key

set -eu
dir=$1
action=$2

extensions() {
	cat <<-END
	[device]
	basicConstraints = critical, CA:TRUE, pathlen:0
	keyUsage = critical, keyCertSign, digitalSignature
	subjectKeyIdentifier = hash
	authorityKeyIdentifier = keyid
	END
}

case $action in
init)
	umask 077
	mkdir -p "$dir"
	openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-384 \
		-out "$dir/root.key"
	openssl req -new -x509 -key "$dir/root.key" -sha384 -days 7300 \
		-subj "/O=vouch third party/CN=vouch root CA" \
		-addext "basicConstraints=critical,CA:TRUE,pathlen:1" \
		-addext "keyUsage=critical,keyCertSign,cRLSign" \
		-out "$dir/root.pem"
	;;
sign)
	request=$3
	out=$4
	extensions > "$dir/device.cnf"
	openssl x509 -req -in "$request" -CA "$dir/root.pem" -CAkey "$dir/root.key" \
		-set_serial "0x4$(openssl rand -hex 15)" -sha384 -days 3650 \
		-extfile "$dir/device.cnf" -extensions device -out "$out" 2> "$dir/sign.log" || {
		cat "$dir/sign.log" >&2
		exit 1
	}
	;;
*)
	echo "ca.sh: unknown action $action" >&2
	exit 2
	;;
esac
