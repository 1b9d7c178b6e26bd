/// Random input for the service, over HTTP and on its topic: `make fuzz`.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.lab.fuzz;
