package com.fanfinity.analytics.lab.viewers;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;

/// The process of viewers. It receives its commands over a connection from the measuring process, and ends with that
/// connection.
final class ViewersMain {
    /// The commands by name. [ViewersProcess] reads the answers.
    enum Command {
        CONNECT,
        COUNTS,
        VIEWERS,
        UPDATES,
        GOALS
    }

    private ViewersMain() {}

    /// @param args the port to connect to, then the arguments of [ViewerPlan]
    static void main(String[] args) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
                var loop = new ViewerLoop(ViewerPlan.of(List.of(args).subList(1, args.length)));
                var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
                var out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16))) {
            Thread.ofPlatform().name("viewers").daemon().start(loop);
            while (true) {
                answer(Command.valueOf(in.readUTF()), loop, out);
                out.flush();
            }
        } catch (EOFException _) {
            // the measuring process has ended
        }
    }

    private static void answer(Command command, ViewerLoop loop, DataOutputStream out) {
        loop.call(() -> {
            switch (command) {
                case CONNECT -> loop.connect();
                case COUNTS -> loop.record().counts().writeTo(out);
                case VIEWERS -> viewers(loop.viewers(), out);
                case UPDATES -> loop.record().updates().writeTo(out);
                case GOALS -> loop.record().goals().writeTo(out);
            }
            return command;
        });
    }

    private static void viewers(List<SimulatedViewer> viewers, DataOutputStream out) throws IOException {
        out.writeInt(viewers.size());
        for (SimulatedViewer viewer : viewers) {
            out.writeBoolean(viewer.state == SimulatedViewer.ConnectionPhase.STREAM);
            out.writeInt(viewer.match);
            out.writeLong(viewer.version);
            out.writeInt(viewer.probes);
            out.writeInt(viewer.goals - viewer.missedGoals);
            out.writeInt(viewer.reloads);
        }
    }
}
