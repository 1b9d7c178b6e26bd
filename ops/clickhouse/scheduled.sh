#!/bin/sh
# Makes a full backup and deletes old ones. The chart's CronJob and compose's `backup` run it. It needs the same as
# backup.sh.
#
#   scheduled.sh once     exit code 3: the backup is made, but not all old ones could be deleted
#   scheduled.sh every    forever: the next one BACKUP_INTERVAL seconds after a success, a 24th of that after a failure
#   scheduled.sh fresh    fails unless `every` has made one within the last two intervals; for a health check
#
# BACKUP_FOLDER is the folder in which this script sees the backups. After a new backup it deletes those older than
# BACKUP_KEEP_DAYS days, unless a remaining backup is based on them. Without it the script deletes none: a bucket has
# lifecycle rules. The pattern of a backup's name is a variable that the shell must expand.
# shellcheck disable=SC2125,SC2086
set -eu
export LC_ALL=C

: "${BACKUP_FOLDER:=}" "${BACKUP_KEEP_DAYS:=}" "${BACKUP_INTERVAL:=}" "${TMPDIR:=/tmp}"
: "${BACKUP_KEEP_DAYS:=14}" "${BACKUP_INTERVAL:=86400}"
here=$(dirname "$0")
made=$TMPDIR/backup-made
not_deleted=3

check_number() {
  case $2 in
    '' | 0* | *[!0-9]* | ??????????*) echo "$1 is not a positive integer: '$2'" >&2 && exit 2 ;;
  esac
}

# Names are times, so they sort by age. The newest is deleted first: an incremental backup goes before its base. If
# one cannot be deleted, the script continues with the next.
delete_old() {
  day=20[0-9][0-9]-[01][0-9]-[0-3][0-9]
  oldest=$(date -u -d "@$(($(date +%s) - BACKUP_KEEP_DAYS * 86400))" +%Y-%m-%dT%H%M%SZ) || return
  (cd "$BACKUP_FOLDER" && ls -d $day"T"[0-2][0-9][0-5][0-9][0-6][0-9]Z) | sort -r | {
    code=0
    while read -r name; do
      if ! expr "$name" '<' "$oldest" >/dev/null || is_needed "$name"; then
        continue
      elif rm -r "${BACKUP_FOLDER:?}/$name"; then
        echo "deleted $name"
      else
        code=1
      fi
    done
    return $code
  }
}

# The head of a backup's description names its base, before the list of files.
is_needed() {
  for description in "$BACKUP_FOLDER"/*/*/.backup; do
    head -c 4096 "$description" | grep -o '<base_backup>[^<]*'
  done | grep -q -F "'$1/"
}

once() {
  name=$(sh "$here/backup.sh" full)
  echo "made $name"
  if [ -z "$BACKUP_FOLDER" ]; then
    return
  elif [ -d "$BACKUP_FOLDER/$name" ]; then
    delete_old || {
      echo "not all old backups could be deleted" >&2
      exit $not_deleted
    }
  else
    echo "the backup is not in $BACKUP_FOLDER, so none is deleted there" >&2
  fi
}

check_number BACKUP_KEEP_DAYS "$BACKUP_KEEP_DAYS"
check_number BACKUP_INTERVAL "$BACKUP_INTERVAL"
case ${1:-} in
  once) once ;;
  every)
    while :; do
      # A command of its own, because `set -e` does not apply within a condition.
      code=0
      sh "$0" once || code=$?
      if [ $code = 0 ] || [ $code = $not_deleted ]; then
        touch "$made"
        sleep "$BACKUP_INTERVAL"
      else
        echo "no backup; the next try in $((BACKUP_INTERVAL / 24 + 1)) s" >&2
        sleep "$((BACKUP_INTERVAL / 24 + 1))"
      fi
    done
    ;;
  fresh) [ -n "$(find "$made" -mmin "-$((BACKUP_INTERVAL / 30 + 1))")" ] ;;
  *)
    echo "usage: $0 once | every | fresh" >&2
    exit 2
    ;;
esac
