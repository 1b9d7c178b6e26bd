package com.fanfinity.analytics.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

import com.fanfinity.analytics.event.EventType;
import com.fanfinity.analytics.event.MatchEvent;
import com.fanfinity.analytics.event.MatchEvent.Fixture;
import com.fanfinity.analytics.event.MatchStatus;

/// The state of one match. It does not depend on the order in which the events arrived.
///
/// Numbers of events (`totalEvents`, by type, by team, by minute) count every accepted event, even if it is retracted
/// later, because it stays a row in the history. Score, cards, the teams of the match and its end leave out retracted
/// events.
///
/// Not thread-safe: the thread that read it from the store owns it.
public final class MatchStats implements MatchState {

    /// The goals of a team without retracted ones.
    public record Tally(int goals, int ownGoals, int shootoutGoals) {
        static final Tally NONE = new Tally(0, 0, 0);
    }

    static final int VERSION = 3;

    /// Has the names of the teams on the pitch without numbers, one `match_start`, and of the edges only the number of
    /// events of the last minute.
    private static final int SECOND_VERSION = 2;

    /// Like version 2, without `publishedAsCurrent`.
    private static final int FIRST_VERSION = 1;

    /// A match without a new event for this long has a current rate of 0.
    private static final long CURRENT_FOR_MILLIS = 60_000;

    private final Counts counts;
    private final SortedMap<String, Tally> tallies = new TreeMap<>();
    private final SortedSet<Long> unpublished = new TreeSet<>();
    private boolean changed;
    private boolean publishedAsCurrent;
    private Latencies latencies = Latencies.empty();
    private List<Peak> peaks = List.of();
    private PitchTeams onPitch = new PitchTeams();
    private Fixtures fixtures = new Fixtures();
    private EdgeMinutes edges = new EdgeMinutes();
    private int yellowCards;
    private int secondYellowCards;
    private int redCards;
    private int ends;
    private long firstAt = Long.MAX_VALUE;
    private long lastAt = Long.MIN_VALUE;
    private long lastActivityAt;
    private long duplicates;
    private RecentWindow recent = RecentWindow.EMPTY;

    private MatchStats(Counts counts) {
        this.counts = counts;
    }

    static MatchStats empty() {
        return new MatchStats(new Counts());
    }

    // --- changes

    /// Counts an accepted event.
    ///
    /// @param minuteEvents the number of events in its minute, including this one
    /// @param arrivedAt milliseconds since the epoch
    /// @param tookMicros the time from receipt to now
    void add(MatchEvent event, long minuteEvents, long arrivedAt, long tookMicros) {
        counts.add(event.type());
        event.teamId().ifPresent(counts::addTeam);
        long at = event.timestamp().toEpochMilli();
        long minute = MinuteStats.minuteOf(at);
        firstAt = Math.min(firstAt, at);
        lastAt = Math.max(lastAt, at);
        edges.put(minute, minuteEvents);
        peaks = Peak.with(peaks, new Peak(minute, minuteEvents));
        unpublished.add(minute);
        changed = true;
        latencies.add(tookMicros);
        lastActivityAt = Math.max(lastActivityAt, arrivedAt);
    }

    /// Counts a repeat of an accepted event.
    void addDuplicate() {
        duplicates++;
        changed = true;
    }

    /// Applies an event that is not retracted to the teams of the match: an event on the pitch shows that its team
    /// plays, and a `match_start` names both sides.
    void addTeams(MatchEvent event) {
        if (event.type().needsTeam()) {
            event.teamId().ifPresent(onPitch::add);
        }
        if (event.detail() instanceof Fixture named) {
            fixtures.add(event, named);
        }
    }

    /// Reverts {@link #addTeams}.
    void removeTeams(UUID eventId, EventType type, Optional<String> teamId) {
        if (type.needsTeam()) {
            teamId.ifPresent(onPitch::remove);
        }
        if (type == EventType.MATCH_START) {
            fixtures.remove(eventId);
        }
    }

    /// Applies the effect of a key moment, or reverts it.
    ///
    /// @param sign 1 or -1
    void apply(EventType type, Optional<String> teamId, int sign) {
        switch (type) {
            case GOAL -> tally(teamId, sign, 0, 0);
            case OWN_GOAL -> tally(teamId, 0, sign, 0);
            case SHOOTOUT_GOAL -> tally(teamId, 0, 0, sign);
            case YELLOW_CARD -> yellowCards += sign;
            case SECOND_YELLOW_CARD -> secondYellowCards += sign;
            case RED_CARD -> redCards += sign;
            case MATCH_END -> ends += sign;
            default -> throw new IllegalArgumentException(type + " has no effect");
        }
    }

    private void tally(Optional<String> teamId, int goals, int ownGoals, int shootoutGoals) {
        String named = teamId.orElse(Counts.OTHER_TEAMS);
        String team = tallies.size() < Counts.MAX_TEAMS || tallies.containsKey(named) ? named : Counts.OTHER_TEAMS;
        Tally old = tallies.getOrDefault(team, Tally.NONE);
        tallies.put(team, new Tally(old.goals + goals, old.ownGoals + ownGoals, old.shootoutGoals + shootoutGoals));
    }

    /// Restores the facts that the rows of an archived match lack.
    void restoreFrom(Archived archived) {
        duplicates = archived.duplicates();
        lastActivityAt = archived.lastActivityAt();
        latencies = archived.latencies();
    }

    // --- publication

    /// Whether the match changed since its last publication. This flag and {@link #unpublishedMinutes()} are part of
    /// the stored state, so a crash between a change and its publication loses neither.
    boolean isUnpublished() {
        return changed;
    }

    /// The minutes that changed since the last publication.
    SortedSet<Long> unpublishedMinutes() {
        return Collections.unmodifiableSortedSet(unpublished);
    }

    /// @param now milliseconds since the epoch
    void markPublished(long now) {
        changed = false;
        unpublished.clear();
        publishedAsCurrent = currentEvents(now) > 0;
    }

    /// When the last published rate expires if no event arrives, milliseconds since the epoch; empty if that rate is 0.
    OptionalLong rateExpiresAt() {
        return rateExpiresAt(publishedAsCurrent, lastActivityAt);
    }

    static OptionalLong rateExpiresAt(boolean publishedAsCurrent, long lastActivityAt) {
        return publishedAsCurrent ? OptionalLong.of(lastActivityAt + CURRENT_FOR_MILLIS) : OptionalLong.empty();
    }

    RecentWindow recent() {
        return recent;
    }

    void recent(RecentWindow window) {
        recent = window;
    }

    // --- queries

    public MatchStatus status() {
        return status(ends, counts.total(), counts.of(EventType.MATCH_START));
    }

    /// @param ends standing `match_end` events
    /// @param starts `match_start` events among all events
    static MatchStatus status(int ends, long total, long starts) {
        if (ends > 0) {
            return MatchStatus.ENDED;
        }
        return total == starts ? MatchStatus.SCHEDULED : MatchStatus.LIVE;
    }

    /// Of the standing `match_start`.
    public Fixture fixture() {
        return fixtures.standing();
    }

    @Override
    public long totalEvents() {
        return counts.total();
    }

    /// Contains only types that occurred.
    public Map<EventType, Long> byType() {
        return counts.byType();
    }

    public SortedMap<String, Long> byTeam() {
        return counts.byTeam();
    }

    PitchTeams onPitch() {
        return onPitch;
    }

    /// By team; contains only teams with a goal or own goal.
    public SortedMap<String, Tally> tallies() {
        return Collections.unmodifiableSortedMap(tallies);
    }

    /// Yellow cards, including second ones.
    public int yellowCards() {
        return yellowCards + secondYellowCards;
    }

    /// Players sent off, by a red card or a second yellow card.
    public int redCards() {
        return redCards + secondYellowCards;
    }

    /// The time of the first event, milliseconds since the epoch.
    public long firstAt() {
        return firstAt;
    }

    /// The time of the last event, milliseconds since the epoch.
    public long lastAt() {
        return lastAt;
    }

    /// The minutes of the match without strays.
    public ActiveMinutes activeMinutes() {
        return edges.active(counts.total());
    }

    /// Whether an event lies before the minute that the match has reached.
    boolean isLate(MatchEvent event) {
        return counts.total() > 0
                && MinuteStats.minuteOf(event.timestamp().toEpochMilli()) < edges.current(counts.total());
    }

    /// Events in the minute that the match has reached; 0 if the match is not live or no event arrived for a minute.
    ///
    /// @param now milliseconds since the epoch
    public long currentEvents(long now) {
        return status() == MatchStatus.LIVE && now - lastActivityAt < CURRENT_FOR_MILLIS
                ? activeMinutes().currentEvents()
                : 0;
    }

    /// When the newest event arrived, milliseconds since the epoch.
    public long lastActivityAt() {
        return lastActivityAt;
    }

    /// The five busiest minutes, the busiest first.
    public List<Peak> peaks() {
        return peaks;
    }

    public Latencies latencies() {
        return latencies;
    }

    /// How often an accepted event arrived again.
    public long duplicates() {
        return duplicates;
    }

    /// Grows with every change. Of two states of a match, the one with the greater version is newer.
    public long version() {
        return counts.total() + duplicates;
    }

    // --- stored form

    byte[] toBytes() {
        StateOutput out = new StateOutput(VERSION);
        counts.writeTo(out);
        onPitch.writeTo(out);
        out.number(tallies.size());
        tallies.forEach(
                (team, tally) -> out.text(team).number(tally.goals).number(tally.ownGoals).number(tally.shootoutGoals));
        out.number(peaks.size());
        peaks.forEach(peak -> out.number(peak.minute()).number(peak.events()));
        out.number(changed ? 1 : 0).number(unpublished.size());
        unpublished.forEach(out::number);
        out.blob(latencies.toBytes());
        fixtures.writeTo(out);
        out.number(yellowCards).number(secondYellowCards).number(redCards).number(ends);
        out.number(firstAt).number(lastAt).number(lastActivityAt).number(duplicates);
        recent.writeTo(out);
        out.number(publishedAsCurrent ? 1 : 0);
        edges.writeTo(out);
        return out.toBytes();
    }

    static MatchStats ofBytes(byte[] bytes) {
        int version = bytes.length > 0 && (bytes[0] == FIRST_VERSION || bytes[0] == SECOND_VERSION)
                ? bytes[0]
                : VERSION;
        return StateInput.read(bytes, version, in -> readFrom(in, version));
    }

    private static MatchStats readFrom(StateInput in, int version) {
        MatchStats stats = new MatchStats(Counts.readFrom(in));
        stats.onPitch = version == VERSION ? PitchTeams.readFrom(in) : PitchTeams.readNames(in, stats.byTeam());
        for (int left = in.small(); left > 0; left--) {
            stats.tallies.put(in.text(), new Tally(in.small(), in.small(), in.small()));
        }
        List<Peak> peaks = new ArrayList<>();
        for (int left = in.small(); left > 0; left--) {
            peaks.add(new Peak(in.number(), in.number()));
        }
        stats.peaks = List.copyOf(peaks);
        stats.changed = in.number() == 1;
        for (int left = in.small(); left > 0; left--) {
            stats.unpublished.add(in.number());
        }
        stats.latencies = Latencies.ofBytes(in.blob());
        stats.fixtures = version == VERSION ? Fixtures.readFrom(in) : Fixtures.readOne(in);
        stats.yellowCards = in.small();
        stats.secondYellowCards = in.small();
        stats.redCards = in.small();
        stats.ends = in.small();
        stats.firstAt = in.number();
        stats.lastAt = in.number();
        long lastMinuteEvents = version == VERSION ? 0 : in.number();
        stats.lastActivityAt = in.number();
        stats.duplicates = in.number();
        stats.recent = RecentWindow.readFrom(in);
        stats.publishedAsCurrent = version != FIRST_VERSION && in.number() == 1;
        stats.edges = version == VERSION ? EdgeMinutes.readFrom(in) : stats.oldEdges(lastMinuteEvents);
        return stats;
    }

    private EdgeMinutes oldEdges(long lastMinuteEvents) {
        return counts.total() == 0
                ? new EdgeMinutes()
                : EdgeMinutes.of(MinuteStats.minuteOf(firstAt), MinuteStats.minuteOf(lastAt), lastMinuteEvents);
    }
}
