package com.fanfinity.analytics.stack.process;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Arrays;

/// First main of every child JVM: ties its life to the parent's and then runs `Child <mainClass> args…`.
///
/// Standard input is a pipe that the parent never writes to. Its end means that the parent is gone, by kill -9 too, and the
/// child halts at once, so that its port is free for the next start. (`ProcessHandle.onExit` of a process that is not one's
/// own child polls, after a while only every 5 s.) Nothing is lost by that: the parts are meant to survive kill -9.
public final class Child {
    private static final int PARENT_GONE = 70;

    private Child() {}

    static void main(String[] args) throws ReflectiveOperationException {
        Thread.ofPlatform().name("parent-watch").daemon().start(Child::haltWhenParentIsGone);
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

    private static void haltWhenParentIsGone() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is expected; only the end counts.
            }
        } catch (IOException e) {
            System.err.println("lost the parent: " + e);
        }
        Runtime.getRuntime().halt(PARENT_GONE);
    }
}
