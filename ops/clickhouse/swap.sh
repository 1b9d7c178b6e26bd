#!/bin/sh
# Puts the tables of one database in the place of another's, where the views are: after all was counted anew beside (RUNBOOK.md). Needs curl.
#
#   swap.sh OLD NEW     OLD gets NEW's rows, and of its own those that are older than all of NEW's; NEW gets what OLD had
#   swap.sh back OLD NEW
#
# While no sink runs. CLICKHOUSE_URL, CLICKHOUSE_USER, CLICKHOUSE_PASSWORD and CLICKHOUSE_PASSWORD_FILE are the service's.
set -eu
. "$(dirname "$0")/ask.sh"

exchange() {
  for table in match_events match_minutes match_stats dead_letters sink_marks; do
    ask "EXCHANGE TABLES $1.$table AND $2.$table"
  done
}

# Without offsets and numbers, which are of the old topics: neither the sink nor the ledger goes by them. A minute more than must be, since events
# are not received quite in the order in which Kafka has them; what is in both is left out.
keep_older() {
  ask "INSERT INTO $2.match_events (event_id, match_id, event_type, timestamp, team_id, player_id, metadata, received_at, kafka_partition,
       kafka_offset, source_partition, accepted_number)
     SELECT event_id, match_id, event_type, timestamp, team_id, player_id, metadata, received_at, -1, -1, -1, 0
     FROM $1.match_events AS old
     LEFT JOIN (SELECT source_partition, min(received_at) AS first FROM $2.match_events GROUP BY source_partition) AS new
       ON new.source_partition = old.source_partition
     WHERE (new.first = toDateTime64(0, 6, 'UTC') OR old.received_at < new.first + INTERVAL 1 MINUTE)
       AND (match_id, event_id) NOT IN (SELECT match_id, event_id FROM $2.match_events)"
  for table in match_minutes match_stats; do
    ask "INSERT INTO $2.$table SELECT * REPLACE (toInt32(-1) AS kafka_partition, toInt64(-1) AS kafka_offset) FROM $1.$table
       WHERE match_id NOT IN (SELECT match_id FROM $2.match_events WHERE accepted_number > 0)"
  done
}

if [ "${1:-}" = back ]; then
  [ $# -eq 3 ] || die "usage: $0 back OLD NEW"
  exchange "$2" "$3"
else
  [ $# -eq 2 ] || die "usage: $0 OLD NEW"
  keep_older "$1" "$2"
  exchange "$1" "$2"
fi
