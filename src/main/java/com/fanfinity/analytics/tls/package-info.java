/// The certificate of the listener for clients.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.tls;
