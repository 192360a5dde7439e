#!/bin/sh
# Installs byok, its manual pages and its shell completions: sh install.sh [PREFIX]
#
# PREFIX is /usr/local if it is not given. With DESTDIR in the environment, the files go to
# DESTDIR/PREFIX, as packagers need it. The same command installs a newer version over an older one.
set -eu

cd "$(dirname "$0")"
prefix="${1:-/usr/local}"
case "$prefix" in
/*) ;;
*)
    printf 'install.sh: expected an absolute path as PREFIX, found %s; run: sh install.sh %s/%s\n' "$prefix" "$PWD" "$prefix" >&2
    exit 2
    ;;
esac
root="${DESTDIR:-}$prefix"
[ -x byok ] || {
    printf 'install.sh: expected the program byok in %s, found none; unpack the tar.gz again\n' "$PWD" >&2
    exit 1
}

put() { # MODE FOLDER FILE...
    mode="$1" folder="$root/$2"
    shift 2
    mkdir -p "$folder"
    for file in "$@"; do
        # A copy under another name first: a program that runs is replaced, not written to.
        cp "$file" "$folder/.${file##*/}.new"
        chmod "$mode" "$folder/.${file##*/}.new"
        mv "$folder/.${file##*/}.new" "$folder/${file##*/}"
    done
}

put 755 bin byok
put 644 share/man/man1 man/*.1
put 644 share/man/man7 man/*.7
put 644 share/bash-completion/completions completions/byok.bash
mv "$root/share/bash-completion/completions/byok.bash" "$root/share/bash-completion/completions/byok"
put 644 share/zsh/site-functions completions/_byok
put 644 share/fish/vendor_completions.d completions/byok.fish
put 644 share/doc/byok README.md CHANGELOG.md RELEASE.md SECURITY.md LICENSE-APACHE LICENSE-MIT
printf 'install.sh: installed byok in %s\n' "$root"
