#!/bin/sh
# Replaces the tables of one database, which has the views, by those of another (docs/operations). Needs curl.
#
#   swap.sh OLD NEW        NEW was counted again from the same topic of events: OLD gets NEW's rows and keeps its own
#                          rows that are older than all of NEW's; NEW gets OLD's tables
#   swap.sh join OLD NEW   NEW has the events of another topic: OLD gets NEW's rows and keeps all of its own;
#                          NEW gets OLD's tables
#   swap.sh back OLD NEW   each gets its own tables back
#
# Run it while no sink runs. If it fails midway, it undoes its exchanges. If that fails too, or the script is killed,
# run it again: it continues from the current state. CLICKHOUSE_URL, CLICKHOUSE_USER, CLICKHOUSE_PASSWORD and
# CLICKHOUSE_PASSWORD_FILE are those of the service.
set -eu
. "$(dirname "$0")/ask.sh"

tables="'match_events', 'match_minutes', 'match_stats', 'dead_letters', 'sink_marks', 'sink_topics'"

# Records the owner of each table by its UUID, which an exchange of names does not change. ClickHouse exchanges two
# tables in one step, and twelve in six steps.
remember() {
  ask "CREATE TABLE IF NOT EXISTS $2.swapped (name String, old UUID, new UUID) ENGINE = MergeTree ORDER BY name" >&2
  [ "$(ask "SELECT count() FROM $2.swapped")" != 0 ] || ask "INSERT INTO $2.swapped SELECT name, old.uuid, new.uuid
    FROM (SELECT name, uuid FROM system.tables WHERE database = '$1' AND name IN ($tables)) AS old
    JOIN (SELECT name, uuid FROM system.tables WHERE database = '$2') AS new USING name" >&2
}

check_remembered() {
  there="(SELECT uuid FROM system.tables WHERE database IN ('$1', '$2'))"
  [ "$(ask "SELECT count() >= 5 AND countIf(old IN $there AND new IN $there) = count() FROM $2.swapped")" = 1 ] ||
    die "the tables of $1 and $2 are not those that are listed in $2.swapped"
}

# The tables that OLD must have but does not: its own (`old`) or the `new` ones.
misplaced() {
  ask "SELECT name FROM $2.swapped WHERE $3 NOT IN (SELECT uuid FROM system.tables WHERE database = '$1') ORDER BY name"
}

place() {
  names=$(misplaced "$@") || return
  for table in $names; do
    ask "EXCHANGE TABLES $1.$table AND $2.$table" >&2 || return
  done
}

swap() {
  place "$1" "$2" new && return
  place "$1" "$2" old || die "HALF SWAPPED, start no sink: run this again, or 'back', until it succeeds"
  die "not swapped: the exchanged tables are exchanged back"
}

# Events that only OLD has. NEW begins with the first record that both have: the same event, received at the same time.
left="FROM OLD.match_events AS old
     LEFT JOIN (SELECT source_partition, min(accepted_number) AS first, min(received_at) AS began
         FROM OLD.match_events
         WHERE accepted_number > 0 AND (match_id, event_id, received_at) IN
           (SELECT match_id, event_id, received_at FROM NEW.match_events WHERE accepted_number > 0)
         GROUP BY source_partition) AS new
       ON new.source_partition = old.source_partition
     WHERE (match_id, event_id) NOT IN (SELECT match_id, event_id FROM NEW.match_events)"
# By number and by time, because neither is exactly Kafka's order. Numbers are in the order of counting, and records
# that the source had left out are counted later. Times of receipt are those of several clocks. A row that is older by
# one of the two is kept: a row too many can be seen, and a lost one cannot be counted again.
older="(new.first = 0 OR old.accepted_number < new.first OR old.received_at < new.began + INTERVAL 1 MINUTE)"

ask_both() {
  ask "$(printf '%s' "$3" | sed -e "s/OLD\./$1./g" -e "s/NEW\./$2./g")"
}

# Without offsets and sequence numbers, which belong to the old topics, so that neither the sink nor the ledger uses
# them.
keep() {
  # OLD may be the table of a version without these columns.
  newer=$(ask "SELECT arrayStringConcat(groupArray(concat(', ', name))) FROM system.columns
    WHERE database = '$1' AND table = 'match_events' AND name IN ('metadata_sent', 'producer')")
  ask_both "$1" "$2" "INSERT INTO NEW.match_events (event_id, match_id, event_type, timestamp, team_id, player_id,
       metadata, received_at, kafka_partition, kafka_offset, source_partition, accepted_number, acceptance$newer)
     SELECT event_id, match_id, event_type, timestamp, team_id, player_id, metadata,
       received_at, -1, -1, -1, 0, acceptance$newer $left AND $3" >&2
  for table in match_minutes match_stats; do
    ask_both "$1" "$2" "INSERT INTO NEW.$table
       SELECT * REPLACE (toInt32(-1) AS kafka_partition, toInt64(-1) AS kafka_offset) FROM OLD.$table
       WHERE match_id NOT IN (SELECT match_id FROM NEW.match_events WHERE accepted_number > 0)" >&2
  done
}

mode=replace
case ${1:-} in
  join | back)
    mode=$1
    shift
    ;;
esac
[ $# -eq 2 ] || die "usage: $0 [join | back] OLD NEW"
[ "$mode" = back ] || remember "$1" "$2"
check_remembered "$1" "$2"
if [ "$mode" = back ]; then
  place "$1" "$2" old
  exit
fi
exchanged=$(misplaced "$1" "$2" old)
if [ -z "$exchanged" ]; then
  if [ "$mode" = replace ]; then
    keep "$1" "$2" "$older"
  else
    keep "$1" "$2" true
  fi
fi
swap "$1" "$2"
