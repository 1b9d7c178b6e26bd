package com.fanfinity.analytics.stack.process;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Arrays;

/// The first main class of every child JVM: ends the child with its parent, and runs `Child <mainClass> args…`.
///
/// Standard input is a pipe that the parent never writes to. The pipe ends when the parent ends, also after kill -9.
/// The child then halts at once, so that its port is free for the next start. (`ProcessHandle.onExit` of a process that
/// is not a child polls, in the end only every 5 s.) Halting is safe, because every component survives kill -9.
public final class Child {
    private static final int PARENT_GONE = 70;

    private Child() {}

    static void main(String[] args) throws ReflectiveOperationException {
        Thread.ofPlatform().name("parent-watch").daemon().start(Child::haltWhenParentEnds);
        Method main = mainOf(Class.forName(args[0]));
        main.setAccessible(true);
        if (main.getParameterCount() == 0) {
            main.invoke(null);
        } else {
            main.invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
        }
    }

    private static Method mainOf(Class<?> type) throws NoSuchMethodException {
        try {
            return type.getDeclaredMethod("main", String[].class);
        } catch (NoSuchMethodException _) {
            return type.getDeclaredMethod("main");
        }
    }

    private static void haltWhenParentEnds() {
        try {
            while (System.in.read() >= 0) {
                // The parent writes nothing; only the end of the stream counts.
            }
        } catch (IOException e) {
            System.err.println("reading from the parent failed: " + e);
        }
        Runtime.getRuntime().halt(PARENT_GONE);
    }
}
