/// Composition: the application, one component per role, start-up, health, and the internal server.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.app;
