package com.fanfinity.analytics.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

import com.fanfinity.analytics.event.DeadReason;

/// Letters in memory. Writes of the audit fail as told by their number, and so does everything while it is away.
final class FakeLetters implements LetterStore {

    static final String TOPIC = "match-events-dead";

    private static final Comparator<Letter> OLDEST_FIRST = Comparator.comparingLong(Letter::receivedAtMicros)
            .thenComparingLong(letter -> letter.id().offset());

    final List<Audit> audits = new ArrayList<>();
    private final Map<LetterId, Content> letters = new LinkedHashMap<>();
    private IntPredicate failingWrites = _ -> false;
    private boolean away;
    private int writes;
    private int reads;
    private int failingReadsFrom = Integer.MAX_VALUE;

    static LetterId id(long offset) {
        return new LetterId(TOPIC, 0, offset);
    }

    FakeLetters away(boolean now) {
        away = now;
        return this;
    }

    FakeLetters failingWrites(IntPredicate numbers) {
        failingWrites = numbers;
        return this;
    }

    /// Contents can be read so often and then no more.
    FakeLetters contentsOnly(int times) {
        failingReadsFrom = times;
        return this;
    }

    /// A letter whose record was at the same offset of `match-events`.
    LetterId add(long offset, DeadReason reason, String raw) {
        return add(offset, reason, raw.getBytes(UTF_8), Map.of());
    }

    LetterId add(long offset, DeadReason reason, byte[] raw, Map<String, byte[]> headers) {
        Letter letter = new Letter(id(offset), reason.wireName(), "why", offset * 1_000, "match-events", 3, offset, new byte[0],
                raw.length);
        letters.put(letter.id(), new Content(letter, headers, raw));
        return letter.id();
    }

    List<String> outcomes(LetterId id) {
        return audits.stream().filter(audit -> audit.id().equals(id)).map(Audit::outcome).toList();
    }

    private void answer() throws StoreException {
        if (away) {
            throw new StoreException(new IllegalStateException("away, as told"));
        }
    }

    private Stream<Letter> matching(Optional<DeadReason> reason, Span span) {
        return letters.values().stream().map(Content::letter)
                .filter(letter -> reason.isEmpty() || letter.reason().equals(reason.get().wireName()))
                .filter(letter -> span.from().isEmpty() || !letter.receivedAt().isBefore(span.from().get()))
                .filter(letter -> span.to().isEmpty() || letter.receivedAt().isBefore(span.to().get()));
    }

    @Override
    public List<Letter> newest(Optional<DeadReason> reason, Span span, Optional<Place> after, int count) throws StoreException {
        answer();
        return matching(reason, span).filter(letter -> after.isEmpty() || letter.receivedAtMicros() < after.get().receivedAtMicros())
                .sorted(OLDEST_FIRST.reversed()).limit(count).toList();
    }

    @Override
    public SortedMap<String, Long> reasons(Span span) throws StoreException {
        answer();
        SortedMap<String, Long> reasons = new TreeMap<>();
        matching(Optional.empty(), span).forEach(letter -> reasons.merge(letter.reason(), 1L, Long::sum));
        return reasons;
    }

    @Override
    public Set<LetterId> existing(Collection<LetterId> ids) throws StoreException {
        answer();
        Set<LetterId> existing = new HashSet<>(ids);
        existing.retainAll(letters.keySet());
        return existing;
    }

    @Override
    public Set<LetterId> replayed(Collection<LetterId> ids) throws StoreException {
        answer();
        Set<LetterId> replayed = new HashSet<>(ids);
        replayed.removeIf(id -> !outcomes(id).contains("replayed"));
        return replayed;
    }

    @Override
    public List<Place> unreplayed(DeadReason reason, Span span, Optional<Place> after, int count) throws StoreException {
        answer();
        return matching(Optional.of(reason), span).filter(letter -> !outcomes(letter.id()).contains("replayed"))
                .filter(letter -> after.isEmpty() || letter.receivedAtMicros() > after.get().receivedAtMicros())
                .sorted(OLDEST_FIRST).limit(count).map(Letter::place).toList();
    }

    @Override
    public List<Content> contents(Collection<LetterId> ids, int mostBytes) throws StoreException {
        answer();
        if (reads++ >= failingReadsFrom) {
            throw new StoreException(new IllegalStateException("no contents, as told"));
        }
        return ids.stream().filter(letters::containsKey).map(letters::get).map(content -> content.raw().length > mostBytes
                ? new Content(content.letter(), content.headers(), new byte[0])
                : content).toList();
    }

    @Override
    public Map<LetterId, Audit> standing(Collection<LetterId> ids) throws StoreException {
        answer();
        Map<LetterId, Audit> standing = new HashMap<>();
        audits.stream().filter(audit -> ids.contains(audit.id())).forEach(audit -> standing.merge(audit.id(), audit,
                (before, now) -> before.outcome().equals("replayed") ? before : now));
        return standing;
    }

    @Override
    public List<Audit> history(LetterId id) throws StoreException {
        answer();
        return audits.stream().filter(audit -> audit.id().equals(id)).toList();
    }

    @Override
    public void record(List<Audit> more) throws StoreException {
        answer();
        if (failingWrites.test(writes++)) {
            throw new StoreException(new IllegalStateException("not written, as told"));
        }
        audits.addAll(more);
    }
}
