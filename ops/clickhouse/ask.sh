# Functions that the scripts of this directory share; not a program of its own.
: "${CLICKHOUSE_URL:=http://127.0.0.1:8123}" "${CLICKHOUSE_USER:=default}"
: "${CLICKHOUSE_PASSWORD:=}" "${CLICKHOUSE_PASSWORD_FILE:=}"

die() {
  echo "$*" >&2
  exit 1
}

# Passes statement and password by standard input, because every user of the machine can read arguments.
ask() {
  password=$CLICKHOUSE_PASSWORD
  [ -z "$CLICKHOUSE_PASSWORD_FILE" ] || password=$(cat "$CLICKHOUSE_PASSWORD_FILE")
  {
    option header "X-ClickHouse-User: $CLICKHOUSE_USER"
    [ -z "$password" ] || option header "X-ClickHouse-Key: $password"
    option data-binary "$1"
  } | curl --silent --show-error --fail-with-body --config - "$CLICKHOUSE_URL/"
}

option() {
  printf '%s = "%s"\n' "$1" "$(printf '%s' "$2" | tr '\n' ' ' | sed 's/[\\"]/\\&/g')"
}
