/// Child processes, their ports and files.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.stack.process;
