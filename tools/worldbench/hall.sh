# Sourced by the benches of the world: a server in the hall of 100 x 100 m with 500 colliders, alone on a core.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

readonly SERVER_CORE=1 LOAD_CORE=0 READY_SECONDS=60
export LC_ALL=C
[ "$(nproc)" -gt $SERVER_CORE ] || fail "this needs two cores, one of them for the server alone"

work=$(mktemp -d "${TMPDIR:-/tmp}/galleria-worldbench.XXXXXX")
pid=''
end_server() {
  [ -n "$pid" ] || return 0
  local ending=$pid
  pid=''
  kill -TERM "$ending" 2>/dev/null || true
  wait "$ending" || fail "the server ended with $?: $(tail -n 3 "$work/server.out")"
}
trap 'end_server; rm -rf "$work"' EXIT

# start_server URL CONNECTIONS OPTION...: waits until it answers there. So many connections may come from one address. With
# `furnished` set, the hall has seats and a boutique.
start_server() {
  local url=$1 per_address=$2
  shift 2
  {
    setup
    build_cpp release galleria-server galleria-asset-worker galleria-walkers
  } >&2
  bin=$BUILD/release/bin
  mkdir -p "$work/content/mall" "$work/web"
  "$bin/galleria-walkers" --write-hall "$work/content/mall/mall.json" --seed 1 $([ -z "${furnished:-}" ] || printf -- --furnished)
  printf '<!doctype html><title>Bench</title>\n' >"$work/web/index.html"
  taskset -c $SERVER_CORE "$bin/galleria-server" --data "$work/data" --web "$work/web" --content "$work/content" \
    --per-address "$per_address" "$@" >"$work/server.out" 2>&1 &
  pid=$!
  local deadline=$((SECONDS + READY_SECONDS))
  until curl -sk -o /dev/null --max-time 2 "$url/healthz"; do
    kill -0 $pid 2>/dev/null && [ $SECONDS -lt $deadline ] || fail "the server is not there: $(tail -n 5 "$work/server.out")"
    sleep 0.1
  done
}

# walk OPTION...: galleria-walkers against that server.
walk() { taskset -c $LOAD_CORE "$bin/galleria-walkers" --server-pid "$pid" "$@"; }
