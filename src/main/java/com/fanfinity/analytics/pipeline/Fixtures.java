package com.fanfinity.analytics.pipeline;

import java.util.Comparator;
import java.util.TreeSet;
import java.util.UUID;

import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.event.MatchEvent.Fixture;

/// The standing `match_start` events of a match. The latest one counts, by its own time and then by its id, so that the
/// order of arrival does not matter. A retraction removes one, and the one before it counts again.
///
/// Keeps the {@value #KEPT} latest. Not thread-safe.
final class Fixtures {

    static final int KEPT = 8;

    /// The texts of a stored fixture.
    static final int TEXTS = 6;

    private record Announcement(long at, UUID eventId, Fixture fixture) {

        static final Comparator<Announcement> LATEST_FIRST = Comparator.comparingLong(Announcement::at)
                .thenComparing(Announcement::eventId).reversed();
    }

    private final TreeSet<Announcement> latestFirst = new TreeSet<>(Announcement.LATEST_FIRST);

    void add(MatchEvent event, Fixture fixture) {
        latestFirst.add(new Announcement(event.timestamp().toEpochMilli(), event.eventId(), fixture));
        if (latestFirst.size() > KEPT) {
            latestFirst.pollLast();
        }
    }

    void remove(UUID eventId) {
        latestFirst.removeIf(announcement -> announcement.eventId().equals(eventId));
    }

    Fixture standing() {
        return latestFirst.isEmpty() ? Fixture.UNKNOWN : latestFirst.first().fixture();
    }

    void writeTo(StateOutput out) {
        out.number(latestFirst.size());
        latestFirst.forEach(announcement -> {
            Fixture fixture = announcement.fixture();
            out.text(fixture.homeTeamId()).text(fixture.awayTeamId()).text(fixture.homeTeam()).text(fixture.awayTeam())
                    .text(fixture.competition()).text(fixture.venue());
            out.number(announcement.at()).uuid(announcement.eventId());
        });
    }

    static Fixtures readFrom(StateInput in) {
        Fixtures fixtures = new Fixtures();
        for (int left = in.small(); left > 0; left--) {
            fixtures.latestFirst.add(announcement(in));
        }
        return fixtures;
    }

    /// Reads the form of earlier versions, which knew one `match_start` or none.
    static Fixtures readOne(StateInput in) {
        Fixtures fixtures = new Fixtures();
        Announcement only = announcement(in);
        if (only.at() != Long.MIN_VALUE) {
            fixtures.latestFirst.add(only);
        }
        return fixtures;
    }

    private static Announcement announcement(StateInput in) {
        Fixture fixture = new Fixture(in.optionalText(), in.optionalText(), in.optionalText(), in.optionalText(),
                in.optionalText(), in.optionalText());
        return new Announcement(in.number(), in.uuid(), fixture);
    }
}
