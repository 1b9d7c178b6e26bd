package com.fanfinity.analytics.stack;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The disposition of SIGINT that child processes inherit from this JVM.
///
/// A shell starts its background jobs with SIGINT ignored, and so do their children. A JVM that inherits this installs
/// no handler.
@SuppressWarnings("restricted") // the JVM of the tests has --enable-native-access
final class InheritedSigint {
    private static final int SIGINT = 2;
    private static final MemorySegment SIG_DFL = MemorySegment.NULL;
    private static final MemorySegment SIG_IGN = MemorySegment.ofAddress(1);
    private static final MethodHandle SIGNAL = Linker.nativeLinker().downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("signal"),
            FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS));

    private InheritedSigint() {}

    /// Stops ignoring SIGINT, if this JVM does.
    static void restoreDefault() {
        MemorySegment before = set(SIG_DFL);
        if (before.address() != SIG_IGN.address()) {
            set(before);
        }
    }

    private static MemorySegment set(MemorySegment handler) {
        try {
            return (MemorySegment) SIGNAL.invokeExact(SIGINT, handler);
        } catch (Throwable e) {
            throw new IllegalStateException("signal() failed", e);
        }
    }
}
