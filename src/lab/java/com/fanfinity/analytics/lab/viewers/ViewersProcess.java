package com.fanfinity.analytics.lab.viewers;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.fanfinity.analytics.lab.viewers.ViewersMain.Command;
import com.fanfinity.analytics.stack.ProgramProcess;

/// Controls a [ViewersMain] process. Not thread-safe.
final class ViewersProcess implements AutoCloseable {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    private final ProgramProcess process;
    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    /// The result of one viewer, see [Viewer].
    ///
    /// @param goals the number of goals
    /// @param reloads the number of `reload` events
    record Seen(boolean connected, int match, long version, int probes, int goals, int reloads) {}

    /// Called for every arrival.
    interface Arrivals {
        void accept(Arrival arrival);
    }

    private ViewersProcess(ProgramProcess process, Socket socket) throws IOException {
        this.process = process;
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
        this.out = new DataOutputStream(socket.getOutputStream());
        socket.setSoTimeout((int) ANSWER_LIMIT.toMillis());
    }

    /// Starts the process, whose viewers wait for [#connect()].
    static ViewersProcess start(ViewerPlan plan, Path log) throws IOException, InterruptedException {
        try (var control = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            control.setSoTimeout((int) ANSWER_LIMIT.toMillis());
            List<String> arguments = new ArrayList<>(List.of(Integer.toString(control.getLocalPort())));
            arguments.addAll(plan.arguments());
            ProgramProcess process = ProgramProcess.start("viewers", ViewersMain.class.getName(),
                    List.of("-Xmx768m", "-XX:+UseSerialGC"),
                    arguments, log);
            return new ViewersProcess(process, control.accept());
        }
    }

    long pid() {
        return process.pid();
    }

    void connect() throws IOException {
        ask(Command.CONNECT);
    }

    ViewerCounts counts() throws IOException {
        ask(Command.COUNTS);
        return ViewerCounts.readFrom(in);
    }

    List<Seen> viewers() throws IOException {
        ask(Command.VIEWERS);
        int count = in.readInt();
        var seen = new ArrayList<Seen>(count);
        for (int i = 0; i < count; i++) {
            seen.add(new Seen(in.readBoolean(), in.readInt(), in.readLong(), in.readInt(), in.readInt(), in.readInt()));
        }
        return seen;
    }

    void updates(Arrivals to) throws IOException {
        arrivals(Command.UPDATES, to);
    }

    void goals(Arrivals to) throws IOException {
        arrivals(Command.GOALS, to);
    }

    private void arrivals(Command command, Arrivals to) throws IOException {
        ask(command);
        for (int left = in.readInt(); left > 0; left--) {
            to.accept(Arrival.of(in.readLong()));
        }
    }

    private void ask(Command command) throws IOException {
        out.writeUTF(command.name());
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        process.close();
    }
}
