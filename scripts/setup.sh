# shellcheck shell=bash
# Sourced by the commands beside it: finds or installs what they need, or says in one line what is missing.

say() { printf '%s\n' "$*" >&2; }

# The home of the account, which is not always $HOME: builders often run with an empty one.
login_home() {
    local entry
    if entry=$(getent passwd "$(id -u)" 2>/dev/null); then
        cut -d: -f6 <<<"$entry"
    else
        printf '%s\n' "${HOME:-}"
    fi
}

# Installs Debian packages where we may, else names them and stops.
install_packages() {
    if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
        say "installing $*"
        apt-get update -qq >&2
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            -o DPkg::Lock::Timeout=120 "$@" >&2
    else
        say "please install these packages and run this again: $*"
        exit 1
    fi
}

# Whether this cargo answers and is new enough; Cargo.toml says what is enough.
cargo_is_good() {
    local needed version
    needed=$(sed -n 's/^rust-version = "1\.\([0-9]*\)".*/\1/p' Cargo.toml)
    version=$("$1" --version 2>/dev/null) || return 1
    [[ $version =~ ^cargo\ 1\.([0-9]+)\. ]] && ((BASH_REMATCH[1] >= needed))
}

# Puts a good cargo first in PATH.
need_cargo() {
    local home cargo
    home=$(login_home)
    [[ -n ${HOME:-} ]] || export HOME=$home
    for cargo in "$(command -v cargo || true)" "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" "$home/.cargo/bin/cargo"; do
        [[ -x $cargo ]] || continue
        if ! cargo_is_good "$cargo"; then
            # rustup's cargo looks for toolchains in $HOME, and they may lie in the account's own home.
            [[ -z ${RUSTUP_HOME:-} && -d $home/.rustup/toolchains ]] || continue
            RUSTUP_HOME=$home/.rustup cargo_is_good "$cargo" || continue
            export RUSTUP_HOME=$home/.rustup
        fi
        export PATH="${cargo%/*}:$PATH"
        return
    done
    # The default toolchain is too old or unset, but another one may do.
    for cargo in "${RUSTUP_HOME:-$home/.rustup}"/toolchains/*/bin/cargo; do
        if [[ -x $cargo ]] && cargo_is_good "$cargo"; then
            export PATH="${cargo%/*}:$PATH"
            return
        fi
    done
    say "please install Rust $(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml) or newer with rustup (https://rustup.rs) and run this again"
    exit 1
}

# blst is C, and Rust links with cc.
need_c_compiler() {
    command -v cc >/dev/null || install_packages gcc libc6-dev
}

# Python with the packages of tests/reference, in target/reference: an independent program computes
# with them what the library made. Where they cannot be had, that test is skipped.
want_reference() {
    local home=target/reference list=tests/reference/requirements.txt
    ! cmp -s "$list" "$home/installed" || return 0
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null && [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
        (install_packages python3 python3-venv) || true
    fi
    if python3 -m venv --clear "$home" >&2 &&
        "$home/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
            --require-hashes --timeout 20 --retries 1 --requirement "$list" >&2; then
        cp "$list" "$home/installed"
    else
        say "no Python with the packages of $list: the comparison with an independent program is skipped"
    fi
}

# The examples that HL7 publishes with FHIR, in target/examples: real consents, the definitions that our
# tables are compared with, and a small cohort for the tutorial of the Python package. Where they cannot be had, those tests are skipped.
want_examples() {
    local home=target/examples version name sum
    while read -r version name sum; do
        [[ ! -e $home/$version/$sum-cohort ]] || continue
        rm -rf "${home:?}/$version" && mkdir -p "$home/$version"
        if command -v npm >/dev/null &&
            npm pack --silent --pack-destination "$home/$version" "$name" >/dev/null 2>&1 &&
            sha256sum --quiet --check <<<"$sum  $home/$version/${name/@/-}.tgz" >&2 &&
            tar -xzf "$home/$version/${name/@/-}.tgz" -C "$home/$version" --strip-components=1 --wildcards \
                'package/Consent-*.json' 'package/StructureDefinition-*.json' \
                'package/Patient-*.json' 'package/Observation-*.json' 'package/Condition-*.json'; then
            rm "$home/$version/${name/@/-}.tgz"
            touch "$home/$version/$sum-cohort"
        else
            rm -rf "${home:?}/$version"
            say "no npm package $name: the tests with its consents are skipped"
        fi
    done <tests/consents/packages.txt
}

# What the tests of the C library need beside a compiler: where something cannot be had, its tests are skipped.
want_c_tools() {
    local packages=()
    command -v c++ >/dev/null || packages+=(g++)
    command -v pkg-config >/dev/null || packages+=(pkg-config)
    command -v valgrind >/dev/null || packages+=(valgrind)
    command -v javac >/dev/null || packages+=(default-jdk-headless)
    [[ -e ${JNA:-/usr/share/java/jna.jar} ]] || packages+=(libjna-java)
    ((${#packages[@]})) || return 0
    (install_packages "${packages[@]}") || say "without ${packages[*]} the tests that need them are skipped"
}

# Python with maturin and what the tests of bindings/python use, in target/python/tools. Fails where
# these cannot be had.
want_python_tools() {
    local home=target/python/tools list=bindings/python/tests/requirements.txt
    ! cmp -s "$list" "$home/installed" || return 0
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null && [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
        (install_packages python3 python3-venv) || true
    fi
    mkdir -p target/python
    if python3 -m venv --clear "$home" >&2 &&
        "$home/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
            --require-hashes --timeout 20 --retries 1 --requirement "$list" >&2; then
        cp "$list" "$home/installed"
    else
        say "no Python with the packages of $list: the Python package is not tested"
        return 1
    fi
}
