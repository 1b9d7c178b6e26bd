package com.fanfinity.analytics.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Pattern;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import org.eclipse.jetty.io.EofException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fanfinity.analytics.event.EventRules;

/// Answers the exceptions of routes, and errors of Javalin, with problem documents.
final class ProblemAnswers {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemAnswers.class);
    private static final String KIND = "problem-kind";

    /// The key under which Javalin lists the methods of a path.
    private static final String AVAILABLE_METHODS = "availableMethods";

    private ProblemAnswers() {}

    static void addTo(JavalinConfig config) {
        config.routes.after(ProblemAnswers::coverAnswer);
        config.routes.exception(ProblemException.class, (e, ctx) -> answer(ctx, e.problem()));
        config.routes.exception(HttpResponseException.class, (e, ctx) -> answer(ctx, e));
        config.routes.exception(Exception.class, (e, ctx) -> unexpected(e, ctx));
        config.router.javaLangErrorHandler((response, error) -> LOG.atError().setCause(error)
                .addKeyValue("requestId", response.getHeader(HttpServer.REQUEST_ID)).log("request failed"));
        config.routes.error(500, ProblemAnswers::completeError);
    }

    /// The kind of the problem with which the request was answered; empty if there was none.
    static String kindOf(Context ctx) {
        String kind = ctx.attribute(KIND);
        return kind == null ? "" : kind;
    }

    private static void unexpected(Exception failure, Context ctx) {
        if (failure instanceof EofException) {
            return; // the client has disconnected
        }
        LOG.atError().setCause(failure).addKeyValue("requestId", HttpServer.requestIdOf(ctx))
                .addKeyValue("endpoint", HttpServer.endpoint(ctx))
                .addKeyValue("matchId",
                        EventRules.matchIdOf(ctx.pathParamMap().getOrDefault("matchId", "").getBytes(UTF_8)))
                .log("request failed");
        answer(ctx, internalError());
    }

    /// Javalin passes no `Error`, such as a stack overflow, to the handlers of exceptions.
    private static void completeError(Context ctx) {
        if (ctx.attribute(KIND) == null) {
            answer(ctx, internalError());
        }
    }

    private static Problem internalError() {
        return Problem.of(500, "internal", "Internal error",
                "The request failed. Quote the requestId when you report it.");
    }

    /// Refuses an answer for which the budget has no room. Runs after each route and after its exceptions.
    private static void coverAnswer(Context ctx) throws IOException {
        InputStream result = ctx.resultInputStream();
        if (result != null && !OpenAnswer.of(ctx).cover(result.available())) {
            ctx.header("Cache-Control", "no-store");
            answer(ctx, AnswerBudget.spent());
        }
    }

    private static void answer(Context ctx, HttpResponseException rejection) {
        String methods = rejection.getDetails().get(AVAILABLE_METHODS);
        if (methods != null) {
            ctx.header("Allow", withHead(methods));
        }
        answer(ctx, ofStatus(rejection.getStatus()));
    }

    private static String withHead(String methods) {
        return Pattern.compile("\\bGET\\b").matcher(methods).replaceFirst("GET, HEAD");
    }

    private static void answer(Context ctx, Problem problem) {
        ctx.attribute(KIND, problem.kind());
        problem.retryAfterSeconds().ifPresent(seconds -> ctx.header("Retry-After", Long.toString(seconds)));
        ctx.status(problem.status()).contentType(Problem.CONTENT_TYPE)
                .result(problem.toJson(ctx.path(), HttpServer.requestIdOf(ctx)));
    }

    static Problem ofStatus(int status) {
        return switch (status) {
            case 404 -> Problem.notFound("No resource exists at this path.");
            case 405 -> Problem.of(405, "method-not-allowed", "Method not allowed",
                    "This path does not support the request method.");
            default -> Problem.of(status, "http-" + status, "Request rejected", detailOf(status));
        };
    }

    private static String detailOf(int status) {
        return switch (status) {
            case 400 -> "The request is malformed. Check its path, its percent-encoding and its headers.";
            case 414 -> "The path with its query must not be longer than 4 KiB.";
            case 421 -> "The host name of the URL is not one by which this service may be called (ALLOWED_HOSTS).";
            case 417 -> "The only supported value of Expect is 100-continue.";
            case 426, 505 -> "The only supported versions are HTTP/1.1 and HTTP/1.0.";
            case 431 -> "There must be at most 100 headers, together shorter than 8 KiB.";
            case 501 -> "The only supported transfer coding is chunked.";
            case 503 -> "This instance is stopping. Send the request again.";
            default -> "The HTTP server rejected the request.";
        };
    }
}
