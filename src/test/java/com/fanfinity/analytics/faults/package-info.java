/// Each fault by its name: real parts are broken in one way, and what the contract promises is seen to hold.
@NullMarked
package com.fanfinity.analytics.faults;

import org.jspecify.annotations.NullMarked;
