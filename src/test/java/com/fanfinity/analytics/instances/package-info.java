/// Several instances at once: reads and writes on all of them while they come and go.
@NullMarked
package com.fanfinity.analytics.instances;

import org.jspecify.annotations.NullMarked;
