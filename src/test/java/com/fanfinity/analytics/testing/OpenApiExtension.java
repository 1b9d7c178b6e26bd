package com.fanfinity.analytics.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import com.fanfinity.analytics.stack.ApiClient;

/// Fails each test whose {@link ApiClient} received a response, or sent a successful request, that violates
/// `openapi.yaml`.
///
/// It is registered for all tests. Tests without an `ApiClient` do not load the document.
public final class OpenApiExtension implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

    private static final Queue<String> VIOLATIONS = new ConcurrentLinkedQueue<>();

    /// Loads the document on first use.
    private static final class Holder {
        static final OpenApiContract CONTRACT = load();

        private Holder() {}
    }

    /// The contract that validates the exchanges of this process.
    public static OpenApiContract contract() {
        return Holder.CONTRACT;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        ApiClient.observeAll(OpenApiExtension::observe);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        failOnViolations();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        failOnViolations();
    }

    private static void failOnViolations() {
        List<String> found = new ArrayList<>();
        for (String violation = VIOLATIONS.poll(); violation != null; violation = VIOLATIONS.poll()) {
            found.add(violation);
        }
        assertEquals(List.of(), found.stream().distinct().toList(), "openapi.yaml and the service differ");
    }

    private static void observe(HttpRequest request, HttpResponse<String> response) {
        String body = request.bodyPublisher().map(OpenApiExtension::text).orElse("");
        VIOLATIONS.addAll(contract()
                .violations(new OpenApiContract.Exchange(request.method(), request.uri(), request.headers().map(), body,
                        response.statusCode(), response.headers().map(), response.body())));
    }

    private static String text(HttpRequest.BodyPublisher publisher) {
        BodySubscriber<String> subscriber = BodySubscribers.ofString(UTF_8);
        publisher.subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscriber.onSubscribe(subscription);
            }

            @Override
            public void onNext(ByteBuffer bytes) {
                subscriber.onNext(List.of(bytes));
            }

            @Override
            public void onError(Throwable failure) {
                subscriber.onError(failure);
            }

            @Override
            public void onComplete() {
                subscriber.onComplete();
            }
        });
        return subscriber.getBody().toCompletableFuture().join();
    }

    private static OpenApiContract load() {
        try (InputStream yaml = OpenApiExtension.class.getResourceAsStream("/openapi.yaml")) {
            if (yaml == null) {
                throw new IllegalStateException("openapi.yaml is not on the class path");
            }
            return new OpenApiContract(new String(yaml.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
