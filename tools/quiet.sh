# Sourced by the set-up scripts: runs a command without a word, and shows all it said if it fails.
quietly() {
    local said status
    said=$("$@" 2>&1) && return
    status=$?
    printf '%s\n' "$said" "failed: $*" >&2
    return "$status"
}
