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

/// Viewers in a process of their own, told what to do over a connection to the one that measures. Ends with that connection.
final class ViewersMain {
    /// What can be asked, by its name; back comes what {@link ViewersProcess} reads.
    enum Command {
        CONNECT,
        COUNTS,
        VIEWERS,
        UPDATES,
        GOALS
    }

    private ViewersMain() {}

    /// @param args the port to connect to, and those of {@link ViewerPlan}
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
            // it has ended
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
            out.writeBoolean(viewer.state == SimulatedViewer.State.STREAM);
            out.writeInt(viewer.match);
            out.writeLong(viewer.version);
            out.writeInt(viewer.probes);
            out.writeInt(viewer.goals - viewer.missedGoals);
            out.writeInt(viewer.reloads);
        }
    }
}
