package com.fanfinity.analytics.security;

import java.util.LinkedHashSet;
import java.util.Set;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/// The key in the headers of a request: `Authorization: Bearer <key>` or `X-API-Key: <key>`. A query string is never
/// read, because proxies log it.
sealed interface PresentedKey {

    /// No header carries a key. `Authorization` with another scheme is not a key.
    record None() implements PresentedKey {}

    record One(String key) implements PresentedKey {}

    /// Headers carry different keys.
    record Conflicting() implements PresentedKey {}

    String X_API_KEY = "X-API-Key";
    String BEARER = "Bearer ";

    static PresentedKey of(HttpFields headers) {
        Set<String> keys = new LinkedHashSet<>(2);
        for (HttpField field : headers) {
            String value = field.getValue();
            if (value == null) {
                continue;
            }
            if (X_API_KEY.equalsIgnoreCase(field.getName())) {
                keys.add(value.strip());
            } else if (field.getHeader() == HttpHeader.AUTHORIZATION
                    && value.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
                keys.add(value.substring(BEARER.length()).strip());
            }
        }
        return switch (keys.size()) {
            case 0 -> new None();
            case 1 -> new One(keys.iterator().next());
            default -> new Conflicting();
        };
    }
}
