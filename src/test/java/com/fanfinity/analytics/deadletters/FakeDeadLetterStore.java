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

/// Dead letters in memory. A test selects failing audit writes by their number, and can make every call fail.
final class FakeDeadLetterStore implements DeadLetterStore {

    static final String TOPIC = "match-events-dead";

    private static final Comparator<DeadLetter> OLDEST_FIRST = Comparator.comparingLong(DeadLetter::receivedAtMicros)
            .thenComparingLong(letter -> letter.id().offset());

    final List<ReplayAudit> audits = new ArrayList<>();
    private final Map<DeadLetterId, DeadLetterContent> letters = new LinkedHashMap<>();
    private IntPredicate failingWrites = _ -> false;
    private boolean away;
    private int writes;
    private int reads;
    private int failingReadsFrom = Integer.MAX_VALUE;

    static DeadLetterId id(long offset) {
        return new DeadLetterId(TOPIC, 0, offset);
    }

    FakeDeadLetterStore away(boolean now) {
        away = now;
        return this;
    }

    FakeDeadLetterStore failingWrites(IntPredicate numbers) {
        failingWrites = numbers;
        return this;
    }

    /// Reads of contents fail after this number of reads.
    FakeDeadLetterStore contentsOnly(int times) {
        failingReadsFrom = times;
        return this;
    }

    /// A letter whose record was at the same offset of `match-events`.
    DeadLetterId add(long offset, DeadReason reason, String raw) {
        return add(offset, reason, raw.getBytes(UTF_8), Map.of());
    }

    DeadLetterId add(long offset, DeadReason reason, byte[] raw, Map<String, byte[]> headers) {
        DeadLetter letter = new DeadLetter(id(offset), reason.wireName(), "why", offset * 1_000, "match-events", 3,
                offset, new byte[0],
                raw.length);
        letters.put(letter.id(), new DeadLetterContent(letter, headers, raw));
        return letter.id();
    }

    List<String> outcomes(DeadLetterId id) {
        return audits.stream().filter(audit -> audit.id().equals(id)).map(ReplayAudit::outcome).toList();
    }

    private void answer() throws DeadLetterStoreException {
        if (away) {
            throw new DeadLetterStoreException(new IllegalStateException("away, as configured"));
        }
    }

    private Stream<DeadLetter> matching(Optional<DeadReason> reason, TimeRange span) {
        return letters.values().stream().map(DeadLetterContent::letter)
                .filter(letter -> reason.isEmpty() || letter.reason().equals(reason.get().wireName()))
                .filter(letter -> span.from().isEmpty() || !letter.receivedAt().isBefore(span.from().get()))
                .filter(letter -> span.to().isEmpty() || letter.receivedAt().isBefore(span.to().get()));
    }

    @Override
    public List<DeadLetter> newest(Optional<DeadReason> reason, TimeRange span, Optional<DeadLetterPosition> after,
            int count) throws DeadLetterStoreException {
        answer();
        return matching(reason, span)
                .filter(letter -> after.isEmpty() || letter.receivedAtMicros() < after.get().receivedAtMicros())
                .sorted(OLDEST_FIRST.reversed()).limit(count).toList();
    }

    @Override
    public SortedMap<String, Long> reasons(TimeRange span) throws DeadLetterStoreException {
        answer();
        SortedMap<String, Long> reasons = new TreeMap<>();
        matching(Optional.empty(), span).forEach(letter -> reasons.merge(letter.reason(), 1L, Long::sum));
        return reasons;
    }

    @Override
    public Set<DeadLetterId> existing(Collection<DeadLetterId> ids) throws DeadLetterStoreException {
        answer();
        Set<DeadLetterId> existing = new HashSet<>(ids);
        existing.retainAll(letters.keySet());
        return existing;
    }

    @Override
    public Set<DeadLetterId> replayed(Collection<DeadLetterId> ids) throws DeadLetterStoreException {
        answer();
        Set<DeadLetterId> replayed = new HashSet<>(ids);
        replayed.removeIf(id -> !outcomes(id).contains("replayed"));
        return replayed;
    }

    @Override
    public List<DeadLetterPosition> unreplayed(DeadReason reason, TimeRange span, Optional<DeadLetterPosition> after,
            int count) throws DeadLetterStoreException {
        answer();
        return matching(Optional.of(reason), span).filter(letter -> !outcomes(letter.id()).contains("replayed"))
                .filter(letter -> after.isEmpty() || letter.receivedAtMicros() > after.get().receivedAtMicros())
                .sorted(OLDEST_FIRST).limit(count).map(DeadLetter::place).toList();
    }

    @Override
    public Optional<DeadLetterContent> detail(DeadLetterId id, int mostBytes) throws DeadLetterStoreException {
        return contents(List.of(id), mostBytes).stream().findFirst();
    }

    @Override
    public List<DeadLetterContent> contents(Collection<DeadLetterId> ids, int mostBytes)
            throws DeadLetterStoreException {
        answer();
        if (reads++ >= failingReadsFrom) {
            throw new DeadLetterStoreException(new IllegalStateException("no contents, as configured"));
        }
        return ids.stream().filter(letters::containsKey).map(letters::get)
                .map(content -> content.raw().length > mostBytes
                        ? new DeadLetterContent(content.letter(), content.headers(), new byte[0])
                        : content)
                .toList();
    }

    @Override
    public Map<DeadLetterId, ReplayAudit> currentOutcomes(Collection<DeadLetterId> ids)
            throws DeadLetterStoreException {
        answer();
        Map<DeadLetterId, ReplayAudit> standing = new HashMap<>();
        audits.stream().filter(audit -> ids.contains(audit.id())).forEach(audit -> standing.merge(audit.id(), audit,
                (before, now) -> before.outcome().equals("replayed") ? before : now));
        return standing;
    }

    @Override
    public List<ReplayAudit> replayHistory(DeadLetterId id) throws DeadLetterStoreException {
        answer();
        return audits.stream().filter(audit -> audit.id().equals(id)).toList();
    }

    @Override
    public void record(List<ReplayAudit> more) throws DeadLetterStoreException {
        answer();
        if (failingWrites.test(writes++)) {
            throw new DeadLetterStoreException(new IllegalStateException("not written, as configured"));
        }
        audits.addAll(more);
    }
}
