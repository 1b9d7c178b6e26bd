-- Views for analysts. They return the newest state, so a query needs no knowledge of engines, versions or FINAL.

-- One row per minute of each match.
CREATE OR REPLACE VIEW ${database}.match_minutes_latest AS
SELECT match_id, minute, events, by_type, by_team, version
FROM ${database}.match_minutes FINAL;

-- One row per match.
CREATE OR REPLACE VIEW ${database}.match_summary AS
SELECT match_id, status, home_team_id, home_team, away_team_id, away_team, score, shootout, total_events,
       events_by_type, events_by_team, goals, yellow_cards, red_cards, duplicates, first_event_at, last_event_at,
       last_activity_at, events_per_minute_average, events_per_minute_peak, peak_minute, peak_events,
       response_p50, response_p95, response_p99, version, body
FROM ${database}.match_stats FINAL;

-- The minutes of each match, the busiest first. Of two equally busy minutes, the earlier is first.
-- `WHERE position <= 5` selects the peakPeriods of the contract.
CREATE OR REPLACE VIEW ${database}.top_minutes AS
SELECT match_id, minute, events, row_number() OVER (PARTITION BY match_id ORDER BY events DESC, minute ASC) AS position
FROM ${database}.match_minutes FINAL
WHERE events > 0;

-- The counts of each team in each match. The view does not count events that a retraction cancels.
CREATE OR REPLACE VIEW ${database}.team_comparison AS
SELECT e.match_id AS match_id, e.team_id AS team_id, any(s.score)[e.team_id] AS score,
       count() AS events,
       countIf(e.event_type IN ('goal', 'shot')) AS shots_and_goals,
       countIf(e.event_type = 'goal') AS goals,
       countIf(e.event_type = 'own_goal') AS own_goals,
       countIf(e.event_type = 'shot') AS shots,
       countIf(e.event_type = 'pass') AS passes,
       countIf(e.event_type = 'duel') AS duels,
       countIf(e.event_type = 'tackle') AS tackles,
       countIf(e.event_type = 'interception') AS interceptions,
       countIf(e.event_type = 'corner') AS corners,
       countIf(e.event_type = 'offside') AS offsides,
       countIf(e.event_type = 'foul') AS fouls,
       countIf(e.event_type IN ('yellow_card', 'second_yellow_card')) AS yellow_cards,
       countIf(e.event_type IN ('red_card', 'second_yellow_card')) AS red_cards,
       countIf(e.event_type = 'substitution') AS substitutions,
       uniqExactIf(e.player_id, e.player_id != '') AS players
FROM ${database}.match_events AS e
LEFT JOIN (SELECT match_id, score FROM ${database}.match_stats FINAL) AS s ON s.match_id = e.match_id
WHERE e.team_id != '' AND e.event_type != 'retraction'
  AND (e.match_id, e.event_id) NOT IN
      (SELECT match_id, toUUIDOrZero(JSONExtractString(metadata, 'eventId'))
       FROM ${database}.match_events WHERE event_type = 'retraction')
GROUP BY e.match_id, e.team_id;
