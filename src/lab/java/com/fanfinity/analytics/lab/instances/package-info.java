/// Several instances that are rolled, scaled and killed while every answer is judged.
@org.jspecify.annotations.NullMarked
package com.fanfinity.analytics.lab.instances;
