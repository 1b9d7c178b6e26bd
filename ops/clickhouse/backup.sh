#!/bin/sh
# Backs up the database, and brings it back. Needs curl and a ClickHouse whose server allows the disk (config.d/backups.xml) or a bucket.
#
#   backup.sh full               a backup of its own; prints its name
#   backup.sh incremental BASE   only what the backup BASE has not; BASE must be kept
#   backup.sh restore NAME       into a database that is not there, while no sink runs; see RUNBOOK.md
#
# CLICKHOUSE_URL, CLICKHOUSE_DATABASE, CLICKHOUSE_USER, CLICKHOUSE_PASSWORD, CLICKHOUSE_PASSWORD_FILE and KAFKA_TOPIC_PREFIX are the service's.
# BACKUP_TO is where backups go, in ClickHouse's words, with {name} in it: Disk('backups', '{name}') or S3(backups_bucket, '{name}').
set -eu

: "${CLICKHOUSE_DATABASE:=fanfinity}" "${KAFKA_TOPIC_PREFIX:=}" "${BACKUP_TO:=}"
[ -n "$BACKUP_TO" ] || BACKUP_TO="Disk('backups', '{name}')"
here=$(dirname "$0")
database=$CLICKHOUSE_DATABASE
. "$here/ask.sh"

place() {
  printf '%s' "$BACKUP_TO" | sed "s|{name}|$1|"
}

check_name() {
  case ${1:-} in
    '' | *[!0-9A-Za-z_-]*) die "no name of a backup: '${1:-}'" ;;
  esac
}

# The dead letters after all other tables: a record that the sink could not store is in them instead of its own table, and what restore
# leaves out of them (after-restore.sql) is right only if they are the newer ones.
backup() {
  name=$(date -u +%Y-%m-%dT%H%M%SZ)
  base=${1:-}
  ask "BACKUP DATABASE $database EXCEPT TABLES $database.dead_letters TO $(place "$name/tables")$(after "$base" tables)" >&2
  ask "BACKUP TABLE $database.dead_letters TO $(place "$name/letters")$(after "$base" letters)" >&2
  echo "$name"
}

after() {
  [ -z "$1" ] || printf ' SETTINGS base_backup = %s' "$(place "$1/$2")"
}

restore() {
  [ "$(ask "SELECT count() FROM system.databases WHERE name = '$database'")" = 0 ] ||
    die "the database $database is there: rename or drop it first, with all sinks stopped"
  if ! { ask "RESTORE DATABASE $database FROM $(place "$1/tables")" &&
    ask "RESTORE TABLE $database.dead_letters FROM $(place "$1/letters")" &&
    ask "$(sed -e '/^--/d' -e "s/{database}/$database/g" -e "s/{prefix}/$KAFKA_TOPIC_PREFIX/g" "$here/after-restore.sql")"; } >&2; then
    # Half of it would be taken for all by a sink.
    ask "DROP DATABASE IF EXISTS $database SYNC" >&2
    die "not restored; what there was of it is dropped again"
  fi
  ask "SELECT 'restored', count(), 'events,', 'the last one received', max(received_at) FROM $database.match_events FORMAT TSV"
}

case ${1:-} in
  full) backup ;;
  incremental)
    check_name "${2:-}"
    backup "$2"
    ;;
  restore)
    check_name "${2:-}"
    restore "$2"
    ;;
  *) die "usage: $0 full | incremental BASE | restore NAME" ;;
esac
