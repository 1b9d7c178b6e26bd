/// What tests of more than one package share.

@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.testing;
