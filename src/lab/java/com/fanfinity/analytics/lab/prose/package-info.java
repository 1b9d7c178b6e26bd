/// The language gate of `make lint`: how plain the English of comments, documents and messages is.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.lab.prose;
