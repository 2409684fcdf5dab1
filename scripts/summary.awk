# Reads what `cargo test -- --show-output` printed and closes it with "N passed, N failed, N skipped".
#
# A test that finds none of its data prints `skipped: …` and returns, which the harness counts as
# passed. With --show-output each passed test's output stands in a section of its own, so the
# lines cannot mix: a section with such a line is one test skipped, not one passed.
# Exit 1 if a test failed or none passed.

/^running [0-9]+ tests?$/ { listing = section = 0 }
/^successes:$/ { listing = 1; section = 0 }
/^failures:$/ { listing = 0; section = 0 }
/^---- .* stdout ----$/ { section = listing }
/^skipped: / && section { skipped++; passed--; section = 0 }
/^test result: (ok|FAILED)\. [0-9]+ passed; [0-9]+ failed; [0-9]+ ignored;/ {
    passed += $4
    failed += $6
    skipped += $8
    listing = section = 0
}
END {
    printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
    exit (failed > 0 || passed <= 0)
}
