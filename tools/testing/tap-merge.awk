# SPDX-License-Identifier: GPL-2.0-only
#
# One program's TAP or KTAP (stdin) as results that can be appended to others:
# every result is named after the program; a program that crashed, printed no
# plan or another number of results than planned is itself a failure.
#
#   awk -v program=NAME -v status=EXIT -f tap-merge.awk

function result(text) { print text; seen++; if (text ~ /^not ok/) failed++ }

# KTAP: a subtest's results are indented, its plan too; a parent's line sums up.
/^(not )?ok ([0-9]+|-)/ {
	verdict = ($1 == "not") ? "not ok" : "ok"
	text = $0
	sub(/^(not )?ok ([0-9]+ *)?(- *)?/, "", text)
	result(verdict " - " program ": " text)
	next
}
/^1\.\.[0-9]+/ {
	split($1, plan, /\.\./)
	planned += plan[2]
	plans++
	skipped_all = plan[2] == 0 && /SKIP/
	next
}
/^TAP version|^KTAP version/ { next }
/^Bail out!/ { result("not ok - " program ": " $0); next }
{ print ($0 ~ /^#/) ? $0 : "# " $0 }

END {
	if (skipped_all)
		print "ok - " program ": # SKIP"
	else if (!plans)
		print "not ok - " program ": printed no plan (exit " status ")"
	else if (planned != seen)
		print "not ok - " program ": planned " planned ", ran " seen " (exit " status ")"
	else if (status != 0 && !failed)
		print "not ok - " program ": ended with " status
	else if (!seen)
		print "not ok - " program ": ran nothing"
}
