# What the scripts of this folder share. They run `set -euo pipefail`, set CALLER to the folder of their caller,
# and change to the root of the sources.

TARGET=x86_64-unknown-linux-gnu
TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"
case "$TARGET_DIR" in
/*) ;;
*) TARGET_DIR="$PWD/$TARGET_DIR" ;;
esac
TOOLS="$TARGET_DIR/tools"

# The tools, in the versions that were tried together.
CARGO_AUDITABLE=0.7.7
CARGO_DEB=3.8.0
CARGO_GENERATE_RPM=0.21.1
CARGO_CYCLONEDX=0.5.9

step() {
    printf '\n=== %s  (%s)\n' "$1" "$(date -u +%T)"
}

run() {
    printf '+ %s\n' "$*"
    "$@"
}

# An error is one line: what was expected, what was found, what to do.
fail() {
    printf '%s: %s\n' "$PROGRAM" "$1" >&2
    exit 1
}

need() { # PROGRAM DEBIAN_PACKAGE
    command -v "$1" >/dev/null ||
        fail "expected the program $1, found none; on Debian, run: apt-get install --no-install-recommends $2"
}

# Builds a tool of crates.io once, in target/tools.
tool() { # CRATE VERSION
    [ "$(cat "$TOOLS/$1.version" 2>/dev/null)" != "$2" ] || return 0
    # The tool is not part of a release: neither the settings nor the commit of a build apply to it.
    run env -u RUSTFLAGS -u CARGO_ENCODED_RUSTFLAGS -u CARGO_BUILD_TARGET -u BYOK_SOURCE_COMMIT \
        CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0 \
        cargo install --quiet --debug --locked --force "$1" --version "$2" --root "$TOOLS" --target-dir "$TOOLS/build"
    printf '%s\n' "$2" >"$TOOLS/$1.version"
}

# Copies the sources as they are here, with changes that are not committed, to an empty folder.
copy_sources() { # FOLDER
    if [ -e .git ]; then
        git ls-files -z --cached --others --exclude-standard |
            while IFS= read -r -d '' file; do
                if [ -e "$file" ]; then printf '%s\0' "$file"; fi
            done
    else
        find . -name target -prune -o ! -type d -print0
    fi | tar --create --null --no-recursion --files-from=- | tar --extract --directory "$1"
}

# The absolute path of a path that the caller gave.
path() { # PATH
    (cd "$CALLER" && realpath -m -- "$1")
}

sha256() { # FILE
    sha256sum <"$1" | cut -d' ' -f1
}
