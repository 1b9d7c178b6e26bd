/// The gate in front of every route: the client's address, keys, scopes and rates.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.security;
