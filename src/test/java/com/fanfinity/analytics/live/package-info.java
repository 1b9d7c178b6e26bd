@NullMarked
package com.fanfinity.analytics.live;

import org.jspecify.annotations.NullMarked;
