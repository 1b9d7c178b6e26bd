/// A test of the container image.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.lab.image;
