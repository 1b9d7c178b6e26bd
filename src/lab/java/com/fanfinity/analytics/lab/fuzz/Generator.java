package com.fanfinity.analytics.lab.fuzz;

/// Makes input `number` of a seed, always the same.
final class Generator {

    private final long seed;
    private final RequestGrammar requests;
    private final RecordGrammar records;

    /// @param partitions of the topic
    Generator(long seed, int partitions) {
        this.seed = seed;
        EventGrammar events = new EventGrammar(Long.toString(seed & Long.MAX_VALUE, 36));
        requests = new RequestGrammar(events);
        records = new RecordGrammar(events, partitions);
    }

    FuzzInput input(long number) {
        Chance chance = new Chance(seed, number);
        int kind = chance.below(100);
        if (kind < 38) {
            return requests.single(chance);
        }
        if (kind < 56) {
            return requests.batch(chance);
        }
        if (kind < 74) {
            return requests.read(chance);
        }
        if (kind < 82) {
            return requests.broken(chance);
        }
        return kind < 85 ? requests.stream(chance) : records.record(chance);
    }
}
