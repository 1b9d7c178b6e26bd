package com.fanfinity.analytics.stack.bridge;

import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;

/// Connections to one engine, opened on demand, one for each parallel request.
final class ChdbPool {
    private static final int MAX_CONNECTIONS = 100;

    private final Chdb chdb;
    private final Path path;
    private final String[] options;
    private final ConcurrentLinkedDeque<Chdb.Connection> idle = new ConcurrentLinkedDeque<>();
    private final Semaphore permits = new Semaphore(MAX_CONNECTIONS);

    /// @param options of the engine's command line
    ChdbPool(Chdb chdb, Path path, String... options) {
        this.chdb = chdb;
        this.path = path;
        this.options = options.clone();
        idle.push(chdb.connect(path, options));
    }

    /// @throws ChdbException with code 202, like a server with too many queries
    Lease lease() {
        if (!permits.tryAcquire()) {
            throw new ChdbException(
                    "Code: 202. DB::Exception: Too many simultaneous queries. Maximum: " + MAX_CONNECTIONS
                            + ". (TOO_MANY_SIMULTANEOUS_QUERIES)");
        }
        try {
            Chdb.Connection connection = idle.poll();
            return new Lease(connection == null ? chdb.connect(path, options) : connection);
        } catch (RuntimeException e) {
            permits.release();
            throw e;
        }
    }

    /// A connection for one request.
    final class Lease implements AutoCloseable {
        private final Chdb.Connection connection;
        private boolean clean = true;

        private Lease(Chdb.Connection connection) {
            this.connection = connection;
        }

        Chdb.Connection connection() {
            return connection;
        }

        /// Closes the connection, because its state may differ from that of a new one.
        void discard() {
            clean = false;
        }

        @Override
        public void close() {
            try {
                if (clean) {
                    idle.push(connection);
                } else {
                    connection.close();
                }
            } finally {
                permits.release();
            }
        }
    }
}
