/// Rolls, scales and kills several instances, and checks every answer.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.lab.instances;
