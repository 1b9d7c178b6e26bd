/// The other instances: which of them holds what, and asking them.
@NullMarked
package com.fanfinity.analytics.peers;

import org.jspecify.annotations.NullMarked;
