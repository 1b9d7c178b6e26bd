package com.fanfinity.analytics.testing;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

import com.fanfinity.analytics.stack.EngineMissingException;

/// Skips each test that needs the ClickHouse engine on a machine without one. With `REQUIRE_ALL=1` such a test fails.
///
/// JUnit registers it for all tests, by `META-INF/services`.
public final class SkipWithoutEngine implements InvocationInterceptor {
    private static final Namespace NAMESPACE = Namespace.create(SkipWithoutEngine.class);

    @Override
    public <T> T interceptTestClassConstructor(Invocation<T> invocation,
            ReflectiveInvocationContext<Constructor<T>> constructor, ExtensionContext context) throws Throwable {
        return proceed(invocation, context);
    }

    @Override
    public void interceptBeforeAllMethod(Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context) throws Throwable {
        proceed(invocation, context);
    }

    @Override
    public void interceptBeforeEachMethod(Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context) throws Throwable {
        proceed(invocation, context);
    }

    @Override
    public void interceptTestMethod(Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method,
            ExtensionContext context) throws Throwable {
        proceed(invocation, context);
    }

    @Override
    public void interceptTestTemplateMethod(Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context) throws Throwable {
        proceed(invocation, context);
    }

    @Override
    public void interceptAfterEachMethod(Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context) throws Throwable {
        proceedUnlessSkipped(invocation, context);
    }

    @Override
    public void interceptAfterAllMethod(Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context) throws Throwable {
        proceedUnlessSkipped(invocation, context);
    }

    private static <T extends @Nullable Object> T proceed(Invocation<T> invocation, ExtensionContext context)
            throws Throwable {
        try {
            return invocation.proceed();
        } catch (Throwable failure) {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                if (cause instanceof EngineMissingException) {
                    context.getStore(NAMESPACE).put(EngineMissingException.class, true);
                    Requirements.missing(String.valueOf(cause.getMessage()));
                }
            }
            throw failure;
        }
    }

    /// The clean-up of a skipped test would use fields that its set-up did not assign.
    private static void proceedUnlessSkipped(Invocation<@Nullable Void> invocation, ExtensionContext context)
            throws Throwable {
        if (context.getStore(NAMESPACE).get(EngineMissingException.class) == null) {
            invocation.proceed();
        } else {
            invocation.skip();
        }
    }
}
