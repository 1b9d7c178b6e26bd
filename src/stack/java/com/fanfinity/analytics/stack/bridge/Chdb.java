package com.fanfinity.analytics.stack.bridge;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/// The C functions of `libchdb.so` (ClickHouse as a library) that the bridge needs.
///
/// A process opens one storage path. It may have several connections to it. Each connection has its own settings and
/// current database, and runs one statement at a time.
@SuppressWarnings("restricted") // this class calls C; the JVM is started with --enable-native-access
final class Chdb {
    private final SymbolLookup library;
    private final MethodHandle connect;
    private final MethodHandle closeConnection;
    private final MethodHandle query;
    private final MethodHandle destroyResult;
    private final MethodHandle insert;
    private final MethodHandle append;
    private final MethodHandle done;
    private final MethodHandle insertError;
    private final MethodHandle cancelInsert;
    private final MethodHandle destroyInsert;
    private final MethodHandle resultBuffer;
    private final MethodHandle resultLength;
    private final MethodHandle resultError;
    private final MethodHandle rowsRead;
    private final MethodHandle bytesRead;
    private final MethodHandle rowsWritten;
    private final MethodHandle bytesWritten;

    Chdb(Path libchdb) {
        library = SymbolLookup.libraryLookup(libchdb, Arena.global());
        // Before the first connect: the engine's handler for SIGSEGV would swallow the JVM's own implicit null checks.
        call(function("chdb_set_signal_handlers_enabled", null, JAVA_INT), 0);
        connect = function("chdb_connect", ADDRESS, JAVA_INT, ADDRESS);
        closeConnection = function("chdb_close_conn", null, ADDRESS);
        query = function("chdb_query_with_params_n", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS,
                ADDRESS,
                ADDRESS, ADDRESS, JAVA_LONG);
        destroyResult = function("chdb_destroy_query_result", null, ADDRESS);
        insert = function("chdb_stream_insert_n", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG);
        append = function("chdb_stream_append", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
        done = function("chdb_stream_done", ADDRESS, ADDRESS);
        insertError = function("chdb_stream_insert_error", ADDRESS, ADDRESS);
        cancelInsert = function("chdb_stream_cancel_insert", null, ADDRESS);
        destroyInsert = function("chdb_destroy_insert_stream", null, ADDRESS);
        resultBuffer = function("chdb_result_buffer", ADDRESS, ADDRESS);
        resultLength = function("chdb_result_length", JAVA_LONG, ADDRESS);
        resultError = function("chdb_result_error", ADDRESS, ADDRESS);
        rowsRead = function("chdb_result_storage_rows_read", JAVA_LONG, ADDRESS);
        bytesRead = function("chdb_result_storage_bytes_read", JAVA_LONG, ADDRESS);
        rowsWritten = function("chdb_result_rows_written", JAVA_LONG, ADDRESS);
        bytesWritten = function("chdb_result_bytes_written", JAVA_LONG, ADDRESS);
    }

    /// Opens a connection to the data in `path`. The first connection starts the engine.
    ///
    /// @param options of the engine's command line
    Connection connect(Path path, String... options) {
        try (Arena arena = Arena.ofConfined()) {
            List<String> all = Stream.concat(Stream.of("clickhouse", "--path=" + path), Arrays.stream(options))
                    .toList();
            MemorySegment arguments = arena.allocate(ADDRESS, all.size());
            for (int i = 0; i < all.size(); i++) {
                arguments.setAtIndex(ADDRESS, i, arena.allocateFrom(all.get(i)));
            }
            MemorySegment handle = (MemorySegment) call(connect, all.size(), arguments);
            if (handle.address() == 0) {
                throw new ChdbException(
                        "Code: 210. DB::Exception: the engine did not open " + path + " (NETWORK_ERROR)");
            }
            return new Connection(handle, handle.reinterpret(ADDRESS.byteSize()).get(ADDRESS, 0));
        }
    }

    final class Connection implements AutoCloseable {
        private final MemorySegment handle;
        private final MemorySegment connection;
        /// The database that the last `USE` chose.
        private String database = "default";

        private Connection(MemorySegment handle, MemorySegment connection) {
            this.handle = handle;
            this.connection = connection;
        }

        /// Runs a statement. Its parameters are `{name:Type}` in the text.
        Result query(byte[] sql, String format, Map<String, String> parameters) {
            try (Arena arena = Arena.ofConfined()) {
                Bytes statement = Bytes.of(arena, sql);
                Bytes output = Bytes.of(arena, format);
                Strings names = Strings.of(arena, List.copyOf(parameters.keySet()));
                Strings values = Strings.of(arena,
                        parameters.keySet().stream().map(parameters::get).map(String::valueOf).toList());
                return result(call(query, connection, statement.address, statement.length, output.address,
                        output.length,
                        names.addresses, names.lengths, values.addresses, values.lengths, (long) parameters.size()));
            }
        }

        void execute(String sql) {
            query(sql.getBytes(StandardCharsets.UTF_8), "TabSeparated", Map.of()).close();
        }

        void use(String wanted) {
            if (!wanted.equals(database)) {
                execute("USE `" + wanted.replace("\\", "\\\\").replace("`", "\\`") + "`");
                database = wanted;
            }
        }

        /// Starts an INSERT whose data follows in chunks.
        ///
        /// @param sql up to, and without, `VALUES` or `FORMAT`
        Insert insert(String sql, String format) {
            try (Arena arena = Arena.ofConfined()) {
                Bytes statement = Bytes.of(arena, sql);
                Bytes input = Bytes.of(arena, format);
                Insert stream = new Insert((MemorySegment) call(insert, connection, statement.address, statement.length,
                        input.address, input.length));
                try {
                    stream.check();
                } catch (ChdbException e) {
                    stream.close();
                    throw e;
                }
                return stream;
            }
        }

        @Override
        public void close() {
            call(closeConnection, handle);
        }
    }

    /// A running INSERT. Closing it before [#done()] cancels it, and its last block of up to a million rows is not
    /// stored.
    final class Insert implements AutoCloseable {
        private final MemorySegment stream;

        private Insert(MemorySegment stream) {
            this.stream = stream;
        }

        void append(MemorySegment data) {
            if ((int) call(append, stream, data, data.byteSize()) != 0) {
                check();
                throw new ChdbException(
                        "Code: 49. DB::Exception: the engine refused more data of an INSERT (LOGICAL_ERROR)");
            }
        }

        /// Commits the INSERT. The result contains the number of written rows.
        Result done() {
            return result(call(done, stream));
        }

        private void check() {
            String error = string((MemorySegment) call(insertError, stream));
            if (!error.isEmpty()) {
                throw new ChdbException(error);
            }
        }

        @Override
        public void close() {
            call(cancelInsert, stream);
            call(destroyInsert, stream);
        }
    }

    /// The result of a statement, in a buffer of the engine that is valid until the result is closed.
    final class Result implements AutoCloseable {
        private final MemorySegment result;

        private Result(MemorySegment result) {
            this.result = result;
        }

        MemorySegment data() {
            long length = count(resultLength);
            return length == 0 ? MemorySegment.NULL : ((MemorySegment) call(resultBuffer, result)).reinterpret(length);
        }

        long rowsRead() {
            return count(rowsRead);
        }

        long bytesRead() {
            return count(bytesRead);
        }

        long rowsWritten() {
            return count(rowsWritten);
        }

        long bytesWritten() {
            return count(bytesWritten);
        }

        private long count(MethodHandle counter) {
            return (long) call(counter, result);
        }

        @Override
        public void close() {
            call(destroyResult, result);
        }
    }

    private Result result(Object address) {
        Result result = new Result((MemorySegment) address);
        String error = string((MemorySegment) call(resultError, result.result));
        if (!error.isEmpty()) {
            result.close();
            throw new ChdbException(error);
        }
        return result;
    }

    private record Bytes(MemorySegment address, long length) {
        static Bytes of(Arena arena, String text) {
            return of(arena, text.getBytes(StandardCharsets.UTF_8));
        }

        static Bytes of(Arena arena, byte[] bytes) {
            return new Bytes(arena.allocateFrom(JAVA_BYTE, bytes), bytes.length);
        }
    }

    private record Strings(MemorySegment addresses, MemorySegment lengths) {
        static Strings of(Arena arena, List<String> texts) {
            MemorySegment addresses = arena.allocate(ADDRESS, Math.max(1, texts.size()));
            MemorySegment lengths = arena.allocate(JAVA_LONG, Math.max(1, texts.size()));
            for (int i = 0; i < texts.size(); i++) {
                Bytes bytes = Bytes.of(arena, texts.get(i));
                addresses.setAtIndex(ADDRESS, i, bytes.address);
                lengths.setAtIndex(JAVA_LONG, i, bytes.length);
            }
            return new Strings(addresses, lengths);
        }
    }

    private static String string(MemorySegment address) {
        return address.address() == 0 ? "" : address.reinterpret(Long.MAX_VALUE).getString(0);
    }

    private MethodHandle function(String name, @Nullable MemoryLayout result, MemoryLayout... arguments) {
        FunctionDescriptor descriptor = result == null
                ? FunctionDescriptor.ofVoid(arguments)
                : FunctionDescriptor.of(result, arguments);
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), descriptor);
    }

    @SuppressWarnings("NullAway") // the null of a void function is not used
    private static Object call(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException("the engine's library could not be called", e);
        }
    }
}
