package com.fanfinity.analytics.query;

import com.fanfinity.analytics.pipeline.Copy;

/// An answer made from the state that is on this instance.
interface LocalRead {

    /// The answer's body, JSON.
    ///
    /// @throws com.fanfinity.analytics.http.ProblemException if the request cannot be answered whatever the state is
    Answer<byte[]> from(Copy copy);
}
