-- JSON allows numbers of any size and half a surrogate pair in a string. The JSONExtract functions return nothing for a
-- whole object that has one of them. In the column `metadata`, such a number is therefore a string of the same digits,
-- and half a surrogate pair is U+FFFD. `metadata_sent` then has the object byte for byte as the client sent it. It is
-- empty if `metadata` is unchanged. Rows that are older than this migration hold the object as it was sent.
ALTER TABLE ${database}.match_events ADD COLUMN IF NOT EXISTS metadata_sent String CODEC(ZSTD(1));

-- The event that a retraction cancels; zero for every other event. For a row of an older sink, the default reads the id
-- from the metadata. It replaces numbers and surrogates, so that no metadata is unreadable.
ALTER TABLE ${database}.match_events ADD COLUMN IF NOT EXISTS retracts UUID
    DEFAULT if(event_type = 'retraction',
        toUUIDOrZero(JSONExtractString(replaceRegexpAll(
            replaceRegexpAll(metadata, '\\\\u[dD][89a-fA-F][0-9a-fA-F]{2}', '/'),
            '([:,\\[]\\s*)[-+.0-9eE]+', '\\10'), 'eventId')),
        toUUID('00000000-0000-0000-0000-000000000000'))
    CODEC(ZSTD(1));

-- The counts of each team in each match, with its side (home, away, or empty as long as no match_start names it) and
-- its name. The view does not count events that a retraction cancels.
CREATE OR REPLACE VIEW ${database}.team_comparison AS
SELECT e.match_id AS match_id, e.team_id AS team_id,
       any(multiIf(e.team_id = s.home_team_id, 'home', e.team_id = s.away_team_id, 'away', '')) AS side,
       any(multiIf(e.team_id = s.home_team_id, s.home_team, e.team_id = s.away_team_id, s.away_team, '')) AS name,
       any(s.score)[e.team_id] AS score,
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
LEFT JOIN (SELECT match_id, score, home_team_id, home_team, away_team_id, away_team FROM ${database}.match_stats FINAL)
    AS s ON s.match_id = e.match_id
WHERE e.team_id != '' AND e.event_type != 'retraction'
  AND (e.match_id, e.event_id) NOT IN
      (SELECT match_id, retracts FROM ${database}.match_events WHERE event_type = 'retraction')
GROUP BY e.match_id, e.team_id;
