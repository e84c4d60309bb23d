# Shared by the commands in tools/: where things are, how progress is told, what has to be installed and built.
# Sourced, never run. Everything it makes lies under build/ and node_modules/.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=$ROOT/build
CONTENT=$BUILD/content
NODE_BIN=$ROOT/node_modules/.bin
mkdir -p "$BUILD"
# Lets two checkouts in different folders share what was compiled.
export CCACHE_BASEDIR=$ROOT CCACHE_NOHASHDIR=1

say() { printf '%s\n' "$*"; }
fail() {
  printf 'galleria: %s\n' "$*" >&2
  exit 1
}

# step "what" command...: runs it quietly, tells how long it took, shows the last lines of what it printed if it failed.
step() {
  local what=$1 log start=$SECONDS
  shift
  log=$BUILD/log/$(printf '%s' "$what" | tr -cs 'a-zA-Z0-9' '-' | tr 'A-Z' 'a-z').log
  mkdir -p "$BUILD/log"
  printf '  %-52s' "$what"
  if "$@" >"$log" 2>&1; then
    printf ' %4d s\n' $((SECONDS - start))
  else
    printf ' failed after %d s\n' $((SECONDS - start))
    tail -n "${STEP_TAIL:-40}" "$log" >&2
    printf 'galleria: "%s" failed; the whole output is in build/log/%s\n' "$what" "$(basename "$log")" >&2
    return 1
  fi
}

# unchanged NAME paths...: true if the content of the tracked and new files below these paths is what it was when
# `remember NAME paths...` last ran.
fingerprint() { (cd "$ROOT" && git ls-files -z -co --exclude-standard -- "$@" | xargs -0 -r sha256sum 2>/dev/null | sha256sum); }
unchanged() {
  local stamp=$BUILD/stamp/$1
  shift
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint "$@")" ]
}
remember() {
  local stamp=$BUILD/stamp/$1
  shift
  mkdir -p "$BUILD/stamp"
  fingerprint "$@" >"$stamp"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
    fail "this needs root: $*"
  fi
}

install_debian_packages() {
  local wanted there missing=() name
  wanted=$(grep -v '^#' "$ROOT/tools/packages.txt")
  # A Node of the machine's own brings npm along; Debian's package would only be a second one.
  command -v npm >/dev/null && wanted=$(printf '%s\n' "$wanted" | grep -vx npm)
  # shellcheck disable=SC2086  # one question for all of them: forty would take most of a second
  there=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null || true)
  for name in $wanted; do
    [[ $'\n'$there$'\n' == *$'\n'"installed $name"$'\n'* ]] || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  step "Installing ${#missing[@]} Debian packages" install_these "${missing[@]}"
}
install_these() {
  as_root apt-get update
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# As package-lock.json has it.
node_version() { node -p 'require(process.argv[1]).packages["node_modules/node"].version' "$ROOT/package-lock.json"; }
install_npm_packages() {
  if [ -x "$NODE_BIN/node" ] && unchanged npm package-lock.json package.json '*/package.json'; then return 0; fi
  # npm leaves out optional packages that need a newer Node than the one it runs on, so Node 22 comes first.
  if ! node --version 2>/dev/null | grep -q '^v22'; then
    step "Installing Node 22" npm --prefix "$BUILD/node" install --no-fund --no-audit "node@$(node_version)"
    PATH=$BUILD/node/node_modules/.bin:$PATH
  fi
  step "Installing npm packages" npm --prefix "$ROOT" ci --no-fund --no-audit
  "$NODE_BIN/node" --version | grep -q '^v22' || fail "npm's package node did not bring Node 22; remove node_modules and try again"
  remember npm package-lock.json package.json '*/package.json'
}

setup() {
  command -v apt-get >/dev/null || fail "Galleria is built on Debian 12; this machine has no apt-get"
  command -v git >/dev/null || fail "git is missing: apt-get install git"
  install_debian_packages
  # Debian's npm finds its own parts through Debian's Node only; another Node has to be told.
  [[ $(readlink -f "$(command -v npm)") != /usr/share/nodejs/* ]] || export NODE_PATH=/usr/share/nodejs
  install_npm_packages
  export PATH=$NODE_BIN:$PATH
}

# build_cpp PRESET targets...: configures once, then lets Ninja decide what is stale.
build_cpp() {
  local preset=$1
  shift
  [ -f "$BUILD/$preset/build.ninja" ] || step "Configuring the $preset build" cmake -S "$ROOT" --preset "$preset"
  step "Building C++ ($preset)" ninja -C "$BUILD/$preset" "$@"
}

build_programs() {
  build_cpp release galleria-server galleria-asset-worker galleria-shop galleria-keys galleria-loadbot galleria-bake galleria-mannequin galleria-furniture
}

build_web() {
  unchanged web client-proto && [ -f "$BUILD/web/index.html" ] && return 0
  step "Building the client's brain to WebAssembly" "$ROOT/client-proto/wasm/build" "$BUILD/wasm/brain.wasm"
  step "Building the web client" npm --prefix "$ROOT/client-proto/web" run build
  remember web client-proto
}

# foundry PROGRAM: its path. Its link in node_modules/.bin is missing where Debian's npm has left out the packages of other
# systems, which claim the same name.
foundry() {
  local binary
  binary=$(find "$ROOT"/node_modules/@foundry-rs/"$1"-linux-*/bin -name "$1" 2>/dev/null | head -1)
  [ -x "$binary" ] || fail "$1 is not installed; run tools/test or tools/run once"
  printf '%s' "$binary"
}

build_contracts() {
  unchanged contracts chain-bridge/contracts && [ -d "$BUILD/contracts/out" ] && return 0
  step "Compiling the contracts" env -C "$ROOT/chain-bridge/contracts" "$(foundry forge)" build --offline --skip test
  remember contracts chain-bridge/contracts
}

# The demo's content is made by our own programs; each maker skips what has not changed. Figures and garments travel
# compressed, so a brotli file is laid beside each.
build_content() {
  local room out
  mkdir -p "$CONTENT"
  for room in mall mannequin furniture; do
    unchanged "content-$room" "tools/$room" client-proto/web/src/place && continue
    out=$CONTENT
    [ "$room" = furniture ] && out=$CONTENT/furniture
    step "Making the demo's content: $room" "$ROOT/tools/$room/make" "$out"
    remember "content-$room" "tools/$room" client-proto/web/src/place
  done
  find "$CONTENT/avatar" "$CONTENT/garments" -name '*.glb' | while read -r out; do
    # Told not to, brotli does not give its output the (rounded) time of its input, which would look too old for ever.
    [ "$out.br" -nt "$out" ] || brotli -q 9 -f -n -o "$out.br" "$out"
  done
}
