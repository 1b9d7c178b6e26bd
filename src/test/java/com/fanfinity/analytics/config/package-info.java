/// Tests of the settings.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.config;
