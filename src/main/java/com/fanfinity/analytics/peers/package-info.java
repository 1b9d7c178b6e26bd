/// The other instances: the partitions that they own, and requests to them.
@NullMarked
package com.fanfinity.analytics.peers;

import org.jspecify.annotations.NullMarked;
