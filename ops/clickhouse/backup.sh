#!/bin/sh
# Backs up and restores the database. Needs curl and a ClickHouse server that allows the disk (config.d/backups.xml)
# or a bucket.
#
#   backup.sh full               a complete backup; prints its name
#   backup.sh incremental BASE   only the data that the backup BASE does not have; keep BASE
#   backup.sh restore NAME       into a database that does not exist, while no sink runs; see docs/operations/backup.md
#
# CLICKHOUSE_URL, CLICKHOUSE_DATABASE, CLICKHOUSE_USER, CLICKHOUSE_PASSWORD, CLICKHOUSE_PASSWORD_FILE and
# KAFKA_TOPIC_PREFIX are those of the service. BACKUP_TO is the destination in ClickHouse's syntax, with {name} in it:
# Disk('backups', '{name}') or S3(backups_bucket, '{name}').
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
    '' | *[!0-9A-Za-z_-]*) die "not a name of a backup: '${1:-}'" ;;
  esac
}

# The dead letters come after all other tables. A record that the sink could not store is in them instead of its own
# table, and the deletion in after-restore.sql is correct only if they are newer.
backup() {
  name=$(date -u +%Y-%m-%dT%H%M%SZ)
  base=${1:-}
  ask "BACKUP DATABASE $database EXCEPT TABLES $database.dead_letters
    TO $(place "$name/tables")$(after "$base" tables)" >&2
  ask "BACKUP TABLE $database.dead_letters TO $(place "$name/letters")$(after "$base" letters)" >&2
  echo "$name"
}

after() {
  [ -z "$1" ] || printf ' SETTINGS base_backup = %s' "$(place "$1/$2")"
}

restore() {
  [ "$(ask "SELECT count() FROM system.databases WHERE name = '$database'")" = 0 ] ||
    die "the database $database exists: rename or drop it first, with all sinks stopped"
  if ! { ask "RESTORE DATABASE $database FROM $(place "$1/tables")" &&
    ask "RESTORE TABLE $database.dead_letters FROM $(place "$1/letters")" &&
    ask "$(sed -e '/^--/d' -e "s/{database}/$database/g" -e "s/{prefix}/$KAFKA_TOPIC_PREFIX/g" \
      "$here/after-restore.sql")"; } >&2; then
    # A sink would treat a part of the database as complete.
    ask "DROP DATABASE IF EXISTS $database SYNC" >&2
    die "not restored; the partly restored database was dropped"
  fi
  ask "SELECT 'restored', count(), 'events,', 'the last one received', max(received_at)
    FROM $database.match_events FORMAT TSV"
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
